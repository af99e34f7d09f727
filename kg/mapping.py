"""The mapping of fact tables to RDF, read from mapping.yaml into typed values."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from kg.iris import expand

_FILE = Path(__file__).with_name("mapping.yaml")


@dataclass(frozen=True)
class Property:
    """One column of a fact table and the RDF property that it becomes."""

    name: str
    curie: str
    kind: str  # ref, concept, text, string, integer, decimal, year, date, uri, property or term
    many: bool = False
    one_held: bool = False  # though a source can give several, the consolidated view holds one
    derived: bool = False
    paths: tuple[str, ...] = ()  # for a ref: the paths it may point to
    scheme: str = ""  # for a concept: its scheme

    @property
    def iri(self) -> str:
        return expand(self.curie)

    @property
    def single(self) -> bool:
        """Whether two values contradict each other."""
        return self.one_held or not self.many


@dataclass(frozen=True)
class Class:
    """One fact table and the things its rows describe."""

    table: str
    paths: dict[str, str]  # path → the kind of a thing that names none
    kinds: dict[str, tuple[str, ...]]  # kind → class CURIEs, the most specific first
    properties: dict[str, Property]
    identified: bool = False
    labelled: tuple[str, ...] = ()

    @property
    def base(self) -> str:
        """The CURIE of the class that all things of the table have."""
        return next(iter(self.kinds.values()))[-1]

    def stated(self) -> Iterator[Property]:
        """The properties that a source can state, in table order."""
        return (p for p in self.properties.values() if not p.derived)


@cache
def mapping() -> dict[str, Class]:
    """Every class, by the name of its table, in the order of mapping.yaml."""
    raw = YAML(typ="safe").load(_FILE.read_text(encoding="utf-8"))
    return {table: _class(table, spec, raw["every"]) for table, spec in raw["classes"].items()}


@cache
def class_of_path() -> dict[str, Class]:
    """The class whose table holds the things of each path."""
    return {path: cls for cls in mapping().values() for path in cls.paths}


def _class(table: str, spec: dict[str, Any], every: dict[str, Any]) -> Class:
    return Class(
        table=table,
        paths=spec["paths"],
        kinds={kind: tuple(curies) for kind, curies in spec["kinds"].items()},
        properties={name: _property(name, p) for name, p in (every | spec["properties"]).items()},
        identified=spec.get("identified", False),
        labelled=tuple(spec.get("labelled", ())),
    )


def _property(name: str, spec: dict[str, Any]) -> Property:
    return Property(
        name=name,
        curie=spec.get("iri", f"pd:{name}"),
        kind="ref" if "to" in spec else "concept" if "concept" in spec else spec["is"],
        many=spec.get("many", False),
        one_held=spec.get("oneHeld", False),
        derived=spec.get("derived", False),
        paths=tuple(spec.get("to", ())),
        scheme=spec.get("concept", ""),
    )
