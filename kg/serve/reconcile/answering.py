"""Answers of the service as JSON: candidates of a batch, and rows of fetched values."""

import re
from typing import Any

from kg.mapping import mapping
from kg.search import Agreement, Index, Known
from kg.serve.live import Opened
from kg.serve.reconcile.matching import Judged, judged, match
from kg.serve.reconcile.offered import Type, types
from kg.serve.reconcile.reading import Extension, Query, Wanted, ref_of
from kg.serve.reconcile.values import Value, values_of

Json = dict[str, Any]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_XSD = "http://www.w3.org/2001/XMLSchema#"


def results(build: Opened, index: Index, queries: dict[str, Query]) -> Json:
    """The candidates of each query of a batch, by its key."""
    found = judged(build, index, queries.values())
    return {key: {"result": _result(query, of)} for (key, query), of in zip(queries.items(), found, strict=True)}


def rows(build: Opened, extension: Extension) -> Json:
    """The values that are asked for, a row for each id; a thing that the graph does not know has none."""
    refs = {id: ref_of(id) for id in extension.ids}
    found: dict[str, Json] = {id: {} for id in extension.ids}
    for wanted in extension.wanted:
        known = values_of(build, wanted.property, refs.values())
        for id, ref in refs.items():
            found[id][wanted.property.id] = _cells(known.get(ref, []), wanted)
    return {"meta": [_meta(wanted) for wanted in extension.wanted], "rows": found}


def named(known: Type) -> Json:
    """A type as manifests and suggestions have it, with the types above it."""
    above = [named(types()[broader]) for broader in known.broader]
    return {
        "id": known.id,
        "name": known.name,
        "description": known.description,
        **({"broader": above} if above else {}),
    }


def types_of(known: Known) -> list[Json]:
    """The types of a thing, the most specific first."""
    kinds = next(cls.kinds[known.kind] for cls in mapping().values() if known.kind in cls.kinds)
    return [{"id": name, "name": types()[name].name} for name in (curie.removeprefix("pd:") for curie in kinds)]


def _result(query: Query, found: list[Judged]) -> list[Json]:
    """The best candidates; the one that is surely meant comes first, whatever its score."""
    sure = match(found)
    ranked = sorted(found, key=lambda judged: judged.ref != sure)
    return [_candidate(judged, is_sure=judged.ref == sure) for judged in ranked[: query.limit]]


def _candidate(judged: Judged, *, is_sure: bool) -> Json:
    known, alike = judged.candidate.known, judged.candidate.likeness
    features = {
        "name_likeness": round(100 * alike.score, 1),
        "same_name": alike.agreement == Agreement.SAME,
        **({"agreeing": judged.agreeing, "disagreeing": judged.disagreeing} if judged.verdicts else {}),
    }
    return {
        "id": known.ref,
        "name": known.label,
        "description": known.description,
        "type": types_of(known),
        "score": judged.score,
        "match": is_sure,
        "features": [{"id": id, "value": value} for id, value in features.items()],
    }


def _cells(values: list[Value], wanted: Wanted) -> list[Json]:
    if wanted.count:
        return [{"int": len(values)}]
    return [_cell(value) for value in (values[: wanted.limit] if wanted.limit else values)]


def _cell(value: Value) -> Json:
    """A value; a date as one only where it is a day, for others would have to be padded."""
    if value.label is not None:
        return {"id": value.text, "name": value.label}
    if value.datatype == f"{_XSD}integer":
        return {"int": int(value.text)}
    if value.datatype == f"{_XSD}decimal":
        return {"float": float(value.text)}
    if value.datatype == f"{_XSD}date" and _DAY.fullmatch(value.text):
        return {"date": f"{value.text}T00:00:00Z"}
    return {"str": value.text}


def _meta(wanted: Wanted) -> Json:
    meta: Json = {"id": wanted.property.id, "name": wanted.property.name}
    tables = {table for table, cls in mapping().items() if set(cls.paths) & set(wanted.property.paths)}
    widest = [found for found in types().values() if {found.table} == tables and not found.broader]
    return meta | ({"type": {"id": widest[0].id, "name": widest[0].name}} if widest and not wanted.count else {})
