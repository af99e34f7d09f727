"""The comparison of a published build with one set of Wikidata's statements."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.paths import DATA
from kg.wikidata.comparing.days import FIRST, LAST, shifted
from kg.wikidata.comparing.difference import Agreement, Difference
from kg.wikidata.comparing.ours import Ours, Seat
from kg.wikidata.comparing.parties import compare_parties
from kg.wikidata.comparing.seats import Holder, compare_seats
from kg.wikidata.comparing.sides import Sides, usable
from kg.wikidata.positions import Positions, read_positions
from kg.wikidata.statements import PARTY, POSITION, Stated, Statement


@dataclass(frozen=True)
class Wanted:
    """What is compared, where it is not everything: one person, one body."""

    person: str | None = None
    body: str | None = None


EVERYTHING = Wanted()


@dataclass(frozen=True)
class Comparison:
    """What was found: the differences in the order of people, what agrees, and the counts of the summary."""

    differences: tuple[Difference, ...]
    agreements: tuple[Agreement, ...]
    counts: Counter[str]


def compare(
    ours: Ours, several: list[Stated], wanted: Wanted = EVERYTHING, as_of: dt.date | None = None, data: Path = DATA
) -> Comparison:
    """Compare with each set of statements by itself, for each has its own reach; `as_of` is their day if known."""
    positions = read_positions(data)
    counts: Counter[str] = Counter()
    found = [one for stated in several for one in _compare(ours, stated, positions, wanted, as_of, counts, data)]
    differences = dict.fromkeys(one for one in found if isinstance(one, Difference))
    agreements = dict.fromkeys(one for one in found if isinstance(one, Agreement))
    ordered = sorted(differences, key=lambda d: (ours.label(d.person), d.person, d.property, d.body or "", _first(d)))
    return Comparison(tuple(ordered), tuple(agreements), counts)


def _compare(
    ours: Ours, stated: Stated, positions: Positions, wanted: Wanted, as_of: dt.date | None, counts: Counter[str],
    data: Path,
) -> Iterator[Difference | Agreement]:  # fmt: skip
    sides = Sides(ours, positions, data, counts)
    statements = usable(stated, counts)
    counts["statements of Wikidata"] += len(statements)
    people = ours.people | {to: ours.people[item] for item, to in stated.merged.items() if item in ours.people}
    told = stated.items | {s.item for s in statements}
    counts["people of whom it has statements, and who are not linked here"] += len(told - people.keys())
    for item in sorted(told & people.keys()):
        person = people[item]
        if wanted.person in {None, person}:
            counts["people compared"] += 1
            of_person = [s for s in statements if s.item == item]
            if POSITION in stated.properties:
                yield from _seats(sides, stated, Holder(person, item, ""), of_person, wanted.body, as_of)
            if PARTY in stated.properties and not wanted.body:
                yield from compare_parties(sides, person, item, of_person)


def _seats(
    sides: Sides, stated: Stated, holder: Holder, statements: list[Statement], wanted: str | None, as_of: dt.date | None
) -> Iterator[Difference | Agreement]:
    by_body = defaultdict[str, list[Statement]](list)
    for statement in statements:
        if statement.property == POSITION:
            body = sides.body(statement)
            if body:
                by_body[body].append(statement)
            else:
                sides.counts["statements of positions that are no seat on a body known here"] += 1
    told_of = set(by_body) if stated.since else set(sides.positions.body)  # a roster is of its own bodies
    if not stated.since:
        _count_unknown(sides, holder.person)
    for body in sorted(told_of):
        seats = sides.ours.seats.get((holder.person, body), [])
        if (seats or by_body[body]) and wanted in {None, body}:
            since, until = _reach(sides, stated, body, as_of)
            _count_later(sides, seats, until)
            here = Holder(holder.person, holder.item, body)
            yield from compare_seats(sides, here, seats, by_body[body], since, until)


def _reach(sides: Sides, stated: Stated, body: str, as_of: dt.date | None) -> tuple[dt.date, dt.date]:
    """From which day to which both sides can be asked about a body, less what they write one date apart."""
    since = max(stated.since or FIRST, sides.ours.reach.get(body, FIRST))
    known = [source.issued.latest or LAST for source in sides.ours.sources.values() if not source.document]
    until = min(as_of or stated.until or LAST, max(known, default=LAST))
    return shifted(since, sides.positions.days), shifted(until, -sides.positions.days)


def _count_unknown(sides: Sides, person: str) -> None:
    bodies = {body: seats for (who, body), seats in sides.ours.seats.items() if who == person}
    if unknown := sum(len(seats) for body, seats in bodies.items() if body not in sides.positions.body):
        sides.counts["seats here on bodies whose position is no item known here"] += unknown


def _count_later(sides: Sides, seats: list[Seat], until: dt.date) -> None:
    later = sum(1 for seat in seats if (day := seat.start.earliest) and day > until)
    if later:
        sides.counts["seats here that begin after the day of the statements"] += later


def _first(difference: Difference) -> dt.date:
    days = [day for side in (difference.ours, difference.theirs) if side and (day := side.start.latest)]
    return min(days, default=FIRST)
