"""Light requests while four queries run that never end: what is left of their rate, and what becomes of the four."""

import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.benchmarks.endpoint_load import load
from tests.benchmarks.endpoint_mix import Asked
from tests.benchmarks.endpoint_servers import Server, oxigraph, project, settle
from tests.benchmarks.measure import table

_CLIENTS = 8
_KILLERS = 4
_BEGINNING = 1.0  # seconds in which the four come to run
_AFTER = 2.0  # seconds in which a server should be at rest when they are over
_PATTERNS = " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(6))


@dataclass(frozen=True)
class Seen:
    """What one run saw."""

    alone: float  # requests a second
    beside: float
    late: float  # seconds that the last of the four took beyond the deadline; a client leaves a second after it
    unended: int  # of the four, which had no answer by then
    left: float  # processors in use when the four clients had gone


def report(home: Path, light: Sequence[Asked], runs: int, seconds: float) -> str:
    """The table of this part; the deadline leaves room for the light requests to be measured."""
    deadline = 2 * _BEGINNING + seconds
    starts: dict[str, Callable[[], AbstractContextManager[Server]]] = {
        "project": lambda: project(home, cache=0, lanes__deadline=deadline),
        "oxigraph, in memory": lambda: oxigraph(home, in_memory=True),
    }
    seen: dict[str, list[Seen]] = {name: [] for name in starts}
    for _ in range(runs):
        for name, start in starts.items():
            with start() as server:
                if name == "project":
                    settle(server)
                seen[name].append(_run(server, light, seconds, deadline))
    head = ["killers", "alone, requests/s", "beside four", "is", "ended after the deadline", "never", "processors left"]
    return table(head, [_row(name, several) for name, several in seen.items()])


def _run(server: Server, light: Sequence[Asked], seconds: float, deadline: float) -> Seen:
    load(server, light, _CLIENTS, min(seconds, 2.0))
    alone = load(server, light, _CLIENTS, seconds).rate
    with ThreadPoolExecutor(_KILLERS) as pool:
        killers = [pool.submit(_kill, server, number, deadline) for number in range(_KILLERS)]
        time.sleep(_BEGINNING)
        assert not any(map(Future.done, killers)), "a killer ended at once"
        beside = load(server, light, _CLIENTS, seconds).rate
        taken = [killer.result() for killer in killers]
    before = server.processor
    time.sleep(_AFTER)
    ended = [one for one in taken if one is not None]
    late = max(ended, default=deadline) - deadline
    return Seen(alone, beside, late, _KILLERS - len(ended), (server.processor - before) / _AFTER)


def _kill(server: Server, number: int, deadline: float) -> float | None:
    """Ask what has no end; the seconds until there was an answer, None where there was none."""
    query = f"SELECT (COUNT(*) AS ?n) WHERE {{ {_PATTERNS} }} # {number}"
    began = time.perf_counter()
    try:
        httpx.get(server.address, params={"query": query}, timeout=deadline + 1)
    except httpx.TimeoutException:
        return None
    return time.perf_counter() - began


def _row(name: str, several: Sequence[Seen]) -> list[str]:
    def median(figure: str) -> float:
        figures: list[float] = [getattr(seen, figure) for seen in several]
        return statistics.median(figures)

    ratio = statistics.median(seen.beside / seen.alone for seen in several)
    return [
        name, f"{median('alone'):,.0f}", f"{median('beside'):,.0f}", f"{ratio:.2f}×", f"{median('late'):.2f} s",
        f"{max(seen.unended for seen in several)} of {_KILLERS}", f"{median('left'):.2f}",
    ]  # fmt: skip
