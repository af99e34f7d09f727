"""/ and /health: what this is, what it holds, and whether it is well."""

from pathlib import Path
from typing import Any

import anyio.to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, JSONResponse

from kg import __version__, iris
from kg.serve import answers, pages
from kg.serve.answers import Row
from kg.serve.canned import featured
from kg.serve.fairness import Accounts
from kg.serve.keeping import MARK
from kg.serve.live import Live, Opened, Serving, opened
from kg.serve.pages import Link, link
from kg.serve.problem import Problem
from kg.serve.settings import DEFAULTS

router = APIRouter()

_PATIENCE = 1.0  # seconds in which a build without a report is counted
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
async def health(request: Request) -> Response:
    """Whether queries are answered, and of which build; `stale` where the published one could not be taken up."""
    live: Live = request.app.state.live
    serving = live.now()
    if serving.pool.closed:
        raise Problem(503, "the build is being opened anew", {"Retry-After": "1"})
    body = {
        "status": "ok" if live.is_current() else "stale",
        "build": serving.build.id,
        "storage": live.storage,
        **(_told(serving) or await _counted(serving)),
        "version": __version__,
    }
    return JSONResponse(body, headers={"Cache-Control": "no-store"})


@router.get("/health/live")
async def alive() -> Response:
    """Whether this process answers at all."""
    return JSONResponse({"status": "alive"}, headers={"Cache-Control": "no-store"})


def _told(serving: Serving) -> dict[str, Any]:
    """What the build's report, or a former count, says of its size; nothing where neither does."""
    report = serving.build.report
    if "quads" in report and "sources" in report:
        return {"quads": report["quads"], "sources": sorted(iris.thing(f"source/{slug}") for slug in report["sources"])}
    sizes = serving.known.get("graphs")
    return {"quads": sum(sizes.values()), "sources": sorted(filter(None, sizes))} if sizes else {}


async def _counted(serving: Serving) -> dict[str, Any]:
    """The same, counted now; unknown where that takes long."""
    with anyio.move_on_after(_PATIENCE):
        asked = Opened(serving, Accounts(DEFAULTS.fairness))  # at nobody's expense
        await anyio.to_thread.run_sync(lambda: asked.triples_by_graph, abandon_on_cancel=True)
    return _told(serving) or {"quads": None, "sources": None}


@router.get("/static/style.css")
def style() -> Response:
    """The one style sheet."""
    return FileResponse(_STATIC / "style.css", media_type="text/css", headers={"Cache-Control": "no-cache"})
