"""Numbers of things side by side: horizontal bars, one or several to a thing, from a common zero."""

from dataclasses import dataclass

from kg.serve.pictures.colours import INK, SOFT, Paint, paint, paints
from kg.serve.pictures.marks import SIZE, Anchor, Drawing, Mark, Path, Rect, Text, key, label, polygon
from kg.serve.pictures.scales import Scale, linear, width_of
from kg.serve.pictures.things import Thing

_BAR = 16.0
_ROW = 8.0  # between the bars of one thing and the next
_WIDE = 480.0  # from here on labels stand beside the bars, not above them
_START: Anchor = "start"
_END: Anchor = "end"
_SERIES = ("#4F5B66", "#B08D57", "#7F9B7A", "#8F6B86")  # no party's


@dataclass(frozen=True)
class Bar:
    """A thing and its numbers, one for each series; None where one is not known."""

    thing: Thing
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Bars:
    """Bars in the order given; those behind the first `most` are left out, and said to be."""

    title: str
    description: str
    bars: tuple[Bar, ...]
    series: tuple[str, ...] = ()  # what the numbers are; more than one gets a key
    most: int = 20


def draw(bars: Bars, width: float) -> Drawing:
    """Each thing in its own colour, or each series in one where there are several."""
    shown = bars.bars[: bars.most]
    marks: list[Mark] = []
    several = max((len(bar.values) for bar in shown), default=0) > 1
    y = 4.0
    series = [paint(colour) for colour in _SERIES]
    if several:
        marks, y = key(list(zip(bars.series, series, strict=False)), INK, width, 0)
    column = min(max((width_of(bar.thing.label, SIZE) for bar in shown), default=0) + 8, width * 0.4)
    beside = width >= _WIDE
    place = _places(shown, column if beside else 0, width)
    colours = paints(bar.thing for bar in shown if bar.thing.colour)
    start = y
    for bar in shown:
        if not beside:
            marks.append(label(0, y + 12, bar.thing.label, INK, width, href=bar.thing.href))
            y += 17
        else:
            middle = y + (len(bar.values) * _BAR) / 2 + 4.5
            marks.append(label(column - 8, middle, bar.thing.label, INK, column - 8, anchor="end", href=bar.thing.href))
        own = [colours.get(bar.thing, series[0])] if not several else series
        for value, colour in zip(bar.values, own, strict=False):
            marks += _bar(bar.thing.label, value, place, y, colour)
            y += _BAR
        y += _ROW
    zero = place(0)
    marks.append(Path(polygon([(zero, start - 2), (zero, y - _ROW + 2)]), SOFT))
    if len(bars.bars) > len(shown):
        marks.append(Text(0, y + 12, f"and {len(bars.bars) - len(shown):,} more, in the table", SOFT))
        y += 16
    return Drawing(width, y + 2, tuple(marks))


def _places(bars: tuple[Bar, ...], column: float, width: float) -> Scale:
    values = [value for bar in bars for value in bar.values if value is not None]
    low, high = min([0.0, *values]), max([0.0, *values])
    room = width_of(f"{max(map(abs, values), default=0):,.10g}", SIZE) + 10  # of the numbers at the ends
    return linear(low, high, column + (room if low < 0 else 0), width - room)


def _bar(name: str, value: float | None, place: Scale, y: float, colour: Paint) -> list[Mark]:
    if value is None:
        return [Text(place(0) + 5, y + 12, "not known", SOFT)]
    start, end = sorted((place(0), place(value)))
    text = f"{value:,.10g}"
    beside, anchor = (end + 5, _START) if value >= 0 else (start - 5, _END)
    return [
        Rect(start, y + 1, max(end - start, 0.5), _BAR - 2, colour, tip=f"{name}: {text}"),
        Text(beside, y + 12.5, text, SOFT, anchor),
    ]
