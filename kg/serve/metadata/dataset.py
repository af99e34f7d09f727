"""/.well-known/void: the dataset in VoID and DCAT, as the build describes it, and where on this host it can be had."""

from pathlib import Path

from fastapi import APIRouter, Request, Response
from rdflib import DCAT, DCTERMS, RDF, VOID, XSD, Graph, Literal, URIRef

from kg import iris
from kg.formats import BY_NAME, of_kind
from kg.serve import answers, dumps
from kg.serve.live import Opened, opened
from kg.serve.replies import by_extension, negotiated, reply
from kg.store import write_graph

router = APIRouter()

ADDRESS = "/.well-known/void"
DATASET = URIRef(f"{iris.VOID}#dataset")
_LICENCE = URIRef("https://creativecommons.org/licenses/by/4.0/")
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_OFFERS = of_kind("graph")
_RDF = {fmt.media_type for fmt in (*_OFFERS, *of_kind("dataset"))}


@router.get(ADDRESS)
def description(request: Request) -> Response:
    """The description, by negotiation, Turtle first."""
    choice = negotiated(request, *_OFFERS)
    body = write_graph(_lines(opened(request), str(request.base_url)), choice.offer)
    return reply(choice, body, Content_Location=f"{ADDRESS}.{choice.offer.name}")


@router.get(f"{ADDRESS}.{{extension}}")
def description_as(request: Request, extension: str) -> Response:
    """The description in the format that the address names."""
    choice = by_extension(extension, *_OFFERS)
    return reply(choice, write_graph(_lines(opened(request), str(request.base_url)), choice.offer))


def _lines(build: Opened, base: str) -> bytes:
    said = build.ask(answers.text("dataset"), BY_NAME["nt"])
    return said + here(base, build.build.id, dumps.files(build.build.dumps)).serialize(format="nt", encoding="utf-8")


def here(base: str, version: str, files: dict[str, Path]) -> Graph:
    """Where the dataset can be had below an address: its dumps, with their sizes in bytes, and its endpoint."""
    graph = Graph()
    endpoint = URIRef(f"{base}sparql")
    service = URIRef(f"{endpoint}#service")
    graph.add((DATASET, RDF.type, DCAT.Dataset))
    graph.add((DATASET, URIRef(iris.expand("dcat:version")), Literal(version)))
    graph.add((DATASET, VOID.sparqlEndpoint, endpoint))
    graph.add((DATASET, VOID.uriLookupEndpoint, URIRef(f"{base}id/")))
    graph.add((service, RDF.type, DCAT.DataService))
    graph.add((service, DCTERMS.title, Literal("The SPARQL endpoint of party-defections", "en")))
    graph.add((service, DCAT.endpointURL, endpoint))
    graph.add((service, DCAT.endpointDescription, endpoint))
    graph.add((service, DCAT.servesDataset, DATASET))
    for name, path in files.items():
        _add_distribution(graph, base, name, path)
    return graph


def _add_distribution(graph: Graph, base: str, name: str, path: Path) -> None:
    address, node = URIRef(f"{base}dumps/{name}"), URIRef(f"{base}dumps#{name}")
    media_type = dumps.media_type(path)
    graph.add((DATASET, DCAT.distribution, node))
    graph.add((node, RDF.type, DCAT.Distribution))
    graph.add((node, DCTERMS.title, Literal(name)))
    graph.add((node, DCTERMS.license, _LICENCE))
    graph.add((node, DCAT.accessURL, URIRef(f"{base}dumps")))
    graph.add((node, DCAT.downloadURL, address))
    graph.add((node, DCAT.mediaType, URIRef(_MEDIA_TYPES + media_type)))
    graph.add((node, DCAT.byteSize, Literal(path.stat().st_size, datatype=XSD.nonNegativeInteger)))
    if media_type in _RDF:
        graph.add((DATASET, VOID.dataDump, address))
