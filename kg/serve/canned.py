"""/queries: the canned queries, as pages with a form, as metadata, and answered in each format."""

import json
from dataclasses import dataclass
from itertools import islice
from typing import Any

from fastapi import APIRouter, Request, Response

from kg import iris, queries
from kg.formats import Format, of_kind
from kg.queries import CannedQuery, Parameter, ParameterFault
from kg.serve import answers, pages
from kg.serve.answers import Row
from kg.serve.evaluation import evaluate
from kg.serve.live import Opened, opened
from kg.serve.negotiation import HTML, JSON, Choice, Kind
from kg.serve.pages import Link
from kg.serve.protocol import Operation, read_fields
from kg.serve.replies import by_extension, negotiated, reply, reply_of_build
from kg.store import Quads

router = APIRouter()

RQ = Kind("rq", "application/sparql-query")
_SHOWN = 1000  # rows of an answer that a page shows; the other formats give them all


@dataclass(frozen=True)
class Shown:
    """An answer as a page shows it: a table, or a text where it is none."""

    columns: list[str]
    rows: list[list[Link | None]]
    count: int  # of all rows, shown or not
    text: str | None = None


@dataclass(frozen=True)
class Field:
    """A parameter in a form: the value it has there, and those that can be chosen, where they are listed."""

    parameter: Parameter
    value: str
    choices: list[tuple[str, str]]


@router.get("/queries")
def query_list(request: Request) -> Response:
    """Every canned query, by name."""
    choice = negotiated(request, HTML, JSON)
    known = list(queries.canned().values())
    if choice.offer == HTML:
        return reply(choice, pages.render("queries.html", queries=known))
    return reply(choice, pages.json_text({"queries": [_metadata(query) for query in known]}))


@router.get("/queries/{name}")
def query(request: Request, name: str) -> Response:
    """A canned query as a page or as metadata; its answer where an extension names a format."""
    stem, dot, extension = name.rpartition(".")
    if dot:
        return _answer(request, queries.find(stem), extension)
    found = queries.find(name)
    choice = negotiated(request, HTML, JSON)
    if choice.offer == HTML:
        return reply(choice, _page(opened(request).quads, found, _values(request)))
    return reply(choice, pages.json_text(_metadata(found)))


def featured() -> list[CannedQuery]:
    """The dozen that a visitor sees first: questions, not lists of choices or checks, and answered here."""
    asking = (q for q in queries.canned().values() if not {"lists", "checks"} & set(q.tags) and not q.federated)
    return list(islice(asking, 12))


def formats_of(query: CannedQuery) -> tuple[Format, ...]:
    """The formats that its answer can be written in."""
    return of_kind("results" if query.form in {"SELECT", "ASK"} else "graph")


def _answer(request: Request, query: CannedQuery, extension: str) -> Response:
    choice = by_extension(extension, *formats_of(query), RQ, HTML)
    values = _values(request)
    filled = query.fill(values)
    if choice.offer == RQ:
        return reply(choice, filled)
    build = opened(request)
    if choice.offer == HTML:
        return reply(choice, _page(build.quads, query, values, _shown(build, query, filled)))
    if query.federated:  # what another service says can change under an unchanged build
        return reply(choice, _evaluated(build, filled, choice))
    return reply_of_build(request, build, choice, lambda: _evaluated(build, filled, choice))


def _evaluated(build: Opened, filled: str, choice: Choice[Any]) -> bytes:
    return evaluate(build.quads, Operation(filled, format=choice.offer.name), "")[1]


def _shown(build: Opened, query: CannedQuery, filled: str) -> Shown:
    if query.form not in {"SELECT", "ASK"}:
        return Shown([], [], 0, evaluate(build.quads, Operation(filled, format="ttl"), "")[1].decode())
    body = evaluate(build.quads, Operation(filled, format="json"), "")[1]
    if query.form == "ASK":
        return Shown([], [], 0, "Yes" if json.loads(body)["boolean"] else "No")
    named = json.loads(body)["head"]["vars"]
    columns = [column for column in named if column.removesuffix("Label") not in set(named) - {column}]
    rows = list(answers.rows(body))
    return Shown(columns, [_links(columns, row) for row in rows[:_SHOWN]], len(rows))


def _links(columns: list[str], row: Row) -> list[Link | None]:
    """The cells of a row; `?party` is shown by its `?partyLabel`, which then has no column of its own."""
    return [pages.link(row[column], row.get(f"{column}Label")) if column in row else None for column in columns]


def _values(request: Request) -> dict[str, str]:
    """The parameters in the address; one that is given twice is a fault of its own."""
    values: dict[str, str] = {}
    for name, value in read_fields(request.scope["query_string"]):
        if name in values:
            raise ParameterFault(f"parameter {name!r} is given more than once")
        values[name] = value
    return values


def _metadata(query: CannedQuery) -> dict[str, Any]:
    address = f"/queries/{query.name}"
    return {
        "name": query.name,
        "summary": query.summary,
        "description": query.description,
        "tags": query.tags,
        "form": query.form,
        "federated": query.federated,
        "parameters": [vars(parameter) for parameter in query.params.values()],
        "links": {"page": address}
        | {name: f"{address}.{name}" for name in (*(f.name for f in formats_of(query)), "rq")},
    }


def _page(quads: Quads, query: CannedQuery, values: dict[str, str], answer: Shown | None = None) -> str:
    fields = [
        Field(p, values.get(p.name) or p.default or "", _choices(quads, p.choices)) for p in query.params.values()
    ]
    text = query.fill(values)
    formats = formats_of(query)
    return pages.render("query.html", query=query, fields=fields, text=text, formats=formats, answer=answer)


def _choices(quads: Quads, name: str | None) -> list[tuple[str, str]]:
    """The values that a parameter can take, with their labels: the first two columns of another canned query."""
    if not name:
        return []
    rows = quads.query(queries.find(name).text).rows()
    return [(iris.shorten(value), next(iter(rest), None) or value) for value, *rest in rows if value]
