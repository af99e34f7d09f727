"""What comes from no fact row: the ontology with its concepts, and references that stand for another one now."""

from kg.facts import Connection
from kg.iris import NAMESPACES, thing
from kg.iris import ONTOLOGY as ONTOLOGY_IRI
from kg.paths import ONTOLOGY
from kg.quads import give
from kg.sources.register import REGISTER
from kg.store import terms_of_turtle

_ONTOLOGY_FILES = ("party-defections.ttl", "concepts.ttl")


def give_ontology(connection: Connection) -> None:
    """The ontology and the concepts, in a graph of their own and in the default graph."""
    triples = {triple for name in _ONTOLOGY_FILES for triple in terms_of_turtle(ONTOLOGY / name)}
    give(connection, sorted(triples), ONTOLOGY_IRI)


def give_aliases(connection: Connection, aliases: dict[str, str]) -> None:
    """References that stand for another one now, so that they still lead to the thing; of them nothing else is said."""
    same = f"<{NAMESPACES['owl']}sameAs>"
    triples = [(f"<{thing(old)}>", same, f"<{thing(new)}>") for old, new in aliases.items()]
    give(connection, triples, thing(f"source/{REGISTER}"))
