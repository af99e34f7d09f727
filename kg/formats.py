"""The formats that answers and dumps are written in: one table for the endpoint, the exports and the command line."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["results", "graph", "dataset"]


@dataclass(frozen=True)
class Format:
    """One serialisation: `name` is also its file extension; `kind` is what it can hold."""

    name: str
    media_type: str
    kind: Kind
    title: str
    aliases: tuple[str, ...] = ()  # other media types by which clients ask for it


FORMATS = (
    Format("json", "application/sparql-results+json", "results", "SPARQL JSON", ("application/json",)),
    Format("xml", "application/sparql-results+xml", "results", "SPARQL XML", ("application/xml", "text/xml")),
    Format("csv", "text/csv", "results", "CSV"),
    Format("tsv", "text/tab-separated-values", "results", "TSV"),
    Format("ttl", "text/turtle", "graph", "Turtle", ("application/x-turtle",)),
    Format("nt", "application/n-triples", "graph", "N-Triples", ("text/plain",)),
    Format("jsonld", "application/ld+json", "graph", "JSON-LD", ("application/json",)),
    Format("rdf", "application/rdf+xml", "graph", "RDF/XML", ("application/xml", "text/xml")),
    Format("nq", "application/n-quads", "dataset", "N-Quads"),
    Format("trig", "application/trig", "dataset", "TriG"),
)

BY_NAME = {f.name: f for f in FORMATS}


def of_kind(kind: Kind) -> tuple[Format, ...]:
    """The formats that hold one kind of answer, the default first."""
    return tuple(f for f in FORMATS if f.kind == kind)
