"""Pictures: well-formed, named, linked, bounded, the same each time, and harmless whatever a label holds."""

import random
import re
from dataclasses import replace
from datetime import date
from typing import Any
from xml.etree import ElementTree

import pytest

from kg.iris import BASE
from kg.serve import pictures
from kg.serve.pictures import (
    Bar,
    Bars,
    Change,
    Composition,
    Control,
    Event,
    Flow,
    Lane,
    Lines,
    Move,
    Network,
    Picture,
    Place,
    Places,
    Point,
    Seats,
    Series,
    Span,
    Thing,
    Timeline,
    When,
)
from kg.serve.pictures import bars as bars_module
from kg.serve.pictures import composition as composition_module
from kg.serve.pictures import places as places_module
from kg.serve.pictures import timeline as timeline_module
from kg.serve.pictures.colours import contrast, paint, paints
from kg.serve.pictures.marks import Circle, Path, Rect, Text
from kg.serve.pictures.rendering import drawing
from kg.serve.pictures.scales import fitted, ticks, width_of, year_ticks

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    "<script>alert(1)</script>",
    "\"'><svg onload=alert(1)>",
    "]]></title><script>",
    "&amp; & &lt;",
    "מפלגת \u202eהעבודה\u202c العمل",
    "a\x00b\x08c\ud800d",
    "x" * 5000,
    "{{ 7 * 7 }}",
    "",
]


def pictures_of(label: str = "Orange Party", rows: int = 3) -> dict[str, Picture]:
    """One picture of each kind about invented affiliations, the first of which has a label."""
    first = Thing(label, "/id/party/orange", "#FF7F00")
    things = [first, *(Thing(f"Party {n}", f"/id/party/p{n}") for n in range(rows - 1))]
    days = [date(2001 + n % 90, 1 + n % 12, 1 + n % 28) for n in range(rows)]
    moves = tuple(Move(a, b, 1 + i) for i, a in enumerate(things) for b in things[i + 1 : i + 6])
    spans = tuple(Span(t, When(d, d), When(None, None), label) for t, d in zip(things, days, strict=True))
    seats = tuple(Seats(When(d, d), tuple((t, 3 + i) for i, t in enumerate(things[:40]))) for d in days)
    words = (label, f"About {label}")
    return {
        "flow": Flow(*words, moves),
        "network": Network(*words, moves),
        "bars": Bars(*words, tuple(Bar(t, (n - 1.0, None)) for n, t in enumerate(things)), (label, "gained")),
        "lines": Lines(*words, tuple(Series(t, (Point(2001, 5, label), Point(2002.5, 7))) for t in things)),
        "timeline": Timeline(*words, tuple(Lane(s.thing, (s,)) for s in spans), (Change(label, When(None, days[0])),)),
        "composition": Composition(
            *words, seats, (Control(When(None, days[0]), first),), (Event(label, When(None, days[-1])),)
        ),
        "map": Places(*words, tuple(Place(t, 50.5 + n % 9, -3.0, n + 1.0) for n, t in enumerate(things))),
    }


KINDS = sorted(pictures_of())


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_has_a_name_a_description_and_links_and_text_that_stays_text(kind: str) -> None:
    root = ElementTree.fromstring(pictures.svg(pictures_of()[kind]))
    assert root.tag == f"{SVG}svg"
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == "Orange Party"
    assert root.findtext(f"{SVG}desc") == "About Orange Party"
    assert "Orange Party" in {text.text or text[-1].tail for text in root.iter(f"{SVG}text")} or kind == "lines"
    linked = {str(link.get("href")) for link in root.iter(f"{SVG}a")}
    assert (f"{BASE}id/party/orange" in linked) == (kind not in {"lines", "composition"})
    assert root.get("role") == ("graphics-document document" if linked else "img")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("label", HOSTILE, ids=range(len(HOSTILE)))
def test_no_label_breaks_a_picture(kind: str, label: str) -> None:
    picture = pictures_of(label)[kind]
    for text in (pictures.svg(picture), str(pictures.figure(picture))):
        root = ElementTree.fromstring(text)
        assert {element.tag for element in root.iter()} <= {
            *(f"{SVG}{name}" for name in ("svg", "g", "a", "rect", "path", "circle", "text", "title", "desc")),
            "figure",
        }
        assert not re.search(
            r"\son\w+=|javascript:|https?://(?!www\.w3\.org/2000/svg|w3id\.org/party-def)", text_of(root)
        )
        assert len(text) < 40_000
    assert pictures.card(picture).startswith(b"\x89PNG")


def text_of(root: ElementTree.Element) -> str:
    """The attributes of every element, as markup would have them."""
    return " ".join(f' {name}="{value}"' for element in root.iter() for name, value in element.items())


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_of_very_many_rows_stays_small(kind: str) -> None:
    picture = pictures_of(rows=3000)[kind]
    for width in (pictures.LEAST, pictures.WIDE, pictures.MOST):
        assert len(pictures.svg(picture, width)) < 300_000
        assert len(pictures.png(picture, width)) < 300_000
    assert len(pictures.card(picture)) < 300_000
    assert len(pictures.figure(picture)) < 300_000


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_the_same_bytes_each_time(kind: str) -> None:
    for draw in (pictures.svg, pictures.png, pictures.card):
        assert draw(pictures_of()[kind]) == draw(pictures_of()[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_picture_is_one_too(kind: str) -> None:
    fields = {"flow": "moves", "network": "moves", "timeline": "lanes", "composition": "states", "map": "places"}
    nothing: Any = {fields.get(kind, "series" if kind == "lines" else "bars"): ()}
    empty: Picture = replace(pictures_of()[kind], **nothing)
    assert ElementTree.fromstring(pictures.svg(empty)).findtext(f"{SVG}title") == "Orange Party"


@pytest.mark.parametrize("kind", KINDS)
def test_everything_lies_within_the_picture(kind: str) -> None:
    for width in (pictures.NARROW, pictures.WIDE):
        drawn = drawing(pictures_of(rows=12)[kind], width)
        for mark in drawn.marks:
            if isinstance(mark, Rect):
                assert mark.x >= -1
                assert mark.x + mark.width <= width + 1
                assert 0 <= mark.y <= mark.y + mark.height <= drawn.height
            if isinstance(mark, Text):
                room = {"start": width - mark.x, "end": mark.x, "middle": 2 * min(mark.x, width - mark.x)}
                assert width_of(mark.text, mark.size) <= room[mark.anchor] + 3, mark.text


def test_the_bands_of_a_flow_are_as_wide_as_its_numbers() -> None:
    one, other = Thing("One"), Thing("Other")
    drawn = drawing(Flow("f", "f", (Move(one, other, 3), Move(one, Thing("Third"), 1))), 700)
    heights = [
        float(str(found[1])) for m in drawn.marks if isinstance(m, Path) and (found := re.search(r"v([\d.]+)", m.d))
    ]
    assert heights[0] == pytest.approx(3 * heights[1])
    assert {m.tip for m in drawn.marks if isinstance(m, Path)} == {"One → Other: 3", "One → Third: 1"}


def test_small_affiliations_flow_together_as_others() -> None:
    moves = tuple(Move(Thing(f"P{n}"), Thing("X"), 100 - n) for n in range(20))
    texts = [mark.text for mark in drawing(Flow("f", "f", moves, most=5), 700).marks if isinstance(mark, Text)]
    assert "others" in texts
    assert "P4" in texts
    assert "P5" not in texts
    assert f"{sum(100 - n for n in range(20)):,}" in texts, "nobody is lost"


def test_a_loss_is_drawn_to_the_left_of_zero() -> None:
    drawn = bars_module.draw(Bars("b", "b", (Bar(Thing("Up"), (4,)), Bar(Thing("Down"), (-2,)))), 700)
    up, down = (mark for mark in drawn.marks if isinstance(mark, Rect))
    assert down.x + down.width == pytest.approx(up.x)
    assert up.width == pytest.approx(2 * down.width)


def test_what_is_left_out_of_a_picture_is_said() -> None:
    bars = Bars("b", "b", tuple(Bar(Thing(str(n)), (n,)) for n in range(30)), most=20)
    assert "and 10 more, in the table" in pictures.svg(bars)


def test_a_date_that_is_not_known_to_the_day_has_a_soft_end() -> None:
    start, end = When(date(2019, 1, 1), date(2019, 12, 31)), When(date(2024, 1, 1), date(2024, 1, 1))
    drawn = timeline_module.draw(Timeline("t", "t", (Lane(Thing("House"), (Span(Thing("A"), start, end),)),)), 700)
    soft, sure = (mark for mark in drawn.marks if isinstance(mark, Rect) and mark.tip)
    assert (soft.opacity < 1, sure.opacity) == (True, 1)
    assert soft.x < sure.x
    assert soft.x + soft.width == pytest.approx(sure.x + sure.width)
    assert sure.tip == "A, from between 2019-01-01 and 2019-12-31 to 2024-01-01"


def test_a_membership_of_which_no_date_is_known_is_nowhere_sure() -> None:
    drawn = timeline_module.draw(Timeline("t", "t", (Lane(Thing("House"), (Span(Thing("A")),)),)), 700)
    assert [mark.opacity < 1 for mark in drawn.marks if isinstance(mark, Rect) and mark.tip] == [True]


def test_a_column_is_as_tall_as_the_seats_it_stands_for() -> None:
    a, b, day = Thing("A"), Thing("B"), date(2020, 5, 1)
    drawn = composition_module.draw(Composition("c", "c", (Seats(When(day, day), ((a, 30), (b, 10))),)), 700)
    tall, low = (mark for mark in drawn.marks if isinstance(mark, Rect) and mark.tip)
    assert tall.height == pytest.approx(3 * low.height)
    assert low.y + low.height == pytest.approx(tall.y), "B stands upon A"


def test_north_is_up_and_east_is_right_on_the_map() -> None:
    london, lerwick = Place(Thing("London"), 51.5, -0.1), Place(Thing("Lerwick"), 60.2, -1.1)
    belfast, abroad = Place(Thing("Belfast"), 54.6, -5.9), Place(Thing("Paris"), 48.9, 2.3)
    drawn = drawing(Places("p", "p", (london, lerwick, belfast, abroad)), 700)
    at = {mark.tip.partition(":")[0]: mark for mark in drawn.marks if isinstance(mark, Circle)}
    assert at["Lerwick"].y < at["Belfast"].y < at["London"].y
    assert at["Belfast"].x < at["London"].x
    assert "Paris" not in at


def test_points_that_all_stand_for_as_much_are_small_enough_to_be_told_apart() -> None:
    towns = tuple(
        Place(Thing(name), north, -1.0) for name, north in (("York", 53.96), ("Leeds", 53.8), ("Hull", 53.74))
    )
    points = [mark for mark in drawing(Places("p", "p", towns), 700).marks if isinstance(mark, Circle)]
    assert all(point.r <= 4 for point in points)


def test_a_party_that_is_young_and_large_has_a_line() -> None:
    old = tuple(Series(Thing(f"old {n}"), tuple(Point(2000 + y, 100) for y in range(20))) for n in range(8))
    young = Series(Thing("young"), (Point(2019, 700),))
    drawn = drawing(Lines("p", "p", (*old, young)), 700)
    assert any(isinstance(mark, Circle) and (mark.tip or "").startswith("young") for mark in drawn.marks)


@pytest.mark.parametrize(
    ("name", "longitude", "latitude", "land"),
    [
        ("Birmingham", -1.9, 52.5, True),
        ("Omagh", -7.3, 54.6, True),
        ("Inverness", -4.3, 57.4, True),
        ("Truro", -5.0, 50.3, True),
        ("the Irish Sea", -5.0, 53.8, False),
        ("the North Sea", 1.5, 55.0, False),
        ("the Wash", 0.3, 53.0, False),
    ],
)
def test_the_outline_tells_land_from_sea(name: str, longitude: float, latitude: float, land: bool) -> None:
    assert any(_inside(ring, longitude, latitude) for ring in places_module.coast()) == land, name


def _inside(ring: list[tuple[float, float]], x: float, y: float) -> bool:
    crossed = False
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            crossed = not crossed
    return crossed


def test_every_colour_stands_out_from_a_light_and_from_a_dark_ground() -> None:
    random.seed(7)
    colours = ["#FFFFFF", "#000000", "#FFFF00", "#70147A", *(f"#{random.randrange(1 << 24):06X}" for _ in range(200))]
    for colour in colours:
        found = paint(colour)
        assert contrast(found.edge_light, "#fdfcfa") >= 3
        assert contrast(found.edge_dark, "#16181a") >= 3


def test_a_thing_keeps_its_colour_and_a_status_is_grey() -> None:
    labour, status, other = (
        Thing("L", colour="#DC241F"),
        Thing("I", "/id/status/independent"),
        Thing("O", colour="red;x"),
    )
    found = paints([labour, status, other])
    assert found[labour].light == "#DC241F"
    assert found[status].light == "#DDDDDD"
    assert re.fullmatch("#[0-9A-F]{6}", found[other].light)


def test_scales_have_round_numbers() -> None:
    assert ticks(0, 732, 5) == [0, 200, 400, 600, 800]
    assert ticks(-3, 4, 4) == [-4, -2, 0, 2, 4]
    assert ticks(0, 0, 4)[0] == 0
    assert year_ticks(1983.2, 2024.9, 5) == [1990, 2000, 2010, 2020]
    assert fitted("Liberal Democrats", 60, 13).endswith("…")
    assert fitted("Liberal", 600, 13) == "Liberal"
