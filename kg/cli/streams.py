"""Where commands write: to a person, or to a program that reads what they print."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from rich.console import Console

out = Console()
err = Console(stderr=True)


def write(body: bytes, output: Path | None = None) -> None:
    """Write to a file, or else to standard output."""
    with output.open("wb") if output else standard_output() as stream:
        stream.write(body)


@contextmanager
def standard_output() -> Iterator[IO[bytes]]:
    """Standard output as bytes."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `kg export | head` ends quietly
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()
