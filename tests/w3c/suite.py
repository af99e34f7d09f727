"""The suite's manifests and files, where tests/tools.sh has put them, or where W3C_SPARQL11 says that they are."""

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

HERE = Path(__file__).parent
BASE = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/"
FOLDER = Path(os.environ.get("W3C_SPARQL11", Path(sys.prefix, "share", "w3c-sparql11")))
ABSENT = f"the W3C's SPARQL 1.1 tests are not in {FOLDER}: tests/tools.sh fetches them"
EMPTY = f"{BASE}empty"  # the name of a graph that nobody stores

_QUERY_AND_RESULTS = [
    "aggregates",
    "bind",
    "bindings",
    "cast",
    "construct",
    "exists",
    "functions",
    "grouping",
    "negation",
    "project-expression",
    "property-path",
    "subquery",
    "syntax-query",
    "csv-tsv-res",
    "json-res",
    "service",
]  # not entailment, which is another language's; not update, which the endpoint refuses


@dataclass(frozen=True)
class Case:
    """One test of the suite."""

    iri: str
    kind: str
    query_iri: str
    data: tuple[str, ...] = ()
    graphs: tuple[str, ...] = ()
    result: str = ""

    def __str__(self) -> str:
        folder, _, name = self.iri.removeprefix(BASE).partition("/manifest#")
        return f"{folder}/{name}"

    @property
    def query(self) -> str:
        """The text, which its own address is the base of."""
        return f"BASE <{self.query_iri}>\n{path(self.query_iri).read_text(encoding='utf-8')}"

    @property
    def dataset(self) -> dict[str, list[str]]:
        """The parameters of the protocol that name its data; none where the query says FROM."""
        if re.search(r"^\s*FROM\b", self.query, re.IGNORECASE | re.MULTILINE):
            return {}
        return {"default-graph-uri": list(self.data) or [EMPTY], "named-graph-uri": list(self.graphs)}


@cache
def cases() -> tuple[Case, ...]:
    """Every test of the query language and of the formats of results; none where the suite is not at hand."""
    store = ox.Store()
    for folder in _QUERY_AND_RESULTS:
        manifest = FOLDER / folder / "manifest.ttl"
        if manifest.exists():
            store.load(path=manifest, format=ox.RdfFormat.TURTLE, base_iri=f"{BASE}{folder}/manifest.ttl")
    rows: Any = store.query((HERE / "tests.rq").read_text(encoding="utf-8"))
    return tuple(_case(row) for row in rows)


def of_kind(*kinds: str) -> list[Case]:
    """The tests of some kinds but those of federation."""
    return [case for case in cases() if case.kind in kinds and not str(case).startswith("service/")]


def federated() -> list[Case]:
    """The tests that call other services."""
    return [case for case in cases() if str(case).startswith("service/")]


def path(iri: str) -> Path:
    """The file of an address of the suite."""
    return FOLDER / iri.removeprefix(BASE)


def triples(iri: str, graph: ox.NamedNode | ox.DefaultGraph | None = None) -> Iterator[ox.Quad]:
    """What a file of data says, in a graph, its blank nodes told apart from those of every other file."""
    for quad in ox.parse(path=path(iri), base_iri=iri, rename_blank_nodes=True):
        yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)


@cache
def stored() -> list[str]:
    """Every file of data as N-Quads, in the graph of its own address."""
    files = sorted({iri for case in cases() for iri in (*case.data, *case.graphs)})
    written = ox.serialize((q for iri in files for q in triples(iri, ox.NamedNode(iri))), format=ox.RdfFormat.N_QUADS)
    assert written is not None
    return written.decode().splitlines()


def _case(row: Any) -> Case:
    data, graphs = (tuple(row[name].value.split()) for name in ("data", "graphs"))
    result = row["result"].value if row["result"] else ""
    return Case(row["test"].value, row["kind"].value, row["query"].value, data, graphs, result)
