"""Anchors: the hash of every span that a fact rests on, and whether a document still says it there."""

import csv
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from kg.errors import FaultsFound, FileError, KgError
from kg.sources.description import Source
from kg.sources.documents.sheet import Span

COLUMNS = ["start", "end", "sha256"]


@dataclass(frozen=True)
class Broken:
    """A span whose text is no longer what was read, and where the same text stands now, if anywhere."""

    span: Span
    moved_to: Span | None


def read_spans(source: Source) -> dict[Span, str]:
    """The SHA-256 of the text of each span, from spans.tsv."""
    path = source.folder / "spans.tsv"
    if not path.exists():
        raise FileError(path, None, "there is no such file: run `kg anchor`")
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, delimiter="\t")
        if next(reader, None) != COLUMNS:
            raise FileError(path, 1, f"the columns must be {' '.join(COLUMNS)}")
        return dict(_row(path, reader.line_num, cells) for cells in reader)


def missing_spans(source: Source, used: dict[Span, str], known: dict[Span, str]) -> None:
    """Raise where a span that a fact uses has no hash; `used` says for each span where."""
    if faults := [
        f"{where}: the anchor {a}-{b} has no hash in spans.tsv: run `kg anchor`"
        for (a, b), where in used.items()
        if (a, b) not in known
    ]:
        raise FaultsFound(f"the anchors of {source.slug} are not complete:", faults)


def write_spans(source: Source, spans: set[Span], text: str) -> None:
    """Write spans.tsv anew from the text of the document."""
    lines = ["\t".join(COLUMNS), *(f"{a}\t{b}\t{digest(text[a:b])}" for a, b in sorted(spans))]
    (source.folder / "spans.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def broken_spans(text: str, spans: dict[Span, str]) -> list[Broken]:
    """The spans whose text in this document is not the text that was read."""
    return [
        Broken((a, b), _find(text, b - a, sha256))
        for (a, b), sha256 in sorted(spans.items())
        if digest(text[a:b]) != sha256
    ]


def read_document(source: Source, folder: Path) -> str:
    """The text of a source's document in a folder, line ends as they are; offsets count its characters."""
    if not source.document:
        raise KgError(f"{source.slug} has no document: its source.yaml names none")
    path = folder / source.document
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError as fault:
        raise KgError(f"{source.slug}: there is no {source.document} in {folder}") from fault
    except UnicodeDecodeError as fault:
        raise KgError(f"{path}: not UTF-8: {fault}") from fault


def digest(text: str) -> str:
    """The SHA-256 of a text in UTF-8, as hex digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _find(text: str, length: int, sha256: str) -> Span | None:
    for start in range(len(text) - length + 1):
        if digest(text[start : start + length]) == sha256:
            return start, start + length
    return None


def _row(path: Path, line: int, cells: list[str]) -> tuple[Span, str]:
    if len(cells) != 3 or not (cells[0].isdigit() and cells[1].isdigit() and re.fullmatch("[0-9a-f]{64}", cells[2])):
        raise FileError(path, line, f"not a start, an end and a SHA-256: {' '.join(cells)!r}")
    return (int(cells[0]), int(cells[1])), cells[2]
