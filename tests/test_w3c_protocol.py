"""The W3C's tests of the SPARQL 1.1 Protocol and of its Service Description, against `kg serve`."""

from collections.abc import Iterator
from typing import Any

import httpx
import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from ruamel.yaml import YAML

from tests.endpoint_support import publish_small
from tests.served import serve
from tests.w3c import results, suite

DATA = "http://kasei.us/2009/09/sparql/data/"
DOCUMENT = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://xmlns.com/foaf/0.1/Document>"
SD = "http://www.w3.org/ns/sparql-service-description#"
SHAPES = suite.HERE / "service-description.ttl"
FORMATS = {  # those that the tests' own names list
    "table": {
        "application/sparql-results+xml",
        "application/sparql-results+json",
        "text/csv",
        "text/tab-separated-values",
    },
    "boolean": {"application/sparql-results+xml", "application/sparql-results+json"},
    "graph": {"application/rdf+xml", "text/turtle", "application/n-triples"},
}
REQUESTS: dict[str, dict[str, dict[str, Any]]] = YAML(typ="safe").load(
    (suite.HERE / "protocol.yaml").read_text(encoding="utf-8").replace("data:data", f"{DATA}data")
)

slash = pytest.mark.parametrize("path", ["/sparql", "/sparql/"], ids=["", "slash"])


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """`kg serve` over a build that holds the graphs of the tests; data0.rdf is a graph that nobody holds."""
    home = tmp_path_factory.mktemp("home")
    names = [f"{DATA}data{number}.rdf" for number in (1, 2, 3)]
    publish_small(home, extra=[f"<{name}> {DOCUMENT} <{name}> ." for name in names])
    with serve(home) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


def send(endpoint: httpx.Client, path: str, request: dict[str, Any]) -> httpx.Response:
    headers = {"Content-Type": request["type"]} if "type" in request else {}
    body = request["body"].encode(request.get("encoding", "utf-8")) if "body" in request else None
    return endpoint.request(request["method"], path, params=request.get("params"), content=body, headers=headers)


def held(endpoint: httpx.Client) -> Any:
    """Every statement that the endpoint holds."""
    everything = "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } } ORDER BY ?g ?s ?p ?o"
    return endpoint.get("/sparql", params={"query": everything}).raise_for_status().json()["results"]["bindings"]


@slash
@pytest.mark.parametrize("name", REQUESTS["query"])
def test_a_query_of_the_protocol_is_answered_as_the_w3c_says(endpoint: httpx.Client, name: str, path: str) -> None:
    request = REQUESTS["query"][name]
    answer = send(endpoint, path, request)
    media_type = answer.headers["content-type"].split(";")[0]
    if "refused" in request:
        assert 400 <= answer.status_code < 500
    elif "answer" in request:
        assert answer.status_code == 200
        assert results.read(answer.content, media_type) is request["answer"]
    else:
        assert answer.status_code == 200
        assert media_type in FORMATS[request["format"]]
        assert results.read(answer.content, media_type) is not None


@slash
@pytest.mark.parametrize("name", REQUESTS["update"])
def test_an_update_of_the_protocol_is_refused_and_changes_nothing(endpoint: httpx.Client, name: str, path: str) -> None:
    before = held(endpoint)
    answer = send(endpoint, path, REQUESTS["update"][name])
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert held(endpoint) == before != []


def test_the_tests_of_the_protocol_are_all_there() -> None:
    assert {kind: len(requests) for kind, requests in REQUESTS.items()} == {"query": 20, "update": 14}


def test_they_are_those_that_the_suite_lists() -> None:
    manifest = suite.FOLDER / "protocol" / "manifest.ttl"
    if not manifest.exists():
        pytest.skip(suite.ABSENT)
    entries = "SELECT ?test { ?test a <http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#ProtocolTest> }"
    store = ox.Store()
    store.load(path=manifest, base_iri=f"{suite.BASE}protocol/manifest.ttl")
    rows: Any = store.query(entries)
    assert {row["test"].value.partition("#")[2] for row in rows} == {*REQUESTS["query"], *REQUESTS["update"]}


# The service description: returns-rdf, has-endpoint-triple, conforms-to-schema


@slash
@pytest.mark.parametrize("accept", ["*/*", "text/turtle", "application/rdf+xml"])
def test_a_get_of_the_endpoint_returns_rdf(endpoint: httpx.Client, accept: str, path: str) -> None:
    assert len(described(endpoint, accept, path)) > 0


def test_the_description_has_a_matching_endpoint_triple(endpoint: httpx.Client) -> None:
    endpoints = set(described(endpoint).objects(predicate=rdflib.URIRef(f"{SD}endpoint")))
    assert endpoints == {rdflib.URIRef(str(endpoint.base_url.join("/sparql")))}


def test_the_description_conforms_to_the_schema(endpoint: httpx.Client) -> None:
    description = described(endpoint)
    conforms, _, report = pyshacl.validate(description, shacl_graph=str(SHAPES))
    assert conforms, report
    assert (None, rdflib.RDF.type, rdflib.URIRef(f"{SD}Service")) in description
    known = {str(node) for node in rdflib.Graph().parse(SHAPES).all_nodes() if str(node).startswith(SD)}
    terms = {str(term) for triple in description for term in triple if str(term).startswith(SD)}
    assert terms <= known


def described(endpoint: httpx.Client, accept: str = "text/turtle", path: str = "/sparql") -> rdflib.Graph:
    answer = endpoint.get(path, headers={"Accept": accept}).raise_for_status()
    media_type = answer.headers["content-type"].split(";")[0]
    assert media_type in FORMATS["graph"]
    return rdflib.Graph().parse(data=answer.content, format=media_type)
