"""Differences written: a row each in CSV, an object each in JSON, a few triples each in Turtle."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from kg.formats import BY_NAME
from kg.iris import NAMESPACES, concept, thing
from kg.store import terms_of_turtle, write_graph
from kg.wikidata.comparing.comparison import Comparison
from kg.wikidata.comparing.difference import Difference, Side
from kg.wikidata.comparing.ours import Ours

_KINDS = Path(__file__).with_name("kinds.ttl")
_DQV = "http://www.w3.org/ns/dqv#"
_STATEMENT = "http://www.wikidata.org/entity/statement/"
_SEVERAL = "|"


@dataclass(frozen=True, slots=True)
class Row:
    """One difference as it is written; several values of one column stand with a bar between them."""

    kind: str
    what: str
    property: str
    item: str
    person: str
    name: str
    body: str
    here: str
    here_start: str
    here_end: str
    there: str
    there_start: str
    there_end: str
    told: str  # in words
    sources: str
    statements: str
    references: str
    inferred: bool


def rows(comparison: Comparison, ours: Ours) -> list[Row]:
    """A row for each difference."""
    return [_row(difference, ours) for difference in comparison.differences]


def as_csv(comparison: Comparison, ours: Ours) -> bytes:
    """The rows as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([field.name for field in fields(Row)])
    writer.writerows([getattr(row, field.name) for field in fields(Row)] for row in rows(comparison, ours))
    return text.getvalue().encode()


def as_json(comparison: Comparison, ours: Ours) -> bytes:
    """The rows as JSON, with the counts of the summary."""
    told = {"summary": summary(comparison), "differences": [asdict(row) for row in rows(comparison, ours)]}
    return (json.dumps(told, indent=2, ensure_ascii=False) + "\n").encode()


def as_turtle(comparison: Comparison, ours: Ours) -> bytes:
    """Each difference as an annotation of quality (DQV) of the person, derived from what both sides say."""
    kinds = (f"{s} {p} {o} .\n" for s, p, o in terms_of_turtle(_KINDS))
    found = (f"{line} .\n" for difference in comparison.differences for line in _triples(difference, ours))
    return write_graph("".join((*kinds, *found)).encode(), BY_NAME["ttl"])


def summary(comparison: Comparison) -> dict[str, int]:
    """How many of each kind, how many statements agree, and what could not be compared."""
    kinds: dict[str, int] = {}
    for difference in comparison.differences:
        kinds[difference.kind.value] = kinds.get(difference.kind.value, 0) + 1
    agreeing = sum(len(agreement.statements) for agreement in comparison.agreements)
    counts = {name: count for name, count in comparison.counts.items() if count}
    return {**dict(sorted(kinds.items())), "statements that agree": agreeing, **counts}


def _row(difference: Difference, ours: Ours) -> Row:
    here, there = difference.ours or Side(), difference.theirs or Side()
    references = {reference for statement in difference.statements for reference in statement.references or ()}
    return Row(
        difference.kind.value,
        difference.what,
        difference.property,
        difference.item,
        difference.person,
        ours.label(difference.person),
        ours.label(difference.body),
        ours.label(here.affiliation),
        str(here.start),
        str(here.end),
        ours.label(there.affiliation),
        str(there.start),
        str(there.end),
        in_words(difference, ours),
        _SEVERAL.join(map(str, difference.evidence)),
        _SEVERAL.join(statement.id for statement in difference.statements),
        _SEVERAL.join(sorted(references)),
        difference.inferred,
    )


def in_words(difference: Difference, ours: Ours) -> str:
    """What each side says, for a reader."""
    where = f" on {ours.label(difference.body)}" if difference.body else ""
    here, there = (_side(side, difference.what, ours) for side in (difference.ours, difference.theirs))
    return f"{ours.label(difference.person)}{where}: here {here}; on Wikidata {there}"


def _side(side: Side | None, what: str, ours: Ours) -> str:
    if side is None:
        return "nothing"
    name = ours.label(side.affiliation) or "a seat"
    start = f" from {side.start}" if side.start.told and what != "end" else ""
    end = f" until {side.end}" if side.end.told and what != "start" else ""
    missing = {"start": "" if start else " with no start", "end": "" if end else " with no end"}.get(what, "")
    return f"{name}{start}{end}{missing}"


def _triples(difference: Difference, ours: Ours) -> Iterator[str]:
    row = _row(difference, ours)
    digest = hashlib.sha256(
        repr((row.kind, row.what, row.item, row.body, row.told, row.statements)).encode()
    ).hexdigest()
    subject = f"<{thing(f'difference/{digest[:16]}')}>"
    oa, prov, dcterms = NAMESPACES["oa"], NAMESPACES["prov"], NAMESPACES["dcterms"]
    kind = thing(concept("difference", row.kind.replace(" ", "-")))
    yield f"{subject} <{NAMESPACES['rdf']}type> <{_DQV}QualityAnnotation>"
    yield f"{subject} <{dcterms}type> <{kind}>"
    yield f"{subject} <{oa}motivatedBy> <{_DQV}qualityAssessment>"
    yield f"{subject} <{oa}hasTarget> <{thing(difference.person)}>"
    yield f"{subject} <{oa}hasTarget> <{NAMESPACES['wd']}{difference.item}>"
    yield f"{subject} <{NAMESPACES['rdfs']}label> {json.dumps(row.told, ensure_ascii=False)}@en"
    for evidence in difference.evidence:
        yield f"{subject} <{prov}wasDerivedFrom> <{thing(evidence.thing)}>"
        yield f"{subject} <{dcterms}source> <{thing(evidence.source)}>"
    for statement in difference.statements:
        yield f"{subject} <{prov}wasDerivedFrom> <{_STATEMENT}{statement.id}>"
