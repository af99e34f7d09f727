"""/health: whether queries are answered, and from which build."""

from typing import Any

import anyio.to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from kg import __version__, iris
from kg.serve.fairness import Accounts
from kg.serve.live import Live, Opened, Serving
from kg.serve.problem import Problem
from kg.serve.settings import DEFAULTS

router = APIRouter()

_PATIENCE = 1.0  # seconds in which a build without a report is counted


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
