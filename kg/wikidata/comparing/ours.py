"""Our side of a comparison: the seats and changes of side of all people who are an item of Wikidata, by source."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kg.iris import ref_of, thing
from kg.store import Quads
from kg.wikidata.comparing.days import Days

_HERE = Path(__file__).parent
_ITEM = "http://www.wikidata.org/entity/"
_PRESIDING = "concept/role-presiding-officer"
Row = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where something of ours stands: the source, the thing in its graph, and the row or claim that it rests on."""

    source: str
    thing: str
    key: str = ""

    def __str__(self) -> str:
        return f"{self.source} {self.thing}" + (f" ({self.key})" if self.key else "")


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat of one person on one body, as one source tells it; an end that is open is not told, or has not come."""

    person: str
    body: str
    affiliation: str | None
    electorate: str | None
    start: Days
    end: Days
    presiding: bool
    inferred: bool  # whether a change of side that was worked out is its start or its end
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Change:
    """A change of side of one person, as one source tells it."""

    person: str
    left: str | None
    joined: str | None
    days: Days
    status: str
    leaves: bool  # whether the source tells that the party was left, and not only its whip lost
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What a reference to a source is made of."""

    title: str
    url: str
    issued: Days
    retrieved: str
    document: bool  # which tells some things, where a table tells of every member


@dataclass(frozen=True)
class Ours:
    """Everything of this graph that a comparison needs."""

    items: dict[str, set[str]]  # of each thing
    labels: dict[str, str]
    seats: dict[tuple[str, str], list[Seat]]  # by person and body
    changes: dict[str, list[Change]]  # by person
    sources: dict[str, SourceFacts]
    reach: dict[str, dt.date]  # of each body, how far back a table knows its seats
    things: dict[str, set[str]] = field(default_factory=dict)  # of each item

    @property
    def people(self) -> dict[str, str]:
        """Each person that is one item, by that item, which no other person is."""
        return {
            item: next(iter(refs))
            for item, refs in self.things.items()
            if len(refs) == 1 and (ref := next(iter(refs))).startswith("person/") and len(self.items[ref]) == 1
        }

    def item(self, thing: str | None) -> str | None:
        """The one item that a thing is; None where there is none, or more than one."""
        found = self.items.get(thing or "", set())
        return next(iter(found)) if len(found) == 1 else None

    def label(self, thing: str | None) -> str:
        return self.labels.get(thing or "", thing or "")


def read_ours(quads: Quads) -> Ours:
    """Ask a store for everything that is compared."""
    items, things, labels = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set), dict[str, str]()
    for row in _rows(quads, "links"):
        ref, item = _ref(row, "thing"), (row["item"] or "").removeprefix(_ITEM)
        items[ref].add(item)
        things[item].add(ref)
        labels[ref] = row["label"] or ""
    sources = {_ref(row, "source"): _source(row) for row in _rows(quads, "sources")}
    seats = list(_seats(quads))
    changes = list(_changes(quads))
    named = {ref for seat in seats for ref in (seat.body, seat.affiliation, seat.electorate) if ref}
    named |= {ref for change in changes for ref in (change.left, change.joined) if ref}
    labels |= {ref: source.title for ref, source in sources.items()}
    return Ours(
        dict(items),
        labels | _labels(quads, named - labels.keys()),
        _grouped(seats),
        _by_person(changes),
        sources,
        _reach(quads, sources),
        dict(things),
    )


def _seats(quads: Quads) -> Iterator[Seat]:
    inferred = {_ref(row, "membership") for row in _rows(quads, "inferred")}
    for row in _rows(quads, "seats"):
        yield Seat(
            _ref(row, "person"),
            _ref(row, "body"),
            _ref(row, "affiliation") or None,
            _ref(row, "electorate") or None,
            _days(row, "start"),
            _days(row, "end"),
            _ref(row, "role") == _PRESIDING,
            _ref(row, "membership") in inferred,
            Evidence(_ref(row, "source"), _ref(row, "membership"), row["identifier"] or ""),
        )


def _changes(quads: Quads) -> Iterator[Change]:
    rows = list(_rows(quads, "changes"))
    keys = _keys(quads, {_ref(row, "change") for row in rows})
    for row in rows:
        source, change = _ref(row, "source"), _ref(row, "change")
        if (modalities := keys.get((source, change), {})) and not {"asserted", "reported"} & modalities.keys():
            continue  # only alleged, intended or denied there
        key = min((key for several in modalities.values() for key in several), default="")
        yield Change(
            _ref(row, "person"),
            _ref(row, "from") or None,
            _ref(row, "to") or None,
            _days(row, "date"),
            _ref(row, "status").removeprefix("concept/status-"),
            row["leaves"] is not None,
            Evidence(source, change, key),
        )


def _keys(quads: Quads, changes: set[str]) -> dict[tuple[str, str], dict[str, set[str]]]:
    """The rows or claims of each change in each source, by modality."""
    found: dict[tuple[str, str], dict[str, set[str]]] = {}
    for row in _rows(quads, "claims", changes):
        of_change = found.setdefault((_ref(row, "source"), _ref(row, "change")), {})
        modality = _ref(row, "modality").removeprefix("concept/modality-")
        of_change.setdefault(modality, set()).add(row["row"] or _ref(row, "claim"))
    return found


def _source(row: Row) -> SourceFacts:
    issued = Days.between(row["issuedEarliest"], row["issuedLatest"])
    document = row["characters"] is not None
    return SourceFacts(row["title"] or "", row["url"] or "", issued, row["retrieved"] or "", document)


def _reach(quads: Quads, sources: dict[str, SourceFacts]) -> dict[str, dt.date]:
    since: dict[str, dt.date] = {}
    for row in _rows(quads, "reach"):
        body, day = _ref(row, "body"), dt.date.fromisoformat(row["since"] or "")
        if not sources[_ref(row, "source")].document:
            since[body] = min(day, since.get(body, day))
    return since


def _labels(quads: Quads, refs: set[str]) -> dict[str, str]:
    return {_ref(row, "thing"): row["label"] or "" for row in _rows(quads, "labels", refs)}


def _rows(quads: Quads, name: str, refs: set[str] | None = None) -> Iterator[Row]:
    """The rows of one of the queries beside this module; `refs` are the things that it asks for."""
    text = (_HERE / f"{name}.rq").read_text(encoding="utf-8")
    if refs is not None:
        text = text.replace("UNDEF", " ".join(f"<{thing(ref)}>" for ref in sorted(refs)))
    answer = quads.query(text)
    for values in answer.rows():
        yield dict(zip(answer.variables, values, strict=True))


def _ref(row: Row, column: str) -> str:
    return ref_of(row.get(column) or "") or ""


def _days(row: Row, name: str) -> Days:
    return Days.between(row[f"{name}Earliest"], row[f"{name}Latest"])


def _grouped(seats: Iterable[Seat]) -> dict[tuple[str, str], list[Seat]]:
    found: dict[tuple[str, str], list[Seat]] = {}
    for seat in seats:
        found.setdefault((seat.person, seat.body), []).append(seat)
    return found


def _by_person(changes: Iterable[Change]) -> dict[str, list[Change]]:
    found: dict[str, list[Change]] = {}
    for change in changes:
        found.setdefault(change.person, []).append(change)
    return found
