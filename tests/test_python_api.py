"""The graph in Python: the same questions, answers and errors over a build at hand and over an endpoint."""

import datetime as dt
import doctest
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas
import pytest
import rdflib

import kg
from kg import queries
from kg.graph import Graph
from kg.graph import open as open_graph
from tests.endpoint_support import publish_small, serving, write_queries
from tests.file_server import FileServer, file_server, status
from tests.served import serve

HEAVY = {"duckdb", "fastapi", "httpx", "pandas", "pyarrow", "pyoxigraph", "rdflib", "splink", "typer"}


@pytest.fixture(scope="module", params=["build", "endpoint"])
def graph(request: pytest.FixtureRequest, published: Path) -> Iterator[Graph]:
    """The graph of this repository's data, either way."""
    if request.param == "build":
        with kg.open(published) as opened:
            yield opened
    else:
        with serve(published) as address, kg.open(address) as opened:
            yield opened


@pytest.fixture
def server() -> Iterator[FileServer]:
    with file_server() as running:
        yield running


def fault_of(ask: Callable[[], object]) -> str:
    with pytest.raises(kg.KgError) as fault:
        ask()
    return " ".join(str(fault.value).split())


def test_a_question_is_answered_as_a_data_frame(graph: Graph) -> None:
    flows = graph.ask("net-flow-between-affiliations", since="2025-01-01")
    assert isinstance(flows, pandas.DataFrame)
    assert flows[["fromLabel", "toLabel", "net"]].values.tolist() == [
        ["Labour Party", "Broxtowe Alliance", 18],
        ["Labour Party", "Independent", 1],
    ]


def test_columns_have_the_types_of_their_values(graph: Graph) -> None:
    types = graph.query("""PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
        SELECT ?whole ?part ?truth ?day ?partial ?year ?text ?mixed ?none WHERE {
          { BIND(1 AS ?whole) BIND(0.25 AS ?part) BIND(true AS ?truth) BIND("2025-01-31"^^xsd:date AS ?day)
            BIND("2025-01"^^xsd:gYearMonth AS ?partial) BIND("2025"^^xsd:gYear AS ?year) BIND("1" AS ?text)
            BIND("2025-01-31"^^xsd:date AS ?mixed) }
          UNION { BIND("2025-01"^^xsd:gYearMonth AS ?mixed) }
        }""").dtypes  # type: ignore[union-attr]
    assert types.astype(str).to_dict() == {
        "whole": "Int64",
        "part": "Float64",
        "truth": "boolean",
        "day": "datetime64[ms]",
        "partial": "str",
        "year": "Int64",
        "text": "str",
        "mixed": "str",
        "none": "str",
    }


def test_a_date_keeps_its_precision(graph: Graph) -> None:
    left = graph.ask("who-defected")
    assert isinstance(left, pandas.DataFrame)
    assert left.loc[left.name == "Milan Radulovic", "date"].tolist() == ["2025-01"]


def test_a_value_may_be_what_python_has_for_it(graph: Graph) -> None:
    written = graph.ask("who-defected", since="2025-01-01", until=None)
    assert isinstance(written, pandas.DataFrame)
    for day in (dt.date(2025, 1, 1), pandas.Timestamp("2025-01-01")):
        assert written.equals(graph.ask("who-defected", since=day))


def test_a_table_for_arrow_needs_no_pandas(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    assert "pip install 'party-defections[pandas]'" in fault_of(lambda: graph.ask("who-defected"))
    (first, *_) = graph.ask_arrow("defections-by-body").to_pylist()
    assert (first["label"], first["members"]) == ("Lancashire", 20)


def test_yes_and_no_are_truths_and_a_graph_is_one_of_rdflib(graph: Graph) -> None:
    assert graph.ask("ask-do-counts-add-up") is True
    events = graph.ask("construct-schema-org-events")
    assert isinstance(events, rdflib.Graph)
    assert len(events) > 5
    assert fault_of(lambda: graph.ask_arrow("ask-do-counts-add-up")).endswith("is a yes or no, not a table")
    assert fault_of(lambda: graph.ask_arrow("construct-schema-org-events")).endswith("is a graph, not a table")


def test_the_questions_are_told_with_what_they_ask_for(graph: Graph) -> None:
    assert graph.queries == {name: query.summary for name, query in queries.canned().items()}
    asked = graph.question("who-defected")
    assert dict(asked.parameters) == queries.find("who-defected").params
    assert asked.description == queries.find("who-defected").description


def test_a_question_can_be_had_as_sparql_to_change_it(graph: Graph) -> None:
    text = graph.sparql("who-defected", since="2025-01-01")
    assert '"2025-01-01"^^<http://www.w3.org/2001/XMLSchema#date>' in text
    assert len(graph.query(text)) == len(graph.ask("who-defected", since="2025-01-01"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda g: g.ask("who-defecte"), "no query named 'who-defecte'; did you mean who-defected"),
        (lambda g: g.question("who-defecte"), "no query named 'who-defecte'; did you mean who-defected"),
        (lambda g: g.ask("who-defected", since="soon"), "parameter 'since': 'soon' is not a date: "),
        (lambda g: g.ask("who-defected", colour="red"), "who-defected has no parameter colour; it has: left, joined"),
        (lambda g: g.query("SELECT ?s WHERE {"), "error at 1:18: expected one of"),
    ],
    ids=["name", "question", "value", "parameter", "syntax"],
)
def test_a_fault_is_told_in_the_same_words_either_way(graph: Graph, ask: Callable[[Graph], object], told: str) -> None:
    assert told in fault_of(lambda: ask(graph))


def test_a_closed_graph_answers_no_more(published: Path) -> None:
    with serve(published) as address:
        for opened in (kg.open(published), kg.open(address)):
            with opened as graph:
                assert graph.ask("ask-do-counts-add-up")
            assert "closed" in fault_of(lambda g=graph: g.ask("ask-do-counts-add-up"))  # type: ignore[misc]


def test_a_home_without_a_build_and_a_host_without_an_endpoint_are_told(tmp_path: Path) -> None:
    assert f"no build in {tmp_path}" in fault_of(lambda: kg.open(tmp_path))
    nobody = "http://127.0.0.1:9"
    assert f"{nobody} does not answer: " in fault_of(lambda: kg.open(nobody).ask("who-defected"))


def test_an_answer_in_pages_is_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_small(tmp_path)
    folder = write_queries(tmp_path / "queries")
    parties = (folder / "parties.rq").read_text()
    (folder / "parties.rq").write_text(parties.replace("#+ tags", "#+ pagination: 1\n#+ tags"))
    known = queries.canned(folder)
    monkeypatch.setattr(queries, "canned", lambda: known)
    with serving(tmp_path) as web, kg.open(str(web.base_url)) as graph:
        assert len(web.get("/queries/parties.json").json()["results"]["bindings"]) == 1
        assert graph.ask_arrow("parties").column("label").to_pylist() == ["<b>Alliance</b> & friends", "Labour"]
        assert graph.ask_arrow("parties").equals(kg.open(tmp_path).ask_arrow("parties"))


def test_an_endpoint_is_told_who_asks(server: FileServer) -> None:
    server.put("/queries/anything", json.dumps({"boolean": True}), content_type="application/sparql-results+json")
    assert kg.open(f"{server.url}/").ask("anything") is True
    agent = server.asked[0].headers["user-agent"]
    assert agent.startswith(f"party-defections/{kg.__version__} (+https://w3id.org/party-defections/)")


def test_a_request_that_is_put_off_is_made_again(server: FileServer) -> None:
    server.put("/queries/anything", json.dumps({"boolean": True}), content_type="application/sparql-results+json")
    server.plan("/queries/anything", status(429, Retry_After="0"), status(503, Retry_After="0"))
    assert kg.open(server.url).ask("anything") is True
    assert len(server.asked) == 3


def test_what_is_no_endpoint_of_ours_is_told_by_its_status(server: FileServer) -> None:
    assert fault_of(lambda: kg.open(server.url).ask("who-defected")).endswith("/queries/who-defected answers 404")


def test_importing_the_package_imports_no_library() -> None:
    code = "import sys, kg; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "kg" in loaded
    assert not HEAVY & set(loaded)


def test_what_the_docstrings_show_is_so(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_HOME", str(published))
    module = sys.modules[open_graph.__module__]
    done = doctest.testmod(module, extraglobs={"kg": kg}, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert done.attempted > 5
    assert not done.failed
