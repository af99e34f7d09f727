"""The fact tables: one DuckDB table for each class of the mapping, the same for every source."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import duckdb

from kg.mapping import Class, mapping

Connection = duckdb.DuckDBPyConnection
Row = Mapping[str, object]

HELD = ""  # the source of a consolidated row: the default graph has no name


def connect(file: Path | None = None) -> Connection:
    """An empty set of fact tables, in memory or in a file.

    Every table has `source` (a reference, or HELD), `subject` (the thing spoken of), `kind` and `modality`, then a
    column for each property: a list where the property can have several values, and text for anything but integers.
    A row is one account of a thing: a source that says two things of it has two rows.
    """
    connection = duckdb.connect(str(file) if file else ":memory:")
    connection.execute(_tables())
    return connection


@cache
def _tables() -> str:
    """The SQL that creates the fact tables."""
    return "".join(f'CREATE TABLE "{cls.table}" ({_columns(cls)});' for cls in mapping().values())


def _columns(cls: Class) -> str:
    return ", ".join(f'"{column}" {column_type}' for column, column_type in column_types(cls).items())


def insert(connection: Connection, table: str, rows: Iterable[Row]) -> int:
    """Add rows given as column → value; a column that a row lacks is null. The number of rows added."""
    listed = list(rows)
    if listed:
        types = column_types(mapping()[table])
        columns = [[row.get(column) for row in listed] for column in types]
        cells = ", ".join(f"unnest(?::{column_type}[])" for column_type in types.values())
        names = ", ".join(f'"{column}"' for column in types)
        connection.execute(f'INSERT INTO "{table}" ({names}) SELECT {cells}', columns)
    return len(listed)


def column_types(cls: Class) -> dict[str, str]:
    """The columns of a class's table, in order, with their DuckDB types."""
    types = {column: "VARCHAR" for column in ("source", "subject", "kind", "modality") if column not in cls.properties}
    for prop in cls.properties.values():
        types[prop.name] = "VARCHAR[]" if prop.many else "BIGINT" if prop.kind == "integer" else "VARCHAR"
        if prop.kind == "term":
            types[f"{prop.name}Kind"] = "VARCHAR"  # how the lexical value becomes a term
    return types
