"""/reconcile: the addresses of the service."""

from collections.abc import Callable
from typing import Any

import anyio.to_thread
from fastapi import APIRouter, Request, Response

from kg.parameters import ParameterFault
from kg.search import LONGEST, Index
from kg.serve import pages
from kg.serve.live import Opened, opened
from kg.serve.negotiation import HTML, JSON, Choice
from kg.serve.problem import Problem
from kg.serve.protocol import FORM, Fields, read_fields
from kg.serve.reconcile import answering, suggesting
from kg.serve.reconcile.manifest import manifest
from kg.serve.reconcile.offered import types
from kg.serve.reconcile.reading import read_extension, read_queries, type_id
from kg.serve.replies import reply, reply_of_build
from kg.serve.requests import Wanted, read_body
from kg.serve.search import charged, index_of
from kg.serve.settings import Settings

router = APIRouter(prefix="/reconcile", include_in_schema=False)

_FRAMED = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors *"  # of other pages
_FURTHEST = 500  # suggestions that can be skipped
_IN_JSON = Choice(JSON, JSON.media_type)


@router.get("")
def asked(request: Request) -> Response:
    """The manifest, or the answer to a batch that stands in the address."""
    return _answer(request, read_fields(request.scope["query_string"]))


@router.post("")
async def posted(request: Request) -> Response:
    """The answer to a batch that is posted as a form."""
    settings: Settings = request.app.state.settings
    wanted = Wanted.of(request.scope)
    if wanted.content_type.partition(";")[0].strip().lower() != FORM:
        raise Problem(415, f"post queries as {FORM}, in the parameter 'queries'", {"Accept-Post": FORM})
    body = await read_body(request.receive, wanted, settings.request, settings.body_patience)
    return await anyio.to_thread.run_sync(_answer, request, read_fields(body), True)


@router.get("/suggest/{kind}")
def suggest(request: Request, kind: str) -> Response:
    """Entities, types or properties that the text in `prefix` may mean, from the one at `cursor` on."""
    given = _given(request)
    prefix, cursor = given.get("prefix", ""), _number(given, "cursor", 0, _FURTHEST)
    wanted = _types(given)
    if len(prefix) > LONGEST:
        raise ParameterFault(f"parameter 'prefix' has more than {LONGEST} characters", "prefix", prefix[:LONGEST])
    if kind == "entity":
        found = _charged(request, lambda _, index: suggesting.entities(index, prefix, cursor, wanted))
    elif kind == "type":
        found = suggesting.type_suggestions(prefix, cursor)
    elif kind == "property":
        found = suggesting.property_suggestions(prefix, cursor, wanted)
    else:
        raise Problem(404, f"there are suggestions of entity, type and property, not of {kind!r}")
    return _json_of_build({"result": found})


@router.get("/flyout/{kind}")
def flyout(request: Request, kind: str) -> Response:
    """A few words about the entity, type or property in `id`."""
    if kind not in {"entity", "type", "property"}:
        raise Problem(404, f"there are flyouts of entity, type and property, not of {kind!r}")
    return _json_of_build(_charged(request, lambda _, index: suggesting.flyout(index, kind, _id(request))))


@router.get("/properties")
def properties(request: Request) -> Response:
    """The properties that can be fetched of the things of a `type`."""
    given = _given(request)
    limit = _number(given, "limit", 0, _FURTHEST)
    return _json_of_build(suggesting.proposed("".join(_types(given)), limit or None))


@router.get("/preview")
def preview(request: Request) -> Response:
    """A small page about the entity in `id`."""
    known = _charged(request, lambda _, index: suggesting.entity(index, _id(request)))
    page = reply_of_build(Choice(HTML, HTML.media_type), suggesting.preview(known))
    page.headers["Content-Security-Policy"] = _FRAMED
    return page


def _answer(request: Request, fields: Fields, is_posted: bool = False) -> Response:
    given = _once(fields)
    if "queries" in given and "extend" in given:
        raise Problem(400, "give either 'queries' or 'extend'")
    if "queries" in given:
        batch = given["queries"]
        return _json(_charged(request, lambda build, index: answering.results(build, index, read_queries(batch))))
    if "extend" in given:
        asked = given["extend"]
        return _json(_charged(request, lambda build, _: answering.rows(build, read_extension(asked))))
    if is_posted:
        raise Problem(400, "there is nothing to answer: post a batch of queries in 'queries', or 'extend'")
    return _json(manifest(str(request.base_url).rstrip("/")))


def _charged(request: Request, work: Callable[[Opened, Index], Any]) -> Any:
    """What some work on the index of the build gives, at the client's expense."""
    build = opened(request)
    return charged(build, lambda: work(build, index_of(build.build)))


def _given(request: Request) -> dict[str, str]:
    return _once(read_fields(request.scope["query_string"]))


def _once(fields: Fields) -> dict[str, str]:
    """The fields, of which none is given twice."""
    given: dict[str, str] = {}
    for name, value in fields:
        if name in given:
            raise ParameterFault(f"parameter {name!r} is given more than once", name, value[:LONGEST])
        given[name] = value
    return given


def _id(request: Request) -> str:
    given = _given(request).get("id", "")
    if not given or len(given) > LONGEST:
        raise ParameterFault(f"parameter 'id' is missing, or longer than {LONGEST} characters", "id", given[:LONGEST])
    return given


def _types(given: dict[str, str]) -> tuple[str, ...]:
    text = given.get("type", "")
    if text and not type_id(text):
        raise ParameterFault(
            f"parameter 'type': there is no type {text[:40]!r}; there are: {', '.join(types())}", "type", text[:LONGEST]
        )
    return (type_id(text) or "",) if text else ()


def _number(given: dict[str, str], name: str, default: int, most: int) -> int:
    text = given.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= most):
        raise ParameterFault(f"parameter {name!r}: {text[:40]!r} is no number up to {most}", name, text[:40])
    return int(text)


def _json(body: object) -> Response:
    return reply(_IN_JSON, pages.json_text(body))


def _json_of_build(body: object) -> Response:
    return reply_of_build(_IN_JSON, pages.json_text(body))
