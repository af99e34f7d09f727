"""/ and /health: what this is, what it holds, and whether it is well."""

from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, JSONResponse

from kg import __version__
from kg.serve import answers, pages
from kg.serve.answers import Row
from kg.serve.canned import featured
from kg.serve.keeping import MARK
from kg.serve.live import Live, opened
from kg.serve.pages import Link, link

router = APIRouter()

_STATIC = Path(__file__).parent / "static"


@router.get("/")
def home(request: Request) -> Response:
    """The first page."""
    build = opened(request)
    return pages.page(
        "home.html",
        headers={MARK: "1"},
        build=build.build.id,
        quads=sum(build.triples_by_graph.values()),
        classes=[(link(answers.Term("uri", iri)), count) for iri, count in build.things_by_class.items()],
        sources=[link(row["graph"], row.get("label")) for row in answers.select(build, "sources")],
        queries=featured(),
        recent=[_dated(row) for row in answers.select(build, "recent")],
    )


def _dated(row: Row) -> tuple[Link, str]:
    """A change with its date; where only an interval is known, the day by which it was so."""
    date = row["date"].value if "date" in row else f"by {row['latest'].value}"
    return link(row["defection"], row.get("label")), date


@router.get("/health")
def health(request: Request) -> Response:
    """What is served; `stale` where the published build could not be taken up."""
    live: Live = request.app.state.live
    build = opened(request)
    body = {
        "status": "ok" if live.is_current() else "stale",
        "build": build.build.id,
        "quads": sum(build.triples_by_graph.values()),
        "sources": sorted(graph for graph in build.triples_by_graph if graph),
        "version": __version__,
    }
    return JSONResponse(body, headers={"Cache-Control": "no-store"})


@router.get("/static/style.css")
def style() -> Response:
    """The one style sheet."""
    return FileResponse(_STATIC / "style.css", media_type="text/css", headers={"Cache-Control": "no-cache"})
