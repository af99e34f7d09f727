"""A council over time: seats as stacked columns, who controlled it as a band beneath, and what happened as marks."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from kg.serve.pictures.colours import GROUND, INK, LINE, SOFT, TINT, Paint, paints
from kg.serve.pictures.marks import SIZE, Anchor, Circle, Drawing, Mark, Path, Rect, Text, key, label, polygon
from kg.serve.pictures.scales import Scale, linear, ticks, width_of, year_ticks
from kg.serve.pictures.things import Thing, When, year_of

_HEIGHT = 240.0  # of the columns
_BAND = 20.0
_TIMES = 60  # states, controls and events: the newest
_OTHERS = Thing("others", colour="#B8B4AC")


@dataclass(frozen=True)
class Seats:
    """How many seats each affiliation held at one time."""

    when: When
    held: tuple[tuple[Thing, int], ...]


@dataclass(frozen=True)
class Control:
    """Who controlled the body since a time: a party, or a Thing such as "no overall control"."""

    since: When
    controller: Thing


@dataclass(frozen=True)
class Event:
    """What happened: an election, a change of side; it is marked above the columns."""

    label: str
    when: When
    href: str | None = None


@dataclass(frozen=True)
class Composition:
    """States in the order of time, the control beneath, the events above; affiliations behind `most` are others."""

    title: str
    description: str
    states: tuple[Seats, ...]
    controls: tuple[Control, ...] = ()
    events: tuple[Event, ...] = ()
    most: int = 8


def draw(composition: Composition, width: float) -> Drawing:
    """The affiliation with the most seats over time lies lowest."""
    states = sorted((s for s in composition.states if s.when.known and s.held), key=lambda s: _middle(s.when))[-_TIMES:]
    if not states:
        return Drawing(width, 24, (Text(0, SIZE, "no seats are known", SOFT),))
    order = _order(states, composition.most)
    controls = sorted((c for c in composition.controls if c.since.known), key=lambda c: _at(c.since))[-_TIMES:]
    events = sorted((e for e in composition.events if e.when.known), key=lambda e: _at(e.when))[-_TIMES:]
    controllers = [control.controller for control in controls]
    colours = paints([*order, *controllers])
    marks, top = key([(thing.label, colours[thing]) for thing in order], INK, width, 0)
    top += 16 if events else 4
    across, up, column = _scales(states, controls, events, width, top)
    marks += _levels(states, up, width)
    for state in states:
        marks += _column(state, order, colours, across, up, column)
    y = top + _HEIGHT + 6
    if controls:
        marks += _band(controls, colours, across, width, y)
        y += _BAND + 4
    marks += _events(events, across, top)
    first, last = _middle(states[0].when), _middle(states[-1].when)
    for year in year_ticks(first - 0.5, last + 0.9, int(width // 60)):
        anchor: Anchor = "middle"
        marks.append(Text(min(max(across(year), 16), width - 16), y + 14, str(year), SOFT, anchor))
    return Drawing(width, y + 20, tuple(marks))


def _at(when: When) -> float:
    """The day by which something had happened."""
    return year_of(when.known) if when.known else 0.0


def _middle(when: When) -> float:
    """The middle of the time in which a state was so."""
    return (year_of(when.earliest) + _at(when)) / 2 if when.earliest else _at(when)


def _order(states: list[Seats], most: int) -> list[Thing]:
    totals: Counter[Thing] = Counter()
    for state in states:
        for thing, seats in state.held:
            totals[thing] += seats
    ranked = sorted(totals, key=lambda thing: (-totals[thing], thing.label))
    return ranked[:most] + ([_OTHERS] if len(ranked) > most else [])


def _scales(
    states: list[Seats], controls: list[Control], events: list[Event], width: float, top: float
) -> tuple[Scale, Scale, float]:
    times = [_middle(state.when) for state in states]
    all_times = times + [_at(event.when) for event in events]
    all_times += [_at(control.since) for control in controls]
    low, high = max(min(all_times), times[0] - 1), min(max(all_times), times[-1] + 1)
    highest = max(sum(seats for _, seats in state.held) for state in states)
    left = width_of(f"{highest:,}", SIZE) + 10
    gaps = [b - a for a, b in pairwise(times)] or [1.0]
    share = min(min(gaps) / ((high - low) or 1), 1 / max(len(times), 1))
    column = min(max((width - left) * share * 0.8, 3), 56)
    half = column / 2 + 4
    return linear(low, high, left + half, width - half), linear(0, highest, top + _HEIGHT, top), column


def _levels(states: list[Seats], up: Scale, width: float) -> list[Mark]:
    highest = max(sum(seats for _, seats in state.held) for state in states)
    levels = [level for level in ticks(0, highest, 4) if level <= highest]
    left = width_of(f"{highest:,}", SIZE) + 4
    lines: list[Mark] = [Path(polygon([(left, up(level)), (width, up(level))]), LINE) for level in levels]
    return lines + [Text(left - 4, up(level) + 4.5, f"{level:,.10g}", SOFT, "end") for level in levels]


def _column(
    state: Seats, order: list[Thing], colours: dict[Thing, Paint], across: Scale,
    up: Scale, column: float,
) -> list[Mark]:  # fmt: skip
    held: Counter[Thing] = Counter()
    for thing, seats in state.held:
        held[thing if thing in order else _OTHERS] += seats
    marks: list[Mark] = []
    below = 0
    for thing in (thing for thing in order if held[thing]):
        top = up(below + held[thing])
        tip = f"{thing.label}, {state.when.known}: {held[thing]:,}"
        marks.append(
            Rect(across(_middle(state.when)) - column / 2, top, column, up(below) - top, colours[thing], tip=tip)
        )
        below += held[thing]
    return marks


def _band(since: list[Control], colours: dict[Thing, Paint], across: Scale, width: float, y: float) -> list[Mark]:
    """Who had control, from each change to the next; before the first change nobody tells."""
    places = [min(max(across(_at(control.since)), 0), width) for control in since]
    marks: list[Mark] = [Rect(0, y, width, _BAND, TINT, tip="nobody tells who had control")]
    for control, start, end in zip(since, places, [*places[1:], width], strict=True):
        tip = f"{control.controller.label}, since {control.since.known}"
        marks.append(Rect(start, y, max(end - start, 1), _BAND, colours[control.controller], opacity=0.45, tip=tip))
        if end - start > 40:
            marks.append(label(start + 5, y + 14.5, control.controller.label, INK, end - start - 8, size=12))
    return marks


def _events(events: list[Event], across: Scale, top: float) -> list[Mark]:
    marks: list[Mark] = []
    for event in events:
        x = across(_at(event.when))
        tip = f"{event.label}, {event.when.known}"
        marks.append(Path(polygon([(x, top - 8), (x, top + _HEIGHT)]), INK, thickness=1, opacity=0.5))
        marks.append(Circle(x, top - 8, 6, GROUND, tip=tip, href=event.href))
        marks.append(Circle(x, top - 8, 3.5, INK, tip=tip))
    return marks
