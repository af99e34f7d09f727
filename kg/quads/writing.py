"""Sorted lines to a file: some are written while the next ones are made."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path

from kg.facts import Connection
from kg.quads.sections import pieces

_THINGS = 500  # whose lines are made, and written, together
_BUFFER = 1 << 20  # bytes


def write_lines(connection: Connection, path: Path, *, view_only: bool = False) -> None:
    """Write all quads as N-Quads, or those of the default graph as N-Triples, in the order of their bytes."""
    with path.open("wb", buffering=_BUFFER) as file, ThreadPoolExecutor(1) as beside:
        written = beside.submit(file.flush)
        for lines in _lines(connection, view_only):
            written.result()
            written = beside.submit(file.writelines, lines)
        written.result()


def _lines(connection: Connection, view_only: bool) -> Iterator[Iterator[bytes]]:
    """The lines of some things at a time."""
    for piece in pieces(connection, view_only=view_only):
        found = connection.execute(piece)
        while several := found.fetchmany(_THINGS):
            yield chain.from_iterable(several)
