"""Requests that come again byte for byte, over real connections: they get the same bytes, and nothing else changes."""

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from starlette.types import Message

from kg.serve.bodies import Bodies, Finished
from kg.serve.live import Live
from kg.serve.settings import DEFAULTS
from kg.serve.shortcuts import REQUEST, Shortcuts
from kg.serve.traffic import Exchange, Traffic
from tests.endpoint_support import publish_small
from tests.served import Served, started

LABELS = quote("SELECT ?label WHERE { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?label } ORDER BY ?label LIMIT 3")
IDLE = 1.0  # seconds

Response = tuple[bytes, dict[bytes, bytes], bytes]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    publish_small(tmp_path)
    return tmp_path


@pytest.fixture
def server(home: Path) -> Iterator[Served]:
    with started(home, environment={"KG_HTTP__IDLE": f"{IDLE:g}"}) as served:
        yield served


class Client:
    """One connection that stays open."""

    def __init__(self, server: Served) -> None:
        url = httpx.URL(server.address)
        self.connection = socket.create_connection((url.host, url.port or 80), timeout=20)
        self._received = b""

    def send(self, *parts: bytes) -> None:
        for part in parts:
            self.connection.sendall(part)
            time.sleep(0.02 if len(parts) > 1 else 0)

    def response(self, *, bodiless: bool = False) -> Response:
        """The next response: its status line, its headers but the date, and its body."""
        while b"\r\n\r\n" not in self._received:
            self._receive()
        head, _, self._received = self._received.partition(b"\r\n\r\n")
        status, *lines = head.split(b"\r\n")
        headers = dict(line.split(b": ", 1) for line in lines)
        length = 0 if bodiless or b" 304 " in status else int(headers[b"content-length"])
        while len(self._received) < length:
            self._receive()
        body, self._received = self._received[:length], self._received[length:]
        assert headers.pop(b"date")
        return status, headers, body

    def asks(self, request: bytes, *, bodiless: bool = False) -> Response:
        self.send(request)
        return self.response(bodiless=bodiless)

    def _receive(self) -> None:
        received = self.connection.recv(1 << 16)
        assert received, "the server hung up"
        self._received += received


def get(query: str = LABELS, *headers: str, method: str = "GET") -> bytes:
    lines = [f"{method} /sparql?query={query} HTTP/1.1", "Host: here", "Accept: text/csv", *headers, "", ""]
    return "\r\n".join(lines).encode()


def test_a_request_that_comes_again_gets_the_same_answer_from_whoever_asks(server: Served) -> None:
    first = Client(server)
    answers = [first.asks(get()) for _ in range(5)] + [Client(server).asks(get()) for _ in range(2)]
    assert answers[0][0] == b"HTTP/1.1 200 OK"
    assert answers[0][2].startswith(b"label\r\n")
    assert answers == answers[:1] * 7


def test_it_is_counted_and_told_like_any_other(server: Served) -> None:
    client = Client(server)
    for _ in range(4):
        client.asks(get())
    metrics = httpx.get(f"{server.address}/metrics").text
    assert [line.split()[-1] for line in metrics.splitlines() if "seconds_count{" in line and "sparql" in line] == [
        "4.0"
    ]
    end = time.monotonic() + 10
    while len(lines := server.output.read_text().splitlines()) < 5 and time.monotonic() < end:
        time.sleep(0.05)
    told = [entry for entry in map(json.loads, lines) if entry["route"] == "sparql"]
    assert [entry["cached"] for entry in told] == [False, True, True, True]
    for name in ("status", "bytes", "format", "build", "client", "query", "method"):
        assert len({entry[name] for entry in told}) == 1, name


def test_head_and_not_modified_have_no_body_however_often_they_are_asked(server: Served) -> None:
    client = Client(server)
    _, headers, body = client.asks(get())
    known = get(LABELS, f"If-None-Match: {headers[b'etag'].decode()}")
    for _ in range(4):
        status, headed, _ = client.asks(get(method="HEAD"), bodiless=True)
        assert (status, headed) == (b"HTTP/1.1 200 OK", headers)
        status, told, _ = client.asks(known)
        assert (status, told[b"etag"]) == (b"HTTP/1.1 304 Not Modified", headers[b"etag"])
        assert client.asks(get())[2] == body


def test_requests_that_come_together_or_in_pieces_are_answered_in_their_order(server: Served) -> None:
    client, other = Client(server), get(quote("ASK {}"))
    label, yes, *_ = [client.asks(request) for _ in range(3) for request in (get(), other)]
    for request in (get() + other + get(), other + get()):
        for _ in range(3):
            client.send(request)
            expected = [label, yes, label] if request.startswith(get()) else [yes, label]
            assert [client.response() for _ in expected] == expected
    client.send(get()[:50], get()[50:] + other[:7], other[7:])
    assert [client.response(), client.response()] == [label, yes]
    assert client.asks(get()) == label


def test_a_connection_that_shall_close_is_closed_each_time(server: Served) -> None:
    for _ in range(4):
        client = Client(server)
        assert client.asks(get(LABELS, "Connection: close"))[1][b"connection"] == b"close"
        assert client.connection.recv(1) == b""


def test_a_connection_stays_open_while_known_requests_come_and_no_longer(server: Served) -> None:
    client = Client(server)
    end = time.monotonic() + 2 * IDLE
    while time.monotonic() < end:
        assert client.asks(get())[2]
        time.sleep(IDLE / 5)
    began = time.monotonic()
    assert client.connection.recv(1) == b""
    assert time.monotonic() - began > IDLE / 2


def test_a_new_build_is_not_answered_for_by_the_last_one(server: Served, home: Path) -> None:
    client = Client(server)
    tags = {client.asks(get())[1][b"etag"] for _ in range(4)}
    publish_small(
        home, "fedcba9876543210", ['<http://example.org/a> <http://www.w3.org/2000/01/rdf-schema#label> "1st" .']
    )
    end = time.monotonic() + 20
    while b"1st" not in (answer := client.asks(get()))[2]:
        assert time.monotonic() < end, "the new build is not answered by"
        time.sleep(0.02)
    assert answer[1][b"etag"] not in tags
    assert {client.asks(get())[2] for _ in range(4)} == {answer[2]}


def test_what_has_another_answer_each_time_is_asked_each_time(server: Served) -> None:
    client = Client(server)
    assert len({client.asks(get(quote("SELECT (UUID() AS ?new) {}")))[2] for _ in range(5)}) == 5


def test_what_is_known_of_requests_is_bounded_in_bytes(home: Path) -> None:
    """However large the answers are: a client that asks twice for many of them fills no memory."""
    shortcuts = Shortcuts(Live(home, DEFAULTS), Bodies(1 << 20), Traffic())
    body = bytes(1 << 20)
    for number in range(40):
        scope = {"method": "GET", "path": "/sparql", "extensions": {REQUEST: {"bytes": b"GET %d" % number}}}
        exchange = Exchange(scope, nothing_comes, nothing_goes)
        exchange.status, exchange.headers = 200, []
        shortcuts.remember(exchange, number, Finished.of(body, "text/csv", []), body)
    assert 10 << 20 < shortcuts.size <= 16 << 20


async def nothing_comes() -> Message:
    raise AssertionError("nobody reads here")


async def nothing_goes(_: Message) -> None:
    raise AssertionError("nobody writes here")
