"""Where queries call other services: a listener on loopback that passes each call on to a service of the list.

Oxigraph calls the address that SERVICE names by a client of its own, which says nothing of who asks, takes an answer of
any length, and waits as long as it likes. So a query that calls a service gets the relay's address in place of the
service's: the scan knows each place where SERVICE names one, for it refuses what it cannot read. The address is good
for one query, for the time that this may take.
"""

import asyncio
import secrets
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace

import h11

from kg.serve.calling import Called, Callers, Federation
from kg.serve.evaluation.frames import Reply
from kg.serve.evaluation.running import Evaluate, Running
from kg.serve.problem import Problem
from kg.serve.scan import service_calls

_READ = 1 << 16  # bytes
_PATIENCE = 10.0  # seconds in which a call must arrive; it comes from this machine
_EARLIER = 0.95  # of the time of a query, so that it is told which service took it
_MOST = 1 << 20  # bytes of the query in a call: it holds the values that are joined
_PASSED = {b"accept", b"content-type"}


@dataclass
class Call:
    """The calls that one query makes of one service."""

    service: str
    until: float
    problem: Problem | None = None  # the last


class Relay:
    """The relay of one serving process."""

    def __init__(self, services: Collection[str], bounds: Federation) -> None:
        self._services, self._callers = services, Callers(bounds)
        self._calls: dict[str, Call] = {}
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)

    async def stop(self) -> None:
        if self._server:
            self._server.close()
        await self._callers.close()

    async def run(self, running: Running, evaluate: Evaluate) -> Reply:
        """Have a query evaluated that calls services; where one of them fails, a Problem that names it."""
        query, until = running.question.query, asyncio.get_running_loop().time() + _EARLIER * running.seconds
        calls: dict[str, Call] = {}
        for start, end in reversed(service_calls(query, self._services)):
            token = secrets.token_urlsafe(6)
            calls[token] = Call(query[start + 1 : end - 1], until)
            # As wide as what it stands for, where that is long enough: a fault of syntax is told by its column.
            query = query[:start] + f"<{self._address}/{token}>".ljust(end - start) + query[end:]
        running.asked = replace(running.question, query=query)
        self._calls |= calls
        try:
            return await evaluate(running)
        except Problem as problem:
            told = [call.problem for call in calls.values() if call.problem]
            if problem.members.get("reason") != "service" or not told:
                raise
            told[0].members["seconds"] = problem.members.get("seconds", 0.0)
            raise told[0] from None
        finally:
            for token in calls:
                del self._calls[token]

    @property
    def _address(self) -> str:
        assert self._server
        host, port = self._server.sockets[0].getsockname()
        return f"http://{host}:{port}"

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the one request of a connection."""
        connection = h11.Connection(h11.SERVER)
        with suppress(ConnectionError, TimeoutError, h11.RemoteProtocolError):
            async with asyncio.timeout(_PATIENCE):
                request, body = await _received(connection, reader)
            status, called = await self._answered(request, body)
            headers = [
                (b"Content-Type", called.media_type),
                (b"Content-Length", b"%d" % len(called.body)),
                (b"Connection", b"close"),
            ]
            sent = connection.send(h11.Response(status_code=status, headers=headers)) or b""
            sent += connection.send(h11.Data(data=called.body)) or b""
            writer.write(sent + (connection.send(h11.EndOfMessage()) or b""))
            await writer.drain()
        writer.close()

    async def _answered(self, request: h11.Request, body: bytes) -> tuple[int, Called]:
        call = self._calls.get(request.target.decode().removeprefix("/"))
        if call is None:
            return 404, Called(b"text/plain", b"no query that runs calls this")
        left = call.until - asyncio.get_running_loop().time()
        headers = [(name, value) for name, value in request.headers if name in _PASSED]
        try:
            return 200, await self._callers.call(call.service, request.method.decode(), headers, body, left)
        except Problem as problem:
            call.problem = problem
            return problem.status, Called(b"text/plain", problem.detail.encode())


async def _received(connection: h11.Connection, reader: asyncio.StreamReader) -> tuple[h11.Request, bytes]:
    """A request with its body; a ConnectionError where it ends before, or is too long."""
    request, body = None, bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(_READ))
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage) and request:
            return request, bytes(body)
        else:
            raise ConnectionError("no request")
        if len(body) > _MOST:
            raise ConnectionError("too long")
