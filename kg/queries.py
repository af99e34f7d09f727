"""Canned queries: one .rq file each, with a header in the grlc convention and typed parameters."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from kg.dates import PartialDate
from kg.errors import FileError, KgError, UnknownName
from kg.iris import ID, NAMESPACES
from kg.paths import QUERIES

QueryForm = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]


class ParameterFault(KgError):
    """A parameter that the query does not have, or a value that is not of its type."""


@dataclass(frozen=True)
class Parameter:
    """One parameter: a line `VALUES ?name { default }` of the query, which `fill` rewrites."""

    name: str
    type: str  # date, year, integer, decimal, string, or the path of a thing: "person" (several: "party|group")
    default: str | None  # None leaves the parameter open: the query then ranges over all values
    description: str
    choices: str | None  # the canned query whose first two columns are the values and their labels

    def term(self, value: str) -> str:
        """The value as a SPARQL term; a ParameterFault where it is not of the parameter's type."""
        try:
            return self._term(value.strip())
        except ValueError as fault:
            raise ParameterFault(f"parameter {self.name!r}: {value!r} is not {self._expected()}: {fault}") from fault

    def _term(self, value: str) -> str:
        if self.type == "date":
            return f'"{PartialDate(value).day()}"^^<{NAMESPACES["xsd"]}date>'
        if self.type == "year":
            return f'"{_year(value)}"^^<{NAMESPACES["xsd"]}gYear>'
        if self.type == "integer":
            return str(int(value))
        if self.type == "decimal":
            return _decimal(value)
        if self.type == "string":
            return _string_literal(value)
        return f"<{ID}{self._ref(value)}>"

    def _ref(self, value: str) -> str:
        paths = self.type.split("|")
        ref = value.removeprefix(ID)
        if "/" not in ref and len(paths) == 1:
            ref = f"{paths[0]}/{ref}"
        path, _, slug = ref.partition("/")
        if path not in paths or not re.fullmatch(r"[a-z0-9][a-z0-9-]*", slug):
            raise ValueError(f"give an IRI or a name such as {paths[0]}/some-name")
        return ref

    def _expected(self) -> str:
        names = {
            "date": "a date",
            "year": "a year",
            "integer": "a whole number",
            "decimal": "a number",
            "string": "text",
        }
        return names.get(self.type, f"a {self.type}")


@dataclass(frozen=True)
class CannedQuery:
    """A published query: what it answers, what it asks for, and SPARQL that runs as it stands in any engine."""

    name: str
    summary: str
    description: str
    tags: tuple[str, ...]
    params: dict[str, Parameter]
    text: str
    form: QueryForm
    federated: bool = False

    def fill(self, values: Mapping[str, str]) -> str:
        """The query with parameters set as RDF terms; those not given, or given empty, keep their defaults."""
        if unknown := set(values) - set(self.params):
            known = ", ".join(self.params) or "none"
            raise ParameterFault(f"{self.name} has no parameter {', '.join(sorted(unknown))}; it has: {known}")
        text = self.text
        for name, value in values.items():
            if value:
                term = self.params[name].term(value)
                text = _values_line(name).sub(lambda m, t=term: f"{m[1]}{t}{m[3]}", text)  # type: ignore[misc]
        return text


@cache
def canned(folder: Path = QUERIES) -> dict[str, CannedQuery]:
    """Every canned query of a folder, by name."""
    return {path.stem: _read(path) for path in sorted(folder.glob("*.rq"))}


def find(name: str) -> CannedQuery:
    """The canned query of that name; UnknownName with near names where there is none."""
    known = canned()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
        raise UnknownName(f"no query named {name!r}" + (f"; did you mean {', '.join(near)}?" if near else ""))
    return known[name]


def _read(path: Path) -> CannedQuery:
    text = path.read_text(encoding="utf-8")
    header = _header(path, text)
    params = {name: _parameter(path, text, name, spec) for name, spec in (header.get("params") or {}).items()}
    form = re.search(r"^\s*(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", text, re.MULTILINE)
    if not form:
        raise FileError(path, None, "no SELECT, ASK, CONSTRUCT or DESCRIBE opens a line")
    return CannedQuery(
        name=path.stem,
        summary=header["summary"],
        description=header["description"],
        tags=tuple(header["tags"]),
        params=params,
        text=text,
        form=form[1],  # type: ignore[arg-type]
        federated=bool(re.search(r"^\s*SERVICE\b", text, re.MULTILINE)),
    )


def _header(path: Path, text: str) -> dict[str, Any]:
    lines = [line.removeprefix("#+").removeprefix(" ") for line in text.splitlines() if line.startswith("#+")]
    try:
        header = YAML(typ="safe").load("\n".join(lines))
    except YAMLError as fault:
        raise FileError(path, 1, f"the header is not YAML: {fault}") from fault
    if not isinstance(header, dict):
        raise FileError(path, 1, "the query opens with no `#+` header")
    if unknown := set(header) - {"summary", "description", "tags", "params"}:
        raise FileError(path, 1, f"the header has unknown keys: {', '.join(sorted(unknown))}")
    if missing := {"summary", "description", "tags"} - set(header):
        raise FileError(path, 1, f"the header lacks {', '.join(sorted(missing))}")
    return header


def _parameter(path: Path, text: str, name: str, spec: dict[str, Any]) -> Parameter:
    if unknown := set(spec) - {"type", "default", "description", "choices"}:
        raise FileError(path, 1, f"parameter {name!r} has unknown keys: {', '.join(sorted(unknown))}")
    default = spec.get("default")
    parameter = Parameter(
        name=name,
        type=spec["type"],
        default=None if default is None else str(default),
        description=spec.get("description", ""),
        choices=spec.get("choices"),
    )
    line = _values_line(name).search(text)
    expected = "UNDEF" if parameter.default is None else parameter.term(parameter.default)
    if not line or line[2].strip() != expected:
        raise FileError(path, None, f"parameter {name!r} needs a line `VALUES ?{name} {{ {expected} }}`")
    return parameter


def _values_line(name: str) -> re.Pattern[str]:
    return re.compile(rf"^(\s*VALUES \?{re.escape(name)} \{{ )(.*)( \}})\s*$", re.MULTILINE)


def _year(value: str) -> str:
    if not re.fullmatch(r"[0-9]{4}", value):
        raise ValueError("write it in four digits")
    return value


def _decimal(value: str) -> str:
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
        raise ValueError("write it in digits, with a point before the fraction")
    return value if "." in value else f"{value}.0"  # without a point it would be an integer


def _string_literal(value: str) -> str:
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(escapes.get(c, c) for c in value) + '"'
