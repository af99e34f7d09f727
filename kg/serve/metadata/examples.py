"""/.well-known/sparql-examples: the canned queries as editors and programs know them, by the convention of SIB.

https://github.com/sib-swiss/sparql-examples has it; an example's IRI is the address at which its question is answered.
"""

import re

from fastapi import APIRouter, Request, Response
from rdflib import DCTERMS, OWL, RDF, RDFS, SH, XSD, Graph, Literal, Namespace, URIRef

from kg import iris, queries
from kg.formats import of_kind
from kg.queries import CannedQuery
from kg.serve.replies import by_extension, negotiated, reply
from kg.store import write_graph

router = APIRouter()

ADDRESS = "/.well-known/sparql-examples"
SCHEMA = Namespace("https://schema.org/")
SPEX = Namespace("https://purl.expasy.org/sparql-examples/ontology#")
_PREFIXES = URIRef(f"{iris.BASE}.well-known/sparql-examples#prefixes")
_OFFERS = of_kind("graph")
_FORMS = {
    "SELECT": (SH.SPARQLSelectExecutable, SH.select),
    "ASK": (SH.SPARQLAskExecutable, SH.ask),
    "CONSTRUCT": (SH.SPARQLConstructExecutable, SH.construct),
    "DESCRIBE": (SPEX.SPARQLDescribeExecutable, SPEX.describe),
}
_HEADER = re.compile(r"^#\+.*\n", re.MULTILINE)
_PREFIX = re.compile(r"^PREFIX\s+([\w-]*):\s*<([^>]*)>", re.MULTILINE)
_SERVICE = re.compile(r"\bSERVICE\s+(?:SILENT\s+)?<([^>]*)>")


@router.get(ADDRESS)
def examples(request: Request) -> Response:
    """The canned queries, by negotiation, Turtle first."""
    choice = negotiated(request, *_OFFERS)
    return reply(choice, write_graph(_lines(request), choice.offer), Content_Location=f"{ADDRESS}.{choice.offer.name}")


@router.get(f"{ADDRESS}.{{extension}}")
def examples_as(request: Request, extension: str) -> Response:
    """The canned queries in the format that the address names."""
    choice = by_extension(extension, *_OFFERS)
    return reply(choice, write_graph(_lines(request), choice.offer))


def _lines(request: Request) -> bytes:
    graph = described(list(queries.canned().values()), f"{request.base_url}sparql")
    return graph.serialize(format="nt", encoding="utf-8")


def described(canned: list[CannedQuery], endpoint: str) -> Graph:
    """Every query with its question and keywords, to be asked of an endpoint, and the prefixes that they use."""
    graph = Graph()
    graph.add((_PREFIXES, RDF.type, OWL.Ontology))
    graph.add((_PREFIXES, RDFS.comment, Literal("The prefixes of the example queries", "en")))
    used = dict(pair for query in canned for pair in _PREFIX.findall(query.text))
    for prefix, namespace in {name: iris.NAMESPACES.get(name, namespace) for name, namespace in used.items()}.items():
        declared = URIRef(f"{_PREFIXES}/{prefix}")
        graph.add((_PREFIXES, SH.declare, declared))
        graph.add((declared, SH.prefix, Literal(prefix)))
        graph.add((declared, SH.namespace, Literal(namespace, datatype=XSD.anyURI)))
    for query in canned:
        _add(graph, query, endpoint)
    return graph


def _add(graph: Graph, query: CannedQuery, endpoint: str) -> None:
    node = URIRef(f"{iris.BASE}queries/{query.name}")
    kind, form = _FORMS[query.form]
    graph.add((node, RDF.type, SH.SPARQLExecutable))
    graph.add((node, RDF.type, kind))
    graph.add((node, RDFS.label, Literal(query.summary, "en")))
    graph.add((node, RDFS.comment, Literal(query.summary, "en")))
    graph.add((node, DCTERMS.description, Literal(query.description, "en")))
    graph.add((node, SH.prefixes, _PREFIXES))
    graph.add((node, form, Literal(_HEADER.sub("", query.text).strip())))
    graph.add((node, SCHEMA.target, URIRef(endpoint)))
    for tag in query.tags:
        graph.add((node, SCHEMA.keywords, Literal(tag)))
    for service in _SERVICE.findall(query.text):
        graph.add((node, SPEX.federatesWith, URIRef(service)))
