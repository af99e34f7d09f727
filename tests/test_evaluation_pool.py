"""The pool over a real build, its nursery and its workers: what one query does to others, and what ends it."""

import asyncio
import os
import signal
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from kg.builds import current
from kg.errors import KgError
from kg.serve.evaluation import Pool, Question, Reply, start_pool
from kg.serve.evaluation.lanes import Lanes
from kg.serve.evaluation.limits import Limits
from kg.serve.evaluation.queueing import FairQueue
from kg.serve.problem import GONE, Problem
from tests.endpoint_support import publish_small

_MB = 1 << 20

Test = Callable[[Pool], Awaitable[None]]

LIGHT = Question("ASK { ?s ?p ?o }", format="json")
DEEP = Question("SELECT * WHERE " + "{" * 20_000 + "}" * 20_000, format="json")
MANY = "{ " + " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(9)) + " }"
ENDLESS = Question(f"SELECT (COUNT(*) AS ?n) WHERE {MANY}", format="json")
GREEDY = Question(f"SELECT * WHERE {MANY} ORDER BY ?a1 ?b2 ?c3", format="json")
LONG = Question("SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", format="tsv")


def other(number: int) -> Question:
    """An endless query like no other."""
    return Question(f"{ENDLESS.query} # {number}", format="json")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    publish_small(folder)
    return folder


def run(home: Path, test: Test, lanes: Lanes | None = None, limits: Limits | None = None, memory: bool = True) -> None:
    """Run a test on a pool of its own, and end the pool."""

    async def main() -> None:
        with tempfile.TemporaryDirectory() as runtime:
            pool = await start_pool(
                Path(runtime), current(home), limits or Limits(), lanes or Lanes(deadline=1.0), in_memory=memory
            )
            try:
                async with asyncio.timeout(60):
                    await test(pool)
            finally:
                await pool.drain(0)

    asyncio.run(main())


async def refused(asked: Awaitable[Reply]) -> Problem:
    with pytest.raises(Problem) as caught:
        await asked
    return caught.value


async def until(holds: Callable[[], bool]) -> None:
    for _ in range(1000):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come about within 10 s")


@pytest.mark.parametrize("memory", [True, False], ids=["in memory", "on disk"])
def test_a_question_gets_its_answer_in_the_format_that_the_client_accepts(home: Path, memory: bool) -> None:
    async def test(pool: Pool) -> None:
        asked = Question("SELECT (1 AS ?one) WHERE {}", accept="text/csv;q=0.9, text/turtle")
        reply = await pool.ask(asked)
        assert (reply.media_type, reply.body, reply.size) == ("text/csv", b"one\r\n1\r\n", 8)
        assert (await pool.ask(asked)).tag == reply.tag

    run(home, test, memory=memory)


def test_a_query_that_brings_its_worker_down_costs_nobody_else_anything(home: Path) -> None:
    async def test(pool: Pool) -> None:
        answers = [pool.ask(LIGHT) for _ in range(20)]
        deep, light = await asyncio.gather(refused(pool.ask(DEEP)), asyncio.gather(*answers))
        assert (deep.status, deep.detail) == (503, "the query is nested too deeply to be evaluated")
        assert {reply.body for reply in light} == {b'{"head":{},"boolean":true}'}
        await until(lambda: pool.load["idle"] == Lanes().fast + Lanes().spare)

    run(home, test)


def test_a_query_ends_at_its_deadline_and_is_not_tried_again_soon(home: Path) -> None:
    async def test(pool: Pool) -> None:
        assert "longer than 1 s" in (await refused(pool.ask(ENDLESS))).detail
        again = await refused(pool.ask(Question(f"\n {ENDLESS.query}  \n", format="json")))
        assert (again.status, 0 < int(again.headers["Retry-After"]) <= 60) == (504, True)
        assert pool.counts["deadlines"] == 1

    run(home, test)


def test_a_client_can_ask_for_an_earlier_deadline_but_for_no_later_one(home: Path) -> None:
    async def test(pool: Pool) -> None:
        assert "longer than 0.2 s" in (await refused(pool.ask(ENDLESS, deadline=0.2))).detail
        assert "longer than 1 s" in (await refused(pool.ask(ENDLESS, deadline=99))).detail

    run(home, test)


def test_a_query_that_takes_too_much_memory_is_told_so(home: Path) -> None:
    async def test(pool: Pool) -> None:
        fault = await refused(pool.ask(GREEDY))
        assert (fault.status, fault.detail) == (503, "the query needs more than 64 MB of memory")

    run(home, test, Lanes(deadline=30.0), Limits(memory=64 << 20))


def test_a_long_answer_comes_whole_in_a_file_and_one_that_is_too_long_not_at_all(home: Path) -> None:
    async def whole(pool: Pool) -> None:
        reply = await pool.ask(LONG)
        assert reply.file is not None
        with os.fdopen(reply.file, "rb") as file:
            file.seek(0)
            body = file.read()
        assert len(body) == reply.size > 1 << 20
        assert body.endswith(b"\n")

    async def too_long(pool: Pool) -> None:
        fault = await refused(pool.ask(LONG))
        assert (fault.status, "longer than 1 MB" in fault.detail) == (503, True)
        assert (await pool.ask(LIGHT)).body

    run(home, whole, Lanes(deadline=30.0))
    run(home, too_long, Lanes(deadline=30.0), Limits(answer=1 << 20))


def test_light_queries_pass_while_every_lane_is_full_of_heavy_ones(home: Path) -> None:
    async def test(pool: Pool) -> None:
        heavy = [asyncio.create_task(refused(pool.ask(other(n)))) for n in range(6)]
        await until(lambda: pool.load["slow"] == 2 and pool.load["stopped"] == 4)
        for _ in range(20):
            assert (await pool.ask(LIGHT)).body
        assert not any(task.done() for task in heavy)
        assert {fault.status for fault in await asyncio.gather(*heavy)} == {504}

    run(home, test, Lanes(fast=2, slow=2, stopped=4, soft=0.05, deadline=8.0))


def test_heavy_queries_beyond_all_lanes_are_refused_with_the_time_to_come_back(home: Path) -> None:
    async def test(pool: Pool) -> None:
        faults = await asyncio.gather(*(refused(pool.ask(other(n))) for n in range(4)))
        assert sorted(fault.status for fault in faults) == [503, 503, 504, 504]
        assert {fault.headers.get("Retry-After") for fault in faults if fault.status == 503} == {"5"}

    run(home, test, Lanes(fast=2, slow=1, stopped=1, soft=0.05, deadline=2.0))


def test_who_waits_is_refused_when_the_queue_is_full_or_his_patience_is_over(home: Path) -> None:
    async def test(pool: Pool) -> None:
        running = [asyncio.create_task(refused(pool.ask(other(n)))) for n in range(2)]
        await until(lambda: pool.load["fast"] == 2)
        waiting = [asyncio.create_task(refused(pool.ask(LIGHT))) for _ in range(2)]
        await until(lambda: pool.load["waiting"] == 2)
        assert "too many queries wait" in (await refused(pool.ask(LIGHT))).detail
        assert {fault.detail for fault in await asyncio.gather(*waiting)} == {
            "the endpoint is busy: no worker was free within 0.1 s"
        }
        await asyncio.gather(*running)

    run(home, test, Lanes(fast=2, soft=9.0, waiting=2, patience=0.1, deadline=1.0))


def test_a_query_ends_when_its_client_has_gone(home: Path) -> None:
    async def test(pool: Pool) -> None:
        left = asyncio.Event()

        async def gone() -> None:
            await left.wait()

        asked = asyncio.create_task(refused(pool.ask(ENDLESS, gone=gone)))
        await until(lambda: pool.load["slow"] == 1)
        left.set()
        assert (await asked).status == GONE
        assert pool.counts["abandoned"] == 1
        await until(lambda: pool.load["slow"] == 0)

    run(home, test, Lanes(deadline=30.0))


def test_workers_that_are_killed_are_replaced(home: Path) -> None:
    async def test(pool: Pool) -> None:
        killed = list(pool._idle)
        for worker in killed:
            os.kill(worker.pid, signal.SIGKILL)
        assert (await pool.ask(LIGHT)).body  # by one that was not dead yet, or the next
        await until(lambda: pool.load["idle"] == Lanes().fast + Lanes().spare and not set(killed) & set(pool._idle))
        assert (await pool.ask(LIGHT)).body

    run(home, test)


def test_workers_share_a_build_in_memory_and_one_that_has_copied_much_of_it_ends(tmp_path: Path) -> None:
    """Reading counts references in the pages that it reads, and so copies them."""
    many = [f"<urn:thing:{n % 50_000}> <urn:property:{n % 4}> <urn:value:{n}> ." for n in range(200_000)]
    publish_small(tmp_path, extra=many)

    async def test(pool: Pool) -> None:
        assert max(_written_to(worker.pid) for worker in pool._idle) < 20 * _MB  # of some 60 that the build takes
        assert not (await pool.ask(Question("SELECT * { <urn:thing:7> ?p ?o }", format="json"))).last
        assert (await pool.ask(Question("SELECT (COUNT(?o) AS ?n) { ?s ?p ?o }", format="json"))).last
        await until(lambda: pool.load["idle"] == Lanes().fast + Lanes().spare)
        assert max(_written_to(worker.pid) for worker in pool._idle) < 20 * _MB

    run(tmp_path, test, Lanes(soft=10.0))


def _written_to(pid: int) -> int:
    """Bytes of memory that belong to a process alone."""
    told = dict(line.split()[:2] for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    return int(told["Private_Dirty:"]) * 1024


def test_a_pool_knows_when_its_nursery_has_gone(home: Path) -> None:
    async def test(pool: Pool) -> None:
        pool._nursery.close()
        assert pool.closed
        with pytest.raises(KgError, match="has ended"):
            await pool._nursery.worker()

    run(home, test)


def test_the_clients_that_wait_take_turns() -> None:
    async def main() -> None:
        queue: FairQueue[int] = FairQueue(10)
        places = {name: queue.join(name[0]) for name in ("a1", "a2", "a3", "b1")}
        places["a2"].cancel()
        order = []
        for turn in range(3):
            assert queue.give(turn)
            order += [
                name for name, place in places.items() if not place.cancelled() and place.done() and name not in order
            ]
        assert (order, queue.give(9), len(queue)) == (["a1", "b1", "a3"], False, 0)

    asyncio.run(main())
