"""A pool of workers over one build: every query gets one, light ones at once, heavy ones beside them, none for ever.

A query begins in the fast lane. One that has a processor for longer than `soft` seconds, or takes three times as long,
moves to the slow lane: its worker gives way to the others, and a spare takes its place. Where the slow lane is full,
the worker is stopped until there is room. At the deadline the worker is ended.
"""

import asyncio
import signal
from collections import Counter, deque
from collections.abc import Callable
from pathlib import Path

from kg.builds import Build
from kg.errors import KgError
from kg.serve.evaluation.faults import busy, of_signal, paid, reopening, told, too_slow
from kg.serve.evaluation.frames import Question, Reply
from kg.serve.evaluation.handle import Worker, WorkerDied
from kg.serve.evaluation.known import Known
from kg.serve.evaluation.lanes import Lanes
from kg.serve.evaluation.limits import Limits
from kg.serve.evaluation.nurse import Nurse, find_nursery
from kg.serve.evaluation.queueing import FairQueue
from kg.serve.evaluation.running import Calls, Gone, KilledByOthers, Running
from kg.serve.problem import GONE, Problem

_TRIES = 3  # of a query whose worker is killed from outside
_BREATH = 0.1  # seconds between two tries: what kills one worker may be killing others
_PAUSE = 0.5  # seconds before a worker that has ended unasked is replaced: perhaps none can live


class Pool:
    """The workers over one build that one process has."""

    def __init__(self, nursery: Nurse, limits: Limits, lanes: Lanes) -> None:
        self.counts: Counter[str] = Counter()  # of what has happened: questions, deadlines, deaths, …
        self.calls: Calls | None = None  # runs a query that calls other services
        self._nursery, self._limits, self._lanes = nursery, limits, lanes
        self._loop = asyncio.get_running_loop()
        self._idle: list[Worker] = []
        self._coming = 0  # workers that the nursery was asked for
        self._fast: set[Worker] = set()
        self._slow: set[Worker] = set()
        self._stopped: deque[Running] = deque()
        self._queue: FairQueue[Worker] = FairQueue(lanes.waiting)
        self._calling = asyncio.Semaphore(lanes.slow)  # queries that call other services
        self._known = Known()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False

    async def ask(
        self, question: Question, client: str = "", *, deadline: float | None = None, gone: Gone | None = None,
        network: bool = False,
    ) -> Reply:  # fmt: skip
        """The reply to a question; a Problem where it is refused, ended, or cannot be evaluated."""
        self.counts["questions"] += 1
        if refusal := self._known.refusal(question, self._loop.time()):
            self.counts["remembered"] += 1
            raise refusal
        if self.closed:
            raise reopening()
        seconds = min(deadline or self._lanes.deadline, self._lanes.deadline)
        if network:
            await self._wait_to_call()
            try:
                running = Running(await self._take_for_network(), question, gone, seconds)
                return await self.calls(running, self._run) if self.calls else await self._run(running)
            finally:
                self._calling.release()
        for left in reversed(range(_TRIES)):
            worker = self._take_for_heavy(question) or await self._take_in_turn(client)
            try:
                return await self._run(Running(worker, question, gone, seconds, left))
            except KilledByOthers:
                await asyncio.sleep(_BREATH)
        raise AssertionError("the last try tells what it came to")

    @property
    def load(self) -> dict[str, int]:
        """How many workers do what, and how many queries wait."""
        return {
            "idle": len(self._idle),
            "fast": len(self._fast),
            "slow": len(self._slow),
            "stopped": len(self._stopped),
            "waiting": len(self._queue),
        }

    @property
    def busy(self) -> bool:
        return bool(self._fast or self._slow or self._stopped or self._queue)

    @property
    def closed(self) -> bool:
        return self._nursery.closed

    async def fill(self) -> None:
        """Have every worker ready that should be."""
        self._replenish()
        while self._coming and not self.closed:
            await asyncio.sleep(0.002)

    async def drain(self, seconds: float) -> None:
        """Close the pool when nothing is evaluated any more, or after so many seconds."""
        self._closing = True
        until = self._loop.time() + seconds
        while self.busy and self._loop.time() < until:
            await asyncio.sleep(0.05)
        self._nursery.close()
        for worker in [*self._idle, *self._fast, *self._slow, *(s.worker for s in self._stopped)]:
            worker.kill()

    async def _take_in_turn(self, client: str) -> Worker:
        """A worker of the fast lane, as soon as there is one for this client."""
        if not len(self._queue) and self._is_room():
            worker = self._idle.pop()
            self._fast.add(worker)
            return worker
        if self._queue.is_full_for(client):
            self.counts["refused"] += 1
            raise busy("too many queries wait already")
        self.counts["queued"] += 1
        place = self._queue.join(client)
        late = self._loop.call_later(self._lanes.patience, self._send_away, place)
        try:
            return await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self._give_back(place.result())  # it came at the last moment
            raise
        finally:
            late.cancel()

    def _send_away(self, place: "asyncio.Future[Worker]") -> None:
        if not place.done():
            self.counts["refused"] += 1
            place.set_exception(busy(f"no worker was free within {self._lanes.patience:g} s"))

    async def _wait_to_call(self) -> None:
        try:
            await asyncio.wait_for(self._calling.acquire(), self._lanes.patience)
        except TimeoutError as fault:
            self.counts["refused"] += 1
            raise busy("too many queries are calling other services") from fault

    async def _take_for_network(self) -> Worker:
        try:
            return await self._nursery.worker(network=True)
        except KgError:
            raise reopening() from None

    def _take_for_heavy(self, question: Question) -> Worker | None:
        """A worker of the slow lane, for a query that is known to be heavy, where there is room."""
        if not self._idle or len(self._slow) >= self._lanes.slow or not self._known.is_heavy(question):
            return None
        worker = self._idle.pop()
        self._slow.add(worker)
        worker.give_way()
        self._replenish()
        return worker

    def _is_room(self) -> bool:
        return bool(self._idle) and len(self._fast) < self._lanes.fast

    async def _run(self, running: Running) -> Reply:
        worker, running.began = running.worker, self._loop.time()
        answer = worker.ask(running.asked or running.question)
        running.timer = self._loop.call_later(min(self._lanes.soft, running.seconds), self._look_at, running)
        try:
            reply = await answer
        except WorkerDied:
            raise paid(await self._why(running), self._loop.time() - running.began) from None
        except asyncio.CancelledError:
            worker.kill()
            raise
        finally:
            self._done(running)
        if reply.last or worker not in self._fast:
            self._slow.discard(worker)
            worker.close()
        else:
            self._give_back(worker)
        self._next()
        if reply.problem:
            raise paid(told(reply.problem), reply.seconds)
        return reply

    def _done(self, running: Running) -> None:
        if running.timer:
            running.timer.cancel()
        if running.watch:
            running.watch.cancel()
        if self._stopped and running in self._stopped:  # it had answered before it was stopped
            self._stopped.remove(running)
            running.worker.resume()

    def _give_back(self, worker: Worker) -> None:
        self._fast.discard(worker)
        self._idle.append(worker)

    def _next(self) -> None:
        """Let others have what has become free."""
        while self._stopped and len(self._slow) < self._lanes.slow:
            stopped = self._stopped.popleft()
            self._slow.add(stopped.worker)
            stopped.worker.resume()
        while len(self._queue) and self._is_room():
            worker = self._idle.pop()
            self._fast.add(worker)
            if not self._queue.give(worker):
                self._give_back(worker)
        self._replenish()

    def _replenish(self) -> None:
        wanted = self._lanes.fast - len(self._fast) + self._lanes.spare
        while not self._closing and len(self._idle) + self._coming < wanted:
            self._coming += 1
            task = self._loop.create_task(self._hatch())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _hatch(self) -> None:
        try:
            worker = await self._nursery.worker()
        except KgError:
            self._queue.dismiss(reopening())  # the nursery has gone, which `closed` tells
            return
        finally:
            self._coming -= 1
        if self._closing:
            worker.close()
            return
        self._idle.append(worker)
        self._next()

    def _look_at(self, running: Running) -> None:
        """See after a query that is not answered yet, and again when there may be something to do about it."""
        taken = self._loop.time() - running.began
        left = running.seconds - taken
        if left <= 0:
            self._end_late(running)
            return
        if not running.heavy:
            if lacking := running.lacking(taken, self._lanes.soft):
                left = min(left, lacking)
            else:
                self._make_heavy(running)
        running.timer = self._loop.call_later(left, self._look_at, running)

    def _make_heavy(self, running: Running) -> None:
        """Move a query to the slow lane, or stop it until there is room."""
        worker, running.heavy = running.worker, True
        self.counts["heavy"] += 1
        self._known.note_heavy(running.question)
        if worker in self._fast:
            self._fast.discard(worker)
            worker.give_way()
            self._find_place(running)
        if running.gone:
            running.watch = self._loop.create_task(self._watch(running, running.gone))
        self._next()

    def _find_place(self, running: Running) -> None:
        if len(self._slow) < self._lanes.slow:
            self._slow.add(running.worker)
        elif len(self._stopped) < self._lanes.stopped:
            self._stopped.append(running)
            running.worker.pause()
        else:
            self.counts["refused"] += 1
            self._end(running, busy("too many long queries are being answered"))

    async def _watch(self, running: Running, gone: Gone) -> None:
        """End the query when its client has gone."""
        await gone()
        self.counts["abandoned"] += 1
        self._end(running, Problem(GONE, "the client has gone"))

    def _end_late(self, running: Running) -> None:
        self.counts["deadlines"] += 1
        problem = too_slow(running.seconds)
        if running.seconds >= self._lanes.deadline:
            self._not_again(running.question, problem)
        self._end(running, problem)

    def _end(self, running: Running, problem: Problem) -> None:
        running.ended = problem
        running.worker.kill()

    async def _why(self, running: Running) -> Problem:
        """Why a worker died under a query."""
        if not running.ended:
            number = await self._nursery.death_of(running.worker)
            if number == signal.SIGKILL and running.left:
                self.counts["killed"] += 1
                return KilledByOthers(500, "the worker was killed from outside")
            if self.closed:  # the nursery has taken its workers with it
                return reopening()
            running.ended = of_signal(number, self._limits, self._lanes)
            self.counts[f"death-{running.ended.members['reason']}"] += 1
            self._not_again(running.question, running.ended)
        return running.ended

    def _gone(self, worker: Worker) -> None:
        """Strike a worker that has ended, or is ending, off every list."""
        unasked = worker in self._idle
        if unasked:
            self._idle.remove(worker)
        self._fast.discard(worker)
        self._slow.discard(worker)
        if not self._closing and not self.closed:
            self._loop.call_later(_PAUSE if unasked else 0, self._next)

    def _not_again(self, question: Question, problem: Problem) -> None:
        self._known.note_ended(question, problem, self._loop.time() + self._lanes.remember)


async def start_pool(runtime: Path, build: Build, limits: Limits, lanes: Lanes, *, in_memory: bool) -> Pool:
    """A pool over a build, ready to answer; a KgError where the build cannot be opened."""
    connection = await asyncio.to_thread(find_nursery, runtime, build, limits, in_memory=in_memory)
    struck: list[Callable[[Worker], None]] = []
    nursery = Nurse(connection, lambda worker: struck[0](worker))
    pool = Pool(nursery, limits, lanes)
    struck.append(pool._gone)
    await nursery.ready()
    await pool.fill()
    return pool
