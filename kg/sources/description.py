"""The description of each source: who published it, when and how that is known, its licence and its hash."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.dates import PartialDate
from kg.errors import FaultsFound, FileError, UnknownName
from kg.paths import DATA
from kg.yamlfile import line_of, plain, read_yaml, schema_faults

_TEXT = {"type": "string", "minLength": 1}
_HASH = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Description of a source",
    "type": "object",
    "additionalProperties": False,
    "required": ["title", "publisher", "issued", "issuedBasis", "retrieved", "authority", "facts"],
    "anyOf": [{"required": ["license"]}, {"required": ["rights"]}],
    "dependentRequired": {"document": ["sha256", "characters"]},
    "properties": {
        "title": _TEXT,
        "publisher": _TEXT,
        "issued": {"type": ["string", "integer"], "description": "Partial date or interval of publication"},
        "issuedBasis": {**_TEXT, "description": "How the date of publication is known"},
        "license": {"type": "string", "format": "uri", "pattern": "^https?://"},
        "rights": _TEXT,
        "url": {"type": "string", "pattern": "^https?://"},
        "retrieved": {"type": "string", "description": "The day on which the text was read"},
        "document": {"type": "string", "description": "The name of the file that holds the text, for `kg verify`"},
        "sha256": _HASH,
        "characters": {"type": "integer", "minimum": 1, "description": "Length of the text in characters"},
        "authority": {"type": "integer", "description": "Breaks ties between sources: the higher wins"},
        "facts": {
            "type": "object",
            "additionalProperties": False,
            "required": ["min", "max"],
            "description": "How many statements the source must yield; a build with fewer or more stops",
            "properties": {"min": {"type": "integer", "minimum": 0}, "max": {"type": "integer", "minimum": 1}},
        },
    },
}


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
        **{key: raw.get(key) for key in ("license", "rights", "url", "document", "sha256", "characters")},
    )


def _date(path: Path, document: Any, key: str) -> PartialDate:
    try:
        return PartialDate(str(plain(document[key])))
    except ValueError as fault:
        raise FileError(path, line_of(document, [key]), f"{key}: {fault}") from fault
