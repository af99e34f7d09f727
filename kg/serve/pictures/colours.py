"""Colours that can be told from the ground, on paper and on a page that is light or dark."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kg.serve.pictures.things import Thing

_HEX = re.compile(r"#[0-9A-Fa-f]{6}")
_GROUNDS = ("#fdfcfa", "#16181a")  # of style.css, light and dark
_CLEAR = 3.0  # the contrast that WCAG asks of a picture's parts
# Muted, so that none is taken for the colour of a party that it is not.
_PALETTE = (
    "#6B7A8F", "#B59F6B", "#8F6B86", "#7F9B7A", "#A4755A", "#5F9191", "#9A8F86", "#77709E", "#A88A9A", "#5E6E5A",
)  # fmt: skip
_STATUS = "#DDDDDD"  # sitting for nobody, as the sources of colours have it
OTHERS = "#B8B4AC"


@dataclass(frozen=True)
class Paint:
    """A colour; `edge` outlines it where it alone would not stand out, and draws lines."""

    light: str
    dark: str
    edge_light: str
    edge_dark: str


def paint(colour: str) -> Paint:
    """A colour as it is, with edges that stand out from a light and from a dark ground."""
    return Paint(colour, colour, *(_clear(colour, ground) for ground in _GROUNDS))


def shade(light: str, dark: str) -> Paint:
    """A colour of the page itself."""
    return Paint(light, dark, light, dark)


INK = shade("#1c1c1c", "#e4e2de")
SOFT = shade("#67645e", "#a09c94")
LINE = shade("#dcd8d0", "#35383c")
GROUND = shade(*_GROUNDS)
TINT = shade("#f3f0ea", "#1f2225")
LAND = shade("#ebe6dc", "#292d31")


def paints(things: Iterable[Thing]) -> dict[Thing, Paint]:
    """A colour for each thing: its own where it has one, else the next of a palette."""
    found: dict[Thing, Paint] = {}
    left = iter(_PALETTE * 100)
    for thing in things:
        if thing not in found:
            found[thing] = paint(_own(thing) or next(left, OTHERS))
    return found


def _own(thing: Thing) -> str | None:
    if thing.colour and _HEX.fullmatch(thing.colour):
        return thing.colour
    return _STATUS if (thing.href or "").startswith("/id/status/") else None


def _clear(colour: str, ground: str) -> str:
    """The colour, mixed with black or white until it stands out."""
    end = 0 if _luminance(ground) > 0.5 else 255
    for share in range(0, 101, 5):
        mixed = [round(c + (end - c) * share / 100) for c in _rgb(colour)]
        found = "#{:02X}{:02X}{:02X}".format(*mixed)
        if contrast(found, ground) >= _CLEAR:
            return found
    return colour


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG, from 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _rgb(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
