"""What a searcher sees: the things whose names fit a text, those first that fit best."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.search.asked import Asked, begun, kinds_of, loosely, type_of
from kg.search.index import Index, Known
from kg.search.names import PERSON, words
from kg.search.scoring import coverage, likeness

_MOST = 200  # names that are scored at once
_ENOUGH = 0.8  # the score from which a name was surely meant, so that slips are not looked for
_LEAST = 0.5  # the score below which a name is none of those that were meant


@dataclass(frozen=True)
class Found:
    """One thing that a text may mean."""

    ref: str  # as in "person/anna-soubry"
    type: str  # the local name of its most specific class, as in "Council"
    label: str
    description: str
    score: float  # 0 to 1; 1 for the very name or an identifier
    name: str  # which of its names fits; the label where an identifier does


def find(index: Index, text: str, *, types: Sequence[str] = (), limit: int = 10) -> list[Found]:
    """The things that a text may mean, the likeliest first, each once: see the package for what counts how much."""
    asked, kinds = Asked.of(text), kinds_of(tuple(types))
    best: dict[str, Found] = {}

    def keep(names: Iterable[Known]) -> None:
        for known in (known for known in names if known.kind in kinds):
            score = _score(index, asked, known)
            if score >= _LEAST and (known.ref not in best or best[known.ref].score < score):
                best[known.ref] = _found(known, score)

    if asked.words:
        keep(index.exact(" ".join(asked.words), " ".join(asked.person), _MOST))
        keep(index.matching(begun(asked, kinds), _MOST))
        if all(found.score < _ENOUGH for found in best.values()):
            for expression in loosely(index, asked, kinds):
                keep(index.matching(expression, _MOST))
    identified = index.identified(asked.text, limit)
    best |= {known.ref: _found(known, 1.0) for known in identified if known.kind in kinds}
    ranked = sorted(best.values(), key=lambda found: -found.score)  # the weightier of two alike came first
    return ranked[:limit]


def _found(known: Known, score: float) -> Found:
    return Found(known.ref, type_of(known.kind), known.label, known.description, round(score, 3), known.text)


def _score(index: Index, asked: Asked, known: Known) -> float:
    """Exact, then begun, then all words in any order, then some of them in the description, then all but for slips.

    Of a slip in a part of the name only that part counts: who looks for a family name need not know the given one.
    """
    mine, its = asked.of_kind(known.kind), known.words.split()
    text = " ".join(mine)
    if text == known.words:
        return 1.0
    share = min(len(text) / len(known.words), 1.0) if known.words else 0.0
    if known.words.startswith(text):
        return 0.9 + 0.09 * share
    left = _not_begun(mine, its)
    if not left:
        return 0.8 + 0.09 * share
    if len(left) < len(mine) and not _not_begun(left, words(known.description)):
        return 0.79 - 0.09 * len(left) / len(mine)
    person = known.kind == PERSON
    whole = likeness(mine, its, index.nicknames, person=person).score
    return max(0.8 * whole, 0.7 * coverage(mine, its, index.nicknames, person=person))


def _not_begun(asked: Sequence[str], known: Sequence[str]) -> list[str]:
    """The words of one name that begin no word of another, each a different one."""
    free, left = list(known), []
    for word in asked:
        if found := next((other for other in free if other.startswith(word)), None):
            free.remove(found)
        else:
            left.append(word)
    return left
