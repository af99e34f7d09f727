"""Quads as sorted lines: a section for each path of things, from the rows of its class and from the table `several`."""

from collections.abc import Iterator
from pathlib import Path

from kg.facts import HELD, Connection, column_types
from kg.mapping import Class, class_of_path
from kg.quads.terms import Said, said

_AT_ONCE = 500  # things whose lines are in memory together


def write_lines(connection: Connection, path: Path, *, view_only: bool = False) -> None:
    """Write all quads as N-Quads, or those of the default graph as N-Triples, in the order of their bytes."""
    with path.open("wb", buffering=1 << 20) as file:
        for query in _sections(connection, view_only):
            lines = connection.execute(query)
            while several := lines.fetchmany(_AT_ONCE):
                file.writelines(of_thing for (of_thing,) in several)


def filled(connection: Connection, cls: Class, rows: str) -> list[str]:
    """The columns of a class that have any value in these rows."""
    names = list(column_types(cls))
    counts = ", ".join(f'count("{name}")' for name in names)
    found = connection.execute(f"SELECT {counts} FROM {rows}").fetchall()[0]
    return [name for name, count in zip(names, found, strict=True) if count]


def _sections(connection: Connection, view_only: bool) -> Iterator[str]:
    """A query for each section, in their order, that gives the lines of one thing after the other, as bytes."""
    _create_lines_of_several(connection, view_only)
    paths = class_of_path()
    others = {name for (name,) in connection.execute("SELECT DISTINCT section FROM lines_of_several").fetchall()}
    for section in sorted({*paths, *others}, key=lambda name: f"{name}/"):
        several = f"SELECT s, lines FROM lines_of_several WHERE section = '{section}'"
        query = _query(connection, paths[section], section, several, view_only) if section in paths else None
        if query or section in others:
            yield query or f"SELECT encode(lines) FROM ({several}) ORDER BY s"


def _create_lines_of_several(connection: Connection, view_only: bool) -> None:
    connection.execute(f"""CREATE OR REPLACE TEMP TABLE lines_of_several AS
        SELECT s, section(s) AS section, string_agg(line, '' ORDER BY line) AS lines
        FROM (SELECT s, concat_ws(' ', s, p, o, nullif(g, ''), E'.\\n') AS line FROM several
              {"WHERE g = ''" if view_only else ""})
        GROUP BY s""")


def _query(connection: Connection, cls: Class, path: str, several: str, view_only: bool) -> str | None:
    """The lines of the things of one path, those with several rows in a graph included; None where none has one."""
    alone = f"\"{cls.table}\" ANTI JOIN many_rows USING (subject) WHERE starts_with(subject, '{path}/')"
    rows = {"held": f"{alone} AND source = '{HELD}'", "told": f"{alone} AND source <> '{HELD}'"}
    columns = {side: filled(connection, cls, rows[side]) for side in rows if side == "held" or not view_only}
    columns = {side: names for side, names in columns.items() if names}
    if not columns:
        return None
    kinded = any("kind" in names for names in columns.values())
    values, lines = _values_and_lines(cls, columns, None if kinded else path)
    joined = f"{several} UNION ALL BY NAME {_side_by_side(columns, rows, kinded)}"
    return f"""SELECT encode(coalesce(lines, concat({", ".join(lines)})))
        FROM (SELECT s, lines, ending, {", ".join(values)} FROM (FROM ({joined}) ORDER BY s))"""


def _side_by_side(columns: dict[str, list[str]], rows: dict[str, str], kinded: bool) -> str:
    """A row for each thing: its row in the view beside its row in the graph of the one source that has one."""
    names = {side: {*own, "kind"} if kinded else set(own) for side, own in columns.items()}
    cells = ", ".join(f'{side}."{name}" AS "{side}_{name}"' for side, own in names.items() for name in sorted(own))
    ending = "' ' || iri(told.source) || E' .\\n'" if "told" in columns else "NULL"
    joined = " FULL JOIN ".join(f"(FROM {rows[side]}) AS {side}" for side in columns)
    using = " USING (subject)" if len(columns) > 1 else ""
    return f"SELECT iri(subject) AS s, {ending} AS ending, {cells} FROM {joined}{using}"


def _values_and_lines(cls: Class, columns: dict[str, list[str]], path: str | None) -> tuple[list[str], list[str]]:
    """SQL of the values of each predicate, each by a name of its own, and of the lines that are made of them."""
    values, lines = [], []
    for i, of_sides in enumerate(zip(*(said(cls, f"{side}_", path) for side in columns), strict=True)):
        there = {side: what for side, what in zip(columns, of_sides, strict=True) if what.column in columns[side]}
        values += [f'{what.value} AS "{side} {i}"' for side, what in there.items()]
        if there:
            lines.append(
                _lines(of_sides[0], *(f'"{side} {i}"' if side in there else None for side in ("held", "told")))
            )
    return values, lines


def _lines(what: Said, held: str | None, told: str | None) -> str:
    opening, closing = f"' {what.predicate} {what.before}'", f"'{what.after}'"
    if what.many:
        none = "NULL::VARCHAR[]"
        return f"lines_of_many(s, {opening}, {held or none}, {told or none}, {closing}, ending)"
    if held and told:
        return f"lines(s, {opening}, {held}, {told}, {closing}, ending)"
    value, ending = (held, "E' .\\n'") if held else (told, "ending")
    return f"line(s, {opening}, {value}, {closing}, {ending})"
