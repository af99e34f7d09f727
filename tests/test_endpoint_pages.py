"""What stands beside /sparql over real HTTP: canned queries, things, the ontology, dumps and the build itself."""

import hashlib
import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
import rdflib

from kg import queries
from kg.builds import current
from kg.errors import NoBuild
from kg.iris import ref_of, thing
from kg.ontology import concepts, terms
from kg.paths import ONTOLOGY
from kg.serve.app import create_app
from kg.serve.canned import formats_of
from kg.serve.settings import Fairness, Settings
from tests.endpoint_support import PD, RDFS, publish_small, serving, until_served

PAGE = {"Accept": "text/html"}
JSON = {"Accept": "application/json"}
GRAPHS = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "rdf": "xml"}
MEDIA = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}
ANN = thing("defection/ann-2024")

# An answer of Oxigraph that leaves its thread shows itself only so.
pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")


class Page(HTMLParser):
    """The links, the addresses a browser loads by itself, and the text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.loaded: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "a" and named.get("href"):
            self.links.add(str(named["href"]))
        if tag in {"script", "img", "iframe"} or (tag == "link" and named.get("rel") in {"stylesheet", "icon"}):
            self.loaded.add(str(named.get("href") or named.get("src") or tag))

    def handle_data(self, data: str) -> None:
        self.text += data


def page(web: httpx.Client, path: str, status: int = 200) -> Page:
    answer = web.get(path, headers=PAGE)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    return Page(answer.text)


def detail(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["detail"])


# Canned queries


def test_every_canned_query_is_listed_for_people_and_for_programs(web: httpx.Client) -> None:
    names = set(queries.canned())
    assert {f"/queries/{name}" for name in names} <= page(web, "/queries").links
    listed = web.get("/queries", headers=JSON).json()["queries"]
    assert {query["name"] for query in listed} == names
    changes = next(query for query in listed if query["name"] == "changes")
    assert changes["summary"] == "Who left which party"
    assert changes["tags"] == ["defections"]
    assert [(p["name"], p["type"], p["default"]) for p in changes["parameters"]] == [
        ("since", "date", "2000-01-01"),
        ("party", "party", None),
    ]
    for query in listed:
        if not query["federated"]:
            assert all(web.get(link).status_code == 200 for link in query["links"].values())


def test_the_page_of_a_query_has_a_form_that_needs_no_script(web: httpx.Client) -> None:
    html = web.get("/queries/changes", headers=PAGE).text
    assert '<form action="/queries/changes.html">' in html
    assert 'name="since" value="2000-01-01"' in html
    assert '<option value="party/labour">Labour</option>' in html
    assert 'formaction="/queries/changes.csv"' in html
    assert "&lt;b&gt;Alliance&lt;/b&gt; &amp; friends" in html
    assert web.get("/queries/changes", headers=JSON).json()["form"] == "SELECT"


def test_an_answer_can_be_had_as_a_page(web: httpx.Client) -> None:
    answered = page(web, "/queries/changes.html?since=2024-01-01&party=labour")
    assert "Ann Ásdóttir" in answered.text
    assert "/id/defection/ann-2024" in answered.links
    assert "0 rows" in page(web, "/queries/changes.html?since=2025-01-01").text
    assert "Yes" in page(web, "/queries/any-change.html").text
    assert "pd:left" in page(web, "/queries/graph-of-changes.html").text


@pytest.mark.parametrize("extension", ["json", "csv", "tsv", "xml"])
def test_an_answer_is_written_as_its_extension_says_whatever_is_accepted(web: httpx.Client, extension: str) -> None:
    answer = web.get(f"/queries/changes.{extension}", headers={"Accept": "image/png"})
    assert answer.status_code == 200
    assert "Ann Ásdóttir" in answer.text
    assert web.get(f"/queries/any-change.{extension}").status_code == 200


@pytest.mark.parametrize("extension", list(GRAPHS))
def test_a_constructed_graph_is_written_as_its_extension_says(web: httpx.Client, extension: str) -> None:
    answer = web.get(f"/queries/graph-of-changes.{extension}")
    assert answer.headers["content-type"].split(";")[0] == MEDIA[extension]
    assert len(rdflib.Graph().parse(data=answer.content, format=GRAPHS[extension])) == 1


def test_parameters_narrow_the_answer_and_empty_ones_keep_their_defaults(web: httpx.Client) -> None:
    def count(**params: str) -> int:
        return len(web.get("/queries/changes.json", params=params).json()["results"]["bindings"])

    assert count() == count(since="", party="") == count(since="2024", party=thing("party/labour")) == 1
    assert count(since="2024-02") == count(party="alliance") == 0


def test_a_query_can_be_taken_along_filled_in(web: httpx.Client) -> None:
    answer = web.get("/queries/changes.rq", params={"since": "2024", "party": "labour"})
    assert answer.headers["content-type"] == "application/sparql-query"
    assert 'VALUES ?since { "2024-01-01"^^<http://www.w3.org/2001/XMLSchema#date> }' in answer.text
    assert f"VALUES ?party {{ <{thing('party/labour')}> }}" in answer.text
    asked = web.post("/sparql", content=answer.content, headers={"Content-Type": "application/sparql-query"})
    assert len(asked.json()["results"]["bindings"]) == 1


def test_a_wrong_parameter_is_named(web: httpx.Client) -> None:
    assert "'since'" in detail(web.get("/queries/changes.json?since=yesterday"), 400)
    assert "'party'" in detail(web.get("/queries/changes.csv?party=x%3E%20%7D"), 400)
    assert "no parameter until; it has: since, party" in detail(web.get("/queries/changes.json?until=2024"), 400)
    assert "'since'" in detail(web.get("/queries/changes.json?since=2024&since=2025"), 400)
    assert "'since'" in page(web, "/queries/changes.html?since=yesterday", 400).text


def test_a_query_that_is_not_there_is_answered_with_near_names(web: httpx.Client) -> None:
    assert "did you mean changes" in detail(web.get("/queries/change"), 404)
    assert "did you mean changes" in detail(web.get("/queries/chanes.json"), 404)
    assert ".json, .xml, .csv, .tsv" in detail(web.get("/queries/changes.ttl"), 404)
    assert ".ttl, .nt, .jsonld, .rdf" in detail(web.get("/queries/graph-of-changes.csv"), 404)


def test_a_query_abroad_that_gets_no_answer_is_no_fault_of_ours(web: httpx.Client) -> None:
    answer = web.get("/queries/abroad.json")
    assert answer.status_code in {200, 502, 504}
    if answer.status_code != 200:
        assert answer.json()["detail"].startswith("the service https://query.wikidata.org/sparql ")
    assert page(web, "/queries/abroad")


# Things


def test_a_thing_is_described_in_what_the_client_accepts(web: httpx.Client) -> None:
    for extension, media_type in {"html": "text/html", **MEDIA}.items():
        by_accept = web.get("/id/defection/ann-2024", headers={"Accept": media_type})
        assert by_accept.status_code == 200
        assert by_accept.headers["content-type"].split(";")[0] == media_type
        assert by_accept.headers["content-location"] == f"/id/defection/ann-2024.{extension}"
        assert "Accept" in by_accept.headers["vary"].split(", ")
        assert web.get(by_accept.headers["content-location"], headers={"Accept": "x/y"}).content == by_accept.content


@pytest.mark.parametrize("extension", list(GRAPHS))
def test_a_description_tells_both_directions_and_the_names_of_what_is_near(web: httpx.Client, extension: str) -> None:
    answer = web.get(f"/id/defection/ann-2024.{extension}")
    graph = rdflib.Graph().parse(data=answer.content, format=GRAPHS[extension])
    change, label = rdflib.URIRef(ANN), rdflib.RDFS.label
    assert (change, rdflib.URIRef(f"{PD}defector"), rdflib.URIRef(thing("person/ann"))) in graph
    assert (rdflib.URIRef(thing("claim/one")), rdflib.URIRef(f"{PD}about"), change) in graph
    assert (rdflib.URIRef(thing("person/ann")), label, rdflib.Literal("Ann Ásdóttir", "en")) in graph
    assert (rdflib.URIRef(thing("person/ann")), label, rdflib.Literal("Ann", "en")) not in graph, (
        "only another source says so"
    )
    assert (change, rdflib.URIRef(f"{PD}toAffiliation"), rdflib.URIRef(thing("status/independent"))) not in graph


def test_the_page_of_a_thing_tells_what_holds_and_who_says_so(web: httpx.Client) -> None:
    shown = page(web, "/id/defection/ann-2024")
    assert {"/id/person/ann", "/id/party/labour", "/ontology#defector", "/id/claim/one", "/id/claim/two"} <= shown.links
    assert {f"/id/defection/ann-2024.{extension}" for extension in GRAPHS} <= shown.links
    words = " ".join(shown.text.split()).lower()
    for expected in ("ann leaves labour", "every source’s version", "january 2024", "2023", "the seed", "asserted"):
        assert expected in words
    assert "from affiliation" in words
    assert "as defector" in " ".join(page(web, "/id/person/ann").text.split())


def test_what_a_source_writes_is_never_markup(web: httpx.Client) -> None:
    html = web.get("/id/party/alliance", headers=PAGE).text
    assert "<b>" not in html
    assert "&lt;b&gt;Alliance&lt;/b&gt; &amp; friends" in html


def test_no_page_loads_anything_from_elsewhere(web: httpx.Client) -> None:
    for path in ("/", "/queries", "/queries/changes", "/id/defection/ann-2024", "/ontology", "/dumps"):
        shown = page(web, path)
        elsewhere = {address for address in shown.loaded if not address.startswith("/static/")}
        assert elsewhere <= {"data:,", "script"}, "a script without an address is data for search engines"
    assert "light-dark(" in web.get("/static/style.css").text


def test_every_local_link_of_the_first_pages_leads_somewhere(web: httpx.Client) -> None:
    paths = ("/", "/queries/changes", "/id/defection/ann-2024", "/id/party/labour", "/ontology", "/dumps")
    local = {link.partition("#")[0] for path in paths for link in page(web, path).links if link.startswith("/")}
    assert [link for link in sorted(local) if web.get(link, follow_redirects=True).status_code != 200] == []


def test_a_thing_that_moved_is_found_where_it_is_now(web: httpx.Client) -> None:
    for extension in ("", ".ttl", ".html"):
        answer = web.get(f"/id/party/labour-party{extension}")
        assert answer.status_code == 301
        assert answer.headers["location"] == f"/id/party/labour{extension}"
    assert web.get("/id/party/labour-party", headers=PAGE, follow_redirects=True).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "party/nobody",
        "party/nobody.ttl",
        "party",
        "party/",
        "",
        "a/b/c",
        "person/ann/",
        "person/..%2Fann",
        "person/%3E",
    ],
)
def test_an_unknown_thing_is_not_found(web: httpx.Client, path: str) -> None:
    answer = web.get(f"/id/{path}", headers={"Accept": "text/turtle"})
    detail(answer, 404)
    page(web, f"/id/{path}", 404)


def test_a_thing_has_no_other_extensions_and_no_other_formats(web: httpx.Client) -> None:
    assert ".html, .ttl" in detail(web.get("/id/person/ann.csv"), 404)
    refused = web.get("/id/person/ann", headers={"Accept": "text/csv"})
    assert "text/turtle" in detail(refused, 406)
    assert {"format": "html", "mediaType": "text/html"} in refused.json()["available"]


def test_a_concept_that_nothing_uses_is_described_too(web: httpx.Client) -> None:
    concept = next(c for c in concepts().values() if c.broader)
    assert concept.definition in page(web, f"/id/concept/{concept.slug}").text
    graph = rdflib.Graph().parse(data=web.get(f"/id/concept/{concept.slug}.ttl").text, format="turtle")
    assert graph.value(rdflib.URIRef(concept.iri), rdflib.SKOS.broader)
    assert web.get(f"/id/scheme/{concept.scheme}").status_code == 200


def test_a_client_that_has_this_builds_description_is_told_so(web: httpx.Client) -> None:
    for path in ("/id/person/ann.ttl", "/queries/changes.csv"):
        tag = web.get(path).headers["etag"]
        again = web.get(path, headers={"If-None-Match": f'"other", {tag}'})
        assert again.status_code == 304
        assert again.content == b""
        assert web.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


# The ontology


def test_the_ontology_is_read_as_a_page_and_as_rdf(web: httpx.Client) -> None:
    html = web.get("/ontology", headers=PAGE).text
    for term in terms():
        assert f'id="{term.name}"' in html
    assert all(concept.label in page(web, "/ontology").text for concept in concepts().values())
    for extension, name in GRAPHS.items():
        answer = web.get("/ontology", headers={"Accept": MEDIA[extension]})
        assert answer.headers["content-location"] == f"/ontology.{extension}"
        assert web.get(f"/ontology.{extension}").content == answer.content
        graph = rdflib.Graph().parse(data=answer.content, format=name)
        assert (rdflib.URIRef(f"{PD}Defection"), rdflib.RDF.type, rdflib.OWL.Class) in graph
    assert web.get("/ontology.ttl").content == (ONTOLOGY / "party-defections.ttl").read_bytes()


def test_the_page_shows_how_each_class_is_used(web: httpx.Client) -> None:
    text = page(web, "/ontology").text
    for path in sorted((ONTOLOGY / "examples").glob("*.valid.ttl")):
        assert path.read_text(encoding="utf-8").strip() in text


def test_the_parts_of_the_ontology_have_addresses(web: httpx.Client) -> None:
    assert web.get("/ontology/concepts").content == (ONTOLOGY / "concepts.ttl").read_bytes()
    assert web.get("/ontology/concepts.nt").headers["content-type"] == "application/n-triples"
    if (ONTOLOGY / "shapes.ttl").exists():
        assert web.get("/ontology/shapes").headers["content-type"].startswith("text/turtle")
        assert web.get("/shapes", follow_redirects=True).status_code == 200
    assert web.get("/ontology/0.1.0", headers={"Accept": "text/turtle"}).content == web.get("/ontology.ttl").content
    context = web.get("/ontology/context.jsonld")
    assert context.headers["content-type"] == "application/ld+json"
    assert "@context" in context.json()
    detail(web.get("/ontology/nothing"), 404)
    detail(web.get("/ontology.csv"), 404)


# Dumps


def test_dumps_are_listed_with_the_hash_that_they_have(web: httpx.Client) -> None:
    listed = web.get("/dumps", headers=JSON).json()["dumps"]
    assert {dump["name"] for dump in listed} == {"graph.nq", "csv/person.csv"}
    for dump in listed:
        answer = web.get(dump["url"])
        assert answer.headers["content-type"].split(";")[0] == dump["media_type"]
        assert (len(answer.content), hashlib.sha256(answer.content).hexdigest()) == (dump["size"], dump["sha256"])
    assert {"/dumps/graph.nq", "/dumps/csv/person.csv"} <= page(web, "/dumps").links
    part = web.get("/dumps/graph.nq", headers={"Range": "bytes=0-9"})
    assert (part.status_code, len(part.content)) == (206, 10)


@pytest.mark.parametrize(
    "name", ["nothing.nq", "../report.json", "..%2Freport.json", "%2Fetc%2Fpasswd", "csv", "....//report.json"]
)
def test_only_a_dump_can_be_had_from_the_dumps(web: httpx.Client, name: str) -> None:
    with httpx.Client(base_url=web.base_url) as client:
        request = client.build_request("GET", "/dumps/x")
        request.url = request.url.copy_with(raw_path=f"/dumps/{name}".encode())
        assert client.send(request).status_code == 404


# The build and its health


def test_the_first_page_tells_what_is_there(web: httpx.Client) -> None:
    home = page(web, "/")
    assert {"/sparql", "/queries", "/ontology", "/dumps", "/queries/changes", "/id/defection/ann-2024"} <= home.links
    assert "January 2024 Ann leaves Labour" in " ".join(home.text.split())
    assert "0123456789abcdef" in home.text


def test_health_tells_which_build_is_served(web: httpx.Client) -> None:
    health = web.get("/health").json()
    assert (health["status"], health["build"]) == ("ok", "0123456789abcdef")
    assert health["quads"] > 30
    assert health["sources"] == [thing("source/other"), thing("source/seed")]


def test_what_is_nowhere_is_a_problem_for_programs_and_a_page_for_people(web: httpx.Client) -> None:
    detail(web.get("/nowhere"), 404)
    assert "Not Found" in page(web, "/nowhere", 404).text


def test_without_a_build_there_is_no_endpoint(tmp_path: Path) -> None:
    with pytest.raises(NoBuild, match="kg build"):
        create_app(tmp_path)


def _bob() -> list[str]:
    return [f'<{thing("person/bob")}> <{RDFS}label> "Bob"@en .']


def test_a_new_build_is_taken_up_and_the_last_one_kept_when_the_pointer_goes(tmp_path: Path) -> None:
    publish_small(tmp_path, "first")
    with serving(tmp_path) as web:
        assert web.get("/id/person/bob").status_code == 404
        tag = web.get("/id/person/ann.ttl").headers["etag"]
        publish_small(tmp_path, "second", _bob())
        until_served(web, "second")
        assert web.get("/id/person/bob").status_code == 200
        assert web.get("/id/person/ann.ttl", headers={"If-None-Match": tag}).status_code == 304
        (tmp_path / "current").unlink()
        assert web.get("/id/person/bob").status_code == 200
        assert web.get("/health").json()["status"] == "stale"
        (tmp_path / "current").symlink_to(Path("builds") / "nothing")
        assert web.get("/sparql", params={"query": "ASK {}"}).json()["boolean"] is True
        (tmp_path / "current").unlink()
        (tmp_path / "current").symlink_to(Path("builds") / "first")
        assert until_served(web, "first")["status"] == "ok"
        assert web.get("/id/person/bob").status_code == 404


def test_canned_queries_are_paid_for_like_any_other(tmp_path: Path) -> None:
    publish_small(tmp_path)
    spent = Settings(fairness=Fairness(seconds=1e-9, seconds_refill=1e-9))
    with serving(tmp_path, spent) as web:
        answers = [web.get(f"/id/person/ann.{ending}") for ending in ("ttl", "nt")]
    assert [answer.status_code for answer in answers][-1] == 429
    assert "Retry-After" in answers[-1].headers


def test_a_fault_of_ours_tells_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_small(tmp_path)

    def broken(*_: object) -> Any:
        raise RuntimeError("secret")

    monkeypatch.setattr("kg.serve.canned._metadata", broken)
    with serving(tmp_path) as web, pytest.MonkeyPatch.context() as patch:
        patch.setattr(queries, "canned", lambda: {"x": None})
        answer = web.get("/queries", headers=JSON)
    assert "secret" not in answer.text
    assert json.loads(answer.text)["status"] == answer.status_code == 500


# The build of this repository


@pytest.fixture(scope="module")
def real(published: Path) -> Iterator[httpx.Client]:
    with serving(published) as client:
        yield client


def test_one_thing_of_every_kind_is_described(real: httpx.Client, published: Path) -> None:
    rows = current(published).open().query("SELECT DISTINCT ?thing { ?thing a ?class } ORDER BY ?thing").rows()
    refs = {ref.partition("/")[0]: ref for iri, *_ in rows if (ref := ref_of(str(iri)))}
    assert {"person", "party", "defection", "claim", "source", "concept"} <= set(refs)
    for ref in refs.values():
        assert ref in page(real, f"/id/{ref}").text
        described = rdflib.Graph().parse(data=real.get(f"/id/{ref}.ttl").text, format="turtle")
        assert list(described.predicate_objects(rdflib.URIRef(thing(ref))))


def test_every_canned_query_has_a_page_and_an_answer(real: httpx.Client) -> None:
    for name, query in queries.canned().items():
        assert query.summary in page(real, f"/queries/{name}").text
        if not query.federated:
            assert page(real, f"/queries/{name}.html")
            for fmt in formats_of(query):
                assert real.get(f"/queries/{name}.{fmt.name}").status_code == 200, name


def test_every_dump_of_the_build_can_be_fetched(real: httpx.Client) -> None:
    listed = real.get("/dumps", headers=JSON).json()["dumps"]
    assert listed
    for dump in listed:
        assert real.get(dump["url"]).headers["content-type"].split(";")[0] == dump["media_type"]


def test_every_link_of_the_first_page_leads_somewhere(real: httpx.Client) -> None:
    for link in filter(lambda link: link.startswith("/"), page(real, "/").links):
        assert real.get(link, follow_redirects=True).status_code == 200, link
