"""Who lost to whom: affiliations on either side, and bands between them as wide as the numbers that moved."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import accumulate

from kg.serve.pictures.colours import INK, OTHERS, SOFT, Paint, paints
from kg.serve.pictures.marks import LINE, SIZE, Anchor, Drawing, Mark, Path, Rect, Text, lines
from kg.serve.pictures.things import Thing

_OTHERS = Thing("others", colour=OTHERS)
_NODE = 10.0  # the width of a node
_GAP = 8.0
_WIDE = 480.0  # from here on a name has one line
_TALL = 300.0  # the height of all members together


@dataclass(frozen=True)
class Move:
    """How many went from one affiliation to another."""

    left: Thing
    joined: Thing
    count: int


@dataclass(frozen=True)
class Flow:
    """Moves between affiliations; the largest are drawn, and the rest as others."""

    title: str
    description: str
    moves: tuple[Move, ...]
    most: int = 8  # affiliations on either side
    sides: tuple[str, str] = ("left", "joined")  # what the columns are called


@dataclass(frozen=True)
class _Node:
    thing: Thing
    total: int
    y: float
    height: float


def draw(flow: Flow, width: float) -> Drawing:
    """Those who were left on the left, those who were joined on the right."""
    counts = _gathered(flow)
    scale = _TALL / max(sum(counts.values()), 1)
    lines_of_name = 1 if width >= _WIDE else 2
    least = (lines_of_name + 1) * LINE
    left, right = (_column([(move[side], count) for move, count in counts.items()], scale, least) for side in (0, 1))
    colours = paints([*left, *right])
    room = min(width * 0.34, 220)
    marks: list[Mark] = [
        Text(room - 8, SIZE, flow.sides[0], SOFT, "end"),
        Text(width - room + 8, SIZE, flow.sides[1], SOFT),
        *_bands(counts, left, right, scale, colours, (room + _NODE, width - room - _NODE)),
    ]
    for node in left.values():
        marks += _node(node, colours[node.thing], room, room - 8, "end", room - 8, lines_of_name)
    for node in right.values():
        marks += _node(
            node, colours[node.thing], width - room - _NODE, width - room + 8, "start", room - 8, lines_of_name
        )
    bottom = max((node.y + max(node.height, least) for node in [*left.values(), *right.values()]), default=2 * LINE)
    return Drawing(width, bottom + 2, tuple(marks))


def _gathered(flow: Flow) -> dict[tuple[Thing, Thing], int]:
    """The number of each move, those of small affiliations put together."""
    totals: tuple[Counter[Thing], Counter[Thing]] = Counter(), Counter()
    moves = [move for move in flow.moves if move.count > 0]
    for move in moves:
        totals[0][move.left] += move.count
        totals[1][move.joined] += move.count
    named = [{thing for thing, _ in _ranked(total)[: flow.most]} for total in totals]
    found: Counter[tuple[Thing, Thing]] = Counter()
    for move in moves:
        ends = (move.left if move.left in named[0] else _OTHERS, move.joined if move.joined in named[1] else _OTHERS)
        found[ends] += move.count
    return dict(found)


def _ranked(totals: Counter[Thing]) -> list[tuple[Thing, int]]:
    return sorted(totals.items(), key=lambda each: (each[0] == _OTHERS, -each[1], each[0].label, each[0].href or ""))


def _column(ends: Iterable[tuple[Thing, int]], scale: float, least: float) -> dict[Thing, _Node]:
    totals: Counter[Thing] = Counter()
    for thing, count in ends:
        totals[thing] += count
    ranked = _ranked(totals)
    heights = [max(count * scale, 1) for _, count in ranked]
    tops = accumulate((max(height, least) + _GAP for height in heights), initial=LINE + 8)
    return {thing: _Node(thing, count, y, h) for (thing, count), h, y in zip(ranked, heights, tops, strict=False)}


def _bands(
    counts: dict[tuple[Thing, Thing], int], left: dict[Thing, _Node], right: dict[Thing, _Node], scale: float,
    colours: dict[Thing, Paint], ends: tuple[float, float],
) -> list[Mark]:  # fmt: skip
    places = [{thing: node.y for thing, node in nodes.items()} for nodes in (left, right)]
    ranks = [{thing: rank for rank, thing in enumerate(nodes)} for nodes in (left, right)]
    marks: list[Mark] = []
    for (source, target), count in sorted(counts.items(), key=lambda e: (ranks[0][e[0][0]], ranks[1][e[0][1]])):
        height = count * scale
        d = _band(ends, places[0][source], places[1][target], height)
        tip = f"{source.label} → {target.label}: {count:,}"
        marks.append(Path(d, colours[source], filled=True, opacity=0.55, tip=tip))
        places[0][source] += height
        places[1][target] += height
    return marks


def _band(ends: tuple[float, float], top: float, to: float, height: float) -> str:
    start, end = ends
    middle = (start + end) / 2
    return (
        f"M{start:.1f} {top:.1f}C{middle:.1f} {top:.1f} {middle:.1f} {to:.1f} {end:.1f} {to:.1f}"
        f"v{height:.1f}C{middle:.1f} {to + height:.1f} {middle:.1f} {top + height:.1f} {start:.1f} {top + height:.1f}Z"
    )


def _node(node: _Node, colour: Paint, x: float, text: float, anchor: Anchor, room: float, most: int) -> list[Mark]:
    named = lines(0, 0, node.thing.label, INK, room, anchor=anchor, href=node.thing.href, most=most)
    top = node.y + max(node.height / 2 + 5 - len(named) * LINE / 2, 11)
    return [
        Rect(x, node.y, _NODE, node.height, colour, tip=f"{node.thing.label}: {node.total:,}"),
        *(replace(line, x=text, y=line.y + top) for line in named),
        Text(text, top + len(named) * LINE, f"{node.total:,}", SOFT, anchor),
    ]
