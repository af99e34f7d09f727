"""/id: every thing of ours described where its IRI leads, as a page or as linked data."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from kg import iris
from kg.formats import of_kind
from kg.serve import answers, pages, vocabulary
from kg.serve.answers import Askable, Row, Term
from kg.serve.live import opened
from kg.serve.negotiation import HTML, Choice
from kg.serve.pages import Link
from kg.serve.problem import Problem
from kg.serve.replies import by_extension, negotiated, reply_of_build

router = APIRouter()

OFFERS = (HTML, *of_kind("graph"))
_REF = re.compile(r"[a-z][a-z-]*/[A-Za-z0-9][A-Za-z0-9_-]*")
_READ = 1000  # the LIMIT in claims.rq and mentions.rq
_SAME_AS = iris.expand("owl:sameAs")
_TYPE = iris.expand("rdf:type")
_LABEL = iris.expand("rdfs:label")


@dataclass(frozen=True)
class Group:
    """The values of one property of a thing, or the things that point to it by one."""

    property: Link
    links: list[Link]


@dataclass(frozen=True)
class Thing:
    """What a page tells of a thing."""

    iri: str
    ref: str
    label: str
    types: list[Link]
    statements: list[Group]
    mentions: list[Group]
    claims: list[dict[str, Link]]
    is_cut: bool  # whether more points here, or is claimed, than the queries of a page read


@router.get("/id/{name:path}")
def thing(request: Request, name: str) -> Response:
    """One thing; an extension names a format, and otherwise Accept chooses."""
    ref, _, extension = name.partition(".")
    if not _REF.fullmatch(ref):
        raise _unknown(ref)
    choice = by_extension(extension, *OFFERS) if extension else negotiated(request, *OFFERS)
    build = opened(request)
    iri = iris.thing(ref)
    quads, statements = _stated(build, iri)
    if moved := _moved_to(statements):
        return RedirectResponse(f"/id/{moved}" + (f".{extension}" if extension else ""), 301, {"Vary": "Accept"})
    if not statements and not answers.select(quads, "mentions", iri):
        raise _unknown(ref)
    location = f"/id/{ref}.{choice.offer.name}"
    return reply_of_build(choice, _body(quads, iri, choice), Content_Location=location)


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


def _body(quads: Askable, iri: str, choice: Choice[Any]) -> str | bytes:
    if choice.offer != HTML:
        return quads.ask(answers.text("description", iri), choice.offer)
    return pages.render("thing.html", thing=_thing(quads, iri), formats=of_kind("graph"))


def _thing(quads: Askable, iri: str) -> Thing:
    statements = answers.select(quads, "statements", iri)
    mentions = answers.select(quads, "mentions", iri)
    claims = _claims(quads, iri)
    by_property = _groups(statements, "value")
    labels = by_property.pop(_LABEL, None)
    types = by_property.pop(_TYPE, None)
    ref = iri.removeprefix(iris.ID)
    return Thing(
        iri=iri,
        ref=ref,
        label=labels.links[0].text if labels else ref,
        types=types.links if types else [],
        statements=list(by_property.values()),
        mentions=list(_groups(mentions, "subject").values()),
        claims=claims,
        is_cut=max(len(mentions), len(claims)) >= _READ,
    )


def _groups(rows: Iterable[Row], value: str) -> dict[str, Group]:
    """The rows of each property, in their order, a value with two labels once."""
    groups: dict[str, Group] = {}
    seen: set[tuple[str, Term]] = set()
    for row in rows:
        name = row["property"].value
        if (name, row[value]) not in seen:
            seen.add((name, row[value]))
            group = groups.setdefault(name, Group(pages.property_link(name), []))
            group.links.append(pages.link(row[value], row.get("label")))
    return groups


def _claims(quads: Askable, iri: str) -> list[dict[str, Link]]:
    labels = {row["thing"].value: row["label"] for row in answers.select(quads, "claims-labels", iri)}

    def shown(column: str, term: Term) -> Link:
        return pages.property_link(term.value) if column == "property" else pages.link(term, labels.get(term.value))

    return [
        {column: shown(column, term) for column, term in row.items()} for row in answers.select(quads, "claims", iri)
    ]


def _unknown(ref: str) -> Problem:
    return Problem(404, f"this build knows nothing of {ref}", {"Vary": "Accept"})
