"""What the consolidated view says of a thing, as the facts, the identifiers and the rest of its page."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from kg import iris
from kg.mapping import mapping
from kg.serve import pages
from kg.serve.answers import Row, Term
from kg.serve.explorer import words
from kg.serve.pages import Link

_FILE = Path(__file__).with_name("facts.yaml")
_ENDS = ("Earliest", "Latest")


@dataclass(frozen=True)
class Group:
    """The values of one property of a thing, or the things that point to it by one."""

    property: Link
    links: list[Link]
    iri: str = ""


def groups(rows: Iterable[Row], value: str = "value", table: str = "") -> list[Group]:
    """The rows of each property, in the order of the mapping; a value with two labels once, a date once in words."""
    values: dict[str, dict[Term, Term | None]] = {}
    for row in rows:
        values.setdefault(row["property"].value, {}).setdefault(row[value], row.get("label"))
    found = {name: [words.link(term, label) for term, label in terms.items()] for name, terms in values.items()}
    found |= {name: [when] for name, when in _intervals(values).items()}
    shown = {name: links for name, links in found.items() if not name.endswith(_ENDS) or _base(name) not in found}
    order = {name: place for place, name in enumerate(_order(table))}
    ranked = sorted(shown.items(), key=lambda each: order.get(each[0], len(order)))
    return [Group(named(name), links, name) for name, links in ranked]


def has_versions(table: str) -> bool:
    """Whether it makes sense to show what each source says of the things of a table."""
    return table not in _told()["withoutVersions"]


def of_page(found: Iterable[Group], table: str) -> tuple[list[Group], list[Group]]:
    """The facts and the identifiers among what is said of a thing."""
    hidden, identifiers = _listed("every") | _listed(table), _listed("identifiers")
    facts = [group for group in found if group.iri not in hidden | identifiers]
    return facts, [group for group in found if group.iri in identifiers]


def named(name: str) -> Link:
    """A property by the name that a reader knows it by."""
    link = pages.property_link(name)
    return Link(_names().get(name, link.text), link.href, link.title)


def _intervals(values: dict[str, dict[Term, Term | None]]) -> dict[str, Link]:
    """The dates of which only the bounds are known, by the property that would hold the date."""
    bounds: dict[str, dict[str, Term]] = {}
    for name, terms in values.items():
        for end in _ENDS:
            if name.endswith(end) and _base(name) not in values:
                bounds.setdefault(_base(name), {})[f"x{end}"] = next(iter(terms))
    found = {name: words.when(known, "x") for name, known in bounds.items()}
    return {name: when for name, when in found.items() if when}


def _base(name: str) -> str:
    """The property whose bounds a property gives: pd:issuedLatest is a bound of dcterms:issued."""
    bare = name.removesuffix("Earliest").removesuffix("Latest")
    return _dates().get(bare, bare)


@cache
def _dates() -> dict[str, str]:
    """The dates of other vocabularies, by the name that their bounds are named for."""
    every = (prop for cls in mapping().values() for prop in cls.properties.values() if prop.kind == "date")
    return {iris.expand(f"pd:{prop.name}"): prop.iri for prop in every}


@cache
def _order(table: str) -> tuple[str, ...]:
    return tuple(each.iri for each in mapping()[table].properties.values()) if table in mapping() else ()


@cache
def _listed(name: str) -> frozenset[str]:
    return frozenset(iris.expand(curie) for curie in _told().get(name, ()))


@cache
def _names() -> dict[str, str]:
    return {iris.expand(curie): name for curie, name in _told()["names"].items()}


@cache
def _told() -> dict[str, Any]:
    told: dict[str, Any] = YAML(typ="safe").load(_FILE.read_text(encoding="utf-8"))
    return told
