"""A query on its way through the pool."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from kg.serve.evaluation.frames import Question, Reply
from kg.serve.evaluation.handle import Worker
from kg.serve.problem import Problem

_STARVED = 3  # times the soft seconds, after which a query is heavy, whether it has had a processor or not
_LOOK = 0.2  # of the soft seconds, which two looks at a query are apart at least

Gone = Callable[[], Awaitable[None]]  # waits until the client has hung up


@dataclass(slots=True, eq=False)
class Running:
    """One query that is being evaluated."""

    worker: Worker
    question: Question
    gone: Gone | None
    seconds: float  # that it may take
    left: int = 0  # how often it may be tried again where its worker is killed from outside
    began: float = 0.0
    heavy: bool = False
    ended: Problem | None = None  # why it was ended
    timer: asyncio.TimerHandle | None = None
    watch: "asyncio.Task[None] | None" = None
    asked: Question | None = None  # what the worker is asked in its stead, where it calls services

    def lacking(self, taken: float, soft: float) -> float:
        """Seconds until it may be heavy, having taken some; 0 where it is, by its time of a processor or by waiting."""
        if self.worker.network or taken > _STARVED * soft:
            return 0.0
        lacking = soft - self.worker.spent()
        return max(lacking, _LOOK * soft) if lacking > 0 else 0.0


Evaluate = Callable[[Running], Awaitable[Reply]]
Calls = Callable[[Running, Evaluate], Awaitable[Reply]]


class KilledByOthers(Problem):
    """A worker was killed, and neither by us nor by its limits: the query may be tried again."""
