"""Answers compared as what they say: rows in any order, blank nodes by their place, numbers by their value."""

import csv
import io
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pyoxigraph as ox

Answer = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Meaning = bool | list[str]

RESULTS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
    "text/csv": ox.QueryResultsFormat.CSV,
}
GRAPHS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
_TABLE = "urn:table:"
_RESULT_SET = Path(__file__).with_name("result-set.rq")


def meaning(answer: Answer) -> Meaning:
    """What an answer says: yes or no, or the canonical lines of its graph or of a graph of its rows."""
    if isinstance(answer, ox.QueryBoolean):
        return bool(answer)
    if isinstance(answer, ox.QueryTriples):
        return canonical([ox.Quad(t.subject, t.predicate, t.object) for t in answer])
    variables = [variable.value for variable in answer.variables]
    return canonical(_table(variables, [tuple(row) for row in answer]))


def read(body: bytes, media_type: str) -> Meaning:
    """What a body over HTTP says; of CSV, which holds no terms, see `table`."""
    if media_type in GRAPHS:
        return canonical(list(ox.parse(body, format=GRAPHS[media_type])))
    return meaning(ox.parse_query_results(body, format=RESULTS[media_type]))


def expected(path: Path, iri: str) -> Meaning:
    """What a file of the suite says: a table in one of the formats, a graph, or a graph that describes a table."""
    formats = {f".{fmt.file_extension}": fmt for fmt in RESULTS.values()}
    if path.suffix in formats:
        return meaning(ox.parse_query_results(path.read_bytes(), format=formats[path.suffix]))
    store = ox.Store()
    store.load(path=path, base_iri=iri)
    rows: Any = store.query(_RESULT_SET.read_text(encoding="utf-8"))
    described = list(rows)
    return canonical(_described(described) if described else list(store))


def table(body: bytes) -> list[list[tuple[str, str]]]:
    """The rows of CSV in order of the alphabet, each cell with its column's name, every blank node alike."""
    rows = csv.DictReader(io.StringIO(body.decode("utf-8")))
    return sorted(sorted((name, "_:" if cell.startswith("_:") else cell) for name, cell in row.items()) for row in rows)


def canonical(quads: list[ox.Quad]) -> list[str]:
    """The same lines for the same graph, however its blank nodes are called; numbers as the engine stores them."""
    store = ox.Store()
    store.extend(quads)
    dataset = ox.Dataset(store)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(str(quad) for quad in dataset)


def _described(bindings: list[Any]) -> list[ox.Quad]:
    variables = sorted({binding["variable"].value for binding in bindings})
    rows: dict[Any, dict[str, Any]] = defaultdict(dict)
    for binding in bindings:
        if binding["solution"]:
            rows[binding["solution"]][binding["variable"].value] = binding["value"]
    return _table(variables, [tuple(row.get(name) for name in variables) for row in rows.values()])


def _table(variables: list[str], rows: list[tuple[Term | None, ...]]) -> list[ox.Quad]:
    """A node for each different row, with how often it comes."""
    quads = [ox.Quad(ox.NamedNode(_TABLE), ox.NamedNode(f"{_TABLE}variable"), ox.Literal(name)) for name in variables]
    for row, times in Counter(rows).items():
        node = ox.BlankNode()
        quads.append(ox.Quad(node, ox.NamedNode(f"{_TABLE}times"), ox.Literal(times)))
        terms = [(name, term) for name, term in zip(variables, row, strict=True) if term is not None]
        quads += [ox.Quad(node, ox.NamedNode(f"{_TABLE}is/{name}"), term) for name, term in terms]
    return quads
