"""What a name may mean, for matching by machine: every thing with a name near enough, and how alike the names are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kg.search.asked import Asked, kinds_of, loosely, nearby
from kg.search.index import Index, Known
from kg.search.names import PERSON, words
from kg.search.scoring import Agreement, Likeness, likeness

_MOST = 200  # names that are compared at once
_NEAR = 0.1  # by which what is near comes before what is likelier
_LEAST = 0.5  # the likeness below which a name is another


@dataclass(frozen=True)
class Candidate:
    """One thing that a name may mean, by that of its names which is likest."""

    known: Known
    likeness: Likeness
    is_near: bool  # whether it was found where it was looked for


def candidates(index: Index, text: str, *, types: Sequence[str] = (), around: Sequence[str] = ()) -> list[Candidate]:
    """The things that a name or an identifier may mean, the likest first, but what is near before that.

    Near is what has to do with a thing that one of the names `around` means: there a name need share one word only.
    """
    asked, kinds = Asked.of(text), kinds_of(tuple(types))
    best: dict[str, Candidate] = {}

    def keep(names: Iterable[Known], *, is_near: bool) -> None:
        for known in (known for known in names if known.kind in kinds):
            alike = _compared(index, asked, known)
            if alike.score >= _LEAST and (known.ref not in best or best[known.ref].likeness < alike):
                best[known.ref] = Candidate(known, alike, is_near or (known.ref in best and best[known.ref].is_near))

    if asked.words:
        for expression in nearby(index, asked, kinds, around):
            keep(index.matching(expression, _MOST), is_near=True)
        keep(index.exact(" ".join(asked.words), " ".join(asked.person), _MOST), is_near=False)
        for expression in loosely(index, asked, kinds):
            keep(index.matching(expression, _MOST), is_near=False)
    keep(index.identified(asked.text, _MOST), is_near=False)
    return sorted(best.values(), key=lambda c: -(c.likeness.score + (_NEAR if c.is_near else 0.0)))


def compare(one: str, other: str) -> Likeness:
    """How alike two names of anything but people are."""
    return likeness(words(one), words(other), lambda _: frozenset(), person=False)


def _compared(index: Index, asked: Asked, known: Known) -> Likeness:
    if not known.words:  # found by an identifier
        return Likeness(1.0, Agreement.SAME)
    mine, its, is_person = asked.of_kind(known.kind), known.words.split(), known.kind == PERSON
    found = likeness(mine, its, index.nicknames, person=is_person, is_name=index.is_word)
    if is_person and len(mine) == 1 and list(asked.words) != words(known.text):
        return replace(found, agreement=Agreement.NONE)  # "Smith" is no Lord Smith
    return found
