"""Invented items of Wikidata for the people and councils of the invented world, written in each format that is read."""

import bz2
import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMMONS, SENEDD, LORDS = "Q16707842", "Q3406079", "Q18952564"
_OFFICES = {
    COMMONS: "Member of Parliament",
    SENEDD: "Member of the National Assembly for Wales",
    LORDS: "Member of the House of Lords",
}
_TYPES = {"person": "Q5", "party": "Q7278"}
_COLUMNS = [
    "qid",
    "kind",
    "label",
    "aliases",
    "description",
    "birth_date",
    "death_date",
    "gender",
    "party_qid",
    "facts",
]


@dataclass(frozen=True)
class Seat:
    """A seat that an item tells of."""

    office: str
    since: str
    until: str = ""
    district: str = ""


@dataclass(frozen=True)
class Item:
    """An item: a person with seats, or something else of a kind."""

    qid: str
    label: str
    kind: str = "person"
    seats: tuple[Seat, ...] = ()
    aliases: tuple[str, ...] = ()
    party: str = ""
    born: str = ""
    died: str = ""
    country: str = ""
    facts: tuple[str, ...] = ()  # only a table has these


OKORO = Item(
    "Q99001001",
    "Bram Okoro",
    seats=(Seat(COMMONS, "2019-12-13", district="Wexmoor"),),
    party="Q9626",
    born="1970-02-01",
)
OKORO_DIPLOMAT = Item("Q99001002", "Bram Okoro", facts=("ambassador to Peru 2001–2004",), born="1950")
FARR_BEFORE = Item("Q99001003", "Cleo Farr", seats=(Seat(COMMONS, "1992-04-09", "1997-04-08"),), born="1930")
QUILL = Item("Q99001004", "Ivo Penner, Baron Quill of Wexmoor", seats=(Seat(LORDS, "2001-06-01"),), born="1948")
PROSSER = Item(
    "Q99001005", "Gwen Prosser", seats=(Seat(SENEDD, "2016-05-05", "2021-04-28", "Cwm Anyford"),), party="Q9630"
)
ELM_CANDIDATE = Item(
    "Q99001006", "Ray Elm", facts=("candidate in the 2019 UK general election for Labour Party",), party="Q9630"
)
VANE_TWICE = [
    Item(qid, "Edith Vane", seats=(Seat(COMMONS, "2010-05-06", "2014-08-29", "Anyford"),))
    for qid in ("Q99001008", "Q99001009")
]
DEAD_LINDQVIST = Item(
    "Q99001007", "Dev Lindqvist", seats=(Seat(COMMONS, "2019-12-13", district="Wexmoor"),), died="2018-01-01"
)

PEOPLE = [OKORO, OKORO_DIPLOMAT, FARR_BEFORE, QUILL, PROSSER, ELM_CANDIDATE, *VANE_TWICE, DEAD_LINDQVIST]
OTHERS = [
    Item("Q99001011", "Glen Any Council", "council"),
    Item("Q99001012", "Old Heath", "council"),  # the area
    Item("Q99001013", "council of Great Anyshire County Council", "legislature"),
    Item("Q99001014", "St Albans City and District Council", "council"),
    Item("Q99001015", "Anyford Alliance", "party", facts=("country GBR", "founded 2025")),
    Item("Q99001016", "Aspire", "party", facts=("country FRA",)),
    Item("Q99001017", "Ny Anyford", "party", aliases=("Friends of Anyford Green",), facts=("country DNK",)),
]


def write_table(path: Path, items: list[Item]) -> Path:
    """A pool as a table."""
    rows = ["\t".join(_COLUMNS), *("\t".join(_cells(item)) for item in items)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def write_dump(path: Path, items: list[Item]) -> Path:
    """A dump: a bracket, an entity on each line with a comma behind it, a bracket; packed as its name says."""
    lines = [json.dumps(entity) for entity in [*labelled_offices(items), *(entity_of(item) for item in items)]]
    body = ("[\n" + ",\n".join(lines) + "\n]\n").encode()
    packed = {".gz": gzip.compress(body), ".bz2": bz2.compress(body)}
    path.write_bytes(packed.get(path.suffix, body))
    return path


def write_results(path: Path, items: list[Item]) -> Path:
    """SPARQL results, a solution for each seat, as everypolitician asked for them; packed."""
    bindings = [binding for item in items for binding in _bindings(item)]
    names = sorted({name for binding in bindings for name in binding})
    path.write_bytes(gzip.compress(json.dumps({"head": {"vars": names}, "results": {"bindings": bindings}}).encode()))
    return path


def entity_of(item: Item) -> dict[str, Any]:
    """An item as the API and the dumps write it."""
    claims: dict[str, list[dict[str, Any]]] = {"P31": [_statement(_item(_TYPES.get(item.kind, "Q99009999")))]}
    claims["P39"] = [_statement(_item(seat.office), _qualifiers(seat)) for seat in item.seats]
    for prop, date in (("P569", item.born), ("P570", item.died)):
        if date:
            claims[prop] = [_statement(_time(date))]
    if item.country:
        claims["P17"] = [_statement(_item(item.country))]
    if item.party:
        claims["P102"] = [_statement(_item(item.party))]
    aliases = {"en": [{"language": "en", "value": name} for name in item.aliases]} if item.aliases else {}
    return {**_labelled(item.qid, item.label), "aliases": aliases, "claims": claims}


def labelled_offices(items: list[Item]) -> list[dict[str, Any]]:
    """The offices and districts that items name, as items with a label."""
    seats = [seat for item in items for seat in item.seats]
    named = {seat.office: _OFFICES[seat.office] for seat in seats}
    named |= {_district(seat.district): seat.district for seat in seats if seat.district}
    return [_labelled(qid, label) for qid, label in sorted(named.items())]


def _labelled(qid: str, label: str) -> dict[str, Any]:
    return {"type": "item", "id": qid, "labels": {"en": {"language": "en", "value": label}}}


def _statement(snak: dict[str, Any], qualifiers: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"mainsnak": snak, "rank": "normal", "qualifiers": qualifiers or {}}


def _item(qid: str) -> dict[str, Any]:
    return {"snaktype": "value", "datavalue": {"type": "wikibase-entityid", "value": {"id": qid}}}


def _time(date: str) -> dict[str, Any]:
    precision = {4: 9, 7: 10, 10: 11}[len(date)]
    padded = date + "-00-00"[: 10 - len(date)]
    value = {"time": f"+{padded}T00:00:00Z", "precision": precision}
    return {"snaktype": "value", "datavalue": {"type": "time", "value": value}}


def _qualifiers(seat: Seat) -> dict[str, Any]:
    dates = {prop: [_time(date)] for prop, date in (("P580", seat.since), ("P582", seat.until)) if date}
    return dates | ({"P768": [_item(_district(seat.district))]} if seat.district else {})


def _district(name: str) -> str:
    return f"Q9900{sum(map(ord, name))}"


def _cells(item: Item) -> list[str]:
    seats = [f"{_OFFICES[s.office]}{f' ({s.district})' if s.district else ''} {s.since}–{s.until}" for s in item.seats]
    facts = " ; ".join([*seats, *item.facts])
    return [
        item.qid,
        item.kind,
        item.label,
        "|".join(item.aliases),
        "",
        item.born,
        item.died,
        "",
        item.party,
        facts,
    ]


def _bindings(item: Item) -> list[dict[str, Any]]:
    def uri(qid: str) -> dict[str, str]:
        return {"type": "uri", "value": f"http://www.wikidata.org/entity/{qid}"}

    found = []
    for seat in item.seats:
        told = {"item": uri(item.qid), "role": uri(seat.office), "name_en": {"type": "literal", "value": item.label}}
        told["role_en"] = {"type": "literal", "value": _OFFICES[seat.office]}
        told |= {"start": {"type": "literal", "value": f"{seat.since}T00:00:00Z"}}
        if seat.until:
            told["end"] = {"type": "literal", "value": f"{seat.until}T00:00:00Z"}
        if seat.district:
            told["district_name_en"] = {"type": "literal", "value": seat.district}
        if item.party:
            told["party"] = uri(item.party)
        found.append(told)
    return found
