"""How alike a name that is asked for and a name that is known are, word by word, in any order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from rapidfuzz.distance import OSA

from kg.search.names import common

NICKNAME, INITIAL, CUT = 0.93, 0.8, 0.9  # what a word is worth that stands for another in one of these ways
_LEAST = 0.7  # of two words that are the same but for a slip
_SHORT = 4  # letters; two shorter words are not the same but for a slip
_EXTRA = 0.35  # of the weight of a word, where only one of the names has it, in the middle
_LIGHT = 0.2  # the weight of a word that many names have

Alike = Callable[[str], frozenset[str]]  # the other forms of a given name
IsName = Callable[[str], bool]  # whether a word is in some name that is known


class Agreement(IntEnum):
    """How far two names agree."""

    NONE = 0
    NEAR = 1  # but for words that are near, yet names of their own, as Summers and Sumner
    SIMILAR = 2  # but for slips, which are no names
    COMPATIBLE = 3  # one has initials, a short form or fewer words
    SAME = 4


@dataclass(frozen=True, order=True)
class Likeness:
    """The likeness of two names: a number from 0 to 1, and what it rests on."""

    score: float
    agreement: Agreement


def likeness(
    asked: Sequence[str], known: Sequence[str], alike: Alike, *, person: bool, is_name: IsName = lambda _: False
) -> Likeness:
    """Compare two names; of people by initials and short forms too, of others hardly by words such as "council"."""
    if sorted(asked) == sorted(known):
        return Likeness(1.0 if list(asked) == list(known) else 0.99, Agreement.SAME)
    pairs = _paired(asked, known, alike, person=person)
    if all(1 in {len(asked[a]), len(known[k])} for a, k, _ in pairs):
        return Likeness(0.0, Agreement.NONE)  # initials alone tell nothing
    mine, its = _weights(asked, person=person), _weights(known, person=person)
    paired = [((mine[a] + its[k]) / 2, worth) for a, k, worth in pairs]
    left = _others(mine, {a for a, _, _ in pairs}) + _others(its, {k for _, k, _ in pairs})
    score = sum(weight * worth for weight, worth in paired) / (sum(weight for weight, _ in paired) + sum(left))
    whole = 1 < len(pairs) == min(len(asked), len(known)) if person else max(left, default=0) < 1
    slips = [asked[a] for a, k, _ in pairs if _is_slip(asked[a], known[k], alike)]
    return Likeness(score, _agreement(slips, is_name) if whole else Agreement.NONE)


def coverage(asked: Sequence[str], known: Sequence[str], alike: Alike, *, person: bool) -> float:
    """How well all that is asked for stands in a name, whatever else that has; 0 where a word of it does not.

    An initial of the name stands for no word: many begin so.
    """
    written = [word for word in known if len(word) > 1 or word in asked]
    pairs = _paired(asked, written, alike, person=person)
    if len(pairs) < len(asked) or all(len(word) == 1 for word in asked):
        return 0.0
    return sum(worth for _, _, worth in pairs) / len(pairs)


Pair = tuple[int, int, float]  # the place of a word in either name, and how much the one is worth for the other


def _paired(asked: Sequence[str], known: Sequence[str], alike: Alike, *, person: bool) -> list[Pair]:
    """The words that stand for each other, the best first."""
    found = sorted(
        (
            (-worth, abs(a - k), a, k)
            for a, one in enumerate(asked)
            for k, other in enumerate(known)
            if (worth := _worth(one, other, alike, person=person))
        )
    )
    pairs: list[Pair] = []
    for worth, _, a, k in found:
        if all(a != pair[0] and k != pair[1] for pair in pairs):
            pairs.append((a, k, -worth))
    return pairs


def _worth(one: str, other: str, alike: Alike, *, person: bool) -> float:
    if one == other:
        return 1.0
    if person and 1 in {len(one), len(other)}:
        return INITIAL if one[0] == other[0] else 0.0
    if person and other in alike(one):
        return NICKNAME
    if max(len(one), len(other)) < _SHORT or one.isdigit():
        return 0.0
    same = OSA.normalized_similarity(one, other, score_cutoff=_LEAST)
    return same * CUT if same else 0.0


def _weights(words: Sequence[str], *, person: bool) -> list[float]:
    """How much each word tells: of a person's name those in the middle less, of another's those that many have."""
    if not person:
        return [_LIGHT if word in common("common") else 1.0 for word in words]
    last = len(words) - 1
    return [(1.0 if i in {0, last} else _EXTRA) * (0.6 if len(word) == 1 else 1.0) for i, word in enumerate(words)]


def _others(weights: list[float], paired: set[int]) -> list[float]:
    return [weight for i, weight in enumerate(weights) if i not in paired]


def _agreement(slips: list[str], is_name: IsName) -> Agreement:
    if not slips:
        return Agreement.COMPATIBLE
    return Agreement.NEAR if any(map(is_name, slips)) else Agreement.SIMILAR


def _is_slip(one: str, other: str, alike: Alike) -> bool:
    return one != other and 1 not in {len(one), len(other)} and other not in alike(one)
