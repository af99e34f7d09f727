"""SPARQL results JSON → statements: of the shipped query, or of rosters such as everypolitician's, a row a statement.

A roster has a column `role`, the position in general, and a `party`; it tells nothing of precisions and references, of
other positions and of parties' own membership, and nothing of what ended before its first start.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

from kg.errors import KgError
from kg.wikidata.moments import NONE, NOTHING, UNKNOWN, Moment, moment
from kg.wikidata.statements import PARTY, POSITION, Property, Stated, Statement

Row = Mapping[str, Mapping[str, str]]
_ENTITY = "http://www.wikidata.org/entity/"
_ITEM = re.compile(re.escape(_ENTITY) + r"Q[1-9]\d*")
_PROPERTIES: dict[str, Property] = {POSITION: POSITION, PARTY: PARTY}
_UNKNOWN = "http://www.wikidata.org/.well-known/genid/"


def read_results(answer: Mapping[str, Any], source: str) -> Stated:
    """The statements of an answer; a KgError that names the row where one is not as these queries answer."""
    columns, rows = set(answer["head"]["vars"]), answer["results"]["bindings"]
    if {"property", "statement", "value"} <= columns:
        return _of_query(rows, source)
    if {"statement", "item", "role", "start", "end"} <= columns:
        return _of_roster(rows, source)
    raise KgError(
        f"{source}: neither an answer to kg/wikidata/statements.rq, nor a roster: {', '.join(sorted(columns))}"
    )


def _of_query(rows: list[Row], source: str) -> Stated:
    statements: dict[str, list[Row]] = {}
    for number, row in enumerate(rows, 1):
        _require_item(row, source, number)
        if "statement" in row:
            statements.setdefault(row["statement"]["value"], []).append(row)
    asked = [dt.date.fromisoformat(row["asked"]["value"][:10]) for row in rows if "asked" in row]
    return Stated(
        source,
        tuple(_statement(several, source) for several in statements.values()),
        frozenset({POSITION, PARTY}),
        frozenset(_qid(row, "item") or "" for row in rows),
        until=max(asked, default=None),
        died=frozenset(_qid(row, "item") or "" for row in rows if "died" in row),
    )


def _statement(rows: list[Row], source: str) -> Statement:
    """One statement of several rows, which differ by qualifiers and references that have several values."""
    first = rows[0]
    prop = _PROPERTIES.get(_qid(first, "property") or "")
    if not prop:
        raise KgError(f"{source}: {first['statement']['value']} is of no property that is compared")
    return Statement(
        statement_id(first["statement"]["value"]),
        _qid(first, "item") or "",
        prop,
        _qid(first, "value"),
        _moment(first, "start", source),
        _moment(first, "end", source),
        _qid(first, "group"),
        _qid(first, "electorate"),
        _qid(first, "term"),
        _one(_qid(row, "general") for row in rows),
        first.get("valueLabel", {}).get("value", ""),
        first["rank"]["value"].rpartition("#")[2].removesuffix("Rank").lower() if "rank" in first else "normal",
        tuple(
            sorted(
                {_named(row[column]["value"]) for row in rows for column in ("statedIn", "address") if column in row}
            )
        ),
    )


def _of_roster(rows: list[Row], source: str) -> Stated:
    found: dict[str, Statement] = {}
    for number, row in enumerate(rows, 1):
        for column in ("statement", "role"):
            _require(row, column, source, number)
        _require_item(row, source, number)
        statement = _seat(row, source)
        found[statement.id] = statement
    days = [s.start.date.earliest for s in found.values() if s.start.date and s.start.date.earliest]
    last = [day for s in found.values() for m in (s.start, s.end) if m.date and (day := m.date.latest)]
    return Stated(
        source,
        tuple(found.values()),
        frozenset({POSITION}),
        frozenset(s.item for s in found.values()),
        since=min(days, default=None),
        until=max(last, default=None),
    )


def _seat(row: Row, source: str) -> Statement:
    return Statement(
        statement_id(row["statement"]["value"]),
        _qid(row, "item") or "",
        POSITION,
        None,
        _moment(row, "start", source),
        _moment(row, "end", source),
        _qid(row, "party"),
        _qid(row, "district"),
        general=_qid(row, "role"),
    )


def _require(row: Row, column: str, source: str, number: int) -> None:
    if column not in row:
        raise KgError(f"{source}: row {number} has no {column}")


def _require_item(row: Row, source: str, number: int) -> None:
    _require(row, "item", source, number)
    if not _ITEM.fullmatch(row["item"].get("value", "")):
        raise KgError(f"{source}: row {number}: ?item is {row['item'].get('value')!r}, no item of Wikidata")


def _moment(row: Row, name: str, source: str) -> Moment:
    """A date with its precision where the row tells it; dates that are too vague to use are unknown."""
    if f"{name}None" in row:
        return NONE
    if name not in row:
        return NOTHING
    if row[name]["type"] == "bnode" or row[name]["value"].startswith(_UNKNOWN):
        return UNKNOWN
    time = row.get(f"{name}Time", row[name])["value"]
    precision = row.get(f"{name}Precision", {}).get("value")
    try:
        return moment(time, int(precision) if precision else None)
    except ValueError as fault:
        raise KgError(f"{source}: {row['statement']['value']}: {fault}") from fault


def statement_id(iri: str) -> str:
    """The id of a statement as RDF names it: Q1-AB12…, of which the item's JSON writes the first hyphen as a dollar."""
    return iri.rpartition("/")[2].replace("$", "-")


def _qid(row: Row, column: str) -> str | None:
    value = row.get(column, {}).get("value", "")
    return value.removeprefix(_ENTITY) if value.startswith(_ENTITY) else None


def _named(value: str) -> str:
    return value.removeprefix(_ENTITY)


def _one(values: Iterable[str | None]) -> str | None:
    """The value that rows tell; the first in order where they tell several."""
    return min((value for value in values if value), default=None)
