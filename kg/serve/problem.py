"""An answer of HTTP that is no success, and which fault of ours is which; light, because workers raise them as well."""

from collections.abc import Mapping
from typing import Any

from kg.errors import KgError, NoBuild, UnknownName
from kg.queries import ParameterFault
from kg.serve.negotiation import Offer
from kg.store import EvaluationFault, QueryFault

GONE = 499  # a client that has hung up, as nginx writes it; no client ever sees it


class Problem(KgError):
    """An answer of HTTP that is no success: its status, words for a person, and members for a program."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None, **members: Any) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers, self.members = status, detail, dict(headers or {}), members


class NotAcceptable(Problem):
    """None of the formats of a resource is one that the client accepts."""

    def __init__(self, offers: tuple[Offer, ...]) -> None:
        available = [{"format": offer.name, "mediaType": offer.media_type} for offer in offers]
        names = ", ".join(offer.media_type for offer in offers)
        super().__init__(406, f"this is available as {names}", {"Vary": "Accept"}, available=available)


def problem_of(fault: KgError) -> Problem:
    """The problem that a fault is to a client."""
    match fault:
        case Problem():
            return fault
        case QueryFault():
            return _of_query(fault)
        case ParameterFault():
            return Problem(400, str(fault), parameter=fault.parameter, value=fault.value)
        case UnknownName():
            return Problem(404, str(fault))
        case NoBuild():
            return Problem(503, "there is no build to serve yet")
        case EvaluationFault():
            return Problem(500, "the evaluation broke off")
    return Problem(400, str(fault))


def _of_query(fault: QueryFault) -> Problem:
    where: dict[str, Any] = {"line": fault.line, "column": fault.column} if fault.line else {}
    return Problem(400, f"the query is refused: {' '.join(str(fault).split())}", **where)
