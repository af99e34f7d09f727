"""What is hostile: one request, how it is sent, and which statuses may answer it."""

from dataclasses import dataclass

from tests.hostile.wire import CLOSED, Way

ENDED = frozenset({503, 504})  # the worker was ended, or would have had to be
REFUSED = frozenset({400})
NOT_CALLED = frozenset({403})
UNKNOWN = frozenset({404})
SERVED = frozenset({200})  # what is odd and no more
BROKEN = frozenset({400, CLOSED})  # what is no HTTP


@dataclass(frozen=True)
class Hostile:
    """One request, and the statuses that may answer it."""

    name: str
    way: Way
    statuses: frozenset[int]
