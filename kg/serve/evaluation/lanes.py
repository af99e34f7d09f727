"""How queries share the machine."""

import os
from dataclasses import dataclass

from kg.serve.units import Number, Seconds, Some

_PROCESSORS = max(2, os.cpu_count() or 2)


@dataclass(frozen=True, slots=True)
class Lanes:
    """How queries share the machine; times are in seconds."""

    fast: Some = (
        _PROCESSORS + 1
    )  # queries at once: one has its question read, or its answer sent, while others evaluate
    soft: Seconds = 0.1  # of a processor, after which a query is heavy
    slow: Some = _PROCESSORS  # heavy queries at once
    stopped: Number = 8  # heavy queries that wait for others
    spare: Number = 2  # workers that are ready, beyond those that are needed
    waiting: Number = 256  # queries that wait for a worker
    patience: Seconds = 10.0  # for which a query waits for a worker
    deadline: Seconds = 30.0
    remember: Seconds = 60.0  # for which a query that was ended is not tried again
