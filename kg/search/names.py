"""Names as they are compared: words in small letters without accents; of people without titles and honours."""

import re
import unicodedata
from functools import cache
from itertools import chain
from pathlib import Path

from ruamel.yaml import YAML

PERSON = "person"  # the kind whose names are those of people

_WORD = re.compile(r"[^\W_]+")
_APOSTROPHE = re.compile(r"(?<=\w)['’ʼ`](?=\w)")
_CAPITALS = re.compile(r"(?<!\w)[A-Z]{2,3}(?!\w)")
_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]{2,3}")  # that make no syllable


def words(text: str) -> list[str]:
    """The words of a name: "Newry, Mourne & Down" → newry mourne and down; "O’Neill" is one word."""
    plain = _APOSTROPHE.sub("", text.replace("&", " and "))
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return _WORD.findall(plain.casefold())


def person_words(text: str) -> list[str]:
    """The words of a person's name without titles and honours, turned round where a comma says so.

    "Cllr MJ Smith MBE" → m j smith; "Smith, Dr Ann" → ann smith. A name that is nothing but a title stays.
    """
    together = set() if text.isupper() else {word.casefold() for word in _CAPITALS.findall(text)}
    family, _, rest = text.partition(",")
    given = words(rest)
    is_turned = given and not set(given) <= common("honours")
    named = _bare(given) + _bare(words(family)) if is_turned else _bare(words(text))
    return [part for word in named for part in (word if _are_initials(word, together) else [word])]


def words_of(kind: str, text: str) -> list[str]:
    """The words of a name of some kind of thing."""
    return person_words(text) if kind == PERSON else words(text)


@cache
def common(sort: str) -> frozenset[str]:
    """The words of one sort in words.yaml."""
    raw = YAML(typ="safe").load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))
    return frozenset(chain.from_iterable(raw[sort]))


def _bare(named: list[str]) -> list[str]:
    first, last = 0, len(named)
    while first < last - 1 and named[first] in common("titles"):
        first += 1
    while last > first + 1 and named[last - 1] in common("honours"):
        last -= 1
    return named[first:last]


def _are_initials(word: str, capitals: set[str]) -> bool:
    """Whether a word is initials written together: "MJ", or letters that cannot be said, as in "mj smith"."""
    return word not in common("together") and (word in capitals or bool(_CONSONANTS.fullmatch(word)))
