"""Candidates for a query: whose names are near, what the constraints say of them, and whether one is surely meant."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg.search import Agreement, Candidate, Index, Likeness, candidates, kinds_of
from kg.serve.live import Opened
from kg.serve.reconcile.agreeing import Understood, Verdict, understood, verdict
from kg.serve.reconcile.offered import Offered
from kg.serve.reconcile.reading import Query
from kg.serve.reconcile.values import Value, holders_of, values_of

_JUDGED = 30  # candidates of one query whose properties are looked at
_NAME = 0.7  # the share of the name in the score of a candidate, where there are constraints
_SURE = 0.8  # the likeness from which slips in a name are forgiven, where a constraint agrees
_NAMELESS = Likeness(1.0, Agreement.SAME)

Known = Mapping[Offered, Mapping[str, list[Value]]]  # by property and reference


@dataclass(frozen=True)
class Judged:
    """A candidate with what the constraints say of it."""

    candidate: Candidate
    verdicts: tuple[Verdict, ...]

    @property
    def ref(self) -> str:
        return self.candidate.known.ref

    @property
    def agreeing(self) -> int:
        return self.verdicts.count(Verdict.AGREES)

    @property
    def disagreeing(self) -> int:
        return self.verdicts.count(Verdict.DISAGREES)

    @property
    def score(self) -> float:
        """From 0 to 100: the likeness of the names and, where there are constraints, how many of them agree."""
        name = self.candidate.likeness.score
        if not self.verdicts:
            return round(100 * name, 1)
        share = sum(self.verdicts) / (Verdict.AGREES * len(self.verdicts))
        return round(100 * (_NAME * name + (1 - _NAME) * share), 1)


@dataclass(frozen=True)
class Looked:
    """A query with what its constraints mean and the candidates that its text or they bring up."""

    query: Query
    constraints: tuple[Understood, ...]
    candidates: tuple[Candidate, ...]


def judged(build: Opened, index: Index, queries: Iterable[Query]) -> list[list[Judged]]:
    """The candidates of each query, the best first; properties are looked up once for all queries of a batch."""
    looked = [_look(build, index, query) for query in queries]
    wanted: dict[Offered, set[str]] = {}
    for one in looked:
        for constraint in one.constraints:
            wanted.setdefault(constraint.property, set()).update(c.known.ref for c in one.candidates)
    known = {offered: values_of(build, offered, refs) for offered, refs in wanted.items()}
    return [judge(one, known) for one in looked]


def judge(looked: Looked, known: Known) -> list[Judged]:
    """The candidates of one query by what is known of their properties."""
    found = [
        Judged(c, tuple(verdict(w, known[w.property].get(c.known.ref, [])) for w in looked.constraints))
        for c in looked.candidates
    ]
    return sorted(found, key=lambda judged: -judged.score)


def match(found: list[Judged]) -> str | None:
    """The reference of the one candidate that is surely meant; None where there is none, or a choice.

    Whatever disagrees is out. Where constraints agree, a name may have initials, a short form, fewer words, or a slip
    that makes no other name, if no other with such a name agrees; where there are none, or nothing is known, the name
    must be the very same, and nothing else may be called so, were it by initials, a short form or more words.
    """
    left = [judged for judged in found if not judged.disagreeing]
    most = max((judged.agreeing for judged in left), default=0)
    if most:
        left = [j for j in left if j.agreeing == most and j.candidate.likeness.score >= _SURE]
        least = Agreement.SIMILAR
    else:
        least = Agreement.COMPATIBLE
    rivals = [judged for judged in left if judged.candidate.likeness.agreement >= least]
    if len(rivals) == 1 and (most or rivals[0].candidate.likeness.agreement == Agreement.SAME):
        return rivals[0].ref
    return None


def _look(build: Opened, index: Index, query: Query) -> Looked:
    constraints = tuple(understood(index, constraint) for constraint in query.constraints)
    if query.text:
        around = [name for constraint in constraints if constraint.property.is_entity for name in constraint.names]
        found = candidates(index, query.text, types=query.types, around=around)
    else:
        found = _by_constraints(build, index, constraints, query)
    if query.all_types:
        every = frozenset.intersection(*(kinds_of((name,)) for name in query.types)) if query.types else kinds_of(())
        found = [candidate for candidate in found if candidate.known.kind in every]
    return Looked(query, constraints, tuple(found[:_JUDGED]))


def _by_constraints(
    build: Opened, index: Index, constraints: tuple[Understood, ...], query: Query
) -> list[Candidate]:  # fmt: skip
    """Whatever has a value that the first constraint with any asks for; the others are compared as ever."""
    for constraint in constraints:
        wanted = constraint.refs if constraint.property.is_entity else constraint.texts
        if refs := holders_of(build, constraint.property, wanted):
            kinds = kinds_of(query.types)
            found = (known for ref in sorted(refs) for known in index.identified(ref, 1) if known.kind in kinds)
            return [Candidate(known, _NAMELESS, is_near=True) for known in found]
    return []
