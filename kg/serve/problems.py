"""Errors as problem details (RFC 9457), a page for people, and the one table that says which exception is which."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match

from kg.errors import KgError, NoBuild, UnknownName
from kg.queries import ParameterFault
from kg.serve import pages
from kg.serve.negotiation import HTML, PROBLEM, Offer, accept, choose
from kg.store import EvaluationFault, QueryFault

_METHODS = ("GET", "POST")


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


def _of_query(fault: QueryFault) -> Problem:
    where: dict[str, Any] = {"line": fault.line, "column": fault.column} if fault.line else {}
    return Problem(400, f"the query is refused: {' '.join(str(fault).split())}", **where)


def _of_http(fault: HTTPException) -> Problem:
    detail = {404: "there is nothing at this address", 405: "this address does not take that method"}
    return Problem(fault.status_code, detail.get(fault.status_code, str(fault.detail)), fault.headers)


def _of_validation(fault: RequestValidationError) -> Problem:
    return Problem(400, "; ".join(f"{error['loc'][-1]}: {error['msg']}" for error in fault.errors()))


TABLE: dict[type[Exception], Callable[[Any], Problem]] = {
    Problem: lambda fault: fault,
    QueryFault: _of_query,
    ParameterFault: lambda fault: Problem(400, str(fault)),
    UnknownName: lambda fault: Problem(404, str(fault)),
    RequestValidationError: _of_validation,
    HTTPException: _of_http,
    NoBuild: lambda _: Problem(503, "there is no build to serve yet"),
    EvaluationFault: lambda _: Problem(500, "the evaluation broke off"),
    Exception: lambda _: Problem(500, "the fault is on this side"),
}


def add_handlers(app: FastAPI) -> None:
    """Answer each exception of the table as the problem it stands for."""
    for exception, problem_of in TABLE.items():
        app.add_exception_handler(exception, _handler(problem_of))


def _handler(problem_of: Callable[[Any], Problem]) -> Callable[[Request, Exception], Response]:
    def handle(request: Request, fault: Exception) -> Response:
        problem = problem_of(fault)
        if problem.status == HTTPStatus.METHOD_NOT_ALLOWED:
            problem.headers["Allow"] = _allowed(request)
            if request.method == "OPTIONS":
                return Response(status_code=HTTPStatus.NO_CONTENT, headers=problem.headers)
        return _respond(request, problem)

    return handle


def _respond(request: Request, problem: Problem) -> Response:
    title = HTTPStatus(problem.status).phrase
    choice = choose(accept(request), (PROBLEM, HTML))
    headers = {**problem.headers, "Vary": "Accept"}
    if choice and choice.offer == HTML:
        return pages.page("problem.html", problem.status, headers, title=title, problem=problem)
    body = {"type": "about:blank", "title": title, "status": problem.status, "detail": problem.detail}
    body |= {"instance": request.url.path, **problem.members}
    return JSONResponse(body, problem.status, headers, media_type=PROBLEM.media_type)


def _allowed(request: Request) -> str:
    """The methods of an address: each is tried, since several routes may share it."""
    methods = {"OPTIONS"}
    for method in _METHODS:
        scope = {**request.scope, "method": method}
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.routes):
            methods |= {"GET", "HEAD"} if method == "GET" else {method}
    return ", ".join(sorted(methods))
