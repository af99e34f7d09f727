"""A worker as the server sees it: a connection on which one question is asked at a time."""

import asyncio
import contextlib
import math
import os
import signal
import socket
from array import array
from collections.abc import Callable
from pathlib import Path

from kg.serve.evaluation.frames import Question, Reply, frame_length, pack_question, split_frame, unpack_reply

_ROOM = bytearray(1 << 18)  # where each reads: new room costs more than what is read
_NICE = 15  # two workers that give way so leave a third one nine tenths of a processor
_FILE = socket.CMSG_SPACE(array("i").itemsize)


class WorkerDied(Exception):
    """The worker ended before it answered."""


class Worker:
    """One worker; `gone` is called once, when its process has ended or is being ended."""

    def __init__(self, pid: int, connection: socket.socket, gone: Callable[["Worker"], None]) -> None:
        self.pid = pid
        self.network = False
        self.used = 0.0  # seconds of a processor, when it answered last
        self._connection, self._gone = connection, gone
        self._loop = asyncio.get_running_loop()
        self._frame, self._files = bytearray(), list[int]()
        self._answer: asyncio.Future[Reply] | None = None
        connection.setblocking(False)
        self._loop.add_reader(connection, self._read)

    def ask(self, question: Question) -> "asyncio.Future[Reply]":
        """Send a question; its reply, or WorkerDied."""
        self._answer = self._loop.create_future()
        frame = pack_question(question)
        try:
            sent = self._connection.send(frame)
        except OSError:
            sent = len(frame)  # it has ended, which reading will tell
        if sent < len(frame):
            self._loop.create_task(self._send(frame[sent:]))
        return self._answer

    def kill(self) -> None:
        """End it, whatever it does."""
        self._signal(signal.SIGKILL)
        self.close()

    def spent(self) -> float:
        """Seconds of a processor that it has used since it answered last; endless where the system tells none."""
        try:
            told = Path(f"/proc/{self.pid}/schedstat").read_bytes()
        except OSError:
            return math.inf
        return int(told.split()[0]) / 1e9 - self.used

    def give_way(self) -> None:
        """Let others go first from now on."""
        with contextlib.suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, self.pid, _NICE)

    def pause(self) -> None:
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):  # it has ended by itself, which reading will tell
            os.kill(self.pid, number)

    def close(self) -> None:
        """Hang up, at which a worker ends that waits for a question."""
        if self._connection.fileno() >= 0:
            self._loop.remove_reader(self._connection)
            self._connection.close()
            if self._answer and not self._answer.done():
                self._answer.set_exception(WorkerDied())
            self._gone(self)

    async def _send(self, rest: bytes) -> None:
        with contextlib.suppress(OSError):
            await self._loop.sock_sendall(self._connection, rest)

    def _read(self) -> None:
        try:
            count, ancillary, _, _ = self._connection.recvmsg_into((_ROOM,), _FILE)
        except BlockingIOError:
            return
        except OSError:
            count, ancillary = 0, []
        for _, _, descriptors in ancillary:
            self._files += array("i", descriptors)
        if not count:
            self.close()
            return
        self._frame += memoryview(_ROOM)[:count]
        if len(self._frame) >= 8 and len(self._frame) == frame_length(self._frame):
            reply = unpack_reply(*split_frame(self._frame), self._files)
            self.used = reply.used
            self._frame, self._files = bytearray(), []
            if self._answer and not self._answer.done():
                self._answer.set_result(reply)
