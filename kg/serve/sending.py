"""Answers on their way: validators, codings and the headers that go with every one of them, whatever made it."""

import asyncio
import os
from collections.abc import Iterator

from starlette.types import Send

from kg.serve.bodies import Finished, Headers
from kg.serve.compression import coded_chunks, coding_for, is_worth_it
from kg.serve.evaluation import Reply
from kg.serve.requests import Wanted

_CHUNK = 1 << 18  # bytes of a file

OPEN: Headers = [  # to every origin, without credentials
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"Content-Location, ETag, Link, Location, Retry-After, X-SPARQL-MaxRows"),
]
_VARY = (b"vary", b"Accept, Accept-Encoding")
_KEPT = (b"cache-control", b"no-cache")
_ONCE = (b"cache-control", b"no-store")


async def send_finished(send: Send, finished: Finished, wanted: Wanted) -> bytes:
    """Send a finished body, or that the client has it already; what was sent."""
    coding = _coding(wanted, len(finished.body), finished.media_type)
    tag = _tag(finished.tag, coding)
    headers = [_VARY, _KEPT, (b"etag", tag.encode()), *finished.headers, *OPEN]
    if wanted.known and _is_known(tag, wanted.known):
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body"})
        return b""
    body = await finished.in_coding(coding)
    headers += _content(finished.media_type, coding, len(body))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
    return body


async def send_reply(send: Send, reply: Reply, wanted: Wanted, *, kept: bool) -> None:
    """Send a reply that is not kept: it is too long for that, or it would be another one the next time."""
    if reply.file is None:
        body = reply.body
        headers = [_VARY, _ONCE, *OPEN, *_content(reply.media_type, None, len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})
        return
    coding = _coding(wanted, reply.size, reply.media_type)
    tag = _tag(reply.tag, coding)
    headers = [_VARY, *([_KEPT, (b"etag", tag.encode())] if kept else [_ONCE]), *OPEN]
    if kept and _is_known(tag, wanted.known):
        os.close(reply.file)
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body"})
        return
    headers += _content(reply.media_type, coding, None if coding else reply.size)
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await _send_file(send, reply.file, coding)


async def _send_file(send: Send, descriptor: int, coding: str | None) -> None:
    with os.fdopen(descriptor, "rb") as file:
        file.seek(0)
        plain = iter(lambda: file.read(_CHUNK), b"")
        chunks: Iterator[bytes] = coded_chunks(plain, coding) if coding else plain
        while (chunk := await asyncio.to_thread(next, chunks, None)) is not None:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body"})


def _coding(wanted: Wanted, size: int, media_type: str) -> str | None:
    return coding_for(wanted.coding) if wanted.coding and is_worth_it(size, media_type) else None


def _content(media_type: str, coding: str | None, length: int | None) -> Headers:
    written = f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
    headers = [(b"content-type", written.encode())]
    if coding:
        headers.append((b"content-encoding", coding.encode()))
    if length is not None:
        headers.append((b"content-length", str(length).encode()))
    return headers


def _tag(tag: str, coding: str | None) -> str:
    return f'"{tag}-{coding}"' if coding else f'"{tag}"'


def _is_known(tag: str, known: str) -> bool:
    """Whether the client has it: by weak comparison, as If-None-Match compares (RFC 9110, section 13.1.2)."""
    return known.strip() == "*" or tag in {each.strip().removeprefix("W/") for each in known.split(",")}
