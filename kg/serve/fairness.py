"""What one client may use of the endpoint: buckets of seconds and of errors that are refilled all the time."""

import math
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import AddressValueError, IPv6Address

from kg.serve.evaluation.frames import Reply
from kg.serve.problem import Problem
from kg.serve.settings import Fairness

_ERRORS = {400, 503, 504}  # that a client pays for
_CLIENTS = 10_000  # whose buckets are known; one that is forgotten has full ones


@dataclass(slots=True)
class _Account:
    seconds: float
    errors: float
    at: float


class Accounts:
    """The buckets of all clients; a time of 0 or less in the settings stands for no bound."""

    def __init__(self, fairness: Fairness) -> None:
        self._fairness = fairness
        self._of_client: OrderedDict[str, _Account] = OrderedDict()

    def admit(self, client: str) -> None:
        """Let a client ask, or a Problem that tells when it may again."""
        account = self._of_client.get(owner(client))
        if account is None or (account.seconds > 0 and account.errors > 0):
            return
        self._refill(account)
        wait = max(-account.seconds / self._fairness.seconds_refill, -account.errors / self._fairness.errors_refill)
        if wait >= 0 and (account.seconds <= 0 or account.errors <= 0):
            what = "time of evaluation" if account.seconds <= 0 else "errors"
            after = math.ceil(wait) + 1
            detail = f"this client has used up its {what}: ask again in {after} s"
            raise Problem(429, detail, {"Retry-After": f"{after}"}, reason="budget")

    async def pay(self, client: str, ask: Callable[[], Awaitable[Reply]]) -> Reply:
        """The reply to a question of a client, who is admitted before and charged after."""
        self.admit(client)
        try:
            reply = await ask()
        except Problem as fault:
            self.charge(client, fault.members.pop("seconds", 0.0), error=fault.status in _ERRORS)
            raise
        self.charge(client, reply.seconds)
        return reply

    def charge(self, client: str, seconds: float, *, error: bool = False) -> None:
        """Take from the buckets of a client what it has used."""
        fairness, client = self._fairness, owner(client)
        account = self._of_client.get(client)
        if account is None:
            account = self._of_client[client] = _Account(fairness.seconds, fairness.errors, time.monotonic())
            if len(self._of_client) > _CLIENTS:
                self._of_client.popitem(last=False)
        self._refill(account)
        account.seconds -= seconds
        account.errors -= error
        self._of_client.move_to_end(client)

    def _refill(self, account: _Account) -> None:
        fairness, now = self._fairness, time.monotonic()
        passed, account.at = now - account.at, now
        account.seconds = min(fairness.seconds, account.seconds + passed * fairness.seconds_refill)
        account.errors = min(fairness.errors, account.errors + passed * fairness.errors_refill)


@lru_cache(maxsize=1024)
def owner(client: str) -> str:
    """Who pays for an address: one of IPv6 stands for its network of 64 bits, all of which a client can use."""
    try:
        address = IPv6Address(client.partition("%")[0])
    except AddressValueError:
        return client
    return client if address.ipv4_mapped else str(IPv6Address(int(address) >> 64 << 64))
