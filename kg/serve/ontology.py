"""/ontology: the terms as a reference page and as RDF, the concept schemes, the shapes and the JSON-LD context."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from kg import __version__
from kg.formats import BY_NAME, of_kind
from kg.ontology import jsonld_context, terms
from kg.serve import pages, vocabulary
from kg.serve.negotiation import HTML
from kg.serve.problem import Problem
from kg.serve.replies import by_extension, negotiated, reply

router = APIRouter()

_GRAPHS = of_kind("graph")


@router.get("/ontology")
def ontology(request: Request) -> Response:
    """The ontology, by negotiation."""
    choice = negotiated(request, HTML, *_GRAPHS)
    if choice.offer == HTML:
        return reply(choice, _page())
    location = f"/ontology.{choice.offer.name}"
    return reply(choice, vocabulary.written("ontology", choice.offer), Content_Location=location)


@router.get("/ontology.{extension}")
def ontology_as(extension: str) -> Response:
    """The ontology in the format that the address names."""
    choice = by_extension(extension, HTML, *_GRAPHS)
    return reply(choice, _page() if choice.offer == HTML else vocabulary.written("ontology", choice.offer))


@router.get("/ontology/context.jsonld")
def context() -> Response:
    """The JSON-LD context of the data."""
    return Response(pages.json_text(jsonld_context()), media_type=BY_NAME["jsonld"].media_type)


@router.get(f"/ontology/{__version__}")
def version(request: Request) -> Response:
    """Where the version IRI of the ontology leads; its versions are those of the project."""
    return ontology(request)


@router.get("/ontology/{part}")
def part(request: Request, part: str) -> Response:
    """The concepts or the shapes, by negotiation or by extension, Turtle first."""
    name, _, extension = part.partition(".")
    if name not in vocabulary.FILES or not vocabulary.path_of(name).exists():
        raise Problem(404, f"/ontology has no part {name!r}; it has concepts, shapes and context.jsonld")
    choice = by_extension(extension, *_GRAPHS) if extension else negotiated(request, *_GRAPHS)
    return reply(choice, vocabulary.written(name, choice.offer))


@router.get("/shapes")
def shapes() -> Response:
    """Where the IRIs of the shapes lead."""
    return RedirectResponse("/ontology/shapes", 301)


def _page() -> str:
    classes = [term for term in terms() if term.kind == "class"]
    properties = [term for term in terms() if term.kind == "property"]
    examples = vocabulary.examples()
    return pages.render(
        "ontology.html",
        classes=classes,
        properties=properties,
        properties_of=vocabulary.properties_of,
        examples=examples,
        others=sorted(set(examples) - {term.name for term in classes}),
        schemes=vocabulary.schemes(),
        formats=_GRAPHS,
    )
