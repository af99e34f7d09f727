"""Pages for people: the templates, and RDF terms as links to where they are described."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from kg import iris
from kg.serve import vocabulary
from kg.serve.answers import Term

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
MOTTO = (
    "A knowledge graph of who left which party, where, when, why and on whose word, in the councils and parliaments of "
    "the United Kingdom."
)
_LONGEST = 300  # characters of a label or a value on a page
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PLAIN = {iris.expand("xsd:string"), iris.expand("rdf:langString")}
_LOCAL = ((iris.ID, "/id/"), (iris.ONTOLOGY, "/ontology"), (iris.NAMESPACES["pds"], "/ontology/shapes#"))

_ENVIRONMENT = Environment(
    loader=PackageLoader("kg.serve"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


@dataclass(frozen=True)
class Link:
    """A term as a reader sees it; `href` is None where there is nowhere to go."""

    text: str
    href: str | None = None
    title: str | None = None
    language: str | None = None
    datetime: str | None = None  # a date as a program reads it, where the text is one
    number: bool = False
    badge: str | None = None  # how a status is marked: sure or unsure


HOME = (Link("Home", "/"),)


def link(term: Term, label: Term | None = None) -> Link:
    """A term by its label, or by the shortest name it has."""
    if term.kind != "uri":
        datatype = iris.shorten(term.datatype) if term.datatype and term.datatype not in _PLAIN else None
        return Link(term.value, href=None, title=datatype, language=term.language)
    name = label.value if label else vocabulary.labels().get(term.value) or iris.shorten(term.value)
    return Link(name, href(term.value), iris.shorten(term.value))


def property_link(iri: str) -> Link:
    """A property by its label, or by its local name in words ("hasSource" → "has source")."""
    name = vocabulary.labels().get(iri) or in_words(re.split(r"[#/:]", iri)[-1])
    return Link(name, href(iri), iris.shorten(iri))


def in_words(name: str) -> str:
    """A name of several words that are written as one ("hasSource" → "has source")."""
    return _CAMEL.sub(" ", name).lower()


def href(iri: str) -> str | None:
    """Where this host, or else the web, describes an IRI; None for an IRI that no browser can follow."""
    for namespace, path in _LOCAL:
        if iri.startswith(namespace):
            return path + iri.removeprefix(namespace)
    return iri if iri.startswith(("https://", "http://")) else None


def render(template: str, **context: Any) -> str:
    """A template of templates/, with everything that is not a template escaped."""
    return _ENVIRONMENT.get_template(template).render(context)


def page(template: str, status: int = 200, headers: Mapping[str, str] | None = None, **context: Any) -> HTMLResponse:
    """A page that is not negotiated, such as that of an error."""
    return HTMLResponse(render(template, **context), status, {"Content-Security-Policy": POLICY, **(headers or {})})


def shortened(text: str) -> str:
    """A text of a source, no longer than a page has room for."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


_ENVIRONMENT.filters |= {
    "short": iris.shorten,
    "href": href,
    "link": link,
    "property_link": property_link,
    "in_words": in_words,
    "shortened": shortened,
}


def json_text(body: object) -> str:
    """JSON that a person can read as well."""
    return json.dumps(body, ensure_ascii=False, indent=2, default=list)
