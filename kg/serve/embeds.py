"""/embed and /oembed: the picture of any question's answer, for the pages of others."""

import re
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response

from kg import iris, queries
from kg.errors import UnknownName
from kg.serve import cards, pages, pictures
from kg.serve.asking import Asked, asked_by, depicted, replies
from kg.serve.depicting import Depicted
from kg.serve.live import Opened, opened
from kg.serve.negotiation import Choice, Kind
from kg.serve.pages import POLICY
from kg.serve.pictures import LEAST, MOST, NARROW, WIDE, Picture
from kg.serve.problem import Problem
from kg.serve.replies import reply

router = APIRouter()

_FRAME = Kind("frame", "text/html")
_JSON, _XML = Kind("json", "application/json"), Kind("xml", "text/xml")
_ANYWHERE = POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
_PATH = re.compile(r"(?:/party-defections)?/(?:embed/)?queries/([a-z0-9-]+)(?:\.html|\.svg|\.png)?")
_AROUND = 24  # pixels of a frame on either side of its picture
_BENEATH = 112  # above and below it: the title, and who says so
_NARROWER = 640  # pixels of a frame below which pictures.css shows the narrow picture


@router.get("/embed/queries/{name}", include_in_schema=False)
def frame(request: Request, name: str) -> Response:
    """The picture alone, with its title and where it comes from; the one page that others may frame."""
    asked = asked_by(request.scope["query_string"], queries.find(name))
    found = _depicted(opened(request), asked)
    body = pages.render(
        "embed.html",
        asked=asked,
        missing=found.missing,
        figure=pictures.figure(found.picture),
        address=iris.BASE + asked.address()[1:],
    )
    return replies(asked.query)(Choice(_FRAME, _FRAME.media_type), body, Content_Security_Policy=_ANYWHERE)


@router.get("/oembed", include_in_schema=False)
def oembed(request: Request, url: str = "", maxwidth: str = "", maxheight: str = "", format: str = "json") -> Response:
    """How to embed the page of a question (oEmbed 1.0), no wider and no taller than asked for."""
    if format not in {"json", "xml"}:
        raise Problem(501, f"parameter 'format': {format!r} is none of json, xml", parameter="format", value=format)
    asked = _asked(request, url)
    picture = _depicted(opened(request), asked).picture
    width = min(_most("maxwidth", maxwidth), WIDE + _AROUND)
    height = min(_most("maxheight", maxheight), _height(picture, width))
    body = _described(asked, width, height)
    choice = Choice(_XML if format == "xml" else _JSON, (_XML if format == "xml" else _JSON).media_type)
    return reply(choice, pages.render("oembed.xml", members=body) if format == "xml" else pages.json_text(body))


def _described(asked: Asked, width: int, height: int) -> dict[str, Any]:
    html = pages.render(
        "frame.html", address=cards.embedded(asked), title=asked.query.summary, width=width, height=height
    )
    return {
        "version": "1.0",
        "type": "rich",
        "title": asked.query.summary,
        "provider_name": "party-defections",
        "provider_url": iris.BASE,
        "cache_age": 86400,
        "html": html.strip(),
        "width": width,
        "height": height,
    }


def _depicted(build: Opened, asked: Asked) -> Depicted:
    found = depicted(build, asked)
    if not found:
        raise Problem(404, f"the answer to {asked.query.name} has no picture")
    return found


def _asked(request: Request, url: str) -> Asked:
    """The question that an address of this host, or of the public name, asks."""
    try:
        parts = urlsplit(url)
        known = parts.scheme in {"http", "https"} and parts.netloc in {request.url.netloc, urlsplit(iris.BASE).netloc}
    except ValueError:  # brackets that hold no address
        known = False
    found = _PATH.fullmatch(parts.path) if known else None
    if not found:
        raise Problem(404, f"parameter 'url': {url!r} is no address of a question here", parameter="url", value=url)
    try:
        return asked_by(parts.query.encode(), queries.find(found[1]))
    except UnknownName as fault:
        raise Problem(404, str(fault), parameter="url", value=url) from fault


def _most(name: str, value: str) -> int:
    if not value:
        return MOST
    if not (value.isascii() and value.isdigit() and len(value) < 7 and int(value) >= LEAST):
        message = f"parameter {name!r}: {value!r} is too small: a picture takes {LEAST} pixels"
        raise Problem(400, message, parameter=name, value=value)
    return int(value)


def _height(picture: Picture, width: int) -> int:
    """How tall a frame of a width is: the picture that it shows, as wide as the frame lets it be."""
    drawn = WIDE if width >= _NARROWER else NARROW
    share = (width - _AROUND) / drawn
    return round(pictures.drawing(picture, drawn).height * min(share, 1 if drawn == WIDE else share)) + _BENEATH
