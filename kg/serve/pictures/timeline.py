"""A career: a lane for each body, bars for what somebody sat as, soft where a beginning or an end is not known."""

from dataclasses import dataclass
from datetime import date

from kg.serve.pictures.colours import GROUND, INK, LINE, SOFT, Paint, paints
from kg.serve.pictures.marks import Circle, Drawing, Mark, Path, Rect, Text, key, label, polygon
from kg.serve.pictures.scales import Scale, linear, year_ticks
from kg.serve.pictures.things import Thing, When, year_of

_BAR = 18.0
_SOFT = 0.35  # the opacity of what only may be so
_ROOM = 0.3  # years before the first known day and after the last
_SPANS = 40  # of a lane, the first
_CHANGES = 100
_NOWHERE = When(None, None)


@dataclass(frozen=True)
class Span:
    """What somebody was from one time to another; an end that nobody tells of is open."""

    thing: Thing
    start: When = _NOWHERE
    end: When = _NOWHERE
    note: str = ""  # such as a role or a ward


@dataclass(frozen=True)
class Lane:
    """One body or organization, and what somebody was there."""

    thing: Thing
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Change:
    """An event that is marked on a lane, by the label of its body; on all where it has none."""

    label: str
    when: When
    href: str | None = None
    lane: str | None = None


@dataclass(frozen=True)
class Timeline:
    """Lanes over one time, from the first known day to `until`, or to the last known day."""

    title: str
    description: str
    lanes: tuple[Lane, ...]
    changes: tuple[Change, ...] = ()
    until: date | None = None
    most: int = 24  # lanes


def draw(timeline: Timeline, width: float) -> Drawing:
    """Solid from the latest beginning to the earliest end; softer from the earliest to the latest of each."""
    lanes = timeline.lanes[: timeline.most]
    spans = [span for lane in lanes for span in lane.spans[:_SPANS]]
    colours = paints(span.thing for span in spans)
    marks, y = key([(thing.label, paint) for thing, paint in colours.items()], INK, width, 0)
    low, high = _bounds(timeline, spans)
    across = linear(low, high, 4, width - 4)
    axis: list[Mark] = []
    top = y
    for lane in lanes:
        marks.append(label(0, y + 12, lane.thing.label, INK, width, href=lane.thing.href))
        y += 18
        for row in _rows(lane.spans[:_SPANS], low, high):
            for span in row:
                marks += _span(span, colours[span.thing], across, low, high, y)
            y += _BAR + 3
        marks += _marked(timeline.changes[:_CHANGES], lane.thing.label, across, y - _BAR / 2 - 3)
        y += 8
    for year in year_ticks(low, high, int(width // 60)):
        axis.append(Path(polygon([(across(year), top), (across(year), y)]), LINE))
        axis.append(Text(min(across(year), width - 16), y + 14, str(year), SOFT, "middle"))
    y += 20
    if left_out := sum(len(lane.spans) for lane in timeline.lanes) - len(spans):
        marks.append(Text(0, y + 12, f"and {left_out:,} more, in the table", SOFT))
        y += 16
    return Drawing(width, y, (*axis, *marks))


def _bounds(timeline: Timeline, spans: list[Span]) -> tuple[float, float]:
    times = [when for span in spans for when in (span.start, span.end)] + [change.when for change in timeline.changes]
    days = [day for when in times for day in (when.earliest, when.latest) if day]
    days += [timeline.until] if timeline.until else []
    if not days:
        return 0.0, 1.0
    low, high = year_of(min(days)), year_of(max(days))
    return low - _ROOM, high + _ROOM


def _rows(spans: tuple[Span, ...], low: float, high: float) -> list[list[Span]]:
    """Spans in as few rows as keep those that surely overlap apart."""
    rows: list[list[Span]] = []
    ends: list[float] = []
    for span in sorted(spans, key=lambda s: (_at(s.start, low), _at(s.end, high), s.thing.label)):
        start = _at(span.start, low)
        row = next((index for index, end in enumerate(ends) if end <= start + 0.01), len(rows))
        if row == len(rows):
            rows.append([])
            ends.append(low)
        rows[row].append(span)
        ends[row] = _at(span.end, high)
    return rows


def _at(when: When, otherwise: float) -> float:
    return year_of(when.known) if when.known else otherwise


def _span(span: Span, paint: Paint, across: Scale, low: float, high: float, y: float) -> list[Mark]:
    """What may be so, and above it what surely is; where no end is known, the bar runs on softly."""
    first = year_of(span.start.earliest) if span.start.earliest else low
    last = year_of(span.end.latest) if span.end.latest else high
    sure = (_at(span.start, high), year_of(span.end.earliest) if span.end.earliest else last - (last == high) * _ROOM)
    tip = f"{span.thing.label}{f', {span.note}' if span.note else ''}, {_words(span)}"
    marks: list[Mark] = [
        Rect(across(first), y, max(across(last) - across(first), 2), _BAR, paint, opacity=_SOFT, tip=tip)
    ]
    if sure[1] > sure[0]:
        marks.append(Rect(across(sure[0]), y, across(sure[1]) - across(sure[0]), _BAR, paint, tip=tip))
    return marks


def _words(span: Span) -> str:
    def words(when: When) -> str:
        if when.earliest and when.latest and when.earliest != when.latest:
            return f"between {when.earliest} and {when.latest}"
        return str(when.known) if when.known else "an unknown day"

    return f"from {words(span.start)}" + (f" to {words(span.end)}" if span.end.known else ", no end known")


def _marked(changes: tuple[Change, ...], lane: str, across: Scale, y: float) -> list[Mark]:
    marks: list[Mark] = []
    for change in changes:
        if change.when.known and change.lane in {None, lane}:
            x = across(year_of(change.when.known))
            if change.when.earliest and change.when.earliest != change.when.known:
                marks.append(Path(polygon([(across(year_of(change.when.earliest)), y), (x, y)]), INK, thickness=2))
            marks.append(Circle(x, y, 6, GROUND, tip=change.label, href=change.href))
            marks.append(Circle(x, y, 3.5, INK, tip=change.label))
    return marks
