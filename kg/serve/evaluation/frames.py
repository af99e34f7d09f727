"""What goes between the server and a worker: a question there, a reply back, each a head of JSON and a body.

A reply that is too long for memory comes as an open file beside its head.
"""

import json
import os
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from typing import Any

_LENGTHS = struct.Struct("!II")  # of the head and of the body
_READ = 1 << 18  # bytes
_LONG = 2048  # characters


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
    def key(self) -> tuple[object, ...]:
        """What the answer depends on besides the build."""
        asked = (self.default_graphs, self.named_graphs, self.union, self.format, self.accept, self.ordered)
        return _brief(normalised(self.query)), _brief(repr(asked))


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
    last: bool = False  # whether the worker has ended with this


def normalised(query: str) -> str:
    """The query without the blanks around its lines, and without empty lines: they matter in long strings only."""
    if "'''" in query or '"""' in query:
        return query
    return "\n".join(filter(None, map(str.strip, query.split("\n"))))


def _brief(text: str) -> str:
    """A text, or its hash where it is long, because many are kept."""
    return text if len(text) <= _LONG else blake2b(text.encode(), digest_size=20).hexdigest()


def pack_question(question: Question) -> bytes:
    """The frame of a question."""
    head = json.dumps(
        [question.default_graphs, question.named_graphs, question.union, question.format, question.accept,
         question.ordered]
    ).encode()  # fmt: skip
    body = question.query.encode()
    return b"".join((_LENGTHS.pack(len(head), len(body)), head, body))


def unpack_question(head: bytes, body: bytes) -> Question:
    default, named, union, fmt, accept, ordered = json.loads(head)
    return Question(body.decode(), tuple(default), tuple(named), union, fmt, accept, ordered)


def receive_frame(connection: socket.socket) -> tuple[bytes, bytes] | None:
    """The head and the body of the next frame, waiting for it; None where the other end has gone."""
    received = connection.recv(_READ)
    if not received:
        return None
    frame = bytearray(received)
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


def send_reply(connection: socket.socket, head: dict[str, Any], chunks: Sequence[bytes], file: int | None) -> None:
    """Send a reply, its body in chunks or as an open file."""
    written = json.dumps(head).encode()
    opening = _LENGTHS.pack(len(written), sum(map(len, chunks))) + written
    if file is not None:
        socket.send_fds(connection, [opening], [file])
    elif len(chunks) < 2:
        connection.sendall(opening + b"".join(chunks))
    else:
        connection.sendall(opening)
        for chunk in chunks:
            connection.sendall(chunk)


def unpack_reply(head: bytes, body: bytes, files: Sequence[int]) -> Reply:
    """A reply from its frame and the descriptors that came with it."""
    told = json.loads(head)
    file = files[0] if files else None
    for unexpected in files[1:]:
        os.close(unexpected)
    size = os.fstat(file).st_size if file is not None else len(body)
    return Reply(body=body, file=file, size=size, **told)
