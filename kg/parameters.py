"""Parameters of canned queries: their types, how a value of each is written, and the RDF term that is made of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kg.dates import PartialDate
from kg.errors import KgError
from kg.iris import ID, NAMESPACES
from kg.mapping import class_of_path

_DIGITS = 18  # as many as fit the engine's integers, and stand on either side of the point in its decimals
_SLUG = r"[a-z0-9][a-z0-9\-]*"
_IDS = ID.replace(".", r"\.")  # browsers take no needless escape, and so no re.escape
_PATHS = {*class_of_path(), "concept", "scheme"}


class ParameterFault(KgError):
    """A parameter that the query does not have, or a value that is not of its type."""

    def __init__(self, message: str, parameter: str, value: str) -> None:
        super().__init__(message)
        self.parameter, self.value = parameter, value


@dataclass(frozen=True)
class Type:
    """A type of parameters; `term` is a ValueError for what is not written as it should be."""

    words: str  # what a fault calls a value of it
    written: str  # how a person writes one
    schema: dict[str, Any]  # the same for a program, as JSON Schema
    example: str
    term: Callable[[str], str]

    @property
    def pattern(self) -> str | None:
        """A regular expression for the whole value, where one can say it."""
        return self.schema["pattern"][1:-1] if "pattern" in self.schema else None


@dataclass(frozen=True)
class Parameter:
    """One parameter: a line `VALUES ?name { default }` of the query, which `fill` rewrites."""

    name: str
    type: str  # date, year, integer, decimal, string, item, or the path of a thing: "person" (several: "party|group")
    default: str | None  # None leaves the parameter open: the query then ranges over all values
    description: str
    choices: str | None  # the canned query whose first two columns are the values and their labels

    @property
    def kind(self) -> Type:
        """How its values are written."""
        return type_of(self.type)

    def term(self, value: str) -> str:
        """The value as a SPARQL term; a ParameterFault where it is not of the parameter's type."""
        try:
            return self.kind.term(value.strip())
        except ValueError as fault:
            message = f"parameter {self.name!r}: {value!r} is not {self.kind.words}: {fault}"
            raise ParameterFault(message, self.name, value) from fault


def type_of(name: str) -> Type:
    """The type of that name; a ValueError where there is none."""
    return _PLAIN[name] if name in _PLAIN else _thing(name.split("|"))


def _thing(paths: list[str]) -> Type:
    if unknown := set(paths) - _PATHS:
        known = ", ".join([*_PLAIN, *sorted(_PATHS)])
        raise ValueError(f"there is no type {', '.join(sorted(unknown))}; a type is one of {known}, or several by |")
    path = rf"({_IDS})?({'|'.join(paths)})/"
    pattern = f"(({path})?{_SLUG})" if len(paths) == 1 else f"({path}{_SLUG})"

    def term(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(f"give an IRI or a name such as {paths[0]}/some-name")
        ref = value.removeprefix(ID)
        return f"<{ID}{ref if '/' in ref else f'{paths[0]}/{ref}'}>"

    example = f"{paths[0]}/some-name"
    return Type(f"a {'|'.join(paths)}", example, {"type": "string", "pattern": f"^{pattern}$"}, example, term)


def _date(value: str) -> str:
    return f'"{PartialDate(value).day()}"^^<{NAMESPACES["xsd"]}date>'


def _year(value: str) -> str:
    if not re.fullmatch(r"[0-9]{4}", value):
        raise ValueError("write it in four digits")
    return f'"{value}"^^<{NAMESPACES["xsd"]}gYear>'


def _integer(value: str) -> str:
    if not re.fullmatch(rf"-?[0-9]{{1,{_DIGITS}}}", value):
        raise ValueError(f"write it in digits, {_DIGITS} at most")
    return str(int(value))


def _decimal(value: str) -> str:
    if not re.fullmatch(_DECIMAL, value):
        raise ValueError(f"write it in digits, {_DIGITS} at most, with a point before the fraction")
    return value if "." in value else f"{value}.0"  # without a point it would be an integer


def _string(value: str) -> str:
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(escapes.get(c, c) for c in value) + '"'


def _item(value: str) -> str:
    if not re.fullmatch(_ITEM, value):
        raise ValueError("give its number with the Q before it, or its IRI")
    return f"<{NAMESPACES['wd']}{value.removeprefix(NAMESPACES['wd'])}>"


_ITEM = rf"({NAMESPACES['wd'].replace('.', chr(92) + '.')})?Q[1-9][0-9]{{0,{_DIGITS}}}"
_DECIMAL = rf"-?[0-9]{{1,{_DIGITS}}}(\.[0-9]{{1,{_DIGITS}}})?"
_DATE_SCHEMA = {
    "anyOf": [
        {"type": "string", "format": "date"},
        {"type": "string", "pattern": "^(?!0000)[0-9]{4}(-(0[1-9]|1[0-2]))?$"},  # stands for its first day
    ]
}
_PLAIN = {
    "date": Type("a date", "YYYY-MM-DD", _DATE_SCHEMA, "2024-06-30", _date),
    "year": Type("a year", "YYYY", {"type": "string", "pattern": "^[0-9]{4}$"}, "2024", _year),
    "integer": Type(
        "a whole number",
        "a whole number",
        {"type": "integer", "minimum": 1 - 10**_DIGITS, "maximum": 10**_DIGITS - 1},
        "10",
        _integer,
    ),
    "decimal": Type(
        "a number",
        "a number such as 0.8",
        {"type": "string", "format": "decimal", "pattern": f"^{_DECIMAL}$"},
        "0.8",
        _decimal,
    ),
    "item": Type("an item of Wikidata", "Q42", {"type": "string", "pattern": f"^{_ITEM}$"}, "Q42", _item),
    "string": Type("text", "text", {"type": "string"}, "Broxtowe", _string),
}
