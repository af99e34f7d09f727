"""/graphs: the SPARQL 1.1 Graph Store HTTP Protocol, as far as it reads."""

from urllib.parse import quote

import httpx
import pytest
import rdflib

from kg.iris import thing
from tests.endpoint_support import OTHER, SEED, lines

TURTLE = {"Accept": "text/turtle"}
GRAPHS = {"text/turtle": "turtle", "application/n-triples": "nt", "application/ld+json": "json-ld"}
GRAPHS |= {"application/rdf+xml": "xml"}


def read(answer: httpx.Response) -> rdflib.Graph:
    assert answer.status_code == 200, answer.text
    media_type = answer.headers["content-type"].partition(";")[0]
    return rdflib.Graph().parse(data=answer.content, format=GRAPHS[media_type])


def stored(graph: str) -> rdflib.Graph:
    """What the small build holds in a graph; "" is the default one."""
    dataset = rdflib.Dataset()
    dataset.parse(data="\n".join(lines()), format="nquads")
    return dataset.graph(rdflib.URIRef(graph)) if graph else dataset.default_graph


def same(one: rdflib.Graph, other: rdflib.Graph) -> bool:
    return set(one) == set(other)


def test_the_default_graph_is_the_consolidated_view(web: httpx.Client) -> None:
    assert same(read(web.get("/graphs?default", headers=TURTLE)), stored(""))
    assert same(read(web.get("/graphs?default=", headers=TURTLE)), stored(""))


@pytest.mark.parametrize("graph", [SEED, OTHER])
def test_the_graph_of_a_source_is_read_by_its_name(web: httpx.Client, graph: str) -> None:
    answer = web.get("/graphs", params={"graph": graph}, headers=TURTLE)
    assert same(read(answer), stored(graph))
    assert web.get(f"/graphs?graph={quote(graph)}", headers=TURTLE).content == answer.content


@pytest.mark.parametrize("media_type", list(GRAPHS))
def test_a_graph_is_written_as_the_client_accepts(web: httpx.Client, media_type: str) -> None:
    answer = web.get("/graphs", params={"graph": OTHER}, headers={"Accept": f"image/png, {media_type};q=0.2"})
    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert same(read(answer), stored(OTHER))
    assert "Accept" in answer.headers["vary"]
    assert answer.headers["access-control-allow-origin"] == "*"


def test_what_cannot_hold_a_graph_is_not_acceptable(web: httpx.Client) -> None:
    refused = web.get("/graphs?default", headers={"Accept": "text/csv"})
    assert (refused.status_code, refused.headers["content-type"]) == (406, "application/problem+json")
    assert {"format": "ttl", "mediaType": "text/turtle"} in refused.json()["available"]


def test_a_client_that_has_a_graph_of_this_build_is_told_so(web: httpx.Client) -> None:
    tag = web.get("/graphs?default", headers=TURTLE).headers["etag"]
    again = web.get("/graphs?default", headers=TURTLE | {"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_head_tells_of_a_graph_what_get_does(web: httpx.Client) -> None:
    for query in ("default", f"graph={quote(SEED)}", f"graph={quote(thing('source/nobody'))}"):
        got, head = (web.request(method, f"/graphs?{query}", headers=TURTLE) for method in ("GET", "HEAD"))
        assert (head.status_code, head.content) == (got.status_code, b"")
        for name in ("content-type", "content-length", "etag"):
            assert head.headers.get(name) == got.headers.get(name)


def test_a_graph_that_is_not_there_is_not_found(web: httpx.Client) -> None:
    nobody = thing("source/nobody")
    empty = {"query": "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "default-graph-uri": nobody}
    for _ in range(2):  # a query that answers with the same triples is another resource
        assert web.get("/sparql", params=empty).status_code == 200
        answer = web.get("/graphs", params={"graph": nobody})
        assert answer.status_code == 404
        assert f"<{nobody}>" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("graph=&other", "the query is refused"),
        ("graph=seed", "the query is refused"),
        ("graph=urn:a%3E%20%7D%20%23", "the query is refused"),
        ("graph=%FF", "UTF-8"),
        ("other", "name one graph"),
        ("default&graph=urn:a", "name one graph"),
        ("graph=urn:a&graph=urn:b", "name one graph"),
    ],
)
def test_a_request_that_names_no_graph_is_malformed(web: httpx.Client, query: str, fault: str) -> None:
    answer = web.get(f"/graphs?{query}")
    assert answer.status_code == 400
    assert fault in answer.json()["detail"]


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
@pytest.mark.parametrize("query", ["", "?default", f"?graph={quote(SEED)}"])
def test_graphs_are_changed_by_a_build_only(web: httpx.Client, method: str, query: str) -> None:
    answer = web.request(method, f"/graphs{query}", content=b"<urn:a> <urn:b> <urn:c> .", headers=TURTLE)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    assert same(read(web.get("/graphs?default", headers=TURTLE)), stored(""))


def test_every_graph_is_listed_with_its_size(web: httpx.Client) -> None:
    listed = web.get("/graphs", headers={"Accept": "application/json"}).json()["graphs"]
    assert [one["graph"] for one in listed] == [None, OTHER, SEED]
    for one in listed:
        assert len(read(web.get(one["url"], headers=TURTLE))) == one["triples"]
    page = web.get("/graphs", headers={"Accept": "text/html"}).text
    assert f'<a href="/graphs?graph={quote(SEED, safe="")}">source/seed</a>' in page


def test_the_description_of_the_service_tells_where_each_graph_is(web: httpx.Client) -> None:
    described = rdflib.Graph().parse(data=web.get("/sparql", headers=TURTLE).content, format="turtle")
    dumps = {str(address) for address in described.objects(None, rdflib.VOID.dataDump)}
    assert len(dumps) == 3
    sizes = {
        int(str(described.value(node, rdflib.VOID.triples))): len(read(web.get(str(address), headers=TURTLE)))
        for node, address in described.subject_objects(rdflib.VOID.dataDump)
    }
    assert all(told == found for told, found in sizes.items())
