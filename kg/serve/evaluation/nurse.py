"""The server's end of a nursery: finds the one of a build, or starts it, and asks it for workers."""

import asyncio
import fcntl
import json
import os
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from threading import Thread

from kg.builds import Build
from kg.errors import KgError
from kg.serve.evaluation.handle import Worker
from kg.serve.evaluation.limits import Limits

_BACKLOG = 16
_ENDED = "the process that opens the build has ended"
_PATIENCE = 1.0  # seconds in which the end of a worker is told
# The engine takes and frees many small pieces of memory: to have more of them ready for the next query than the 7 of a
# size that the GNU C library keeps saves a tenth of a query's time. The address space that it sets aside for each
# thread would use up what a worker may have when a store is opened from disk. Other C libraries do not read this.
_ALLOCATION = "glibc.malloc.tcache_count=500:glibc.malloc.arena_max=2"


class Nurse:
    """A connection to a nursery."""

    def __init__(self, connection: socket.socket, gone: Callable[[Worker], None]) -> None:
        self._connection, self._gone = connection, gone
        self._loop = asyncio.get_running_loop()
        self._ready: asyncio.Future[None] = self._loop.create_future()
        self._asked: deque[asyncio.Future[Worker]] = deque()
        self._deaths: deque[tuple[int, int]] = deque(maxlen=64)  # the last ones: worker and signal
        self._mourning: dict[int, asyncio.Future[int]] = {}
        self._lines, self._files = b"", deque[int]()
        connection.setblocking(False)
        self._loop.add_reader(connection, self._read)

    async def ready(self) -> None:
        """Wait until the build is open; a KgError where the nursery ended before."""
        await asyncio.shield(self._ready)

    async def worker(self, *, network: bool = False) -> Worker:
        """A new worker; a KgError where the nursery has gone."""
        if self.closed:
            raise KgError(_ENDED)
        asked: asyncio.Future[Worker] = self._loop.create_future()
        self._asked.append(asked)
        try:
            self._connection.send(b"n" if network else b"w")
        except OSError:
            self.close()
        worker = await asked
        worker.network = network
        return worker

    async def death_of(self, worker: Worker) -> int:
        """The signal that ended a worker, 0 for none; it is told within moments of its end."""
        for pid, number in self._deaths:
            if pid == worker.pid:
                return number
        told = self._mourning[worker.pid] = self._loop.create_future()
        try:
            return await asyncio.wait_for(told, _PATIENCE)
        except TimeoutError:
            return 0
        finally:
            del self._mourning[worker.pid]

    def close(self) -> None:
        """Let the nursery go; it ends the workers that it has for us."""
        if self._connection.fileno() < 0:
            return
        self._loop.remove_reader(self._connection)
        self._connection.close()
        fault = KgError(_ENDED)
        if not self._ready.done():
            self._ready.set_exception(fault)
        for asked in self._asked:
            if not asked.done():
                asked.set_exception(fault)
        self._asked.clear()

    @property
    def closed(self) -> bool:
        return self._connection.fileno() < 0

    def _read(self) -> None:
        try:
            received, files, _, _ = socket.recv_fds(self._connection, 1 << 16, 64)
        except BlockingIOError:
            return
        except OSError:
            received, files = b"", []
        self._files.extend(files)
        if not received:
            self.close()
            return
        *lines, self._lines = (self._lines + received).split(b"\n")
        for line in lines:
            self._heard(json.loads(line))

    def _heard(self, told: dict[str, int]) -> None:
        if "worker" in told:
            asked = self._asked.popleft()
            worker = Worker(told["worker"], socket.socket(fileno=self._files.popleft()), self._gone)
            if asked.done():  # nobody waits for it any more
                worker.close()
            else:
                asked.set_result(worker)
        elif "died" in told:
            self._deaths.append((told["died"], told["signal"]))
            if (mourning := self._mourning.get(told["died"])) and not mourning.done():
                mourning.set_result(told["signal"])
        elif not self._ready.done():
            self._ready.set_result(None)


def find_nursery(runtime: Path, build: Build, limits: Limits, *, in_memory: bool) -> socket.socket:
    """A connection to the one nursery of a build that the processes with this runtime folder share."""
    path = runtime / f"{build.id}-{'memory' if in_memory else 'disk'}"
    with (runtime / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            _start(path, build, limits, in_memory)
            connection.connect(str(path))
    return connection


def _start(path: Path, build: Build, limits: Limits, in_memory: bool) -> None:
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen(_BACKLOG)
        nest = {
            "listener": listener.fileno(),
            "folder": str(build.folder),
            "in_memory": in_memory,
            "limits": asdict(limits),
        }
        command = [sys.executable, "-m", "kg.serve.evaluation.nursery", json.dumps(nest)]
        environment = {
            name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LANG", "TMPDIR") if name in os.environ
        } | {"GLIBC_TUNABLES": _ALLOCATION}
        process = subprocess.Popen(
            command, pass_fds=[listener.fileno()], start_new_session=True, stdin=subprocess.DEVNULL, env=environment
        )
    Thread(target=process.wait, daemon=True).start()  # it ends by itself, when its last client has gone
