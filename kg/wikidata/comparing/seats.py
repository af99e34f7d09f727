"""Seats (P39): where the timelines of one person on one body differ, and what kind of difference each stretch is."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kg.wikidata.comparing.days import FIRST, LAST, PRECISIONS, Days, shifted
from kg.wikidata.comparing.difference import Agreement, Difference, Kind, Side, What
from kg.wikidata.comparing.ours import Seat
from kg.wikidata.comparing.segments import Same, Segment, segments
from kg.wikidata.comparing.sides import Sides
from kg.wikidata.comparing.spells import Spell
from kg.wikidata.statements import POSITION, Statement

_NEAR = dt.timedelta(days=3)  # by which a piece that ends where a stretch begins may stand off from it


@dataclass(frozen=True)
class Holder:
    """One person on one body."""

    person: str
    item: str
    body: str


def compare_seats(
    sides: Sides, holder: Holder, seats: Sequence[Seat], statements: Sequence[Statement],
    since: dt.date, until: dt.date,
) -> Iterator[Difference | Agreement]:  # fmt: skip
    """Every difference between two days, and what agrees."""
    ours, theirs = sides.sources(seats), sides.theirs(statements)
    days = sides.positions.days
    found = segments(ours, theirs, since, until, days, sides.same)
    for number, segment in enumerate(found):
        if not segment.agree:
            before = found[number - 1] if number else None
            after = found[number + 1] if number + 1 < len(found) else None
            yield _difference(holder, segment, _agreed(before, sides.same), _agreed(after, sides.same))
    for their_spell in theirs:
        if partners := _partners(found, their_spell, sides.same):
            evidence = tuple(seat.evidence for seat in _seats(partners) if not seat.inferred)
            agreeing = _statements([their_spell])
            yield Agreement(POSITION, holder.person, holder.item, their_spell.affiliation, evidence, agreeing)
            yield from _edges(holder, their_spell, partners, days, since, until)


def _agreed(segment: Segment | None, same: Same) -> Segment | None:
    """A stretch in which both sides have the person sit for the same, with the spells that say so."""
    if not segment or not segment.agree or segment.absent:
        return None
    ours = tuple(o for o in segment.ours if any(same(o.affiliation, t.affiliation) for t in segment.theirs))
    theirs = tuple(t for t in segment.theirs if any(same(o.affiliation, t.affiliation) for o in segment.ours))
    return replace(segment, ours=ours, theirs=theirs) if ours and theirs else None


def _partners(found: list[Segment], theirs: Spell, same: Same) -> list[Spell]:
    """Our spells that agree with one of theirs."""
    several = [o for s in found if (agreed := _agreed(s, same)) and theirs in agreed.theirs for o in agreed.ours]
    return [spell for spell in dict.fromkeys(several) if same(spell.affiliation, theirs.affiliation)]


def _difference(holder: Holder, segment: Segment, before: Segment | None, after: Segment | None) -> Difference:
    kind, what, ours, theirs = _kind(segment, before, after)
    seats = _seats(ours, segment)
    return Difference(
        kind, what, POSITION, holder.person, holder.item, holder.body,
        _side(ours, segment), _side(theirs, segment),
        tuple(seat.evidence for seat in seats), _statements(theirs, segment),
        any(seat.inferred for seat in seats),
    )  # fmt: skip


def _kind(
    segment: Segment, before: Segment | None, after: Segment | None
) -> tuple[Kind, What, Sequence[Spell], Sequence[Spell]]:
    """What kind of difference a stretch is, by what goes before and after it; and the spells that it is about.

    A stretch in which one side is silent is the end or the start of a spell that the other ends or starts elsewhere, if
    it agrees with it beyond the stretch; else it is a spell that one side lacks. Where both speak, and the one agrees
    before and the other after, they set the day of the same change apart.
    """
    ours, theirs = segment.ours, segment.theirs
    if not ours or not theirs:
        present = theirs or ours
        goes_on = [s for s in present if before and s in (before.theirs if theirs else before.ours)]
        comes = [s for s in present if after and s in (after.theirs if theirs else after.ours)]
        if bool(goes_on) != bool(comes):
            near = before if goes_on else after
            assert near
            what: What = "end" if goes_on else "start"
            return _edge(what, bool(theirs), near.ours, near.theirs)
        kind = Kind.missing_here if theirs else Kind.missing_there
        return kind, "statement", ours, theirs
    if before and after:
        theirs_late = set(theirs) & set(before.theirs) and set(ours) & set(after.ours)
        ours_late = set(ours) & set(before.ours) and set(theirs) & set(after.theirs)
        if theirs_late or ours_late:
            return (
                Kind.different_date,
                "change",
                (after.ours if theirs_late else ours),
                (after.theirs if ours_late else theirs),
            )
    return Kind.different_party, "statement", ours, theirs


def _edge(
    what: What, theirs_longer: bool, ours: Sequence[Spell], theirs: Sequence[Spell]
) -> tuple[Kind, What, Sequence[Spell], Sequence[Spell]]:
    """An end or a start that the sides tell differently, or that the longer side does not tell at all."""
    longer = theirs if theirs_longer else ours
    told = any((spell.end if what == "end" else spell.start).told for spell in longer)
    kind = Kind.different_date if told else Kind.missing_there if theirs_longer else Kind.missing_here
    return kind, what, ours, theirs


def _edges(
    holder: Holder, theirs: Spell, partners: list[Spell], apart: dt.timedelta, since: dt.date, until: dt.date
) -> Iterator[Difference]:
    """Starts that Wikidata does not tell, and dates that one side knows more precisely than the other."""
    for what in ("start", "end"):
        there: Days = getattr(theirs, what)
        here: list[tuple[Days, Spell]] = [(getattr(spell, what), spell) for spell in partners]
        known = [(days, spell) for days, spell in here if days.precision in PRECISIONS and _within(days, since, until)]
        kind = None
        if not there.told and what == "start":
            kind = Kind.missing_there
        elif there.told and there.exact and there.precision in PRECISIONS:
            known = [(days, spell) for days, spell in known if days.may_be(there, apart)]
            if known and all(days.precision != there.precision for days, _ in known):
                kind = Kind.different_precision
        if kind and known:
            spells = [spell for _, spell in known[:1]]
            ours = Side(spells[0].affiliation, spells[0].start, spells[0].end)
            number = 0 if what == "start" else -1
            seat, statement = _seats(spells)[number], _statements([theirs])[number]
            yield Difference(
                kind, what, POSITION, holder.person, holder.item, holder.body,
                ours, Side(theirs.affiliation, theirs.start, theirs.end),
                (seat.evidence,), (statement,), seat.inferred,
            )  # fmt: skip


def _within(days: Days, since: dt.date, until: dt.date) -> bool:
    return bool(days.earliest and since <= days.earliest <= until)


def _side(spells: Sequence[Spell], segment: Segment) -> Side | None:
    """What one side says of a stretch; of several spells the one that fits the stretch best."""
    if not spells:
        return None
    best = min(spells, key=lambda s: abs((s.start.latest or FIRST) - segment.first))
    return Side(best.affiliation, best.start, best.end)


def _seats(spells: Sequence[Spell], segment: Segment | None = None) -> list[Seat]:
    """Our pieces of some spells; of those that touch a stretch, where one is given."""
    pieces = [piece for spell in spells for piece in spell.pieces if isinstance(piece, Seat)]
    return [p for p in dict.fromkeys(pieces) if segment is None or _touches(p.start, p.end, segment)]


def _statements(spells: Sequence[Spell], segment: Segment | None = None) -> tuple[Statement, ...]:
    pieces = [piece for spell in spells for piece in spell.pieces if isinstance(piece, Statement)]
    return tuple(
        p for p in dict.fromkeys(pieces) if segment is None or _touches(Days.of(p.start), Days.of(p.end), segment)
    )


def _touches(start: Days, end: Days, segment: Segment) -> bool:
    first, after = shifted(segment.first, -_NEAR), shifted(segment.after, _NEAR)
    return (start.earliest or FIRST) <= after and first <= (end.latest or LAST)
