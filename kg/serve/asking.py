"""What an address asks of a canned query, and the build's answer to it, in pages and in each format."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from fastapi import Request, Response

from kg.formats import BY_NAME, Format, of_kind
from kg.parameters import ParameterFault
from kg.queries import CannedQuery
from kg.serve import depicting, paging, spreadsheets
from kg.serve.depicting import Depicted
from kg.serve.live import Opened
from kg.serve.paging import LARGEST, Page
from kg.serve.pictures import LEAST, MOST, WIDE
from kg.serve.protocol import read_fields
from kg.serve.replies import reply, reply_of_build

_WIDTH = "_width"  # of a picture


@dataclass(frozen=True)
class Asked:
    """What an address asks for: a query with its parameters filled in, and the page of its answer, or all of it."""

    query: CannedQuery
    values: dict[str, str]
    filled: str
    page: Page | None
    width: int = WIDE

    def headers(self, links: dict[str, str], *, more: bool) -> dict[str, str]:
        """What a reply says of the page that it is; `X-SPARQL-MaxRows` is Virtuoso's for an answer that was cut."""
        cut = {"X-SPARQL-MaxRows": str(self.page.size if self.page else paging.SIZE)} if more else {}
        return {"Link": paging.header(links), **cut} if links else cut

    def links(self, extension: str, *, more: bool) -> dict[str, str]:
        """The addresses of the pages around it, by their relation."""
        return self.page.links(f"/queries/{self.query.name}.{extension}", self.values, more=more) if self.page else {}

    def address(self, ending: str = "", folder: str = "/queries") -> str:
        """The address of the whole answer, in another format where an ending such as ".csv" names it."""
        given = urlencode({name: value for name, value in self.values.items() if value})
        return f"{folder}/{self.query.name}{ending}{'?' if given else ''}{given}"


def asked_by(query_string: bytes, query: CannedQuery, *others: str) -> Asked:
    """What an address asks for, `others` being names that it may have besides; a parameter given twice is a fault."""
    given: dict[str, str] = {}
    for name, value in read_fields(query_string):
        if name in given:
            raise ParameterFault(f"parameter {name!r} is given more than once: {given[name]!r}, {value!r}", name, value)
        given[name] = value
    ours = {*paging.NAMES, *others}
    values = {name: value for name, value in given.items() if name not in ours}
    width = _width(given) if _WIDTH in others else WIDE
    return Asked(query, values, query.fill(values), paging.asked_for(query, given), width)


def picture_asked_by(request: Request, query: CannedQuery) -> Asked:
    """The same of the address of a picture, which can have a width."""
    return asked_by(request.scope["query_string"], query, _WIDTH)


def formats_of(query: CannedQuery) -> tuple[Format, ...]:
    """The formats that its answer can be written in."""
    if query.form == "SELECT":
        return (*of_kind("results"), *spreadsheets.FORMATS)
    return of_kind("results" if query.form == "ASK" else "graph")


def replies(query: CannedQuery) -> Callable[..., Response]:
    """How an answer is given: what another service says can change under an unchanged build."""
    return reply if query.federated else reply_of_build


def written(build: Opened, asked: Asked, fmt: Format) -> tuple[bytes, bool]:
    """The answer in a format, and whether there are rows behind those that it holds."""
    if fmt in spreadsheets.FORMATS:
        body, more = rows(build, asked, "json")
        return spreadsheets.written(body, fmt), more
    return rows(build, asked, fmt.name)


def rows(build: Opened, asked: Asked, format_name: str) -> tuple[bytes, bool]:
    """The same, as the build writes it."""
    fmt, network = BY_NAME[format_name], asked.query.federated
    if not asked.page:
        return build.ask(asked.filled, fmt, network=network), False
    body = build.ask(asked.page.limited(asked.filled, ahead=1), fmt, network=network)
    return paging.cut(body, format_name, asked.page)


def depicted(build: Opened, asked: Asked, known: bytes | None = None) -> Depicted | None:
    """The picture of the answer, as far as a picture goes; `known` is the whole answer in JSON where it is at hand."""
    if not asked.query.picture:
        return None
    return depicting.picture_of(build, asked.query, known or rows(build, whole_of(asked), "json")[0])


def whole_of(asked: Asked) -> Asked:
    """The same asked whole, or as much of it as one page can hold."""
    return replace(asked, page=None if asked.query.unpaged else Page(1, LARGEST))


def _width(given: dict[str, str]) -> int:
    value = given.get(_WIDTH, "").strip() or str(WIDE)
    if not (value.isascii() and value.isdigit() and len(value) < 6 and LEAST <= int(value) <= MOST):
        message = f"parameter {_WIDTH!r}: {value!r} is out of range: give a whole number from {LEAST} to {MOST}"
        raise ParameterFault(message, _WIDTH, value)
    return int(value)
