"""Errors as problem details (RFC 9457), a page for people, and the one table that says which exception is which."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match

from kg.errors import KgError
from kg.serve import pages
from kg.serve.negotiation import HTML, PROBLEM, choose
from kg.serve.problem import Problem, problem_of

_METHODS = ("GET", "POST")


def _of_http(fault: HTTPException) -> Problem:
    detail = {404: "there is nothing at this address", 405: "this address does not take that method"}
    return Problem(fault.status_code, detail.get(fault.status_code, str(fault.detail)), fault.headers)


def _of_validation(fault: RequestValidationError) -> Problem:
    return Problem(400, "; ".join(f"{error['loc'][-1]}: {error['msg']}" for error in fault.errors()))


TABLE: dict[type[Exception], Callable[[Any], Problem]] = {
    KgError: problem_of,
    RequestValidationError: _of_validation,
    HTTPException: _of_http,
    Exception: lambda _: Problem(500, "the fault is on this side"),
}


def add_handlers(app: FastAPI) -> None:
    """Answer each exception of the table as the problem it stands for."""
    for exception, found in TABLE.items():
        app.add_exception_handler(exception, _handler(found))


def _handler(found: Callable[[Any], Problem]) -> Callable[[Request, Exception], Response]:
    def handle(request: Request, fault: Exception) -> Response:
        problem = found(fault)
        if problem.status == HTTPStatus.METHOD_NOT_ALLOWED:
            problem.headers["Allow"] = _allowed(request)
            if request.method == "OPTIONS":
                return Response(status_code=HTTPStatus.NO_CONTENT, headers=problem.headers)
        return respond(request, problem)

    return handle


def respond(request: Request, problem: Problem) -> Response:
    """A problem as the client wants to read it."""
    title = HTTPStatus(problem.status).phrase
    choice = choose(", ".join(request.headers.getlist("accept")), (PROBLEM, HTML))
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
