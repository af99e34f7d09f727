"""The changes of side that the politician data codes, found again in its files by plain Python: the reader's yardstick.

Nothing here uses the reader, its rules or DuckDB.
"""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

CODES = {"changed_party", "whip_removed", "whip_restored"}
OFFICES = {"speaker", "deputy-speaker", "initial-presiding-officer"}
STATUSES = {"independent", "crossbench", "non-affiliated", "non-attached", "other"}
LABOUR = {"labour", "labourco-operative"}

Row = dict[str, str]


@dataclass(frozen=True)
class Pair:
    """Two memberships of one person in one chamber, the second the next after the first."""

    person: str
    chamber: str
    first: Row
    second: Row

    @property
    def key(self) -> str:
        """The second's number, such as "member/43176"."""
        return self.second["id"].removeprefix("uk.org.publicwhip/")

    @property
    def sides(self) -> tuple[str, str]:
        return self.first["on_behalf_of_id"], self.second["on_behalf_of_id"]

    @property
    def gap(self) -> int | None:
        """The days from the last day of the first to the first day of the second, where both are known to the day."""
        days = self.first["end_date"], self.second["start_date"]
        if any(len(day) != 10 for day in days):
            return None
        return (date.fromisoformat(days[1]) - date.fromisoformat(days[0])).days

    @property
    def code(self) -> str | None:
        """The source's word for a change, at the start of the second or, where nothing is said there, at the end."""
        said = self.second["start_reason"] or self.first["end_reason"]
        return said if said in CODES else None

    @property
    def differs(self) -> bool:
        """Whether the two have other affiliations, of which none is an office."""
        first, second = self.sides
        return bool(first and second and first != second and not {first, second} <= LABOUR) and not any(
            side in OFFICES or (side == "none" and self.chamber == "scottish-parliament") for side in self.sides
        )


def read_rows(folder: Path, name: str) -> list[Row]:
    """The rows of a CSV file of the politician data, plain or compressed."""
    path = folder / f"{name}.csv"
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    with gzip.open(folder / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as packed:
        return list(csv.DictReader(packed))


@cache
def pairs(folder: Path) -> tuple[Pair, ...]:
    """Every two neighbouring memberships of one person in one chamber."""
    moved = {row["id"]: row["redirect"] for row in read_rows(folder, "persons") if row["redirect"]}
    chambers = {row["id"]: row["organization_id"] for row in read_rows(folder, "posts")}
    seats: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in read_rows(folder, "memberships"):
        if not row["redirect"] and row["organization_id"] != "crown":
            chamber = chambers[row["post_id"]] if row["post_id"] else row["organization_id"]
            seats[_resolved(row["person_id"], moved), chamber].append(row)
    return tuple(pair for (person, chamber), rows in seats.items() for pair in _neighbours(person, chamber, rows))


def coded_changes(folder: Path) -> dict[str, Pair]:
    """The changes that the source codes between differing affiliations, by the key of the membership that starts."""
    return {pair.key: pair for pair in pairs(folder) if pair.code and pair.differs}


def kind_of(pair: Pair, before: set[str]) -> str:
    """What a coded change is, given the parties that the person sat for before in that chamber."""
    if pair.code != "changed_party":
        return "whip-withdrawal" if pair.code == "whip_removed" else "whip-restoration"
    first, second = pair.sides
    if _is_status(second):
        return "affiliation-change"
    if not _is_status(first):
        return "defection"
    return "defection" if before and second not in before else "affiliation-change"


def last_party(folder: Path) -> dict[str, set[str]]:
    """By the key of each membership, the last party sat for before in that chamber: none, or one by all its labels."""
    found: dict[str, set[str]] = {}
    held: dict[tuple[str, str], set[str]] = {}
    for pair in pairs(folder):
        who, side = (pair.person, pair.chamber), pair.sides[0]
        if side and not _is_status(side) and side not in OFFICES:
            held[who] = LABOUR if side in LABOUR else {side}
        found[pair.key] = held.get(who, set())
    return found


def _neighbours(person: str, chamber: str, rows: list[Row]) -> Iterator[Pair]:
    rows.sort(key=lambda row: (row["start_date"], row["end_date"] or "9999", row["id"]))
    for first, second in pairwise(rows):
        yield Pair(person, chamber, first, second)


def _resolved(person: str, moved: dict[str, str]) -> str:
    while person in moved:
        person = moved[person]
    return person


def _is_status(side: str) -> bool:
    return side in STATUSES or side.startswith("independent-") or side == "conservative-independent"
