"""The pairs of accounts that readers judged, as a table: what became a change of side, what did not, and why."""

import csv
from pathlib import Path

from kg.builds import Build
from kg.facts import Connection
from kg.iris import ref_of
from kg.sources.tables.judged import COLUMNS, JUDGED

NAME = "judged-pairs.csv"
_REFERENCES = ("person", "body", "change")
_LABELLED = ("person", "body")


def write_judged(connection: Connection, folder: Path) -> None:
    """Write judged-pairs.csv, if there are any, by the references that stand for each thing after linking."""
    if not connection.execute(f"FROM {JUDGED} LIMIT 1").fetchall():
        return
    cells = ", ".join(_cell(column) for column in COLUMNS)
    joins = " ".join(f'LEFT JOIN alias of_{name} ON of_{name}.old = j."{name}"' for name in _REFERENCES)
    labels = " ".join(
        f'LEFT JOIN label_of AS called_{name} ON called_{name}.subject = coalesce(of_{name}.new, j."{name}")'
        for name in _LABELLED
    )
    table = f"SELECT DISTINCT {cells} FROM {JUDGED} j {joins} {labels} ORDER BY ALL"
    connection.execute(f"COPY ({table}) TO '{folder / NAME}' (FORMAT csv, HEADER)")


def judged_pairs(build: Build, name: str) -> list[dict[str, str]]:
    """The judged pairs of a person, of a body, or from which a change came, given by IRI or reference."""
    path = build.dumps / NAME
    if not path.is_file():
        return []
    ref = ref_of(name) or name
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if ref in {row[column] for column in _REFERENCES}]


def _cell(column: str) -> str:
    if column not in _REFERENCES:
        return f'j."{column}"'
    cell = f'coalesce(of_{column}.new, j."{column}") AS "{column}"'
    return f'{cell}, called_{column}.label AS "{column}Label"' if column in _LABELLED else cell
