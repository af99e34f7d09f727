"""Where things are: points on a map of the United Kingdom with a coarse outline of our own."""

import csv
import math
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from pathlib import Path as File

from kg.serve.pictures.colours import INK, LAND, LINE, SOFT, paint, paints
from kg.serve.pictures.marks import SIZE, Anchor, Circle, Drawing, Mark, Path, Text, label, polygon
from kg.serve.pictures.scales import Scale, linear
from kg.serve.pictures.things import Thing

_COAST = File(__file__).parent / "coast.csv"
_WEST, _EAST, _SOUTH, _NORTH = -8.7, 2.3, 49.8, 60.95
_LARGEST = 16.0  # the radius of the largest point
_EVEN = 4.0  # the radius of points that all stand for as much
_NAMED = 6  # points that have their name beside them
_PLAIN = paint("#4F5B66")


@dataclass(frozen=True)
class Place:
    """A thing with its degrees north and east, and a number that its point's area stands for."""

    thing: Thing
    latitude: float
    longitude: float
    value: float = 1.0


@dataclass(frozen=True)
class Places:
    """Places on the map, the largest `most` of them; those outside the frame are left out."""

    title: str
    description: str
    places: tuple[Place, ...]
    most: int = 500


def draw(places: Places, width: float) -> Drawing:
    """The largest points lie lowest, and the first few have names."""
    across, up, height = _projection(width)
    shown = sorted(filter(_inside, places.places), key=lambda p: (-p.value, p.thing.label))[: places.most]
    marks: list[Mark] = [
        *_graticule(across, up),
        *(Path(polygon(((across(x), up(y)) for x, y in ring), closed=True), LAND, filled=True) for ring in coast()),
    ]
    colours = paints(place.thing for place in shown if place.thing.colour)
    largest = max((place.value for place in shown), default=1) or 1
    is_even = all(place.value == largest for place in shown)
    most = _EVEN if is_even else min(_LARGEST, width / 24)
    for place in shown:
        r = max(most * math.sqrt(max(place.value, 0) / largest), 2.0)
        tip = f"{place.thing.label}: {place.value:,.10g}"
        marks.append(Circle(across(place.longitude), up(place.latitude), r, colours.get(place.thing, _PLAIN),
                            opacity=0.7, tip=tip))  # fmt: skip
    return Drawing(width, height, (*marks, *_names(shown, across, up, most, largest, width)))


def _inside(place: Place) -> bool:
    return _WEST <= place.longitude <= _EAST and _SOUTH <= place.latitude <= _NORTH


def _projection(width: float) -> tuple[Scale, Scale, float]:
    """Equirectangular, true in the middle of the country."""
    field = min(width, 460)
    height = field * (_NORTH - _SOUTH) / ((_EAST - _WEST) * math.cos(math.radians(55)))
    start = (width - field) / 2
    return linear(_WEST, _EAST, start, start + field), linear(_SOUTH, _NORTH, height, 0), height


def _graticule(across: Scale, up: Scale) -> list[Mark]:
    left, right = across(_WEST), across(_EAST)
    marks: list[Mark] = []
    for degree in range(50, 61, 2):
        marks.append(Path(polygon([(left, up(degree)), (right, up(degree))]), LINE))
        marks.append(Text(left + 2, up(degree) - 3, f"{degree}° N", SOFT, size=10))
    for degree in range(-8, 3, 2):
        marks.append(Path(polygon([(across(degree), up(_NORTH)), (across(degree), up(_SOUTH))]), LINE))
    return marks


def _names(shown: list[Place], across: Scale, up: Scale, most: float, largest: float, width: float) -> list[Mark]:
    """Names of the largest, left out where one would lie over another."""
    marks: list[Mark] = []
    taken: list[float] = []
    for place in shown[: _NAMED * 2]:
        x, y = across(place.longitude), up(place.latitude)
        if len(marks) < _NAMED and all(abs(y - other) > SIZE + 2 for other in taken):
            taken.append(y)
            r = most * math.sqrt(max(place.value, 0) / largest)
            right = x < width / 2
            anchor: Anchor = "end" if right else "start"
            place_x = x - r - 3 if right else x + r + 3
            room = place_x if right else width - place_x
            named = label(place_x, y + 4, place.thing.label, INK, room, anchor=anchor, href=place.thing.href, size=12)
            marks.append(replace(named, halo=True))
    return marks


@cache
def coast() -> list[list[tuple[float, float]]]:
    """Rings of longitude and latitude: headlands and bays in whole tenths of a degree, from their positions alone."""
    with _COAST.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        [(float(row["longitude"]), float(row["latitude"])) for row in ring]
        for _, ring in groupby(rows, key=lambda row: row["island"])
    ]
