"""Mappings to Wikidata in SSSOM: how they are read, which of them hold, and what a build makes of them."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from kg.build import build
from kg.builds import Build
from kg.errors import FaultsFound, FileError
from kg.link.crosswalk import (
    COLUMNS,
    MANUAL,
    NONE,
    Mapping,
    prevailing,
    read_crosswalk,
    shipped_crosswalks,
    write_crosswalk,
)
from kg.link.mappings import LINKS, read_mappings
from kg.paths import ROOT
from kg.sources.description import sources
from kg.sources.entities import read_entities

SSSOM = ROOT / ".venv" / "share" / "sssom" / "bin" / "python"
FOUND = "semapv:CompositeMatching"
LABOUR, SOUBRY = "party/labour", "person/anna-soubry"


def told(ref: str, item: str, modifier: str = "", justification: str = MANUAL, confidence: str = "0.9") -> Mapping:
    return Mapping(
        f"pdid:{ref}",
        "A thing",
        "skos:exactMatch",
        modifier,
        item if item == NONE else f"wd:{item}",
        "An item",
        justification,
        "somebody",
        "",
        "",
        "",
        confidence,
        "2026-11-24",
        "Looked at.",
    )


def shipped() -> dict[str, Mapping]:
    """What the project says of each thing, rejections left out."""
    return {m.ref: m for m in read_mappings() if not m.rejects}


def items(build: Build, ref: str, graph: str = "") -> list[str]:
    """The items that the view, or a source, has as the exact match of a thing."""
    where = f"<https://w3id.org/party-defections/id/{ref}> skos:exactMatch ?item"
    where = f"GRAPH <https://w3id.org/party-defections/id/source/{graph}> {{ {where} }}" if graph else where
    query = f"PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT ?item WHERE {{ {where} }} ORDER BY ?item"
    return [(item or "").rpartition("/")[2] for (item,) in build.open().query(query).rows()]


def claims(build: Build, ref: str) -> list[tuple[str, ...]]:
    """Every claim of an exact match of a thing: item, modality, rank and justification."""
    query = f"""PREFIX pd: <https://w3id.org/party-defections/ontology#> PREFIX sssom: <https://w3id.org/sssom/>
    SELECT ?item ?modality ?rank ?why WHERE {{
      ?claim pd:about <https://w3id.org/party-defections/id/{ref}> ; pd:value ?item ; pd:modality ?modality ;
        pd:rank ?rank ; pd:property <http://www.w3.org/2004/02/skos/core#exactMatch> .
      OPTIONAL {{ ?claim sssom:mapping_justification ?why }} }} ORDER BY ?item ?modality"""
    return [tuple((cell or "").rpartition("/")[2] for cell in row) for row in build.open().query(query).rows()]


# The files


def test_what_is_written_is_read_and_written_again_the_same(tmp_path: Path) -> None:
    path = tmp_path / "links.sssom.tsv"
    write_crosswalk(path, "links", [told(SOUBRY, "Q2"), told(LABOUR, "Q1"), told("person/x", NONE)])
    first = path.read_bytes()
    write_crosswalk(path, "links", read_crosswalk(path))
    assert path.read_bytes() == first
    assert [m.ref for m in read_crosswalk(path)] == [LABOUR, SOUBRY, "person/x"]


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("subject_id", "party/labour", "subject_id: 'party/labour' is no reference"),
        ("subject_id", "pdid:dog/rex", "subject_id: 'pdid:dog/rex' is no reference"),
        ("object_id", "Q9630", "object_id: 'Q9630' is neither an item such as wd:Q9630"),
        ("predicate_id", "owl:sameAs", "predicate_id: 'owl:sameAs' is not skos:exactMatch, the one predicate"),
        ("predicate_modifier", "no", "predicate_modifier: 'no' is neither empty nor Not"),
        ("mapping_justification", "semapv:Guess", "mapping_justification: 'semapv:Guess' is none of"),
        ("confidence", "1.2", "confidence: '1.2' is no number from 0 to 1"),
        ("mapping_date", "24/11/2026", "mapping_date: '24/11/2026' is no day"),
        ("author_label", "", "author_label is empty"),
        ("comment", " odd", "comment: ' odd' begins or ends with a space"),
    ],
)
def test_a_faulty_cell_is_told_with_file_line_and_value(tmp_path: Path, column: str, value: str, reason: str) -> None:
    path = tmp_path / "links.sssom.tsv"
    wrong = replace(told("person/x", "Q1"), **{column: value})  # type: ignore[arg-type]
    write_crosswalk(path, "links", [told(SOUBRY, "Q2"), told("person/x", "Q1")])
    right, wrong_row = ("\t".join(getattr(m, name) for name in COLUMNS) for m in (told("person/x", "Q1"), wrong))
    path.write_text(path.read_text(encoding="utf-8").replace(right, wrong_row), encoding="utf-8")
    with pytest.raises(FileError, match=re.escape(reason)):
        write_crosswalk(tmp_path / "other.sssom.tsv", "links", [wrong])
    line = 1 + [cells.split("\t") for cells in path.read_text().splitlines()].index(
        [value if name == column else getattr(told("person/x", "Q1"), name) for name in COLUMNS]
    )
    with pytest.raises(FileError) as fault:
        read_crosswalk(path)
    assert str(fault.value).startswith(f"{path}:{line}: {reason}")


def test_a_row_of_too_few_cells_and_a_strange_column_are_faults(tmp_path: Path) -> None:
    path = tmp_path / "links.sssom.tsv"
    path.write_text("\t".join(COLUMNS) + "\npdid:party/labour\tLabour\n", encoding="utf-8")
    with pytest.raises(FileError, match=r":2: 2 cells, where there are 14 columns"):
        read_crosswalk(path)
    path.write_text("#license: x\nsubject_id\tobject_id\n", encoding="utf-8")
    with pytest.raises(FileError, match=r":2: the columns must be subject_id, subject_label"):
        read_crosswalk(path)


# Which hold


def test_people_win_over_machines_and_what_is_shipped_over_what_was_found() -> None:
    people, machine = told(LABOUR, "Q1"), told(LABOUR, "Q2", justification=FOUND)
    assert prevailing([[machine, people]]) == [people]
    assert prevailing([[machine], [told(LABOUR, "Q3", justification=FOUND)]]) == [machine]
    assert prevailing([[], [machine]]) == [machine]


def test_an_item_stands_for_one_thing() -> None:
    first, second = told(LABOUR, "Q1"), told(SOUBRY, "Q1", justification=FOUND)
    assert prevailing([[first, second]]) == [first]
    with pytest.raises(FaultsFound, match=r"person/anna-soubry is Q1, but .*: party/labour is Q1"):
        prevailing([[first, told(SOUBRY, "Q1")]])


def test_what_people_reject_no_machine_upholds() -> None:
    rejection = told(LABOUR, "Q1", "Not")
    assert prevailing([[rejection], [told(LABOUR, "Q1", justification=FOUND)]]) == [rejection]
    found = told(LABOUR, "Q2", justification=FOUND)
    assert prevailing([[rejection], [found]]) == [rejection, found]
    with pytest.raises(FaultsFound, match=r"party/labour is not Q1, but .*: party/labour is Q1"):
        prevailing([[told(LABOUR, "Q1"), rejection]])


def test_what_has_no_item_gets_none_from_a_machine() -> None:
    nothing = told(LABOUR, NONE)
    assert prevailing([[nothing], [told(LABOUR, "Q1", justification=FOUND)]]) == [nothing]


# What the project ships


def test_every_identity_has_its_item_or_is_said_to_have_none_that_is_known() -> None:
    expected = {e.ref for e in read_entities()} | {s.ref for s in sources() if s.document}
    assert expected <= shipped().keys()


@pytest.mark.parametrize(
    ("ref", "namesake"),
    [
        ("council/st-albans-parish-council", "Q7592257"),  # St Albans City and District Council, in Hertfordshire
        ("person/juliet-campbell", "Q264937"),  # the athlete
    ],
)
def test_a_namesake_is_rejected_and_no_item_is_claimed(ref: str, namesake: str) -> None:
    assert shipped()[ref].qid == ""
    assert [m.qid for m in read_mappings() if m.ref == ref and m.rejects] == [namesake]


@pytest.mark.parametrize("ref", ["person/kevin-clarke", "place/clifton", "council/st-albans-parish-council"])
def test_the_namesakes_of_a_thing_without_item_are_named(ref: str) -> None:
    mapping = shipped()[ref]
    assert mapping.object_id == NONE
    assert any(word in mapping.comment for word in ("computer scientist", "Bedfordshire", "Hertfordshire"))


def test_the_council_is_neither_the_constituency_nor_the_legislature() -> None:
    assert (shipped()["council/broxtowe-borough-council"].qid, shipped()["electorate/broxtowe"].qid) == (
        "Q73072553",
        "Q3231619",
    )
    assert shipped()["council/nottingham-city-council"].qid == "Q7063612"


_VALIDATE = """
import sys
from sssom.constants import DEFAULT_VALIDATION_TYPES
from sssom.parsers import parse_sssom_table
from sssom.validators import validate
told = parse_sssom_table(sys.argv[1])
validate(told, DEFAULT_VALIDATION_TYPES, fail_on_error=True)
print(len(told.df))
"""


def validated(path: Path) -> subprocess.CompletedProcess[str]:
    """What the standard's own package makes of a file: the number of mappings, or its errors."""
    if not SSSOM.is_file():
        pytest.skip("sssom is not there: sh tests/tools.sh")
    return subprocess.run([SSSOM, "-c", _VALIDATE, path], capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.parametrize("path", shipped_crosswalks(), ids=lambda path: path.name)
def test_the_standards_own_package_validates_what_is_shipped(path: Path) -> None:
    done = validated(path)
    assert (done.returncode, done.stdout.strip()) == (0, str(len(read_crosswalk(path)))), done.stderr


def test_the_standards_own_package_refuses_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "wrong.sssom.tsv"
    write_crosswalk(path, "wrong", [told(LABOUR, "Q1", confidence="0.7")])
    path.write_text(path.read_text(encoding="utf-8").replace("\t0.7\t", "\t7\t"), encoding="utf-8")
    assert "1 validation errors" in validated(path).stderr


# In the graph


@pytest.fixture(scope="module")
def seed(published: Path) -> Build:
    return Build((published / "current").resolve())


def test_a_mapping_stands_in_the_graph_of_the_links_and_in_the_view_with_its_provenance(seed: Build) -> None:
    assert items(seed, SOUBRY, LINKS) == items(seed, SOUBRY) == ["Q389855"]
    assert claims(seed, SOUBRY) == [("Q389855", "modality-asserted", "rank-preferred", "ManualMappingCuration")]


def test_a_rejection_is_a_denied_claim_and_no_match(seed: Build) -> None:
    assert items(seed, "person/juliet-campbell") == []
    assert [claim[:2] for claim in claims(seed, "person/juliet-campbell")] == [("Q264937", "modality-denied")]


def test_nothing_outside_this_graph_is_the_same_as_a_thing_of_it(seed: Build) -> None:
    ours = "https://w3id.org/party-defections/id/"
    found = seed.open().query(
        f'SELECT ?item {{ ?thing owl:sameAs ?item FILTER (!STRSTARTS(STR(?item), "{ours}")) }}'.replace(
            "owl:sameAs", "<http://www.w3.org/2002/07/owl#sameAs>"
        )
    )
    assert list(found.rows()) == []


@pytest.fixture
def own(example_data: Path) -> Path:
    """The example's data without the links that are shipped."""
    for path in shipped_crosswalks(example_data):
        path.unlink()
    return example_data


def thing_of(data: Path) -> str:
    return next(e.ref for e in read_entities(data) if e.ref.startswith("person/"))


def test_what_was_found_for_a_home_comes_into_its_next_build_and_a_second_build_is_the_same(
    own: Path, tmp_path: Path
) -> None:
    home, ref = tmp_path / "home", thing_of(own)
    assert items(build(home, own), ref) == []
    path = home / "links" / "wikidata.sssom.tsv"
    write_crosswalk(path, "found/wikidata", [told(ref, "Q99", justification=FOUND), told("person/nobody", "Q98")])
    first = build(home, own)
    assert items(first, ref) == ["Q99"]
    assert first.report["links"] == {"held": 1, "rejected": 0, "withoutItem": 0, "ofThingsNotHere": 1}
    assert build(home, own).unchanged
    again = tmp_path / "again"
    shutil.copytree(home / "links", again / "links")
    assert build(again, own).id == first.id


def test_a_decision_in_the_data_wins_over_what_was_found_for_a_home(own: Path, tmp_path: Path) -> None:
    home, ref = tmp_path / "home", thing_of(own)
    write_crosswalk(home / "links" / "wikidata.sssom.tsv", "found", [told(ref, "Q99", justification=FOUND)])
    write_crosswalk(own / "links" / "decided.sssom.tsv", "decided", [told(ref, "Q99", "Not"), told(ref, "Q100")])
    made = build(home, own)
    assert items(made, ref) == ["Q100"]
    assert [claim[:3] for claim in claims(made, ref)] == [
        ("Q100", "modality-asserted", "rank-preferred"),
        ("Q99", "modality-denied", "rank-normal"),
    ]
