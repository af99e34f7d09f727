"""Spells: for how long somebody sat on a body for one affiliation, whatever terms and statements this is cut into.

WikiProject British Politicians gives a member of the Commons one P39 statement for each Parliament ("Member of the 57th
Parliament of the United Kingdom"), and splits it where they change their group (P4100, "independent politician" where
they sit for none). Other sources cut the same time elsewhere: by contest, by ballot, by year. So pieces that follow one
another for one affiliation are one spell, on both sides, and only spells are compared: no piece is ever missing because
the other side cuts differently.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kg.wikidata.comparing.days import FIRST, LAST, Days, shifted
from kg.wikidata.comparing.ours import Seat
from kg.wikidata.statements import Statement

Piece = Seat | Statement


@dataclass(frozen=True, slots=True)
class Spell:
    """A run of pieces; `lasts` where an end that is not told means that it goes on."""

    affiliation: str | None  # None where nothing is told of it, or the item of theirs is not known here
    start: Days
    end: Days
    pieces: tuple[Piece, ...]
    lasts: bool = True

    def surely(self, day: dt.date, apart: dt.timedelta) -> bool:
        """Whether it holds on that day whatever its dates turn out to be."""
        begins = self.start.latest
        ends = self.end.earliest if self.end.told else LAST if self.lasts else begins
        return bool(begins and ends) and shifted(begins, apart) <= day <= shifted(ends, -apart)  # type: ignore[arg-type]

    def possibly(self, day: dt.date, apart: dt.timedelta) -> bool:
        return shifted(self.start.earliest or FIRST, -apart) <= day <= shifted(self.end.latest or LAST, apart)

    def edges(self, apart: dt.timedelta) -> Iterable[dt.date]:
        """The days on which `surely` and `possibly` may become another answer."""
        for day in (self.start.earliest, self.start.latest):
            if day:
                yield from (shifted(day, -apart), shifted(day, apart))
        for day in (self.end.earliest, self.end.latest):
            if day:
                yield from (shifted(shifted(day, -apart), _DAY), shifted(shifted(day, apart), _DAY))
        if not self.end.told and not self.lasts and self.start.latest:
            yield shifted(self.start.latest, _DAY)


_DAY = dt.timedelta(days=1)


def spells(pieces: Sequence[Spell], gap: dt.timedelta) -> list[Spell]:
    """Pieces of one side, in the order of their starts, with each that goes on as the one before it joined to that."""
    found: list[Spell] = []
    for piece in sorted(pieces, key=lambda p: (p.start.latest or p.start.earliest or FIRST, p.end.latest or LAST)):
        before = found[-1] if found else None
        if before and before.affiliation == piece.affiliation and _follows(before, piece, gap):
            found[-1] = _joined(before, piece)
        else:
            found.append(piece)
    return found


def _follows(before: Spell, piece: Spell, gap: dt.timedelta) -> bool:
    if not before.end.told or not piece.start.told:
        return True
    return (piece.start.earliest or FIRST) <= shifted(before.end.latest or LAST, gap)


def _joined(before: Spell, piece: Spell) -> Spell:
    """Both as one, which ends as the later does; one that is not told to end ends before the next at the latest."""
    later = (
        piece if not before.end.told or not piece.end.told else max(before, piece, key=lambda p: p.end.latest or LAST)
    )
    start = before.start if before.start.told else piece.start
    return replace(before, start=start, end=later.end, lasts=later.lasts, pieces=(*before.pieces, *piece.pieces))
