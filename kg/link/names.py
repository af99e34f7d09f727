"""Bodies and electorates of several sources that are called alike: one where the name leaves no doubt."""

from dataclasses import dataclass
from pathlib import Path

from kg.facts import Connection

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Namesake:
    """Two things that bear one name, and how many of one source have the choice."""

    one: str
    other: str
    name: str
    rivals: int


def define_name_macros(connection: Connection) -> None:
    """Make the macros by which names are compared known to a connection."""
    connection.execute((_HERE / "macros.sql").read_text(encoding="utf-8"))


def same_bodies(connection: Connection) -> tuple[list[Namesake], list[Namesake]]:
    """The pairs of bodies that are one by their name, and those where the name leaves a choice."""
    connection.execute((_HERE / "names.sql").read_text(encoding="utf-8"))
    return _divided(
        connection,
        """SELECT n.one, n.other, n.name, greatest(n.rivals, coalesce(back.rivals, 0))
        FROM namesake n
        LEFT JOIN namesake back ON back.one = n.other AND back.other = n.one
        WHERE n.one < n.other OR back.one IS NULL
        ORDER BY n.one, n.other""",
    )


def same_electorates(connection: Connection) -> tuple[list[Namesake], list[Namesake]]:
    """The pairs of electorates of one body that are one by their name, and those where a source has several of it."""
    connection.execute((_HERE / "electorates.sql").read_text(encoding="utf-8"))
    return _divided(
        connection, "SELECT one, other, name, rivals FROM electorate_namesake WHERE one <> other ORDER BY one, other"
    )


def _divided(connection: Connection, query: str) -> tuple[list[Namesake], list[Namesake]]:
    found = [Namesake(*row) for row in connection.execute(query).fetchall()]
    return [n for n in found if n.rivals == 1], [n for n in found if n.rivals > 1]
