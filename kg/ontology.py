"""The ontology and the concept schemes as typed values, read from Turtle, and the JSON-LD context beside them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef
from rdflib.term import Node

from kg.iris import ID, NAMESPACES, shorten
from kg.mapping import Class, Property, mapping
from kg.paths import ONTOLOGY

_PD = NAMESPACES["pd"]
_ALIGNED_BY = (OWL.equivalentClass, RDFS.subClassOf, RDFS.subPropertyOf, SKOS.closeMatch, RDFS.seeAlso)


@dataclass(frozen=True)
class Term:
    """One class or property of the ontology; every term it refers to is a full IRI."""

    name: str  # the local name, as in pd:toAffiliation
    iri: str
    label: str
    definition: str
    scope_note: str | None
    kind: Literal["class", "property"]
    superterms: tuple[str, ...]  # the classes or properties just above it, strangers included
    domain: str | None
    range: str | None
    functional: bool
    alignments: tuple[tuple[str, str], ...]  # (relation, term of another vocabulary), as in ("skos:closeMatch", …)


@dataclass(frozen=True)
class Concept:
    """One concept of a scheme."""

    slug: str  # scheme and own slug, as in "reason-winter-fuel-payment"
    iri: str
    scheme: str
    label: str
    definition: str
    broader: str | None  # the slug of the concept above it


@cache
def terms() -> list[Term]:
    """Every term in the namespace pd:, classes first, each kind in the order of its names."""
    graph = Graph().parse(ONTOLOGY / "party-defections.ttl")
    named = {s for s in graph.subjects(RDFS.isDefinedBy) if isinstance(s, URIRef) and s.startswith(_PD)}
    return sorted((_term(graph, iri) for iri in named), key=lambda term: (term.kind, term.name))


@cache
def concepts() -> dict[str, Concept]:
    """Every concept by its slug, in the order of the slugs."""
    graph = Graph().parse(ONTOLOGY / "concepts.ttl")
    found = (_concept(graph, iri) for iri in graph.subjects(RDF.type, SKOS.Concept))
    return {concept.slug: concept for concept in sorted(found, key=lambda concept: concept.slug)}


def jsonld_context() -> dict[str, Any]:
    """The JSON-LD 1.1 context of the data: the classes and the columns of the mapping, by their local names."""
    context: dict[str, Any] = {"@version": 1.1, "id": "@id", "type": "@type", "thing": ID, **NAMESPACES}
    for cls in mapping().values():
        for name, prop in cls.properties.items():
            context |= _bounds(prop) | {name: _definition(prop)}
    for cls in mapping().values():
        for curie in (c for curies in cls.kinds.values() for c in curies):
            context[curie.split(":")[1]] = _class_definition(curie, cls, context)
    return {"@context": context}


def _term(graph: Graph, iri: URIRef) -> Term:
    types = set(graph.objects(iri, RDF.type))
    return Term(
        name=iri.removeprefix(_PD),
        iri=str(iri),
        label=str(graph.value(iri, RDFS.label)),
        definition=str(graph.value(iri, SKOS.definition)),
        scope_note=_text(graph.value(iri, SKOS.scopeNote)),
        kind="class" if OWL.Class in types else "property",
        superterms=_iris(o for p in (RDFS.subClassOf, RDFS.subPropertyOf) for o in graph.objects(iri, p)),
        domain=_text(graph.value(iri, RDFS.domain)),
        range=_text(graph.value(iri, RDFS.range)),
        functional=OWL.FunctionalProperty in types,
        alignments=tuple(
            (shorten(str(relation)), other)
            for relation in _ALIGNED_BY
            for other in _iris(graph.objects(iri, relation))
            if not other.startswith(_PD)
        ),
    )


def _concept(graph: Graph, iri: Node) -> Concept:
    broader = graph.value(iri, SKOS.broader)
    return Concept(
        slug=str(iri).removeprefix(f"{ID}concept/"),
        iri=str(iri),
        scheme=str(graph.value(iri, SKOS.inScheme)).removeprefix(f"{ID}scheme/"),
        label=str(graph.value(iri, SKOS.prefLabel)),
        definition=str(graph.value(iri, SKOS.definition)),
        broader=str(broader).removeprefix(f"{ID}concept/") if broader else None,
    )


def _text(node: Node | None) -> str | None:
    return None if node is None else str(node)


def _iris(nodes: Iterable[Node]) -> tuple[str, ...]:
    return tuple(sorted(str(node) for node in nodes))


def _definition(prop: Property) -> dict[str, Any]:
    definition: dict[str, Any] = {"@id": prop.curie}
    match prop.kind:
        case "ref" | "concept" | "uri":
            definition["@type"] = "@id"
        case "property":
            definition["@type"] = "@vocab"  # so that a claim can name its property as the keys do
        case "integer" | "decimal":
            definition["@type"] = f"xsd:{prop.kind}"
        case "year":
            definition["@type"] = "xsd:gYear"
        case "text":
            definition["@language"] = "en"
    return definition | ({"@container": "@set"} if prop.many else {})


def _bounds(prop: Property) -> dict[str, Any]:
    """The keys of the bounds of a date, which are always days; the date itself says its own precision."""
    if prop.kind != "date":
        return {}
    return {f"{prop.name}{end}": {"@id": f"pd:{prop.name}{end}", "@type": "xsd:date"} for end in ("Earliest", "Latest")}


def _class_definition(curie: str, cls: Class, context: dict[str, Any]) -> str | dict[str, Any]:
    """The class, with a context of its own where one key has two meanings, as `rank` has."""
    own = {name: d for name, prop in cls.properties.items() if (d := _definition(prop)) != context[name]}
    return {"@id": curie, "@context": own} if own else curie


if __name__ == "__main__":
    print(json.dumps(jsonld_context(), indent=2))
