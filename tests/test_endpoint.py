"""/sparql over real HTTP: the SPARQL 1.1 Protocol, the formats, and the clients that people use."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from rdflib_endpoint import SparqlRouter

from kg.formats import FORMATS
from kg.iris import thing
from kg.serve.settings import Settings
from tests.endpoint_support import OTHER, PD, RDFS, SEED, publish_small, serving

LABELS = f"SELECT ?label WHERE {{ ?person a <{PD}Person> ; <{RDFS}label> ?label }}"
WHO = f"ASK {{ ?change <{PD}defector> <{thing('person/ann')}> }}"
LEFT = f"CONSTRUCT {{ ?p <{PD}left> ?a }} WHERE {{ ?c <{PD}defector> ?p ; <{PD}fromAffiliation> ?a }}"
TARGETS = f"SELECT ?to WHERE {{ ?change <{PD}toAffiliation> ?to }}"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

# An answer of Oxigraph that leaves its thread shows itself only so.
pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")


def ask(web: httpx.Client, query: str, accept: str = "*/*", **params: Any) -> httpx.Response:
    return web.get("/sparql", params={"query": query, **params}, headers={"Accept": accept})


def within(web: httpx.Client, query: str, **graphs: str | list[str]) -> list[dict[str, str]]:
    """The answer over a dataset that the request names, as `default=` and `named=`."""
    params: dict[str, Any] = {f"{kind}-graph-uri": names for kind, names in graphs.items()}
    return bindings(ask(web, query, **params))


def bindings(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    return [{name: term["value"] for name, term in row.items()} for row in answer.json()["results"]["bindings"]]


def base(web: httpx.Client) -> str:
    return str(web.base_url).rstrip("/")


def varies(answer: httpx.Response) -> bool:
    return "Accept" in answer.headers["vary"].split(", ")


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["type"] == "about:blank"
    return body


# Formats


@pytest.mark.parametrize("fmt", [f for f in FORMATS if f.kind == "results"], ids=lambda f: f.name)
def test_a_select_is_written_in_the_format_asked_for(web: httpx.Client, fmt: Any) -> None:
    by_accept, by_name = ask(web, LABELS, fmt.media_type), ask(web, LABELS, "image/png", format=fmt.name)
    for answer in (by_accept, by_name):
        assert answer.status_code == 200
        assert answer.headers["content-type"].split(";")[0] == fmt.media_type
        assert varies(answer)
        assert "Ann Ásdóttir" in answer.content.decode("utf-8")
    assert by_accept.content == by_name.content


@pytest.mark.parametrize("fmt", [f for f in FORMATS if f.kind == "graph"], ids=lambda f: f.name)
@pytest.mark.parametrize("query", [LEFT, f"DESCRIBE <{thing('person/ann')}>"], ids=["construct", "describe"])
def test_a_graph_is_written_in_the_format_asked_for(web: httpx.Client, fmt: Any, query: str) -> None:
    answer = ask(web, query, fmt.media_type)
    assert answer.headers["content-type"].split(";")[0] == fmt.media_type
    names = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "rdf": "xml"}
    assert len(rdflib.Graph().parse(data=answer.content, format=names[fmt.name])) > 0


def test_json_and_turtle_are_what_a_client_gets_that_names_nothing(web: httpx.Client) -> None:
    for query, media_type in ((LABELS, "application/sparql-results+json"), (LEFT, "text/turtle; charset=utf-8")):
        assert ask(web, query).headers["content-type"] == media_type
        assert web.get("/sparql", params={"query": query}, headers={"Accept": ""}).headers["content-type"] == media_type


def test_an_ask_is_answered_in_every_results_format(web: httpx.Client) -> None:
    assert ask(web, WHO).json() == {"head": {}, "boolean": True}
    assert "<boolean>true</boolean>" in ask(web, WHO, format="xml").text
    assert ask(web, WHO, "text/csv").text.strip() == "true"
    assert ask(web, WHO.replace("/ann>", "/nobody>"), "text/tab-separated-values").text.strip() == "false"


def test_an_alias_of_a_format_is_answered_under_that_name(web: httpx.Client) -> None:
    assert ask(web, LABELS, "application/json").headers["content-type"] == "application/json"
    assert ask(web, LEFT, "application/json").headers["content-type"] == "application/json"
    assert "@id" in ask(web, LEFT, "application/json").text


def test_what_no_format_fits_is_answered_with_those_there_are(web: httpx.Client) -> None:
    refused = problem(ask(web, LABELS, "image/png, text/turtle"), 406)
    assert [offer["format"] for offer in refused["available"]] == ["json", "xml", "csv", "tsv"]
    refused = problem(ask(web, LEFT, "text/csv, text/turtle;q=0"), 406)
    assert {"format": "ttl", "mediaType": "text/turtle"} in refused["available"]
    assert varies(ask(web, LEFT, "text/csv"))


def test_a_format_that_cannot_hold_the_answer_is_refused_by_name(web: httpx.Client) -> None:
    assert "json, xml, csv, tsv" in problem(ask(web, LABELS, format="ttl"), 400)["detail"]
    assert "ttl, nt, jsonld, rdf" in problem(ask(web, LEFT, format="csv"), 400)["detail"]


# The protocol


def test_a_query_can_be_posted_as_a_form_or_as_itself(web: httpx.Client) -> None:
    expected = bindings(ask(web, LABELS))
    assert bindings(web.post("/sparql", data={"query": LABELS})) == expected
    for content_type in ("application/sparql-query", "Application/SPARQL-Query; charset=UTF-8"):
        assert bindings(web.post("/sparql", content=LABELS, headers={"Content-Type": content_type})) == expected


@pytest.mark.parametrize("text", ["a+b c%20d%2B&e=f", "Ásdóttir ☃", "100%"])
def test_a_query_is_decoded_exactly_once(web: httpx.Client, text: str) -> None:
    query = f'SELECT ("{text}" AS ?x) {{}}'
    direct = web.post("/sparql", content=query.encode(), headers={"Content-Type": "application/sparql-query"})
    for answer in (ask(web, query), web.post("/sparql", data={"query": query}), direct):
        assert bindings(answer) == [{"x": text}]


def test_a_query_posted_as_itself_names_its_graphs_in_the_address(web: httpx.Client) -> None:
    headers = {"Content-Type": "application/sparql-query"}
    answer = web.post("/sparql", params={"default-graph-uri": OTHER}, content=TARGETS, headers=headers)
    assert bindings(answer) == [{"to": thing("status/independent")}]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/sparql-query; charset=iso-8859-1", LABELS),
        ("application/json", json.dumps({"query": LABELS})),
        ("text/plain", LABELS),
        ("multipart/form-data; boundary=x", "--x--"),
        ("", LABELS),
    ],
)
def test_other_kinds_of_body_are_refused(web: httpx.Client, content_type: str, body: str) -> None:
    answer = web.post("/sparql", content=body, headers={"Content-Type": content_type})
    problem(answer, 415)
    assert answer.headers["accept-post"] == "application/sparql-query, application/x-www-form-urlencoded"


@pytest.mark.parametrize("body", [b"query=%FF", b"query=\xff"])
def test_what_is_not_utf_8_is_refused(web: httpx.Client, body: bytes) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert "UTF-8" in problem(web.post("/sparql", content=body, headers=form), 400)["detail"]
    direct = web.post("/sparql", content=b"\xff", headers={"Content-Type": "application/sparql-query"})
    assert "UTF-8" in problem(direct, 400)["detail"]
    assert "UTF-8" in problem(web.get("/sparql?query=%FF"), 400)["detail"]


def test_a_query_is_given_once(web: httpx.Client) -> None:
    twice = f"/sparql?query={quote(LABELS)}&query={quote(LABELS)}"
    assert "2 times" in problem(web.get(twice), 400)["detail"]
    both = web.post(f"/sparql?query={quote(LABELS)}", data={"query": LABELS})
    assert "2 times" in problem(both, 400)["detail"]


def test_a_request_without_a_query_is_told_so(web: httpx.Client) -> None:
    for answer in (
        web.get("/sparql", params={"default-graph-uri": SEED}),
        web.get("/sparql", headers={"Accept": "application/sparql-results+json"}),
        web.post("/sparql", data={"format": "json"}),
        web.post("/sparql"),
    ):
        assert "no query" in problem(answer, 400)["detail"]
    assert problem(web.get("/sparql?query="), 400)["line"] == 1


def test_an_update_is_refused_in_plain_words(web: httpx.Client) -> None:
    update = "INSERT DATA { <http://a> <http://b> <http://c> }"
    for answer in (
        web.get("/sparql", params={"update": update}),
        web.post("/sparql", data={"update": update}),
        web.post("/sparql", data={"update": update, "query": LABELS}),
        web.post("/sparql", content=update, headers={"Content-Type": "application/sparql-update"}),
    ):
        assert "queries only" in problem(answer, 400)["detail"]
    problem(ask(web, update), 400)
    assert ask(web, "ASK { <http://a> ?b ?c }").json()["boolean"] is False


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused_and_told_which_there_are(web: httpx.Client, method: str) -> None:
    for path, allowed in (("/sparql", "GET, HEAD, OPTIONS, POST"), ("/queries", "GET, HEAD, OPTIONS")):
        answer = web.request(method, path)
        problem(answer, 405)
        assert answer.headers["allow"] == allowed


def test_head_says_what_get_would_without_the_body(web: httpx.Client) -> None:
    for path in (f"/sparql?query={quote(LABELS)}", "/queries", "/id/person/ann.ttl", "/dumps/graph.nq", "/health"):
        head, get = web.head(path), web.get(path)
        assert head.status_code == get.status_code == 200
        assert head.content == b""
        assert head.headers["content-type"] == get.headers["content-type"]
        assert head.headers["content-length"] == get.headers["content-length"]


def test_options_says_what_is_allowed(web: httpx.Client) -> None:
    answer = web.options("/sparql")
    assert answer.status_code == 204
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert web.options("/nowhere").status_code == 404


def test_any_page_on_the_web_can_ask_but_without_credentials(web: httpx.Client) -> None:
    origin = {"Origin": "https://example.org"}
    answer = web.get("/sparql", params={"query": WHO}, headers=origin)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert web.get("/sparql?query=x", headers=origin).headers["access-control-allow-origin"] == "*"
    preflight = {**origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    answer = web.options("/sparql", headers=preflight)
    assert answer.status_code == 200
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "content-type" in answer.headers["access-control-allow-headers"]


def test_a_slash_at_the_end_makes_no_difference(web: httpx.Client) -> None:
    assert bindings(web.get("/sparql/", params={"query": LABELS})) == bindings(ask(web, LABELS))
    assert bindings(web.post("/sparql/", data={"query": LABELS})) == bindings(ask(web, LABELS))


def test_a_fault_in_the_query_is_shown_by_line_and_column(web: httpx.Client) -> None:
    fault = problem(ask(web, "SELECT * WHERE {\n  ?s ?p }"), 400)
    assert (fault["title"], fault["line"], fault["column"]) == ("Bad Request", 2, 10)
    assert "expected" in fault["detail"]
    problem(ask(web, "SELECT (<http://example.org/f>(1) AS ?x) {}"), 400)


# The dataset


def test_a_query_sees_the_consolidated_view_and_by_graph_who_said_what(web: httpx.Client) -> None:
    assert bindings(ask(web, TARGETS)) == [{"to": thing("party/alliance")}]
    by_source = bindings(ask(web, f"SELECT ?g ?to {{ GRAPH ?g {{ ?change <{PD}toAffiliation> ?to }} }} ORDER BY ?g"))
    assert by_source == [{"g": OTHER, "to": thing("status/independent")}, {"g": SEED, "to": thing("party/alliance")}]


def test_graphs_named_in_the_request_replace_those_of_the_query(web: httpx.Client) -> None:
    from_seed = TARGETS.replace("WHERE", f"FROM <{SEED}> WHERE")
    assert bindings(ask(web, from_seed)) == [{"to": thing("party/alliance")}]
    assert within(web, from_seed, default=OTHER) == [{"to": thing("status/independent")}]
    both = within(web, TARGETS, default=[SEED, OTHER])
    assert {row["to"] for row in both} == {thing("party/alliance"), thing("status/independent")}
    graphs = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g"
    assert within(web, graphs, named=OTHER) == [{"g": OTHER}]
    assert within(web, graphs, named=[SEED, OTHER]) == [{"g": OTHER}, {"g": SEED}]
    assert within(web, TARGETS, named=OTHER) == []
    assert bindings(web.post("/sparql", data={"query": TARGETS, "default-graph-uri": OTHER})) == [
        {"to": thing("status/independent")}
    ]


def test_a_graph_is_only_a_name_and_nothing_is_fetched(web: httpx.Client) -> None:
    everything = "SELECT * %s { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    elsewhere = "https://www.w3.org/ns/org.ttl"
    assert bindings(ask(web, everything % f"FROM <{elsewhere}> FROM NAMED <{elsewhere}>")) == []
    assert within(web, everything % "", default=elsewhere) == []
    for address in ("file:///etc/passwd", f"{base(web)}/id/person/ann.ttl"):
        refused = problem(ask(web, everything % f"FROM <{address}> FROM NAMED <{address}>"), 403)
        assert (refused["line"], refused["column"]) == (1, 15)
        problem(ask(web, everything % "", **{"default-graph-uri": address}), 403)
        assert bindings(ask(web, f"SELECT * {{ GRAPH <{address}> {{ ?s ?p ?o }} }}")) == []


def test_a_graph_name_that_is_no_iri_is_refused(web: httpx.Client) -> None:
    problem(ask(web, TARGETS, **{"default-graph-uri": "not an IRI"}), 400)


# Federation


@pytest.mark.parametrize("target", ["<http://127.0.0.1:9999/>", "?g", "<https://query.wikidata.org/bigdata>", "wd:x"])
def test_a_service_that_is_not_listed_is_not_called(web: httpx.Client, target: str) -> None:
    query = (
        f"PREFIX wd: <http://127.0.0.1:9999/>\nSELECT * {{ GRAPH ?g {{ ?a ?b ?c }} SERVICE {target} {{ ?s ?p ?o }} }}"
    )
    refused = problem(ask(web, query), 403)
    assert refused["line"] == 2


def test_a_service_that_does_not_answer_is_the_other_sides_fault(tmp_path: Path) -> None:
    away = "http://unreachable.invalid/sparql"
    publish_small(tmp_path)
    with serving(tmp_path, Settings(services=frozenset({away}))) as web:
        for query in (f"SELECT * {{ SERVICE <{away}> {{ ?s ?p ?o }} }}", f"ASK {{ SERVICE <{away}> {{ ?s ?p ?o }} }}"):
            assert f"{away} cannot be reached" in problem(ask(web, query), 502)["detail"]
        silent = f"SELECT * {{ SERVICE SILENT <{away}> {{ ?s ?p ?o }} }}"
        assert len(bindings(ask(web, silent))) == 1


# What the service says of itself


@pytest.mark.parametrize("accept", ["", "*/*", "text/turtle", "application/rdf+xml", "application/ld+json"])
def test_the_service_describes_itself_as_the_w3c_asks(web: httpx.Client, accept: str) -> None:
    answer = web.get("/sparql", headers={"Accept": accept})
    parsers = {"text/turtle": "turtle", "application/rdf+xml": "xml", "application/ld+json": "json-ld"}
    graph = rdflib.Graph().parse(data=answer.content, format=parsers[answer.headers["content-type"].split(";")[0]])
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    service = graph.value(predicate=rdflib.RDF.type, object=sd.Service)
    assert graph.value(service, sd.endpoint) == rdflib.URIRef(f"{base(web)}/sparql")
    assert set(graph.objects(service, sd.supportedLanguage)) == {sd.SPARQL11Query}
    local = {str(o).removeprefix("http://www.w3.org/ns/formats/") for o in graph.objects(service, sd.resultFormat)}
    results = {f"SPARQL_Results_{name}" for name in ("JSON", "XML", "CSV", "TSV")}
    assert local == results | {"Turtle", "N-Triples", "JSON-LD", "RDF_XML"}
    dataset = graph.value(service, sd.defaultDataset)
    named = {str(graph.value(node, sd.name)) for node in graph.objects(dataset, sd.namedGraph)}
    assert named == {SEED, OTHER}
    assert not list(graph.triples((None, sd.inputFormat, None)))
    assert not [node for node in graph.all_nodes() if isinstance(node, rdflib.BNode)]


def test_a_person_gets_a_page_to_write_queries_on(web: httpx.Client) -> None:
    page = web.get("/sparql", headers={"Accept": BROWSER})
    assert page.headers["content-type"].startswith("text/html")
    assert "yasgui" in page.text
    assert "Who left which party" in page.text
    assert varies(page)


def test_the_librarys_own_evaluation_is_never_reached(web: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def reached(*_: object, **__: object) -> None:
        raise AssertionError("rdflib evaluates")

    monkeypatch.setattr(SparqlRouter, "_prepare_query_cached", reached)
    monkeypatch.setattr(rdflib.Graph, "query", reached)
    for path in ("/sparql", "/sparql/"):
        assert web.get(path, params={"query": LABELS}).status_code == 200
        assert web.post(path, data={"query": LABELS}).status_code == 200
        assert web.post(path, data={"update": "CLEAR ALL"}).status_code == 400
        assert web.get(path).status_code == 200


# The clients that people use


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_reads_the_endpoint_as_a_graph(web: httpx.Client, method: Any) -> None:
    graph = rdflib.Graph(SPARQLStore(f"{base(web)}/sparql", method=method))
    assert [str(row[rdflib.Variable("label")]) for row in graph.query(LABELS).bindings] == ["Ann Ásdóttir"]
    assert graph.query(WHO).askAnswer is True
    person, left, labour = (
        rdflib.URIRef(thing("person/ann")),
        rdflib.URIRef(f"{PD}left"),
        rdflib.URIRef(thing("party/labour")),
    )
    constructed = graph.query(LEFT).graph
    assert constructed is not None
    assert set(constructed) == {(person, left, labour)}
    assert graph.value(person, rdflib.RDFS.label) == rdflib.Literal("Ann Ásdóttir", "en")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_sparqlwrapper_gets_what_it_asks_for(web: httpx.Client, method: str) -> None:
    wrapper = pytest.importorskip("SPARQLWrapper", reason="SPARQLWrapper is an extra of the tests")
    client = wrapper.SPARQLWrapper(f"{base(web)}/sparql")
    client.setMethod(method)

    def answer(query: str, fmt: str) -> Any:
        client.setQuery(query)
        client.setReturnFormat(fmt)
        return client.query().convert()

    assert answer(LABELS, wrapper.JSON)["results"]["bindings"][0]["label"]["value"] == "Ann Ásdóttir"
    assert "Ásdóttir" in answer(LABELS, wrapper.XML).toxml()
    assert answer(LABELS, wrapper.CSV).decode().splitlines() == ["label", "Ann Ásdóttir"]
    assert answer(WHO, wrapper.JSON)["boolean"] is True
    for fmt in (wrapper.XML, wrapper.RDFXML, wrapper.JSONLD):
        assert len(answer(LEFT, fmt)) == 1
    assert b"left" in answer(LEFT, wrapper.TURTLE)


def test_pandas_reads_an_answer_as_a_table(web: httpx.Client) -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is an extra of the tests")
    table = pandas.read_csv(f"{base(web)}/queries/changes.csv?since=2024-01-01")
    assert list(table.columns) == ["change", "who", "party"]
    assert list(table["who"]) == ["Ann Ásdóttir"]
