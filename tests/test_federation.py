"""Federation: queries that ask a second SPARQL server on loopback, which holds items as Wikidata shows them.

They are asked in two engines, and through the endpoint, whose relay is what calls the other server.
"""

import json
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import httpx
import pytest
import rdflib
import rdflib.plugins.sparql
from typer.testing import CliRunner

from kg.builds import current
from kg.cli import app
from kg.iris import NAMESPACES, thing
from kg.queries import ParameterFault, canned
from kg.serve.calling import Federation
from kg.serve.settings import Settings
from kg.store import Quads
from tests.endpoint_support import serving
from tests.wikidata_world import link, person, seat
from tests.wikidata_world import published as published_world

ANNA, BROXTOWE = "person/anna-soubry", "council/broxtowe-borough-council"
ITEMS = Path(__file__).with_name("wikidata.ttl")
TERM = "Member of the 57th Parliament of the United Kingdom"
COLUMNS = ["label", "item", "description", "inception", "ideologyLabel"]
EXPECTED = [
    [
        "Nottingham Independents",
        "http://www.wikidata.org/entity/Q900001",
        "local political party in England",
        "2018-01-01T00:00:00Z",
        "localism",
    ]
]


@pytest.fixture(scope="module")
def wikidata(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of Oxigraph's own server over the items."""
    store = tmp_path_factory.mktemp("wikidata") / "store"
    program = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or "oxigraph"
    subprocess.run([program, "load", "--location", store, "--file", ITEMS], check=True, capture_output=True)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"127.0.0.1:{listening.getsockname()[1]}"
    command = [program, "serve-read-only", "--location", str(store), "--bind", address]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://{address}/")
        yield f"http://{address}/query"
    finally:
        server.terminate()
        server.wait(20)


def wait_for(address: str) -> None:
    for _ in range(100):
        try:
            httpx.get(address)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"nobody answers at {address}")


def asked_of(address: str, name: str = "what-wikidata-says-of-a-party") -> str:
    """A shipped query, sent to another server in Wikidata's stead."""
    return re.sub(r"SERVICE <[^>]*>", f"SERVICE <{address}>", canned()[name].text)


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a build in which a person, who sits as an independent now, and a council are linked."""
    home = tmp_path_factory.mktemp("linked") / "home"
    sits = f"<{thing(ANNA)}> <{NAMESPACES['pd']}memberOf> <{thing('status/independent')}>"
    published_world(
        home, person(ANNA, "Q389855"), [sits],
        seat("1", ANNA, "party/conservative", "2017-06-09", "2019-02-19"),
        seat("2", ANNA, "status/independent", "2019-02-20", "2019-11-06"),
        [link(BROXTOWE, "Q73072553"), f'<{thing(BROXTOWE)}> <{NAMESPACES["rdfs"]}label> "Broxtowe"@en'],
    )  # fmt: skip
    return home


# The shipped queries, in two engines


def test_the_federated_query_joins_the_graph_with_wikidata_in_oxigraph(wikidata: str, quads: Quads) -> None:
    answer = quads.query(asked_of(wikidata))
    columns = [answer.variables.index(name) for name in COLUMNS]
    assert [[row[column] for column in columns] for row in answer.rows()] == EXPECTED


def test_the_federated_query_joins_the_graph_with_wikidata_in_rdflib(
    wikidata: str, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rdflib.plugins.sparql, "SPARQL_LOAD_GRAPHS", False)
    view = rdflib.Graph().parse(current(published).dumps / "party-defections.ttl")
    assert in_rdflib(view, asked_of(wikidata), COLUMNS) == EXPECTED


def in_rdflib(view: rdflib.Graph, query: str, columns: list[str]) -> list[list[str | None]]:
    rows = [row.asdict() for row in view.query(query)]  # type: ignore[union-attr]
    return [[_plain(row.get(name)) for name in columns] for row in rows]


def _plain(term: object) -> str | None:
    return None if term is None else str(term).replace("+00:00", "Z")


QUESTIONS: dict[str, tuple[list[str], list[list[str | None]]]] = {
    "what-wikidata-says-of-a-person": (
        ["person", "kind", "valueLabel", "groupLabel", "start", "end"],
        [
            [thing(ANNA), "party", "Conservative Party", None, None, "2019-02-20T00:00:00Z"],
            [thing(ANNA), "party", "Change UK", None, "2019-01-01T00:00:00Z", None],
            [thing(ANNA), "position", TERM, "Conservative Party", "2017-06-08T00:00:00Z", "2019-02-20T00:00:00Z"],
            [thing(ANNA), "position", TERM, "Change UK", "2019-02-20T00:00:00Z", None],
        ],
    ),
    "what-wikidata-says-of-a-council": (
        ["council", "name", "area", "population", "headquartersLabel", "website"],
        [[thing(BROXTOWE), "Broxtowe", "80.1", "110900", "Beeston", "https://example.org/broxtowe"]],
    ),
    "members-whose-party-is-another-on-wikidata": (
        ["person", "here", "there"],
        [[thing(ANNA), "Independent", "Conservative Party"]],
    ),
}
questions = pytest.mark.parametrize("name", list(QUESTIONS))


@questions
def test_a_question_is_answered_from_both_in_oxigraph(name: str, wikidata: str, linked: Path) -> None:
    columns, expected = QUESTIONS[name]
    answer = current(linked).open().query(asked_of(wikidata, name))
    places = [answer.variables.index(column) for column in columns]
    assert [[row[place] for place in places] for row in answer.rows()] == expected


@questions
def test_a_question_is_answered_from_both_in_rdflib(name: str, wikidata: str, linked: Path) -> None:
    columns, expected = QUESTIONS[name]
    dataset = rdflib.Dataset(default_union=False).parse(current(linked).quads, format="nquads")
    assert in_rdflib(dataset.default_graph, asked_of(wikidata, name), columns) == expected


def test_every_federated_query_is_asked_here() -> None:
    federated = {name for name, query in canned().items() if query.federated}
    assert federated == {"what-wikidata-says-of-a-party", *QUESTIONS}


def test_a_parameter_is_an_item_by_its_number_or_its_iri() -> None:
    query = canned()["what-wikidata-says-of-a-person"]
    for written in ("Q7", "http://www.wikidata.org/entity/Q7"):
        assert "VALUES ?item { <http://www.wikidata.org/entity/Q7> }" in query.fill({"item": written})
    for hostile in ("7", "Q07", "Q7> } #", "wd:Q7", "P7", "https://www.wikidata.org/entity/Q7"):
        with pytest.raises(ParameterFault, match="is not an item of Wikidata"):
            query.fill({"item": hostile})


def test_the_comparison_asks_the_live_service(wikidata: str, linked: Path) -> None:
    asked = ["--home", str(linked), "--live", "--endpoint", wikidata, "--format", "json"]
    answer = CliRunner().invoke(app, ["wikidata", "diff", *asked])
    assert answer.exit_code == 0, answer.output
    told = {
        (row["kind"], row["what"], row["property"], row["there"]) for row in json.loads(answer.stdout)["differences"]
    }
    assert told == {
        ("missing here", "statement", "P102", "The independent group"),
        ("missing there", "end", "P39", "The independent group"),
    }
    batch = CliRunner().invoke(
        app, ["wikidata", "quickstatements", "--home", str(linked), "--live", "--endpoint", wikidata]
    )
    assert "+2019-11-06T00:00:00Z/11" in batch.stdout or "withheld" in batch.output


# Through the endpoint


def one(web: httpx.Client, service: str, silent: str = "", timeout: str = "20") -> httpx.Response:
    query = f"SELECT ?thing WHERE {{ SERVICE {silent} <{service}> {{ ?thing ?is ?known }} }}"
    return web.get("/sparql", params={"query": query, "timeout": timeout, "format": "json"})


def test_the_endpoint_joins_the_graph_with_another_server(wikidata: str, linked: Path) -> None:
    with serving(linked, Settings(services=frozenset({wikidata}))) as web:
        query = asked_of(wikidata, "what-wikidata-says-of-a-person")
        rows = web.get("/sparql", params={"query": query, "format": "json"}).json()["results"]["bindings"]
    assert [row["person"]["value"] for row in rows] == [thing(ANNA)] * 4


@pytest.fixture(scope="module")
def strange() -> Iterator[str]:
    """A server that does by path what services of others do to those who call them."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Strange)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


class Strange(BaseHTTPRequestHandler):
    """What it was asked last is kept."""

    asked: ClassVar[dict[str, str]] = {}

    def do_POST(self) -> None:
        Strange.asked = {name.lower(): value for name, value in self.headers.items()}
        self.rfile.read(int(self.headers["Content-Length"]))
        getattr(self, f"_{self.path[1:]}")()

    def _good(self, thing: str = "urn:x") -> None:
        row = {"thing": {"type": "uri", "value": thing}}
        self._send(200, json.dumps({"head": {"vars": ["thing"]}, "results": {"bindings": [row]}}).encode())

    def _long(self) -> None:
        self._good("urn:" + "x" * 200_000)

    def _redirect(self) -> None:
        self._send(302, b"", ("Location", f"http://127.0.0.1:{self.server.server_port}/good"))  # type: ignore[attr-defined]

    def _busy(self) -> None:
        self._send(429, b"", ("Retry-After", "17"))

    def _slow(self) -> None:
        time.sleep(3)

    def _refuses(self) -> None:
        self._send(400, b"MalformedQueryException: no\nat Parser.java")

    def _nonsense(self) -> None:
        self._send(200, b"<html>not found</html>")

    def _send(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in (("Content-Type", "application/sparql-results+json"), *headers):
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Tell nobody."""


@pytest.fixture(scope="module")
def calling(strange: str, linked: Path) -> Iterator[httpx.Client]:
    """An endpoint that may call every path of the strange server, and two that it can't."""
    paths = ("good", "long", "redirect", "busy", "slow", "refuses", "nonsense")
    named = strange.replace("127.0.0.1", "localhost")
    listed = {*(f"{strange}/{path}" for path in paths), f"{named}/good", "http://127.0.0.1:9/sparql"}
    with serving(linked, Settings(services=frozenset(listed), federation=Federation(answer=100_000))) as web:
        yield web


def test_a_service_is_told_who_calls_it(calling: httpx.Client, strange: str) -> None:
    answer = one(calling, f"{strange}/good")
    assert answer.json()["results"]["bindings"] == [{"thing": {"type": "uri", "value": "urn:x"}}]
    assert Strange.asked["user-agent"].startswith("party-defections/")
    assert "https://w3id.org/party-defections/" in Strange.asked["user-agent"]
    assert Strange.asked["host"] == strange.removeprefix("http://")


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("redirect", 502, "redirects to"),
        ("long", 502, "answered with more than"),
        ("busy", 503, "Retry-After: 17"),
        ("refuses", 502, "answered with status 400: MalformedQueryException: no"),
    ],
)
def test_a_service_that_does_not_answer_is_named(
    calling: httpx.Client, strange: str, path: str, status: int, words: str
) -> None:
    answer = one(calling, f"{strange}/{path}")
    problem = answer.json()
    assert (answer.status_code, problem["reason"]) == (status, "service")
    assert problem["service"] == f"{strange}/{path}"
    assert words in problem["detail"]
    assert (answer.headers.get("Retry-After") == "17") == (path == "busy")


def test_a_service_that_is_slow_is_named_when_the_time_is_up(calling: httpx.Client, strange: str) -> None:
    answer = one(calling, f"{strange}/slow", timeout="1")
    assert answer.status_code == 504
    assert f"{strange}/slow did not answer" in answer.json()["detail"]


def test_a_service_that_answers_nonsense_is_a_bad_gateway(calling: httpx.Client, strange: str) -> None:
    assert one(calling, f"{strange}/nonsense").status_code == 502


def test_nobody_at_an_address_is_a_bad_gateway(calling: httpx.Client) -> None:
    answer = one(calling, "http://127.0.0.1:9/sparql")
    assert answer.status_code == 502
    assert "http://127.0.0.1:9/sparql cannot be reached" in answer.json()["detail"]


def test_a_name_that_stands_for_this_machine_is_not_called(calling: httpx.Client, strange: str) -> None:
    Strange.asked = {}
    named = strange.replace("127.0.0.1", "localhost") + "/good"
    answer = one(calling, named)
    assert answer.status_code == 403
    assert f"{named} is not called, because localhost stands for" in answer.json()["detail"]
    assert Strange.asked == {}


def test_a_silent_service_may_fail(calling: httpx.Client, strange: str) -> None:
    answer = one(calling, f"{strange}/refuses", "SILENT")
    assert answer.json()["results"]["bindings"] == [{}]


def test_only_the_address_of_a_call_is_rewritten(calling: httpx.Client, strange: str) -> None:
    query = f"""SELECT ?text ?iri ?thing WHERE {{ # SERVICE <{strange}/good> {{
      BIND("SERVICE <{strange}/good>" AS ?text) BIND(<{strange}/good> AS ?iri)
      SERVICE <{strange}/good> {{ ?thing ?is ?known }} }}"""
    [row] = calling.get("/sparql", params={"query": query, "format": "json"}).json()["results"]["bindings"]
    assert row["text"]["value"] == f"SERVICE <{strange}/good>"
    assert row["iri"]["value"] == f"{strange}/good"
