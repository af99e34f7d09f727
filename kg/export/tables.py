"""A readable CSV table for each class of the consolidated view, straight from its rows."""

from dataclasses import dataclass
from pathlib import Path

from kg.facts import HELD, Connection
from kg.iris import NAMESPACES, expand
from kg.mapping import Class, Property, mapping
from kg.quads.terms import expanded_property, types_of

_PD = NAMESPACES["pd"]


@dataclass(frozen=True)
class _Column:
    """One column of a table: its name, the SQL of its cell, and the join that the cell needs."""

    name: str
    cell: str
    join: str = ""


def write_tables(connection: Connection, folder: Path) -> None:
    """Write a table for each class: a row a thing, several values joined by "|", beside each reference its label.

    Consolidation must have been; it leaves the label of everything in `label_of`.
    """
    for cls in mapping().values():
        columns = _filled(connection, cls)
        cells = ", ".join(f'{column.cell} AS "{column.name}"' for column in columns)
        joins = " ".join(column.join for column in columns)
        table = f"SELECT t.subject AS id, {cells} FROM {_rows(cls)} {joins} ORDER BY id"
        connection.execute(f"COPY ({table}) TO '{folder / cls.table}.csv' (FORMAT csv, HEADER)")


def _filled(connection: Connection, cls: Class) -> list[_Column]:
    """The columns that some row fills, in the order of the mapping."""
    columns = [_Column("type", _types(cls)), *(c for prop in cls.properties.values() for c in _columns(cls, prop))]
    counts = ", ".join(f"count({column.cell})" for column in columns if not column.join)
    counted = connection.execute(f"SELECT {counts} FROM {_rows(cls)}").fetchone() or ()
    own = dict(zip((column.name for column in columns if not column.join), counted, strict=True))
    return [column for column in columns if own[column.name.removesuffix("Label") if column.join else column.name]]


def _rows(cls: Class) -> str:
    return f"(FROM \"{cls.table}\" WHERE source = '{HELD}') AS t"


def _types(cls: Class) -> str:
    return f"array_to_string(list_transform(list_sort({types_of(cls, 't.')}), lambda iri: {_short('iri')}), '|')"


def _columns(cls: Class, prop: Property) -> list[_Column]:
    column = f't."{prop.name}"'
    if prop.many:
        listed = f"nullif(array_to_string(list_sort(list_distinct({column})), '|'), '')"
        return [_Column(prop.name, listed), *_labels(cls, prop)]
    if prop.kind == "date":
        bounds = [_Column(f"{prop.name}{end}", f"{end.lower()}({column})") for end in ("Earliest", "Latest")]
        return [_Column(prop.name, f"CASE WHEN {column} NOT LIKE '%/%' THEN {column} END"), *bounds]
    if prop.kind == "property":
        return [_Column(prop.name, _short(expanded_property(column)))]
    if prop.kind == "term":
        return [_Column(prop.name, _term(column, f't."{prop.name}Kind"'))]
    return [_Column(prop.name, column), *_labels(cls, prop)]


def _labels(cls: Class, prop: Property) -> list[_Column]:
    """The column with the labels of what a reference points to, in the order of the references."""
    if prop.kind not in {"ref", "concept"}:
        return []
    of = f'"of {prop.name}"'
    if prop.many:
        each = f'SELECT subject, unnest(list_distinct("{prop.name}")) AS ref FROM {_rows(cls)}'
        labels = (
            "SELECT e.subject, nullif(string_agg(coalesce(l.label, ''), '|' ORDER BY ref), '') AS label "
            f"FROM ({each}) AS e LEFT JOIN label_of AS l ON l.subject = ref GROUP BY e.subject"
        )
        return [
            _Column(f"{prop.name}Label", f"{of}.label", f"LEFT JOIN ({labels}) AS {of} ON {of}.subject = t.subject")
        ]
    return [
        _Column(f"{prop.name}Label", f"{of}.label", f'LEFT JOIN label_of AS {of} ON {of}.subject = t."{prop.name}"')
    ]


def _term(value: str, kind: str) -> str:
    """The value of a claim: of a kind, the name of its class."""
    classes = {kind: expand(curies[0]) for cls in mapping().values() for kind, curies in cls.kinds.items()}
    named = " ".join(f"WHEN '{name}' THEN '{iri.removeprefix(_PD)}'" for name, iri in classes.items())
    return f"CASE WHEN {kind} = 'kind' THEN CASE {value} {named} END ELSE {value} END"


def _short(iri: str) -> str:
    """An IRI in angle brackets without them, and a term of ours without its namespace."""
    return f"replace(trim({iri}, '<>'), '{_PD}', '')"
