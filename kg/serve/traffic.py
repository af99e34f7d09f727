"""What happens to requests, noted as they end: counted by route and status, and told to the log; a microsecond each."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from time import perf_counter
from typing import NamedTuple

from starlette.types import Message, Receive, Scope, Send

from kg.serve.problem import GONE
from kg.serve.requests import Wanted

BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)  # seconds
_ROUTES = {
    "embed",
    "feed",
    "oembed",
    "sparql",
    "graphs",
    "queries",
    "id",
    "ontology",
    "dumps",
    "health",
    "metrics",
    "static",
    "about",
    "panels",
    "sources",
    "openapi",
    "search",
    "reconcile",
}


class Ended(NamedTuple):
    """What is noted of a request that has ended, but who asked, when, and how long it took."""

    method: str
    route: str
    status: int
    size: int  # bytes of the body
    headers: Sequence[tuple[bytes, bytes]]
    build: str
    cached: bool
    query: str
    reason: str


class Exchange:
    """One request and what is sent in answer to it; it stands in for `send`."""

    status = GONE  # until something is sent
    headers: Sequence[tuple[bytes, bytes]] = ()
    size = 0  # bytes of the body
    build = ""
    cached = False
    query = ""  # its hash
    reason = ""  # why it was refused

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope, self.receive, self._send = scope, receive, send
        self.began = perf_counter()

    def __call__(self, message: Message) -> Awaitable[None]:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], message["headers"]
        else:
            self.size += len(message.get("body", b""))
        return self._send(message)

    async def hung_up(self) -> None:
        """Wait until the client has gone."""
        while (await self.receive())["type"] != "http.disconnect":
            pass

    @cached_property
    def wanted(self) -> Wanted:
        return Wanted.of(self.scope)

    @cached_property
    def client(self) -> str:
        """The address of who asks; empty where there is none."""
        return self.scope["client"][0] if self.scope.get("client") else ""

    def ended(self) -> Ended:
        return Ended(
            self.scope["method"], self.route, self.status, self.size, self.headers, self.build, self.cached,
            self.query, self.reason,
        )  # fmt: skip

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


Tell = Callable[[Ended, str, float], None]  # a request, its client, and the seconds that it took


class Traffic:
    """All requests of one serving process."""

    def __init__(self) -> None:
        self.open = 0
        self.sent = 0  # bytes
        self.latency: defaultdict[tuple[str, int], Latency] = defaultdict(Latency)
        self.refused: defaultdict[str, int] = defaultdict(int)  # by reason
        self.tell: Tell | None = None
        self.untold = 0  # requests that the log has lost

    def begin(self, scope: Scope, receive: Receive, send: Send) -> Exchange:
        self.open += 1
        return Exchange(scope, receive, send)

    def end(self, exchange: Exchange) -> None:
        """Count a request that has ended."""
        self.open -= 1
        self.count(exchange.ended(), exchange.client, perf_counter() - exchange.began)

    def count(self, ended: Ended, client: str, seconds: float) -> None:
        """Count a request by what is known of it."""
        self.sent += ended.size
        latency = self.latency[ended.route, ended.status]
        latency.counts[bisect_left(BOUNDS, seconds)] += 1
        latency.seconds += seconds
        if ended.reason:
            self.refused[ended.reason] += 1
        if self.tell:
            self.tell(ended, client, seconds)
