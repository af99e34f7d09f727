"""Which item of Wikidata stands for a seat on which body: data/links/wikidata-positions.yaml."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from kg.dates import PartialDate
from kg.errors import FaultsFound
from kg.paths import DATA
from kg.yamlfile import plain, read_yaml, schema_faults

_QID = {"type": "string", "pattern": "^Q[1-9][0-9]*$", "x-expected": "the QID of an item"}
_DATE = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$", "x-expected": "a day, as YYYY-MM-DD"}
_BECAUSE = {"type": "string", "minLength": 1}


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    properties = required | (optional or {})
    return {"type": "object", "additionalProperties": False, "required": list(required), "properties": properties}


_TERM = _object({
    "label": {"type": "string"}, "from": _DATE, "to": _DATE,
    "position": {"anyOf": [_QID, {"const": "unknown"}], "x-expected": "the QID of an item, or unknown"},
})  # fmt: skip
_SCHEMA = _object({
    "conventions": _object({"days": {"type": "integer"}, "gap": {"type": "integer"}, "because": _BECAUSE}),
    "affiliations": {"type": "array", "items": _object(
        {"item": _QID, "because": _BECAUSE}, {"as": {"type": "string"}, "presiding": {"const": True}}
    )},
    "bodies": {"type": "array", "items": _object(
        {"body": {"type": "string", "pattern": "^(body|council)/"}, "position": _QID},
        {"terms": {"type": "array", "items": _TERM}},
    )},
})  # fmt: skip


@dataclass(frozen=True)
class Term:
    """One term of a body, whose members hold a position of its own."""

    label: str
    first: dt.date
    last: dt.date
    position: str | None  # None where it is not known


@dataclass(frozen=True)
class Body:
    """A body, and the position of whoever sits on it."""

    ref: str
    position: str
    terms: tuple[Term, ...] | None  # None where one position serves for all terms


@dataclass(frozen=True)
class Positions:
    """Everything that the file says."""

    days: dt.timedelta  # by which two writings of one date may differ
    gap: dt.timedelta  # between two terms of one seat
    affiliations: dict[str, str]  # what items stand for, beside what the graph links
    presiding: frozenset[str]
    bodies: tuple[Body, ...]

    @cached_property
    def body_of(self) -> dict[str, str]:
        """The body of each position that is known, the positions of terms included."""
        of_terms = {term.position: body.ref for body in self.bodies for term in body.terms or () if term.position}
        return {body.position: body.ref for body in self.bodies} | of_terms

    @cached_property
    def body_of_label(self) -> dict[str, str]:
        return {term.label: body.ref for body in self.bodies for term in body.terms or ()}

    @cached_property
    def body(self) -> dict[str, Body]:
        return {body.ref: body for body in self.bodies}


def read_positions(data: Path = DATA) -> Positions:
    """Read the file; a fault names its line."""
    path = data / "links" / "wikidata-positions.yaml"
    document = read_yaml(path)
    if faults := schema_faults(path, document, _SCHEMA):
        raise FaultsFound(f"{path} is not right:", [str(fault) for fault in faults])
    read = plain(document)
    return Positions(
        dt.timedelta(days=read["conventions"]["days"]),
        dt.timedelta(days=read["conventions"]["gap"]),
        {a["item"]: a["as"] for a in read["affiliations"] if "as" in a},
        frozenset(a["item"] for a in read["affiliations"] if "presiding" in a),
        tuple(_body(body) for body in read["bodies"]),
    )


def _body(read: dict[str, Any]) -> Body:
    terms = tuple(_term(term) for term in read["terms"]) if "terms" in read else None
    return Body(read["body"], read["position"], terms)


def _term(read: dict[str, str]) -> Term:
    first, last = PartialDate(read["from"]).earliest, PartialDate(read["to"]).latest
    assert first
    assert last
    return Term(read["label"], first, last, None if read["position"] == "unknown" else read["position"])
