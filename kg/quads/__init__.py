"""Fact tables → N-Quads, sorted by bytes, without ever keeping them all.

A line opens with its subject, so all lines are in order when the things are, and the lines of each thing. A thing of
which each graph speaks in one row has its lines put together from its row in the view and its row in the graph of its
source, predicate by predicate; only the few that have several rows in one graph go through a table of quads.
"""

from pathlib import Path

from kg.facts import HELD, Connection
from kg.iris import ID
from kg.mapping import Class, mapping
from kg.quads.sections import filled
from kg.quads.terms import Said, said
from kg.quads.writing import write_lines

__all__ = ["count_quads", "create_quads", "define_macros", "give", "write_nquads", "write_ntriples"]

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


def count_quads(connection: Connection) -> dict[str, int]:
    """How many quads each graph has, by the reference of its source, or the IRI of the graph; "" is the view."""
    alone = " UNION ALL ".join(select for cls in mapping().values() if (select := _counts(connection, cls)))
    several = f"SELECT replace(trim(g, '<>'), '{ID}', '') AS graph, count(*) AS n FROM several GROUP BY g"
    counts = f"SELECT graph, sum(n)::BIGINT FROM ({alone} UNION ALL {several}) GROUP BY graph ORDER BY graph"
    return dict(connection.execute(counts).fetchall())


def _any(connection: Connection, table: str) -> bool:
    return bool(connection.execute(f"FROM {table} LIMIT 1").fetchall())


def _quads(rows: str, what: Said) -> str:
    terms = f"unnest(list_distinct({what.terms}))" if what.many else what.terms
    graph = f"CASE source WHEN '{HELD}' THEN '' ELSE iri(source) END"
    quads = f"SELECT iri(subject) AS s, '{what.predicate}' AS p, {terms} AS o, {graph} AS g FROM {rows}"
    return f"FROM ({quads}) WHERE o IS NOT NULL"


def _counts(connection: Connection, cls: Class) -> str:
    """How many quads each source's rows of a class make, of the things with one row in each graph; "" without any."""
    rows = f'"{cls.table}" ANTI JOIN many_rows USING (subject)'
    columns = filled(connection, cls, rows)
    each = " + ".join(
        f"coalesce(len(list_distinct({what.terms})), 0)" if what.many else f"({what.terms} IS NOT NULL)::INTEGER"
        for what in said(cls)
        if what.column in columns
    )
    return f"SELECT source AS graph, sum({each}) AS n FROM {rows} GROUP BY source" if each else ""
