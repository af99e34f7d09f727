"""References that were found to name one thing: which of them stays, and its use in place of the others everywhere."""

from collections.abc import Sequence
from pathlib import Path

from kg.errors import FaultsFound
from kg.facts import Connection
from kg.link.clusters import Clusters
from kg.mapping import Class, Property, mapping
from kg.sources.description import Source
from kg.sources.entities import Moved

_RANKS = Path(__file__).with_name("ranks.sql")


def create_aliases(connection: Connection, sources: list[Source], moved: Sequence[Moved] = ()) -> None:
    """Create alias(old, new), and authority(source, authority, until), the last year a source knows.

    The aliases are the references that were moved to things which the build has; of a reference that a source still
    uses beside the new one, a fault.
    """
    connection.execute("CREATE OR REPLACE TABLE alias (old VARCHAR, new VARCHAR)")
    connection.execute("CREATE OR REPLACE TABLE authority (source VARCHAR, authority BIGINT, until VARCHAR)")
    connection.executemany(
        "INSERT INTO authority VALUES (?, ?, ?)", [(s.ref, s.authority, s.retrieved.text[:4]) for s in sources]
    )
    named = sorted({ref for row in moved for ref in (row.old, row.new)})
    there = {
        ref
        for (ref,) in connection.execute(f"SELECT subject FROM ({_things()}) WHERE subject IN ?", [named]).fetchall()
    }
    applied = [row for row in moved if row.new in there]
    if faults := [f"{row.where}: a source has both {row.old} and {row.new}" for row in applied if row.old in there]:
        raise FaultsFound("references that were moved are in use:", faults)
    connection.execute(
        "INSERT INTO alias SELECT unnest(?::VARCHAR[]), unnest(?::VARCHAR[])",
        [[row.old for row in applied], [row.new for row in applied]],
    )


def idle_moves(connection: Connection, moved: Sequence[Moved]) -> list[Moved]:
    """The rows of which a linked build has neither reference."""
    named = [ref for row in moved for ref in (row.old, row.new)]
    known = connection.execute(
        f"SELECT subject FROM ({_things()}) WHERE subject IN $named UNION SELECT old FROM alias WHERE old IN $named",
        {"named": named},
    ).fetchall()
    return [row for row in moved if not {(row.old,), (row.new,)} & set(known)]


def aliases(connection: Connection) -> dict[str, str]:
    """Each reference that gave way, and the one that stands for it now."""
    return dict(connection.execute("SELECT old, new FROM alias").fetchall())


def references_of(connection: Connection, names: set[str]) -> dict[str, str]:
    """The reference that each name stands for now: a reference, one that gave way, or an identifier of a unique scheme.

    Names of things that are in no source of the build are left out.
    """
    rows = connection.execute(
        f"""WITH things AS (SELECT DISTINCT subject AS ref FROM ({_things()}))
        SELECT name, min(ref)
        FROM (
            SELECT ref AS name, ref FROM things
            UNION ALL SELECT old, new FROM alias
            UNION ALL SELECT i.identifier, coalesce(a.new, i.ref) FROM identified i LEFT JOIN alias a ON a.old = i.ref
        )
        WHERE list_contains(?::VARCHAR[], name) GROUP BY name""",
        [sorted(names)],
    ).fetchall()
    return dict(rows)


def unite(connection: Connection, clusters: Clusters) -> None:
    """Let one reference stand for each cluster, in every column of the fact tables that holds references.

    The source with the highest authority gives it; among equals, whoever was seen first, so that what is added later
    never moves it.
    """
    connection.execute("CREATE OR REPLACE TEMP TABLE cluster (id BIGINT, ref VARCHAR)")
    rows = [(i, ref) for i, members in enumerate(clusters) for ref in sorted(members)]
    if rows:
        ids, refs = [list(column) for column in zip(*rows, strict=True)]
        connection.execute("INSERT INTO cluster SELECT unnest(?), unnest(?)", [ids, refs])
        connection.execute(_RANKS.read_text(encoding="utf-8").replace("{things}", _things()))
        for cls in mapping().values():
            _rewrite(connection, cls)


def _things() -> str:
    """SQL that lists every thing with the sources that speak of it."""
    return " UNION ALL ".join(f'SELECT source, subject FROM "{cls.table}"' for cls in mapping().values())


def _rewrite(connection: Connection, cls: Class) -> None:
    for prop in (p for p in cls.properties.values() if p.kind == "ref" and p.many):
        _rewrite_lists(connection, cls, prop)
    conditions = _single_references(cls)
    joins = " ".join(f"LEFT JOIN moved m{i} ON m{i}.old = {on}" for i, on in enumerate(conditions.values()))
    touched = " OR ".join(f"m{i}.old IS NOT NULL" for i in range(len(conditions)))
    count = connection.execute(f'SELECT count(*) FROM "{cls.table}" t {joins} WHERE {touched}').fetchone()
    if count and count[0]:
        replaced = ", ".join(f'coalesce(m{i}.new, t."{n}") AS "{n}"' for i, n in enumerate(conditions))
        # rows that only differed in their references are one row now
        select = f'SELECT DISTINCT t.* REPLACE ({replaced}) FROM "{cls.table}" t {joins}'
        connection.execute(f'CREATE OR REPLACE TABLE "{cls.table}" AS {select}')


def _single_references(cls: Class) -> dict[str, str]:
    """The columns that can hold one reference, with the condition under which they do."""
    columns = {"subject": 't."subject"'}
    for prop in cls.properties.values():
        if prop.kind == "ref" and not prop.many:
            columns[prop.name] = f't."{prop.name}"'
        elif prop.kind == "term":
            columns[prop.name] = f't."{prop.name}" AND t."{prop.name}Kind" = \'ref\''
    return columns


def _rewrite_lists(connection: Connection, cls: Class, prop: Property) -> None:
    connection.execute(
        f"""UPDATE "{cls.table}" AS t SET "{prop.name}" = n.refs
        FROM (
            SELECT row, list(ref ORDER BY place) AS refs
            FROM (
                SELECT row, coalesce(m.new, item) AS ref, min(place) AS place, bool_or(m.old IS NOT NULL) AS changed
                FROM (SELECT rowid AS row, unnest("{prop.name}") AS item, generate_subscripts("{prop.name}", 1) AS place
                      FROM "{cls.table}")
                LEFT JOIN moved m ON m.old = item
                GROUP BY ALL
            )
            GROUP BY row HAVING bool_or(changed)
        ) n
        WHERE t.rowid = n.row"""
    )
