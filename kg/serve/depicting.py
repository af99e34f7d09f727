"""The answer to a canned query as the picture that its header asks for."""

from collections.abc import Callable
from dataclasses import dataclass

from kg.queries import CannedQuery
from kg.serve import answers, pages, pictures
from kg.serve.answers import Askable
from kg.serve.depictable import Answer, number, time
from kg.serve.pictures import Picture, Thing, When

_OTHERWISE = "not told"


@dataclass(frozen=True)
class Depicted:
    """A picture, and how many rows are not in it because they lack what it is made of."""

    picture: Picture
    missing: int


def picture_of(build: Askable, query: CannedQuery, results: bytes) -> Depicted | None:
    """The picture of an answer in SPARQL JSON; None where the query asks for none, or nothing can be drawn."""
    if not query.picture:
        return None
    columns, rows = answers.table(results)
    places = _coordinates(build) if query.picture.kind == "map" else {}
    answer = Answer(query, query.picture, columns, rows, _colours(build), places)
    return _DRAWN[query.picture.kind](answer)


def _colours(build: Askable) -> dict[str, str]:
    return {row["affiliation"].value: row["colour"].value for row in answers.select(build, "colours")}


def _coordinates(build: Askable) -> dict[str, tuple[float, float]]:
    return {
        row["thing"].value: (float(row["latitude"].value), float(row["longitude"].value))
        for row in answers.select(build, "coordinates")
    }


def _moves(answer: Answer) -> tuple[tuple[pictures.Move, ...], int]:
    moves: list[pictures.Move] = []
    missing = 0
    count, back = answer.depiction.column("count"), answer.depiction.column("back")
    for row in answer.rows:
        left, joined = answer.thing(row, "from"), answer.thing(row, "to")
        if left is None or joined is None:
            missing += 1
            continue
        moves.append(pictures.Move(left, joined, int(number(row.get(count)) or 0) if count else 1))
        if back and (other := int(number(row.get(back)) or 0)):
            moves.append(pictures.Move(joined, left, other))
    return tuple(moves), missing


def _flow(answer: Answer) -> Depicted | None:
    moves, missing = _moves(answer)
    sides = (_heading(answer, "from"), _heading(answer, "to"))
    return Depicted(pictures.Flow(*_titles(answer), moves, sides=sides), missing) if moves else None


def _network(answer: Answer) -> Depicted | None:
    moves, missing = _moves(answer)
    return Depicted(pictures.Network(*_titles(answer), moves), missing) if moves else None


def _bars(answer: Answer) -> Depicted | None:
    """One bar for each thing; what a thing has in several rows is put together, and then the largest come first."""
    found: dict[Thing, list[float | None]] = {}
    missing = repeated = 0
    for row in answer.rows:
        thing, values = answer.thing(row, "of"), answer.values(row)
        if thing is None or not any(value is not None for value in values):
            missing += 1
        elif thing in found:
            repeated += 1
            found[thing] = [_sum(pair) for pair in zip(found[thing], values, strict=True)]
        else:
            found[thing] = list(values)
    order = sorted(found, key=lambda thing: -sum(v or 0 for v in found[thing])) if repeated else list(found)
    bars = tuple(pictures.Bar(thing, tuple(found[thing])) for thing in order)
    series = tuple(pages.in_words(column) for column in answer.depiction.columns.get("value", ()))
    return Depicted(pictures.Bars(*_titles(answer), bars, series), missing) if bars else None


def _lines(answer: Answer) -> Depicted | None:
    found: dict[Thing, dict[float, pictures.Point]] = {}
    missing = 0
    column = answer.depiction.column("at") or ""
    total = Thing(pages.in_words(answer.depiction.columns.get("value", ("rows",))[0]))
    for row in answer.rows:
        thing = answer.thing(row, "of") if "of" in answer.depiction.columns else total
        at, value = time(row.get(column)), answer.values(row)[0]
        if thing is None or at is None or value is None:
            missing += 1
            continue
        points = found.setdefault(thing, {})
        before = points[at].value if at in points else 0
        points[at] = pictures.Point(at, before + value, row[column].value)
    series = tuple(
        pictures.Series(thing, tuple(points[at] for at in sorted(points))) for thing, points in found.items()
    )
    return Depicted(pictures.Lines(*_titles(answer), series), missing) if series else None


def _timeline(answer: Answer) -> Depicted | None:
    lanes: dict[Thing, list[pictures.Span]] = {}
    note = answer.depiction.column("note")
    for row in answer.rows:
        remark = row[note].value if note and note in row else ""
        what = answer.thing(row, "of") or Thing(remark or _OTHERWISE)
        lane = answer.thing(row, "lane") or what
        span = pictures.Span(what, answer.when(row, "start"), answer.when(row, "end"), remark)
        lanes.setdefault(lane, []).append(span)
    drawn = tuple(pictures.Lane(lane, tuple(spans)) for lane, spans in lanes.items())
    return Depicted(pictures.Timeline(*_titles(answer), drawn), 0) if drawn else None


def _composition(answer: Answer) -> Depicted | None:
    states: dict[When, list[tuple[Thing, int]]] = {}
    missing = 0
    for row in answer.rows:
        thing, when, value = answer.thing(row, "of"), answer.when(row, "when"), answer.values(row)[0]
        if thing is None or when.known is None or value is None:
            missing += 1
        else:
            states.setdefault(when, []).append((thing, int(value)))
    seats = tuple(pictures.Seats(when, tuple(held)) for when, held in states.items())
    return Depicted(pictures.Composition(*_titles(answer), seats), missing) if seats else None


def _map(answer: Answer) -> Depicted | None:
    """Points where places are known; where none is, bars."""
    found: list[pictures.Place] = []
    for row in answer.rows:
        thing, term = answer.thing(row, "of"), row.get(answer.depiction.column("of") or "")
        where, value = answer.coordinates.get(term.value if term else ""), answer.values(row)[0]
        if thing and where and value is not None:
            found.append(pictures.Place(thing, *where, value))
    if not found:
        return _bars(answer) if "value" in answer.depiction.columns else None
    return Depicted(pictures.Places(*_titles(answer), tuple(found)), len(answer.rows) - len(found))


def _heading(answer: Answer, role: str) -> str:
    return pages.in_words(answer.depiction.column(role) or "")


def _titles(answer: Answer) -> tuple[str, str]:
    return answer.query.summary, f"{answer.query.description} The numbers stand in the table."


def _sum(values: tuple[float | None, ...]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


_DRAWN: dict[str, Callable[[Answer], Depicted | None]] = {
    "flow": _flow,
    "network": _network,
    "bars": _bars,
    "lines": _lines,
    "timeline": _timeline,
    "composition": _composition,
    "map": _map,
}
