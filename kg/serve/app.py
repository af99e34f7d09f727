"""The application: every part of the endpoint over the build that one home publishes."""

from pathlib import Path

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from kg import __version__
from kg.serve import (
    about,
    assets,
    canned,
    completions,
    dumps,
    embeds,
    feeds,
    graphs,
    health,
    home,
    metrics,
    ontology,
    problems,
    reconcile,
    search,
    sources,
    things,
)
from kg.serve.explorer import data
from kg.serve.front import Front
from kg.serve.live import Live
from kg.serve.metadata import ROUTERS as METADATA
from kg.serve.metrics import Metrics
from kg.serve.openapi import openapi
from kg.serve.settings import DEFAULTS, Settings
from kg.serve.sparql import Endpoint


def create_app(folder: Path, settings: Settings = DEFAULTS) -> Front:
    """The endpoint over a home of builds; NoBuild where none is published."""
    app = FastAPI(title="party-defections", version=__version__, docs_url=None, redoc_url=None)
    app.state.live, app.state.settings = Live(folder, settings), settings
    app.openapi = lambda: openapi(app)  # type: ignore[method-assign]
    problems.add_handlers(app)
    for part in (
        assets,
        about,
        sources,
        health,
        home,
        canned,
        things,
        data,
        ontology,
        dumps,
        graphs,
        metrics,
        search,
        reconcile,
        completions,
        embeds,
        feeds,
    ):
        app.include_router(part.router)
    for router in METADATA:
        app.include_router(router)
    app.include_router(Endpoint())
    app.add_middleware(HeadAsGet)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "HEAD", "POST", "OPTIONS"],
        allow_headers=["*"],
        expose_headers=["Content-Location", "ETag", "Link", "Location", "X-SPARQL-MaxRows"],
    )
    front = Front(app, app.state.live, settings)
    app.state.metrics = Metrics(front, app.state.live, settings.runtime)
    front.companions.append(app.state.metrics)
    return front


class HeadAsGet:
    """Every address that answers GET answers HEAD; the server sends no body for it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        await self._app(scope, receive, send)
