"""Identifiers by which sources name a thing alike: two things that share one are one thing."""

from dataclasses import dataclass
from pathlib import Path

from kg.errors import FileError
from kg.facts import Connection
from kg.mapping import mapping
from kg.paths import DATA
from kg.yamlfile import line_of, plain, read_yaml


@dataclass(frozen=True)
class Shared:
    """An identifier that several things of one class have, and whether it can be trusted to make them one."""

    table: str
    identifier: str
    refs: tuple[str, ...]
    told_by: str  # the sources, with the references that each gives it to
    fault: bool  # one source gives it to two things


def schemes(data: Path = DATA) -> dict[str, dict[str, str]]:
    """Of each class the openings of the identifiers that only one thing of it can have, and why."""
    path = data / "links" / "identifiers.yaml"
    document = read_yaml(path)
    for table, several in document.items():
        if table not in mapping():
            raise FileError(path, line_of(document, [table]), f"{table!r} is no class of the mapping")
        if not isinstance(several, dict) or not all(isinstance(why, str) and why for why in several.values()):
            raise FileError(
                path, line_of(document, [table]), f"{table}: each opening needs the reason why it is unique"
            )
    found: dict[str, dict[str, str]] = plain(document)
    return found


def create_identifiers(connection: Connection, data: Path = DATA) -> None:
    """Create identified(tbl, source, ref, identifier): who gives which thing which identifier of a unique scheme."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE identified (tbl VARCHAR, source VARCHAR, ref VARCHAR, identifier VARCHAR)"
    )
    for table, openings in schemes(data).items():
        connection.execute(
            f"""INSERT INTO identified
            SELECT DISTINCT ?, source, subject, identifier
            FROM (SELECT source, subject, unnest(identifier) AS identifier FROM "{table}")
            WHERE list_bool_or(list_transform(?::VARCHAR[], lambda opening: starts_with(identifier, opening)))""",
            [table, list(openings)],
        )


def shared_identifiers(connection: Connection) -> list[Shared]:
    """Every identifier that more than one thing has, in order; a fault where one source gives it to two."""
    rows = connection.execute(
        """SELECT tbl, identifier, list(DISTINCT ref ORDER BY ref), string_agg(DISTINCT told, '; ' ORDER BY told),
            bool_or(several)
        FROM (
            SELECT tbl, identifier, source, unnest(refs) AS ref, len(refs) > 1 AS several,
                source || ' says ' || array_to_string(refs, ' and ') AS told
            FROM (SELECT tbl, identifier, source, list(DISTINCT ref ORDER BY ref) AS refs FROM identified GROUP BY ALL)
        )
        GROUP BY tbl, identifier HAVING count(DISTINCT ref) > 1
        ORDER BY tbl, identifier"""
    ).fetchall()
    return [Shared(table, name, tuple(refs), told, fault) for table, name, refs, told, fault in rows]


def sources_of_things(connection: Connection) -> dict[str, set[str]]:
    """Of each thing with a unique identifier, the sources that give it one: two references in one are two things."""
    rows = connection.execute("SELECT ref, list(DISTINCT source) FROM identified GROUP BY ref").fetchall()
    return {ref: set(several) for ref, several in rows}
