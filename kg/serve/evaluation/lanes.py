"""How queries share the machine."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lanes:
    """How queries share the machine; times are in seconds."""

    fast: int = max(2, os.cpu_count() or 2)  # queries at once
    soft: float = 0.1  # after which a query is heavy
    slow: int = max(2, os.cpu_count() or 2)  # heavy queries at once
    stopped: int = 8  # heavy queries that wait for others
    spare: int = 2  # workers that are ready, beyond those that are needed
    waiting: int = 256  # queries that wait for a worker
    patience: float = 10.0  # for which a query waits for a worker
    deadline: float = 30.0
    remember: float = 60.0  # for which a query that was ended is not tried again
