"""A query on its way through the pool."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from kg.serve.evaluation.frames import Question
from kg.serve.evaluation.handle import Worker
from kg.serve.problem import Problem

Gone = Callable[[], Awaitable[None]]  # waits until the client has hung up


@dataclass
class Running:
    """One query that is being evaluated."""

    worker: Worker
    question: Question
    gone: Gone | None
    left: int = 0  # how often it may be tried again where its worker is killed from outside
    ended: Problem | None = None  # why it was ended
    timers: list[asyncio.TimerHandle] = field(default_factory=list)
    watch: "asyncio.Task[None] | None" = None


class KilledByOthers(Problem):
    """A worker was killed, and neither by us nor by its limits: the query may be tried again."""
