"""What the SPARQL service can do and what it holds, in the W3C's vocabulary for service descriptions."""

from urllib.parse import urljoin

from rdflib import RDF, RDFS, VOID, Graph, Literal, Namespace, URIRef

from kg import iris
from kg.formats import FORMATS
from kg.serve import graphs

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
ENTAILMENT = Namespace("http://www.w3.org/ns/entailment/")
W3C_FORMATS = {
    name: URIRef(f"http://www.w3.org/ns/formats/{local}")
    for name, local in {
        "json": "SPARQL_Results_JSON",
        "xml": "SPARQL_Results_XML",
        "csv": "SPARQL_Results_CSV",
        "tsv": "SPARQL_Results_TSV",
        "ttl": "Turtle",
        "nt": "N-Triples",
        "jsonld": "JSON-LD",
        "rdf": "RDF_XML",
    }.items()
}


def describe(endpoint: str, triples_by_graph: dict[str, int]) -> Graph:
    """The service at an address, its formats, and its default dataset with one named graph for each source."""
    service = URIRef(f"{endpoint}#service")
    graph = Graph()
    graph.add((service, RDF.type, SD.Service))
    graph.add((service, SD.endpoint, URIRef(endpoint)))
    graph.add((service, SD.supportedLanguage, SD.SPARQL11Query))
    graph.add((service, SD.feature, SD.BasicFederatedQuery))
    graph.add((service, SD.defaultEntailmentRegime, ENTAILMENT.Simple))
    for fmt in FORMATS:
        if fmt.kind != "dataset":
            graph.add((service, SD.resultFormat, W3C_FORMATS[fmt.name]))
    _add_dataset(graph, service, endpoint, triples_by_graph)
    return graph


def _add_dataset(graph: Graph, service: URIRef, endpoint: str, triples_by_graph: dict[str, int]) -> None:
    """The dataset and its graphs, by the IRIs at which the build describes them."""
    dataset = URIRef(f"{iris.VOID}#dataset")
    graph.add((service, SD.defaultDataset, dataset))
    graph.add((dataset, RDF.type, SD.Dataset))
    graph.add((dataset, RDF.type, VOID.Dataset))
    graph.add((dataset, RDFS.isDefinedBy, URIRef(urljoin(endpoint, "/.well-known/void"))))
    graph.add((dataset, SD.defaultGraph, URIRef(iris.dataset(""))))
    for name, triples in {"": 0, **triples_by_graph}.items():
        node = URIRef(iris.dataset(name))
        if name:
            named = URIRef(f"{node}/named")
            graph.add((dataset, SD.namedGraph, named))
            graph.add((named, RDF.type, SD.NamedGraph))
            graph.add((named, SD.name, URIRef(name)))
            graph.add((named, SD.graph, node))
        graph.add((node, RDF.type, SD.Graph))
        graph.add((node, VOID.triples, Literal(triples)))
        graph.add((node, VOID.dataDump, URIRef(urljoin(endpoint, graphs.address(name)))))
