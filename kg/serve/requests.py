"""A request as ASGI gives it: its headers, and its body within bounds."""

import asyncio
from dataclasses import dataclass

from starlette.types import Receive, Scope

from kg.serve.problem import GONE, Problem


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the headers of a request say of the answer, and of its own body."""

    accept: str
    coding: str
    known: str  # the validators of If-None-Match
    content_type: str
    content_coding: str
    length: str

    @classmethod
    def of(cls, scope: Scope) -> "Wanted":
        found: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            found[name] = found[name] + b", " + value if name in found else value
        values = (found.get(name, b"").decode("latin-1") for name in _NAMES)
        return cls(*values)


_NAMES = (b"accept", b"accept-encoding", b"if-none-match", b"content-type", b"content-encoding", b"content-length")


async def read_body(receive: Receive, wanted: Wanted, most: int, patience: float) -> bytes:
    """The body of a request; a Problem where it is longer than it may be, coded, or does not come."""
    if wanted.content_coding not in {"", "identity"}:
        raise Problem(415, f"post it as it is, not in {wanted.content_coding}", {"Accept-Encoding": "identity"})
    too_long = Problem(413, f"the body is longer than {most:,} bytes")
    if wanted.length.isdigit() and int(wanted.length) > most:
        raise too_long
    body = bytearray()
    try:
        async with asyncio.timeout(patience):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Problem(GONE, "the client has gone")
                body += message.get("body", b"")
                if len(body) > most:
                    raise too_long
                if not message.get("more_body"):
                    return bytes(body)
    except TimeoutError as fault:
        raise Problem(408, f"the body did not come within {patience:g} s", {"Connection": "close"}) from fault
