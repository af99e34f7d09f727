"""The columns of an answer in the query's order, each of one type, for the formats that know types.

A column has a type where each of its values has it: xsd:integer, xsd:decimal (whole numbers may stand among them),
xsd:double (or any number), xsd:boolean, xsd:date, or xsd:gYear, which becomes a whole number. Any other column is text
as it is written: IRIs whole, strings without their language, and dates of several precisions, so that none is padded.
"""

import datetime as dt
import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from kg.iris import NAMESPACES

Kind = Literal["text", "integer", "decimal", "double", "boolean", "date", "year"]
Cell = str | int | Decimal | float | bool | dt.date | None

_NUMBERS: tuple[Kind, ...] = ("integer", "decimal", "double")  # each can hold those before it


@dataclass(frozen=True)
class Column:
    """One variable with its value in each row; None where it is unbound."""

    name: str
    kind: Kind
    cells: list[Cell]


def columns(results: bytes) -> list[Column]:
    """The columns of a SELECT written as SPARQL JSON."""
    document = json.loads(results)
    rows = document["results"]["bindings"]
    return [_column(name, [row.get(name) for row in rows]) for name in document["head"]["vars"]]


def _column(name: str, terms: list[dict[str, Any] | None]) -> Column:
    read = [None if term is None else _read(term) for term in terms]
    kind = _common({each[0] for each in read if each})
    if kind == "text":
        return Column(name, kind, [None if term is None else str(term["value"]) for term in terms])
    return Column(name, kind, [None if each is None else _promoted(kind, each[1]) for each in read])


def _read(term: dict[str, Any]) -> tuple[Kind, Any]:
    kind, cell = _TYPES.get(term.get("datatype", ""), ("text", str))
    try:
        return kind, cell(term["value"])
    except ValueError:  # ill-typed, or larger than the type of a column is
        return "text", None


def _common(kinds: set[Kind]) -> Kind:
    if len(kinds) == 1:
        return next(iter(kinds))
    return max(kinds, key=_NUMBERS.index) if kinds and kinds <= set(_NUMBERS) else "text"


def _promoted(kind: Kind, cell: Any) -> Cell:
    """A number as the type of its column, which can be wider than its own."""
    wider: Cell = float(cell) if kind == "double" else Decimal(cell) if kind == "decimal" else cell
    return wider


def _whole(value: str) -> int:
    number = int(_matching(r"[+-]?[0-9]{1,19}", value))
    if not -(2**63) <= number < 2**63:
        raise ValueError(value)
    return number


def _decimal(value: str) -> Decimal:
    return Decimal(_matching(r"[+-]?(?=\.?[0-9])[0-9]{0,20}(\.[0-9]{0,18})?", value))


def _finite(value: str) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(value)
    return number


def _boolean(value: str) -> bool:
    return _matching("true|false|1|0", value) in {"true", "1"}


def _date(value: str) -> dt.date:
    return dt.date.fromisoformat(_matching(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value))


def _year(value: str) -> int:
    return int(_matching(r"-?[0-9]{4}", value))


def _matching(pattern: str, value: str) -> str:
    if not re.fullmatch(pattern, value):
        raise ValueError(value)
    return value


_INTEGERS = (
    "integer", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger",
    "negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte",
)  # fmt: skip
_READ: dict[str, tuple[Kind, Callable[[str], Any]]] = {
    **dict.fromkeys(_INTEGERS, ("integer", _whole)),
    "decimal": ("decimal", _decimal),
    "double": ("double", _finite),
    "float": ("double", _finite),
    "boolean": ("boolean", _boolean),
    "date": ("date", _date),
    "gYear": ("year", _year),
}
_TYPES = {f"{NAMESPACES['xsd']}{name}": read for name, read in _READ.items()}
