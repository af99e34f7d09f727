"""One file of a table → what DuckDB reads it by: the relation, its columns, and the number of each row.

Rows are counted as records, and the header is row 1: line breaks inside quotes do not count, rows that are no rows do.
A Parquet file has no header, and is counted as if it had one, so that both shapes of a file number their rows alike.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from kg.errors import FileError
from kg.facts import Connection
from kg.sources.tables.csvfile import Layout, Unreadable, is_tabbed, layout_of, write_readable_rows


@dataclass(frozen=True)
class Scan:
    """A file as DuckDB reads it: a relation, the SQL of a row's number, its columns with the SQL of their values."""

    relation: str
    row: str
    columns: list[tuple[str, str]]
    unreadable: list[Unreadable] = field(default_factory=list)

    def named(self, column: str) -> list[str]:
        """The SQL of the values of every column that has this name."""
        return [sql for found, sql in self.columns if found == column]


@contextmanager
def scanned(connection: Connection, path: Path) -> Iterator[Scan]:
    """A file as DuckDB reads it while the context lasts; a FileError where it is cut short, not UTF-8 or no table.

    DuckDB reads a well-formed text file by itself. A file with rows that it refuses is first written anew without them.
    """
    if path.suffix == ".parquet":
        yield _parquet(connection, path)
        return
    layout = layout_of(path)
    relation = _text_relation(path, layout, tabbed=is_tabbed(path))
    if layout.plain and _is_readable(connection, relation):
        yield Scan(relation, "row_number() OVER () + 1", _text_columns(layout))
        return
    with tempfile.TemporaryDirectory() as folder:
        readable = Path(folder) / "readable.csv"
        unreadable = write_readable_rows(path, layout, readable)
        yield Scan(_text_relation(readable, layout, numbered=True), "r::BIGINT", _text_columns(layout), unreadable)


def sql_text(text: str) -> str:
    """A text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def sql_name(name: str) -> str:
    """The name of a table or column as SQL."""
    return '"' + name.replace('"', '""') + '"'


def _parquet(connection: Connection, path: Path) -> Scan:
    options = "file_row_number = true, hive_partitioning = false, binary_as_string = true"
    relation = f"read_parquet({_sql_path(path)}, {options})"
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    except duckdb.Error as fault:
        raise FileError(path, None, f"this is no whole Parquet file: {str(fault).splitlines()[0]}") from fault
    names = [column for column, *_ in described if column != "file_row_number"]
    return Scan(relation, "file_row_number + 2", [(n, f"{sql_name(n)}::VARCHAR") for n in names])


def _text_columns(layout: Layout) -> list[tuple[str, str]]:
    return [(column, f"c{place}") for place, column in enumerate(layout.header)]


def _text_relation(path: Path, layout: Layout, *, tabbed: bool = False, numbered: bool = False) -> str:
    """The file as a relation, its columns named by their place: what the header calls them can be anything.

    DuckDB guesses line ends, rightly where all are alike; in a numbered file quoted values may have other ones.
    """
    names = [*(["r"] if numbered else []), *(sql for _, sql in _text_columns(layout))]
    columns = ", ".join(f"{column}: 'VARCHAR'" for column in names)
    quote, delimiter = ("", "\\t") if tabbed else ('"', ",")
    line_ends = ", new_line = '\\n'" if numbered else ""
    return (
        f"read_csv({_sql_path(path)}, auto_detect = false, columns = {{{columns}}}, header = {not numbered}, "
        f"delim = '{delimiter}', quote = '{quote}', escape = '{quote}', hive_partitioning = false{line_ends})"
    )


def _is_readable(connection: Connection, relation: str) -> bool:
    try:
        connection.execute(f"SELECT count(*) FROM {relation}").fetchall()
    except duckdb.Error:
        return False
    return True


def _sql_path(path: Path) -> str:
    """The path as SQL, with the signs by which DuckDB would look for several files taken as they are."""
    return sql_text("".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(path.absolute())))
