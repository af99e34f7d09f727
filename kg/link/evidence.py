"""Why two persons are held to be one or not: what each comparison found, and how much that weighs."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from kg.errors import KgError
from kg.facts import Connection
from kg.link.settings import PeopleSettings

PAIRS = "people.parquet"  # every scored pair of the last build


@dataclass(frozen=True)
class Evidence:
    """What one comparison of two persons found, and how much it weighs in powers of two."""

    comparison: str
    finding: str
    weight: float


def evidence_of_rows(
    connection: Connection,
    settings: PeopleSettings,
    table: str,
    where: str = "true",
    values: list[object] | None = None,
) -> dict[tuple[str, str], list[Evidence]]:
    """The evidence of each pair of a table of scored pairs."""
    cursor = connection.execute(f"FROM {table} WHERE {where}", values or [])
    names = [column[0] for column in cursor.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {(row["one"], row["other"]): _evidence(row, settings) for row in rows}


def explain(review: Path, left: str, right: str, settings: PeopleSettings) -> list[Evidence]:
    """The evidence of one pair, from the scored pairs that a build leaves in the folder `review`."""
    pairs = review / PAIRS
    if not pairs.is_file():
        raise KgError(f"there is no {pairs}: build with two sources of people first")
    one, other = sorted((left, right))
    with duckdb.connect() as connection:
        found = evidence_of_rows(connection, settings, f"'{pairs}'", "one = ? AND other = ?", [one, other])
    if not found:
        raise KgError(
            f"{left} and {right} were not compared: no name of theirs is alike, or one source tells them apart, or an "
            "identifier or a decision has made them one"
        )
    return found[one, other]


def probability(evidence: list[Evidence]) -> float:
    """How likely two persons are one, by all that was found together."""
    return float(1 / (1 + 2 ** -sum(found.weight for found in evidence)))


def _evidence(row: dict[str, Any], settings: PeopleSettings) -> list[Evidence]:
    prior = row["weight"] - sum(_weight(row, comparison["name"]) for comparison in settings.raw["comparisons"])
    found = [Evidence("before", "any two records", prior)]
    for comparison in settings.raw["comparisons"]:
        if level := settings.finding(comparison, row[f"gamma_{comparison['name']}"]):
            found.append(Evidence(comparison["name"], level, _weight(row, comparison["name"])))
    return found


def _weight(row: dict[str, Any], name: str) -> float:
    return float(row[f"mw_{name}"]) + float(row.get(f"mw_tf_adj_{name}") or 0)
