"""What happens to requests, noted as they end: counted by route and status, and told to the log; a microsecond each."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from starlette.types import Message, Scope, Send

from kg.serve.problem import GONE

BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)  # seconds
_ROUTES = {"sparql", "graphs", "queries", "id", "ontology", "dumps", "health", "metrics", "static", "openapi"}


class Exchange:
    """One request and what is sent in answer to it; it stands in for `send`."""

    status = GONE  # until something is sent
    headers: Sequence[tuple[bytes, bytes]] = ()
    size = 0  # bytes of the body
    build = ""
    cached = False
    query = ""  # its hash
    reason = ""  # why it was refused

    def __init__(self, scope: Scope, send: Send) -> None:
        self.scope, self._send = scope, send
        self.began = perf_counter()

    def __call__(self, message: Message) -> Awaitable[None]:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], message["headers"]
        else:
            self.size += len(message.get("body", b""))
        return self._send(message)

    @property
    def route(self) -> str:
        """The first part of the path, where it is one of ours."""
        path: str = self.scope["path"]
        if path[1:] in _ROUTES:
            return path[1:]
        first = path[1:].partition("/")[0].partition(".")[0]
        return first if first in _ROUTES else "other" if first else "home"


@dataclass
class Latency:
    """How long the requests of one route and status took: how many in each interval of BOUNDS, and all together."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0


Tell = Callable[[Exchange, str, float], None]


class Traffic:
    """All requests of one serving process."""

    def __init__(self) -> None:
        self.open = 0
        self.sent = 0  # bytes
        self.latency: defaultdict[tuple[str, int], Latency] = defaultdict(Latency)
        self.refused: defaultdict[str, int] = defaultdict(int)  # by reason
        self.tell: Tell | None = None
        self.untold = 0  # requests that the log has lost

    def begin(self, scope: Scope, send: Send) -> Exchange:
        self.open += 1
        return Exchange(scope, send)

    def end(self, exchange: Exchange) -> None:
        """Count a request that has ended."""
        seconds = perf_counter() - exchange.began
        self.open -= 1
        self.sent += exchange.size
        route = exchange.route
        latency = self.latency[route, exchange.status]
        latency.counts[bisect_left(BOUNDS, seconds)] += 1
        latency.seconds += seconds
        if exchange.reason:
            self.refused[exchange.reason] += 1
        if self.tell:
            self.tell(exchange, route, seconds)
