"""What a text asks for: its words as names of people and of everything else are compared, as expressions of FTS5."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from kg.errors import UnknownName
from kg.mapping import mapping
from kg.search.index import Index
from kg.search.names import PERSON, common, person_words, words

LONGEST = 200  # characters of a text that are read
TABLES = ("person", "affiliation", "body", "electorate", "change", "source")  # whose things are in the index
_WORDS = 10  # of a text that are looked for
_FEW = 5  # words, of which each in turn may be one too many

Kinds = frozenset[str]
Forms = list[list[str]]  # for each word that is asked for, the words that may stand for it


@dataclass(frozen=True)
class Asked:
    """A text as words: all of them, and as a person's name without titles and honours."""

    text: str
    words: tuple[str, ...]
    person: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "Asked":
        text = text[:LONGEST].strip()
        return cls(text, tuple(words(text)[:_WORDS]), tuple(person_words(text)[:_WORDS]))

    def of_kind(self, kind: str) -> tuple[str, ...]:
        return self.person if kind == PERSON else self.words

    def readings(self, kinds: Kinds) -> Iterator[tuple[tuple[str, ...], Kinds]]:
        """The words to look for among people, and those among other things, with the kinds of either."""
        if PERSON in kinds and self.person:
            yield self.person, frozenset({PERSON})
        if self.words and (others := kinds - {PERSON}):
            yield tuple(telling(self.words)), others


def telling(named: Sequence[str]) -> list[str]:
    """The words of a name but those that many names have, unless there are no others."""
    return [word for word in named if word not in common("common")] or list(named)


def begun(asked: Asked, kinds: Kinds) -> str:
    """Every word begins one of the name or of what stands around it."""
    return _expression("{words context}", ([f"{_quoted(word)}*"] for word in asked.person), kinds)


def loosely(index: Index, asked: Asked, kinds: Kinds) -> Iterator[str]:
    """Every word or a form of it is in the name; then all but one, where there are some to spare."""
    for reading, theirs in asked.readings(kinds):
        forms = _forms(index, reading)
        yield _expression("words", forms, theirs)
        if 2 < len(forms) <= _FEW:
            for left_out in range(len(forms)):
                yield _expression("words", forms[:left_out] + forms[left_out + 1 :], theirs)


def nearby(index: Index, asked: Asked, kinds: Kinds, around: Iterable[str]) -> Iterator[str]:
    """One word or a form of it is in the name, and the words of one of the names `around` stand around it."""
    for name in around:
        if near := telling(words(name)[:_WORDS]):
            for reading, theirs in asked.readings(kinds):
                any_word = [form for forms in _forms(index, reading) for form in forms]
                found = _expression("words", [any_word], theirs)
                yield f"{found} AND {_expression('context', ([_quoted(word)] for word in near), frozenset())}"


@cache
def kinds_of(types: tuple[str, ...]) -> Kinds:
    """The kinds that classes stand for, by their local names, or all; UnknownName for a name of no such class."""
    known = {
        kind: {c.removeprefix("pd:") for c in mapping()[t].kinds[kind]} for t in TABLES for kind in mapping()[t].kinds
    }
    if unknown := sorted(set(types).difference(*known.values())):
        names = ", ".join(sorted(set().union(*known.values())))
        raise UnknownName(f"there is no type {unknown[0]!r}; there are: {names}")
    return frozenset(kind for kind, classes in known.items() if not types or classes & set(types))


@cache
def type_of(kind: str) -> str:
    """The local name of the most specific class of a kind."""
    return next(cls.kinds[kind][0] for cls in mapping().values() if kind in cls.kinds).partition(":")[2]


def token(kind: str) -> str:
    """A kind as one word of the index."""
    return kind.replace("-", "")


def _forms(index: Index, reading: Sequence[str]) -> Forms:
    """For each word itself, its initial, its short forms and what it may be a slip for; an initial begins any word."""
    return [
        [f"{_quoted(word)}*"]
        if len(word) == 1
        else [_quoted(form) for form in (word, word[0], *sorted(index.nicknames(word)), *index.similar(word))]
        for word in reading
    ]


def _expression(columns: str, groups: Iterable[Iterable[str]], kinds: Kinds) -> str:
    """One word of each group in some columns, and one of the kinds, where not all are meant."""
    parts = [f"{columns} : ({' OR '.join(group)})" for group in groups]
    if kinds and kinds != kinds_of(()):
        parts.append(f"kind : ({' OR '.join(sorted(map(token, kinds)))})")
    return " AND ".join(parts)


def _quoted(word: str) -> str:
    return f'"{word}"'  # words have letters and digits only
