"""Libraries of Python: SPARQLWrapper, rdflib, pyoxigraph, pandas."""

from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
import SPARQLWrapper as sw
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from kg.iris import thing
from tests.clients.questions import (
    ANN,
    ASK,
    CHANGE,
    CONSTRUCT,
    CONSTRUCTED,
    DESCRIBE,
    DESCRIBED,
    LABOUR,
    NAME,
    SELECT,
    asked,
)
from tests.endpoint_support import OTHER, PD, SEED

pandas = pytest.importorskip("pandas", reason="pandas is an extra of the tests")

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # SPARQLWrapper's own

NOTE = "http://example.org/note"  # rdflib's parser takes a hash before SERVICE for a comment
EVENTS = f"?change <{PD}defector> ?who"


def triples(graph: Any) -> list[list[str]]:
    return sorted([str(term) for term in triple] for triple in graph)


# SPARQLWrapper


@pytest.fixture(params=["GET", "POST", "posted directly"])
def wrapper(request: pytest.FixtureRequest, address: str) -> Any:
    client = sw.SPARQLWrapper(f"{address}/sparql")
    client.setMethod("GET" if request.param == "GET" else "POST")
    client.setRequestMethod("postdirectly" if request.param == "posted directly" else "urlencoded")
    return client


def converted(wrapper: Any, query: str, fmt: str) -> Any:
    wrapper.setQuery(query)
    wrapper.setReturnFormat(fmt)
    return wrapper.queryAndConvert()


@pytest.mark.parametrize("fmt", [sw.TURTLE, sw.N3, sw.XML, sw.RDFXML, sw.JSONLD])
@pytest.mark.parametrize(("query", "expected"), [(CONSTRUCT, CONSTRUCTED), (DESCRIBE, DESCRIBED)])
def test_sparqlwrapper_gets_a_graph(wrapper: Any, query: str, expected: list[list[str]], fmt: str) -> None:
    graph = converted(wrapper, query, fmt)
    if isinstance(graph, bytes):  # it leaves these formats to its caller
        graph = rdflib.Graph().parse(data=graph, format="turtle")
    assert triples(graph) == expected


def test_sparqlwrapper_gets_a_yes_or_no(wrapper: Any) -> None:
    assert converted(wrapper, ASK, sw.JSON)["boolean"] is True
    assert converted(wrapper, ASK, sw.XML).getElementsByTagName("boolean")[0].firstChild.data == "true"


def test_sparqlwrapper_reads_the_terms_of_a_table(wrapper: Any) -> None:
    (row,) = converted(wrapper, SELECT, sw.JSON)["results"]["bindings"]
    assert row == {"label": {"type": "literal", "value": NAME, "xml:lang": "en"}}
    assert converted(wrapper, SELECT, sw.TSV).decode().splitlines() == ["?label", f'"{NAME}"@en']


def test_sparqlwrapper_names_the_graphs(wrapper: Any) -> None:
    wrapper.addParameter("default-graph-uri", OTHER)
    wrapper.addParameter("named-graph-uri", SEED)
    query = f"SELECT ?in ?of {{ ?c <{PD}toAffiliation> ?in . GRAPH ?g {{ ?c <{PD}toAffiliation> ?of }} }}"
    (row,) = converted(wrapper, query, sw.JSON)["results"]["bindings"]
    assert (row["in"]["value"], row["of"]["value"]) == (thing("status/independent"), thing("party/alliance"))


def test_sparqlwrapper_is_told_of_a_fault_and_of_an_update_that_is_refused(address: str) -> None:
    client = sw.SPARQLWrapper(f"{address}/sparql")
    with pytest.raises(QueryBadFormed, match="expected"):
        converted(client, "SELECT ?s ?p ?o WHERE { ?s ?p }", sw.JSON)
    client.setMethod("POST")
    with pytest.raises(QueryBadFormed, match="queries only"):
        converted(client, "INSERT DATA { <http://a> <http://b> <http://c> }", sw.JSON)


# rdflib


def test_rdflib_describes_through_its_store(address: str) -> None:
    graph = rdflib.Graph(SPARQLStore(f"{address}/sparql"))
    assert triples(graph.query(DESCRIBE)) == DESCRIBED
    assert len(graph) > len(DESCRIBED)
    assert sorted(str(o) for o in graph.objects(rdflib.URIRef(CHANGE), rdflib.URIRef(f"{PD}fromAffiliation"))) == [
        LABOUR
    ]


def test_rdflib_reads_one_graph_through_its_store(address: str) -> None:
    store = SPARQLStore(f"{address}/sparql", context_aware=True)
    assert triples(rdflib.Graph(store, rdflib.URIRef(SEED))) == [
        [CHANGE, f"{PD}toAffiliation", thing("party/alliance")]
    ]


@pytest.mark.parametrize("parameters", [{}, {"format": "ttl"}], ids=["negotiated", "by name"])
@pytest.mark.parametrize(("query", "expected"), [(CONSTRUCT, CONSTRUCTED), (DESCRIBE, DESCRIBED)])
def test_rdflib_parses_an_answer_by_its_address(
    address: str, query: str, expected: list[list[str]], parameters: dict[str, str]
) -> None:
    assert triples(rdflib.Graph().parse(asked(f"{address}/sparql", query, **parameters))) == expected


def test_rdflib_parses_the_description_of_the_service(address: str) -> None:
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    description = rdflib.Graph().parse(f"{address}/sparql")
    assert list(description.objects(predicate=sd.endpoint)) == [rdflib.URIRef(f"{address}/sparql")]


@pytest.mark.parametrize("padding", ["", f"# {'as long as it posts instead ' * 25}\n"], ids=["asked by GET", "posted"])
def test_rdflib_calls_the_endpoint_as_a_service(address: str, padding: str) -> None:
    local = rdflib.Graph()
    local.add((rdflib.URIRef(ANN), rdflib.URIRef(NOTE), rdflib.Literal("known here")))
    query = f"SELECT ?who ?change {{ ?who <{NOTE}> ?note . SERVICE <{address}/sparql> {{ {padding}{EVENTS} }} }}"
    assert [[str(term) for term in row] for row in local.query(query)] == [[ANN, CHANGE]]  # type: ignore[union-attr]


# pyoxigraph


def test_pyoxigraph_calls_the_endpoint_as_a_service(address: str) -> None:
    local = ox.Store()
    local.add(ox.Quad(ox.NamedNode(ANN), ox.NamedNode(NOTE), ox.Literal("known here")))
    query = f"SELECT ?who ?change {{ ?who <{NOTE}> ?note SERVICE <{address}/sparql> {{ {EVENTS} }} }}"
    rows: Any = local.query(query)
    assert [[row["who"].value, row["change"].value] for row in rows] == [[ANN, CHANGE]]


def test_the_endpoint_calls_itself_for_nobody(address: str) -> None:
    with pytest.raises(OSError, match="403"):
        ox.Store().query(f"ASK {{ SERVICE <{address}/sparql> {{ SERVICE <{address}/sparql> {{ {EVENTS} }} }} }}")


# pandas


@pytest.mark.parametrize(
    ("fmt", "media_type", "separator", "column", "cell"),
    [("csv", "text/csv", ",", "label", NAME), ("tsv", "text/tab-separated-values", "\t", "?label", f'"{NAME}"@en')],
    ids=["csv", "tsv"],
)
def test_pandas_reads_a_table_by_its_address(
    address: str, fmt: str, media_type: str, separator: str, column: str, cell: str
) -> None:
    by_name = pandas.read_csv(asked(f"{address}/sparql", SELECT, format=fmt), sep=separator, quoting=3)
    endpoint = asked(f"{address}/sparql", SELECT)
    negotiated = pandas.read_csv(endpoint, sep=separator, quoting=3, storage_options={"Accept": media_type})
    for table in (by_name, negotiated):
        assert table.to_dict("list") == {column: [cell]}


def test_pandas_makes_a_table_of_the_bindings(address: str) -> None:
    body = pandas.read_json(asked(f"{address}/sparql", SELECT), typ="series")
    table = pandas.json_normalize(body["results"]["bindings"])
    assert list(table["label.value"]) == [NAME]
    assert list(table["label.xml:lang"]) == ["en"]
