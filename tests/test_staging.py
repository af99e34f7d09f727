"""Staging: the files of a source become tables of text, or every fault is told with file, row, column and value."""

import gzip
import re
import time
from pathlib import Path

import duckdb
import pytest

from kg.errors import FaultsFound
from kg.paths import DATA
from kg.sources.description import read_source
from kg.sources.tables.staging import SetAside, stage
from tests.described import MEMBERSHIPS, PERSONS, Described, anyford

ONE_TABLE = """\
tables:
  seat:
    files: [{name: seats}]
    rows: {min: 0, max: 1000000}
    columns: {ward: , name: , since: {is: date}}
"""


@pytest.fixture
def members(tmp_path: Path) -> Described:
    return anyford(tmp_path)


@pytest.fixture
def seats(tmp_path: Path) -> Described:
    return Described(tmp_path, ONE_TABLE)


def faults(described: Described, *, lenient: bool = False) -> list[str]:
    """The faults by which a source is refused, without the folder in which its files lie."""
    with pytest.raises(FaultsFound) as caught:
        described.stage(lenient=lenient)
    return [fault.replace(f"{described.folder}/", "") for fault in caught.value.faults]


# What is staged


def test_every_value_is_text_and_knows_its_file_and_row(members: Described) -> None:
    assert members.stage() == []
    assert members.rows("person", "id, name, born, _file, _row") == [
        ("1", "Ada Field", "1960", "persons", 2),
        ("2", "Ben Marsh", "1971-02", "persons", 3),
        ("3", "Cy Heath", "1980-02-29", "persons", 4),
    ]


def test_an_empty_value_is_null(members: Described) -> None:
    members.stage()
    assert members.rows("membership", "votes, share")[1] == (None, None)


def test_a_column_that_a_file_may_lack_is_null_and_one_too_many_is_not_read(members: Described) -> None:
    members.write("persons.csv", PERSONS.replace("replaced\n", "replaced,e-mail\n").replace(",\n", ",,x@example.org\n"))
    members.stage()
    assert members.rows("person", "DISTINCT twitter, replaced") == [(None, None)]
    assert [name for name, *_ in members.connection.execute("DESCRIBE staged.person").fetchall()] == [
        *("id", "name", "born", "replaced", "twitter", "_file", "_row")
    ]


def test_files_of_one_table_stand_in_their_order_and_say_what_they_are(tmp_path: Path) -> None:
    tables = ONE_TABLE.replace("{name: seats}", "{name: b, with: {year: 2019, clerk: Ed's}}, {name: a}")
    seats = Described(tmp_path, tables)
    seats.write("a.csv", "ward,name,since\nEast,Ada Field,2023\n")
    seats.write("b.csv", "since,name,ward\n2019,Cy Heath,West\n2018,Ben Marsh,East\n")
    seats.stage()
    assert seats.rows("seat", "ward, name, since, year, clerk, _file, _row") == [
        ("West", "Cy Heath", "2019", "2019", "Ed's", "b", 2),
        ("East", "Ben Marsh", "2018", "2019", "Ed's", "b", 3),
        ("East", "Ada Field", "2023", None, None, "a", 2),
    ]


SHAPES = {
    "csv": b"ward,name,since\nEast,Ada Field,2019\nWest,\xc3\x89va Szab\xc3\xb3,\n",
    "quoted": b'"ward","name","since"\n"East","Ada Field","2019"\n"West","\xc3\x89va Szab\xc3\xb3",""\n',
    "crlf": b"ward,name,since\r\nEast,Ada Field,2019\r\nWest,\xc3\x89va Szab\xc3\xb3,\r\n",
    "cr": b"ward,name,since\rEast,Ada Field,2019\rWest,\xc3\x89va Szab\xc3\xb3,\r",
    "both": b"ward,name,since\r\nEast,Ada Field,2019\nWest,\xc3\x89va Szab\xc3\xb3,\r\n",
    "marked": b"\xef\xbb\xbfward,name,since\nEast,Ada Field,2019\nWest,\xc3\x89va Szab\xc3\xb3,\n",
    "unended": b"ward,name,since\nEast,Ada Field,2019\nWest,\xc3\x89va Szab\xc3\xb3,",
    "overended": b"ward,name,since\nEast,Ada Field,2019\nWest,\xc3\x89va Szab\xc3\xb3,\n\n\n",
    "overlong": b"ward,name,since\nEast,Ada Field,2019,,\nWest,\xc3\x89va Szab\xc3\xb3,,\n",
    "other order": b"since,ward,no,name\n2019,East,1,Ada Field\n,West,2,\xc3\x89va Szab\xc3\xb3\n",
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("ending", [".csv", ".csv.gz"])
def test_a_file_may_be_laid_out_in_many_ways(seats: Described, shape: str, ending: str) -> None:
    seats.write(f"seats{ending}", gzip.compress(SHAPES[shape]) if ending == ".csv.gz" else SHAPES[shape])
    assert seats.stage() == []
    assert seats.rows("seat", "ward, name, since, _row") == [
        ("East", "Ada Field", "2019", 2),
        ("West", "Éva Szabó", None, 3),
    ]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_what_stands_in_quotes_is_read_as_it_is(seats: Described, line_end: str) -> None:
    rows = ['"East, ""old""\nward",Ada,2019', '"West\r\n\r\nward",Ben,2020', "it's,Cy,2021"]
    seats.write("seats.csv", line_end.join(["ward,name,since", *rows, ""]))
    assert seats.stage() == []
    assert seats.rows("seat", "ward, name, _row") == [
        ('East, "old"\nward', "Ada", 2),
        ("West\r\n\r\nward", "Ben", 3),
        ("it's", "Cy", 4),
    ]


def test_quotes_mean_nothing_where_tabs_part_the_cells(seats: Described) -> None:
    seats.write("seats.tsv", 'ward\tname\tsince\n"East\tAda "the, axe" Field\t2019\nWest\t"\t\n')
    assert seats.stage() == []
    assert seats.rows("seat", "ward, name, since") == [('"East', 'Ada "the, axe" Field', "2019"), ("West", '"', None)]


def test_parquet_is_read_like_the_text_of_it(seats: Described) -> None:
    rows = "(VALUES ('East', 'Ada', DATE '2019-05-02'), ('West', NULL, NULL)) t(ward, name, since)"
    seats.connection.execute(f"COPY (FROM {rows}) TO '{seats.folder / 'seats.parquet'}'")
    assert seats.stage() == []
    assert seats.rows("seat", "ward, name, since, _row") == [("East", "Ada", "2019-05-02", 2), ("West", None, None, 3)]


@pytest.mark.parametrize("folder", ["it's here", 'so "called"', "[ab]*?", "year=2019", "-- x; %s {y}"])
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_path_can_have_any_signs_in_it(tmp_path: Path, folder: str, ending: str) -> None:
    (tmp_path / folder).mkdir()
    seats = Described(tmp_path / folder, ONE_TABLE.replace("name: seats", 'name: "o\'seats * [1]"'))
    seats.write("plain.csv", "ward,name,since\nEast,Ada Field,2019\n")
    duckdb.execute("CREATE OR REPLACE TEMP TABLE t AS SELECT 'East' AS ward, 'Ada Field' AS name, '2019' AS since")
    if ending == "parquet":
        duckdb.execute(f"COPY t TO '{tmp_path / 't.parquet'}'")
        (tmp_path / "t.parquet").rename(seats.folder / "o'seats * [1].parquet")
    else:
        (seats.folder / "plain.csv").rename(seats.folder / "o'seats * [1].csv")
    assert seats.stage() == []
    assert seats.rows("seat", "ward, name, since, _file") == [("East", "Ada Field", "2019", "o'seats * [1]")]


@pytest.mark.parametrize("name", ['"quoted"', "it's", "select", "Ward Name", "wärd", "c1", "_", "a.b", "{x}"])
def test_a_column_can_have_any_name(tmp_path: Path, name: str) -> None:
    seats = Described(tmp_path, ONE_TABLE.replace("ward: ", f"ward: {{as: '{name.replace(chr(39), chr(39) * 2)}'}}"))
    seats.write("seats.csv", 'x,"' + name.replace('"', '""') + '",name,since\n0,East,Ada,2019\n')
    assert seats.stage() == []
    assert seats.rows("seat", "ward, name") == [("East", "Ada")]


def test_many_rows_keep_their_order_and_their_numbers(seats: Described) -> None:
    rows = [f'Ward {i % 7},"Ada\nField {i}",2019\n' for i in range(120_000)]
    rows[100_000] = "Ward,Ada\n"
    seats.write("seats.csv", "ward,name,since\n" + "".join(rows))
    assert [row.row for row in seats.stage(lenient=True)] == [100_002]
    places = seats.rows("seat", "name, _row")
    assert places == [(f"Ada\nField {i}", i + 2) for i in range(120_000) if i != 100_000]


# What a row can have wrong: file, row, column, value and reason; when lenient, this row is set aside, and no other

WRONG_VALUES = [
    ("persons", "2,Ben", "x2,Ben", 3, "id", "x2", r"does not have the form \d+"),
    ("persons", "1,Ada", ",Ada", 2, "id", None, "must not be empty"),
    ("persons", "Ada Field", "", 2, "Full Name", None, "must not be empty"),
    ("persons", "1980-02-29", "1981-02-29", 4, "born", "1981-02-29", "is no date of the calendar"),
    ("persons", "1971-02", "1971-13", 3, "born", "1971-13", "is no date of the calendar"),
    ("persons", "1960", "60", 2, "born", "60", "is no date: YYYY, YYYY-MM or YYYY-MM-DD"),
    ("persons", "1971-02", "02/1971", 3, "born", "02/1971", "is no date: YYYY, YYYY-MM or YYYY-MM-DD"),
    ("persons", "1960", "0000", 2, "born", "0000", "is no date of the calendar"),
    ("persons", "Ada Field", "Ada\0Field", 2, "Full Name", "Ada\0Field", "has a NUL byte in it"),
    ("memberships", "812", "812.0", 2, "votes", "812.0", "is no whole number"),
    ("memberships", "812", "9" * 20, 2, "votes", "9" * 20, "is too large for a whole number"),
    ("memberships", "0.51", "51%", 2, "share", "51%", "is no number"),
    ("memberships", "Independent", "independent", 3, "party", "independent", "is none of: Labour Party, Independent"),
    ("memberships", "3,Labour", "4,Labour", 4, "person", "4", "is no id of person"),
]


@pytest.mark.parametrize(("file", "old", "new", "row", "column", "value", "reason"), WRONG_VALUES)
def test_a_wrong_value_is_told_with_its_place(
    members: Described, file: str, old: str, new: str, row: int, column: str, value: str | None, reason: str
) -> None:
    members.edit(f"{file}.csv", old, new)
    shown = f"{value!r} {reason}" if value is not None else reason
    assert f"{file}.csv: row {row}, column {column}: {shown}" in faults(members)


@pytest.mark.parametrize(("file", "old", "new", "row", "column", "value", "reason"), WRONG_VALUES)
def test_when_lenient_the_wrong_row_is_set_aside(
    members: Described, file: str, old: str, new: str, row: int, column: str, value: str | None, reason: str
) -> None:
    members.edit(f"{file}.csv", old, new)
    first, *others = members.stage(lenient=True)
    assert first == SetAside(f"{file}.csv", row, column, value, reason)
    assert [other.file for other in others] == (["memberships.csv"] if file == "persons" else [])
    assert members.rows("person" if file == "persons" else "membership", "_row") == [
        (n,) for n in (2, 3, 4) if n != row
    ]


UNREADABLE = [
    ("2,Ben Marsh\n", None, "2,Ben Marsh", "does not fit the header: cells are 2, not 4"),
    ("2,Ben Marsh,1971-02,,,x\n", None, "2,Ben Marsh,1971-02,,,x", "does not fit the header: cells are 6, not 4"),
    ("\n", None, None, "the row is empty"),
    (" \n", None, " ", "does not fit the header: cells are 1, not 4"),
    ('2,"Ben" Marsh,1971-02,\n', None, '2,"Ben" Marsh,1971-02,', """is not CSV: ',' expected after '"'"""),
    (b"2,Ben M\xe4rsh,1971-02,\n", "Full Name", r"Ben M\xe4rsh", "is not UTF-8"),
]


@pytest.mark.parametrize(("line", "column", "value", "reason"), UNREADABLE)
@pytest.mark.parametrize("ending", [".csv", ".csv.gz"])
def test_a_row_that_is_none_is_told_and_the_next_keep_their_numbers(
    members: Described, ending: str, line: str | bytes, column: str | None, value: str | None, reason: str
) -> None:
    whole = (
        b'id,Full Name,born,replaced\n1,"Ada\nMay\nField",1960,\n'
        + (line.encode() if isinstance(line, str) else line)
        + b"3,Cy Heath,1980-02-30,\n"
    )
    (members.folder / "persons.csv").unlink()
    members.write(f"persons{ending}", gzip.compress(whole) if ending == ".csv.gz" else whole)
    place = f"persons{ending}: row 3" + (f", column {column}" if column else "")
    told = faults(members)
    assert f"{place}: {value!r} {reason}" in told or f"{place}: {reason}" in told
    assert f"persons{ending}: row 4, column born: '1980-02-30' is no date of the calendar" in told
    assert members.stage(lenient=True)[:2] == [
        SetAside(f"persons{ending}", 3, column, value, reason),
        SetAside(f"persons{ending}", 4, "born", "1980-02-30", "is no date of the calendar"),
    ]
    assert members.rows("person", "name, _row") == [("Ada\nMay\nField", 2)]


def test_only_the_first_thing_wrong_in_a_row_sets_it_aside(members: Described) -> None:
    members.edit("memberships.csv", "2,Independent,2019,,", "2,Green,19,x,")
    told = [fault.split(": ")[1] for fault in faults(members)]
    assert told == ["row 3, column party", "row 3, column start", "row 3, column votes"]
    assert [row.column for row in members.stage(lenient=True)] == ["party"]


def test_a_date_in_parquet_is_checked_like_one_in_text(seats: Described) -> None:
    rows = "(VALUES ('East', 'Ada', '2019'), ('West', 'Ben', '2019-02-30')) t(ward, name, since)"
    seats.connection.execute(f"COPY (FROM {rows}) TO '{seats.folder / 'seats.parquet'}'")
    assert faults(seats) == ["seats.parquet: row 3, column since: '2019-02-30' is no date of the calendar"]


# Keys


def test_a_key_that_stands_twice_is_told_with_both_rows(members: Described) -> None:
    members.write("persons.csv", PERSONS + "2,Benjamin Marsh,,\n")
    reason = "is the key of row 3 of persons.csv already"
    assert faults(members) == [f"persons.csv: row 5, column id: '2' {reason}"]
    assert members.stage(lenient=True) == [SetAside("persons.csv", 5, "id", "2", reason)]
    assert members.rows("person", "name, _row")[1] == ("Ben Marsh", 3)


def test_a_key_of_several_columns_counts_an_empty_part(members: Described) -> None:
    twice = "2,Independent,,,\n2,Labour Party,,,\n2,Labour Party,2020,,\n"
    members.write("memberships.csv", MEMBERSHIPS + twice)
    reason = "is the key of row 5 of memberships.csv already"
    assert members.stage(lenient=True) == [SetAside("memberships.csv", 6, "person, start", "2, ", reason)]


def test_keys_are_unique_across_the_files_of_a_table(tmp_path: Path) -> None:
    tables = ONE_TABLE.replace("{name: seats}", "{name: b}, {name: a}").replace("columns", "key: [ward]\n    columns")
    seats = Described(tmp_path, tables)
    seats.write("b.csv", "ward,name,since\nEast,Ada,\nWest,Ben,\n")
    seats.write("a.csv", "ward,name,since\nNorth,Cy,\nWest,Di,\nWest,Ed,\n")
    assert faults(seats) == [
        "a.csv: row 3, column ward: 'West' is the key of row 3 of b.csv already",
        "a.csv: row 4, column ward: 'West' is the key of row 3 of b.csv already",
    ]


def test_a_row_that_is_set_aside_leaves_its_key_to_another(members: Described) -> None:
    members.write("persons.csv", PERSONS.replace("1971-02", "never") + "2,Ben Marsh,1971,\n")
    assert [row.row for row in members.stage(lenient=True)] == [3]
    assert members.rows("person", "id, born") == [("1", "1960"), ("3", "1980-02-29"), ("2", "1971")]


# References


def test_rows_that_refer_to_a_row_set_aside_follow_it_to_the_end(members: Described) -> None:
    chain = "4,Di Moor,1990-00,\n5,Ed Ford,,4\n6,Flo Weir,,5\n7,Gus Dale,,1\n"
    members.write("persons.csv", PERSONS + chain)
    members.write("memberships.csv", MEMBERSHIPS + "6,Independent,2024,,\n7,Independent,2024,,\n")
    assert members.stage(lenient=True) == [
        SetAside("persons.csv", 5, "born", "1990-00", "is no date of the calendar"),
        SetAside("persons.csv", 6, "replaced", "4", "is the id of a row of person that was set aside"),
        SetAside("persons.csv", 7, "replaced", "5", "is the id of a row of person that was set aside"),
        SetAside("memberships.csv", 5, "person", "6", "is the id of a row of person that was set aside"),
    ]
    assert members.rows("person", "id") == [("1",), ("2",), ("3",), ("7",)]
    assert members.rows("membership", "person") == [("1",), ("2",), ("3",), ("7",)]


def test_strictly_a_reference_to_a_wrong_row_is_no_fault_of_its_own(members: Described) -> None:
    members.edit("persons.csv", "1971-02", "1971-14")
    assert faults(members) == ["persons.csv: row 3, column born: '1971-14' is no date of the calendar"]


def test_rows_may_refer_to_each_other(members: Described) -> None:
    members.edit("persons.csv", "1,Ada Field,1960,", "1,Ada Field,1960,2")
    members.edit("persons.csv", "2,Ben Marsh,1971-02,", "2,Ben Marsh,1971-02,1")
    assert members.stage() == []


# What a file can have wrong: it stops the source, lenient or not


def whole_file_faults(described: Described) -> list[str]:
    told = faults(described)
    assert faults(described, lenient=True) == told
    return told


def test_a_missing_file_is_told_with_what_was_looked_for(members: Described) -> None:
    (members.folder / "persons.csv").unlink()
    told = ["persons: there is no such file, with .parquet, .csv, .csv.gz or .tsv"]
    assert whole_file_faults(members) == told


def test_a_missing_column_is_told_with_those_there_are(members: Described) -> None:
    members.edit("persons.csv", "Full Name,born", "name,Born")
    assert whole_file_faults(members) == [
        "persons.csv: the file has no column Full Name, born; it has: id, name, Born, replaced"
    ]


def test_a_column_that_stands_twice_is_told(members: Described) -> None:
    members.edit("persons.csv", "replaced", "born")
    members.tables = members.tables.replace("      replaced: {references: person.id}\n", "")
    assert whole_file_faults(members) == [
        "persons.csv: the file has more than one column born; it has: id, Full Name, born, born"
    ]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_a_file_in_another_encoding_is_told(members: Described, encoding: str) -> None:
    members.write("persons.csv", PERSONS.encode(encoding))
    assert whole_file_faults(members) == ["persons.csv: the file is not UTF-8"]


def test_a_header_in_another_encoding_is_told(members: Described) -> None:
    members.write("persons.csv", PERSONS.replace("replaced", "remplacé").encode("latin-1"))
    assert whole_file_faults(members) == ["persons.csv: the file is not UTF-8"]


def test_an_empty_file_is_told(members: Described) -> None:
    members.write("persons.csv", "")
    assert whole_file_faults(members) == ["persons.csv: the file is empty"]
    members.write("persons.csv", "\n" + PERSONS)
    assert whole_file_faults(members) == ["persons.csv: the first line of the file is empty"]


def test_gzip_that_is_cut_short_is_told_wherever_it_ends(members: Described) -> None:
    (members.folder / "persons.csv").unlink()
    packed = gzip.compress((PERSONS + "".join(f"{i},Ada {i * i},,\n" for i in range(4, 800))).encode())
    for length in [11, len(packed) // 3, len(packed) - 9, len(packed) - 1]:
        members.write("persons.csv.gz", packed[:length])
        (told,) = whole_file_faults(members)
        assert told.startswith("persons.csv.gz: the file is no whole gzip file: ")


def test_gzip_whose_content_was_changed_is_told(members: Described) -> None:
    (members.folder / "persons.csv").unlink()
    packed = bytearray(gzip.compress(PERSONS.encode(), compresslevel=0))
    packed[packed.index(b"1960")] = ord("2")
    members.write("persons.csv.gz", bytes(packed))
    assert "CRC" in whole_file_faults(members)[0]
    members.write("persons.csv.gz", PERSONS)
    assert "is no whole gzip file: Not a gzipped file" in whole_file_faults(members)[0]


def test_parquet_that_is_cut_short_is_told(members: Described) -> None:
    (members.folder / "persons.csv").unlink()
    path = members.folder / "persons.parquet"
    rows = "SELECT i::VARCHAR AS id, 'Ada' AS \"Full Name\", '1960' AS born, NULL AS replaced FROM range(900) t(i)"
    members.connection.execute(f"COPY ({rows}) TO '{path}'")
    whole = path.read_bytes()
    assert members.stage() == []
    for length in [0, 3, len(whole) // 2, len(whole) - 1]:
        path.write_bytes(whole[:length])
        (told,) = whole_file_faults(members)
        assert told.startswith("persons.parquet: this is no whole Parquet file: ")


@pytest.mark.parametrize("cut", ["3,Cy He", "3,", "3"])
def test_csv_that_ends_in_the_middle_of_a_row_is_told(members: Described, cut: str) -> None:
    members.write("persons.csv", PERSONS[: PERSONS.index("3,Cy")] + cut)
    assert whole_file_faults(members)[0] == "persons.csv: the file is cut short: it ends in the middle of row 4"


@pytest.mark.parametrize("cut", ['3,"Cy He', '3,"Cy Heath\n', '3,Cy,"'])
def test_csv_that_ends_inside_quotes_is_told(members: Described, cut: str) -> None:
    members.write("persons.csv", PERSONS[: PERSONS.index("3,Cy")] + cut)
    assert whole_file_faults(members)[0] == "persons.csv: the file is cut short: it ends inside quotes that row 4 opens"


def test_quotes_that_never_close_are_told_where_they_open(members: Described) -> None:
    rows = "".join(f"{i},Ada Field,1960,\n" for i in range(4, 100_000))
    members.write("persons.csv", PERSONS.replace("Ben", '"Ben') + rows)
    assert whole_file_faults(members)[0] == "persons.csv: the file is cut short: it ends inside quotes that row 3 opens"


def test_too_few_and_too_many_rows_are_told_of_file_and_table(members: Described) -> None:
    members.tables = members.tables.replace(
        "rows: {min: 1, max: 1000}\n    key: [id]", "rows: {min: 4, max: 9}\n    key: [id]"
    )
    members.tables = members.tables.replace("{name: memberships}", "{name: memberships, rows: {min: 0, max: 2}}")
    assert whole_file_faults(members) == [
        "persons.csv: 3 rows, where at least 4 are expected",
        "memberships.csv: 3 rows, where at most 2 are expected",
    ]


def test_rows_of_several_files_are_counted_together(tmp_path: Path) -> None:
    seats = Described(tmp_path, ONE_TABLE.replace("{name: seats}", "{name: a}, {name: b}").replace("min: 0", "min: 4"))
    for name in "ab":
        seats.write(f"{name}.csv", "ward,name,since\nEast,Ada,\n")
    (told,) = whole_file_faults(seats)
    assert re.fullmatch(r".*/files: the files of the table seat, together: 2 rows, where at least 4 are expected", told)


def test_rows_set_aside_count_as_rows_of_the_file(members: Described) -> None:
    members.tables = members.tables.replace("min: 1", "min: 3")
    members.edit("persons.csv", "1960", "soon")
    members.edit("persons.csv", "2,Ben Marsh,1971-02,", "2")
    assert len(members.stage(lenient=True)) == 4  # two persons, and their memberships


# All at once


def test_all_faults_of_a_source_are_told_at_once_in_order(members: Described) -> None:
    members.tables = members.tables.replace("{name: persons}", "{name: persons}, {name: more}")
    members.edit("persons.csv", "1960", "soon")
    members.edit("memberships.csv", "812", "many")
    told = faults(members)
    assert [fault.split(":")[0] for fault in told] == ["more", "persons.csv", "memberships.csv"]
    assert faults(members, lenient=True) == told[:1]


def test_nothing_dangles_for_want_of_a_file(members: Described) -> None:
    (members.folder / "persons.csv").unlink()
    assert len(faults(members)) == 1


def test_no_more_than_fifty_faults_are_listed_and_the_others_counted(seats: Described) -> None:
    seats.write("seats.csv", "ward,name,since\n" + "East,Ada,never\n" * 1234)
    told = faults(seats)
    assert len(told) == 51
    assert told[49].startswith("seats.csv: row 51, column since")
    assert told[50] == "… and 1,184 faults more"
    assert len(seats.stage(lenient=True)) == 1234


def test_a_source_can_be_staged_again(members: Described) -> None:
    members.edit("persons.csv", "1960", "soon")
    assert len(members.stage(lenient=True)) == 2
    members.write("persons.csv", PERSONS)
    assert members.stage() == []
    assert len(members.rows("person")) == 3


def test_two_hundred_thousand_rows_are_staged_and_checked_in_seconds(tmp_path: Path) -> None:
    tables = """\
tables:
  seat:
    files: [{name: seats}]
    rows: {min: 0, max: 1000000}
    key: [ward, name, since]
    columns: {ward: {required: true}, name: {pattern: '\\w+ \\w+ \\d+'}, since: {is: date}, party: {values: [Labour]}}
"""
    seats = Described(tmp_path, tables)
    rows = "".join(f'"Ward, {i % 97}",Ada Field {i},2019-05-0{i % 9 + 1},Labour\n' for i in range(200_000))
    seats.write("seats.csv", "ward,name,since,party\n" + rows)
    began = time.perf_counter()
    assert seats.stage() == []
    assert time.perf_counter() - began < 5  # 0.2 s on two cores
    assert seats.rows("seat", "name, _row") == [(f"Ada Field {i}", i + 2) for i in range(200_000)]


# The descriptions of this repository

TABLE_SOURCES = [p.parent for p in sorted((DATA / "sources").glob("*/source.yaml")) if "\nfolder:" in p.read_text()]


@pytest.mark.parametrize("folder", TABLE_SOURCES, ids=lambda folder: folder.name)
def test_the_files_of_a_source_are_as_its_description_says(folder: Path, shared_data: Path) -> None:
    source = read_source(folder)
    assert source.mirror
    assert stage(duckdb.connect(), source, shared_data / source.mirror) == []
