"""SPARQL results in JSON → rows of the tables of items: a solution for each seat of a member of one body."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg.errors import FileError
from kg.wikidata.moments import moment

_ITEM = re.compile(r"https?://www\.wikidata\.org/entity/(Q[1-9][0-9]*)")
_NAMES = ("itemLabel", "name", "name_en", "name_cy", "itemAltLabel", "alias")
_LABELS = {
    "party": ("partyLabel", "party_name_en", "party_name"),
    "role": ("roleLabel", "role_en"),
    "district": ("districtLabel", "district_name_en"),
}

Row = tuple[str, tuple[object, ...]]


def result_rows(path: Path, document: dict[str, Any]) -> Iterator[Row]:
    """The rows of a result that has at least ?item and a name: `itemLabel`, `name` or `name_en`.

    Read are also ?party, ?role, ?district, ?start, ?end, ?born and ?died.
    """
    variables = document.get("head", {}).get("vars", [])
    bindings = document.get("results", {}).get("bindings")
    if not isinstance(bindings, list):
        raise FileError(path, None, "SPARQL results of a SELECT have results.bindings")
    if "item" not in variables or not set(_NAMES) & set(variables):
        raise FileError(path, None, f"the results need ?item and one of {', '.join(f'?{name}' for name in _NAMES)}")
    seen: set[Row] = set()
    for number, binding in enumerate(bindings, 1):
        for row in _rows(path, number, binding):
            if row not in seen:  # a person has a solution for each seat
                seen.add(row)
                yield row


def _rows(path: Path, number: int, binding: dict[str, Any]) -> Iterator[Row]:
    qid = _qid(binding, "item")
    if not qid:
        raise FileError(path, None, f"solution {number}: ?item is {_text(binding, 'item')!r}, no item of Wikidata")
    names = [name for variable in _NAMES if (name := _text(binding, variable))]
    born, died = _date(binding, "born"), _date(binding, "died")
    yield "item", (qid, "person", names[0] if names else None, None, born, died, None, None)
    for name in names:
        yield "item_name", (qid, name)
    party, role, place = _qid(binding, "party"), _qid(binding, "role"), _qid(binding, "district")
    if role:
        told, where = _label(binding, "role"), _label(binding, "district")
        yield "item_office", (qid, role, told, place, where, party, _date(binding, "start"), _date(binding, "end"))
    if party:
        yield "item_party", (qid, party, _label(binding, "party"))


def _label(binding: dict[str, Any], of: str) -> str | None:
    return next((text for variable in _LABELS[of] if (text := _text(binding, variable))), None)


def _text(binding: dict[str, Any], variable: str) -> str | None:
    return (binding.get(variable) or {}).get("value")


def _qid(binding: dict[str, Any], variable: str) -> str | None:
    found = _ITEM.fullmatch(_text(binding, variable) or "")
    return found[1] if found else None


def _date(binding: dict[str, Any], variable: str) -> str | None:
    """A date as far as it can be trusted: results tell no precision, and the first of January may be a whole year."""
    text = _text(binding, variable)
    try:
        told = moment(text).date if text else None
    except ValueError:
        return None
    return told.text if told else None
