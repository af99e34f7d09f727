"""/queries: the canned queries, as pages with a form, as metadata, and answered in each format."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from fastapi import APIRouter, Request, Response

from kg import iris, queries
from kg.errors import UnknownName
from kg.formats import BY_NAME, Format, of_kind
from kg.parameters import Parameter, ParameterFault
from kg.queries import CannedQuery
from kg.serve import pages, paging, query_page, spreadsheets
from kg.serve.live import Opened, opened
from kg.serve.negotiation import HTML, JSON, Choice, Kind
from kg.serve.paging import Page
from kg.serve.protocol import read_fields
from kg.serve.query_page import Choosable, Shown
from kg.serve.replies import by_extension, negotiated, reply, reply_of_build

router = APIRouter()

RQ = Kind("rq", "application/sparql-query")


@dataclass(frozen=True)
class Asked:
    """What an address asks for: a query with its parameters filled in, and the page of its answer, or all of it."""

    query: CannedQuery
    values: dict[str, str]
    filled: str
    page: Page | None

    def headers(self, links: dict[str, str], *, more: bool) -> dict[str, str]:
        """What a reply says of the page that it is; `X-SPARQL-MaxRows` is Virtuoso's for an answer that was cut."""
        cut = {"X-SPARQL-MaxRows": str(self.page.size if self.page else paging.SIZE)} if more else {}
        return {"Link": paging.header(links), **cut} if links else cut

    def links(self, extension: str, *, more: bool) -> dict[str, str]:
        """The addresses of the pages around it, by their relation."""
        return self.page.links(f"/queries/{self.query.name}.{extension}", self.values, more=more) if self.page else {}


@router.get("/queries", include_in_schema=False)
def query_list(request: Request) -> Response:
    """Every canned query, by name."""
    choice = negotiated(request, HTML, JSON)
    known = list(queries.canned().values())
    if choice.offer == HTML:
        return reply(choice, pages.render("queries.html", queries=known))
    body = {"openapi": "/openapi.json", "queries": [_metadata(query) for query in known]}
    return reply(choice, pages.json_text(body))


@router.get("/queries/{name}", include_in_schema=False)
def query(request: Request, name: str) -> Response:
    """A canned query as a page or as metadata; its answer where an extension or the client names a format."""
    stem, dot, extension = name.rpartition(".")
    if dot:
        found = queries.find(stem)
        return _answer(request, found, by_extension(extension, *formats_of(found), RQ, HTML))
    found = queries.find(name)
    choice = negotiated(request, HTML, JSON, *formats_of(found), RQ)
    if choice.offer == HTML:
        asked = _asked(request, found)
        return reply(choice, _page(opened(request), asked))
    if choice.offer == JSON:
        return reply(choice, pages.json_text(_metadata(found)))
    given = request.url.query
    location = f"/queries/{name}.{choice.offer.name}{'?' if given else ''}{given}"
    return _answer(request, found, choice, Content_Location=location)


@router.get("/queries/{name}/choices/{parameter}.json", include_in_schema=False)
def choices(request: Request, name: str, parameter: str) -> Response:
    """The values that a parameter of a query can take, with their labels."""
    found = queries.find(name)
    listed = {p.name: p.choices for p in found.params.values() if p.choices}
    if parameter not in listed:
        known = ", ".join(listed) or "none"
        raise UnknownName(f"{name} has no choices of {parameter!r}; it has those of: {known}")
    build = opened(request)
    values = [vars(choice) for choice in _choices(build, listed[parameter])]
    body = pages.json_text({"query": name, "parameter": parameter, "choices": values})
    return reply_of_build(Choice(JSON, JSON.media_type), body)


def featured() -> list[CannedQuery]:
    """The dozen that a visitor sees first: questions, not lists of choices or checks, and answered here."""
    asking = (q for q in queries.canned().values() if not {"lists", "checks"} & set(q.tags) and not q.federated)
    return list(islice(asking, 12))


def formats_of(query: CannedQuery) -> tuple[Format, ...]:
    """The formats that its answer can be written in."""
    if query.form == "SELECT":
        return (*of_kind("results"), *spreadsheets.FORMATS)
    return of_kind("results" if query.form == "ASK" else "graph")


def choices_address(query: CannedQuery, parameter: Parameter) -> str | None:
    """Where the choices of a parameter are listed; None where it has none."""
    return f"/queries/{query.name}/choices/{parameter.name}.json" if parameter.choices else None


def _answer(request: Request, query: CannedQuery, choice: Choice[Any], **headers: str) -> Response:
    asked = _asked(request, query)
    if choice.offer == RQ:
        return reply(choice, asked.page.limited(asked.filled) if asked.page else asked.filled, **headers)
    build = opened(request)
    if choice.offer == HTML:
        return _answered_page(build, asked, choice)
    body, more = _written(build, asked, choice.offer)
    told = asked.headers(asked.links(choice.offer.name, more=more), more=more)
    return _replies(query)(choice, body, **headers, **told)


def _replies(query: CannedQuery) -> Callable[..., Response]:
    """How an answer is given: what another service says can change under an unchanged build."""
    return reply if query.federated else reply_of_build


def _answered_page(build: Opened, asked: Asked, choice: Choice[Any]) -> Response:
    """A page has a number of rows even where nobody asks for one."""
    asked = Asked(asked.query, asked.values, asked.filled, asked.page or paging.first(asked.query))
    shown = _shown(build, asked)
    links = asked.links("html", more=shown.more)
    answer = _replies(asked.query)(choice, _page(build, asked, shown, links))
    answer.headers.update(asked.headers(links, more=shown.more))
    return answer


def _asked(request: Request, query: CannedQuery) -> Asked:
    """What the address asks for; a parameter that is given twice is a fault of its own."""
    given: dict[str, str] = {}
    for name, value in read_fields(request.scope["query_string"]):
        if name in given:
            raise ParameterFault(f"parameter {name!r} is given more than once: {given[name]!r}, {value!r}", name, value)
        given[name] = value
    values = {name: value for name, value in given.items() if name not in paging.NAMES}
    return Asked(query, values, query.fill(values), paging.asked_for(query, given))


def _written(build: Opened, asked: Asked, fmt: Format) -> tuple[bytes, bool]:
    """The answer in a format, and whether there are rows behind those that it holds."""
    if fmt in spreadsheets.FORMATS:
        body, more = _rows(build, asked, "json")
        return spreadsheets.written(body, fmt), more
    return _rows(build, asked, fmt.name)


def _rows(build: Opened, asked: Asked, format_name: str) -> tuple[bytes, bool]:
    network = asked.query.federated
    if not asked.page:
        return _evaluated(build, asked.filled, format_name, network=network), False
    body = _evaluated(build, asked.page.limited(asked.filled, ahead=1), format_name, network=network)
    return paging.cut(body, format_name, asked.page)


def _evaluated(build: Opened, text: str, format_name: str, *, network: bool = False) -> bytes:
    return build.ask(text, BY_NAME[format_name], network=network)


def _shown(build: Opened, asked: Asked) -> Shown:
    if asked.query.form == "SELECT":
        body, more = _rows(build, asked, "json")
        return query_page.table(body, asked.page, more=more)
    if asked.query.form == "ASK":
        return Shown([], [], text="Yes" if json.loads(_rows(build, asked, "json")[0])["boolean"] else "No")
    return Shown([], [], text=_rows(build, asked, "ttl")[0].decode())


def _page(build: Opened, asked: Asked, shown: Shown | None = None, links: dict[str, str] | None = None) -> str:
    fields = [
        query_page.field(p, asked.values.get(p.name) or p.default or "", _choices(build, p.choices))
        for p in asked.query.params.values()
    ]
    return query_page.rendered(asked.query, fields, asked.filled, formats_of(asked.query), shown, links)


def _choices(build: Opened, name: str | None) -> list[Choosable]:
    """The values that a parameter can take, with their labels: the first two columns of another canned query."""
    if not name:
        return []
    body = _evaluated(build, queries.find(name).text, "csv").decode()
    rows = islice(csv.reader(io.StringIO(body, newline="")), 1, None)
    return [Choosable(iris.shorten(value), label or value) for value, label, *_ in rows if value]


def _metadata(query: CannedQuery) -> dict[str, Any]:
    address = f"/queries/{query.name}"
    formats = [*(fmt.name for fmt in formats_of(query)), RQ.name]
    return {
        "name": query.name,
        "summary": query.summary,
        "description": query.description,
        "tags": query.tags,
        "form": query.form,
        "federated": query.federated,
        "paged": query.unpaged is None,
        "parameters": [
            {**vars(p), "schema": p.kind.schema, "choicesAddress": choices_address(query, p)}
            for p in query.params.values()
        ],
        "links": {"page": address} | {name: f"{address}.{name}" for name in formats},
    }
