"""Both sides in one language: Wikidata's positions and groups as bodies and affiliations of this graph."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from kg.link.broader import broader_among
from kg.paths import DATA
from kg.wikidata.comparing.days import Days
from kg.wikidata.comparing.ours import Ours, Seat
from kg.wikidata.comparing.segments import Source
from kg.wikidata.comparing.spells import Spell, spells
from kg.wikidata.positions import Positions
from kg.wikidata.statements import Stated, Statement


@dataclass(frozen=True)
class Sides:
    """What it takes to read one side in the terms of the other; `counts` says what could not be read, and how often."""

    ours: Ours
    positions: Positions
    data: Path = DATA
    counts: Counter[str] = field(default_factory=Counter)
    _wider: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        known = sorted({ref for ref in (*self.ours.items, *self.ours.labels) if ref.split("/")[0] in _AFFILIATIONS})
        self._wider.update(broader_among(known, self.data))

    def same(self, one: str | None, other: str | None) -> bool:
        """Whether two affiliations can be one: the same, one that says less than the other, or one that is not told."""
        return one is None or other is None or one == other or bool({(one, other), (other, one)} & self._wider)

    def affiliation(self, item: str | None) -> str | None:
        """Our affiliation that an item is; None where there is none, or the item is of those who preside."""
        if item is None or item in self.positions.presiding:
            return None
        if found := self.positions.affiliations.get(item):
            return found
        known = [ref for ref in self.ours.things.get(item, ()) if ref.split("/")[0] in _AFFILIATIONS]
        if len(known) != 1:
            self.counts[f"statements for {item}, which no affiliation here is linked to"] += 1
            return None
        return known[0]

    def body(self, statement: Statement) -> str | None:
        """The body on which a position is a seat; None where it is none that is known."""
        of = self.positions.body_of
        known = of.get(statement.value or "") or of.get(statement.general or "")
        return known or self.positions.body_of_label.get(statement.value_label)

    def theirs(self, statements: Iterable[Statement]) -> list[Spell]:
        pieces = [
            Spell(self.affiliation(s.group), Days.of(s.start), Days.of(s.end), (s,), s.end.told != "unknown")
            for s in statements
        ]
        return spells(pieces, self.positions.gap)

    def sources(self, seats: Iterable[Seat]) -> list[Source]:
        """Our seats by source."""
        by_source = defaultdict[str, list[Seat]](list)
        for seat in seats:
            by_source[seat.evidence.source].append(seat)
        return [self._source(source, of_source) for source, of_source in sorted(by_source.items())]

    def _source(self, source: str, seats: list[Seat]) -> Source:
        whole = not self.ours.sources[source].document
        pieces = [
            Spell(None if seat.presiding else seat.affiliation, seat.start, seat.end, (seat,), whole) for seat in seats
        ]
        return Source(tuple(spells(pieces, self.positions.gap)), whole)


_AFFILIATIONS = {"party", "group", "status"}


def usable(stated: Stated, counts: Counter[str]) -> list[Statement]:
    """The statements that somebody stands by: those of the lowest rank are kept as errors."""
    kept = [statement for statement in stated.statements if statement.rank != "deprecated"]
    if deprecated := len(stated.statements) - len(kept):
        counts["statements of deprecated rank, left out"] += deprecated
    return kept
