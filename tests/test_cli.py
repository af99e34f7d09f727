"""The command line, run as a user runs it."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
import rdflib

from tests.conftest import EXAMPLE
from tests.served import serve


def kg(*arguments: str | Path, home: Path | None = None, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command and give what it said."""
    environment = {**os.environ, "COLUMNS": "200"} | ({"KG_HOME": str(home)} if home else {})
    command = [sys.executable, "-m", "kg", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, input=stdin, check=False)


def test_build_prints_what_was_built_and_writes_its_report(tmp_path: Path) -> None:
    done = kg("build", "--strict", "--report", tmp_path / "report.json", home=tmp_path / "home")
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "report.json").read_text())
    assert f"build {report['build']}" in done.stdout
    for source, counts in report["sources"].items():
        assert source in done.stdout
        assert str(counts["statements"]) in done.stdout
    assert "pd:Defection" in done.stdout
    assert f"{report['contradictions']} contradictions" in done.stdout
    assert report["warnings"] == []


def test_a_build_that_cannot_be_says_why_and_exits_with_1(example_data: Path, tmp_path: Path) -> None:
    (example_data / "sources" / "anyford-bulletin" / "facts.yaml").write_text("source: [")
    done = kg("build", "--data", example_data, home=tmp_path / "home")
    assert done.returncode == 1
    assert "facts.yaml:1: not YAML" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_build_every_reader_says_what_to_do(tmp_path: Path) -> None:
    for command in (["query", "who-defected"], ["export"], ["why", "party/labour"], ["serve", "--port", "0"]):
        done = kg(*command, home=tmp_path)
        assert done.returncode == 1
        assert "run `kg build`" in done.stderr
        assert "Traceback" not in done.stderr


def test_query_answers_in_csv_where_nobody_looks(published: Path) -> None:
    done = kg("query", "who-defected", home=published)
    rows = list(csv.reader(io.StringIO(done.stdout)))
    assert any("Rosie Duffield" in cell for row in rows for cell in row)


def test_query_answers_in_the_format_asked_for(published: Path) -> None:
    done = kg("query", "who-defected", "--format", "json", home=published)
    assert json.loads(done.stdout)["results"]["bindings"]
    done = kg("query", "who-defected", "--format", "table", home=published)
    assert "┃" in done.stdout


def test_query_reads_a_file_or_standard_input(published: Path, tmp_path: Path) -> None:
    text = "SELECT ?label WHERE { <https://w3id.org/party-defections/id/party/labour> rdfs:label ?label }"
    prefixed = f"PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n{text}"
    (tmp_path / "q.rq").write_text(prefixed)
    assert kg("query", tmp_path / "q.rq", home=published).stdout == "label\nLabour Party\n"
    assert kg("query", "-", home=published, stdin=prefixed).stdout == "label\nLabour Party\n"


def test_ask_says_yes_or_no(published: Path) -> None:
    assert kg("query", "-", home=published, stdin="ASK { ?s ?p ?o }").stdout == "yes\n"
    assert kg("query", "-", home=published, stdin="ASK { <a:b> ?p ?o }").stdout == "no\n"


@pytest.mark.parametrize(
    ("arguments", "stdin", "reason"),
    [
        (["query", "who-defectet"], "", "did you mean who-defected"),
        (["query", "who-defected", "-p", "colour=red"], "", "has no parameter colour"),
        (["query", "who-defected", "-p", "colour"], "", "is not name=value"),
        (["query", "who-defected", "-f", "docx"], "", "no format named 'docx'"),
        (["query", "-"], "SELECT * WHERE { ?s ?p }", "error at 1:"),
        (["query", "-", "-f", "ttl"], "SELECT * WHERE { ?s ?p ?o }", "Turtle cannot hold"),
        (["query", "-", "-f", "csv"], "DESCRIBE <a:b>", "CSV cannot hold"),
        (["query", "-", "-f", "table"], "ASK { ?s ?p ?o }", "not a table"),
        (["export", "--source", "nowhere"], "", "no source named 'nowhere'"),
        (["export", "--class", "nothing"], "", "no class named 'nothing'"),
        (["export", "--thing", "party/nothing"], "", "nothing is known of party/nothing"),
        (["export", "--thing", "party/a> ?p ?o . <b"], "", "is no IRI"),
        (["export", "-f", "csv"], "", "cannot hold a graph"),
        (["export", "--thing", "party/labour", "-f", "json"], "", "cannot hold a graph"),
        (["export", "--source", "x", "--class", "y"], "", "choose one"),
        (["why", "party/nothing"], "", "no source claims anything"),
        (["why", "party/labour", "seats"], "", "no source claims pd:seats of party/labour"),
        (["why", "party/labour", "foo:bar"], "", "'foo:bar' has no known prefix"),
        (["coverage", "nowhere"], "", "no source named 'nowhere'"),
        (["build", "--data", "/nowhere"], "", "No such file or directory: '/nowhere/sources'"),
        (["anchor", "party-defections", "--sources", "/nowhere"], "", "party-defections has no document"),
        (["verify", "--sources", "/nowhere"], "", "in /nowhere"),
        (["export", "-o", "/nowhere/file"], "", "No such file or directory: '/nowhere/file'"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(arguments: list[str], stdin: str, reason: str, published: Path) -> None:
    done = kg(*arguments, home=published, stdin=stdin)
    assert done.returncode != 0
    assert reason in done.stderr
    assert "Traceback" not in done.stderr


def test_why_names_values_ranks_rules_and_places(published: Path) -> None:
    said = kg("why", "defection/broxtowe-councillors-from-labour", "effectiveCount", home=published).stdout
    assert "pd:effectiveCount = 18" in said
    assert "characters 1172-1209" in said
    assert "The source that was issued later outranks the earlier one." in said


@pytest.mark.parametrize("told_by", ["--port", "KG_PORT"])
def test_the_server_listens_where_it_is_told(told_by: str, published: Path) -> None:
    with serve(published, told_by=told_by) as address:
        assert httpx.get(f"{address}/health").json()["status"] == "ok"


def test_verify_confirms_every_anchor(documents: Path) -> None:
    done = kg("verify", "--sources", documents)
    assert done.returncode == 0
    assert "98 of 98 anchors hold" in done.stdout


def test_verify_names_the_facts_that_no_longer_hold(example_data: Path, tmp_path: Path) -> None:
    for folder in (example_data / "sources").iterdir():
        if folder.name not in {"anyford-bulletin", "party-defections"}:
            for path in folder.iterdir():
                path.unlink()
            folder.rmdir()
    text = (EXAMPLE / "document.txt").read_text().replace("Three councillors", "Throe councillors")
    (tmp_path / "document.txt").write_text(text)
    done = kg("verify", "--sources", tmp_path, "--data", example_data)
    assert done.returncode == 1
    assert "161-208 no longer says what was read" in done.stdout
    assert "announcedCount=3" in done.stdout
    assert "withdrawnCount" not in done.stdout


def test_coverage_lists_every_sentence() -> None:
    said = kg("coverage", "guardian-broxtowe-2025").stdout
    assert "22 sentences" in said
    assert "1185-1233" in said
    assert "A conclusion drawn from the reasons" in said


@pytest.mark.parametrize(
    ("options", "syntax"),
    [
        (["-f", "ttl"], "turtle"),
        (["-f", "nt"], "nt"),
        (["-f", "jsonld"], "json-ld"),
        (["-f", "rdf"], "xml"),
        (["-f", "ttl", "--source", "wikipedia-broxtowe-alliance"], "turtle"),
        (["-f", "ttl", "--class", "person"], "turtle"),
        (["-f", "ttl", "--thing", "party/labour"], "turtle"),
    ],
)
def test_an_export_parses(options: list[str], syntax: str, published: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert kg("export", *options, "-o", out, home=published).returncode == 0
    assert len(rdflib.Graph().parse(out, format=syntax)) > 20


@pytest.mark.parametrize("fmt", ["nq", "trig"])
def test_an_export_of_quads_holds_a_graph_for_each_source(fmt: str, published: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    kg("export", "-f", fmt, "-o", out, home=published)
    dataset = rdflib.Dataset()
    dataset.parse(out, format={"nq": "nquads", "trig": "trig"}[fmt])
    names = {str(graph.identifier) for graph in dataset.graphs() if len(graph)}
    assert "https://w3id.org/party-defections/id/source/guardian-broxtowe-2025" in names
    kg("export", "-f", fmt, "--source", "guardian-broxtowe-2025", "-o", out, home=published)
    dataset = rdflib.Dataset()
    dataset.parse(out, format={"nq": "nquads", "trig": "trig"}[fmt])
    names = {str(graph.identifier) for graph in dataset.graphs() if len(graph)}
    assert names == {"https://w3id.org/party-defections/id/source/guardian-broxtowe-2025"}


def test_a_class_table_has_readable_columns(published: Path) -> None:
    done = kg("export", "--class", "change", "-f", "csv", home=published)
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(done.stdout))}
    hewson = rows["defection/sarah-hewson-from-conservative"]
    assert hewson["defectorLabel"] == "Sarah Hewson"
    assert (hewson["date"], hewson["dateEarliest"], hewson["dateLatest"]) == ("2018-03", "2018-03-01", "2018-03-31")
    assert "Defection" in hewson["type"].split("|")


def test_turtle_is_grouped_prefixed_and_one_statement_changes_one_line(example_data: Path, tmp_path: Path) -> None:
    kg("build", "--quiet", "--data", example_data, home=tmp_path / "a")
    sheet = example_data / "sources" / "anyford-bulletin" / "facts.yaml"
    sheet.write_text(sheet.read_text().replace("reason: bus-fares", "reason: centrism"))
    kg("build", "--quiet", "--data", example_data, home=tmp_path / "b")
    one = kg("export", "--class", "change", home=tmp_path / "a").stdout.splitlines()
    other = kg("export", "--class", "change", home=tmp_path / "b").stdout.splitlines()
    assert len(set(one) ^ set(other)) == 2
    assert "@prefix pd: <https://w3id.org/party-defections/ontology#> ." in one
    assert sum(line.startswith("defection:anyford-councillors-from-labour ") for line in one) == 1
