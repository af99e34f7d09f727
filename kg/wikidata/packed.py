"""A text file, packed or not: what it is shows in what it begins with, and not in its name."""

import bz2
import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import FileError, KgError


@contextmanager
def lines_of(path: Path, newline: str | None = None) -> Iterator[Iterator[str]]:
    """The lines of a file in UTF-8, unpacked with gzip or bzip2; a KgError where it is not there or cannot be read."""
    if not path.is_file():
        raise KgError(f"there is no {path}")
    with path.open("rb") as raw:
        start = raw.read(3)
    unpack = gzip.open if start.startswith(b"\x1f\x8b") else bz2.open if start == b"BZh" else open
    with unpack(path, "rt", encoding="utf-8", newline=newline) as lines:
        try:
            yield iter(lines)
        except (EOFError, gzip.BadGzipFile, zlib.error, UnicodeDecodeError) as fault:
            raise FileError(path, None, f"cannot be read: {fault}") from fault
