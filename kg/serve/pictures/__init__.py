"""Pictures: pure functions from frozen dataclasses to accessible SVG, which hold no script and load nothing.

    from kg.serve import pictures
    from kg.serve.pictures import Bar, Bars, Thing

    reform = Thing("Reform UK", href="/id/party/reform-uk", colour="#12B6CF")
    bars = Bars("Members gained", "Members who joined each party in 2025.", (Bar(reform, (58,)),))
    pictures.figure(bars)         # Markup for a page that links /static/pictures.css, at two widths
    pictures.svg(bars, width=480)  # stands alone: paper, its title, whole links
    pictures.png(bars), pictures.card(bars)  # pixels; a card is 1200 × 630, for Open Graph

Every picture has a title, a description (what a screen reader says of it) and shows a bounded number of its rows, the
largest where it has to choose. The numbers stand in a table beside it: that is the caller's to write.

| picture | made of | shows |
| --- | --- | --- |
| Flow | Move(left, joined, count) | who lost to whom: two columns and bands between them |
| Network | Move(left, joined, count) | the same on a circle |
| Bars | Bar(thing, values), `series` names the values | numbers side by side, below zero too |
| Lines | Series(thing, points of Point(at, value, written)) | numbers over time; `at` is a year with a fraction |
| Timeline | Lane(thing, spans of Span(thing, start, end, note)), Change | a career: soft where a date is not known |
| Composition | Seats(when, held), Control(since, controller), Event | a council over time |
| Places | Place(thing, latitude, longitude, value) | points on a map of the United Kingdom |

A `Thing` has a label, an address on this host and a colour, `#RRGGBB` as pd:colour has it; without one it gets one of
a palette, and a status is grey. `When(earliest, latest)` is a time that lies between two days, either of which may be
None. A colour keeps its hue and gets an edge that stands out from a light and from a dark ground (WCAG 1.4.11).

Why no library of charts: vl-convert renders Vega-Lite well, in a wheel of 33 MB with a JavaScript engine in it, and
knows none of flow, soft ends or bands of control. Pixels are resvg's (1.4 MB, no further library), in a font that is
shipped, so that the same picture is the same bytes on every machine.
"""

from kg.serve.pictures.bars import Bar, Bars
from kg.serve.pictures.composition import Composition, Control, Event, Seats
from kg.serve.pictures.flow import Flow, Move
from kg.serve.pictures.lines import Lines, Point, Series
from kg.serve.pictures.network import Network
from kg.serve.pictures.places import Place, Places
from kg.serve.pictures.rendering import (
    LEAST,
    MOST,
    NARROW,
    WIDE,
    Picture,
    card,
    drawing,
    figure,
    height_of,
    png,
    svg,
    words,
)
from kg.serve.pictures.things import Thing, When, year_of
from kg.serve.pictures.timeline import Change, Lane, Span, Timeline

__all__ = [
    "LEAST", "MOST", "NARROW", "WIDE",
    "Bar", "Bars", "Change", "Composition", "Control", "Event", "Flow", "Lane", "Lines", "Move", "Network", "Picture",
    "Place", "Places", "Point", "Seats", "Series", "Span", "Thing", "Timeline", "When",
    "card", "drawing", "figure", "height_of", "png", "svg", "words", "year_of",
]  # fmt: skip
