"""The pictures of panels, made of the same rows as the tables beside them."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from markupsafe import Markup

from kg.serve import pages, pictures
from kg.serve.answers import Row, Term
from kg.serve.explorer import words
from kg.serve.explorer.panels import Panel
from kg.serve.pictures import (
    Change,
    Composition,
    Control,
    Event,
    Flow,
    Lane,
    Move,
    Picture,
    Seats,
    Span,
    Thing,
    Timeline,
    When,
)

Rows = Mapping[str, Sequence[Row]]  # what the panels of a page found, by their names

_FEWEST = 2  # times that make a picture


def picture(panel: Panel, about: Thing, found: Rows) -> Markup:
    """The picture of a panel on the page of a thing; empty where it has none, or nothing to show."""
    drawn = _VIEWS[panel.view](about, found[panel.name], found) if panel.view in _VIEWS else None
    return pictures.figure(drawn) if drawn else Markup("")


def _career(about: Thing, rows: Sequence[Row], found: Rows) -> Picture | None:
    lanes: dict[Thing, list[Span]] = {}
    for row in rows:
        if "body" in row and (when := _when(row, "start")) and (when.known or _when(row, "end").known):
            thing = _thing(row, "affiliation", "colour") or Thing(_text(row, "roleLabel") or "member")
            note = ", ".join(filter(None, (_text(row, "roleLabel"), _text(row, "electorateLabel"))))
            lane = lanes.setdefault(_thing(row, "body") or Thing("?"), [])
            lane.append(Span(thing, when, _when(row, "end"), note))
    if not lanes:
        return None
    changes = tuple(
        Change(_text(row, "changeLabel"), _when(row, "date"), _href(row, "change"), _text(row, "bodyLabel") or None)
        for row in found.get("changes", ())
    )
    title = f"The career of {about.label}"
    told = "One lane for each council, parliament or party, and bars for what this person sat or belonged as."
    return Timeline(title, told, tuple(Lane(thing, tuple(spans)) for thing, spans in lanes.items()), changes)


def _composition(about: Thing, rows: Sequence[Row], found: Rows) -> Picture | None:
    states: dict[When, dict[Thing, int]] = {}
    for row in rows:
        if thing := _thing(row, "affiliation", "colour"):
            held = states.setdefault(_when(row, "date"), {})
            held[thing] = max(held.get(thing, 0), int(row["seats"].value))
    most = max((sum(held.values()) for held in states.values()), default=0)
    whole = [Seats(when, tuple(held.items())) for when, held in states.items() if 2 * sum(held.values()) > most]
    if len(whole) < _FEWEST:
        return None
    controls = tuple(
        Control(_when(row, "date"), _controller(row)) for row in found.get("control", ()) if "after" in row
    )
    events = tuple(
        Event(_text(row, "changeLabel"), _when(row, "date"), _href(row, "change"))
        for row in found.get("changes", ())
    )  # fmt: skip
    told = "Seats of each party, year by year; below, who controlled the council; dots mark changes of side."
    return Composition(f"The composition of {about.label}", told, tuple(whole), controls, events)


def _balance(about: Thing, rows: Sequence[Row], _found: Rows) -> Picture | None:
    moves: list[Move] = []
    for row in rows:
        other = _thing(row, "other", "colour") or Thing("not known")
        moves += [Move(about, other, int(row["lost"].value)), Move(other, about, int(row["gained"].value))]
    if not any(move.count for move in moves):
        return None
    told = f"Members who left {about.label} and what they joined; and members who joined it, and what they left."
    return Flow(f"Gains and losses of {about.label}", told, tuple(moves))


def _controller(row: Row) -> Thing:
    return _thing(row, "controller", "colour") or Thing(_text(row, "afterLabel") or "not known")


def _thing(row: Row, name: str, colour: str = "") -> Thing | None:
    if name not in row:
        return None
    link = pages.link(row[name], row.get(f"{name}Label"))
    return Thing(link.text, link.href, row[colour].value if colour in row else None)


def _when(row: Row, name: str) -> When:
    earliest, latest = _day(row.get(f"{name}Earliest")), _day(row.get(f"{name}Latest"))
    return When(earliest, latest)


@cache
def _day(term: Term | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(term.value) if term else None
    except ValueError:  # a day that no calendar has
        return None


def _text(row: Row, name: str) -> str:
    return row[name].value if name in row else ""


def _href(row: Row, name: str) -> str | None:
    return words.link(row[name]).href if name in row else None


_VIEWS: dict[str, Callable[[Thing, Sequence[Row], Rows], Picture | None]] = {
    "timeline": _career,
    "composition": _composition,
    "balance": _balance,
}
