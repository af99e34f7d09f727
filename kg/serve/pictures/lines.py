"""Numbers over time: lines through the values of each year or month."""

from dataclasses import dataclass, replace

from kg.serve.pictures.colours import INK, LINE, SOFT, Paint, paints
from kg.serve.pictures.marks import SIZE, Circle, Drawing, Mark, Path, Text, key, polygon
from kg.serve.pictures.scales import Scale, linear, ticks, width_of, year_ticks
from kg.serve.pictures.things import Thing

_HEIGHT = 260.0  # of the field
_POINTS = 500  # of a series, the newest
_DOTS = 60  # points up to which each has a dot


@dataclass(frozen=True)
class Point:
    """A value at a time, which is a year with a fraction, and how the time is written."""

    at: float
    value: float
    written: str = ""


@dataclass(frozen=True)
class Series:
    """The values of one thing, in the order of time."""

    thing: Thing
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Lines:
    """Series over the same time; those that never are large are left out, and said to be."""

    title: str
    description: str
    series: tuple[Series, ...]
    most: int = 8


def draw(lines: Lines, width: float) -> Drawing:
    """A field with years below and round numbers on the left, and a key above where there are several series."""
    ranked = sorted(lines.series, key=lambda s: (-max((abs(p.value) for p in s.points), default=0), s.thing.label))
    shown = [replace(series, points=series.points[-_POINTS:]) for series in ranked[: lines.most] if series.points]
    if not shown:
        return Drawing(width, 24, (Text(0, SIZE, "nothing to show", SOFT),))
    colours = paints(series.thing for series in shown)
    marks: list[Mark] = []
    top = 12.0
    if len(shown) > 1:
        marks, below = key([(s.thing.label, colours[s.thing]) for s in shown], INK, width, 0)
        top += below
    field, across, up = _field(shown, width, top)
    marks += field
    for series in reversed(shown):  # the largest above the others
        marks += _line(series, colours[series.thing], across, up)
    height = top + _HEIGHT + 26
    if len(lines.series) > len(shown):
        marks.append(Text(0, height + 12, f"and {len(lines.series) - len(shown):,} smaller ones, in the table", SOFT))
        height += 18
    return Drawing(width, height, tuple(marks))


def _field(shown: list[Series], width: float, top: float) -> tuple[list[Mark], Scale, Scale]:
    values = [point.value for series in shown for point in series.points]
    times = [point.at for series in shown for point in series.points]
    levels = ticks(min([0.0, *values]), max([0.0, *values]), 5)
    left = max(width_of(f"{level:,.10g}", SIZE) for level in levels) + 8
    across = linear(min(times), max(times), left + 6, width - 18)
    up = linear(levels[0], levels[-1], top + _HEIGHT, top)
    marks: list[Mark] = []
    for level in levels:
        paint = SOFT if level == 0 else LINE
        marks.append(Path(polygon([(left, up(level)), (width, up(level))]), paint))
        marks.append(Text(left - 6, up(level) + 4.5, f"{level:,.10g}", SOFT, "end"))
    for year in year_ticks(min(times), max(times), int(width // 70)):
        marks.append(Text(across(year), top + _HEIGHT + 20, str(year), SOFT, "middle"))
    return marks, across, up


def _line(series: Series, paint: Paint, across: Scale, up: Scale) -> list[Mark]:
    places = [(across(point.at), up(point.value)) for point in series.points]
    marks: list[Mark] = [Path(polygon(places), paint, thickness=2, tip=series.thing.label)]
    if len(places) <= _DOTS:
        for point, (x, y) in zip(series.points, places, strict=True):
            tip = f"{series.thing.label}, {point.written or f'{point.at:g}'}: {point.value:,.10g}"
            marks.append(Circle(x, y, 3.5, paint, tip=tip))
    return marks
