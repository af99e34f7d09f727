"""What goes between the server and a worker: a question there, a reply back, each a head with JSON and a body.

A reply that is too long for memory comes as an open file beside its head. What many have in common, their formats, is
coded once and remembered.
"""

import json
import os
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import blake2b
from typing import Any

from kg.serve.problem import Problem

_LENGTHS = struct.Struct("!II")  # of the head and of the body
_MEASURED = struct.Struct("!dd?12s")  # before the JSON of a reply: seconds, used, last and tag, as Reply has them
_READ = 1 << 18  # bytes
_LONG = 1024  # bytes of the head of a question that are kept as they are


@dataclass(frozen=True)
class Question:
    """One query, the dataset that it names beside FROM, and how its answer is to be written."""

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    union: bool = False  # whether the default graph is the union of the named ones
    format: str | None = None  # by name; else the Accept header chooses
    accept: str = "*/*"
    ordered: bool = False  # whether a graph is written in the order of its lines
    deadline: float | None = None  # seconds that its client gives it; they never make the server's more

    @cached_property
    def key(self) -> tuple[str, bytes]:
        """What the answer depends on besides the build: the query as its hash, and everything else."""
        digest = blake2b(normalised(self.query).encode(errors="surrogatepass"), digest_size=20)
        return digest.hexdigest(), self.head if len(self.head) <= _LONG else blake2b(self.head).digest()

    @cached_property
    def head(self) -> bytes:
        """Everything but the query."""
        rest = (self.default_graphs, self.named_graphs, self.union, self.format, self.accept, self.ordered)
        return _json(rest) if self.default_graphs or self.named_graphs else _known_json(rest)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it goes to a client: in memory, or in a file that is read once; or the members of a problem."""

    format: str = ""
    media_type: str = ""
    tag: str = ""  # a hash of the body
    body: bytes = b""
    file: int | None = None  # a descriptor, whose owner closes it
    size: int = 0  # bytes of the body
    problem: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0  # of evaluation
    used: float = 0.0  # seconds of a processor that its worker has used by then
    last: bool = False  # whether the worker has ended with this


def normalised(query: str) -> str:
    """The query without the blanks around its lines, and without empty lines: they matter in long strings only."""
    if "'''" in query or '"""' in query:
        return query
    return "\n".join(filter(None, map(str.strip, query.split("\n"))))


def _json(what: object) -> bytes:
    return json.dumps(what).encode()


_known_json = lru_cache(maxsize=128)(_json)
_known = lru_cache(maxsize=128)(json.loads)


def pack_question(question: Question) -> bytes:
    """The frame of a question."""
    body = question.query.encode()
    return b"".join((_LENGTHS.pack(len(question.head), len(body)), question.head, body))


def unpack_question(head: bytes, body: bytes) -> Question:
    default, named, union, fmt, accept, ordered = json.loads(head)
    return Question(body.decode(), tuple(default), tuple(named), union, fmt, accept, ordered)


def receive_frame(connection: socket.socket, room: bytearray) -> tuple[bytes, bytes] | None:
    """The head and the body of the next frame, waiting for it; None where the other end has gone.

    It is received in `room`, because new room for something long costs more than a short frame.
    """
    frame = room[: connection.recv_into(room)]
    if not frame:
        return None
    while (missing := frame_length(frame) - len(frame)) > 0:
        if not (received := connection.recv(min(missing, _READ))):
            return None
        frame += received
    return split_frame(frame)


def frame_length(frame: bytes | bytearray) -> int:
    """How long a frame is that begins so."""
    return _LENGTHS.size + (sum(_LENGTHS.unpack_from(frame)) if len(frame) >= _LENGTHS.size else 0)


def split_frame(frame: bytearray) -> tuple[bytes, bytes]:
    """The head and the body of a whole frame."""
    head, _ = _LENGTHS.unpack_from(frame)
    middle = _LENGTHS.size + head
    return bytes(frame[_LENGTHS.size : middle]), bytes(frame[middle:])


def send_reply(connection: socket.socket, head: bytes, chunks: Sequence[bytes], file: int | None) -> None:
    """Send a reply, its body in chunks or as an open file."""
    opening = _LENGTHS.pack(len(head), sum(map(len, chunks))) + head
    if file is not None:
        socket.send_fds(connection, [opening], [file])
    else:
        connection.sendall(b"".join((opening, *chunks)))


def pack_reply(written: bytes, *, seconds: float, used: float, last: bool, tag: bytes) -> bytes:
    """The head of a reply."""
    return _MEASURED.pack(seconds, used, last, tag) + written


@lru_cache(maxsize=64)
def pack_answer(name: str, media_type: str) -> bytes:
    """What the head of a reply says of an answer."""
    return _json({"format": name, "media_type": media_type})


def pack_problem(problem: Problem) -> bytes:
    """What the head of a reply says where there is no answer."""
    members = {"status": problem.status, "detail": problem.detail, "headers": problem.headers}
    return _json({"problem": members | {"members": problem.members}})


def unpack_reply(head: bytes, body: bytes, files: Sequence[int]) -> Reply:
    """A reply from its frame and the descriptors that came with it."""
    seconds, used, last, tag = _MEASURED.unpack_from(head)
    written = _known(head[_MEASURED.size :])
    file = files[0] if files else None
    for unexpected in files[1:]:
        os.close(unexpected)
    size = os.fstat(file).st_size if file is not None else len(body)
    return Reply(body=body, file=file, size=size, tag=tag.hex(), seconds=seconds, used=used, last=last, **written)
