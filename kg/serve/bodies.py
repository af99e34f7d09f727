"""Finished bodies: answers over a build, which never changes, kept while there is room and made once at a time."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from hashlib import blake2b

from kg.serve.compression import coded
from kg.serve.problem import GONE, Problem

_OVERHEAD = 1000  # bytes of an entry beside its bodies, about
_SHARE = 8  # no body takes more than one in so many bytes of the whole
_INLINE = 1 << 16  # bytes that are coded in a moment; more are coded in a thread

Headers = list[tuple[bytes, bytes]]


@dataclass(slots=True)
class Finished:
    """One answer: its bytes, its strong validator, and its codings as they are asked for."""

    body: bytes
    media_type: str
    tag: str
    headers: Headers = field(default_factory=list)  # further ones
    coded: dict[str, bytes] = field(default_factory=dict)
    negotiated: bool = True  # whether another Accept could have got something else

    @classmethod
    def of(cls, body: bytes, media_type: str, headers: Headers, *, negotiated: bool = True) -> "Finished":
        """A body that has no hash yet."""
        return cls(body, media_type, blake2b(body, digest_size=12).hexdigest(), headers, negotiated=negotiated)

    async def in_coding(self, coding: str | None) -> bytes:
        if coding is None:
            return self.body
        if coding not in self.coded:
            if len(self.body) > _INLINE:
                self.coded[coding] = await asyncio.to_thread(coded, self.body, coding)
            else:
                self.coded[coding] = coded(self.body, coding)
        return self.coded[coding]

    @property
    def size(self) -> int:
        return _OVERHEAD + len(self.body) + sum(map(len, self.coded.values()))


class Bodies:
    """A cache bounded in bytes; what was used last stays."""

    def __init__(self, most: int) -> None:
        self._most, self.size = most, 0
        self._kept: OrderedDict[Hashable, Finished] = OrderedDict()
        self._sizes: dict[Hashable, int] = {}
        self._making: dict[Hashable, asyncio.Future[Finished | Problem | None]] = {}
        self.hits = self.misses = 0

    def get(self, key: Hashable) -> Finished | None:
        """What is kept under a key."""
        found = self._kept.get(key)
        if found:
            self.hits += 1
            self._kept.move_to_end(key)
        return found

    async def get_or_make(self, key: Hashable, make: Callable[[], Awaitable[Finished | None]]) -> Finished | None:
        """What is kept under a key, or made now; who asks for what is being made waits for it.

        None where what was made cannot be shared, and so went to the one who made it.
        """
        while not (found := self.get(key)):
            if not (making := self._making.get(key)):
                return await self._make(key, make)
            shared = await asyncio.shield(making)
            if isinstance(shared, Finished):
                return shared
            if shared is None:
                return await make()
            if shared.status != GONE:
                raise shared
        return found

    async def _make(self, key: Hashable, make: Callable[[], Awaitable[Finished | None]]) -> Finished | None:
        making = self._making[key] = asyncio.get_running_loop().create_future()
        self.misses += 1
        shared: Finished | Problem | None = Problem(GONE, "the client has gone")
        try:
            shared = await make()
            if shared:
                self.keep(key, shared)
            return shared
        except Problem as fault:
            shared = fault
            raise
        finally:
            del self._making[key]
            making.set_result(shared)

    def keep(self, key: Hashable, finished: Finished) -> None:
        """Keep something, or its new size; what was used longest ago gives way."""
        size = finished.size + len(repr(key))
        if size * _SHARE > self._most:
            return
        self.size += size - self._sizes.get(key, 0)
        self._kept[key], self._sizes[key] = finished, size
        self._kept.move_to_end(key)
        while self.size > self._most:
            oldest, _ = self._kept.popitem(last=False)
            self.size -= self._sizes.pop(oldest)

    def __len__(self) -> int:
        return len(self._kept)
