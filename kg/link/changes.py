"""Changes of side that several sources tell of, and the collective ones whose parts others name."""

from dataclasses import dataclass
from pathlib import Path

from kg.facts import Connection
from kg.link.broader import create_broader
from kg.link.clusters import Clusters
from kg.link.references import aliases, unite
from kg.paths import DATA

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Named:
    """A collective change, how many of those who made it are named, and how many its sources say there were at most."""

    ref: str
    named: int
    most: int
    agrees: bool  # one of its sources counts as many as are named


def join_changes(connection: Connection, data: Path = DATA) -> list[Named]:
    """Make one of the changes that are one, name the parts of the collective ones, and confirm what agrees.

    What more than one source tells of is confirmed; the reference of the source with the highest authority stays.
    """
    create_broader(connection, data)
    _run(connection, "changes.sql")
    same = _same_changes(connection)
    unite(connection, same)
    kept = aliases(connection)
    connection.execute("CREATE OR REPLACE TEMP TABLE joined (ref VARCHAR)")
    if joined := {kept.get(ref, ref) for members in same for ref in members}:
        connection.execute("INSERT INTO joined SELECT unnest(?)", [sorted(joined)])
    _run(connection, "changes.sql")  # once more, over what is one now
    _run(connection, "parts.sql")
    return [
        Named(*row)
        for row in connection.execute(
            "SELECT DISTINCT whole, named, most, coalesce(list_contains(counts, named), false) FROM part ORDER BY whole"
        ).fetchall()
    ]


def _same_changes(connection: Connection) -> Clusters:
    """The changes that are one; two that one source tells of are two."""
    tellers: dict[str, set[str]] = {}
    for ref, teller in connection.execute("FROM teller").fetchall():
        tellers.setdefault(ref, set()).add(teller)
    clusters = Clusters(tellers)
    pairs = connection.execute(
        "SELECT one, other FROM same_change WHERE dated OR choices = 1 ORDER BY dated DESC, choices, one, other"
    ).fetchall()
    for one, other in pairs:
        clusters.join(one, other)
    return clusters


def _run(connection: Connection, name: str) -> None:
    connection.execute((_HERE / name).read_text(encoding="utf-8"))
