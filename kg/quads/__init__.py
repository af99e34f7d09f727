"""Fact tables → N-Quads, sorted by bytes, without ever keeping them all.

A line opens with its subject, so all lines are in order when the things are, and the lines of each thing. A thing of
which each graph speaks in one row has its lines put together from its row in the view and its row in the graph of its
source, predicate by predicate; only the few that have several rows in one graph go through a table of quads.
"""

from pathlib import Path

from kg.facts import HELD, Connection
from kg.iris import ID
from kg.mapping import mapping
from kg.quads.sections import filled
from kg.quads.terms import Said, said
from kg.quads.writing import write_lines

__all__ = ["create_quads", "define_macros", "give", "give_late", "write_nquads", "write_ntriples"]

_HERE = Path(__file__).parent


def define_macros(connection: Connection) -> None:
    """Make the macros that write terms and lines known to a connection, and the table of quads that are given."""
    for name in ("terms.sql", "lines.sql"):
        connection.execute((_HERE / name).read_text(encoding="utf-8"))
    connection.execute("CREATE OR REPLACE TABLE given (s VARCHAR, p VARCHAR, o VARCHAR, g VARCHAR)")


def give(connection: Connection, triples: list[tuple[str, str, str]], graph: str) -> None:
    """Add triples that come from no fact row, as N-Triples terms, to a named graph and to the default graph."""
    columns = [[triple[place] for triple in triples] for place in range(3)]
    for name in (f"<{graph}>", ""):
        connection.execute("INSERT INTO given SELECT unnest(?::VARCHAR[]), unnest(?), unnest(?), ?", [*columns, name])


def give_late(connection: Connection, triples: list[tuple[str, str, str]], graph: str) -> None:
    """Add triples to one graph once `several` is made, for what is said of the quads themselves; "" is the view."""
    columns = [[triple[place] for triple in triples] for place in range(3)]
    given = "(SELECT unnest(?::VARCHAR[]) AS s, unnest(?) AS p, unnest(?) AS o)"
    connection.execute(f"INSERT INTO several SELECT *, ? FROM {given}", [f"<{graph}>" if graph else "", *columns])


def create_quads(connection: Connection) -> None:
    """Create `several(s, p, o, g)`: the quads of all things that have several rows in one graph, and those given.

    g is empty for the default graph. `many_rows` has the references of those things.
    """
    spoken = " UNION ALL ".join(f'SELECT source, subject FROM "{cls.table}"' for cls in mapping().values())
    connection.execute(f"""CREATE OR REPLACE TABLE many_rows AS
        SELECT subject FROM ({spoken}) GROUP BY subject, source = '{HELD}' HAVING count(*) > 1
        UNION SELECT replace(trim(s, '<>'), '{ID}', '') FROM given""")
    quads = ["FROM given"]
    for cls in mapping().values() if _any(connection, "many_rows") else ():
        rows = f'"{cls.table}" SEMI JOIN many_rows USING (subject)'
        columns = filled(connection, cls, rows)
        quads += [_quads(rows, what) for what in said(cls) if what.column in columns]
    connection.execute(f"CREATE OR REPLACE TABLE several AS SELECT DISTINCT * FROM ({' UNION ALL '.join(quads)})")


def write_nquads(connection: Connection, path: Path) -> None:
    """Write every quad as N-Quads."""
    write_lines(connection, path)


def write_ntriples(connection: Connection, path: Path) -> None:
    """Write the default graph, the consolidated view, as N-Triples."""
    write_lines(connection, path, view_only=True)


def _any(connection: Connection, table: str) -> bool:
    return bool(connection.execute(f"FROM {table} LIMIT 1").fetchall())


def _quads(rows: str, what: Said) -> str:
    terms = f"unnest(list_distinct({what.terms}))" if what.many else what.terms
    graph = f"CASE source WHEN '{HELD}' THEN '' ELSE iri(source) END"
    quads = f"SELECT iri(subject) AS s, '{what.predicate}' AS p, {terms} AS o, {graph} AS g FROM {rows}"
    return f"FROM ({quads}) WHERE o IS NOT NULL"
