"""Sorted lines to a file: pieces are written beside each other, and put together in their order."""

import os
import shutil
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import IO

from kg.facts import Connection
from kg.quads.sections import pieces

_AT_ONCE = min(os.cpu_count() or 1, 4)  # pieces
_THINGS = 500  # whose lines are in memory together, of each piece
_BUFFER = 1 << 20  # bytes


def write_lines(connection: Connection, path: Path, *, view_only: bool = False) -> None:
    """Write all quads as N-Quads, or those of the default graph as N-Triples, in the order of their bytes."""
    with path.open("wb") as whole, ThreadPoolExecutor(_AT_ONCE) as pool:
        coming: deque[Future[Path]] = deque()
        for number, piece in enumerate(pieces(connection, _AT_ONCE, view_only=view_only)):
            coming.append(pool.submit(_write, connection.cursor(), piece, path.with_suffix(f".{number}")))
            if len(coming) > _AT_ONCE:
                _append(whole, coming.popleft().result())
        for written in coming:
            _append(whole, written.result())


def _write(connection: Connection, piece: str, path: Path) -> Path:
    lines = connection.execute(piece)
    with path.open("wb", buffering=_BUFFER) as file:
        while several := lines.fetchmany(_THINGS):
            file.writelines(of_thing for (of_thing,) in several)
    return path


def _append(whole: IO[bytes], part: Path) -> None:
    with part.open("rb") as file:
        shutil.copyfileobj(file, whole, _BUFFER)
    part.unlink()
