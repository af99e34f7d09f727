"""A text table: how it is laid out, whether it is whole, and its readable rows apart from those that are none."""

import csv
import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

from kg.errors import FileError

_CHUNK = 1 << 20
_BLANK_LINE = re.compile(r"\n\r?\n")
_SHOWN = 80  # characters of a row that is not readable
_LONGEST = (1 << 31) - 1  # characters of a cell; the limit of the csv module would break the quotes of a longer one
_ENDS_IN_QUOTES = "unexpected end of data"  # what the csv module says

Record = list[str] | csv.Error


@dataclass(frozen=True)
class Layout:
    """The columns of a text table, and whether it is plain: UTF-8, one kind of line end, no blank line."""

    header: tuple[str, ...]
    plain: bool


@dataclass(frozen=True)
class Unreadable:
    """A row that does not fit its file: too long, too short, badly quoted, not UTF-8, or empty."""

    row: int
    column: str | None
    value: str | None
    reason: str


def is_tabbed(path: Path) -> bool:
    """Whether tabs part the cells of a file, and quotes mean nothing in it."""
    return path.suffix == ".tsv"


def layout_of(path: Path) -> Layout:
    """Read a text table from end to end for its layout; a FileError where it has no UTF-8 header or is cut short."""
    with _opened(path) as text:
        header = next(_records(path, text), None)
    if not header:
        raise FileError(path, None, "the file is empty" if header is None else "the first line of the file is empty")
    if isinstance(header, csv.Error):
        raise FileError(path, 1, f"the header is not CSV: {header}")
    if any("\0" in column or not _is_utf8(column) for column in header):
        raise FileError(path, None, "the file is not UTF-8")
    return Layout(tuple(header), _is_plain(path))


def write_readable_rows(path: Path, layout: Layout, readable: Path) -> list[Unreadable]:
    """Write the rows that fit the header as quoted CSV, each behind its number; the other rows, with what is wrong."""
    unreadable: list[Unreadable] = []
    with _opened(path) as text, readable.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        lines = _Lines(text)
        row = 1
        for row, cells in _rows(path, lines):
            if fault := _fault(row, cells, layout.header, lines.last):
                unreadable.append(fault)
            elif isinstance(cells, list):
                writer.writerow([row, *cells[: len(layout.header)]])
        if unreadable and unreadable[-1].row == row:
            _check_end(path, unreadable[-1], lines.last)
    return unreadable


class _Lines:
    """The lines of a file, the last one read at hand."""

    def __init__(self, text: TextIOWrapper) -> None:
        self.text, self.last = text, ""

    def __iter__(self) -> Iterator[str]:
        for line in self.text:
            self.last = line
            yield line


@contextmanager
def _opened(path: Path, errors: str = "surrogateescape") -> Iterator[TextIOWrapper]:
    binary = gzip.GzipFile(path) if path.suffix == ".gz" else path.open("rb")
    try:
        with TextIOWrapper(binary, encoding="utf-8-sig", errors=errors, newline="") as text:
            yield text
    except (EOFError, zlib.error, gzip.BadGzipFile) as fault:
        raise FileError(path, None, f"the file is no whole gzip file: {fault}") from fault


def _is_plain(path: Path) -> bool:
    end = ""
    try:
        with _opened(path, errors="strict") as text:
            while chunk := text.read(_CHUNK):
                if _BLANK_LINE.search(end + chunk):
                    return False
                end = chunk[-2:]
            return text.newlines in ("\n", "\r\n", None)
    except UnicodeDecodeError:
        return False


def _records(path: Path, lines: TextIOWrapper | _Lines) -> Iterator[Record]:
    csv.field_size_limit(_LONGEST)
    if is_tabbed(path):
        reader = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True)
    else:
        reader = csv.reader(lines, strict=True)
    while True:
        try:
            record: Record = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            record = fault
        yield record


def _rows(path: Path, lines: _Lines) -> Iterator[tuple[int, Record]]:
    """The records below the header, without the empty ones at the end of the file."""
    empty: list[tuple[int, Record]] = []
    for row, cells in enumerate(_records(path, lines), 1):
        if cells == []:
            empty.append((row, cells))
        elif row > 1:
            yield from empty
            empty = []
            yield row, cells


def _fault(row: int, cells: Record, header: tuple[str, ...], line: str) -> Unreadable | None:
    """What is wrong in a row; empty cells beyond the header say nothing, and are not wrong."""
    if isinstance(cells, csv.Error):
        return Unreadable(row, None, _shown(line), f"is not CSV: {cells}")
    if not cells:
        return Unreadable(row, None, None, "the row is empty")
    if len(cells) < len(header) or any(cells[len(header) :]):
        misfit = f"does not fit the header: cells are {len(cells)}, not {len(header)}"
        return Unreadable(row, None, _shown(",".join(cells)), misfit)
    for column, cell in zip(header, cells, strict=False):
        if not _is_utf8(cell):
            return Unreadable(row, column, _shown(cell), "is not UTF-8")
    return None


def _check_end(path: Path, last: Unreadable, line: str) -> None:
    """Tell a file that was cut short from one whose last row is wrong."""
    if _ENDS_IN_QUOTES in last.reason:
        raise FileError(path, None, f"the file is cut short: it ends inside quotes that row {last.row} opens")
    if not line.endswith(("\n", "\r")):
        raise FileError(path, None, f"the file is cut short: it ends in the middle of row {last.row}")


def _is_utf8(cell: str) -> bool:
    """Whether no byte of a cell that was read with surrogateescape was left undecoded."""
    return cell.isascii() or not any("\udc80" <= sign <= "\udcff" for sign in cell)


def _shown(text: str) -> str:
    """The beginning of a text that may not be UTF-8, such bytes as \\x.., without its line end."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace").rstrip("\r\n")[:_SHOWN]
