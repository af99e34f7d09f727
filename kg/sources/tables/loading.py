"""The files of a table → its staged table: the columns that the description names, as text, and a count of rows."""

from pathlib import Path

import duckdb

from kg.errors import FileError
from kg.facts import Connection
from kg.sources.description import File, Table
from kg.sources.tables.csvfile import Unreadable
from kg.sources.tables.files import find_file
from kg.sources.tables.scanning import Scan, scanned, sql_name, sql_text

_BEFORE_ALL_COLUMNS = -1  # the place of a fault that keeps a row from being read at all


def load_table(connection: Connection, table: Table, folder: Path) -> list[str]:
    """Fill a staged table from its files; what is wrong with the files as such, their numbers of rows included.

    Rows that cannot be read go into the table `staging_fault`, the files that were read into `staging_file`.
    """
    names = [c.name for c in table.columns] + sorted({name for file in table.files for name, _ in file.constants})
    columns = ", ".join(f"{sql_name(name)} VARCHAR" for name in names)
    connection.execute(f"CREATE OR REPLACE TABLE staged.{sql_name(table.name)} ({columns}, _file VARCHAR, _row BIGINT)")
    rows, faults = [], []
    for file in table.files:
        try:
            path = find_file(folder, file)
            rows.append(_load_file(connection, table, file, path))
            faults += _miscount(str(path), rows[-1], file.min_rows, file.max_rows)
        except FileError as fault:
            faults.append(str(fault))
    if len(rows) == len(table.files):
        where = str(path) if len(rows) == 1 else f"{folder}: the files of the table {table.name}, together"
        faults += _miscount(where, sum(rows), table.min_rows, table.max_rows)
    return list(dict.fromkeys(faults))


def _load_file(connection: Connection, table: Table, file: File, path: Path) -> int:
    """The number of rows in the file, those that cannot be read included."""
    with scanned(connection, path) as scan:
        columns = _columns(table, file, path, scan)
        selected = ", ".join(f"{sql} AS {sql_name(name)}" for name, sql in columns.items())
        into = f"INSERT INTO staged.{sql_name(table.name)} BY NAME"
        try:
            loaded = connection.execute(f"{into} SELECT {selected} FROM {scan.relation}").fetchall()[0][0]
        except duckdb.Error as fault:
            raise FileError(path, None, f"the file cannot be read: {str(fault).splitlines()[0]}") from fault
    _insert_unreadable(connection, table, file, scan.unreadable)
    connection.execute("INSERT INTO staging_file VALUES (?, ?, ?)", [table.name, file.name, str(path)])
    return int(loaded) + len(scan.unreadable)


def _columns(table: Table, file: File, path: Path, scan: Scan) -> dict[str, str]:
    """The SQL of every staged column of a file; a FileError where the file lacks one, or has it twice."""
    found = {column: scan.named(column.in_file) for column in table.columns}
    there = ", ".join(name for name, _ in scan.columns)
    if missing := [column.in_file for column, sql in found.items() if not sql and not column.optional]:
        raise FileError(path, None, f"the file has no column {', '.join(missing)}; it has: {there}")
    if twice := [column.in_file for column, sql in found.items() if len(sql) > 1]:
        raise FileError(path, None, f"the file has more than one column {', '.join(twice)}; it has: {there}")
    return {
        **{column.name: f"nullif({sql[0]}, '')" if sql else "NULL" for column, sql in found.items()},
        **{name: sql_text(value) for name, value in file.constants},
        "_file": sql_text(file.name),
        "_row": scan.row,
    }


def _insert_unreadable(connection: Connection, table: Table, file: File, rows: list[Unreadable]) -> None:
    if rows:
        values = [[r.row for r in rows], [r.column for r in rows], [r.value for r in rows], [r.reason for r in rows]]
        connection.execute(
            "INSERT INTO staging_fault SELECT ?, ?, unnest(?::BIGINT[]), ?, unnest(?::VARCHAR[]), "
            "unnest(?::VARCHAR[]), unnest(?::VARCHAR[])",
            [table.name, file.name, values[0], _BEFORE_ALL_COLUMNS, *values[1:]],
        )


def _miscount(where: str, rows: int, least: int, most: int | None) -> list[str]:
    if least <= rows and (most is None or rows <= most):
        return []
    limit = f"at least {least:,}" if rows < least else f"at most {most:,}"
    return [f"{where}: {rows:,} rows, where {limit} are expected"]
