"""One entity of Wikidata as its JSON has it, from a dump or from the API → rows of the tables of items."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kg.wikidata.entities import map_of
from kg.wikidata.linking.settings import LinkSettings
from kg.wikidata.moments import moment

_LANGUAGES = ("en", "en-gb", "mul")
_UNITED_KINGDOM = "Q145"
_GENDERS = {"Q6581097": "male", "Q6581072": "female"}

Row = tuple[str, tuple[object, ...]]


def entity_rows(entity: dict[str, Any], settings: LinkSettings) -> Iterator[Row]:
    """The rows of an entity; of one that is neither a candidate nor has a name there are none.

    What is no candidate is kept for its label, by which offices and electorates are known.
    """
    qid = entity.get("id", "")
    label = _told(map_of(entity, "labels"))
    if not qid.startswith("Q"):
        return
    kind = _kind(entity, label, settings)
    if kind == "other" and not label:
        return
    born, died = ("P569", "P570") if kind == "person" else ("P571", "P576")
    gender = next((_GENDERS[g] for g in _items(entity, "P21") if g in _GENDERS), None)
    countries = _items(entity, "P27" if kind == "person" else "P17")
    country = _UNITED_KINGDOM if _UNITED_KINGDOM in countries else next(iter(countries), None)
    described = _told(map_of(entity, "descriptions"))
    yield "item", (qid, kind, label, described, _date(entity, born), _date(entity, died), gender, country)
    if kind != "other":
        for name in sorted(_names(entity)):
            yield "item_name", (qid, name)
        yield from _statements(entity, qid, settings)


def _kind(entity: dict[str, Any], label: str | None, settings: LinkSettings) -> str:
    types = set(_items(entity, "P31"))
    kinds: dict[str, list[str]] = settings.raw["types"]
    if kind := next((kind for kind, known in kinds.items() if types & set(known)), None):
        return kind
    is_authority = _UNITED_KINGDOM in _items(entity, "P17") and re.search(settings.raw["authority"], label or "")
    return "council" if is_authority else "other"


def _statements(entity: dict[str, Any], qid: str, settings: LinkSettings) -> Iterator[Row]:
    for statement in _best(entity, "P39"):
        if office := _item_of(statement["mainsnak"]):
            place, party = _qualifier(statement, "P768"), _qualifier(statement, "P4100")
            since, until = _time(statement, "P580"), _time(statement, "P582")
            yield "item_office", (qid, office, None, place, None, party, since, until)
    for party in _items(entity, "P102"):
        yield "item_party", (qid, party, None)
    for prop, opening in settings.raw["identifiers"].items():
        for statement in _best(entity, prop):
            value = statement["mainsnak"].get("datavalue", {}).get("value")
            if isinstance(value, str):
                yield "item_code", (qid, opening + value)


def _names(entity: dict[str, Any]) -> set[str]:
    labels = {label["value"] for label in map_of(entity, "labels").values()}
    return labels | {name["value"] for several in map_of(entity, "aliases").values() for name in several}


def _told(texts: Mapping[str, Any]) -> str | None:
    return next((texts[language]["value"] for language in _LANGUAGES if language in texts), None)


def _best(entity: dict[str, Any], prop: str) -> list[dict[str, Any]]:
    """The statements of a property that are not deprecated."""
    return [s for s in map_of(entity, "claims").get(prop, []) if s.get("rank") != "deprecated"]


def _items(entity: dict[str, Any], prop: str) -> list[str]:
    return [qid for statement in _best(entity, prop) if (qid := _item_of(statement["mainsnak"]))]


def _item_of(snak: dict[str, Any]) -> str | None:
    value = snak.get("datavalue", {}).get("value")
    return value.get("id") if isinstance(value, dict) else None


def _qualifier(statement: dict[str, Any], prop: str) -> str | None:
    return next((qid for s in map_of(statement, "qualifiers").get(prop, []) if (qid := _item_of(s))), None)


def _time(statement: dict[str, Any], prop: str) -> str | None:
    return next((date for s in map_of(statement, "qualifiers").get(prop, []) if (date := _date_of(s))), None)


def _date(entity: dict[str, Any], prop: str) -> str | None:
    return next((date for s in _best(entity, prop) if (date := _date_of(s["mainsnak"]))), None)


def _date_of(snak: dict[str, Any]) -> str | None:
    """A time of Wikidata at its own precision; None for what is vaguer than a decade or before our era."""
    value = snak.get("datavalue", {}).get("value")
    if not isinstance(value, dict) or "time" not in value:
        return None
    try:
        told = moment(value["time"], value["precision"]).date
    except ValueError:
        return None
    return told.text if told else None
