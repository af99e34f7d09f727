"""Statements that came and went → entries in the terms of those who use the graph: new people, corrected dates, …"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from kg.diff.lines import Difference
from kg.diff.statements import Statement, read_statement
from kg.mapping import Class, class_of_path

TYPE, LABEL = "rdf:type", "rdfs:label"
_NAMES = {"change": "change of side", "control": "change of control", "seats": "seat count", "name": "name of a person"}
_EVIDENCE = {"claim", "span"}
_TOLD = {"change": ("pd:fromAffiliation", "pd:toAffiliation", "pd:body", "pd:date")}  # of a new thing, by its table


@dataclass(frozen=True)
class Entry:
    """One thing that is otherwise in the newer build: what kind of difference, of which thing, and the values."""

    what: str
    thing: str
    property: str = ""
    before: str = ""
    after: str = ""
    label: str = ""


@dataclass
class Counts:
    """How many quads came and went, by graph; the view has the name "consolidated view"."""

    added: Counter[str] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)


def entries(lines: Iterable[Difference], counts: Counts) -> Iterator[Entry]:
    """What the differences between two builds mean, thing by thing; the quads are counted on the way."""
    for subject, of_subject in groupby(_statements(lines, counts), key=lambda pair: pair[1].subject):
        in_view = [(added, statement) for added, statement in of_subject if statement.graph is None]
        cls = class_of_path().get(subject.split("/")[0])
        if cls and in_view:
            yield from _of_thing(subject, cls, in_view)


def _statements(lines: Iterable[Difference], counts: Counts) -> Iterator[tuple[bool, Statement]]:
    for added, line in lines:
        statement = read_statement(line)
        (counts.added if added else counts.removed)[statement.graph or "consolidated view"] += 1
        yield added, statement


def _of_thing(thing: str, cls: Class, changed: list[tuple[bool, Statement]]) -> Iterator[Entry]:
    came = {(s.property, s.value) for added, s in changed if added}
    went = {(s.property, s.value) for added, s in changed if not added}
    name = _NAMES.get(cls.table, cls.table)
    if (TYPE, cls.base) in came or (TYPE, cls.base) in went:
        if cls.table not in _EVIDENCE:
            is_new = (TYPE, cls.base) in came
            values = dict(came if is_new else went)
            told = "|".join(values.get(prop, "") for prop in _TOLD.get(cls.table, ()))
            yield Entry(
                f"{'new' if is_new else 'vanished'} {name}",
                thing,
                before="" if is_new else told,
                after=told if is_new else "",
                label=values.get(LABEL, ""),
            )
    elif cls.table == "claim":
        if ("pd:rank", "concept/rank-deprecated") in came:
            yield Entry("claim withdrawn", thing)
    else:
        yield from _of_properties(thing, cls, name, came, went)


def _of_properties(
    thing: str, cls: Class, name: str, came: set[tuple[str, str]], went: set[tuple[str, str]]
) -> Iterator[Entry]:
    kinds = {prop.curie: prop.kind for prop in cls.properties.values()}
    changed = {prop for prop, _ in came | went}
    for prop in sorted(changed):
        dated = prop.removesuffix("Earliest").removesuffix("Latest")
        if dated != prop and dated in changed:
            continue  # the bounds of a date say nothing that the date itself does not
        before, after = (sorted(v for p, v in side if p == prop) for side in (went, came))
        yield Entry(_what(prop, kinds.get(dated), name, before), thing, prop, "|".join(before), "|".join(after))


def _what(prop: str, kind: str | None, name: str, before: list[str]) -> str:
    if prop == "owl:sameAs":
        return f"{name} joined with another"
    if kind == "date":
        return f"corrected date of {_a(name)}" if before else f"date of {_a(name)}"
    if prop in {"pd:fromAffiliation", "pd:toAffiliation", "pd:affiliation"}:
        return f"affiliation of {_a(name)}"
    return f"changed {name}"


def _a(name: str) -> str:
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"
