"""Requests that come again, byte for byte: they get the same bytes as the last time, and are not even read.

That is right as long as the same build answers, and as its finished body is kept; everything that an answer depends on,
from the accepted formats to the validators that the client has, is in the request.
"""

from collections import OrderedDict
from collections.abc import Hashable
from time import perf_counter
from typing import NamedTuple

from kg.serve.bodies import Bodies, Finished
from kg.serve.live import Live
from kg.serve.traffic import Ended, Exchange, Traffic

REQUEST = "kg.request"  # the extension by which a connection tells the bytes of a request

_MOST = 16 << 20  # bytes of requests and responses: they live on where the cache has let a finished body go
_LONGEST = 8192  # bytes of one request


class Response(NamedTuple):
    """A whole response, but for the headers that every response has."""

    status: int
    head: bytes
    body: bytes


class _Known(NamedTuple):
    key: Hashable  # of the finished body
    finished: Finished
    ended: Ended
    response: Response

    @property
    def size(self) -> int:
        """Bytes that are held, at most: what is sent is often the finished body itself."""
        return len(self.response.head) + len(self.response.body) + len(self.finished.body)


class Shortcuts:
    """The requests that one serving process knows."""

    def __init__(self, live: Live, bodies: Bodies, traffic: Traffic) -> None:
        self._live, self._bodies, self._traffic = live, bodies, traffic
        self._known: OrderedDict[bytes, _Known] = OrderedDict()
        self.size = 0  # bytes

    def answer(self, request: bytes, client: str) -> Response | None:
        """The response to a request; None where it must be read."""
        began, known = perf_counter(), self._known.get(request)
        if known is None:
            return None
        if known.ended.build != self._live.build_id or self._bodies.get(known.key) is not known.finished:
            self._forget(request)
            return None
        self._known.move_to_end(request)
        self._traffic.count(known.ended, client, perf_counter() - began)
        return known.response

    def remember(self, exchange: Exchange, key: Hashable, finished: Finished, body: bytes) -> None:
        """Know a request from now on that was answered by a kept body, and so not for the first time."""
        request: bytes = exchange.scope.get("extensions", {}).get(REQUEST, {}).get("bytes", b"")
        if not 0 < len(request) <= _LONGEST:
            return
        sent = b"" if exchange.scope["method"] == "HEAD" else body
        head = b"".join(b"%b: %b\r\n" % header for header in exchange.headers) + b"\r\n"
        if request in self._known:
            self._forget(request)
        known = _Known(key, finished, exchange.ended(), Response(exchange.status, head, sent))
        self._known[request] = known
        self.size += len(request) + known.size
        while self.size > _MOST:
            self._forget(next(iter(self._known)))

    def _forget(self, request: bytes) -> None:
        self.size -= len(request) + self._known.pop(request).size
