"""The coding of a body on its way: zstd, br or gzip, whichever the client wants most (RFC 9110, section 12.5.3)."""

import re
import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Protocol

import brotli
import zstandard

_LEAST = 1024  # bytes that are worth it
_MEMBER = re.compile(r"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*", re.IGNORECASE)
_GZIP = 31  # the window bits of zlib that write a header of gzip


class Compressor(Protocol):
    """Codes a body chunk by chunk."""

    def compress(self, chunk: bytes, /) -> bytes: ...
    def flush(self) -> bytes: ...


class _Brotli:
    def __init__(self) -> None:
        self._compressor = brotli.Compressor(quality=4)

    def compress(self, chunk: bytes, /) -> bytes:
        return bytes(self._compressor.process(chunk))

    def flush(self) -> bytes:
        return bytes(self._compressor.finish())


_CODINGS: dict[str, Callable[[], Compressor]] = {  # the best first
    "zstd": lambda: zstandard.ZstdCompressor(level=3).compressobj(),
    "br": _Brotli,
    "gzip": lambda: zlib.compressobj(5, zlib.DEFLATED, _GZIP),
}


@lru_cache(maxsize=256)
def coding_for(accepted: str) -> str | None:
    """The coding that an Accept-Encoding header wants most; None for the body as it is."""
    wanted = {
        found[1].lower(): float(found[2] or 1) for part in accepted.split(",") if (found := _MEMBER.fullmatch(part))
    }
    quality = {coding: wanted.get(coding, wanted.get("*", 0.0)) for coding in _CODINGS}
    best = max(quality, key=lambda coding: quality[coding])  # the earlier of two that are wanted alike
    return best if quality[best] > 0 and quality[best] >= wanted.get("identity", 0.0) else None


def is_worth_it(size: int, media_type: str) -> bool:
    """Whether a body becomes much shorter."""
    return size >= _LEAST and not media_type.startswith(("application/vnd.", "application/zip", "application/gzip"))


def coded(body: bytes, coding: str) -> bytes:
    """A whole body in a coding."""
    compressor = _CODINGS[coding]()
    return compressor.compress(body) + compressor.flush()


def coded_chunks(chunks: Iterator[bytes], coding: str) -> Iterator[bytes]:
    """A body in a coding, as it comes."""
    compressor = _CODINGS[coding]()
    for chunk in chunks:
        if written := compressor.compress(chunk):
            yield written
    yield compressor.flush()
