"""/sparql: the SPARQL endpoint, with rdflib-endpoint's router and description over our own store, and an editor."""

import copy
from collections.abc import Callable
from typing import Any

from fastapi import Request, Response
from rdflib import Graph
from rdflib_endpoint import SparqlRouter

from kg import iris
from kg.formats import of_kind
from kg.serve import editor
from kg.serve import service_description as sd
from kg.serve.live import Opened, opened
from kg.serve.negotiation import HTML, Choice, choose
from kg.serve.problem import Problem
from kg.serve.replies import accept, reply
from kg.store import write_graph

_TITLE = "Party defections"
_DESCRIPTION = (
    "Who left which party, where, when, why and on whose word, in UK councils and parliaments. "
    "SERVICE reaches Wikidata only."
)


class Endpoint(SparqlRouter):
    """rdflib-endpoint without its evaluation and its page, which needs another host: its description, its router.

    Its constructor defines handlers that evaluate in rdflib and registers them, with and without a trailing slash, by
    `add_api_route`; there ours take their place, so that the library's can't be reached.
    """

    def __init__(self) -> None:
        super().__init__(
            path="/sparql",
            title=_TITLE,
            description=_DESCRIPTION,
            graph=Graph(),
            public_url=f"{iris.BASE}sparql",
        )

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:  # noqa: ARG002
        """Register an address of the library's, and our handler for it."""
        super().add_api_route(path, self.answer, **{**options, "responses": None, "response_class": Response})

    def answer(self, request: Request) -> Response:
        """Say what the service is: a page for people, RDF for programs; queries never come so far."""
        return self._introduce(request, opened(request))

    def _introduce(self, request: Request, build: Opened) -> Response:
        choice: Choice[Any] | None = choose(accept(request), (*of_kind("graph"), HTML))
        if not choice:
            raise Problem(400, "there is no query, and a description of the service is RDF or HTML", {"Vary": "Accept"})
        if choice.offer == HTML:
            return Response(
                editor.rendered(request),
                media_type=choice.media_type,
                headers={"Vary": "Accept", "Content-Security-Policy": editor.EDITOR_POLICY},
            )
        endpoint = str(request.url.replace(query="")).rstrip("/")
        lines = self._description(endpoint, build).serialize(format="nt", encoding="utf-8")
        return reply(choice, write_graph(lines, choice.offer))

    def _description(self, endpoint: str, build: Opened) -> Graph:
        """Ours, completed by the library's; a copy, because the library writes into the router."""
        own = copy.copy(self)
        own.service_description = sd.describe(endpoint, build.triples_by_graph)
        own.prepare_sd_graph()
        own.service_description.remove((None, sd.SD.inputFormat, None))  # it reads none: FROM only names what is stored
        return own.service_description
