"""The nursery: a process that opens one build, once, and forks a worker from itself whenever it is asked for one.

It runs as `python -m kg.serve.evaluation.nursery`, and inherits nothing but a socket to listen on. Its clients, the
processes that serve, write one letter for each worker that they want: `w`, or `n` for one that may use the network. It
answers in lines of JSON: `{"ready": …}` when the build is open, `{"worker": pid}` with the worker's end of a
connection, and `{"died": pid, "signal": …}` when one has ended. It ends when its last client has gone.
"""

import contextlib
import gc
import json
import os
import selectors
import signal
import socket
import sys
import traceback
import warnings
from dataclasses import dataclass, field
from pathlib import Path

from kg.serve.evaluation.limits import Limits, confine, peak, touched
from kg.serve.evaluation.worker import work
from kg.store import Quads

_PATIENCE = 5.0  # seconds that a nursery waits for its first client


@dataclass(frozen=True, slots=True)
class Nest:
    """What a nursery is started with."""

    listener: int  # the descriptor of the socket that it listens on
    folder: str  # of the build
    in_memory: bool
    limits: dict[str, float]


@dataclass
class Client:
    """One process that serves, and the workers that it has."""

    connection: socket.socket
    workers: set[int] = field(default_factory=set)

    def tell(self, what: dict[str, object], *files: int) -> None:
        """Send a line; one who has gone hears nothing."""
        with contextlib.suppress(OSError):
            socket.send_fds(self.connection, [json.dumps(what).encode() + b"\n"], files)


class Nursery:
    """Waits for clients, their letters, and the ends of workers."""

    def __init__(self, nest: Nest) -> None:
        self._limits = Limits(**nest.limits)  # type: ignore[arg-type]
        self._store = Path(nest.folder) / "store"
        self._quads = Quads.of_quads(Path(nest.folder) / "quads.nq") if nest.in_memory else None
        self._listener = socket.socket(fileno=nest.listener)
        self._clients: dict[int, Client] = {}
        self._patience = _PATIENCE
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._woken, wake = socket.socketpair()
        for end in (self._woken, wake):
            end.setblocking(False)
        self._wake = wake
        self._selector.register(self._woken, selectors.EVENT_READ)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        gc.collect()
        gc.freeze()  # a collection in a worker must not touch, and so copy, what it shares with all

    def run(self) -> None:
        """Serve until nobody is there any more."""
        while events := self._selector.select(None if self._clients else self._patience):
            for key, _ in events:
                if key.fileobj is self._listener:
                    self._admit()
                elif key.fileobj is self._woken:
                    self._reap()
                elif client := self._clients.get(key.fd):
                    self._listen(client)
        self._listener.close()  # at once, so that nobody finds a nursery that is ending
        signal.set_wakeup_fd(-1)  # before its other end goes; the last workers may still be ending

    def _admit(self) -> None:
        self._patience = 0.0  # who has had clients waits for no more
        connection, _ = self._listener.accept()
        client = self._clients[connection.fileno()] = Client(connection)
        self._selector.register(connection, selectors.EVENT_READ)
        client.tell({"ready": os.getpid()})

    def _listen(self, client: Client) -> None:
        letters = _received(client.connection)
        if not letters:
            self._dismiss(client)
        for letter in letters.decode():
            self._fork(client, network=letter == "n")

    def _dismiss(self, client: Client) -> None:
        """Let a client go, and its workers with it."""
        self._selector.unregister(client.connection)
        del self._clients[client.connection.fileno()]
        client.connection.close()
        for pid in client.workers:
            os.kill(pid, signal.SIGKILL)

    def _fork(self, client: Client, *, network: bool) -> None:
        ours, theirs = socket.socketpair()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # the engine's threads have ended, or hold nothing
            pid = os.fork()
        if pid == 0:
            theirs.close()
            self._become_worker(ours, network)
        ours.close()
        client.workers.add(pid)
        client.tell({"worker": pid}, theirs.fileno())
        theirs.close()

    def _become_worker(self, connection: socket.socket, network: bool) -> None:
        """What the forked process does; it never returns."""
        status = 1
        try:
            self._let_go()
            confine(self._limits, network=network)
            # Not `self._quads or …`: how long a store is, it finds out by touching, and so copying, all of it.
            quads = Quads.open(self._store) if self._quads is None else self._quads
            work(connection, quads, self._limits, peak if self._quads is None else touched)
            status = 0
        except (BrokenPipeError, ConnectionResetError):
            status = 0  # the server has gone
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)

    def _let_go(self) -> None:
        """Close what is the nursery's, so that its clients notice when it ends."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._selector.close()
        for end in (self._listener, self._woken, self._wake, *(c.connection for c in self._clients.values())):
            end.close()

    def _reap(self) -> None:
        _received(self._woken)
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                self._tell_of(*ended)

    def _tell_of(self, pid: int, status: int) -> None:
        for client in self._clients.values():
            if pid in client.workers:
                client.workers.discard(pid)
                client.tell({"died": pid, "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0})


def _received(connection: socket.socket) -> bytes:
    """What has arrived; nothing from one who has gone."""
    with contextlib.suppress(BlockingIOError, ConnectionResetError):
        return connection.recv(4096)
    return b""


if __name__ == "__main__":
    Nursery(Nest(**json.loads(sys.argv[1]))).run()
