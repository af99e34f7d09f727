"""A worker: answers one question after the other until its limits, or the server, end it."""

import socket
import tempfile
import time
from collections.abc import Callable
from hashlib import blake2b
from typing import IO

from kg.errors import KgError
from kg.serve.evaluation.answering import write_answer
from kg.serve.evaluation.frames import (
    pack_answer,
    pack_problem,
    pack_reply,
    receive_frame,
    send_reply,
    unpack_question,
)
from kg.serve.evaluation.limits import Limits, allow_processor
from kg.serve.problem import Problem, problem_of
from kg.store import Quads

_ROOM = 1 << 16  # bytes of a question that is received at once
_IN_MEMORY = 1 << 20  # bytes of an answer; a longer one goes to a file


class Output:
    """Takes an answer as it is written: into memory while it is short, then into a file without a name."""

    def __init__(self) -> None:
        self.chunks: list[bytes] = []
        self.file: IO[bytes] | None = None
        self._size = 0
        self._hash = blake2b(digest_size=12)

    @property
    def tag(self) -> bytes:
        """A hash of everything that was written."""
        return self._hash.digest()

    def write(self, chunk: bytes) -> int:
        self._hash.update(chunk)
        if self.file is None:
            self.chunks.append(chunk)
            self._size += len(chunk)
            if self._size > _IN_MEMORY:
                self._move_to_file()
        else:
            self._append(self.file, chunk)
        return len(chunk)

    def flush(self) -> None:
        """Nothing is held back."""

    def _move_to_file(self) -> None:
        self.file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 (its descriptor goes to the server)
        self._append(self.file, b"".join(self.chunks))
        self.chunks = []

    @staticmethod
    def _append(file: IO[bytes], chunk: bytes) -> None:
        """Write all of it; at its longest, a file takes a part, and then it is an OSError."""
        while chunk := chunk[file.write(chunk) :]:
            pass


def work(connection: socket.socket, quads: Quads, limits: Limits, held: Callable[[], int]) -> None:
    """Answer questions until the server hangs up, or until so much memory is held that it is better to end."""
    enough, room = held() + limits.growth, bytearray(_ROOM)
    used = allowed = 0.0  # seconds of a processor
    while frame := receive_frame(connection, room):
        began, output = time.perf_counter(), Output()
        if used >= allowed:
            allowed = allow_processor(limits.seconds)
        written = _answered(quads, frame, output, limits)
        last, used, seconds = held() > enough, time.process_time(), time.perf_counter() - began
        head = pack_reply(written, seconds=seconds, used=used, last=last, tag=output.tag)
        send_reply(connection, head, output.chunks, output.file.fileno() if output.file else None)
        if output.file:
            output.file.close()
        if last:
            return


def _answered(quads: Quads, frame: tuple[bytes, bytes], output: Output, limits: Limits) -> bytes:
    """What is said of the answer, which is written to the output; or why there is none."""
    try:
        choice = write_answer(quads, unpack_question(*frame), output)  # type: ignore[arg-type]
    except KgError as fault:
        return _problem(output, problem_of(fault))
    except MemoryError:
        detail = f"the query needs more than {limits.memory >> 20} MB of memory"
        return _problem(output, Problem(503, detail, reason="memory"))
    except OSError:  # the limit on the length of a file
        most = limits.answer >> 20
        detail = f"the answer is longer than {most} MB: use LIMIT, or take the dumps"
        return _problem(output, Problem(503, detail, reason="length"))
    return pack_answer(choice.offer.name, choice.media_type)


def _problem(output: Output, problem: Problem) -> bytes:
    output.chunks = []
    if output.file:
        output.file.close()
        output.file = None
    return pack_problem(problem)
