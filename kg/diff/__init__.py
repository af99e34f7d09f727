"""What differs between two builds, in the terms of those who use the graph, or as an RDF patch."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict, astuple, dataclass, fields, replace
from enum import StrEnum, auto
from pathlib import Path

from kg.builds import Build
from kg.diff.entries import Counts, Entry, entries
from kg.diff.lines import differences
from kg.iris import ref_of, thing
from kg.mapping import class_of_path

__all__ = ["Counts", "Diff", "DiffFormat", "Entry", "as_text", "diff", "patch"]

_LABELS = Path(__file__).with_name("labels.rq")
_AT_ONCE = 2000  # things whose labels one query asks for


class DiffFormat(StrEnum):
    """How a diff is told: for people, for programs, or as the quads themselves."""

    table = auto()
    csv = auto()
    json = auto()
    patch = auto()


@dataclass(frozen=True)
class Diff:
    """What differs between two builds."""

    old: Build
    new: Build
    counts: Counts
    entries: list[Entry]


def diff(old: Build, new: Build) -> Diff:
    """What differs in the consolidated view, in the order of the kinds of difference, then of the things."""
    counts = Counts()
    found = list(entries(differences(old.quads, new.quads), counts))
    labels = _labels(old, found) | _labels(new, found)
    told = [
        replace(
            entry,
            label=entry.label or labels.get(entry.thing, ""),
            before=_named(entry.before, labels),
            after=_named(entry.after, labels),
        )
        for entry in found
    ]
    return Diff(old, new, counts, sorted(told, key=lambda e: (e.what, e.thing, e.property)))


def as_text(found: Diff, fmt: DiffFormat) -> str:
    """The diff as a CSV table of its entries, or as JSON with the numbers of quads."""
    if fmt is DiffFormat.csv:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([field.name for field in fields(Entry)])
        writer.writerows(astuple(entry) for entry in found.entries)
        return text.getvalue()
    told = {
        "old": found.old.id,
        "new": found.new.id,
        "quadsRemoved": dict(sorted(found.counts.removed.items())),
        "quadsAdded": dict(sorted(found.counts.added.items())),
        "differences": [asdict(entry) for entry in found.entries],
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def patch(old: Build, new: Build) -> Iterator[bytes]:
    """The lines of an RDF patch that makes the newer of two builds from the older, in one transaction."""
    yield f"H id <{thing(f'build/{new.id}')}> .\n".encode()
    yield f"H prev <{thing(f'build/{old.id}')}> .\n".encode()
    yield b"TX .\n"
    for added, line in differences(old.quads, new.quads):
        yield (b"A " if added else b"D ") + line
    yield b"TC .\n"


def _labels(build: Build, found: list[Entry]) -> dict[str, str]:
    """The labels in a build of all that the entries name."""
    paths = class_of_path().keys() | {"concept"}
    named = {ref for entry in found for ref in (entry.thing, *entry.before.split("|"), *entry.after.split("|"))}
    refs = sorted(ref for ref in named if "/" in ref and ref.split("/")[0] in paths and " " not in ref)
    quads, text = build.open(), _LABELS.read_text(encoding="utf-8")
    labels = {}
    for start in range(0, len(refs), _AT_ONCE):
        values = " ".join(f"<{thing(ref)}>" for ref in refs[start : start + _AT_ONCE])
        for iri, label in quads.query(text.replace("UNDEF", values)).rows():
            labels[ref_of(iri or "") or ""] = label or ""
    return labels


def _named(values: str, labels: dict[str, str]) -> str:
    return "|".join(labels.get(value, value) for value in values.split("|"))
