"""Fact sheets: what is read from a good one, and how each kind of bad one is refused."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.build import build
from kg.builds import current
from kg.errors import FaultsFound, FileError, KgError
from kg.sources.description import source, sources
from kg.sources.documents.coverage import coverage
from kg.sources.documents.sheet_schema import sheet_schema
from kg.sources.entities import read_entities
from tests.conftest import HERE

BAD_SHEETS = sorted((HERE / "bad-sheets").glob("*.yaml"))
Edit = Callable[[str, str, str], None]


def test_a_sheet_yields_a_fact_for_each_statement(example_data: Path) -> None:
    read = coverage(source("anyford-bulletin", example_data), read_entities(example_data))
    facts = [fact for sentence in read for fact in sentence.facts]
    assert [fact.about for fact in facts] == [
        "membership/pat-example-anyford-residents-party-leader",
        "party/anyford-residents",
        "party/anyford-residents",
        "party/anyford-residents",
        *["defection/anyford-councillors-from-labour"] * 3,
    ]


def test_who_is_named_to_say_it_makes_a_fact_reported(example_data: Path) -> None:
    read = coverage(source("anyford-bulletin", example_data), read_entities(example_data))
    told = {fact.modality for sentence in read for fact in sentence.facts if fact.attributed_to}
    assert told == {"reported"}


def test_there_are_more_than_25_kinds_of_bad_sheet() -> None:
    assert len(BAD_SHEETS) > 25


@pytest.mark.parametrize("sheet", BAD_SHEETS, ids=lambda path: path.stem)
def test_a_bad_sheet_is_refused_with_file_line_and_reason(sheet: Path, example_data: Path, published: Path) -> None:
    target = example_data / "sources" / "anyford-bulletin" / "facts.yaml"
    target.write_bytes(sheet.read_bytes())
    before = current(published)
    expected = sheet.read_bytes().splitlines()[0].decode().removeprefix("# expect: ")
    with pytest.raises(KgError) as refused:
        build(published, example_data)
    told = str(refused.value)
    assert expected in told
    assert re.search(rf"{re.escape(str(target))}(:\d+)?: ", told)
    assert current(published) == before
    assert not list(published.glob("staged-*"))


def test_the_line_of_a_fault_is_the_line_in_the_sheet(example_data: Path, edit: Edit, tmp_path: Path) -> None:
    edit("sources/anyford-bulletin/facts.yaml", "withdrawnCount: 1", "withdrawnCount: one")
    with pytest.raises(FaultsFound) as refused:
        build(tmp_path / "home", example_data)
    assert "facts.yaml:27: withdrawnCount: 'one' is not of type 'integer'" in str(refused.value)


def test_every_fault_of_every_sheet_is_told_at_once(example_data: Path, edit: Edit, tmp_path: Path) -> None:
    edit("sources/anyford-bulletin/facts.yaml", "withdrawnCount: 1", "withdrawnCount: one")
    edit("sources/wikipedia-broxtowe-alliance/facts.yaml", "withdrawnCount: 2", "withdrawnCount: two")
    with pytest.raises(FaultsFound) as refused:
        build(tmp_path / "home", example_data)
    assert "'one'" in str(refused.value)
    assert "'two'" in str(refused.value)


def test_the_published_schema_is_the_one_that_is_checked() -> None:
    import json

    from kg.paths import DATA

    published = json.loads((DATA / "fact-sheet.schema.json").read_text(encoding="utf-8"))
    assert published == json.loads(json.dumps(sheet_schema())), "run `kg schema`"


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("source.yaml", "authority: 5", "authority: high", "authority: 'high' is not of type 'integer'"),
        ("source.yaml", "license: https", "licence: https", "'licence' was unexpected"),
        ("source.yaml", "issued: 2024-06-01", "issued: 2024-06-31", "source.yaml:3: issued: day is out of range"),
        ("source.yaml", "sha256: ", "sha256: x", "sha256: "),
        ("spans.tsv", "start\tend", "from\tto", "spans.tsv:1: the columns must be start end sha256"),
        ("spans.tsv", "\t21\t", "\t21x\t", "spans.tsv:2: not a start, an end and a SHA-256"),
        ("infobox.yaml", "Leader", "Lieder", "no rule in data/infobox.yaml reads the key 'Lieder'"),
        ("infobox.yaml", "Pat Example", "Pat Nobody", "nothing is named 'Pat Nobody' in data/entities (person)"),
        ("infobox.yaml", "3 March 2024", "3 Marsh 2024", "'3 Marsh 2024' is no date such as"),
    ],
)
def test_a_bad_file_beside_the_sheet_is_refused(
    name: str, old: str, new: str, expected: str, example_data: Path, edit: Edit, tmp_path: Path
) -> None:
    edit(f"sources/anyford-bulletin/{name}", old, new)
    with pytest.raises(KgError) as refused:
        build(tmp_path / "home", example_data)
    assert name in str(refused.value)
    assert expected in str(refused.value)


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("example.csv", "ref,label", "ref,name", "example.csv:1: the columns must be"),
        ("example.csv", "PP99999", "99999", "example.csv:2: '99999' is no Electoral Commission reference"),
        ("example.csv", "party/anyford-residents", "party/Anyford", "a slug is lower-case words joined by hyphens"),
        ("example.csv", "person/pat-example,", "person/anna-soubry,", "'person/anna-soubry' stands in the table twice"),
        ("example.csv", "person/pat-example,Pat Example", "person/pat-example,", "has no label"),
        ("example.csv", "council/anyford", "kouncil/anyford", "no things have the path 'kouncil'"),
        (
            "moved.csv",
            "old,new\n",
            "old,new\nparty/labour,party/x\n",
            "moved.csv:2: 'party/labour' stands in",
        ),
    ],
)
def test_a_bad_identity_is_refused_with_file_and_line(
    name: str, old: str, new: str, expected: str, example_data: Path, edit: Edit, tmp_path: Path
) -> None:
    edit(f"entities/{name}", old, new)
    with pytest.raises(KgError) as refused:
        build(tmp_path / "home", example_data)
    assert expected in str(refused.value)


def test_an_unknown_source_is_told_with_those_there_are(example_data: Path) -> None:
    with pytest.raises(KgError, match="no source named 'nowhere'; there are: anyford-bulletin"):
        source("nowhere", example_data)


def test_every_source_tells_how_its_date_is_known() -> None:
    assert all(s.issued_basis for s in sources())


def test_a_missing_sheet_is_told(example_data: Path) -> None:
    (example_data / "sources" / "anyford-bulletin" / "facts.yaml").unlink()
    with pytest.raises(FileError, match=r"facts.yaml: there is no such file"):
        coverage(source("anyford-bulletin", example_data), read_entities(example_data))
