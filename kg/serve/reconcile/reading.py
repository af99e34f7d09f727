"""What a client asks of the service: its JSON read within bounds, as typed values."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from ruamel.yaml import YAML

from kg import iris
from kg.parameters import ParameterFault
from kg.serve.problem import Problem
from kg.serve.reconcile.offered import Offered, properties, types

BATCH = 50  # queries at once
_FILE = Path(__file__).with_name("schemas.yaml")
_SHOWN = 200  # characters of a fault
_USUAL = 10  # candidates of one query


@dataclass(frozen=True)
class Constraint:
    """A property of what is looked for, and the values of which it has one."""

    property: Offered
    values: tuple[str, ...]  # as text; a reference to an entity as its id
    is_id: tuple[bool, ...]  # which of them are ids


@dataclass(frozen=True)
class Query:
    """One cell to be matched; a text without words finds nothing."""

    text: str
    types: tuple[str, ...] = ()
    all_types: bool = False  # whether a candidate has all of them, not one
    limit: int = _USUAL
    constraints: tuple[Constraint, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """A property to be fetched: how many values at most (0 for all), or only their number."""

    property: Offered
    limit: int = 0
    count: bool = False


@dataclass(frozen=True)
class Extension:
    """Things, by the ids as they were sent, and what is to be fetched of them."""

    ids: tuple[str, ...]
    wanted: tuple[Wanted, ...]


def read_queries(text: str) -> dict[str, Query]:
    """A batch of queries by their keys; a Problem that says where it is wrong, or that it is too large."""
    raw = _parsed("queries", text)
    if isinstance(raw, dict) and len(raw) > BATCH:
        raise Problem(413, f"the batch has {len(raw):,} queries; send at most {BATCH} at once")
    return {key: _query(key, spec) for key, spec in _shaped("queries", raw).items()}


def read_extension(text: str) -> Extension:
    """What is to be fetched of which things."""
    raw = _shaped("extend", _parsed("extend", text))
    wanted = tuple(
        Wanted(
            _property(spec["id"], f"extend.properties[{i}].id", "extend"),
            int(spec.get("settings", {}).get("limit") or 0),
            spec.get("settings", {}).get("count") in {True, "true"},
        )
        for i, spec in enumerate(raw["properties"])
    )
    return Extension(tuple(dict.fromkeys(raw["ids"])), wanted)


def type_id(text: str) -> str | None:
    """The id of a type that is given by it, by its CURIE or by its IRI; None for no type of ours."""
    local = text.removeprefix(iris.NAMESPACES["pd"]).removeprefix("pd:")
    return local if local in types() else None


def ref_of(text: str) -> str:
    """The reference that an id stands for: itself, or what is in an IRI of ours."""
    return iris.ref_of(text) or text


def _query(key: str, spec: dict[str, Any]) -> Query:
    where = f"queries.{key[:40]}"
    given = [spec["type"]] if isinstance(spec.get("type"), str) else spec.get("type", [])
    constraints = [_constraint(p, f"{where}.properties[{i}].pid") for i, p in enumerate(spec.get("properties", []))]
    return Query(
        text=spec.get("query", "").strip(),
        types=tuple(_type(text, f"{where}.type") for text in given if text),
        all_types=spec.get("type_strict") == "all",  # "any" and "should", which OpenRefine always sends, are one here
        limit=spec.get("limit", _USUAL),
        constraints=tuple(constraints),
    )


def _constraint(spec: dict[str, Any], where: str) -> Constraint:
    values = spec["v"] if isinstance(spec["v"], list) else [spec["v"]]
    texts = tuple(v["id"] if isinstance(v, dict) else json.dumps(v) if isinstance(v, bool) else str(v) for v in values)
    return Constraint(_property(spec["pid"], where, "queries"), texts, tuple(isinstance(v, dict) for v in values))


def _type(text: str, where: str) -> str:
    found = type_id(text)
    if not found:
        _refuse(f"{where}: there is no type {text!r}; there are: {', '.join(types())}", "queries", text)
    return found


def _property(text: str, where: str, parameter: str) -> Offered:
    local = text.removeprefix(iris.NAMESPACES["pd"]).removeprefix("pd:")
    if local not in properties():
        _refuse(f"{where}: there is no property {text!r}; there are: {', '.join(properties())}", parameter, text)
    return properties()[local]


def _parsed(name: str, text: str) -> Any:
    """The JSON of a parameter."""
    try:
        raw = json.loads(text, parse_constant=_no_number)
        json.dumps(raw, ensure_ascii=False).encode()
    except RecursionError as fault:
        raise ParameterFault(f"parameter {name!r}: its JSON is nested too deeply", name, text[:40]) from fault
    except UnicodeEncodeError as fault:
        raise ParameterFault(f"parameter {name!r}: half a character stands alone in it", name, text[:40]) from fault
    except ValueError as fault:
        raise ParameterFault(f"parameter {name!r} is not JSON: {str(fault)[:_SHOWN]}", name, text[:40]) from fault
    return raw


def _shaped(name: str, raw: Any) -> dict[str, Any]:
    """What was parsed, if it has the shape of its schema."""
    if wrong := best_match(_schema(name).iter_errors(raw)):
        where = name + "".join(f"[{at}]" if isinstance(at, int) else f".{at[:40]}" for at in wrong.absolute_path)
        _refuse(f"{where}: {wrong.message[:_SHOWN]}", name, str(wrong.instance)[:40])
    shaped: dict[str, Any] = raw
    return shaped


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number of JSON")


def _refuse(message: str, parameter: str, value: str) -> NoReturn:
    raise ParameterFault(message, parameter, value[:_SHOWN])


@cache
def _schema(name: str) -> Draft202012Validator:
    return Draft202012Validator(YAML(typ="safe").load(_FILE.read_text(encoding="utf-8"))[name])
