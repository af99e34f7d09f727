"""What the policy is: its criteria in the order in which they are tried, and the corrections that withdraw claims."""

import csv
from dataclasses import dataclass
from pathlib import Path

from kg.errors import FileError
from kg.ontology import concepts
from kg.paths import DATA
from kg.yamlfile import line_of, plain, read_yaml

_COLUMNS = ["about", "property", "value", "source", "reason", "evidence"]


@dataclass(frozen=True)
class Criterion:
    """One rule of the policy: its name, why it is there, and the SQL that puts the better candidate first."""

    name: str
    because: str
    order: str


@dataclass(frozen=True)
class Correction:
    """A value that a source claims and that is not to be held, with the reason and its evidence."""

    about: str
    property: str
    value: str
    source: str
    told: str
    line: int  # in data/corrections.csv


def criteria(data: Path = DATA) -> tuple[Criterion, ...]:
    """The criteria of data/policy.yaml, in the order in which they are tried."""
    path = data / "policy.yaml"
    document = read_yaml(path)
    found = []
    for i, raw in enumerate(document):
        try:
            found.append(Criterion(**plain(raw)))
        except TypeError as fault:
            raise FileError(
                path, line_of(document, [i]), f"a criterion has name, because and order: {fault}"
            ) from fault
        if f"policy-{found[-1].name}" not in concepts():
            raise FileError(path, line_of(document, [i]), f"{found[-1].name!r} is no concept of the scheme 'policy'")
    return tuple(found)


def corrections(data: Path = DATA) -> list[Correction]:
    """The rows of data/corrections.csv."""
    path = data / "corrections.csv"
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        if reader.fieldnames != _COLUMNS:
            raise FileError(path, 1, f"the columns must be {','.join(_COLUMNS)}")
        return [_correction(path, reader.line_num, row, data) for row in reader]


def _correction(path: Path, line: int, row: dict[str, str], data: Path) -> Correction:
    if None in row or not all(row.values()):
        raise FileError(path, line, "every cell of a correction must be filled, and there are no others")
    if not (data / "sources" / row["source"] / "source.yaml").is_file():
        raise FileError(path, line, f"there is no source named {row['source']!r}")
    told = f"{row['reason']} Evidence: {row['evidence']}."
    return Correction(row["about"], row["property"], row["value"], f"source/{row['source']}", told, line)
