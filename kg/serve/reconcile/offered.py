"""What the service offers: the types of what the search index holds, and properties by which to tell and to fetch."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from kg import iris
from kg.mapping import Property, mapping
from kg.ontology import Term, terms
from kg.search import TABLES
from kg.serve import pages

_FILE = Path(__file__).with_name("offered.yaml")


@dataclass(frozen=True)
class Type:
    """A class of things that can be matched."""

    id: str  # its local name, as in "Council"
    name: str
    description: str
    table: str
    broader: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dates:
    """The IRIs of properties that say when: exactly, or within bounds."""

    exact: str | None
    earliest: str
    latest: str


@dataclass(frozen=True)
class Way:
    """How the things of a table lead to values: a SPARQL path, empty for the thing itself, and the dates at its end."""

    table: str
    path: str
    dates: Dates | None = None


@dataclass(frozen=True)
class Offered:
    """A property of some tables' things: own columns of the mapping, or what offered.yaml finds through others."""

    id: str
    name: str
    description: str
    kind: str  # as in the mapping, or "period"
    scheme: str  # of a concept
    paths: tuple[str, ...]  # to which a reference leads
    tables: tuple[str, ...]
    ways: tuple[Way, ...] = field(repr=False)

    @property
    def is_entity(self) -> bool:
        return self.kind in {"ref", "concept"}


@cache
def types() -> dict[str, Type]:
    """Every type by its id, in the order of the mapping, the widest class of a table before those below it."""
    found: dict[str, Type] = {}
    for table in TABLES:
        above = {curie: row[i + 1 :] for row in mapping()[table].kinds.values() for i, curie in enumerate(row)}
        for curie in sorted(above, key=lambda curie: len(above[curie])):
            term = _terms()[iris.expand(curie)]
            broader = tuple(wider.removeprefix("pd:") for wider in above[curie][:1])
            found[term.name] = Type(term.name, term.label, term.definition, table, broader)
    return found


@cache
def properties() -> dict[str, Offered]:
    """Every property by its id: those that are commonly asked for first."""
    raw = _raw()
    found: dict[str, Offered] = {}
    for table in TABLES:
        for prop in mapping()[table].properties.values():
            if prop.name not in raw["withheld"]:
                _add(found, _own(table, prop))
    for name, spec in raw["through"].items():
        _add(found, _through(name, spec))
    first = [name for names in raw["common"].values() for name in names]
    return {name: found[name] for name in dict.fromkeys([*first, *found])}


def common(table: str) -> list[Offered]:
    """The properties by which the things of a table are best told apart."""
    return [properties()[name] for name in _raw()["common"][table]]


def properties_of(table: str) -> Iterator[Offered]:
    """The properties that things of a table have, the common ones first."""
    first = common(table)
    yield from first
    yield from (p for p in properties().values() if table in p.tables and p not in first)


def _add(found: dict[str, Offered], new: Offered) -> None:
    """A property of several tables has several ways, which fit the things of one of them each."""
    if old := found.get(new.id):
        paths = tuple(dict.fromkeys((*old.paths, *new.paths)))
        tables, ways = (*old.tables, *new.tables), (*old.ways, *new.ways)
        new = replace(old, description=new.description or old.description, paths=paths, tables=tables, ways=ways)
    found[new.id] = new


def _own(table: str, prop: Property) -> Offered:
    way = Way(table, "", _dates(prop)) if prop.kind == "date" else Way(table, f"<{prop.iri}>")
    return Offered(prop.name, _label(prop), _definition(prop), prop.kind, prop.scheme, prop.paths, (table,), (way,))


def _through(name: str, spec: dict[str, Any]) -> Offered:
    table, _, column = spec["back"].partition(".")
    back = f"^<{mapping()[table].properties[column].iri}>"
    if "along" in spec:
        prop = mapping()[table].properties[spec["along"]]
        kind, scheme, way = prop.kind, prop.scheme, Way(spec["of"], f"{back}/<{prop.iri}>")
        paths = tuple(spec.get("leads", prop.paths))
    elif "from" in spec:
        dates = Dates(None, iris.expand(f"pd:{spec['from']}Earliest"), iris.expand(f"pd:{spec['to']}Latest"))
        kind, scheme, paths, way = "period", "", (), Way(spec["of"], back, dates)
    else:
        kind, scheme, paths, way = "ref", "", tuple(mapping()[table].paths), Way(spec["of"], back)
    label = spec.get("label") or (_label(prop) if "along" in spec and name == spec["along"] else name)
    return Offered(name, label, spec.get("description", ""), kind, scheme, paths, (spec["of"],), (way,))


def _dates(prop: Property) -> Dates:
    return Dates(prop.iri, *(iris.expand(f"pd:{prop.name}{end}") for end in ("Earliest", "Latest")))


def _label(prop: Property) -> str:
    return pages.property_link(prop.iri).text


def _definition(prop: Property) -> str:
    return _terms()[prop.iri].definition if prop.iri in _terms() else ""


@cache
def _terms() -> dict[str, Term]:
    return {term.iri: term for term in terms()}


@cache
def _raw() -> dict[str, Any]:
    raw: dict[str, Any] = YAML(typ="safe").load(_FILE.read_text(encoding="utf-8"))
    return raw
