"""What the server tells: one line of JSON for each request on standard output, everything else on standard error.

No line holds the address of a client or the text of a query, but their hashes; that of the address has a salt that ends
with the process.
"""

import asyncio
import os
import sys
import threading
import time
from collections import deque
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from kg.serve.settings import Log
from kg.serve.traffic import Ended, Traffic

_MOST = 10_000  # requests that wait to be written; where nobody reads, the oldest give way
_AT_ONCE = 200
_PAUSE = 0.25  # seconds between two writings
_PATIENCE = 1.0  # seconds in which the last lines are written
_STANDARD_OUTPUT = 1


class RequestLog:
    """Written by a thread of its own, so that no request waits for whoever reads the log."""

    def __init__(self, traffic: Traffic, descriptor: int = _STANDARD_OUTPUT) -> None:
        self._traffic, self._descriptor = traffic, descriptor
        self._salt = os.urandom(16)
        self._waiting: deque[tuple[float, Ended, str, float]] = deque(maxlen=_MOST)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._write_all, daemon=True)

    async def start(self) -> None:
        self._traffic.tell = self._tell
        self._thread.start()

    async def stop(self) -> None:
        """Write what waits, if somebody reads it."""
        self._traffic.tell = None
        self._ending.set()
        await asyncio.to_thread(self._thread.join, _PATIENCE)

    def _tell(self, ended: Ended, client: str, seconds: float) -> None:
        self._traffic.untold += len(self._waiting) == _MOST
        self._waiting.append((time.time(), ended, client, seconds))

    def _write_all(self) -> None:
        try:
            while not self._ending.wait(_PAUSE):
                self._write_waiting()
            self._write_waiting()
        except OSError as fault:
            print(f"requests are told no more: {fault}", file=sys.stderr)

    def _write_waiting(self) -> None:
        while self._waiting:
            count = min(len(self._waiting), _AT_ONCE)
            lines = b"".join(_line(*self._waiting.popleft(), self._salt) for _ in range(count))
            while lines:
                lines = lines[os.write(self._descriptor, lines) :]


def _line(at: float, ended: Ended, client: str, seconds: float, salt: bytes) -> bytes:
    """One line; no value has anything in it that JSON would escape."""
    size = 0 if ended.method == "HEAD" else ended.size
    media_type = next((value for name, value in ended.headers if name == b"content-type"), b"")
    line = (
        f'{{"time":"{_second(int(at))}.{int(at % 1 * 1000):03}Z","method":"{ended.method}",'
        f'"route":"{ended.route}","status":{ended.status},"milliseconds":{seconds * 1000:.2f},"bytes":{size},'
        f'"format":"{_format(media_type)}","build":"{ended.build}","cached":{"true" if ended.cached else "false"},'
        f'"client":"{_pseudonym(client, salt)}","query":"{ended.query}","reason":"{ended.reason}"}}\n'
    )
    return line.encode()


@lru_cache(maxsize=2)
def _second(at: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at))


@lru_cache(maxsize=64)
def _format(media_type: bytes) -> str:
    return media_type.decode("latin-1").partition(";")[0]


@lru_cache(maxsize=1024)
def _pseudonym(client: str, salt: bytes) -> str:
    return blake2b(client.encode(), key=salt, digest_size=4).hexdigest()


def log_configuration(log: Log) -> dict[str, Any]:
    """How Python's logging is set up: one line each on standard error, of uvicorn only what is amiss."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(message)s"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "kg": {"level": log.level.upper()},
            "uvicorn": {"level": "DEBUG" if log.level == "debug" else "WARNING"},
        },
    }
