"""/robots.txt and the sitemap: which pages search engines are led to, and what they had better leave alone."""

import math
from weakref import WeakKeyDictionary

from fastapi import APIRouter, Request, Response

from kg import iris, queries
from kg.formats import FORMATS
from kg.serve import answers, pages, spreadsheets
from kg.serve.live import Serving, opened
from kg.serve.problem import Problem

router = APIRouter()

MOST = 50_000  # addresses of one part: the limit of the protocol (https://www.sitemaps.org/protocol.html)
_PAGES = ("", "queries", "ontology", "dumps")
_XML = "application/xml"
_NOTABLE: WeakKeyDictionary[Serving, list[str]] = WeakKeyDictionary()  # of each build, asked for once


@router.get("/robots.txt")
def robots(request: Request) -> Response:
    """What crawlers may visit: pages, but neither queries nor answers in the formats of programs."""
    formats = [fmt.name for fmt in (*FORMATS, *spreadsheets.FORMATS)]
    body = pages.render("robots.txt", base=str(request.base_url), formats=sorted({*formats, "rq"}))
    return Response(body, media_type="text/plain")


@router.get("/sitemap.xml")
def sitemap_index(request: Request) -> Response:
    """The parts of the sitemap."""
    parts = math.ceil(len(_notable(request)) / MOST)
    names = ["pages", *(f"things-{part}" for part in range(1, parts + 1))]
    body = pages.render("sitemap-index.xml", addresses=[f"{request.base_url}sitemap/{name}.xml" for name in names])
    return Response(body, media_type=_XML)


@router.get("/sitemap/pages.xml")
def sitemap_of_pages(request: Request) -> Response:
    """The pages that every build has, and a page for each question."""
    return _listed(request, [*_PAGES, *(f"queries/{name}" for name in queries.canned())])


@router.get("/sitemap/things-{part}.xml")
def sitemap_of_things(request: Request, part: str) -> Response:
    """Some of the notable things, in the order of their IRIs."""
    number = int(part) if part.isdecimal() and len(part) < len(str(MOST)) else 0
    refs = _notable(request)[(number - 1) * MOST : number * MOST] if number else []
    if not refs:
        raise Problem(404, f"the sitemap has no part {part!r}; /sitemap.xml lists those there are")
    return _listed(request, [f"id/{ref}" for ref in refs])


def _notable(request: Request) -> list[str]:
    """What search engines are led to, in the order of the IRIs."""
    build = opened(request)
    if build.serving not in _NOTABLE:
        things = (row["thing"].value for row in answers.select(build, "notable"))
        _NOTABLE[build.serving] = [ref for iri in things if (ref := iris.ref_of(iri))]
    return _NOTABLE[build.serving]


def _listed(request: Request, paths: list[str]) -> Response:
    body = pages.render("sitemap.xml", addresses=[f"{request.base_url}{path}" for path in paths])
    return Response(body, media_type=_XML)
