"""What linking leaves to people: a file for each kind of doubt in <home>/review, and the evidence of every pair."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from kg.errors import KgError
from kg.facts import Connection
from kg.link.decisions import Decision
from kg.link.evidence import PAIRS, Evidence, evidence_of_rows
from kg.link.identifiers import Shared
from kg.link.match import Match
from kg.link.names import Namesake
from kg.link.settings import PeopleSettings

PEOPLE = ["one", "other", "probability", "reason", "evidence"]


def write_people(connection: Connection, folder: Path, settings: PeopleSettings, found: list[Match]) -> None:
    """Write people.csv, the doubtful pairs with their evidence, the surest first; and keep all that were scored."""
    folder.mkdir(parents=True, exist_ok=True)
    connection.execute(f"COPY (FROM person_pair ORDER BY one, other) TO '{folder / PAIRS}' (FORMAT parquet)")
    evidence = evidence_of_rows(connection, settings, "person_pair", "probability >= ?", [settings.doubt])
    rows = [
        (m.one, m.other, f"{m.probability:.4f}", m.reason, _told(evidence[m.one, m.other]))
        for m in found
        if m.verdict == "doubtful"
    ]
    _write(folder / "people.csv", PEOPLE, rows)


def write_things(folder: Path, faults: list[Shared], namesakes: list[Namesake], idle: list[Decision]) -> None:
    """Write what joined nothing: identifiers that one source gives to two things (identifiers.csv), names that several
    bear (names.csv), and decisions about things that no source of the build has (idle-decisions.csv).
    """
    folder.mkdir(parents=True, exist_ok=True)
    _write(
        folder / "identifiers.csv",
        ["class", "identifier", "told"],
        [(f.table, f.identifier, f.told_by) for f in faults],
    )
    _write(
        folder / "names.csv",
        ["one", "other", "name", "choices"],
        [(n.one, n.other, n.name, n.rivals) for n in namesakes],
    )
    _write(folder / "idle-decisions.csv", ["line", "left", "right"], [(d.line, d.left, d.right) for d in idle])


def read_doubtful(folder: Path) -> list[dict[str, str]]:
    """The pairs of people that the last build left to decide, the likeliest first."""
    path = folder / "people.csv"
    if not path.is_file():
        raise KgError(f"there is no {path}: build with two sources of people first")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def _told(evidence: list[Evidence]) -> str:
    return "; ".join(f"{e.finding} {e.weight:+.1f}" for e in evidence)


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
