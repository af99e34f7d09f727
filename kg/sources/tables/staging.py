"""Files of a table source → the schema `staged`: every value as text, checked against the description."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kg.errors import FaultsFound
from kg.facts import Connection
from kg.sources.description import Source
from kg.sources.source_schema import ENDINGS
from kg.sources.tables.loading import load_table
from kg.sources.tables.rowchecks import key_faults, reference_faults, value_faults
from kg.sources.tables.scanning import sql_name, sql_text

__all__ = ["ENDINGS", "SetAside", "stage"]

TOLD = 50  # faults that are listed; the others are counted

_CHECKS = Path(__file__).with_name("staging.sql")
_NOWHERE = "is no {1} of {0}"
_SET_ASIDE = "is the {1} of a row of {0} that was set aside"


@dataclass(frozen=True)
class SetAside:
    """A row that was not loaded: its file, its number (the header is row 1) and the first thing wrong in it."""

    file: str
    row: int
    column: str | None
    value: str | None
    reason: str


def stage(connection: Connection, source: Source, folder: Path, lenient: bool = False) -> list[SetAside]:
    """Load the tables of a source from its files in a folder, with `_file` and `_row` beside their own columns.

    `_file` is the file's name in the description, `_row` the number of the record in it, the header being row 1; rows
    stand in the order of the files and of the rows in them. Whatever breaks the description is told at once as
    FaultsFound. When lenient, wrong rows and the rows that refer to them are not loaded but returned; a file that is
    missing, cut short, or has too few columns or rows stops it all the same.
    """
    connection.execute(_CHECKS.read_text(encoding="utf-8"))
    connection.execute("CREATE SCHEMA IF NOT EXISTS staged")
    faults = [fault for table in source.tables for fault in load_table(connection, table, folder)]
    _check_rows(connection, source, lenient)
    count = len(faults)
    if not lenient:
        count += connection.execute("SELECT count(*) FROM staging_fault").fetchall()[0][0]
        faults += [_told(path, row) for path, row in _faulty_rows(connection, most=TOLD)]
    if faults:
        rest = [f"… and {count - TOLD:,} faults more"] if count > TOLD else []
        raise FaultsFound(f"the files of {source.slug} in {folder} are not right:", faults[:TOLD] + rest)
    first = {(path, row.row): row for path, row in reversed(_faulty_rows(connection))}
    return list(first.values())[::-1]


def _check_rows(connection: Connection, source: Source, lenient: bool) -> None:
    """Note the faults of all rows; when lenient, delete these rows, and whatever refers to what was deleted."""
    loaded = connection.execute('SELECT "table", count(*) FROM staging_file GROUP BY ALL').fetchall()
    whole = {table.name for table in source.tables if (table.name, len(table.files)) in loaded}

    def note(selects: Iterable[str]) -> bool:
        noted = [connection.execute(f"INSERT INTO staging_fault {select}").fetchall()[0][0] for select in selects]
        if lenient:
            _delete_faulty(connection, source)
        return any(noted)

    note(select for t in source.tables for select in [*value_faults(t), *reference_faults(t, whole, _NOWHERE)])
    note(select for t in source.tables for select in key_faults(t))
    while lenient and note(select for t in source.tables for select in reference_faults(t, whole, _SET_ASIDE)):
        pass


def _delete_faulty(connection: Connection, source: Source) -> None:
    for table in source.tables:
        connection.execute(
            f"DELETE FROM staged.{sql_name(table.name)} t WHERE EXISTS (FROM staging_fault f WHERE f.file = t._file "
            f'AND f."row" = t._row AND f."table" = {sql_text(table.name)})'
        )


def _faulty_rows(connection: Connection, most: int | None = None) -> list[tuple[str, SetAside]]:
    """The faults of rows, each with the path of its file, in the order of the files, their rows and their columns."""
    found = connection.execute(
        'SELECT path, "row", "column", value, reason FROM staging_fault JOIN staging_file USING ("table", file) '
        'ORDER BY staging_file.rowid, "row", place LIMIT ?',
        [most],
    ).fetchall()
    return [(path, SetAside(Path(path).name, *rest)) for path, *rest in found]


def _told(path: str, row: SetAside) -> str:
    where = f"{path}: row {row.row}" + (f", column {row.column}" if row.column else "")
    return f"{where}: {row.value!r} {row.reason}" if row.value is not None else f"{where}: {row.reason}"
