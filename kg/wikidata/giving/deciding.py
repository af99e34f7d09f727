"""Which differences become additions, and why each of the others does not.

Nothing is changed and nothing removed: where Wikidata says something else, an editor decides. Nothing is given that was
worked out here about somebody of whom no date of death is known, and nothing without a source that can be a reference.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from kg.wikidata.comparing.comparison import Comparison
from kg.wikidata.comparing.days import FIRST, LAST, Days
from kg.wikidata.comparing.difference import Agreement, Difference, Kind, Side
from kg.wikidata.comparing.ours import Ours
from kg.wikidata.comparing.writing import in_words
from kg.wikidata.giving.proposal import Proposal, Snak, references, time
from kg.wikidata.positions import Positions, Term
from kg.wikidata.statements import POSITION, Property, Stated, Statement


class Withheld(Exception):
    """Why a difference cannot be given."""


@dataclass
class Giving:
    """The additions, and how many differences were withheld for which reason."""

    ours: Ours
    positions: Positions
    several: list[Stated]
    proposals: list[Proposal] = field(default_factory=list)
    withheld: Counter[str] = field(default_factory=Counter)

    def decide(self, comparison: Comparison) -> None:
        """Turn every difference and every agreement without a reference into additions, or count why not."""
        for difference in comparison.differences:
            self._try(lambda d=difference: self._of_difference(d))
        for agreement in comparison.agreements:
            if any(statement.references == () for statement in agreement.statements):
                self._try(lambda a=agreement: self._of_agreement(a))

    def _try(self, propose: Any) -> None:
        try:
            found = list(propose())
        except Withheld as reason:
            self.withheld[str(reason)] += 1
        else:
            self.proposals += [self._beside(proposal) for proposal in found]

    def _of_difference(self, difference: Difference) -> Iterator[Proposal]:
        if difference.kind is Kind.missing_here:
            raise Withheld("Wikidata tells it, and no source here does")
        if difference.kind in {Kind.different_date, Kind.different_precision}:
            raise Withheld(f"{difference.kind}: it would change what stands there")
        if difference.inferred and not any(difference.item in stated.died for stated in self.several):
            raise Withheld("inferred here, and no date of death is known")
        borne = references(self.ours, tuple(evidence.source for evidence in difference.evidence))
        if not borne:
            raise Withheld("no source of it can be a reference on Wikidata")
        because = in_words(difference, self.ours)
        if difference.what in {"start", "end"}:
            yield self._qualified(difference, borne, because)
        else:
            if difference.kind is Kind.different_party:
                yield from self._ended(difference, borne, because)
            yield from self._stated(difference, borne, because)

    def _of_agreement(self, agreement: Agreement) -> Iterator[Proposal]:
        borne = references(self.ours, tuple(evidence.source for evidence in agreement.evidence))
        if not borne:
            raise Withheld("no source of it can be a reference on Wikidata")
        because = f"{self.ours.label(agreement.person)}: Wikidata gives no source for what a source here tells"
        for statement in agreement.statements:
            if statement.references == ():
                value = self._alone(statement)
                if not self._is_given(agreement.item, agreement.property, value):
                    yield Proposal(
                        agreement.item, agreement.property, value, (), borne, "existing statement", False, because
                    )

    def _is_given(self, item: str, prop: Property, value: str) -> bool:
        """Whether something with its sources is given to this statement already."""
        known = [p for p in self.proposals if p.to == "existing statement"]
        return any((p.item, p.property, p.value) == (item, prop, value) for p in known)

    def _qualified(self, difference: Difference, borne: tuple[tuple[Snak, ...], ...], because: str) -> Proposal:
        """A start or an end for a statement that stands there without."""
        assert difference.ours
        days = difference.ours.start if difference.what == "start" else difference.ours.end
        if len(difference.statements) != 1:
            raise Withheld("several statements there that it could qualify")
        qualifier = ("P580" if difference.what == "start" else "P582", self._time(days))
        value = self._alone(difference.statements[0])
        return Proposal(
            difference.item, difference.property, value, (qualifier,), borne, "existing statement", False, because
        )

    def _ended(self, difference: Difference, borne: tuple[tuple[Snak, ...], ...], because: str) -> Iterator[Proposal]:
        """The end of the statement that Wikidata lets go on beyond a change; withheld where it says otherwise."""
        here, there = difference.ours, difference.theirs
        assert here
        assert there
        begins_later = (there.start.latest or LAST) < (here.start.earliest or FIRST)
        if difference.property != POSITION or there.end.told or not begins_later:
            raise Withheld("different party: Wikidata says otherwise, which an editor has to decide")
        yield self._qualified(
            replace(difference, what="end", ours=Side(there.affiliation, end=here.start)), borne, because
        )

    def _stated(self, difference: Difference, borne: tuple[tuple[Snak, ...], ...], because: str) -> Iterator[Proposal]:
        """A statement that is not there; a seat as one for each term."""
        assert difference.ours
        side = difference.ours
        affiliation = self._item(side.affiliation)
        if difference.property != POSITION:
            dates = [(prop, time(days)) for prop, days in (("P580", side.start), ("P582", side.end))]
            qualifiers = tuple((prop, value) for prop, value in dates if value)
            yield Proposal(difference.item, "P102", affiliation, qualifiers, borne, "new statement", False, because)
            return
        for position, start, end in self._terms(difference.body or "", side):
            told = [
                ("P580", self._time(start)),
                ("P582", self._time(end) if end.told else None),
                ("P4100", affiliation),
                ("P768", self._electorate(difference, start, end)),
            ]
            seat = tuple((prop, value) for prop, value in told if value)
            yield Proposal(difference.item, "P39", position, seat, borne, "new statement", False, because)

    def _terms(self, ref: str, side: Side) -> Iterator[tuple[str, Days, Days]]:
        """The positions that a seat is, each with its days: one a term, where a body has its members hold that."""
        body = self.positions.body.get(ref)
        if body is None:
            raise Withheld(f"no item is known for a seat on {self.ours.label(ref)}")
        if body.terms is None:
            yield body.position, side.start, side.end
            return
        within = [t for t in body.terms if _meet(side.start, side.end, Days(t.first, t.first), Days(t.last, t.last))]
        if not within or (side.end.latest or LAST) > within[-1].last:
            raise Withheld(f"no item is known for a term of {self.ours.label(ref)}")
        begins, ends = side.start.latest or LAST, (side.end.earliest or FIRST) if side.end.told else LAST
        for term in within:
            if begins > term.last or ends < term.first:
                raise Withheld(f"whether it begins or ends in “{term.label}” is not known")
            position = term.position or self._learnt(term)
            if position is None:
                raise Withheld(f"no item is known for “{term.label}”")
            yield (
                position,
                Days(term.first, term.first) if begins <= term.first else side.start,
                Days(term.last, term.last) if ends >= term.last else side.end,
            )

    def _learnt(self, term: Term) -> str | None:
        """The item that Wikidata's own statements give the label of a term."""
        told = {
            s.value for stated in self.several for s in stated.statements if s.value_label == term.label and s.value
        }
        return next(iter(told)) if len(told) == 1 else None

    def _alone(self, statement: Statement) -> str:
        """The value of a statement, by which alone the tools find it: no other of the person may have the same."""
        if statement.value is None:
            raise Withheld("the results do not tell the position of the statement")
        if self._count(statement.item, statement.property, statement.value) != 1:
            raise Withheld("several statements there have the same value, and the tools cannot tell them apart")
        return statement.value

    def _count(self, item: str, prop: Property, value: str) -> int:
        return len({
            s.id for stated in self.several for s in stated.statements
            if (s.item, s.property, s.value) == (item, prop, value)
        })  # fmt: skip

    def _beside(self, proposal: Proposal) -> Proposal:
        if proposal.to == "existing statement":
            return proposal
        key = (proposal.item, proposal.property, proposal.value)
        before = any((p.item, p.property, p.value) == key and p.to == "new statement" for p in self.proposals)
        return replace(proposal, beside=before or self._count(*key) > 0)

    def _item(self, affiliation: str | None) -> str:
        if affiliation is None:
            raise Withheld("no source here tells for whom they sat")
        item = self.ours.item(affiliation)
        if item is None:
            raise Withheld(f"no item is known for {self.ours.label(affiliation)}")
        return item

    def _electorate(self, difference: Difference, start: Days, end: Days) -> str | None:
        """The item of the electorate that was sat for between two days, which may be another in each term."""
        seats = self.ours.seats.get((difference.person, difference.body or ""), ())
        refs = {s.electorate for s in seats if s.evidence in difference.evidence and _meet(s.start, s.end, start, end)}
        items = {ref: self.ours.item(ref) for ref in sorted(ref for ref in refs if ref)}
        if len(set(items.values())) == 1 and (item := next(iter(items.values()))):
            return item
        if items:
            self.withheld[f"given without P768: no one item is known for {', '.join(map(self.ours.label, items))}"] += 1
        return None

    @staticmethod
    def _time(days: Days) -> str:
        found = time(days)
        if found is None:
            raise Withheld("its date is an interval, which no precision of Wikidata can tell")
        return found


def _meet(start: Days, end: Days, other_start: Days, other_end: Days) -> bool:
    """Whether two stretches of time can have a day in common."""
    begins_before = (start.earliest or FIRST) <= (other_end.latest or LAST)
    return begins_before and (other_start.earliest or FIRST) <= (end.latest or LAST)
