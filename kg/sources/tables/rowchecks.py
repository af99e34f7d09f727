"""The SQL that finds, in a staged table, the rows that break its description: selects for the table of faults."""

from kg.sources.description import Column, Table
from kg.sources.tables.scanning import sql_name, sql_text

_SHOWN_VALUES = 12  # of a closed list


def value_faults(table: Table) -> list[str]:
    """A select for each column: values that are missing, ill-formed or not among those there are."""
    return [_value_faults(table, place, column) for place, column in enumerate(table.columns)]


def key_faults(table: Table) -> list[str]:
    """A select of the rows whose key an earlier row has already; an empty part of a key is a value like others."""
    if not table.key:
        return []
    names = [sql_name(name) for name in table.key]
    same = " AND ".join(f"t.{name} IS NOT DISTINCT FROM repeated.{name}" for name in names)
    shown = ", ".join(f"coalesce({name}, '')" for name in names)
    return [
        f"""WITH repeated AS (SELECT {", ".join(names)} FROM {_staged(table)} GROUP BY ALL HAVING count(*) > 1),
            named AS (SELECT t.*, t.rowid AS nth FROM {_staged(table)} t JOIN repeated ON {same}),
            placed AS (
                SELECT *, first(_file) OVER same AS first_file, first(_row) OVER same AS first_row,
                    row_number() OVER same AS occurrence
                FROM named WINDOW same AS (PARTITION BY {", ".join(names)} ORDER BY nth))
        SELECT {sql_text(table.name)}, _file, _row, {len(table.columns)}, {sql_text(", ".join(_in_file(table)))},
            concat_ws(', ', {shown}),
            'is the key of row ' || first_row || ' of ' || parse_filename(path) || ' already'
        FROM placed JOIN staging_file ON "table" = {sql_text(table.name)} AND file = first_file
        WHERE occurrence > 1"""
    ]


def reference_faults(table: Table, among: set[str], reason: str) -> list[str]:
    """A select for each column whose values refer to a table among these: the values that lead nowhere."""
    return [
        _reference_faults(table, place, column, *column.references, reason)
        for place, column in enumerate(table.columns)
        if column.references and column.references[0] in among
    ]


def _reference_faults(table: Table, place: int, column: Column, other: str, key: str, reason: str) -> str:
    own = f"t.{sql_name(column.name)}"
    return f"""SELECT {_where(table, place, column)}, {own}, {sql_text(reason.format(other, key))}
        FROM {_staged(table)} t
        WHERE {own} IS NOT NULL AND NOT EXISTS (FROM {_staged_name(other)} other WHERE other.{sql_name(key)} = {own})"""


def _value_faults(table: Table, place: int, column: Column) -> str:
    return f"""SELECT {_where(table, place, column)}, v, reason
        FROM (SELECT *, {_reason(table, column)} AS reason FROM (SELECT _file, _row, {sql_name(column.name)} AS v
            FROM {_staged(table)}))
        WHERE reason IS NOT NULL"""


def _reason(table: Table, column: Column) -> str:
    """What is wrong with a value v as SQL: the first thing, or null."""
    reasons = [f"{column.kind}_fault(v)"]
    if column.pattern:
        told = sql_text(f"does not have the form {column.pattern}")
        reasons.append(f"CASE WHEN NOT regexp_full_match(v, {sql_text(column.pattern)}) THEN {told} END")
    if column.values:
        shown = ", ".join(column.values[:_SHOWN_VALUES]) + (", …" if len(column.values) > _SHOWN_VALUES else "")
        values = ", ".join(sql_text(value) for value in column.values)
        reasons.append(f"CASE WHEN v NOT IN ({values}) THEN {sql_text(f'is none of: {shown}')} END")
    empty = "'must not be empty'" if column.required or table.key == (column.name,) else "NULL"
    return f"CASE WHEN v IS NULL THEN {empty} ELSE coalesce({', '.join(reasons)}, NULL) END"


def _where(table: Table, place: int, column: Column) -> str:
    return f"{sql_text(table.name)}, _file, _row, {place}, {sql_text(column.in_file)}"


def _in_file(table: Table) -> list[str]:
    in_file = {column.name: column.in_file for column in table.columns}
    return [in_file.get(name, name) for name in table.key]


def _staged(table: Table) -> str:
    return _staged_name(table.name)


def _staged_name(name: str) -> str:
    return f"staged.{sql_name(name)}"
