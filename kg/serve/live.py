"""The published build and its workers, taken up anew as soon as the pointer to it moves."""

import asyncio
import logging
import os
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import anyio.from_thread
from fastapi import Request

from kg import builds
from kg.builds import Build
from kg.errors import KgError, NoBuild
from kg.formats import Format
from kg.serve import answers
from kg.serve.evaluation import Pool, Question, start_pool
from kg.serve.fairness import Accounts
from kg.serve.relay import Relay
from kg.serve.settings import Settings

_AT_ONCE = 200_000  # quads that are read into memory in a moment
_BYTES_OF_A_QUAD = 200  # in quads.nq, about
_LOOK = 0.02  # seconds between two looks at the pointer
_REOPENING = 5.0  # seconds for which a query waits for a build whose nursery has ended
_GRACE = 2.0  # seconds in which a request that has seen a pool comes to use it
_DRAIN = 120.0  # seconds after which the queries over a former build are ended
_PAUSE = 2.0  # seconds before a build that could not be opened is tried again

_LOG = logging.getLogger(__name__)


@dataclass(eq=False)
class Serving:
    """One build with the pool that answers for it; a request keeps the one it began with."""

    build: Build
    pool: Pool
    in_memory: bool
    known: dict[str, dict[str, int]] = field(default_factory=dict)  # counts that a build has once for all


@dataclass(frozen=True)
class Opened:
    """The build as one request sees it, from a thread."""

    serving: Serving
    accounts: Accounts
    client: str = ""

    @property
    def build(self) -> Build:
        return self.serving.build

    def ask(self, text: str, fmt: Format, *, network: bool = False) -> bytes:
        """The answer to a query, written; a graph in the order of its lines."""
        question = Question(text, format=fmt.name, ordered=True)
        asked = partial(self.serving.pool.ask, question, self.client, network=network)
        reply = anyio.from_thread.run(self.accounts.pay, self.client, asked)
        if reply.file is None:
            return reply.body
        with os.fdopen(reply.file, "rb") as file:
            file.seek(0)
            return file.read()

    @property
    def triples_by_graph(self) -> dict[str, int]:
        """The size of each named graph, by its IRI; the default graph stands under the empty string."""
        told: dict[str, int] | None = self.build.report.get("graphs")
        return told or self._known("graphs", lambda row: row["graph"].value if "graph" in row else "", "triples")

    @property
    def things_by_class(self) -> dict[str, int]:
        """How many things each class has in the default graph, by the class's IRI, the largest first."""
        return self._known("classes", lambda row: row["class"].value, "things")

    def _known(self, query: str, name: Callable[[answers.Row], str], count: str) -> dict[str, int]:
        if query not in self.serving.known:
            rows = answers.select(self, query)
            self.serving.known[query] = {name(row): int(row[count].value) for row in rows}
        return self.serving.known[query]


class Live:
    """The build that a home publishes; looking costs one readlink."""

    def __init__(self, home: Path, settings: Settings) -> None:
        builds.current(home)  # NoBuild, before anything is started
        self._home, self._settings = home, settings
        self._serving: Serving | None = None
        self._relay = Relay(settings.services, settings.federation)
        self.counts: Counter[str] = Counter()  # of what has happened in the pools of all builds
        self._target: str | None = None  # what the pointer said of what is served
        self._looked = 0.0  # when the pointer was read
        self._again = 0.0  # when what could not be opened may be tried again
        self._answering = asyncio.Event()
        self._taking_up: asyncio.Task[None] | None = None
        self._retiring: set[asyncio.Task[None]] = set()
        self.taken_up: Callable[[], Awaitable[None]] | None = None  # called when a build answers as it will go on to
        self._own = None if settings.runtime else tempfile.TemporaryDirectory(prefix="kg-")
        self._runtime = settings.runtime or Path(self._own.name)  # type: ignore[union-attr]

    async def start(self) -> None:
        """Open the published build; as soon as it answers from disk this is done, and it is read into memory."""
        self._loop = asyncio.get_running_loop()
        await self._relay.start()
        self._taking_up = self._loop.create_task(self._take_up(self._pointer()))
        answering = self._loop.create_task(self._answering.wait())
        await asyncio.wait([self._taking_up, answering], return_when=asyncio.FIRST_COMPLETED)
        answering.cancel()
        if not self._serving:
            await self._taking_up
            raise KgError(f"the build in {self._home} cannot be opened")

    async def stop(self) -> None:
        """End every worker."""
        tasks = [*self._retiring, *([self._taking_up] if self._taking_up else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._serving:
            await self._serving.pool.drain(0)
        await self._relay.stop()
        if self._own:
            self._own.cleanup()

    def now(self) -> Serving:
        """What answers now; where something else is published, it is taken up meanwhile. Any thread may call it."""
        if self._serving is None:
            raise NoBuild("no build is open yet")
        if (now := time.monotonic()) < self._looked + _LOOK and not self._serving.pool.closed:
            return self._serving
        self._looked, target = now, self._pointer()
        if target not in {None, self._target} or self._serving.pool.closed:
            self._loop.call_soon_threadsafe(self._begin, target)
        return self._serving

    async def anew(self, serving: Serving) -> Serving:
        """What answers by the same build in place of what has closed; that itself, where nothing does soon."""
        until = self._loop.time() + _REOPENING
        while (found := self.now()) is serving and self._loop.time() < until:
            await asyncio.sleep(_LOOK)
        return found if found.build.id == serving.build.id else serving

    def _begin(self, target: str | None) -> None:
        if (self._taking_up is None or self._taking_up.done()) and self._loop.time() >= self._again:
            self._taking_up = self._loop.create_task(self._take_up(target))

    @property
    def build_id(self) -> str:
        """The build that answers now; empty where none is open."""
        return self.now().build.id if self._serving else ""

    @property
    def storage(self) -> str:
        """Where the build that answers is held: in memory, on disk, or on disk until it is read into memory."""
        if self._serving and self._serving.in_memory:
            return "memory"
        return "disk" if self._taking_up is None or self._taking_up.done() else "loading"

    @property
    def load(self) -> dict[str, int]:
        """How many workers do what, and how many queries wait; empty where no build is open."""
        return self._serving.pool.load if self._serving else {}

    def is_current(self) -> bool:
        """Whether what is served is what is published."""
        return self._pointer() == self._target

    async def _take_up(self, target: str | None) -> None:
        try:
            build = builds.current(self._home)
            count = _size(build)
            if count > min(_AT_ONCE, self._settings.memory_quads):
                self._serve(await self._open(build, in_memory=False), target)
            if count <= self._settings.memory_quads:
                self._serve(await self._open(build, in_memory=True), target)
            if self.taken_up:
                await self.taken_up()
        except (KgError, OSError) as fault:  # the last build stays
            _LOG.error("the published build cannot be taken up: %s", fault)
            self._again = self._loop.time() + _PAUSE

    async def _open(self, build: Build, *, in_memory: bool) -> Serving:
        settings = self._settings
        pool = await start_pool(self._runtime, build, settings.limits, settings.lanes, in_memory=in_memory)
        pool.counts, pool.calls = self.counts, self._relay.run
        return Serving(build, pool, in_memory)

    def _serve(self, serving: Serving, target: str | None) -> None:
        before, self._serving, self._target = self._serving, serving, target
        _LOG.info("build %s is served from %s", serving.build.id, "memory" if serving.in_memory else "disk")
        self._answering.set()
        if before:
            task = self._loop.create_task(_retire(before.pool))
            self._retiring.add(task)
            task.add_done_callback(self._retiring.discard)

    def _pointer(self) -> str | None:
        try:
            return os.readlink(self._home / "current")  # noqa: PTH115 (a string compares; nothing is resolved)
        except OSError:
            return None


def opened(request: Request) -> Opened:
    """The build that this request reads."""
    live: Live = request.app.state.live
    return Opened(live.now(), request.app.state.accounts, request.client.host if request.client else "")


async def _retire(pool: Pool) -> None:
    await asyncio.sleep(_GRACE)
    await pool.drain(_DRAIN)


def _size(build: Build) -> int:
    """How many quads a build has; about, where its report does not say."""
    known: int | None = build.report.get("quads")
    return known if known is not None else build.quads.stat().st_size // _BYTES_OF_A_QUAD
