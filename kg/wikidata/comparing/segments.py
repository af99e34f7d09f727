"""Two timelines of one seat → stretches of time in which they agree or not.

A date that is known to the year, or to lie between two rosters, leaves open on which days somebody sat for whom. So
each side has, on each day, all that may then be so; the sides differ where nothing may be so on both. Several sources
of ours may differ among themselves: then Wikidata agrees if it says what one of them says.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from kg.wikidata.comparing.spells import Spell

Same = Callable[[str | None, str | None], bool]


@dataclass(frozen=True, slots=True)
class Source:
    """The spells of one source of ours; one that is `whole` tells of every member, so that its silence is an answer."""

    spells: tuple[Spell, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Segment:
    """From one day to the day before another: the spells that may then hold on either side, and whether they agree."""

    first: dt.date
    after: dt.date
    ours: tuple[Spell, ...]
    theirs: tuple[Spell, ...]
    agree: bool
    absent: bool  # whether it may be all through that on neither side there is a seat


def segments(
    ours: Sequence[Source], theirs: Sequence[Spell], since: dt.date, until: dt.date, apart: dt.timedelta, same: Same
) -> list[Segment]:
    """The stretches between two days, each as long as nothing about it changes."""
    every = [*theirs, *(spell for source in ours for spell in source.spells)]
    edges = sorted({since, until, *(edge for spell in every for edge in spell.edges(apart) if since < edge < until)})
    found: list[Segment] = []
    for first, after in pairwise(edges):
        segment = _segment(ours, theirs, first, after, apart, same)
        if found and _alike(found[-1], segment):
            before = found.pop()
            segment = replace(segment, first=before.first, absent=before.absent and segment.absent)
        found.append(segment)
    return found


def _segment(
    ours: Sequence[Source], theirs: Sequence[Spell], first: dt.date, after: dt.date, apart: dt.timedelta, same: Same
) -> Segment:
    possible = tuple(spell for spell in theirs if spell.possibly(first, apart))
    absent_there = not any(spell.surely(first, apart) for spell in theirs)
    told: list[Spell] = []
    absent_here = False
    for source in ours:
        of_source = [spell for spell in source.spells if spell.possibly(first, apart)]
        sure = any(spell.surely(first, apart) for spell in source.spells)
        told += of_source
        absent_here |= not sure and (source.whole or bool(of_source))
    if not told and not absent_here:  # only documents, which say nothing of this time
        return Segment(first, after, (), possible, agree=True, absent=True)
    absent = absent_here and absent_there
    agree = absent or any(same(one.affiliation, other.affiliation) for one in told for other in possible)
    return Segment(first, after, tuple(told), possible, agree, absent)


def _alike(one: Segment, other: Segment) -> bool:
    return (one.ours, one.theirs, one.agree) == (other.ours, other.theirs, other.agree)
