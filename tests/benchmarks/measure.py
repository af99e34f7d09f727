"""Time and memory of a command: wall seconds, processor seconds and the peak of its whole tree of processes."""

import os
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_EVERY = 0.02  # seconds between two looks at the memory


@dataclass(frozen=True)
class Run:
    """One run of a command."""

    seconds: float  # as the command itself tells on the last line of its output, else from start to end
    processor: float  # seconds of all its processes
    peak: int  # bytes resident at once in all its processes together


def run(command: Sequence[str | Path], **environment: str) -> Run:
    """Run a command to its end; a fault of it is a CalledProcessError with what it said."""
    began, before = time.perf_counter(), os.times()
    process = subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.PIPE, text=True, env={**os.environ, **environment}
    )
    peak = _Peak(process.pid)
    out, _ = process.communicate()
    seconds, after = time.perf_counter() - began, os.times()
    peak.stop()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, out)
    told = out.split()[-1:] or [""]
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(float(told[0]) if told[0].replace(".", "").isdigit() else seconds, used, peak.bytes)


def median(runs: Sequence[Run]) -> Run:
    """The median of each figure, but the highest of the peaks."""
    return Run(
        statistics.median(r.seconds for r in runs),
        statistics.median(r.processor for r in runs),
        max(r.peak for r in runs),
    )


def alternate(times: int, runs: dict[str, Callable[[], Run]]) -> dict[str, Run]:
    """The medians of several runs, taken in turn, so that what else the machine does disturbs all alike."""
    done: dict[str, list[Run]] = {name: [] for name in runs}
    for _ in range(times):
        for name, one in runs.items():
            done[name].append(one())
    return {name: median(several) for name, several in done.items()}


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"


class _Peak:
    """Looks at the memory of a tree of processes until it is told to stop."""

    def __init__(self, pid: int) -> None:
        self.bytes = 0
        self._pid, self._over = pid, threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(_EVERY):
            self.bytes = max(self.bytes, sum(_resident(pid) for pid in _tree(self._pid)))


def _tree(pid: int) -> list[int]:
    """A process and all below it, whichever of its threads has started them."""
    found = [pid]
    with suppress(FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            found += [below for child in task.read_text().split() for below in _tree(int(child))]
    return found


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (FileNotFoundError, ProcessLookupError):
        return 0


def proportional(pid: int) -> int:
    """Bytes of a process and all below it, what they share counted once."""
    return sum(_proportional(each) for each in _tree(pid))


def processor(pid: int) -> float:
    """Seconds of a processor that a process and all below it have used, with those of them that have ended."""
    return sum(_processor(each) for each in _tree(pid))


def _processor(pid: int) -> float:
    try:
        told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(map(int, told[11:15])) / os.sysconf("SC_CLK_TCK")  # user and system, its own and its children's


def _proportional(pid: int) -> int:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next(int(line.split()[1]) << 10 for line in rollup.splitlines() if line.startswith("Pss:"))
