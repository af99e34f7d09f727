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

from kg.depiction import Depiction, read_depiction, selected_variables
from kg.errors import FileError, UnknownName
from kg.parameters import Parameter as Parameter
from kg.parameters import ParameterFault as ParameterFault
from kg.parameters import type_of
from kg.paths import QUERIES

QueryForm = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]

# Decorators of grlc that have no place here, and what has theirs.
_GRLC = {
    "defaults": "a default stands with its parameter in params",
    "endpoint": "a query is asked of the endpoint that serves it, which asks others by SERVICE",
    "endpoint_in_url": "a query is asked of the endpoint that serves it",
    "enumerate": "choices stand with their parameter in params",
    "method": "a query is asked by GET",
    "transform": "answers are written in the formats of SPARQL",
}


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
    pagination: int | None = None  # rows on a page; None answers whole where no page is asked for
    picture: Depiction | None = None  # what shows the answer beside its table

    @property
    def unpaged(self) -> str | None:
        """Why the answer has no pages; None where it has."""
        if self.form != "SELECT":
            return f"the answer to {self.form} is no table"
        modifiers = re.sub(r"(?:^|\s)#.*$", "", self.text, flags=re.MULTILINE).rpartition("}")[2]
        if re.search(r"\b(LIMIT|OFFSET)\b", modifiers, re.IGNORECASE):
            return "the query has a limit of its own"
        return None if re.search(r"\bORDER\s+BY\b", modifiers, re.IGNORECASE) else "its rows have no order"

    def fill(self, values: Mapping[str, str]) -> str:
        """The query with parameters set as RDF terms; those not given, or given empty, keep their defaults."""
        for name in sorted(set(values) - set(self.params)):
            known = ", ".join(self.params) or "none"
            raise ParameterFault(f"{self.name} has no parameter {name}; it has: {known}", name, values[name])
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
        pagination=_pagination(path, header.get("pagination")),
        picture=_picture(path, header.get("picture"), text),
    )


def _header(path: Path, text: str) -> dict[str, Any]:
    lines = [line.removeprefix("#+").removeprefix(" ") for line in text.splitlines() if line.startswith("#+")]
    try:
        header = YAML(typ="safe").load("\n".join(lines))
    except YAMLError as fault:
        raise FileError(path, 1, f"the header is not YAML: {fault}") from fault
    if not isinstance(header, dict):
        raise FileError(path, 1, "the query opens with no `#+` header")
    for name in sorted(set(header) & set(_GRLC)):
        raise FileError(path, 1, f"the header has no place for {name!r}: {_GRLC[name]}")
    if unknown := set(header) - {"summary", "description", "tags", "params", "pagination", "picture"}:
        raise FileError(path, 1, f"the header has unknown keys: {', '.join(sorted(unknown))}")
    if missing := {"summary", "description", "tags"} - set(header):
        raise FileError(path, 1, f"the header lacks {', '.join(sorted(missing))}")
    return header


def _pagination(path: Path, rows: object) -> int | None:
    if rows is not None and not (type(rows) is int and rows > 0):
        raise FileError(path, 1, f"pagination is a number of rows, not {rows!r}")
    return rows


def _picture(path: Path, spec: object, text: str) -> Depiction | None:
    if spec is None:
        return None
    try:
        return read_depiction(spec, selected_variables(text))
    except ValueError as fault:
        raise FileError(path, 1, f"picture: {fault}") from fault


def _parameter(path: Path, text: str, name: str, spec: dict[str, Any]) -> Parameter:
    if name.startswith("_"):
        raise FileError(path, 1, f"parameter {name!r}: names that open with _ are the endpoint's, such as _page")
    if unknown := set(spec) - {"type", "default", "description", "choices"}:
        raise FileError(path, 1, f"parameter {name!r} has unknown keys: {', '.join(sorted(unknown))}")
    _check_type(path, name, spec["type"])
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


def _check_type(path: Path, name: str, kind: str) -> None:
    try:
        type_of(kind)
    except ValueError as fault:
        raise FileError(path, 1, f"parameter {name!r}: {fault}") from fault


def _values_line(name: str) -> re.Pattern[str]:
    return re.compile(rf"^(\s*VALUES \?{re.escape(name)} \{{ )(.*)( \}})\s*$", re.MULTILINE)
