"""The description of each source: who published it, when and how that is known, its licence and its hash."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.dates import PartialDate
from kg.errors import FaultsFound, FileError, UnknownName
from kg.paths import DATA
from kg.sources.description_checks import table_faults
from kg.sources.source_schema import SCHEMA
from kg.yamlfile import line_of, plain, read_yaml, schema_faults


@dataclass(frozen=True)
class File:
    """One file of a table: its name without an ending, where it is fetched from and what it says by being itself."""

    name: str
    url: str | None = None
    sha256: str | None = None
    min_rows: int = 0
    max_rows: int | None = None
    constants: tuple[tuple[str, str], ...] = ()
    also: tuple[str, ...] = ()  # other names, without an ending


@dataclass(frozen=True)
class Column:
    """One column of a table and what its values must be."""

    name: str
    kind: str = "text"  # text, integer, decimal or date
    required: bool = False
    optional: bool = False
    pattern: str | None = None
    values: tuple[str, ...] = ()
    references: tuple[str, str] | None = None  # table and column
    told_as: str | None = None

    @property
    def in_file(self) -> str:
        """The column's name in the file."""
        return self.told_as or self.name


@dataclass(frozen=True)
class Table:
    """One table of a source: its files, how many rows they must have together, its key and its columns."""

    name: str
    files: tuple[File, ...]
    min_rows: int
    max_rows: int
    key: tuple[str, ...]
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Source:
    """One source, as its folder describes it."""

    slug: str
    folder: Path
    title: str
    publisher: str
    issued: PartialDate
    issued_basis: str
    retrieved: PartialDate
    authority: int
    min_facts: int
    max_facts: int
    license: str | None = None
    rights: str | None = None
    url: str | None = None
    document: str | None = None
    sha256: str | None = None
    characters: int | None = None
    attribution: str | None = None
    shrink: float = 0.0
    mirror: str | None = None
    tables: tuple[Table, ...] = ()

    @property
    def ref(self) -> str:
        return f"source/{self.slug}"


def sources(data: Path = DATA) -> list[Source]:
    """Every source that has a folder, in the order of the slugs; all faults of all descriptions at once."""
    found, faults = [], []
    for folder in sorted(p for p in (data / "sources").iterdir() if p.is_dir()):
        try:
            found.append(read_source(folder))
        except FaultsFound as fault:
            faults += fault.faults
        except FileError as fault:
            faults.append(str(fault))
    if faults:
        raise FaultsFound("the description of a source is not right:", faults)
    return found


def source(slug: str, data: Path = DATA) -> Source:
    """The source of that slug."""
    folder = data / "sources" / slug
    if not re.fullmatch(r"[a-z0-9-]+", slug) or not folder.is_dir():
        raise UnknownName(f"no source named {slug!r}; there are: {', '.join(s.slug for s in sources(data))}")
    return read_source(folder)


def read_source(folder: Path) -> Source:
    """Read the description in a source's folder."""
    path = folder / "source.yaml"
    document = read_yaml(path)
    if faults := schema_faults(path, document, SCHEMA):
        raise FaultsFound(f"{path} is not right:", [str(f) for f in faults])
    if faults := table_faults(path, document):
        raise FaultsFound(f"{path} is not right:", [str(f) for f in faults])
    raw = plain(document)
    return Source(
        slug=folder.name,
        folder=folder,
        title=raw["title"],
        publisher=raw["publisher"],
        issued=_date(path, document, "issued"),
        issued_basis=raw["issuedBasis"].strip(),
        retrieved=_date(path, document, "retrieved"),
        authority=raw["authority"],
        min_facts=raw["facts"]["min"],
        max_facts=raw["facts"]["max"],
        shrink=raw["facts"].get("shrink", 0.0),
        mirror=raw.get("folder"),
        tables=tuple(_table(name, spec) for name, spec in raw.get("tables", {}).items()),
        **{
            key: raw.get(key) for key in ("license", "rights", "url", "document", "sha256", "characters", "attribution")
        },
    )


def _table(name: str, spec: dict[str, Any]) -> Table:
    return Table(
        name=name,
        files=tuple(_file(file) for file in spec["files"]),
        min_rows=spec["rows"]["min"],
        max_rows=spec["rows"]["max"],
        key=tuple(spec.get("key", ())),
        columns=tuple(_column(column, said or {}) for column, said in spec["columns"].items()),
    )


def _file(spec: dict[str, Any]) -> File:
    rows = spec.get("rows", {"min": 0, "max": None})
    constants = tuple((name, str(value)) for name, value in spec.get("with", {}).items())
    return File(
        spec["name"],
        spec.get("url"),
        spec.get("sha256"),
        rows["min"],
        rows["max"],
        constants,
        tuple(spec.get("also", ())),
    )


def _column(name: str, spec: dict[str, Any]) -> Column:
    table, _, column = spec.get("references", "").partition(".")
    return Column(
        name=name,
        kind=spec.get("is", "text"),
        required=spec.get("required", False),
        optional=spec.get("optional", False),
        pattern=spec.get("pattern"),
        values=tuple(spec.get("values", ())),
        references=(table, column) if table else None,
        told_as=spec.get("as"),
    )


def _date(path: Path, document: Any, key: str) -> PartialDate:
    try:
        return PartialDate(str(plain(document[key])))
    except ValueError as fault:
        raise FileError(path, line_of(document, [key]), f"{key}: {fault}") from fault
