"""What a schema cannot say of the tables in a description: that the names in them lead somewhere, that limits hold."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from kg.errors import FileError
from kg.sources.source_schema import ENDINGS
from kg.yamlfile import line_of, plain

_OURS = ("_file", "_row")

Told = tuple[list[str | int], str]  # where in the document, and what is wrong there


def table_faults(path: Path, document: Any) -> list[FileError]:
    """The faults of the tables of a description that has the form of the schema, in the order of the lines."""
    raw = plain(document)
    tables: dict[str, Any] = raw.get("tables", {})
    columns = {name: _columns(table) for name, table in tables.items()}
    told = [*_limit_faults(["facts"], raw["facts"]), *_address_faults(tables)]
    for name, table in tables.items():
        place: list[str | int] = ["tables", name]
        told += _limit_faults([*place, "rows"], table["rows"])
        told += _file_faults(place, table)
        told += _name_faults(place, table, columns)
        for column, spec in table["columns"].items():
            told += _column_faults([*place, "columns", column], spec or {}, columns)
    return sorted((FileError(path, line_of(document, where), what) for where, what in told), key=lambda f: f.line or 0)


def _columns(table: dict[str, Any]) -> list[str]:
    """The columns that a staged table has: those of its files, and what its files say by being themselves."""
    constants = dict.fromkeys(name for file in table["files"] for name in file.get("with", {}))
    return [*table["columns"], *constants]


def _limit_faults(place: list[str | int], between: dict[str, Any]) -> Iterator[Told]:
    if between["min"] > between["max"]:
        yield [*place, "min"], f"min: {between['min']} is more than max, {between['max']}"


def _address_faults(tables: dict[str, Any]) -> Iterator[Told]:
    """Files of one name are one file, whichever table they are read into."""
    first: dict[str, dict[str, Any]] = {}
    for name, table in tables.items():
        for i, file in enumerate(table["files"]):
            known = first.setdefault(file["name"], file)
            if any(known.get(key) != file.get(key) for key in ("url", "sha256")):
                yield ["tables", name, "files", i], f"name: {file['name']!r} has another url or sha256 above"


def _file_faults(place: list[str | int], table: dict[str, Any]) -> Iterator[Told]:
    times = Counter(file["name"] for file in table["files"])
    for i, file in enumerate(table["files"]):
        where: list[str | int] = [*place, "files", i]
        name = file["name"]
        if "/" in name or "\\" in name or name.startswith(".") or name.endswith(ENDINGS):
            yield [*where, "name"], f"name: {name!r} is no name of a file without its ending"
        if times[name] > 1:
            yield [*where, "name"], f"name: {name!r} stands more than once"
        yield from _limit_faults([*where, "rows"], file.get("rows", {"min": 0, "max": 0}))


def _name_faults(place: list[str | int], table: dict[str, Any], columns: dict[str, list[str]]) -> Iterator[Told]:
    own = columns[str(place[-1])]
    times = Counter(column.lower() for column in own)  # DuckDB does not tell upper case from lower case
    for column in own:
        if times[column.lower()] > 1 or column in _OURS:
            where = ["columns", column] if column in table["columns"] else ["files"]
            yield [*place, *where], f"{column}: the table has a column of that name already"
    for part in table.get("key", []):
        if part not in own:
            yield [*place, "key"], f"key: the table has no column {part!r}"


def _column_faults(place: list[str | int], spec: dict[str, Any], columns: dict[str, list[str]]) -> Iterator[Told]:
    table, _, column = spec.get("references", "").partition(".")
    if table and table not in columns:
        yield [*place, "references"], f"references: there is no table {table!r}; there are: {', '.join(columns)}"
    elif table and column not in columns[table]:
        yield [*place, "references"], f"references: the table {table!r} has no column {column!r}"
    if spec.get("required") and spec.get("optional"):
        yield [*place, "optional"], "optional: a column that a file may lack cannot be required"
    if fault := _pattern_fault(spec.get("pattern")):
        yield [*place, "pattern"], f"pattern: {fault}"


@cache
def _pattern_fault(pattern: str | None) -> str | None:
    try:
        if pattern is not None:
            _engine().cursor().execute("SELECT regexp_full_match('', ?)", [pattern])
    except duckdb.Error as fault:
        return f"{pattern!r} is no regular expression of RE2: {str(fault).splitlines()[0]}"
    return None


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()
