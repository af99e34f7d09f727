"""Who is next: of those that wait, each client in turn, so that one with many queries holds up only itself."""

import asyncio
from collections import OrderedDict, deque
from typing import Generic, TypeVar

T = TypeVar("T")


class FairQueue(Generic[T]):
    """Waiting places, bounded in number."""

    def __init__(self, most: int) -> None:
        self._most, self._count = most, 0
        self._of_client: OrderedDict[str, deque[asyncio.Future[T]]] = OrderedDict()

    def __len__(self) -> int:
        return self._count

    def is_full_for(self, client: str) -> bool:
        """Whether there is no place left; for one who has none yet there are as many again."""
        return self._count >= (self._most if client in self._of_client else 2 * self._most)

    def join(self, client: str) -> "asyncio.Future[T]":
        """A place in the queue, which is done when something was given; one that is cancelled is passed over."""
        place: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._of_client.setdefault(client, deque()).append(place)
        self._count += 1
        return place

    def dismiss(self, fault: Exception) -> None:
        """Send everybody away who waits."""
        for places in self._of_client.values():
            for place in places:
                if not place.done():
                    place.set_exception(fault)
        self._of_client.clear()
        self._count = 0

    def give(self, what: T) -> bool:
        """Give something to the next one; whether anybody was there."""
        while self._of_client:
            client, places = self._of_client.popitem(last=False)
            place = places.popleft()
            self._count -= 1
            if places:
                self._of_client[client] = places  # to the end of the row
            if not place.done():
                place.set_result(what)
                return True
        return False
