"""What every resource answers with: the representation that was negotiated, and the headers that go with it."""

from collections.abc import Callable
from typing import Any

from fastapi import Request, Response

from kg import __version__
from kg.serve.live import Opened
from kg.serve.negotiation import HTML, Choice, accept, choose
from kg.serve.pages import POLICY
from kg.serve.problems import NotAcceptable, Problem


def negotiated(request: Request, *offers: Any) -> Choice[Any]:
    """What the client's Accept chooses among the offers; NotAcceptable where it chooses none."""
    choice = choose(accept(request), offers)
    if not choice:
        raise NotAcceptable(offers)
    return choice


def by_extension(extension: str, *offers: Any) -> Choice[Any]:
    """The offer that an address names by its extension; a 404 with those it could name."""
    for offer in offers:
        if offer.name == extension:
            return Choice(offer, offer.media_type)
    names = ", ".join(f".{offer.name}" for offer in offers)
    raise Problem(404, f"nothing here is written as .{extension}; this can be had as {names}")


def reply(choice: Choice[Any], body: str | bytes, **headers: str) -> Response:
    """A negotiated answer; `Content_Location="…"` sets Content-Location."""
    named = {"Vary": "Accept"} | {name.replace("_", "-"): value for name, value in headers.items()}
    if choice.offer == HTML:
        named["Content-Security-Policy"] = POLICY
    return Response(body, media_type=choice.media_type, headers=named)


def reply_of_build(
    request: Request, opened: Opened, choice: Choice[Any], body: Callable[[], str | bytes], **headers: str
) -> Response:
    """An answer that only a new build changes: 304, without evaluating it, for a client that has it from this one."""
    if choice.offer == HTML:  # a page changes with its template as well
        return reply(choice, body(), **headers)
    tag = f'W/"{opened.build.id}-{__version__}-{choice.offer.name}"'
    if tag.removeprefix("W/") in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"ETag": tag, "Vary": "Accept"})
    return reply(choice, body(), ETag=tag, Cache_Control="no-cache", **headers)
