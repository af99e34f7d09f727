"""How soon `kg serve` answers, how fast it reads a build into memory, and what each further worker holds."""

import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.endpoint_load import load
from tests.benchmarks.endpoint_mix import Asked
from tests.benchmarks.endpoint_servers import project, settle
from tests.benchmarks.measure import megabytes, table

_FEW, _MANY = 2, 10  # workers in the fast lane
_CLIENTS = 32
_SECONDS = 2.0


def report(home: Path, quads: int, light: Sequence[Asked], runs: int) -> str:
    """The table of this part."""
    first, whole = zip(*(_start(home) for _ in range(runs)), strict=True)
    loading = statistics.median(whole) - 1.0  # to the first answer 1 s is allowed, beside the loading
    rows = [
        ["seconds to the first answer", f"{statistics.median(first):.2f}"],
        ["seconds until served from memory", f"{statistics.median(whole):.2f}"],
        ["quads read a second, but for 1 s", f"{quads / loading:,.0f}" if loading > 0 else "within that second"],
        ["memory of each further worker", megabytes(int(statistics.median(_worker(home, light) for _ in range(runs))))],
    ]
    return table(["start", "project"], rows)


def _start(home: Path) -> tuple[float, float]:
    """Seconds until the first answer, and until the build is in memory."""
    began = time.perf_counter()
    with project(home) as server:
        settle(server)
        return server.start, time.perf_counter() - began


def _worker(home: Path, light: Sequence[Asked]) -> int:
    """Bytes that one more worker holds, after every worker has answered much."""
    held = []
    for width in (_FEW, _MANY):
        with project(home, cache=0, lanes__fast=width) as server:
            settle(server)
            load(server, light, _CLIENTS, _SECONDS)
            held.append(server.memory)
    return (held[1] - held[0]) // (_MANY - _FEW)
