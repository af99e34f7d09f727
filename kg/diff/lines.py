"""The lines in which two sorted files differ, by a merge that passes over what is equal in large steps."""

from collections.abc import Iterator
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import NamedTuple

_LARGEST = 1 << 20  # bytes that are compared at once


class Difference(NamedTuple):
    """A line that only one of two files has, with its end."""

    added: bool  # the newer file has it
    line: bytes


def differences(old: Path, new: Path) -> Iterator[Difference]:
    """Every line that only one of two files has, in order; in both the lines must be sorted, each standing once."""
    with (
        old.open("rb") as old_file,
        new.open("rb") as new_file,
        mmap(old_file.fileno(), 0, access=ACCESS_READ) as before,
        mmap(new_file.fileno(), 0, access=ACCESS_READ) as after,
    ):
        yield from _merge(before, after)


def _merge(before: mmap, after: mmap) -> Iterator[Difference]:
    i = j = 0
    step = _LARGEST
    while i < len(before) and j < len(after):
        if equal := _equal(before, after, i, j, step):
            i, j, step = i + equal, j + equal, min(2 * step, _LARGEST)
            continue
        one, other = _line(before, i), _line(after, j)
        if one == other:
            i, j, step = i + len(one), j + len(other), 2 * len(one)
        elif one < other:
            yield Difference(False, one)
            i, step = i + len(one), 0
        else:
            yield Difference(True, other)
            j, step = j + len(other), 0
    yield from (Difference(False, line) for line in _lines(before, i))
    yield from (Difference(True, line) for line in _lines(after, j))


def _equal(before: mmap, after: mmap, i: int, j: int, step: int) -> int:
    """How many bytes of whole lines are equal from here, where all of the step is; else 0."""
    part = before[i : i + step]
    return part.rfind(b"\n") + 1 if part == after[j : j + step] else 0


def _line(text: mmap, start: int) -> bytes:
    return text[start : text.find(b"\n", start) + 1 or len(text)]


def _lines(text: mmap, start: int) -> Iterator[bytes]:
    while start < len(text):
        line = _line(text, start)
        yield line
        start += len(line)
