"""What every resource answers with: the representation that was negotiated, and the headers that go with it."""

from typing import Any

from fastapi import Request, Response

from kg.serve.keeping import MARK
from kg.serve.negotiation import HTML, Choice, choose
from kg.serve.pages import POLICY
from kg.serve.problem import NotAcceptable, Problem


def accept(request: Request) -> str:
    """The Accept header of a request, its repeated lines joined."""
    return ", ".join(request.headers.getlist("accept"))


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


def reply_of_build(choice: Choice[Any], body: str | bytes, **headers: str) -> Response:
    """A negotiated answer that only a new build changes, so that it is kept."""
    return reply(choice, body, **{MARK: "1"}, **headers)
