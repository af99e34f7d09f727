"""A connection of HTTP with what uvicorn does not have: bounds on the head of a request and on slow clients, and a way
past everything for a request that is known from before."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import uvicorn
from httptools import HttpParserError
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from kg.serve.fairness import owner
from kg.serve.settings import Http
from kg.serve.shortcuts import REQUEST, Response, Shortcuts


class Config(uvicorn.Config):
    """uvicorn's configuration and the bounds of a connection."""

    def __init__(self, app: Callable[[], Any], bounds: Http, **options: Any) -> None:
        super().__init__(app, http=Connection, **options)
        self.bounds = bounds
        self.connected: Counter[str] = Counter()  # by client


class Connection(HttpToolsProtocol):
    """Ends what does not send the head of a request, or does not read the answer, in time."""

    def __init__(self, config: Config, *given: Any, **options: Any) -> None:
        super().__init__(config, *given, **options)
        self._bounds, self._connected = config.bounds, config.connected
        # None where a middleware stands before the application, because a proxy tells who asks
        self._shortcuts: Shortcuts | None = getattr(self.app, "shortcuts", None)
        self._begun = 0  # requests
        self._in_message = False
        self._answered = 0.0  # when a known request came last
        self._head = 0  # bytes of a head that has not ended
        self._in_body = False
        self._refused = HTTPStatus.BAD_REQUEST
        self._heads: asyncio.TimerHandle | None = None
        self._sends: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._address = self.client[0] if self.client else ""
        self._connected[owner(self._address)] += 1
        if self._connected[owner(self._address)] > self._bounds.per_client and not self._bounds.proxies:
            self._refuse(HTTPStatus.TOO_MANY_REQUESTS)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        resting, begun = self._is_resting(), self._begun
        if resting and self._shortcuts and (response := self._shortcuts.answer(data, self._address)):
            self._answer_at_once(response)
            return
        self._read(data)
        if resting and self._begun == begun + 1 and not self._in_message and self.cycle.keep_alive:
            self.cycle.scope["extensions"] = {REQUEST: {"bytes": data}}

    def _is_resting(self) -> bool:
        """Whether everything has been answered, and what comes is the beginning of a request that can be answered."""
        answered = self.cycle is None or self.cycle.response_complete
        ready = not (self._in_message or self.flow.write_paused or self.transport.is_closing())
        return answered and ready and len(self.connections) < self._bounds.connections

    def _answer_at_once(self, response: Response) -> None:
        self.server_state.total_requests += 1
        self._answered = self.loop.time()
        if self._heads:
            self._heads.cancel()
            self._heads = None
        if not self.timeout_keep_alive_task:
            self._keep_alive(self.timeout_keep_alive)
        self.transport.write(STATUS_LINE[response.status] + self._common() + response.head + response.body)

    def _common(self) -> bytes:
        """The headers that every response has."""
        return b"".join(b"%b: %b\r\n" % header for header in self.server_state.default_headers)

    def _keep_alive(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self.timeout_keep_alive_handler)

    def timeout_keep_alive_handler(self) -> None:
        """Close the connection, unless a known request has come since this was set up."""
        left = self._answered + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._keep_alive(left)
        else:
            super().timeout_keep_alive_handler()

    def _read(self, data: bytes) -> None:
        self._head += len(data)
        super().data_received(data)
        answering = self.cycle is not None and not self.cycle.response_complete
        if answering or self._in_body:
            self._head = 0
        if answering and self._heads:
            self._heads.cancel()
            self._heads = None
        elif self._head > self._bounds.head:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif not answering and not self._heads:
            self._await_head()

    def on_message_begin(self) -> None:
        self._begun += 1
        self._in_message = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        if self._head > self._bounds.head and self._head_length() > self._bounds.head:
            self._refused = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            raise HttpParserError
        self._in_body = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_body = self._in_message = False
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._connected[owner(self._address)] -= 1
        if not self._connected[owner(self._address)]:
            del self._connected[owner(self._address)]
        for timer in (self._heads, self._sends):
            if timer:
                timer.cancel()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Give the client time to read what is on its way."""
        super().pause_writing()
        self._sends = self.loop.call_later(self._bounds.send_patience, self._abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._sends:
            self._sends.cancel()
            self._sends = None

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002
        """What uvicorn does with a request that it cannot read."""
        self._refuse(self._refused)

    def _abort(self) -> None:
        """End the connection; what is being sent learns of it before it writes again."""
        if self.cycle:
            self.cycle.disconnected = True
        self.transport.abort()

    def _await_head(self) -> None:
        self._heads = self.loop.call_later(self._bounds.head_patience, self._end_late)

    def _end_late(self) -> None:
        if self._head:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        else:  # nothing has come; or the body of a request that has been answered already
            self.transport.close()

    def _head_length(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def _refuse(self, status: HTTPStatus) -> None:
        if self.transport.is_closing():
            return
        body = json.dumps({"type": "about:blank", "title": status.phrase, "status": status}).encode()
        headers = [*self.server_state.default_headers, (b"content-type", b"application/problem+json")]
        headers += [(b"content-length", b"%d" % len(body)), (b"connection", b"close")]
        lines = b"".join(b"%b: %b\r\n" % header for header in headers)
        self.transport.write(STATUS_LINE[status] + lines + b"\r\n" + body)
        self.transport.close()
