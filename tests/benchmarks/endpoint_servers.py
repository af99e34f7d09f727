"""The servers of the endpoint's benchmark: started on a free port, waited for, and ended."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from kg.builds import current
from tests.benchmarks.measure import processor, proportional

_PATIENCE = 600.0  # seconds in which a server must answer
_ONE_CLIENT = {"fairness__seconds": 1e9, "fairness__errors": 1e9, "log__requests": "false"}  # is all here


@dataclass(frozen=True)
class Server:
    """A server that runs: where it takes queries, how long it took to the first answer, and what memory it holds."""

    address: str
    start: float  # seconds
    pid: int

    @property
    def memory(self) -> int:
        """Bytes resident in all its processes."""
        return proportional(self.pid)

    @property
    def processor(self) -> float:
        """Seconds of a processor that its processes have used."""
        return processor(self.pid)


@contextmanager
def project(home: Path, **settings: object) -> Iterator[Server]:
    """`kg serve` over a home; settings are named as its variables are, in small letters and without KG_."""
    given = {f"KG_{name.upper()}": str(value) for name, value in (_ONE_CLIENT | settings).items()}
    with _running([sys.executable, "-m", "kg", "serve", "--home", home, "--port"], "/sparql", given) as server:
        yield server


@contextmanager
def oxigraph(home: Path, *, in_memory: bool) -> Iterator[Server]:
    """Oxigraph's own server over the quads of a build."""
    build = current(home)
    program = str(Path(sys.executable).with_name("oxigraph"))
    if not in_memory:
        store = home / "oxigraph"
        if not store.exists():
            subprocess.run(
                [program, "load", "--location", store, "--file", build.quads], check=True, capture_output=True
            )
        with _running([program, "serve-read-only", "--location", store, "--bind", "{address}"], "/query") as server:
            yield server
        return
    with _running([program, "serve", "--bind", "{address}"], "/query") as server:
        began = time.perf_counter()
        with build.quads.open("rb") as quads:
            address = server.address.replace("/query", "/store?no_transaction")
            httpx.post(
                address, content=quads, headers={"Content-Type": "application/n-quads"}, timeout=_PATIENCE
            ).raise_for_status()
        yield Server(server.address, server.start + time.perf_counter() - began, server.pid)


@contextmanager
def rdflib_endpoint(home: Path) -> Iterator[Server]:
    """rdflib-endpoint over rdflib's own store."""
    view = current(home).dumps / "party-defections.ttl"
    with _running([sys.executable, "-m", "tests.benchmarks.endpoint_rdflib", view], "/") as server:
        yield server


@contextmanager
def bare(bodies: Path) -> Iterator[Server]:
    """A bare ASGI application that sends the bodies of a file of addresses and answers."""
    with _running([sys.executable, "-m", "tests.benchmarks.endpoint_bare", bodies], "/sparql") as server:
        yield server


@contextmanager
def _running(command: list[str | Path], path: str, environment: Mapping[str, str] | None = None) -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        host = f"127.0.0.1:{listening.getsockname()[1]}"
    words = [str(word).replace("{address}", host) for word in command]
    if "{address}" not in map(str, command):
        words.append(host.rpartition(":")[2])
    began = time.perf_counter()
    process = subprocess.Popen(
        words,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={**os.environ, **(environment or {})},
    )
    try:
        _wait(process, f"http://{host}{path}")
        yield Server(f"http://{host}{path}", time.perf_counter() - began, process.pid)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)


def settle(server: Server) -> None:
    """Wait until the project has its build in memory, where it shall."""
    health = server.address.replace("/sparql", "/health")
    while httpx.get(health).json()["storage"] == "loading":
        time.sleep(0.05)


def _wait(process: "subprocess.Popen[bytes]", address: str) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise SystemExit(f"the server at {address} ended before it answered")
        try:
            if httpx.get(address, params={"query": "ASK {}"}, timeout=_PATIENCE).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.005)
    raise SystemExit(f"nobody answers at {address}")


def wrk() -> str:
    """The load generator; Debian's package of the same name has it."""
    found = shutil.which("wrk")
    if not found:
        raise SystemExit("this benchmark needs wrk (Debian: apt-get install wrk)")
    return found
