"""/search: what a text may mean, as a page and as JSON, for the search box of the pages and for anybody's program."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from time import thread_time
from typing import Any, TypeVar

import anyio.from_thread
from fastapi import APIRouter, Request, Response

from kg import iris
from kg.builds import Build
from kg.errors import UnknownName
from kg.parameters import ParameterFault
from kg.search import LONGEST, Found, Index, NoIndex, find
from kg.serve import pages
from kg.serve.live import Opened, opened
from kg.serve.negotiation import HTML, JSON
from kg.serve.problem import Problem
from kg.serve.protocol import read_fields
from kg.serve.replies import negotiated, reply_of_build

router = APIRouter()

T = TypeVar("T")

_MOST = 50  # results of one search
_USUAL = 10
_NEAR = 5


@dataclass(frozen=True)
class Sought:
    """What an address asks for; a text without words finds nothing."""

    text: str
    types: tuple[str, ...] = ()
    limit: int = _USUAL


@router.get("/search", include_in_schema=False)
def found(request: Request) -> Response:
    """What the text in `q` may mean, of the types in `type`, at most `limit`."""
    choice = negotiated(request, JSON, HTML)
    if choice.offer == HTML:
        page = pages.render("search.html", query=sought(request).text, results=search(request))
        return reply_of_build(choice, page)
    results = [
        asdict(result) | {"iri": iris.thing(result.ref), "url": f"/id/{result.ref}"} for result in search(request)
    ]
    return reply_of_build(choice, pages.json_text({"query": sought(request).text, "results": results}))


def search(request: Request) -> list[Found]:
    """What the address of a request asks for, from a thread, at the client's expense; a Problem where it asks badly."""
    wanted, build = sought(request), opened(request)
    try:
        return charged(build, lambda: find(index_of(build.build), wanted.text, types=wanted.types, limit=wanted.limit))
    except UnknownName as fault:
        raise ParameterFault(f"parameter 'type': {fault}", "type", ", ".join(wanted.types)) from fault


def near(build: Opened, text: str) -> list[Found]:
    """A few things that somebody may have meant who asked for what is not there; none where a build has no index."""
    if not build.build.search.exists():
        return []
    return charged(build, lambda: find(index_of(build.build), text[:LONGEST], limit=_NEAR))


def sought(request: Request) -> Sought:
    """The parameters of a search; a ParameterFault for one that is wrong."""
    values: dict[str, list[str]] = {}
    for name, value in read_fields(request.scope["query_string"]):
        values.setdefault(name, []).append(value)
    text, limit = _once(values, "q"), _once(values, "limit") or str(_USUAL)
    if len(text) > LONGEST:
        raise ParameterFault(f"parameter 'q': it has {len(text):,} characters; {LONGEST} are read", "q", text[:LONGEST])
    if not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:9]) <= _MOST):
        raise ParameterFault(f"parameter 'limit': {limit[:40]!r} is no number from 1 to {_MOST}", "limit", limit[:40])
    return Sought(text, tuple(name for name in values.get("type", ()) if name), int(limit))


def index_of(build: Build) -> Index:
    """The search index of a build, open; a Problem where it has none."""
    try:
        stat = build.search.stat()
        return _opened(build.search, stat.st_ino, stat.st_mtime_ns)
    except (NoIndex, FileNotFoundError) as fault:
        raise Problem(503, "the build that is served has no search index: it is of an earlier version") from fault


def charged(build: Opened, work: Callable[[], T]) -> T:
    """What some work of a request's own thread gives; its client is admitted before and charged after."""
    anyio.from_thread.run_sync(build.accounts.admit, build.client)
    began = thread_time()
    try:
        return work()
    finally:
        anyio.from_thread.run_sync(build.accounts.charge, build.client, thread_time() - began)


def _once(values: dict[str, list[Any]], name: str) -> str:
    given = values.get(name, [""])
    if len(given) > 1:
        raise ParameterFault(f"parameter {name!r} is given more than once", name, given[1])
    return str(given[0])


@lru_cache(maxsize=4)
def _opened(path: Path, _inode: int, _modified: int) -> Index:
    """An index by its file: one that is written anew below the same name is opened anew."""
    return Index(path)
