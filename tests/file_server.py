"""A web server of files on loopback that behaves as those of the sources do, and misbehaves where a test asks it to."""

import hashlib
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Misbehaviour = Callable[["_Handler"], bool]  # whether the file is still to be sent after it


@dataclass
class Stored:
    """A file on the server, with the headers that tell its state."""

    body: bytes
    content_type: str = "text/csv"
    modified: str | None = None
    weak: bool = False
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def validators(self) -> dict[str, str]:
        if self.modified:
            return {"Last-Modified": self.modified}
        return {"ETag": ("W/" if self.weak else "") + f'"{hashlib.sha256(self.body).hexdigest()[:12]}"'}


@dataclass
class Asked:
    """One request that came."""

    path: str
    headers: dict[str, str]
    at: float


class FileServer:
    """The files by their paths, what goes wrong with each of the next requests for them, and all requests so far."""

    def __init__(self) -> None:
        self.files: dict[str, Stored] = {}
        self.plans: dict[str, deque[Misbehaviour]] = defaultdict(deque)
        self.asked: list[Asked] = []
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def put(self, path: str, body: bytes | str, **told: object) -> str:
        """Store a file; its address."""
        self.files[path] = Stored(body.encode() if isinstance(body, str) else body, **told)  # type: ignore[arg-type]
        return f"{self.url}{path}"

    def plan(self, path: str, *misbehaviours: Misbehaviour) -> None:
        self.plans[path].extend(misbehaviours)

    def ranges(self) -> list[str | None]:
        """The Range of every request, in their order."""
        return [asked.headers.get("range") for asked in self.asked]


@contextmanager
def file_server() -> Iterator[FileServer]:
    """A server in a thread of its own."""
    files = FileServer()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"files": files}))
    server.daemon_threads = True
    files.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield files
    finally:
        server.shutdown()
        server.server_close()


def status(code: int, **headers: str) -> Misbehaviour:
    """Answer with a status and headers, given with underscores for hyphens."""

    def misbehave(handler: "_Handler") -> bool:
        handler.answer(code, {name.replace("_", "-"): value for name, value in headers.items()}, b"no\n")
        return False

    return misbehave


def cut_after(sent: int) -> Misbehaviour:
    """Promise the whole file (or the rest that is asked for), send so many bytes of it and hang up."""

    def misbehave(handler: "_Handler") -> bool:
        handler.cut = sent
        return True

    return misbehave


def without_ranges(handler: "_Handler") -> bool:
    """Send the whole file, whatever part of it is asked for."""
    del handler.headers["Range"]
    return True


def ignoring_if_range(handler: "_Handler") -> bool:
    """Send the range that is asked for, though the file has changed."""
    del handler.headers["If-Range"]
    return True


def hang_up(handler: "_Handler") -> bool:
    """Close the connection without an answer."""
    handler.close_connection = True
    return False


class _Handler(BaseHTTPRequestHandler):
    files: FileServer
    protocol_version = "HTTP/1.1"
    cut: int | None = None

    def handle(self) -> None:
        with suppress(ConnectionError):  # a client may hang up as well
            super().handle()

    def do_GET(self) -> None:
        asked = {name.lower(): value for name, value in self.headers.items()}
        self.files.asked.append(Asked(self.path, asked, time.monotonic()))
        self.cut = None
        plans = self.files.plans[self.path]
        if not plans or plans.popleft()(self):
            self._send(self.files.files.get(self.path))

    def _send(self, stored: Stored | None) -> None:
        if stored is None:
            self.answer(404, {}, b"not found\n")
            return
        headers = {"Content-Type": stored.content_type, **stored.validators, **stored.headers}
        known = {self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since")}
        if known & set(stored.validators.values()):
            self.answer(304, stored.validators, b"")
            return
        start = self._start(stored)
        if start is None:
            self.answer(200, headers, stored.body)
        elif start >= len(stored.body):
            self.answer(416, {"Content-Range": f"bytes */{len(stored.body)}"}, b"")
        else:
            headers["Content-Range"] = f"bytes {start}-{len(stored.body) - 1}/{len(stored.body)}"
            self.answer(206, headers, stored.body[start:])

    def _start(self, stored: Stored) -> int | None:
        asked = self.headers.get("Range")
        condition = self.headers.get("If-Range")
        if not asked or (condition and condition not in stored.validators.values()):
            return None
        return int(asked.removeprefix("bytes=").partition("-")[0])

    def answer(self, code: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        if code != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if self.cut is None else body[: self.cut])
        if self.cut is not None:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the tests ask what was asked."""
