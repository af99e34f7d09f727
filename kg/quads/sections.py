"""The SQL of the sorted lines: a section for each path of things, large ones cut into pieces."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from kg.facts import HELD, Connection, column_types
from kg.iris import ID
from kg.mapping import Class, class_of_path
from kg.quads.terms import Said, said

_MOST = 80_000  # rows of a piece: more take too much memory to sort, fewer are not worth a query
_SAMPLE = 2_000  # rows
_ORDER = "subject || '>'"  # an IRI comes after those that go on from it with a hyphen or a digit
_ENDING = "' ' || iri(source) || E' .\\n' AS ending"


def pieces(connection: Connection, *, view_only: bool) -> Iterator[str]:
    """A query for each piece, in their order, that gives the lines of one thing after the other, as bytes."""
    several = _create_lines_of_several(connection, view_only)
    paths = {path: cls for path, cls in class_of_path().items() if _has_rows(connection, cls)}
    others = {name for (name,) in connection.execute(f"SELECT DISTINCT section FROM {several}").fetchall()}
    for name in sorted({*paths, *others}, key=lambda name: f"{name}/"):
        section = _Section(name, paths[name], several, view_only) if name in paths else None
        alone = section.pieces(connection) if section else []
        yield from alone or [f"SELECT encode(lines) FROM {several} WHERE section = '{name}' ORDER BY {_ORDER}"]


def filled(connection: Connection, cls: Class, rows: str) -> list[str]:
    """The columns of a class that have any value in these rows."""
    names = list(column_types(cls))
    counts = ", ".join(f'count("{name}")' for name in names)
    found = connection.execute(f"SELECT {counts} FROM {rows}").fetchall()[0]
    return [name for name, count in zip(names, found, strict=True) if count]


def _has_rows(connection: Connection, cls: Class) -> bool:
    return bool(connection.execute(f'SELECT 1 FROM "{cls.table}" LIMIT 1').fetchall())


def _create_lines_of_several(connection: Connection, view_only: bool) -> str:
    """Create the table of the lines of each thing that has several rows in one graph; its name."""
    table, where = ("several_in_view", "WHERE g = ''") if view_only else ("several_in_all", "")
    connection.execute(f"""CREATE OR REPLACE TABLE {table} AS
        SELECT replace(trim(s, '<>'), '{ID}', '') AS subject, section(s) AS section,
            string_agg(line, '' ORDER BY line) AS lines
        FROM (SELECT s, concat_ws(' ', s, p, o, nullif(g, ''), E'.\\n') AS line FROM several {where})
        GROUP BY s""")
    return table


@dataclass(frozen=True)
class _Section:
    """The things of one path, whose rows are all in the table of one class."""

    path: str
    cls: Class
    several: str  # the table of the lines of things with several rows
    view_only: bool

    def pieces(self, connection: Connection) -> list[str]:
        """The queries of the section; none where it has no thing that has one row in each graph."""
        sides = ("held",) if self.view_only else ("held", "told")
        columns = {side: filled(connection, self.cls, self._rows(side, None, None)) for side in sides}
        columns = {side: names for side, names in columns.items() if names}
        if not columns:
            return []
        bounds = self._bounds(connection)
        return [self._piece(columns, first, after) for first, after in pairwise([None, *bounds, None])]

    def _piece(self, columns: dict[str, list[str]], first: str | None, after: str | None) -> str:
        """The lines of the things from the first one to before another."""
        kinded = any("kind" in names for names in columns.values())
        values, lines = _values_and_lines(self.cls, columns, None if kinded else self.path)
        rows = {side: self._rows(side, first, after) for side in columns}
        return f"""SELECT encode(coalesce(lines, concat({", ".join(lines)})))
            FROM (SELECT {", ".join(["iri(subject) AS s", _ENDING, *values])}, lines FROM (
                SELECT subject, lines FROM {self.several} WHERE section = '{self.path}'{_within(first, after)}
                UNION ALL BY NAME {_side_by_side(columns, rows, kinded)}
                ORDER BY {_ORDER}))"""

    def _rows(self, side: str, first: str | None, after: str | None) -> str:
        graph = f"source = '{HELD}'" if side == "held" else f"source <> '{HELD}'"
        within = _within(first or f"{self.path}/", after or f"{self.path}0")  # 0 is what follows /
        return f'"{self.cls.table}" ANTI JOIN many_rows USING (subject) WHERE {graph}{within}'

    def _bounds(self, connection: Connection) -> list[str]:
        """The first thing of each piece but the first one, chosen from a sample so that the pieces are about equal."""
        here = f"FROM \"{self.cls.table}\" WHERE starts_with(subject, '{self.path}/')"
        ((rows,),) = connection.execute(f"SELECT count(*) {here}").fetchall()
        count = -(-rows // _MOST)
        if count < 2:
            return []
        # Cut before a first word: by its letters alone references and lines are in the same order.
        sample = f"SELECT regexp_extract(subject, '^[a-z]+/[a-z]+') AS word FROM (SELECT subject {here})"
        words = connection.execute(f"SELECT word FROM ({sample} USING SAMPLE {_SAMPLE} ROWS) ORDER BY word").fetchall()
        return sorted({words[len(words) * piece // count][0] for piece in range(1, count)} - {words[0][0], ""})


def _within(first: str | None, after: str | None) -> str:
    lower = f" AND subject >= '{first}'" if first else ""
    return lower + (f" AND subject < '{after}'" if after else "")


def _side_by_side(columns: dict[str, list[str]], rows: dict[str, str], kinded: bool) -> str:
    """A row for each thing: its row in the view beside its row in the graph of the one source that has one."""
    names = {side: {*own, "kind"} if kinded else set(own) for side, own in columns.items()}
    cells = ", ".join(f'{side}."{name}" AS "{side}_{name}"' for side, own in names.items() for name in sorted(own))
    source = "told.source" if "told" in columns else "NULL::VARCHAR"
    joined = " FULL JOIN ".join(f"(FROM {rows[side]}) AS {side}" for side in columns)
    using = " USING (subject)" if len(columns) > 1 else ""
    return f"SELECT subject, {source} AS source, {cells} FROM {joined}{using}"


def _values_and_lines(cls: Class, columns: dict[str, list[str]], path: str | None) -> tuple[list[str], list[str]]:
    """SQL of the values of each predicate, each by a name of its own, and of the lines that are made of them."""
    values, lines = [], []
    for i, of_sides in enumerate(zip(*(said(cls, f"{side}_", path) for side in columns), strict=True)):
        there = {side: what for side, what in zip(columns, of_sides, strict=True) if what.column in columns[side]}
        values += [f'{what.value} AS "{side} {i}"' for side, what in there.items()]
        if there:
            names = (f'"{side} {i}"' if side in there else None for side in ("held", "told"))
            lines += _lines(of_sides[0], *names)
    return values, lines


def _lines(what: Said, held: str | None, told: str | None) -> list[str]:
    """SQL of the parts of the lines of one predicate, for `concat`, which passes over what is null."""
    opening, closing = f"' {what.predicate} {what.before}'", f"'{what.after}'"
    if what.many:
        none = "NULL::VARCHAR[]"
        return [f"lines_of_many(s, {opening}, {held or none}, {told or none}, {closing}, ending)"]
    if held and told:
        return [f"lines(s, {opening}, {held}, {told}, {closing}, ending)"]
    value, ending = (held, "E' .\\n'") if held else (told, "ending")
    return [f"if({value} IS NOT NULL, {part}, NULL)" for part in ("s", opening, value, closing, ending)]
