"""The gallery of hostile requests: one entry each, with how it is sent and which statuses may answer it."""

from tests.hostile.addressed import addresses, names
from tests.hostile.case import Hostile
from tests.hostile.evaluated import evaluation, long_answers, nesting
from tests.hostile.transported import bodies, connections, heads, parameters


def gallery(trap: str, redirecting: str, canary: str) -> list[Hostile]:
    """Every request; a trap is an address that nobody may call, a canary a file that nobody may read."""
    return [
        *nesting(),
        *evaluation(),
        *long_answers(),
        *addresses(trap, redirecting, canary),
        *names(canary),
        *bodies(),
        *heads(),
        *connections(),
        *parameters(),
    ]
