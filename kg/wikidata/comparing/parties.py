"""Memberships of parties (P102): who belongs to which party, and since or until when, as changes of side tell it.

A seat tells that somebody belonged to a party while they sat, and not since when: they may have joined it decades
before. A change of side tells a day. So P102 is compared by party, and its dates with those of changes alone.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace

from kg.wikidata.comparing.days import FIRST, NO_DAYS, PRECISIONS, Days
from kg.wikidata.comparing.difference import Agreement, Difference, Kind, Side, What
from kg.wikidata.comparing.ours import Change, Evidence, Seat
from kg.wikidata.comparing.sides import Sides
from kg.wikidata.moments import Moment
from kg.wikidata.statements import PARTY, Statement


def compare_parties(
    sides: Sides, person: str, item: str, statements: Sequence[Statement]
) -> Iterator[Difference | Agreement]:
    """Parties that only one side tells of, and dates of joining and leaving that differ."""
    ours = _parties(sides, person)
    theirs: dict[str, list[Statement]] = {}
    for statement in statements:
        if statement.property == PARTY:
            party = sides.affiliation(statement.value)
            if party:
                theirs.setdefault(party, []).append(statement)
    known = {party: _known_as(sides, party, ours) for party in theirs}
    frame = Difference(Kind.missing_there, "statement", PARTY, person, item, None, None, None, (), ())
    unknown = any(s.property == PARTY and not sides.affiliation(s.value) for s in statements)
    lacking = {
        party: evidence
        for party, evidence in ours.items()
        if not _is_told(sides, party, theirs) and not (unknown and not sides.ours.item(party))  # it may be that one
    }
    strange = {party: of for party, of in theirs.items() if not known[party] and not _is_status(party)}
    if len(lacking) == len(strange) == 1 and len(ours) == len(theirs) == 1:
        (here, evidence), (there, of) = next(iter(lacking.items())), next(iter(strange.items()))
        sided = replace(frame, kind=Kind.different_party, ours=Side(here), theirs=_side(there, of[0]))
        yield replace(sided, evidence=tuple(evidence), statements=tuple(of))
        return
    for party, evidence in lacking.items():
        start, end, inferred = _days_of(sides, person, party)
        yield replace(frame, ours=Side(party, start, end), evidence=tuple(evidence), inferred=inferred)
    for party, of in strange.items():
        yield replace(frame, kind=Kind.missing_here, theirs=_side(party, of[0]), statements=tuple(of))
    for party, of in theirs.items():
        if evidence := known[party]:
            yield Agreement(PARTY, person, item, party, tuple(evidence), tuple(of))
            yield from _dates(sides, frame, party, of)


def _parties(sides: Sides, person: str) -> dict[str, list[Evidence]]:
    """The parties that our seats and changes tell, each with where."""
    found: dict[str, list[Evidence]] = {}
    seats: list[Seat] = [seat for (who, _), several in sides.ours.seats.items() if who == person for seat in several]
    told = [(seat.affiliation, seat.evidence) for seat in seats]
    for change in sides.ours.changes.get(person, ()):
        told += [(change.left, change.evidence), (change.joined, change.evidence)]
    for affiliation, evidence in told:
        if affiliation and not _is_status(affiliation):
            found.setdefault(affiliation, []).append(evidence)
    return found


def _known_as(sides: Sides, party: str, ours: dict[str, list[Evidence]]) -> list[Evidence]:
    return [evidence for known, several in ours.items() if sides.same(party, known) for evidence in several]


def _is_told(sides: Sides, party: str, theirs: dict[str, list[Statement]]) -> bool:
    return any(sides.same(party, told) for told in theirs)


def _dates(sides: Sides, frame: Difference, party: str, statements: list[Statement]) -> Iterator[Difference]:
    """The days of our changes into and out of a party, beside the starts and ends of its statements."""
    for what, affiliation, change in _moves(sides, frame.person):
        same = affiliation == party and change.days.precision in PRECISIONS
        if same and (found := _date(sides, frame, party, change, what, statements)):
            yield found


def _date(
    sides: Sides, frame: Difference, party: str, change: Change, what: What, statements: list[Statement]
) -> Difference | None:
    moments: list[tuple[Moment, Statement]] = [(getattr(s, what), s) for s in statements]
    told = [(Days.of(moment), moment, s) for moment, s in moments if moment.date]
    same = [(days, moment, s) for days, moment, s in told if days.may_be(change.days, sides.positions.days)]
    found = replace(
        frame, what=what, evidence=(change.evidence,), inferred=change.status == "inferred",
        ours=Side(party, **{what: change.days}), statements=tuple(statements),
    )  # fmt: skip
    if same:
        if any(days.precision == change.days.precision or not moment.exact for days, moment, _ in same):
            return None
        return replace(found, kind=Kind.different_precision, theirs=_side(party, same[0][2]), statements=(same[0][2],))
    if any(not moment.date and moment.told != "none" for moment, _ in moments):
        return replace(found, theirs=_side(party, statements[0]))
    if told:
        nearest = min(told, key=lambda one: _apart(one[0], change.days))
        return replace(found, kind=Kind.different_date, theirs=_side(party, nearest[2]), statements=(nearest[2],))
    return replace(found, kind=Kind.missing_there, theirs=_side(party, statements[0]))


def _days_of(sides: Sides, person: str, party: str) -> tuple[Days, Days, bool]:
    """The first day of joining and the last of leaving that our changes tell, and whether one of them is inferred."""
    told = [(what, change) for what, affiliation, change in _moves(sides, person) if affiliation == party]
    joined = [change for what, change in told if what == "start" and change.days.told]
    left = [change for what, change in told if what == "end" and change.days.told]
    start = min((c.days for c in joined), key=_last, default=NO_DAYS)
    end = max((c.days for c in left), key=_last, default=NO_DAYS)
    return start, end, any(c.status == "inferred" for c in (*joined, *left))


def _moves(sides: Sides, person: str) -> Iterator[tuple[What, str, Change]]:
    """What our changes tell of joining ("start") and leaving ("end") a party.

    A withdrawn whip is not the end of a membership of the party, and a restored one not its start; where a source only
    tells that somebody sits as an independent now, or for a party again, it may be either.
    """
    changes = sides.ours.changes.get(person, ())
    left_before = {change.left for change in changes}
    for change in changes:
        crosses = all(side and not _is_status(side) for side in (change.left, change.joined))
        if change.left and not _is_status(change.left) and (change.leaves or crosses):
            yield "end", change.left, change
        if change.joined and not _is_status(change.joined) and (crosses or change.joined not in left_before):
            yield "start", change.joined, change


def _apart(one: Days, other: Days) -> dt.timedelta:
    return abs(_last(one) - _last(other))


def _last(days: Days) -> dt.date:
    return days.latest or days.earliest or FIRST


def _side(party: str, statement: Statement) -> Side:
    return Side(party, Days.of(statement.start), Days.of(statement.end))


def _is_status(affiliation: str) -> bool:
    return affiliation.startswith("status/")
