"""What people decided: which things are one and which are not. A decision wins over identifiers and over the model."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.errors import FaultsFound, FileError
from kg.mapping import class_of_path
from kg.paths import DATA

COLUMNS = ["left", "right", "verdict", "reason", "evidence"]


@dataclass(frozen=True)
class Decision:
    """One row: two things, named by reference or by an identifier of a source, and whether they are one."""

    left: str
    right: str
    same: bool
    reason: str
    evidence: str
    path: Path
    line: int

    @property
    def pair(self) -> tuple[str, str]:
        """The two things, the smaller first."""
        return min(self.left, self.right), max(self.left, self.right)


def read_decisions(data: Path = DATA) -> list[Decision]:
    """The rows of data/links/decisions.csv; decisions that contradict each other are faults with their lines."""
    path = data / "links" / "decisions.csv"
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        if reader.fieldnames != COLUMNS:
            raise FileError(path, 1, f"the columns must be {','.join(COLUMNS)}")
        decisions = [_decision(path, reader.line_num, row) for row in reader]
    if faults := list(contradictions(decisions)):
        raise FaultsFound("the decisions about identities contradict each other:", faults)
    return decisions


def contradictions(decisions: list[Decision]) -> Iterator[str]:
    """Each pair that is said to be different though it is the same by one decision or by several together."""
    group: dict[str, str] = {}
    for decision in (d for d in decisions if d.same):
        old, new = group.get(decision.left, decision.left), group.get(decision.right, decision.right)
        group |= {decision.left: new, decision.right: new}
        group |= {member: new for member, of in group.items() if of == old}
    for decision in (d for d in decisions if not d.same):
        if group.get(decision.left, decision.left) == group.get(decision.right, decision.right):
            yield (
                f"{decision.path}:{decision.line}: {decision.left} and {decision.right} are different here, "
                "and the same by the other decisions"
            )


def is_reference(name: str) -> bool:
    """Whether a name is a reference such as person/keir-starmer; else it is an identifier such as trafford:3462."""
    return name.split("/")[0] in class_of_path()


def _decision(path: Path, line: int, row: dict[str, str]) -> Decision:
    if None in row or not all(row.values()):
        raise FileError(path, line, "every cell of a decision must be filled, and there are no others")
    if row["verdict"] not in {"same", "different"}:
        raise FileError(path, line, f"verdict: {row['verdict']!r} is neither same nor different")
    if row["left"] == row["right"]:
        raise FileError(path, line, f"{row['left']} stands on both sides")
    if unnamed := [row[side] for side in ("left", "right") if not is_reference(row[side]) and ":" not in row[side]]:
        raise FileError(path, line, f"{unnamed[0]!r} is neither a reference nor an identifier such as trafford:3462")
    return Decision(row["left"], row["right"], row["verdict"] == "same", row["reason"], row["evidence"], path, line)
