"""Pages of an answer: `_page` and `_size` in an address, LIMIT and OFFSET in a query, Link in a reply (RFC 8288).

The underscore is Datasette's, so that no parameter of a query can have the same name; pages are numbered as grlc's are.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from urllib.parse import urlencode

from kg.parameters import ParameterFault
from kg.queries import CannedQuery
from kg.serve.problem import Problem

SIZE = 1000  # rows on a page where nobody says how many
LARGEST = 10_000
LAST = 1_000_000  # no page has a higher number, so that OFFSET stays a number that engines take
NAMES = ("_page", "_size")


@dataclass(frozen=True)
class Page:
    """One page of an answer, counted from 1."""

    number: int
    size: int

    def limited(self, text: str, *, ahead: int = 0) -> str:
        """A query that ends with its ORDER BY, for this page alone, and a row ahead of it where one is asked for."""
        return f"{text.rstrip()}\nLIMIT {self.size + ahead}\nOFFSET {(self.number - 1) * self.size}\n"

    def links(self, address: str, values: Mapping[str, str], *, more: bool) -> dict[str, str]:
        """Its neighbours by their relation; which page is the last is known on the last alone."""
        numbers = {"first": 1, "prev": self.number - 1, "next": self.number + more, "last": self.number}
        absent = {"prev": self.number == 1, "next": not more, "last": more}
        given = {name: value for name, value in values.items() if value}
        return {
            relation: f"{address}?{urlencode(given | {'_page': number, '_size': self.size})}"
            for relation, number in numbers.items()
            if not absent.get(relation)
        }


def asked_for(query: CannedQuery, values: Mapping[str, str]) -> Page | None:
    """The page that an address asks for; None where it asks for the whole answer."""
    asked = {name: values[name] for name in NAMES if values.get(name)}
    if query.unpaged:
        for name, value in asked.items():
            raise ParameterFault(
                f"parameter {name!r}: {value!r} is no page of {query.name}: {query.unpaged}", name, value
            )
        return None
    if not asked and query.pagination is None:
        return None
    size = _number(asked, "_size", LARGEST) or query.pagination or SIZE
    return Page(_number(asked, "_page", LAST) or 1, size)


def cut(body: bytes, name: str, page: Page) -> tuple[bytes, bool]:
    """An answer that was asked for with a row ahead, without that row, and whether it was there.

    A page behind the last one is a Problem.
    """
    kept, count = _CUTS[name](body, page.size)
    if not count and page.number > 1:
        value = str(page.number)
        detail = f"parameter '_page': {value!r} lies behind the last page of {page.size} rows"
        raise Problem(404, detail, parameter="_page", value=value)
    return kept, count > page.size


def header(links: Mapping[str, str]) -> str:
    """The value of a Link header."""
    return ", ".join(f'<{address}>; rel="{relation}"' for relation, address in links.items())


def _number(asked: Mapping[str, str], name: str, largest: int) -> int | None:
    value = asked.get(name, "").strip()
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) < 20 and 1 <= int(value) <= largest):
        message = f"parameter {name!r}: {asked[name]!r} is out of range: give a whole number from 1 to {largest}"
        raise ParameterFault(message, name, asked[name])
    return int(value)


def _cut_json(body: bytes, size: int) -> tuple[bytes, int]:
    document = json.loads(body)
    rows = document["results"]["bindings"]
    if len(rows) <= size:
        return body, len(rows)
    document["results"]["bindings"] = rows[:size]
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(), len(rows)


def _cut_xml(body: bytes, size: int) -> tuple[bytes, int]:
    head, *rows = body.split(b"<result>")  # in a text it would stand as &lt;result&gt;
    if len(rows) <= size:
        return body, len(rows)
    tail = body[body.rindex(b"</results>") :]
    return b"<result>".join([head, *rows[:size]]) + tail, len(rows)


def _cut_csv(body: bytes, size: int) -> tuple[bytes, int]:
    lines = body.split(b"\r\n")
    quotes = accumulate(line.count(b'"') for line in lines)
    ends = [index for index, count in enumerate(quotes) if count % 2 == 0]  # a quoted value can hold line breaks
    rows = len(ends) - 2  # the first is the header, the last what follows the final line break
    return (body if rows <= size else b"\r\n".join([*lines[: ends[size] + 1], b""])), rows


def _cut_tsv(body: bytes, size: int) -> tuple[bytes, int]:
    lines = body.split(b"\n")
    rows = len(lines) - 2
    return (body if rows <= size else b"\n".join([*lines[: size + 1], b""])), rows


_CUTS: dict[str, Callable[[bytes, int], tuple[bytes, int]]] = {
    "json": _cut_json,
    "xml": _cut_xml,
    "csv": _cut_csv,
    "tsv": _cut_tsv,
}
