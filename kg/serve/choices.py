"""The values that a parameter of a canned query can take: the first two columns of another canned query."""

import csv
import io
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from kg import iris, queries
from kg.formats import BY_NAME
from kg.parameters import Parameter
from kg.queries import CannedQuery
from kg.serve.answers import Askable


@dataclass(frozen=True)
class Choosable:
    """A value that a parameter can take, and its label."""

    value: str
    label: str


def address(query: CannedQuery, parameter: Parameter) -> str | None:
    """Where the choices of a parameter are listed; None where it has none."""
    return f"/queries/{query.name}/choices/{parameter.name}.json" if parameter.choices else None


def choices(build: Askable, name: str | None) -> list[Choosable]:
    """The values and labels that a canned query lists."""
    if not name:
        return []
    body = build.ask(queries.find(name).text, BY_NAME["csv"]).decode()
    rows = islice(csv.reader(io.StringIO(body, newline="")), 1, None)
    return [Choosable(iris.shorten(value), label or value) for value, label, *_ in rows if value]


def matching(listed: Iterable[Choosable], words: str, most: int) -> list[Choosable]:
    """The choices with every word in label or value, whatever its case and accents; openings first, short ones next."""
    wanted = _plain(words).split()
    found = [choice for choice in listed if all(word in _plain(f"{choice.label} {choice.value}") for word in wanted)]
    opening = _plain(words)
    return sorted(found, key=lambda choice: (not _plain(choice.label).startswith(opening), len(choice.label)))[:most]


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
