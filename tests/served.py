"""The command `kg serve`, run as a process of its own on a free port of loopback."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

_PATIENCE = 30.0  # seconds in which a server answers, or ends


@dataclass(frozen=True)
class Served:
    """A server that runs, and what it tells."""

    address: str
    process: "subprocess.Popen[bytes]"
    output: Path
    errors: Path

    def stop(self) -> int:
        """End it by SIGTERM; its exit code."""
        self.process.terminate()
        return self.process.wait(_PATIENCE)

    def processes(self) -> list[int]:
        """Every process that it has started, and that still runs."""
        return [pid for pid in _pids() if self.process.pid != pid and self._mark in _environment(pid)]

    @property
    def _mark(self) -> bytes:
        return f"TMPDIR={self.output.parent}".encode()


@contextmanager
def serve(home: Path, *, told_by: str = "--port") -> Iterator[str]:
    """Start `kg serve` over a home, wait until it answers, and give its address; it is stopped at the end.

    The port is told by the option, or by the environment where `told_by` is KG_PORT.
    """
    port = free_port()
    given = {"KG_PORT": str(port)} if told_by == "KG_PORT" else {}
    with started(home, *([] if given else [told_by, str(port)]), environment=given) as served:
        assert served.address == f"http://127.0.0.1:{port}"
        yield served.address


@contextmanager
def started(home: Path, *options: str, environment: dict[str, str] | None = None) -> Iterator[Served]:
    """Start `kg serve` with options and variables, on any port unless they name one, and wait until it answers."""
    with tempfile.TemporaryDirectory() as folder:
        output, errors = Path(folder) / "stdout", Path(folder) / "stderr"
        given = {"KG_PORT": "0"} | (environment or {}) | {"TMPDIR": folder}
        with output.open("wb") as out, errors.open("wb") as err:
            process = subprocess.Popen(command(home, *options), stdout=out, stderr=err, env=without_settings() | given)
        try:
            served = Served(_address(process, errors), process, output, errors)
            _wait(served)
            yield served
        finally:
            process.terminate()
            process.wait(_PATIENCE)


def command(home: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "kg", "serve", "--home", str(home), *options]


def without_settings() -> dict[str, str]:
    """The environment without what sets up the server of whoever runs the tests."""
    return {name: value for name, value in os.environ.items() if not name.startswith("KG_")}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def _address(process: "subprocess.Popen[bytes]", errors: Path) -> str:
    """Where the server says that it serves."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        _, told, address = errors.read_text().partition("serving at ")
        if told and "\n" in address:
            return address.splitlines()[0]
        assert process.poll() is None, f"the server stopped before it answered: {errors.read_text()}"
        time.sleep(0.02)
    raise AssertionError(f"the server did not start within {_PATIENCE:g} s: {errors.read_text()}")


def _wait(served: Served) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        assert served.process.poll() is None, f"the server stopped: {served.errors.read_text()}"
        try:
            httpx.get(f"{served.address}/health", timeout=_PATIENCE).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError(f"the server did not answer within {_PATIENCE:g} s: {served.errors.read_text()}")


def _pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _environment(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:  # it has ended
        return b""
