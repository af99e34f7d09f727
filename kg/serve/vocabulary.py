"""The ontology and its concept schemes as the endpoint shows them: files, labels, trees and a small store."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kg.formats import BY_NAME, Format
from kg.ontology import Concept, Term, concepts, terms
from kg.paths import ONTOLOGY
from kg.serve import answers
from kg.store import Quads, write_graph

FILES = {"ontology": "party-defections.ttl", "concepts": "concepts.ttl", "shapes": "shapes.ttl"}


@dataclass(frozen=True)
class Example:
    """A small graph that shows how a class is used, or how it is not."""

    title: str
    text: str


@dataclass(frozen=True)
class Branch:
    """A concept and the narrower ones below it."""

    concept: Concept
    narrower: tuple["Branch", ...]


@dataclass(frozen=True)
class Scheme:
    """A concept scheme as a tree."""

    slug: str
    label: str
    definition: str
    top: tuple[Branch, ...]


def path_of(name: str) -> Path:
    """The file of one part of the vocabulary."""
    return ONTOLOGY / FILES[name]


def written(name: str, fmt: Format) -> bytes:
    """One part of the vocabulary in a format; in Turtle it is the file itself, comments included."""
    path = path_of(name)
    return path.read_bytes() if fmt == BY_NAME["ttl"] else write_graph(Quads.of_turtle(path).dump(""), fmt)


@cache
def quads() -> Quads:
    """The terms and the concepts in one store."""
    return Quads.of_turtle(path_of("ontology"), path_of("concepts"))


@cache
def labels() -> dict[str, str]:
    """The labels of our terms and concepts, by IRI."""
    return {term.iri: term.label for term in terms()} | {concept.iri: concept.label for concept in concepts().values()}


@cache
def definitions() -> dict[str, str]:
    """What our terms and concepts mean, by IRI."""
    meant = {term.iri: term.definition for term in terms()}
    return meant | {concept.iri: concept.definition for concept in concepts().values()}


@cache
def schemes() -> tuple[Scheme, ...]:
    """Every concept scheme, by its label."""
    rows = answers.select(quads(), "schemes")
    found = [(row["scheme"].value.rpartition("/")[2], row["label"].value, row["definition"].value) for row in rows]
    return tuple(Scheme(slug, label, definition, _branches(slug, None)) for slug, label, definition in found)


def properties_of(cls: Term) -> list[Term]:
    """The properties whose domain is a class."""
    return [term for term in terms() if term.kind == "property" and term.domain == cls.iri]


@cache
def examples() -> dict[str, list[Example]]:
    """The example graphs of each class, by its local name, the valid ones first; classes of others have some too."""
    found: dict[str, list[Example]] = {}
    for path in sorted(
        (ONTOLOGY / "examples").glob("*.ttl"), key=lambda path: (".invalid" in path.name, path.stem.split("."))
    ):
        name, _, why = path.name.partition(".")[0].partition("-")
        found.setdefault(name, []).append(_example(path, why.replace("-", " ")))
    return found


def _example(path: Path, why: str) -> Example:
    title = "Invalid" if ".invalid" in path.name else "Valid"
    return Example(f"{title}: {why}" if why else title, path.read_text(encoding="utf-8"))


def _branches(scheme: str, above: str | None) -> tuple[Branch, ...]:
    below = (c for c in concepts().values() if c.scheme == scheme and c.broader == above)
    return tuple(Branch(concept, _branches(scheme, concept.slug)) for concept in below)
