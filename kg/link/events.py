"""Elections and changes of control that several sources tell of, and the changes of side that control followed from."""

from pathlib import Path

from kg.facts import Connection
from kg.link.clusters import Clusters
from kg.link.references import unite

_HERE = Path(__file__).parent


def join_events(connection: Connection) -> None:
    """Make one of the elections, and of the changes of control, that are one; say what explains a change of control.

    The changes of side must have been joined before.
    """
    _run(connection, "events.sql")
    clusters = Clusters({})
    for one, other in connection.execute("FROM same_event").fetchall():
        clusters.join(one, other)
    unite(connection, clusters)
    _run(connection, "events.sql")  # once more, by the references that stay
    _run(connection, "causes.sql")


def _run(connection: Connection, name: str) -> None:
    connection.execute((_HERE / name).read_text(encoding="utf-8"))
