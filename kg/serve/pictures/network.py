"""Who moves where: affiliations on a circle, and arcs as thick as the numbers that moved."""

import math
from collections import Counter
from dataclasses import dataclass

from kg.serve.pictures.colours import INK, Paint, paints
from kg.serve.pictures.flow import Move
from kg.serve.pictures.marks import LINE, Anchor, Circle, Drawing, Mark, Path, label, lines
from kg.serve.pictures.things import Thing

_THICKEST = 14.0
_WIDE = 480.0  # from here on names stand around the circle


@dataclass(frozen=True)
class Network:
    """Moves between affiliations; those of the `most` affiliations with the most moves are drawn."""

    title: str
    description: str
    moves: tuple[Move, ...]
    most: int = 16


def draw(network: Network, width: float) -> Drawing:
    """An arc bends to the left of its direction and has the colour of what was left, so that both ways can be told."""
    nodes = _nodes(network)
    moves = [m for m in network.moves if m.left in nodes and m.joined in nodes and m.left != m.joined and m.count > 0]
    wide = width >= _WIDE
    radius = min(width / 2 - (190 if wide else 24), 190)
    centre = (width / 2, radius + 34)
    places = _places(nodes, centre, radius)
    colours = paints(nodes)
    largest = max((move.count for move in moves), default=1)
    marks: list[Mark] = [
        _arc(move, places, centre, colours[move.left], largest) for move in sorted(moves, key=lambda m: -m.count)
    ]
    height = 2 * radius + 68
    for number, (thing, total) in enumerate(nodes.items(), 1):
        marks += _node(thing, total, places[thing], centre, colours[thing], width, "" if wide else str(number))
        if not wide:
            line = lines(0, height, f"{number} {thing.label}", INK, width, anchor="start", href=thing.href, most=1)
            marks += line
            height += LINE + 2
    return Drawing(width, height, tuple(marks))


def _nodes(network: Network) -> dict[Thing, int]:
    totals: Counter[Thing] = Counter()
    for move in network.moves:
        totals[move.left] += move.count
        totals[move.joined] += move.count
    ranked = sorted(totals.items(), key=lambda each: (-each[1], each[0].label, each[0].href or ""))
    return dict(ranked[: network.most])


def _places(nodes: dict[Thing, int], centre: tuple[float, float], radius: float) -> dict[Thing, tuple[float, float]]:
    """Every second one first, so that the largest do not lie beside each other."""
    order = [*list(nodes)[::2], *list(nodes)[1::2]]
    turn = 2 * math.pi / max(len(nodes), 1)
    angles = [turn * (index + 0.5) - math.pi / 2 for index in range(len(nodes))]
    return {
        thing: (centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle))
        for thing, angle in zip(order, angles, strict=True)
    }


def _arc(
    move: Move, places: dict[Thing, tuple[float, float]], centre: tuple[float, float], paint: Paint, largest: int
) -> Path:
    (x1, y1), (x2, y2) = places[move.left], places[move.joined]
    aside = 0.18
    bend_x = (x1 + x2) / 2 * 0.5 + centre[0] * 0.5 + (y2 - y1) * aside
    bend_y = (y1 + y2) / 2 * 0.5 + centre[1] * 0.5 - (x2 - x1) * aside
    tip = f"{move.left.label} → {move.joined.label}: {move.count:,}"
    d = f"M{x1:.1f} {y1:.1f}Q{bend_x:.1f} {bend_y:.1f} {x2:.1f} {y2:.1f}"
    return Path(d, paint, thickness=max(_THICKEST * math.sqrt(move.count / largest), 1.2), opacity=0.6, tip=tip)


def _node(
    thing: Thing, total: int, place: tuple[float, float], centre: tuple[float, float], paint: Paint, width: float,
    number: str,
) -> list[Mark]:  # fmt: skip
    """A point with its name outside the circle, or its number where there is no room for that."""
    x, y = place
    right = x >= centre[0]
    text = x + (10 if right else -10)
    anchor: Anchor = "start" if right else "end"
    base = y + (4.5 if abs(y - centre[1]) < 40 else 0 if y < centre[1] else 9)
    room = width - text if right else text
    named = label(text, base, number or thing.label, INK, room, anchor=anchor, href=None if number else thing.href)
    return [Circle(x, y, 7, paint, tip=f"{thing.label}: {total:,} moves"), named]
