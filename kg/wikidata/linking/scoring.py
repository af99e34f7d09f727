"""Every pair of a thing and an item that could be one, with the weight of each finding, in DuckDB."""

from collections.abc import Iterable
from pathlib import Path

from kg.facts import Connection
from kg.link.evidence import Evidence
from kg.link.people import create_nicknames
from kg.paths import DATA
from kg.wikidata.linking.settings import CLASSES, LinkSettings

_HERE = Path(__file__).parent
_PAIRS = {
    "affiliation": ("parties.sql",),
    "body": ("bodies.sql",),
    "electorate": ("electorates.sql",),
    "person": ("names.sql", "people.sql"),
}


def prepare(connection: Connection, settings: LinkSettings, data: Path = DATA) -> None:
    """Create what pairs are made with: nicknames, and which offices of the items are seats on which bodies.

    The things, the items and the items that are given must be there, the macros of kg.quads and kg.link.names defined.
    """
    create_nicknames(connection, data)
    offices = [(o["body"], o["called"], o.get("item")) for o in settings.raw["offices"]]
    connection.execute("CREATE OR REPLACE TEMP TABLE office_body (body VARCHAR, pattern VARCHAR, item VARCHAR)")
    connection.executemany("INSERT INTO office_body VALUES (?, ?, ?)", offices)
    for name in ("councillor", "candidate", "rarest"):
        connection.execute(f"SET VARIABLE {name} = ?", [settings.raw[name]])
    _run(connection, "offices.sql")


def score(connection: Connection, settings: LinkSettings, cls: str) -> None:
    """Create scored_<class>: ref, qid, weight, and for each comparison w_<name> and found_<name>."""
    for name in _PAIRS[cls]:
        _run(connection, name)
    comparisons = list(settings.comparisons(cls))
    cells = ", ".join(f"{c.weight} AS w_{c.name}, {c.finding} AS found_{c.name}" for c in comparisons)
    total = " + ".join([str(settings.prior(cls)), *(f"w_{c.name}" for c in comparisons)])
    connection.execute(
        f"CREATE OR REPLACE TABLE scored_{cls} AS SELECT *, {total} AS weight FROM "
        f"(SELECT ref, qid, {_seats(cls)} AS same_seats, {cells} FROM pair_{cls})"
    )


def create_scored(connection: Connection) -> None:
    """Create scored(class, ref, qid, weight, same_seats) over all classes."""
    every = " UNION ALL ".join(
        f"SELECT '{cls}' AS class, ref, qid, weight, same_seats FROM scored_{cls}" for cls in CLASSES
    )
    connection.execute(f"CREATE OR REPLACE TABLE scored AS {every}")


def evidence_of(
    connection: Connection, settings: LinkSettings, cls: str, refs: Iterable[str]
) -> dict[tuple[str, str], list[Evidence]]:
    """Of each pair of some things what was found, the likeliest item of each thing first."""
    names = [comparison.name for comparison in settings.comparisons(cls)]
    cells = ", ".join(f"found_{name}, w_{name}" for name in names)
    rows = connection.execute(
        f"SELECT ref, qid, {cells} FROM scored_{cls} WHERE ref IN ? ORDER BY ref, weight DESC, qid", [sorted(set(refs))]
    ).fetchall()
    prior = Evidence("before", "any pair of a thing and an item", settings.prior(cls))
    return {(ref, qid): [prior, *_findings(names, cells)] for ref, qid, *cells in rows}


def _findings(names: list[str], cells: list[object]) -> list[Evidence]:
    pairs = zip(names, cells[::2], cells[1::2], strict=True)
    return [Evidence(name, str(found), float(str(weight))) for name, found, weight in pairs if found]


def _seats(cls: str) -> str:
    return "same_seats" if cls == "person" else "NULL::VARCHAR[]"


def _run(connection: Connection, name: str) -> None:
    connection.execute((_HERE / name).read_text(encoding="utf-8"))
