"""How well the machine judges: its verdicts beside those of people, who looked at a sample of the same cases."""

import csv
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kg.errors import FaultsFound, FileError, KgError
from kg.facts import Connection, connect
from kg.paths import DATA
from kg.sources.description import source
from kg.sources.entities import read_entities
from kg.sources.tables.files import fetched_folder, mirror_folder
from kg.sources.tables.reading import read_table_source

ROSTERS = "ocd-councillors"
VERDICTS = ("change", "not-a-change", "other-person")
SPLITS = ("tune", "test")  # the cases that the rules were made on, and those that were drawn and judged afterwards
_COLUMNS = ["council", "ward", "name", "year_from", "year_to", "verdict", "second", "reason", "split"]
_SECOND = ("change", "not-a-change", "unsure", "")

Key = tuple[str, str, str, int, int]  # council, ward, name, and the years of the two files


@dataclass(frozen=True)
class Judged:
    """A label that differs between two files, and what somebody who looked at it says became of it."""

    key: Key
    verdict: str
    second: str  # of another judge, who saw neither the rules nor the verdict; empty where it was not asked
    reason: str
    split: str
    line: int


@dataclass(frozen=True)
class Score:
    """How often the machine found what is there (right), found what is not (wrong), or found nothing (missed)."""

    cases: int
    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return _share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return _share(self.right, self.right + self.missed)


@dataclass(frozen=True)
class Evaluation:
    """The scores by the part of the sample, and every case on which the machine and the judge disagree."""

    scores: dict[str, Score]
    disagreements: list[str]
    second: tuple[int, int]  # in how many cases a second judge agrees with the first, and of how many


def at_least(right: int, of: int) -> float:
    """The share that so many right cases prove, with 97.5 % confidence (the lower end of Wilson's interval)."""
    if not of:
        return math.nan
    z, share = 1.96, right / of
    margin = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return (share + z * z / (2 * of) - margin) / (1 + z * z / of)


def rosters_folder(home: Path, mirror: Path | None = None, data: Path = DATA) -> Path:
    """Where the rosters lie: in a mirror, or where `kg fetch` put them."""
    described = source(ROSTERS, data)
    folder = mirror_folder(mirror, described) if mirror else fetched_folder(home, described)
    if not folder.is_dir():
        raise KgError(f"there is no folder {folder}: run `kg fetch {ROSTERS}`, or name a mirror with --from")
    return folder


def evaluate_changes(folder: Path, data: Path = DATA) -> Evaluation:
    """Judge the labels of the rosters in a folder, and compare with data/evaluation/roster-changes.csv."""
    path = data / "evaluation" / "roster-changes.csv"
    judged = read_judged(path)
    with connect() as connection:
        read_table_source(connection, source(ROSTERS, data), read_entities(data), folder)
        return compare(judged, verdicts(connection, judged, path))


def verdicts(connection: Connection, judged: list[Judged], path: Path) -> dict[Key, str]:
    """What the reader of the rosters made of every pair; a fault for each case of which they have no seat."""
    seats = set(connection.execute("SELECT council, ward, name, year FROM seat").fetchall())
    strange = [c for c in judged if c.key[:4] not in seats]
    if faults := [f"{path}:{c.line}: no roster has {' | '.join(map(str, c.key[:4]))}" for c in strange]:
        raise FaultsFound("the judged sample and the rosters do not fit:", faults)
    pairs = "SELECT council, ward, name, year, next_year, verdict FROM label_pair"
    return {row[:5]: row[5] for row in connection.execute(pairs).fetchall()}


def compare(judged: Iterable[Judged], found: dict[Key, str]) -> Evaluation:
    """Score the verdicts; a pair that the machine did not even look at counts as one that it holds for no change."""
    counts: dict[str, list[int]] = {}
    disagreements, second = [], []
    for case in judged:
        verdict = found.get(case.key, "no pair")
        theirs, ours = case.verdict == "change", verdict == "change"
        count = counts.setdefault(case.split, [0, 0, 0, 0])
        for place, holds in enumerate((True, ours and theirs, ours and not theirs, theirs and not ours)):
            count[place] += holds
        if case.second:
            second.append(case.second == ("change" if theirs else "not-a-change"))
        if theirs != ours:
            council, ward, name, year, next_year = case.key
            where = f"{council} | {ward} | {name} | {year} to {next_year} ({case.split})"
            disagreements.append(f"{where}: {case.verdict}, machine: {verdict}. {case.reason}")
    return Evaluation(
        {split: Score(*counts[split]) for split in sorted(counts)}, disagreements, (sum(second), len(second))
    )


def read_judged(path: Path) -> list[Judged]:
    """The judged cases of a file; a fault names file, line and value."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        if reader.fieldnames != _COLUMNS:
            raise FileError(path, 1, f"the columns must be {', '.join(_COLUMNS)}")
        cases = [_judged(path, reader.line_num, row) for row in reader]
    first: dict[Key, Judged] = {}
    for case in cases:
        if (before := first.setdefault(case.key, case)) is not case:
            raise FileError(
                path, case.line, f"{' | '.join(map(str, case.key))} was judged in line {before.line} already"
            )
    return cases


def _judged(path: Path, line: int, row: dict[str, str]) -> Judged:
    if None in row or not all(row[column] for column in _COLUMNS if column != "second"):
        raise FileError(path, line, f"every row has {len(_COLUMNS)} cells, all but the second verdict filled")
    for column, known in (("verdict", VERDICTS), ("second", _SECOND), ("split", SPLITS)):
        if row[column] not in known:
            raise FileError(path, line, f"{column}: {row[column]!r} is none of {', '.join(known)}")
    for column in ("year_from", "year_to"):
        if not row[column].isdecimal():
            raise FileError(path, line, f"{column}: {row[column]!r} is no year")
    key = (row["council"], row["ward"], row["name"], int(row["year_from"]), int(row["year_to"]))
    return Judged(key, row["verdict"], row["second"], row["reason"], row["split"], line)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else math.nan
