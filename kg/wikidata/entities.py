"""Items as Wikidata's API and dumps write them in JSON → statements, with precisions, ranks and references."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kg.errors import KgError
from kg.wikidata.moments import NONE, NOTHING, UNKNOWN, Moment, moment
from kg.wikidata.results import statement_id
from kg.wikidata.statements import PARTY, POSITION, Property, Stated, Statement

_DEATH, _SUBCLASS = "P570", "P279"
_STATED_IN, _ADDRESS = "P248", "P854"


def read_entities(entities: Iterable[Mapping[str, Any]], source: str) -> Stated:
    """The statements of some items; those of positions among them tell what these are subclasses of."""
    known = {_id(entity, source): entity for entity in entities if "missing" not in entity}
    modified = [dt.date.fromisoformat(e["modified"][:10]) for e in known.values() if "modified" in e]
    people = {qid: e for qid, e in known.items() if _SUBCLASS not in map_of(e, "claims")}
    return Stated(
        source,
        tuple(_of_item(known, source)),
        frozenset({POSITION, PARTY}),
        frozenset(people),
        until=max(modified, default=None),
        died=frozenset(qid for qid, e in people.items() if _DEATH in map_of(e, "claims")),
        merged={e["redirects"]["from"]: qid for qid, e in known.items() if "redirects" in e},
    )


def map_of(of: Mapping[str, Any], part: str) -> Mapping[str, Any]:
    """The labels, claims, qualifiers … of something; Wikibase may write an empty map as a list."""
    found: Mapping[str, Any] = of.get(part) or {}
    return found


def _id(entity: Any, source: str) -> str:
    match entity:
        case {"id": str(found)} if isinstance(map_of(entity, "claims"), dict):
            return found
    raise KgError(f"{source}: {str(entity)[:40]}… is no item of Wikidata in JSON")


def _of_item(known: Mapping[str, Mapping[str, Any]], source: str) -> Iterator[Statement]:
    properties: tuple[Property, ...] = (POSITION, PARTY)
    for qid, entity in known.items():
        for prop in properties:
            for claim in _claims(entity, prop, f"{source}: {qid}"):
                try:
                    yield _statement(qid, prop, claim, known)
                except (AttributeError, KeyError, TypeError, ValueError) as fault:
                    raise KgError(f"{source}: {qid}: {claim.get('id', prop)}: {fault}") from fault


def _claims(entity: Mapping[str, Any], prop: Property, where: str) -> list[Mapping[str, Any]]:
    claims = map_of(entity, "claims").get(prop, [])
    if not isinstance(claims, list) or not all(isinstance(claim, dict) for claim in claims):
        raise KgError(f"{where}: {prop}: {str(claims)[:40]} is no list of statements")
    return claims


def _statement(qid: str, prop: Property, claim: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> Statement:
    qualifiers = map_of(claim, "qualifiers")
    value = _item(claim["mainsnak"])
    position = known.get(value or "", {})
    return Statement(
        statement_id(claim["id"]),
        qid,
        prop,
        value,
        _moment(qualifiers.get("P580")),
        _moment(qualifiers.get("P582")),
        _first(qualifiers.get("P4100")),
        _first(qualifiers.get("P768")),
        _first(qualifiers.get("P2937")),
        _first([general["mainsnak"] for general in map_of(position, "claims").get(_SUBCLASS, ())]),
        map_of(position, "labels").get("en", {}).get("value", ""),
        claim.get("rank", "normal"),
        tuple(sorted(_references(claim.get("references", ())))),
    )


def _references(references: Iterable[Mapping[str, Any]]) -> set[str]:
    snaks = [
        snak
        for reference in references
        for prop in (_STATED_IN, _ADDRESS)
        for snak in map_of(reference, "snaks").get(prop, ())
    ]
    return {_item(snak) or str(snak["datavalue"]["value"]) for snak in snaks if snak["snaktype"] == "value"}


def _moment(snaks: list[Mapping[str, Any]] | None) -> Moment:
    if not snaks:
        return NOTHING
    match snaks[0]["snaktype"]:
        case "somevalue":
            return UNKNOWN
        case "novalue":
            return NONE
    value = snaks[0]["datavalue"]["value"]
    return moment(value["time"], value["precision"])


def _first(snaks: list[Mapping[str, Any]] | None) -> str | None:
    return min((qid for snak in snaks or () if (qid := _item(snak))), default=None)


def _item(snak: Mapping[str, Any]) -> str | None:
    if snak["snaktype"] != "value" or snak["datavalue"]["type"] != "wikibase-entityid":
        return None
    qid: str = snak["datavalue"]["value"]["id"]
    return qid
