"""What Wikidata says beside what the graph says: terms, whips, precisions and silence, and what is no difference."""

import bz2
import csv
import datetime as dt
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
import rdflib
from typer.testing import CliRunner

from kg.cli import app
from kg.errors import KgError
from kg.iris import thing
from kg.wikidata.comparing.comparison import Comparison, compare
from kg.wikidata.comparing.difference import Difference
from kg.wikidata.comparing.ours import read_ours
from kg.wikidata.moments import moment
from kg.wikidata.reading import read_statements
from tests.wikidata_world import (
    COMMONS,
    GAZETTE,
    GENERAL,
    TERM_56,
    TERM_57,
    Lines,
    change,
    claim,
    item,
    person,
    published,
    seat,
    written,
)

ANN, ITEM = "person/ann-aldous", "Q900101"
ENTITY = "http://www.wikidata.org/entity/"


@pytest.fixture
def compared(tmp_path: Path) -> Any:
    """Compare some lines about Ann with some claims of her item."""

    def run(lines: Lines, *claims: dict[str, Any], as_of: dt.date | None = None) -> Comparison:
        path = written(tmp_path / "items.json", item(ITEM, *claims))
        ours = read_ours(published(tmp_path / "home", person(ANN, ITEM), lines).open())
        return compare(ours, [read_statements(path, {ITEM})], as_of=as_of)

    return run


def of(prop: str, comparison: Comparison) -> list[Difference]:
    return [difference for difference in comparison.differences if difference.property == prop]


def told(comparison: Comparison, prop: str = "P39") -> list[tuple[str, str, str | None]]:
    """Each difference as its kind, what it is about, and whom ours says they sat for."""
    return [(d.kind.value, d.what, d.ours.affiliation if d.ours else None) for d in of(prop, comparison)]


def only(comparison: Comparison) -> Difference:
    [difference] = of("P39", comparison)
    return difference


def labour_57(end: str | None = "2019-11-06") -> Lines:
    return seat("57", ANN, "party/labour", "2017-06-09", end)


# Seats


def test_terms_and_a_change_of_group_cut_a_seat_in_other_places_and_it_agrees(compared: Any) -> None:
    lines = [
        *seat("56", ANN, "party/conservative", "2015-05-08", "2017-05-03"),
        *seat("57-1", ANN, "party/conservative", "2017-06-09", "2019-02-19"),
        *seat("57-2", ANN, "status/independent", "2019-02-20", "2019-11-06"),
        *seat("gazette", ANN, "group/the-independent-group", "2019-02-20", source=GAZETTE),
    ]
    found = compared(
        lines,
        claim("P39", TERM_56, "2015-05-07", "2017-05-03", "Q9626"),
        claim("P39", TERM_57, "2017-06-08", "2019-02-20", "Q9626"),
        claim("P39", TERM_57, "2019-02-20", "2019-11-06", "Q61751194"),
    )
    assert told(found) == []
    assert len([s for a in found.agreements for s in a.statements if s.property == "P39"]) == 3


def test_one_statement_over_two_terms_agrees_with_a_seat_for_each(compared: Any) -> None:
    lines = [*seat("56", ANN, "party/labour", "2015-05-08", "2017-05-03"), *labour_57()]
    assert told(compared(lines, claim("P39", GENERAL, "2015-05-07", "2019-11-06", "Q9630"))) == []


def test_a_joint_label_of_the_same_party_is_no_other_party(compared: Any) -> None:
    assert told(compared(labour_57(), claim("P39", TERM_57, "2017-06-08", "2019-11-06", "Q6467393"))) == []


def test_a_speaker_sits_for_nobody_and_differs_from_nobody(compared: Any) -> None:
    assert told(compared(labour_57(), claim("P39", TERM_57, "2017-06-08", "2019-11-06", "Q464103"))) == []


def test_a_change_that_wikidata_has_not_noted_is_one_difference(compared: Any) -> None:
    lines = [
        *seat("1", ANN, "party/labour", "2017-06-09", "2018-08-29"),
        *seat("2", ANN, "status/independent", "2018-08-30"),
    ]
    found = only(compared(lines, claim("P39", TERM_57, "2017-06-08", None, "Q9630")))
    assert (found.kind, found.what) == ("different party", "statement")
    assert found.ours
    assert found.theirs
    assert (found.ours.affiliation, str(found.ours.start)) == ("status/independent", "2018-08-30")
    assert (found.theirs.affiliation, str(found.theirs.start)) == ("party/labour", "2017-06-08")
    assert [evidence.key for evidence in found.evidence] == ["row:2"]
    assert [statement.id for statement in found.statements] == [f"{ITEM}-S0"]


def test_a_withdrawn_whip_that_only_wikidata_knows_is_one_difference(compared: Any) -> None:
    found = compared(
        labour_57(),
        claim("P39", TERM_57, "2017-06-08", "2017-10-25", "Q9630"),
        claim("P39", TERM_57, "2017-10-25", "2018-03-01", "Q327591"),
        claim("P39", TERM_57, "2018-03-01", "2019-11-06", "Q9630"),
    )
    assert told(found) == [("different party", "statement", "party/labour")]
    assert [statement.id for statement in only(found).statements] == [f"{ITEM}-S1"]


def test_a_change_on_another_day_is_a_different_date_and_no_different_party(compared: Any) -> None:
    lines = [
        *seat("1", ANN, "party/labour", "2017-06-09", "2018-08-29"),
        *seat("2", ANN, "party/conservative", "2018-08-30", "2019-11-06"),
    ]
    found = compared(
        lines,
        claim("P39", TERM_57, "2017-06-08", "2018-07-01", "Q9630"),
        claim("P39", TERM_57, "2018-07-01", "2019-11-06", "Q9626"),
    )
    assert [(kind, what) for kind, what, _ in told(found)] == [("different date", "change")]


@pytest.mark.parametrize(
    ("theirs", "expected"),
    [
        (("2017-06-08", "2019-11-06"), []),
        (("2017-06-09", "2019-11-07"), []),
        (("2017-07-20", "2019-11-06"), [("different date", "start")]),
        (("2017-06-08", "2019-01-01"), [("different date", "end")]),
        (("2017", "2019-11-06"), [("different precision", "start")]),
        (("2017-06", "2019"), [("different precision", "start"), ("different precision", "end")]),
        (("2016", "2019-11-06"), [("different date", "start")]),
        (("2017-06-08", None), [("missing there", "end")]),
        (("2017-06-08", "none"), [("missing there", "end")]),
        ((None, "2019-11-06"), [("missing there", "start")]),
        (("unknown", "2019-11-06"), [("missing there", "start")]),
    ],
)
def test_dates_agree_where_they_can_be_one(
    compared: Any, theirs: tuple[str | None, str | None], expected: list[tuple[str, str]]
) -> None:
    start, end = theirs
    found = compared(labour_57(), claim("P39", TERM_57, start, end, "Q9630"))
    assert [(kind, what) for kind, what, _ in told(found)] == expected


def test_an_interval_between_two_rosters_agrees_with_every_day_in_it(compared: Any) -> None:
    lines = seat("1", ANN, "party/labour", "2017-05-05/2018-05-03", "2019-11-06")
    assert told(compared(lines, claim("P39", TERM_57, "2017-06-08", "2019-11-06", "Q9630"))) == []
    later = compared(lines, claim("P39", TERM_57, "2018-09-01", "2019-11-06", "Q9630"))
    assert [(kind, what) for kind, what, _ in told(later)] == [("different date", "start")]


def test_a_seat_without_a_statement_is_missing_there(compared: Any) -> None:
    assert told(compared(labour_57())) == [("missing there", "statement", "party/labour")]


def test_a_statement_without_a_seat_is_missing_here(compared: Any) -> None:
    lines = [*seat("old", "person/bea-bold", "party/labour", "2010-05-06", "2015-03-30"), *labour_57()]
    found = compared(
        lines,
        claim("P39", TERM_57, "2017-06-08", "2019-11-06", "Q9630"),
        claim("P39", GENERAL, "2010-05-06", "2015-03-30", "Q9630"),
    )
    assert told(found) == [("missing here", "statement", None)]


def test_what_lies_before_the_reach_of_our_sources_is_not_missed(compared: Any) -> None:
    found = compared(
        labour_57(),
        claim("P39", TERM_57, "2017-06-08", "2019-11-06", "Q9630"),
        claim("P39", GENERAL, "1979-05-03", "1983-05-13", "Q9630"),
    )
    assert told(found) == []


def test_a_statement_of_deprecated_rank_is_left_out_and_counted(compared: Any) -> None:
    wrong = claim("P39", TERM_57, "2017-06-08", "2019-11-06", "Q9626", rank="deprecated")
    found = compared(labour_57(), claim("P39", TERM_57, "2017-06-08", "2019-11-06", "Q9630"), wrong)
    assert told(found) == []
    assert found.counts["statements of deprecated rank, left out"] == 1


def test_a_party_that_is_linked_to_nothing_here_is_counted_and_raises_no_alarm(compared: Any) -> None:
    lines = seat("1", ANN, "party/sinn-fein", "2017-06-09", "2019-11-06")
    found = compared(lines, claim("P39", TERM_57, "2017-06-08", "2019-11-06", "Q76382"), claim("P102", "Q76382"))
    assert told(found) == []
    assert found.counts["statements for Q76382, which no affiliation here is linked to"] >= 1


def test_an_item_that_was_merged_into_another_is_compared_by_it(tmp_path: Path) -> None:
    merged = {**item("Q900199", claim("P102", "Q9626")), "redirects": {"from": ITEM, "to": "Q900199"}}
    lines = seat("57", ANN, "party/labour", "2017-06-08", "2019-11-06")
    ours = read_ours(published(tmp_path / "home", person(ANN, ITEM), lines).open())
    found = compare(ours, [read_statements(written(tmp_path / "items.json", merged), {ITEM})])
    assert {(d.person, d.item) for d in found.differences} == {(ANN, "Q900199")}


def test_an_item_of_two_people_is_not_compared(tmp_path: Path) -> None:
    lines = [person(ANN, ITEM), person("person/bea-bold", ITEM), labour_57()]
    path = written(tmp_path / "items.json", item(ITEM, claim("P39", TERM_57, "2010", "2011", "Q9626")))
    found = compare(read_ours(published(tmp_path / "home", *lines).open()), [read_statements(path, {ITEM})])
    assert found.differences == ()
    assert found.counts["people of whom it has statements, and who are not linked here"] == 1


# Rosters, as everypolitician's queries gave them


def roster(path: Path, *seats: tuple[str, str, str, str | None]) -> Path:
    """Rows of a roster: item, party, start, end."""
    rows = [
        {
            "statement": _iri(f"statement/{qid}-{number}"),
            "item": _iri(qid),
            "role": _iri(GENERAL),
            "party": _iri(party),
            "start": _literal(start),
            **({"end": _literal(end)} if end else {}),
        }
        for number, (qid, party, start, end) in enumerate(seats)
    ]
    columns = ["statement", "item", "party", "role", "start", "end"]
    with gzip.open(path, "wt", encoding="utf-8") as file:
        json.dump({"head": {"vars": columns}, "results": {"bindings": rows}}, file)
    return path


def _iri(name: str) -> dict[str, str]:
    return {"type": "uri", "value": ENTITY + name}


def _literal(day: str) -> dict[str, str]:
    return {"type": "literal", "datatype": "http://www.w3.org/2001/XMLSchema#dateTime", "value": f"{day}T00:00:00Z"}


def test_a_roster_of_2018_says_nothing_of_a_change_in_2019(tmp_path: Path) -> None:
    lines = [
        *seat("old", ANN, "party/labour", "2010-05-06", "2015-03-30"),
        *seat("1", ANN, "party/conservative", "2017-06-09", "2019-02-19"),
        *seat("2", ANN, "status/independent", "2019-02-20", "2019-11-06"),
    ]
    stated = read_statements(roster(tmp_path / "57.srj.gz", (ITEM, "Q9626", "2017-06-08", None)), ())
    ours = read_ours(published(tmp_path / "home", person(ANN, ITEM), lines).open())
    found = compare(ours, [stated], as_of=dt.date(2018, 12, 4))
    assert told(found) == []
    assert found.counts["seats here that begin after the day of the statements"] == 1
    assert told(compare(ours, [stated], as_of=dt.date(2019, 6, 1))) == [
        ("different party", "statement", "status/independent")
    ]


def test_a_date_without_a_precision_that_falls_on_a_first_of_january_may_be_a_year() -> None:
    assert str(moment("2015-01-01T00:00:00Z")) == "2015"
    assert str(moment("2015-06-01T00:00:00Z")) == "2015-06"
    assert str(moment("2015-01-01T00:00:00Z", 11)) == "2015-01-01"
    assert str(moment("+2015-00-00T00:00:00Z", 8)) == "2010/2019"
    assert not moment("2015-01-01T00:00:00Z").exact
    with pytest.raises(ValueError, match="no date of our era"):
        moment("-0044-03-15T00:00:00Z", 11)


# Parties


def test_a_defection_without_its_day_on_wikidata_is_missing_there(compared: Any) -> None:
    lines = change("ann", ANN, "party/labour", "party/conservative", "2018-08-30")
    found = compared(lines, claim("P102", "Q9630"), claim("P102", "Q9626", "2018"))
    assert told(found, "P102") == [
        ("missing there", "end", "party/labour"),
        ("different precision", "start", "party/conservative"),
    ]
    assert str(of("P102", found)[0].evidence[0]) == "source/register defection/ann (row:ann)"


def test_a_lost_whip_is_no_end_of_a_membership_of_the_party(compared: Any) -> None:
    lines = [
        *change("out", ANN, "party/labour", "status/independent", "2018-08-30", kind=None),
        *change("back", ANN, "status/independent", "party/labour", "2019-01-30", kind=None),
    ]
    assert told(compared(lines, claim("P102", "Q9630")), "P102") == []


def test_a_resignation_is_the_end_of_a_membership_of_the_party(compared: Any) -> None:
    lines = change("out", ANN, "party/labour", "status/independent", "2018-08-30")
    assert told(compared(lines, claim("P102", "Q9630")), "P102") == [("missing there", "end", "party/labour")]
    assert told(compared(lines, claim("P102", "Q9630", None, "2018-08-30")), "P102") == []
    assert told(compared(lines, claim("P102", "Q9630", None, "2018-12-01")), "P102") == [
        ("different date", "end", "party/labour")
    ]


def test_what_is_only_alleged_is_no_change(compared: Any) -> None:
    lines = change("out", ANN, "party/labour", "party/conservative", "2018-08-30", modality="alleged")
    assert told(compared(lines, claim("P102", "Q9630")), "P102") == [("missing here", "statement", None)]


def test_one_party_on_each_side_that_is_another_is_a_different_party(compared: Any) -> None:
    assert told(
        compared(labour_57(), claim("P39", TERM_57, "2017-06-08", "2019-11-06"), claim("P102", "Q9626")), "P102"
    ) == [("different party", "statement", "party/labour")]


# Told to people and to programs


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """The options of a command over a small world with two differences."""
    lines = [
        *seat("1", ANN, "party/labour", "2017-06-09", "2018-08-29"),
        *seat("2", ANN, "status/independent", "2018-08-30"),
    ]
    published(tmp_path / "home", person(ANN, ITEM), lines)
    told = claim("P39", TERM_57, "2017-06-08", None, "Q9630", references=("https://example.org/a",))
    path = written(tmp_path / "items.json", item(ITEM, told))
    return ["--home", str(tmp_path / "home"), "--statements", str(path)]


def test_differences_are_written_with_the_sources_of_both_sides(files: list[str]) -> None:
    answer = CliRunner().invoke(app, ["wikidata", "diff", *files, "--format", "csv"])
    assert answer.exit_code == 0, answer.output
    rows = list(csv.DictReader(io.StringIO(answer.stdout)))
    party = next(row for row in rows if row["property"] == "P39")
    assert party["kind"] == "different party"
    assert party["sources"] == "source/register membership/2 (row:2)"
    assert party["statements"] == f"{ITEM}-S0"
    assert party["references"] == "https://example.org/a"
    assert party["told"] == (
        "Ann aldous on House of Commons: here Independent from 2018-08-30; on Wikidata Labour from 2017-06-08"
    )


def test_differences_are_json_with_a_summary(files: list[str]) -> None:
    answer = CliRunner().invoke(app, ["wikidata", "diff", *files, "--format", "json"])
    document = json.loads(answer.stdout)
    assert document["summary"]["different party"] == 1
    assert len(document["differences"]) == sum(
        count for kind, count in document["summary"].items() if kind in {"different party", "missing there"}
    )


def test_differences_are_triples_that_both_sides_can_be_reached_from(files: list[str]) -> None:
    answer = CliRunner().invoke(app, ["wikidata", "diff", *files, "--format", "ttl", "--body", COMMONS])
    graph = rdflib.Graph().parse(data=answer.stdout, format="turtle")
    [found] = graph.subjects(rdflib.RDF.type, rdflib.URIRef("http://www.w3.org/ns/dqv#QualityAnnotation"))
    assert (found, rdflib.DCTERMS.type, rdflib.URIRef(thing("concept/difference-different-party"))) in graph
    derived = set(graph.objects(found, rdflib.PROV.wasDerivedFrom))
    assert derived == {rdflib.URIRef(thing("membership/2")), rdflib.URIRef(f"{ENTITY}statement/{ITEM}-S0")}
    kinds = graph.subjects(rdflib.RDF.type, rdflib.SKOS.Concept)
    assert all((kind, rdflib.SKOS.definition, None) in graph for kind in kinds)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("{", "this is not JSON"),
        ('{"a": 1}', "neither SPARQL results, nor items"),
        ('{"head": {"vars": ["s"]}, "results": {"bindings": []}}', "neither an answer to"),
        (
            '{"head": {"vars": ["statement", "item", "role", "start", "end"]}, "results": {"bindings": [{}]}}',
            "row 1 has no statement",
        ),
        (
            '{"head": {"vars": ["property", "statement", "value"]}, '
            '"results": {"bindings": [{"item": {"value": "http://example.org/Q1"}}]}}',
            r"row 1: \?item is 'http://example.org/Q1', no item",
        ),
        ('[\n{"type": "item", "labels": {}},\n]', ":2: no entity of a dump"),
        ('{"entities": {"Q1": {"claims": {}}}}', "is no item of Wikidata in JSON"),
        ('{"entities": {"Q1": {"id": "Q1", "claims": {"P39": 5}}}}', "Q1: P39: 5 is no list of statements"),
        ('{"entities": {"Q1": {"id": "Q1", "claims": {"P102": ["Q9630"]}}}}', "Q1: P102: .* is no list of statements"),
    ],
)
def test_a_file_that_is_no_answer_is_refused_by_name(tmp_path: Path, content: str, fault: str) -> None:
    path = tmp_path / "wrong.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(KgError, match=rf"wrong\.json.*{fault}"):
        read_statements(path, ())


def test_a_dump_is_read_for_the_people_who_are_linked(tmp_path: Path) -> None:
    path = tmp_path / "dump.json.gz"
    entities = [item("Q1", claim("P102", "Q9630")), item(ITEM, claim("P102", "Q9626", "2018-08"))]
    lines = [json.dumps(entity, separators=(",", ":")) for entity in entities]
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write("[\n" + ",\n".join(lines) + "\n]\n")
    stated = read_statements(path, {ITEM})
    assert [(s.item, s.value, str(s.start)) for s in stated.statements] == [(ITEM, "Q9626", "2018-08")]


def test_a_dump_may_have_its_keys_in_any_order_and_an_empty_map_as_a_list(tmp_path: Path) -> None:
    path = tmp_path / "dump"
    entities = [{"pageid": 1, "id": ITEM, "type": "item", "claims": []}, {"id": "P39", "labels": []}]
    path.write_bytes(bz2.compress("".join(json.dumps(entity) + "\n" for entity in entities).encode()))
    assert read_statements(path, {ITEM}).items == {ITEM}


def test_the_command_says_what_it_needs(files: list[str]) -> None:
    for options, fault in [
        (files[:2], "name the files"),
        ([*files, "--live"], "name the files"),
        ([*files, "--endpoint", "http://localhost/"], "--endpoint says whom --live asks"),
        ([*files, "--person", "person/nobody"], "--person person/nobody"),
    ]:
        answer = CliRunner().invoke(app, ["wikidata", "diff", *options])
        assert answer.exit_code == 1
        assert fault in answer.output


def test_the_rosters_of_2018_raise_few_alarms(public: Any, shared_data: Path) -> None:
    """Three members of the Commons are known to differ; each other difference would have to be looked at."""
    path = shared_data / "wikidata_sparql_results_2018" / "house_of_commons_57th.srj.gz"
    found = compare(read_ours(public.open()), [read_statements(path, ())], as_of=dt.date(2018, 12, 4))
    assert {"Q304388", "Q580321", "Q575881"} <= {d.item for d in found.differences}
    assert len(found.differences) < 0.02 * found.counts["people compared"]


def test_every_party_that_sat_in_the_assembly_of_2018_is_linked(public: Any, shared_data: Path) -> None:
    path = shared_data / "wikidata_sparql_results_2018" / "northern_ireland_assembly_2018.srj.gz"
    found = compare(read_ours(public.open()), [read_statements(path, ())], as_of=dt.date(2018, 12, 4))
    assert found.counts["people compared"] > 30
    assert not [name for name in found.counts if "no affiliation here is linked to" in name]
