"""The command `kg serve`, run as a process of its own on a free port of loopback."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx


@contextmanager
def serve(home: Path, *, told_by: str = "--port") -> Iterator[str]:
    """Start `kg serve` over a home, wait until it answers, and give its address; it is stopped at the end.

    The port is told by the option, or by the environment where `told_by` is KG_PORT.
    """
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "kg", "serve", "--home", str(home)]
    environment = dict(os.environ)
    if told_by == "KG_PORT":
        environment["KG_PORT"] = str(port)
    else:
        command += [told_by, str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    try:
        _wait(process, address)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    for _ in range(300):
        assert process.poll() is None, "the server stopped before it answered"
        try:
            httpx.get(f"{address}/health").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not answer within 30 s")
