"""Who watches while the gallery is shown: a client with light queries, a trap, and the memory of the server."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import median
from urllib.parse import quote

_LIGHT = "SELECT ?o {{ <http://example.org/s{}> <http://example.org/p> ?o }}"
_ELSEWHERE = "127.0.0.2"  # an address of loopback that the hostile clients do not have


class Listener:
    """A server on loopback that counts who connects, and sends everybody the same."""

    def __init__(self, answer: bytes = b"") -> None:
        self.connections = 0
        self._answer = answer
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:  # closed
                return
            self.connections += 1
            with connection:
                connection.settimeout(5)
                connection.recv(65536)
                connection.sendall(self._answer)


def redirecting_to(address: str) -> bytes:
    """What a server answers that sends its clients elsewhere."""
    lines = ["HTTP/1.1 307 Temporary Redirect", f"Location: {address}", "Content-Length: 0", "Connection: close"]
    return "\r\n".join([*lines, "", ""]).encode()


class LightClient:
    """Another client, whose queries are light, each another one; it notes how long each took."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.seconds: list[float] = []
        self.failures: list[str] = []
        self._address, self._ended = address, threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> "LightClient":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def told(self) -> str:
        times = sorted(self.seconds)
        middle, late = median(times), times[int(len(times) * 0.99)]
        figures = f"median {middle * 1e3:.1f} ms, p99 {late * 1e3:.1f} ms, worst {times[-1] * 1e3:.1f} ms"
        return f"{len(times)} light queries: {figures}"

    def _ask(self) -> None:
        connection = HTTPConnection(*self._address, timeout=30, source_address=(_ELSEWHERE, 0))
        number = 0
        while not self._ended.wait(0.005):
            number += 1
            began = time.perf_counter()
            try:
                connection.request("GET", f"/sparql?query={quote(_LIGHT.format(number))}&format=csv")
                answer = connection.getresponse()
                body = answer.read()
            except (HTTPException, OSError) as fault:
                self.failures.append(repr(fault))
                connection.close()
                continue
            self.seconds.append(time.perf_counter() - began)
            if answer.status != 200 or not body.startswith(b"o\r\n"):
                self.failures.append(f"{answer.status}: {body[:200]!r}")


@contextmanager
def listening(answer: bytes = b"") -> Iterator[Listener]:
    listener = Listener(answer)
    try:
        yield listener
    finally:
        listener.close()


def private_bytes(pid: int) -> int:
    """The memory that a process shares with no other; 0 where it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Clean", "Private_Dirty"))) << 10


def descendants(pid: int) -> list[int]:
    """A process and every one below it."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        children.setdefault(int(words[1]), []).append(int(stat.parent.name))
    found = [pid]
    for parent in found:
        found += children.get(parent, [])
    return found
