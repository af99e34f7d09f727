"""How well people are linked, beside the verdicts of data/evaluation/people.csv."""

import csv
import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from kg.builds import Build
from kg.errors import FaultsFound, FileError
from kg.evaluate.changes import SPLITS, Evaluation, Score
from kg.iris import ref_of
from kg.paths import DATA

VERDICTS = ("same", "different", "unsure")
COLUMNS = ["left", "right", "verdict", "second", "reason", "split", "stratum", "of"]
_MAY_BE_EMPTY = {"second", "of"}
_PEOPLE = """PREFIX pd: <https://w3id.org/party-defections/ontology#> PREFIX owl: <http://www.w3.org/2002/07/owl#>
SELECT ?one ?other WHERE { { ?one owl:sameAs ?other } UNION { ?one a pd:Person BIND(?one AS ?other) } }"""


@dataclass(frozen=True)
class JudgedPair:
    """Two persons of two sources, and what somebody who knows both says: one, two, or not to be told."""

    left: str
    right: str
    verdict: str
    second: str  # of another judge, who saw neither the model nor the verdict; empty where it was not asked
    reason: str
    split: str
    stratum: str
    of: int  # how many pairs there were to draw from where this one was drawn; 0 where it was picked
    line: int


@dataclass(frozen=True)
class PeopleEvaluation(Evaluation):
    """The scores on the pairs drawn, and what they come to when each stands for all that it was drawn from."""

    weighted: dict[str, tuple[float, float]]  # precision and recall by the part of the sample
    unsure: int


def read_judged_pairs(path: Path) -> list[JudgedPair]:
    """The judged pairs of a file; a fault names file, line and value."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        if reader.fieldnames != COLUMNS:
            raise FileError(path, 1, f"the columns must be {', '.join(COLUMNS)}")
        pairs = [_judged_pair(path, reader.line_num, row) for row in reader]
    first: dict[frozenset[str], JudgedPair] = {}
    for pair in pairs:
        if (before := first.setdefault(frozenset((pair.left, pair.right)), pair)) is not pair:
            raise FileError(path, pair.line, f"{pair.left} and {pair.right} were judged in line {before.line} already")
    return pairs


def evaluate_people(stands_for: dict[str, str], data: Path = DATA) -> PeopleEvaluation:
    """Compare who is held for one person, by the reference that stands for each, with the judged pairs.

    Those that are unsure count for nothing.
    """
    path = data / "evaluation" / "people.csv"
    pairs = read_judged_pairs(path)
    if strange := [
        f"{path}:{p.line}: no source knows {ref}" for p in pairs for ref in (p.left, p.right) if ref not in stands_for
    ]:
        raise FaultsFound("the judged pairs and the sources do not fit:", strange)
    return compare_people(pairs, stands_for)


def published_people(build: Build) -> dict[str, str]:
    """Every reference of a person in a build, with the one that stands for it."""
    rows = [(ref_of(one or ""), ref_of(other or "")) for one, other in build.open().query(_PEOPLE).rows()]
    return {one: other for one, other in rows if one and other}


def compare_people(pairs: list[JudgedPair], stands_for: dict[str, str]) -> PeopleEvaluation:
    """Score the pairs, by the reference that stands for each person."""
    drawn = Counter((pair.split, pair.stratum) for pair in pairs)
    shares: dict[str, dict[str, float]] = {split: defaultdict(float) for split in SPLITS}
    counts: dict[str, Counter[str]] = {split: Counter() for split in SPLITS}
    disagreements = []
    for pair in (p for p in pairs if p.verdict != "unsure"):
        outcome = _outcome(pair, stands_for)
        counts[pair.split][outcome] += 1
        shares[pair.split][outcome] += pair.of / drawn[pair.split, pair.stratum]
        if outcome in {"wrong", "missed"}:
            disagreements.append(f"{pair.left} | {pair.right} ({pair.split}): {pair.verdict}. {pair.reason}")
    return PeopleEvaluation(
        {s: Score(c.total(), c["right"], c["wrong"], c["missed"]) for s, c in counts.items() if c},
        disagreements,
        (sum(p.second == p.verdict for p in pairs), sum(bool(p.second) for p in pairs)),
        {s: _weighted(shares[s]) for s, c in counts.items() if c},
        sum(pair.verdict == "unsure" for pair in pairs),
    )


def _outcome(pair: JudgedPair, stands_for: dict[str, str]) -> str:
    if stands_for[pair.left] == stands_for[pair.right]:
        return "right" if pair.verdict == "same" else "wrong"
    return "missed" if pair.verdict == "same" else "apart"


def _weighted(share: dict[str, float]) -> tuple[float, float]:
    found, true = share["right"] + share["wrong"], share["right"] + share["missed"]
    return share["right"] / found if found else math.nan, share["right"] / true if true else math.nan


def _judged_pair(path: Path, line: int, row: dict[str, str]) -> JudgedPair:
    if None in row or not all(row[column] for column in COLUMNS if column not in _MAY_BE_EMPTY):
        raise FileError(
            path,
            line,
            f"every row has {len(COLUMNS)} cells, all but {' and '.join(sorted(_MAY_BE_EMPTY))} of them filled",
        )
    for column, known in (("verdict", VERDICTS), ("second", (*VERDICTS, "")), ("split", SPLITS)):
        if row[column] not in known:
            raise FileError(path, line, f"{column}: {row[column]!r} is none of {', '.join(known)}")
    if row["of"] and not row["of"].isdecimal():
        raise FileError(path, line, f"of: {row['of']!r} is no number")
    return JudgedPair(
        row["left"],
        row["right"],
        row["verdict"],
        row["second"],
        row["reason"],
        row["split"],
        row["stratum"],
        int(row["of"] or 0),
        line,
    )
