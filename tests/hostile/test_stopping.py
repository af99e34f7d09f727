"""A query that answers in the moment in which it is stopped: its worker does not stay stopped."""

import asyncio
import time
from pathlib import Path

from kg.serve.evaluation import Pool, Question, start_pool
from kg.serve.evaluation.lanes import Lanes
from kg.serve.evaluation.limits import Limits
from kg.serve.problem import Problem
from tests.endpoint_support import publish_small

_SOFT = 0.05
_LANES = Lanes(fast=1, soft=_SOFT, slow=1, stopped=8, spare=1, deadline=4.0)
_HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"


def test_a_query_is_answered_after_another_was_stopped_as_it_answered(tmp_path: Path) -> None:
    build = publish_small(tmp_path)

    async def ask() -> int:
        pool = await start_pool(tmp_path, build, Limits(), _LANES, in_memory=True)
        heavy = asyncio.create_task(pool.ask(Question(_HEAVY)))
        while not pool.load["slow"]:
            await asyncio.sleep(0.01)
        async with asyncio.timeout(3):
            for number in range(4):
                await answered_late(pool, Question(f"ASK {{}} # {number}"))
        stopped = pool.load["stopped"]
        await pool.drain(0)
        assert isinstance((await asyncio.gather(heavy, return_exceptions=True))[0], Problem)
        return stopped

    assert asyncio.run(ask()) == 0


async def answered_late(pool: Pool, question: Question) -> None:
    """Ask, and read the answer only when the time has passed after which a query is heavy."""
    asked = asyncio.create_task(pool.ask(question))
    await asyncio.sleep(0.001)  # so that it is sent
    time.sleep(2 * _SOFT)  # nothing else runs meanwhile
    assert (await asked).size
