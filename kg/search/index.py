"""The search index of one build, open for reading: names by words, by identifier, and words by their likeness."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import quote

from rapidfuzz import process
from rapidfuzz.distance import OSA

from kg.errors import KgError
from kg.iris import ref_of

_HERE = Path(__file__).parent
_SLIPS = ((8, 2), (3, 1))  # a word of so many letters may be mistaken in so many
_KEPT = 4096  # words whose likes are remembered
_ALIKE = 40  # words that are tried for one that is asked for


class NoIndex(KgError):
    """A build has no search index, or one that this version cannot read."""


@dataclass(frozen=True)
class Known:
    """One name of one thing."""

    id: int
    ref: str
    kind: str
    label: str
    description: str
    text: str  # the name as it is written
    words: str


class Index:
    """An open index; any thread may ask it, one at a time."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise NoIndex("this build has no search index: make it anew with `kg build`")
        address = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        self._lock = Lock()
        self.similar = lru_cache(maxsize=_KEPT)(self._similar)

    def close(self) -> None:
        self._connection.close()

    def exact(self, one: str, other: str, most: int) -> list[Known]:
        """The names that are one of two, given as words with single spaces between them."""
        return self._known("exact", one=one, other=other, most=most)

    def matching(self, expression: str, most: int) -> list[Known]:
        """The names that fit an expression of FTS5 over the columns kind, words and context."""
        return self._known("matching", expression=expression, most=most)

    def identified(self, identifier: str, most: int) -> list[Known]:
        """The things that an identifier names: a reference or IRI of ours, or a code or IRI of another's."""
        return self._known("identified", identifier=(ref_of(identifier) or identifier).casefold(), most=most)

    def _similar(self, word: str) -> list[str]:
        """The words of names that this one may be a slip for, the likeliest first."""
        slips = next((slips for length, slips in _SLIPS if len(word) >= length), 0)
        if not slips:
            return []
        found = process.extract(word, self._words, scorer=OSA.distance, score_cutoff=slips, limit=_ALIKE)
        return [other for other, _, _ in found if other != word]

    def is_word(self, word: str) -> bool:
        """Whether the word is in some name."""
        return word in self._set_of_words

    def nicknames(self, word: str) -> frozenset[str]:
        """The other forms of a given name."""
        return self._nicknames.get(word, frozenset())

    @cached_property
    def _words(self) -> list[str]:
        return [word for (word,) in self._rows("SELECT text FROM word ORDER BY text")]

    @cached_property
    def _set_of_words(self) -> frozenset[str]:
        return frozenset(self._words)

    @cached_property
    def _nicknames(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for word, also in self._rows("SELECT word, also FROM nickname"):
            found.setdefault(word, set()).add(also)
        return {word: frozenset(others) for word, others in found.items()}

    def _known(self, query: str, **parameters: str | int) -> list[Known]:
        return [Known(*row) for row in self._rows(_QUERIES[query], parameters)]

    def _rows(self, query: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(query, parameters or {}).fetchall()


_QUERIES = {name: (_HERE / f"{name}.sql").read_text(encoding="utf-8") for name in ("exact", "matching", "identified")}
