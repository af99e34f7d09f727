"""/sparql/completions.json: what an editor of queries proposes, from this graph alone."""

from fastapi import APIRouter, Request, Response

from kg import iris
from kg.mapping import mapping
from kg.ontology import terms
from kg.serve import pages
from kg.serve.live import opened
from kg.serve.negotiation import JSON, Choice
from kg.serve.replies import reply_of_build

router = APIRouter()


@router.get("/sparql/completions.json", include_in_schema=False)
def completions(request: Request) -> Response:
    """The prefixes of the build, the classes that it has things of, and the properties that it can state."""
    tables = mapping().values()
    stated = {prop.iri for table in tables for prop in table.properties.values()}
    body = {
        "prefixes": iris.NAMESPACES,
        "things": iris.ID,
        "classes": sorted({*opened(request).things_by_class, *_terms("class")}),
        "properties": sorted({iris.expand("rdf:type"), *stated, *_terms("property")}),
    }
    return reply_of_build(Choice(JSON, JSON.media_type), pages.json_text(body))


def _terms(kind: str) -> set[str]:
    return {term.iri for term in terms() if term.kind == kind}
