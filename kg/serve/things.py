"""/id: every thing of ours described where its IRI leads, as a page or as linked data."""

import re
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from kg import iris
from kg.formats import of_kind
from kg.serve import answers, pages, vocabulary
from kg.serve.answers import Askable, Row
from kg.serve.explorer import page
from kg.serve.explorer.data import REF
from kg.serve.live import Opened, opened
from kg.serve.negotiation import HTML, Choice
from kg.serve.problem import Problem
from kg.serve.replies import by_extension, negotiated, reply_of_build
from kg.serve.search import near

router = APIRouter()

OFFERS = (HTML, *of_kind("graph"))
_LONGEST = 200  # characters of a reference that a fault repeats
_SAME_AS = iris.expand("owl:sameAs")


@router.get("/id/{name:path}")
def thing(request: Request, name: str) -> Response:
    """One thing; an extension names a format, and otherwise Accept chooses."""
    ref, _, extension = name.partition(".")
    build = opened(request)
    if not REF.fullmatch(ref):
        raise _unknown(build, ref)
    choice = by_extension(extension, *OFFERS) if extension else negotiated(request, *OFFERS)
    iri = iris.thing(ref)
    quads, statements = _stated(build, iri)
    if moved := _moved_to(statements):
        return RedirectResponse(f"/id/{moved}" + (f".{extension}" if extension else ""), 301, {"Vary": "Accept"})
    if not statements and not answers.select(quads, "mentions", iri):
        raise _unknown(build, ref)
    location = f"/id/{ref}.{choice.offer.name}"
    return reply_of_build(choice, _body(quads, ref, statements, choice), Content_Location=location)


def _stated(quads: Askable, iri: str) -> tuple[Askable, list[Row]]:
    """The store that describes a thing, and what it says: the build's, or the vocabulary's for an unused concept."""
    for store in (quads, vocabulary.quads()):  # type: Askable
        if statements := answers.select(store, "statements", iri):
            return store, statements
    return quads, []


def _moved_to(statements: list[Row]) -> str | None:
    """The reference of the thing that this one has become: it then says nothing else of itself."""
    if {row["property"].value for row in statements} != {_SAME_AS} or len(statements) != 1:
        return None
    return iris.ref_of(statements[0]["value"].value)


def _body(quads: Askable, ref: str, statements: list[Row], choice: Choice[Any]) -> str | bytes:
    iri = iris.thing(ref)
    if choice.offer != HTML:
        return quads.ask(answers.text("description", iri), choice.offer)
    shown = page.thing(quads, iri, ref, statements)
    return pages.render("thing.html", thing=shown, formats=of_kind("graph"), way=page.breadcrumbs(ref))


def _unknown(build: Opened, ref: str) -> Problem:
    """Nothing is known of a reference; whose name is near to it is."""
    found = near(build, re.sub(r"[\W_]+", " ", ref.partition("/")[2] or ref))
    members = {"near": [{"url": f"/id/{each.ref}", "label": each.label} for each in found]} if found else {}
    return Problem(404, f"this build knows nothing of {ref[:_LONGEST]}", {"Vary": "Accept"}, **members)
