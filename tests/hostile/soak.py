"""A soak: light and hostile clients beside each other, while workers are killed and builds published under them.

`python -m tests.hostile.soak --minutes 60` runs it for an hour and tells what it saw; it fails where an answer was
wrong, a request dropped, or the memory grew.
"""

import argparse
import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from kg.builds import current
from kg.formats import BY_NAME
from kg.queries import canned
from tests.endpoint_support import publish_small
from tests.hostile.case import Hostile
from tests.hostile.gallery import gallery
from tests.hostile.wire import GONE
from tests.hostile.witnesses import descendants, private_bytes
from tests.served import Served, started

THINGS = 400
LIGHT = 8  # clients
_MB = 1 << 20
_ON_PURPOSE = frozenset({429, 504})  # and 503 with Retry-After
_CANNED = ("parties", "councils", "events", "affiliations", "concepts")
_SETTINGS = {
    "KG_LANES__DEADLINE": "1.5",
    "KG_LIMITS__MEMORY": f"{256 * _MB}",
    "KG_LIMITS__ANSWER": f"{4 * _MB}",
    "KG_LIMITS__GROWTH": f"{32 * _MB}",
    "KG_CACHE": f"{8 * _MB}",
    "KG_BODY_PATIENCE": "1",
    "KG_HTTP__HEAD_PATIENCE": "1",
    "KG_HTTP__SEND_PATIENCE": "1",
    "KG_FAIRNESS__SECONDS": "1000000",
    "KG_FAIRNESS__ERRORS": "1000000",
}


@dataclass
class Report:
    """What was seen."""

    seconds: list[float] = field(default_factory=list)  # of the light queries that were answered
    refused: Counter[int] = field(default_factory=Counter)  # light queries, on purpose, by status
    hostile: Counter[int] = field(default_factory=Counter)  # by status
    wrong: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)  # bytes of all processes, every few seconds
    killed: int = 0
    published: int = 0

    @property
    def growth(self) -> int:
        """How much more memory was in use in the last third than in the second one, at the least: peaks are queries."""
        third = len(self.memory) // 3
        return min(self.memory[-third:]) - min(self.memory[third : 2 * third]) if third else 0

    def told(self) -> str:
        times = sorted(self.seconds)
        late = times[int(len(times) * 0.99)]
        figures = f"median {median(times) * 1e3:.1f} ms, p99 {late * 1e3:.1f} ms, worst {times[-1] * 1e3:.0f} ms"
        return "\n".join(
            (
                f"{len(times)} light queries answered rightly: {figures}",
                f"{sum(self.refused.values())} refused on purpose: {dict(self.refused)}",
                f"{sum(self.hostile.values())} hostile requests: {dict(self.hostile)}",
                f"{self.killed} processes killed, {self.published} builds published",
                f"wrong: {len(self.wrong)} {self.wrong[:3]}; dropped: {len(self.dropped)} {self.dropped[:5]}",
                f"memory: {[size // _MB for size in self.memory]} MB, growth {self.growth // _MB} MB",
            )
        )


def soak(home: Path, seconds: float) -> Report:
    """Run it over a home for a while."""
    publish_version(home, 1)
    with started(home, environment=_SETTINGS) as served:
        return asyncio.run(_Soak(home, served, seconds).run())


def publish_version(home: Path, version: int) -> None:
    """Publish a build in which every thing has the value of this version, and no other."""
    values = [f'<http://example.org/s{n}> <http://example.org/v> "{version}-{n}" .' for n in range(THINGS)]
    links = [
        f"<http://example.org/s{n}> <http://example.org/p> <http://example.org/s{n * 7 % THINGS}> ."
        for n in range(THINGS)
    ]
    publish_small(home, f"{version:016x}", [*values, *links])


class _Soak:
    def __init__(self, home: Path, served: Served, seconds: float) -> None:
        self._home, self._served = home, served
        self._end = time.monotonic() + seconds
        self._seconds = seconds
        self._version = 1
        self._report = Report()
        self._random = random.Random(2024)
        quads = current(home).open()
        self._canned = {name: quads.ask(canned()[name].text, BY_NAME["csv"]) for name in _CANNED}
        parts = urlsplit(served.address)
        self._address = (str(parts.hostname), int(parts.port or 0))
        self._hostile = [
            case for case in gallery("http://127.0.0.1:9/", "http://127.0.0.1:9/", "/canary") if _is_evaluated(case)
        ]

    async def run(self) -> Report:
        clients = [self._light(number) for number in range(LIGHT)]
        others = [self._hostile_client() for _ in range(2)]
        await asyncio.gather(*clients, *others, self._kill(), self._publish(), self._watch())
        return self._report

    @property
    def _goes_on(self) -> bool:
        return time.monotonic() < self._end

    async def _light(self, number: int) -> None:
        questions: list[Callable[[httpx.AsyncClient], Coroutine[Any, Any, None]]]
        questions = [self._ask_values, self._ask_values, self._ask_count, self._ask_canned]
        async with _client(self._served.address, f"127.0.0.{number + 2}") as web:
            while self._goes_on:
                await self._random.choice(questions)(web)
                await asyncio.sleep(self._random.random() * 0.02)

    async def _ask_values(self, web: httpx.AsyncClient) -> None:
        """Some things' values: each of them the version's, and all of one version."""
        numbers = sorted(self._random.sample(range(THINGS), 20))
        things = " ".join(f"<http://example.org/s{n}>" for n in numbers)
        query = f"SELECT ?o {{ VALUES ?s {{ {things} }} ?s <http://example.org/v> ?o }}"
        versions = self._versions
        if rows := await self._asked(web, f"/sparql?query={quote(query)}&format=csv"):
            self._judge(query, rows, [{f"{v}-{n}" for n in numbers} for v in versions | self._versions])

    async def _ask_count(self, web: httpx.AsyncClient) -> None:
        """Everything counted by its version: there is one, and it has all things."""
        query = (
            'SELECT ?version (COUNT(*) AS ?n) { ?s <http://example.org/v> ?o BIND(STRBEFORE(?o, "-") AS ?version) '
            f"FILTER(?s != <http://x/{self._random.random()}>) }} GROUP BY ?version"
        )
        versions = self._versions
        if rows := await self._asked(web, f"/sparql?query={quote(query)}&format=csv"):
            self._judge(query, rows, [{f"{v},{THINGS}"} for v in versions | self._versions])

    async def _ask_canned(self, web: httpx.AsyncClient) -> None:
        name = self._random.choice(_CANNED)
        body = await self._answer(web, f"/queries/{name}.csv")
        if body is not None and body != self._canned[name]:
            self._report.wrong.append(f"{name}: {body[:200]!r}")

    @property
    def _versions(self) -> set[int]:
        """Those that may answer now: the published one, and the one before it while it is taken up."""
        return {self._version - 1, self._version, self._version + 1}

    def _judge(self, query: str, rows: list[str], right: list[set[str]]) -> None:
        if set(rows[1:]) not in right:
            self._report.wrong.append(f"{query[:100]}: {rows[:4]}, not {right[0]}")

    async def _asked(self, web: httpx.AsyncClient, path: str) -> list[str] | None:
        body = await self._answer(web, path)
        return body.decode().split() if body is not None else None

    async def _answer(self, web: httpx.AsyncClient, path: str) -> bytes | None:
        """The body of a right answer; None for one that was refused on purpose, or dropped."""
        began = time.perf_counter()
        try:
            answer = await web.get(path)
        except httpx.TransportError as fault:
            self._report.dropped.append(f"{path[:60]}: {fault!r}")
            return None
        if answer.status_code == 200:
            self._report.seconds.append(time.perf_counter() - began)
            return answer.content
        if answer.status_code in _ON_PURPOSE or (answer.status_code == 503 and "retry-after" in answer.headers):
            self._report.refused[answer.status_code] += 1
        else:
            self._report.dropped.append(f"{path[:60]}: {answer.status_code} {answer.text[:300]}")
        return None

    async def _hostile_client(self) -> None:
        """One of the gallery after the other."""
        while self._goes_on:
            case = self._random.choice(self._hostile)
            outcome = await asyncio.to_thread(case.way, self._address)
            self._report.hostile[outcome.status] += 1
            if outcome.status not in case.statuses | _ON_PURPOSE | {200, 503}:  # little is stored here
                self._report.dropped.append(f"{case.name}: {outcome.status} {outcome.body[:200]!r}")

    async def _kill(self) -> None:
        """End a worker every second or so, and the nursery once."""
        half = self._end - self._seconds / 2
        spared = True
        while self._goes_on:
            await asyncio.sleep(0.3 + self._random.random())
            nurseries, workers = self._below()
            spared, doomed = (False, nurseries) if spared and time.monotonic() > half else (spared, workers)
            if doomed:
                self._report.killed += 1
                _end(self._random.choice(doomed))

    def _below(self) -> tuple[list[int], list[int]]:
        pids = descendants(self._served.process.pid)
        nurseries = [pid for pid in pids if _parent(pid) == self._served.process.pid]
        return nurseries, [pid for pid in pids if _parent(pid) in nurseries]

    async def _publish(self) -> None:
        """Publish another build every few seconds; it counts as one that may answer before it does."""
        for version in count(2):
            await asyncio.sleep(min(8.0, self._seconds / 6))
            if not self._goes_on:
                return
            await asyncio.to_thread(publish_version, self._home, version)
            self._version = version
            self._report.published += 1

    async def _watch(self) -> None:
        while self._goes_on:
            await asyncio.sleep(min(2.0, self._seconds / 15))
            self._report.memory.append(sum(map(private_bytes, descendants(self._served.process.pid))))


def _is_evaluated(case: Hostile) -> bool:
    """Whether a case is one of a query, and calls nobody."""
    return case.statuses <= {400, 403, 413, 503, 504, GONE} and "redirects" not in case.name


@asynccontextmanager
async def _client(address: str, source: str) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.AsyncHTTPTransport(local_address=source)
    async with httpx.AsyncClient(base_url=address, transport=transport, timeout=30) as web:
        yield web


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    except OSError:  # it has ended
        return 0


def _end(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def main() -> int:
    parser = argparse.ArgumentParser(description="Soak the endpoint.")
    parser.add_argument("--minutes", type=float, default=60.0)
    with tempfile.TemporaryDirectory() as home:
        report = soak(Path(home), parser.parse_args().minutes * 60)
    print(report.told())
    return 1 if report.wrong or report.dropped or report.growth > 64 * _MB else 0


if __name__ == "__main__":
    sys.exit(main())
