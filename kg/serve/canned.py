"""/queries: the canned queries, as pages with a form, as metadata, and answered in each format."""

import json
from dataclasses import replace
from itertools import islice
from typing import Any

from fastapi import APIRouter, Request, Response

from kg import queries
from kg.errors import UnknownName
from kg.queries import CannedQuery
from kg.serve import choices, editor, pages, paging, pictures, query_page
from kg.serve.asking import Asked, asked_by, depicted, picture_asked_by, replies, rows, whole_of, written
from kg.serve.asking import formats_of as formats_of
from kg.serve.choices import matching
from kg.serve.live import Opened, opened
from kg.serve.negotiation import HTML, JSON, Choice, Kind
from kg.serve.paging import Page
from kg.serve.pictures import Picture
from kg.serve.problem import Problem
from kg.serve.query_page import Shown
from kg.serve.replies import by_extension, negotiated, reply, reply_of_build

router = APIRouter()

RQ = Kind("rq", "application/sparql-query")
SVG, PNG, CARD = (
    Kind("svg", "image/svg+xml"),
    Kind("png", "image/png"),
    Kind("card.png", "image/png"),  # of the size that Open Graph and Twitter show beside a link
)
EDIT = Kind("edit", "text/html")  # the editor, with the query to change
PICTURES = (SVG, PNG, CARD)
_PROPOSED = 20  # choices that a search finds at most


@router.get("/queries", include_in_schema=False)
def query_list(request: Request) -> Response:
    """Every canned query, by name."""
    choice = negotiated(request, HTML, JSON)
    known = list(queries.canned().values())
    if choice.offer == HTML:
        return reply(choice, pages.render("queries.html", topics=query_page.topics(known)))
    body = {"openapi": "/openapi.json", "queries": [_metadata(query) for query in known]}
    return reply(choice, pages.json_text(body))


@router.get("/queries/{name}", include_in_schema=False)
def query(request: Request, name: str) -> Response:
    """A canned query as a page or as metadata; its answer where an extension or the client names a format."""
    stem, dot, extension = name.partition(".")
    found = queries.find(stem)
    if dot:
        return _answer(request, found, by_extension(extension, *formats_of(found), RQ, HTML, EDIT, *pictures_of(found)))
    choice = negotiated(request, HTML, JSON, *formats_of(found), RQ)
    if choice.offer == HTML:
        return _page(opened(request), _asked(request, found), choice, answered=not found.federated)
    if choice.offer == JSON:
        return reply(choice, pages.json_text(_metadata(found)))
    given = request.url.query
    location = f"/queries/{name}.{choice.offer.name}{'?' if given else ''}{given}"
    return _answer(request, found, choice, Content_Location=location)


@router.get("/queries/{name}/choices/{parameter}.json", include_in_schema=False)
def listed_choices(request: Request, name: str, parameter: str, search: str = "") -> Response:
    """The values that a parameter of a query can take, with their labels; a few where one searches for words."""
    found = queries.find(name)
    listed = {p.name: p.choices for p in found.params.values() if p.choices}
    if parameter not in listed:
        known = ", ".join(listed) or "none"
        raise UnknownName(f"{name} has no choices of {parameter!r}; it has those of: {known}")
    choosable = choices.choices(opened(request), listed[parameter])
    if search:
        choosable = matching(choosable, search, _PROPOSED)
    body = pages.json_text({"query": name, "parameter": parameter, "choices": [vars(choice) for choice in choosable]})
    return reply_of_build(Choice(JSON, JSON.media_type), body)


def featured() -> list[CannedQuery]:
    """The dozen that a visitor sees first: questions, not lists of choices or checks, and answered here."""
    asking = (q for q in queries.canned().values() if not {"lists", "checks"} & set(q.tags) and not q.federated)
    return list(islice(asking, 12))


def pictures_of(query: CannedQuery) -> tuple[Kind, ...]:
    """What the picture of its answer can be had as."""
    return PICTURES if query.picture else ()


def _answer(request: Request, query: CannedQuery, choice: Choice[Any], **headers: str) -> Response:
    if choice.offer in PICTURES:
        return _picture(opened(request), picture_asked_by(request, query), choice)
    asked = _asked(request, query)
    if choice.offer == RQ:
        return reply(choice, asked.page.limited(asked.filled) if asked.page else asked.filled, **headers)
    if choice.offer == EDIT:
        page = editor.rendered(request, asked.filled)
        return reply(choice, page, Content_Security_Policy=editor.EDITOR_POLICY)
    build = opened(request)
    if choice.offer == HTML:
        return _page(build, asked, choice)
    body, more = written(build, asked, choice.offer)
    told = asked.headers(asked.links(choice.offer.name, more=more), more=more)
    return replies(query)(choice, body, **headers, **told)


def _picture(build: Opened, asked: Asked, choice: Choice[Any]) -> Response:
    found = depicted(build, asked)
    if not found:
        raise Problem(404, f"the answer to {asked.query.name} holds nothing that could be drawn")
    return replies(asked.query)(
        choice, _drawn(found.picture, asked, choice), Content_Security_Policy="default-src 'none'"
    )


def _drawn(picture: Picture, asked: Asked, choice: Choice[Any]) -> str | bytes:
    if choice.offer == CARD:
        return pictures.card(picture)
    return pictures.svg(picture, asked.width) if choice.offer == SVG else pictures.png(picture, asked.width)


def _page(build: Opened, asked: Asked, choice: Choice[Any], *, answered: bool = True) -> Response:
    """A page has a number of rows even where nobody asks for one; what asks abroad is answered when it is asked to."""
    answering = asked
    if not asked.page and not asked.query.unpaged:
        answering = replace(asked, page=Page(1, asked.query.pagination or query_page.SIZE))
    if not answered:
        return reply(choice, query_page.rendered(build, asked, None, {}))
    shown = _shown(build, answering)
    links = answering.links("html", more=shown.more)
    answer = replies(asked.query)(choice, query_page.rendered(build, answering, shown, links))
    answer.headers.update(answering.headers(links, more=shown.more))
    return answer


def _asked(request: Request, query: CannedQuery) -> Asked:
    return asked_by(request.scope["query_string"], query)


def _shown(build: Opened, asked: Asked) -> Shown:
    if asked.query.form == "SELECT":
        return _table(build, asked)
    if asked.query.form == "ASK":
        return Shown([], [], text="Yes" if json.loads(rows(build, asked, "json")[0])["boolean"] else "No")
    return Shown([], [], text=rows(build, asked, "ttl")[0].decode())


def _table(build: Opened, asked: Asked) -> Shown:
    """One page of rows; the first page and the picture are of the same answer, which is asked for once."""
    if not asked.query.picture or (asked.page and asked.page.number > 1):
        body, more = rows(build, asked, "json")
        return replace(query_page.table(body, asked.page, more=more), depicted=depicted(build, asked))
    whole, _ = rows(build, whole_of(asked), "json")
    body, more = paging.cut(whole, "json", asked.page) if asked.page else (whole, False)
    return replace(query_page.table(body, asked.page, more=more), depicted=depicted(build, asked, whole))


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
        "picture": query.picture and query.picture.kind,
        "parameters": [
            {**vars(p), "schema": p.kind.schema, "choicesAddress": choices.address(query, p)}
            for p in query.params.values()
        ],
        "links": {"page": address} | {name: f"{address}.{name}" for name in formats},
    }
