"""What Wikidata could be given: additions with sources, in languages that its editors' tools read, and nothing else."""

import csv
import io
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from kg.cli import app
from kg.wikidata.comparing.comparison import compare
from kg.wikidata.comparing.ours import read_ours
from kg.wikidata.giving import openrefine, quickstatements
from kg.wikidata.giving.deciding import Giving
from kg.wikidata.giving.proposal import Proposal
from kg.wikidata.positions import read_positions
from kg.wikidata.reading import read_statements
from tests.wikidata_world import (
    TERM_56,
    TERM_57,
    WORKED_OUT,
    Lines,
    change,
    claim,
    ends,
    item,
    link,
    person,
    published,
    seat,
    written,
)

ANN, ITEM = "person/ann-aldous", "Q900101"
REFERENCE = (
    ("P854", "https://register.example.org/members"),
    ("P577", "+2026-06-28T00:00:00Z/11"),
    ("P813", "+2026-11-22T00:00:00Z/11"),
)


@pytest.fixture
def given(tmp_path: Path) -> Any:
    """What can be given of some lines about Ann, beside some claims of her item."""

    def run(lines: Lines, *claims: dict[str, Any], died: bool = False) -> Giving:
        stated = read_statements(written(tmp_path / "items.json", item(ITEM, *claims, died=died)), {ITEM})
        ours = read_ours(published(tmp_path / "home", person(ANN, ITEM), lines).open())
        giving = Giving(ours, read_positions(), [stated])
        giving.decide(compare(ours, [stated]))
        return giving

    return run


# The language V1, read as Help:QuickStatements describes it: parts between tabs; an item, a property, a value; then
# pairs of a qualifier or a reference with a value, qualifiers first. A value is an item, a time or a text in quotes.

_VALUE = r'Q[1-9]\d*|\+\d{4}-\d\d-\d\dT00:00:00Z/(?:9|10|11)|"[^"\t\n|]*"'


@dataclass(frozen=True)
class Command:
    """One line of V1."""

    item: str
    property: str
    beside: bool
    value: str
    qualifiers: tuple[tuple[str, str], ...]
    references: tuple[tuple[tuple[str, str], ...], ...]


def parse_v1(text: str) -> list[Command]:
    """The commands of a batch; an AssertionError where one is not as the language wants it."""
    assert text.endswith("\n")
    return [_command(line) for line in text.splitlines()]


def _command(line: str) -> Command:
    line, comment = re.fullmatch(r"(.*?)\t/\* ([^*|\t]+) \*/", line).groups()  # type: ignore[union-attr]
    assert comment
    subject, prop, value, *pairs = line.split("\t")
    assert re.fullmatch(r"Q[1-9]\d*", subject)
    assert re.fullmatch(r"!?P[1-9]\d*", prop)
    assert len(pairs) % 2 == 0
    qualifiers: list[tuple[str, str]] = []
    references: list[list[tuple[str, str]]] = []
    for key, part in zip(pairs[::2], pairs[1::2], strict=True):
        assert re.fullmatch(_VALUE, part), part
        kind, number = re.fullmatch(r"(P|S|!S)([1-9]\d*)", key).groups()  # type: ignore[union-attr]
        if kind == "P":
            assert not references, "a qualifier after a reference"
            qualifiers.append((f"P{number}", part))
            continue
        if kind == "!S" or not references:
            references.append([])
        references[-1].append((f"P{number}", part.strip('"')))
    told = tuple(tuple(reference) for reference in references)
    return Command(subject, prop.removeprefix("!"), prop.startswith("!"), value, tuple(qualifiers), told)


def as_command(proposal: Proposal) -> Command:
    return Command(
        proposal.item, proposal.property, proposal.beside, proposal.value, proposal.qualifiers, proposal.references
    )


def both_ways(giving: Giving) -> list[Command]:
    """The additions, written in V1 and read again."""
    read = parse_v1(quickstatements.as_v1(giving.proposals))
    assert read == [as_command(proposal) for proposal in giving.proposals]
    return read


# What is given


def test_a_defection_gives_the_end_of_one_party_and_the_start_of_the_other(given: Any) -> None:
    lines = change("ann", ANN, "party/labour", "party/conservative", "2018-08-30")
    left, joined = both_ways(given(lines, claim("P102", "Q9630")))
    day = "+2018-08-30T00:00:00Z/11"
    assert left == Command(ITEM, "P102", False, "Q9630", (("P582", day),), (REFERENCE,))
    assert joined == Command(ITEM, "P102", False, "Q9626", (("P580", day),), (REFERENCE,))


@pytest.mark.parametrize(
    ("date", "time"),
    [
        ("2018-08-30", "+2018-08-30T00:00:00Z/11"),
        ("2018-08-01/2018-08-31", "+2018-08-00T00:00:00Z/10"),
        ("2018-08-03/2018-08-20", "+2018-08-00T00:00:00Z/10"),
        ("2018-01-01/2018-12-31", "+2018-00-00T00:00:00Z/9"),
    ],
)
def test_a_date_is_given_at_its_true_precision(given: Any, date: str, time: str) -> None:
    lines = change("ann", ANN, "party/labour", "party/conservative", date)
    joined = [c for c in both_ways(given(lines, claim("P102", "Q9630"))) if c.value == "Q9626"]
    assert joined[0].qualifiers == (("P580", time),)


def test_a_seat_is_given_as_a_statement_for_each_term_beside_the_one_that_ends(given: Any) -> None:
    lines = [
        *seat("1", ANN, "party/labour", "2017-06-09", "2018-08-29", electorate="electorate/anyford"),
        *seat("2", ANN, "status/independent", "2018-08-30", "2019-11-06", electorate="electorate/anyford"),
        *_electorate("electorate/anyford", "Q900200"),
    ]
    giving = given(lines, claim("P39", TERM_57, "2017-06-08", None, "Q9630"), claim("P102", "Q9630"))
    seats = [command for command in both_ways(giving) if command.property == "P39" and command.qualifiers]
    day = "+2018-08-30T00:00:00Z/11"
    assert seats == [
        Command(ITEM, "P39", False, TERM_57, (("P582", day),), (REFERENCE,)),
        Command(
            ITEM, "P39", True, TERM_57,
            (("P580", day), ("P582", "+2019-11-06T00:00:00Z/11"), ("P4100", "Q327591"), ("P768", "Q900200")),
            (REFERENCE,),
        ),
    ]  # fmt: skip


def test_a_seat_in_two_terms_is_two_statements(given: Any) -> None:
    lines = [
        *seat("56", ANN, "party/labour", "2015-05-08", "2017-05-03"),
        *seat("57", ANN, "party/labour", "2017-06-09", "2019-11-06"),
        *seat("else", "person/else", "party/labour", "2017-06-09", "2019-11-06"),
        *person("person/else", "Q900102"),
    ]
    giving = given(lines, claim("P102", "Q9630", references=("https://example.org/",)))
    assert giving.withheld["no item is known for “Member of the 56th Parliament of the United Kingdom”"] == 1


@pytest.fixture
def learnt(tmp_path: Path) -> Any:
    """What can be given of lines about Ann, of whom no seat is stated, where others tell the items of two terms."""

    def run(lines: Lines) -> Giving:
        terms = [claim("P39", TERM_56, "2015-05-07", "2017-05-03"), claim("P39", TERM_57, "2017-06-08", "2019-11-06")]
        items = item(ITEM, claim("P102", "Q9630", references=("https://example.org/",))), item("Q900102", *terms)
        stated = read_statements(written(tmp_path / "items.json", *items), {ITEM})
        ours = read_ours(published(tmp_path / "home", person(ANN, ITEM), lines).open())
        giving = Giving(ours, read_positions(), [stated])
        giving.decide(compare(ours, [stated]))
        return giving

    return run


def test_each_term_has_the_electorate_that_was_sat_for_in_it(learnt: Any) -> None:
    lines = [
        *seat("56", ANN, "party/labour", "2015-05-07", "2017-05-03", electorate="electorate/anyford"),
        *seat("57", ANN, "party/labour", "2017-06-08", "2019-11-06", electorate="electorate/wexmoor"),
        *_electorate("electorate/anyford", "Q900200"),
        *_electorate("electorate/wexmoor", "Q900201"),
    ]
    seats = [command for command in both_ways(learnt(lines)) if command.property == "P39"]
    assert [(s.value, dict(s.qualifiers)["P768"]) for s in seats] == [(TERM_56, "Q900200"), (TERM_57, "Q900201")]


def test_a_start_in_a_month_is_not_the_first_day_of_the_term(learnt: Any) -> None:
    giving = learnt(seat("57", ANN, "party/labour", "2017-06-01/2017-06-30", "2019-11-06"))
    (given,) = [command for command in both_ways(giving) if command.property == "P39"]
    assert (given.value, dict(given.qualifiers)["P580"]) == (TERM_57, "+2017-06-00T00:00:00Z/10")


def test_a_start_in_a_year_of_two_terms_is_in_neither_for_sure(learnt: Any) -> None:
    giving = learnt(seat("57", ANN, "party/labour", "2017-01-01/2017-12-31", "2019-11-06"))
    assert (
        "whether it begins or ends in “Member of the 56th Parliament of the United Kingdom” is not known"
        in withheld(giving)
    )


def test_a_statement_without_a_source_is_given_ours(given: Any) -> None:
    lines = seat("57", ANN, "party/labour", "2017-06-09", "2019-11-06")
    sourced = claim("P102", "Q9630", references=("https://example.org/",))
    giving = given(lines, claim("P39", TERM_57, "2017-06-08", "2019-11-06", "Q9630"), sourced)
    assert both_ways(giving) == [Command(ITEM, "P39", False, TERM_57, (), (REFERENCE,))]


# What is withheld


def withheld(giving: Giving) -> list[str]:
    assert giving.proposals == []
    return sorted(giving.withheld)


def test_what_is_inferred_of_somebody_who_may_be_living_is_withheld(given: Any) -> None:
    lines = change("ann", ANN, "party/labour", "party/conservative", "2018-08-30", status="inferred")
    told = claim("P102", "Q9630", references=("https://example.org/",))
    assert withheld(given(lines, told)) == ["inferred here, and no date of death is known"]


def test_what_is_inferred_of_the_dead_is_given_where_a_source_bears_it_out(given: Any) -> None:
    lines = change("ann", ANN, "party/labour", "party/conservative", "2018-08-30", status="inferred")
    assert len(both_ways(given(lines, claim("P102", "Q9630"), died=True))) >= 2


def test_a_seat_that_an_inferred_change_ends_is_withheld(given: Any) -> None:
    lines = [
        *seat("57", ANN, "party/labour", "2017-06-09", "2018-08-29"),
        *change("ann", ANN, "party/labour", "status/independent", "2018-08-30", status="inferred", source=WORKED_OUT),
        ends("ann", "57"),
    ]
    giving = given(lines, claim("P39", TERM_57, "2017-06-08", None, "Q9630"))
    assert not [proposal for proposal in giving.proposals if proposal.qualifiers]
    assert giving.withheld["inferred here, and no date of death is known"] >= 1


@pytest.mark.parametrize("modality", ["alleged", "intended", "denied"])
def test_what_is_only_alleged_intended_or_denied_is_never_given(given: Any, modality: str) -> None:
    lines = change("ann", ANN, "party/labour", "party/conservative", "2018-08-30", modality=modality)
    assert given(lines, claim("P102", "Q9630")).proposals == []


def test_nothing_that_stands_there_is_changed(given: Any) -> None:
    lines = change("ann", ANN, "party/labour", "party/conservative", "2018-08-30")
    told = [
        claim("P102", "Q9630", None, "2018-12-01", references=("https://example.org/",)),
        claim("P102", "Q9626", "2018", references=("https://example.org/",)),
    ]
    assert withheld(given(lines, *told)) == [
        "different date: it would change what stands there",
        "different precision: it would change what stands there",
    ]


def test_a_party_that_is_no_item_is_withheld_by_name(given: Any) -> None:
    lines = seat("57", ANN, "party/sinn-fein", "2017-06-09", "2019-11-06")
    assert "no item is known for Sinn Fein" in withheld(given(lines))


def test_an_encyclopedia_is_no_reference(tmp_path: Path) -> None:
    lines = change("ann", ANN, "party/labour", "party/conservative", "2018-08-30")
    stated = read_statements(
        written(tmp_path / "items.json", item(ITEM, claim("P102", "Q9630", references=("x:y",)))), {ITEM}
    )
    ours = read_ours(published(tmp_path / "home", person(ANN, ITEM), lines).open())
    register = ours.sources["source/register"]
    ours.sources["source/register"] = replace(register, url="https://en.wikipedia.org/wiki/Register")
    giving = Giving(ours, read_positions(), [stated])
    giving.decide(compare(ours, [stated]))
    assert withheld(giving) == ["no source of it can be a reference on Wikidata"]


def test_one_of_several_statements_of_one_value_is_not_guessed(given: Any) -> None:
    lines = seat("57", ANN, "party/labour", "2017-06-09", "2019-11-06")
    twice = [claim("P39", TERM_57, "2017-06-08", "2019-11-06", "Q9630")] * 2
    told = claim("P102", "Q9630", references=("https://example.org/",))
    assert withheld(given(lines, *twice, told)) == [
        "several statements there have the same value, and the tools cannot tell them apart"
    ]


# The other languages


PLAIN = Proposal(
    "Q1", "P39", "Q2", (("P580", "+2019-02-00T00:00:00Z/10"), ("P4100", "Q3")),
    ((("P248", "Q4"), ("P854", 'https://example.org/a"b|c\td')), (("P854", "https://example.org/2"),)),
    "new statement", beside=False, because="a | b\t/* c */",
)  # fmt: skip


def test_nothing_breaks_out_of_a_text_or_a_comment() -> None:
    [command] = parse_v1(quickstatements.as_v1([PLAIN]))
    assert command.references[0] == (("P248", "Q4"), ("P854", "https://example.org/a%22b%7Cc%09d"))
    assert command.references[1] == (("P854", "https://example.org/2"),)


def test_csv_has_a_table_for_each_set_of_columns_and_no_empty_cell() -> None:
    other = replace(PLAIN, qualifiers=(), references=PLAIN.references[1:])
    tables, left_out = quickstatements.as_csv([PLAIN, other, replace(other, item="Q9"), replace(PLAIN, beside=True)])
    headers = [next(csv.reader(io.StringIO(table))) for table in tables]
    assert headers == [
        ["qid", "P39", "S854", "#"],
        ["qid", "P39", "qal580", "qal4100", "S248", "s854", "S854", "#"],
    ]
    rows = [row for table in tables for row in csv.reader(io.StringIO(table))]
    assert all(cell for row in rows for cell in row)
    assert ["Q9", "Q2", '"https://example.org/2"', "a / b c"] in rows
    assert left_out == {quickstatements.BESIDE: 1}


def test_openrefine_reads_columns_that_the_table_has() -> None:
    schema = json.loads(openrefine.as_schema())
    columns = set(_values(schema, "columnName"))
    assert columns == set(openrefine.COLUMNS) - {"because"}
    assert set(_values(schema, "mode")) == {"add_or_merge"}  # never delete
    rows = list(csv.DictReader(io.StringIO(openrefine.as_table([PLAIN, replace(PLAIN, to="existing statement")]))))
    assert len(rows) == 4  # a row for each reference
    assert rows[0]["item"] == "Q1"
    assert rows[0]["P39 of new statement"] == "Q2"
    assert rows[0]["P580"] == "2019-02"
    assert rows[2]["P39 of new statement"] == ""
    assert rows[2]["P39 of existing statement"] == "Q2"


def _values(node: Any, key: str) -> list[str]:
    if isinstance(node, list):
        return [value for part in node for value in _values(part, key)]
    if not isinstance(node, dict):
        return []
    own = [node[key]] if key in node else []
    return own + [value for part in node.values() for value in _values(part, key)]


def test_the_commands_write_files_and_tell_what_they_withhold(tmp_path: Path) -> None:
    lines = change("ann", ANN, "party/labour", "party/conservative", "2018-08-30")
    published(tmp_path / "home", person(ANN, ITEM), lines)
    path = written(tmp_path / "items.json", item(ITEM, claim("P102", "Q9630", None, "2019-01-01")))
    asked = ["--home", str(tmp_path / "home"), "--statements", str(path)]
    answer = CliRunner().invoke(app, ["wikidata", "quickstatements", *asked, "-o", str(tmp_path / "batch.txt")])
    assert answer.exit_code == 0, answer.output
    assert "withheld: different date" in answer.output
    assert {command.value for command in parse_v1((tmp_path / "batch.txt").read_text())} == {"Q9626", "Q9630"}
    told = CliRunner().invoke(app, ["wikidata", "quickstatements", *asked, "--format", "csv"])
    assert (told.exit_code, "name a folder" in told.output) == (1, True)
    assert (
        CliRunner()
        .invoke(app, ["wikidata", "quickstatements", *asked, "-f", "csv", "-o", str(tmp_path / "f")])
        .exit_code
        == 0
    )
    assert sorted(p.name for p in (tmp_path / "f").iterdir()) == ["1.csv", "2.csv"]
    assert CliRunner().invoke(app, ["wikidata", "openrefine", *asked, "-o", str(tmp_path / "t.csv")]).exit_code == 0
    assert json.loads((tmp_path / "t.schema.json").read_text())["entityEdits"]


def _electorate(ref: str, qid: str) -> Lines:
    iri = f"https://w3id.org/party-defections/id/{ref}"
    return [
        f"<{iri}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/party-defections/ontology#Electorate>",
        f'<{iri}> <http://www.w3.org/2000/01/rdf-schema#label> "Anyford"@en',
        link(ref, qid),
    ]
