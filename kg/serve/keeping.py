"""Replies of pages that only a new build changes: taken on their way, so that they are kept and sent like answers."""

import re

from starlette.types import Message, Send

from kg.serve.bodies import Finished

MARK = "X-Of-Build"  # by which a page says so; it never leaves the server
_OURS = {b"vary", b"content-length", b"content-type", b"cache-control", b"access-control-allow-origin"}


class Taker:
    """Stands in for `send`: keeps a marked reply back as a whole, and lets any other pass."""

    def __init__(self, send: Send) -> None:
        self.finished: Finished | None = None
        self._send = send
        self._start: Message | None = None
        self._chunks: list[bytes] = []

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_marked(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._chunks.append(message.get("body", b""))
            if not message.get("more_body"):
                self.finished = _finished(self._start, b"".join(self._chunks))


def _is_marked(start: Message) -> bool:
    return start["status"] == 200 and any(name == MARK.lower().encode() for name, _ in start["headers"])


def _finished(start: Message, body: bytes) -> Finished:
    headers = dict(start["headers"])
    media_type, _, _ = headers[b"content-type"].decode().partition(";")
    mark = MARK.lower().encode()
    others = [(name, value) for name, value in start["headers"] if name not in _OURS and name != mark]
    negotiated = b"accept" in re.split(rb"[\s,]+", headers.get(b"vary", b"").lower())
    return Finished.of(body, media_type, others, negotiated=negotiated)
