"""What a picture is made of: a few marks, placed in its own units, which one template writes as SVG."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from kg.serve.pictures.colours import Paint
from kg.serve.pictures.scales import broken, fitted, width_of

SIZE = 13.0  # of the text, in the units of a picture, which are the pixels of a screen
LINE = 16.0  # from one line of text to the next

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What every mark can have: a tip that names it, and an address that it leads to."""

    kind = ""
    tip: str = ""
    href: str | None = None


@dataclass(frozen=True)
class Rect(Mark):
    """A bar or a cell."""

    kind = "rect"
    x: float
    y: float
    width: float
    height: float
    paint: Paint
    opacity: float = 1.0


@dataclass(frozen=True)
class Path(Mark):
    """A line that is drawn, or an area where `filled`."""

    kind = "path"
    d: str
    paint: Paint
    filled: bool = False
    opacity: float = 1.0
    thickness: float = 1.0


@dataclass(frozen=True)
class Circle(Mark):
    """A point or a node."""

    kind = "circle"
    x: float
    y: float
    r: float
    paint: Paint
    opacity: float = 1.0


@dataclass(frozen=True)
class Text(Mark):
    """One line of text; `y` is its base line."""

    kind = "text"
    x: float
    y: float
    text: str
    paint: Paint
    anchor: Anchor = "start"
    size: float = SIZE
    bold: bool = False
    halo: bool = False  # of the ground, where it stands above other marks


@dataclass(frozen=True)
class Drawing:
    """The marks of one picture, the later above the earlier."""

    width: float
    height: float
    marks: tuple[Mark, ...]


def label(
    x: float, y: float, text: str, paint: Paint, room: float, *,
    anchor: Anchor = "start", href: str | None = None, size: float = SIZE,
) -> Text:  # fmt: skip
    """A text cut to the room that it has; its tip then has it whole."""
    short = fitted(text, room, size)
    return Text(x, y, short, paint, anchor, size, href=href, tip="" if short == text else text)


def lines(
    x: float, y: float, text: str, paint: Paint, room: float, *, anchor: Anchor, href: str | None, most: int
) -> list[Text]:
    """A text in at most so many lines, the first of which has its base line at y."""
    found = broken(text, room, SIZE, most)
    tip = "" if " ".join(found) == text else text
    return [Text(x, y + LINE * row, line, paint, anchor, href=href, tip=tip) for row, line in enumerate(found)]


def polygon(points: Iterable[tuple[float, float]], *, closed: bool = False) -> str:
    """The outline through points, as the `d` of a path."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + ("Z" if closed else "")


def key(entries: Iterable[tuple[str, Paint]], ink: Paint, width: float, y: float) -> tuple[list[Mark], float]:
    """What the colours stand for, in as many lines as that takes, and the height of these."""
    marks: list[Mark] = []
    x, top = 0.0, y
    for text, paint in entries:
        room = min(18 + width_of(text, SIZE) + 16, width)
        if x and x + room > width:
            x, y = 0.0, y + LINE + 2
        marks += [Rect(x, y + 3, 11, 11, paint), label(x + 16, y + 13, text, ink, width - 16)]
        x += room
    return marks, y + LINE - top + 6
