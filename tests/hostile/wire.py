"""Requests as bytes on a socket, sent as no library would send them, and what comes back."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse

PATIENCE = 15.0  # seconds after which a test gives up
CLOSED = 0  # stands for the status where the server hung up without an answer
GONE = -1  # stands for the status where the client did not wait for one

Address = tuple[str, int]


@dataclass(frozen=True)
class Outcome:
    """What the server did with a request, and after how many seconds it was done."""

    status: int
    head: str = ""
    body: bytes = b""
    seconds: float = 0.0


Way = Callable[[Address], Outcome]


def sent(request: bytes) -> Way:
    """Send a request at once, and wait for the answer."""
    return _way(lambda connection: _send(connection, request))


def dripped(request: bytes, pause: float = 0.05) -> Way:
    """Send a request byte by byte, for as long as the server bears it."""

    def drip(connection: socket.socket) -> None:
        for octet in request:
            connection.send(bytes([octet]))
            time.sleep(pause)

    return _way(drip)


def endless(head: bytes, piece: bytes, seconds: float = 4.0) -> Way:
    """Send a head and then the same piece on and on."""

    def send(connection: socket.socket) -> None:
        until = time.monotonic() + seconds
        connection.sendall(head)
        while time.monotonic() < until:
            connection.sendall(piece)
            time.sleep(0.001)

    return _way(send)


def half_closed(request: bytes) -> Way:
    """Send a request, close the sending half, and wait for the answer."""

    def send(connection: socket.socket) -> None:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)

    return _way(send)


def vanished(request: bytes, after: float = 0.0) -> Way:
    """Send a request and go."""

    def go(address: Address) -> Outcome:
        with socket.create_connection(address, PATIENCE) as connection:
            connection.sendall(request)
            time.sleep(after)
        return Outcome(GONE)

    return go


def unread(request: bytes, seconds: float) -> Way:
    """Send a request and read late: closed, where by then the server sends no more of its answer."""

    def wait(address: Address) -> Outcome:
        began = time.monotonic()
        with socket.socket() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # or the system takes it all for us
            connection.connect(address)
            connection.sendall(request)
            time.sleep(seconds)
            connection.settimeout(1)
            status, head, body = _answer(connection)
        return Outcome(status, head, body, time.monotonic() - began)

    return wait


def _way(send: Callable[[socket.socket], None]) -> Way:
    def go(address: Address) -> Outcome:
        began = time.monotonic()
        with _connected(address) as connection:
            with suppress(BrokenPipeError, ConnectionResetError):  # the server may answer before it has read all
                send(connection)
            status, head, body = _answer(connection)
        return Outcome(status, head, body, time.monotonic() - began)

    return go


@contextmanager
def _connected(address: Address) -> Iterator[socket.socket]:
    with socket.create_connection(address, PATIENCE) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield connection


def _send(connection: socket.socket, request: bytes) -> None:
    connection.sendall(request)


def _answer(connection: socket.socket) -> tuple[int, str, bytes]:
    answer = HTTPResponse(connection)
    try:
        answer.begin()
        return answer.status, str(answer.headers), answer.read()
    except (HTTPException, OSError):
        return CLOSED, "", b""
