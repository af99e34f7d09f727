"""The queries by which the pages read a build: files in queries/, and their rows as terms."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Literal, Protocol

from kg.formats import BY_NAME, Format

_FOLDER = Path(__file__).parent / "queries"
_PLAIN_NAMES = {"label", "name", "title"}
_THING = "<urn:thing>"  # stands in a query for the thing that it is asked about


@dataclass(frozen=True)
class Term:
    """One RDF term of a row."""

    kind: Literal["uri", "literal", "bnode", "triple"]
    value: str
    language: str | None = None
    datatype: str | None = None


Row = dict[str, Term]


class Askable(Protocol):
    """What answers queries: the build that a request reads, or a small store of our own."""

    def ask(self, text: str, fmt: Format) -> bytes: ...


def text(name: str, thing: str | None = None) -> str:
    """The text of a page's query, asked about one thing where it has a place for it."""
    return _read(name).replace(_THING, f"<{thing}>") if thing else _read(name)


def select(quads: Askable, name: str, thing: str | None = None) -> list[Row]:
    """The rows of a page's query; what is unbound is left out of its row."""
    return list(rows(quads.ask(text(name, thing), BY_NAME["json"])))


def table(results: bytes) -> tuple[list[str], list[Row]]:
    """The columns and the rows of a SELECT written as SPARQL JSON."""
    return list(json.loads(results)["head"]["vars"]), list(rows(results))


def names_of(columns: list[str]) -> dict[str, str]:
    """The columns that name others: ?partyLabel, ?partyName or ?partyTitle, or a ?label, ?name or ?title behind it."""
    found = {
        column: following
        for column, following in pairwise(columns)
        if column not in _PLAIN_NAMES
        and following in {*_PLAIN_NAMES, *(f"{column}{ending}" for ending in ("Label", "Name", "Title"))}
    }
    return found | {column: f"{column}Label" for column in columns if f"{column}Label" in columns}


def rows(results: bytes) -> Iterator[Row]:
    """The rows of a SELECT written as SPARQL JSON."""
    for binding in json.loads(results)["results"]["bindings"]:
        yield {name: _term(term) for name, term in binding.items()}


def _term(term: dict[str, str]) -> Term:
    return Term(term["type"], term["value"], term.get("xml:lang"), term.get("datatype"))  # type: ignore[arg-type]


@cache
def _read(name: str) -> str:
    return (_FOLDER / f"{name}.rq").read_text(encoding="utf-8")
