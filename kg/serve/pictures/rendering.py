"""Pictures as SVG for a page, as SVG that stands alone, and as PNG."""

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import resvg_py
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from kg import iris
from kg.serve.pictures import bars, composition, flow, lines, network, places, timeline
from kg.serve.pictures.colours import GROUND, INK, SOFT, Paint
from kg.serve.pictures.marks import Drawing, Mark, Text
from kg.serve.pictures.scales import broken

Picture = (
    flow.Flow | bars.Bars | lines.Lines | timeline.Timeline | composition.Composition | network.Network | places.Places
)

WIDE, NARROW = 720, 344  # the columns of a page on a desktop and on a phone
LEAST, MOST = 240, 1600  # the widths that a picture can be drawn at
CARD = (1200, 630)  # of Open Graph
_FONT = Path(__file__).parent / "fonts" / "DejaVuSansCondensed.ttf"
_MARGIN = 16.0
_ZOOM, _PIXELS = 1.5, 1200.0  # pixels of a PNG to one of its width, and at most in a line
_LONGEST = 300  # characters of a title or a tip
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML

_DRAW: dict[type, Any] = {
    flow.Flow: flow.draw,
    bars.Bars: bars.draw,
    lines.Lines: lines.draw,
    timeline.Timeline: timeline.draw,
    composition.Composition: composition.draw,
    network.Network: network.draw,
    places.Places: places.draw,
}


@dataclass(frozen=True)
class _Sheet:
    """What is written: groups of marks, each with where it is put."""

    width: float
    height: float
    groups: list[tuple[str, tuple[Mark, ...]]]


def figure(picture: Picture) -> Markup:
    """A picture for a page, once as wide as a desktop has it and once as a phone has it; pictures.css shows one."""
    drawn = [_page(picture, width, css) for width, css in ((WIDE, "wide-picture"), (NARROW, "narrow-picture"))]
    return Markup('<figure class="picture">{}</figure>').format(Markup("").join(drawn))


def svg(picture: Picture, width: float = WIDE) -> str:
    """A picture that stands alone, on paper, with its title; `width` in pixels from LEAST to MOST."""
    return _written(picture, _sheet(picture, width), paper=True)


def png(picture: Picture, width: float = WIDE) -> bytes:
    """The same as pixels, drawn in the font that is shipped, and so the same bytes everywhere."""
    zoom = min(_ZOOM, _PIXELS / width)
    return _pixels(_written(picture, _sheet(picture, width), paper=True, zoom=zoom))


def card(picture: Picture) -> bytes:
    """A PNG of the size that Open Graph and Twitter show beside a link."""
    return _pixels(_written(picture, _card(picture), paper=True))


def height_of(picture: Picture, width: float) -> int:
    """How tall a picture that stands alone becomes."""
    return round(_sheet(picture, width).height)


def drawing(picture: Picture, width: float) -> Drawing:
    """The marks of a picture."""
    drawn: Drawing = _DRAW[type(picture)](picture, float(width))
    return drawn


def words(text: str) -> str:
    """A text of a source as XML can hold it, and no longer than a reader wants it."""
    clean = _UNWRITABLE.sub("\ufffd", text)
    return clean if len(clean) <= _LONGEST else clean[:_LONGEST] + "…"


def _page(picture: Picture, width: float, css: str) -> Markup:
    drawn = drawing(picture, width)
    sheet = _Sheet(width, drawn.height, [("translate(0)", drawn.marks)])
    return Markup(_written(picture, sheet, paper=False, css=css))


def _sheet(picture: Picture, width: float) -> _Sheet:
    inner = width - 2 * _MARGIN
    drawn = drawing(picture, inner)
    titles = broken(words(picture.title), inner, 17, 2)
    head = len(titles) * 22.0
    foot = Text(0, head + drawn.height + 26, "party-defections", SOFT, size=11)
    marks = tuple(Text(0, 17 + 22 * row, text, INK, size=17, bold=True) for row, text in enumerate(titles))
    place = f"translate({_MARGIN:g} {_MARGIN:g})"
    below = f"translate({_MARGIN:g} {_MARGIN + head + 8:g})"
    return _Sheet(width, head + drawn.height + 32 + 2 * _MARGIN, [(place, (*marks, foot)), (below, drawn.marks)])


def _card(picture: Picture) -> _Sheet:
    width, height = CARD
    titles = broken(words(picture.title), width - 120, 44, 2)
    few = picture if isinstance(picture, timeline.Timeline | places.Places) else replace(picture, most=6)
    drawn = drawing(few, 620)
    top = 60 + len(titles) * 54.0
    zoom = min((width - 120) / drawn.width, (height - top - 60) / drawn.height)
    head = tuple(Text(60, 90 + 54 * row, text, INK, size=44, bold=True) for row, text in enumerate(titles))
    foot = Text(60, height - 24, "party-defections", SOFT, size=24)
    place = f"translate({(width - drawn.width * zoom) / 2:.1f} {top + 16:.1f}) scale({zoom:.3f})"
    return _Sheet(width, height, [("translate(0)", (*head, foot)), (place, drawn.marks)])


def _written(picture: Picture, sheet: _Sheet, *, paper: bool, zoom: float = 1, css: str = "") -> str:
    context = {
        "title": picture.title,
        "description": picture.description,
        "linked": any(mark.href for _, marks in sheet.groups for mark in marks),
        "ground": GROUND.light if paper else None,
        "zoom": zoom,
        "css": css,
        "width": sheet.width,
        "height": sheet.height,
        "groups": sheet.groups,
    }
    return str(_template(paper).render(context))


@cache
def _template(paper: bool) -> Any:
    """The template for paper, whose links are whole, or for a page, whose colours follow the reader's choice."""
    environment = Environment(
        loader=PackageLoader("kg.serve.pictures"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def either(light: str, dark: str) -> str:
        return light if paper or light == dark else f"light-dark({light}, {dark})"

    environment.filters |= {
        "n": lambda number: f"{number:.1f}".removesuffix(".0"),
        "words": words,
        "address": lambda href: iris.BASE + href.removeprefix("/") if paper and href.startswith("/") else href,
    }
    environment.globals |= {
        "halo": either(GROUND.light, GROUND.dark),
        "fill": lambda paint: either(paint.light, paint.dark),
        "edge": lambda paint: either(paint.edge_light, paint.edge_dark),
        "edged": lambda paint: _edged(paint, paper=paper),
    }
    return environment.get_template("picture.svg")


def _edged(paint: Paint, *, paper: bool) -> bool:
    return paint.edge_light != paint.light or (not paper and paint.edge_dark != paint.dark)


def _pixels(text: str) -> bytes:
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=text,
            skip_system_fonts=True,
            font_files=[str(_FONT)],
            font_family="DejaVu Sans",
            sans_serif_family="DejaVu Sans",
        )
    )
