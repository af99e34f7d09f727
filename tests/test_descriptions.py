"""Descriptions of sources: what is wrong in one is told with its line, before anything is read or fetched."""

from pathlib import Path

import pytest

from kg.errors import FaultsFound, FileError
from kg.sources.description import Column, File
from tests.described import HEAD, TABLES, describe

HASH = "5" * 63 + "f"
WHOLE = HEAD + TABLES.replace("name: persons", f"name: persons, url: https://example.org/p.csv, sha256: {HASH}")


def told(folder: Path, text: str) -> list[str]:
    """The faults of a description, without the folder in which it lies."""
    with pytest.raises(FaultsFound) as caught:
        describe(folder, text, head="")
    return [fault.removeprefix(f"{folder}/anyford-members/") for fault in caught.value.faults]


def test_a_description_says_all_that_staging_and_fetching_need(tmp_path: Path) -> None:
    source = describe(tmp_path, WHOLE, head="")
    person, membership = source.tables
    assert person.files == (File("persons", "https://example.org/p.csv", HASH),)
    assert (person.min_rows, person.max_rows, person.key) == (1, 1000, ("id",))
    assert person.columns[1] == Column("name", required=True, told_as="Full Name")
    assert membership.columns[0].references == ("person", "id")
    assert membership.columns[2].kind == "date"


WRONG = [
    ("authority: 10", "authority: 10\nlicence: x", 1, "'licence' was unexpected"),
    (
        "{as: Full Name,",
        "{called: Full Name,",
        16,
        "name: Additional properties are not allowed ('called' was unexpected)",
    ),
    ("rows: {min: 1, max: 1000}\n    key: [id]", "key: [id]", 10, "person: 'rows' is a required property"),
    (HASH, "5" * 64 + "g", 11, "does not match '^[0-9a-f]{64}$'"),
    ("https://example.org/p.csv", "ftp://example.org/p.csv", 11, "does not match '^https?://'"),
    ("born: {is: date}", "born: {is: day}", 17, "is: 'day' is not one of ['text', 'integer', 'decimal', 'date']"),
    (
        "person: {references: person.id}",
        "person: {references: persons.id}",
        25,
        "references: there is no table 'persons'",
    ),
    ("replaced: {references: person.id}", "replaced: {references: person.uid}", 18, "'person' has no column 'uid'"),
    ("key: [person, start]", "key: [person, begin]", 23, "key: the table has no column 'begin'"),
    ("facts: {min: 0", "facts: {min: 1001", 8, "min: 1001 is more than max, 1000"),
    ("1, max: 1000}\n    key: [id]", "5, max: 4}\n    key: [id]", 12, "min: 5 is more than max, 4"),
    ("{name: memberships}", "{name: memberships, rows: {min: 5, max: 4}}", 21, "min: 5 is more than max, 4"),
    ("{name: memberships}", "{name: m.csv}", 21, "name: 'm.csv' is no name of a file without its ending"),
    ("{name: memberships}", "{name: ../secrets}", 21, "name: '../secrets' is no name of a file without its ending"),
    ("{name: memberships}", "{name: m}, {name: m}", 21, "name: 'm' stands more than once"),
    ("{name: memberships}", "{name: persons}", 21, "name: 'persons' has another url or sha256 above"),
    ("{name: memberships}", "{name: m, with: {Start: 2}}", 21, "Start: the table has a column of that name already"),
    ("      share:", "      _row:", 29, "_row: the table has a column of that name already"),
    (r"pattern: '\d+'", r"pattern: '(\d+'", 15, r"pattern: '(\\d+' is no regular expression of RE2"),
    (r"pattern: '\d+'", r"pattern: '(?=\d)'", 15, "is no regular expression of RE2"),
    ("{optional: true}", "{optional: true, required: true}", 19, "a column that a file may lack cannot be required"),
]


@pytest.mark.parametrize(("old", "new", "line", "fault"), WRONG)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int, fault: str) -> None:
    assert WHOLE.count(old) == 1
    first = told(tmp_path, WHOLE.replace(old, new))[0]
    assert first.startswith(f"source.yaml:{line}: ")
    assert fault in first


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    text = WHOLE.replace("key: [id]", "key: [uid]").replace("{references: person.id}", "{references: nobody.id}")
    assert [fault.split(": ")[1] for fault in told(tmp_path, text)] == ["key", "references", "references"]


def test_files_may_be_read_into_two_tables(tmp_path: Path) -> None:
    address = f"{{name: persons, url: https://example.org/p.csv, sha256: {HASH}}}"
    source = describe(tmp_path, WHOLE.replace("{name: memberships}", address), head="")
    assert source.tables[0].files == source.tables[1].files


def test_a_key_and_a_reference_may_name_what_a_file_says_by_being_itself(tmp_path: Path) -> None:
    tables = TABLES.replace("{name: persons}", "{name: persons, with: {year: 2025}}")
    tables = tables.replace("key: [id]", "key: [id, year]").replace(
        "person.id}\n      party", "person.year}\n      party"
    )
    assert describe(tmp_path, tables).tables[0].key == ("id", "year")


def test_a_date_that_is_none_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"source\.yaml:3: issued: "):
        describe(tmp_path, WHOLE.replace("2025-05\n", "2025-15\n"), head="")
