"""The quad store: Oxigraph, loaded once by the build and opened read-only by everything else."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyoxigraph as ox

from kg.errors import KgError
from kg.formats import Format
from kg.iris import ID, NAMESPACES
from kg.mapping import class_of_path

Form = Literal["select", "ask", "graph"]

_RESULTS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
_RDF = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
}


class QueryFault(KgError):
    """A query that the engine refuses, with the parser's line and column (from 1) where it gives them."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        where = re.search(r"at (\d+):(\d+)", message)
        self.line = int(where[1]) if where else None
        self.column = int(where[2]) if where else None


class EvaluationFault(KgError):
    """An evaluation that broke off: a remote service, or the disk, did not answer."""


@dataclass(frozen=True)
class Answer:
    """The answer to one query, not yet written in any format; it can be read once."""

    form: Form
    _result: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples

    @property
    def variables(self) -> list[str]:
        """The names of the columns of a SELECT, without the question mark; a KgError for any other form."""
        if not isinstance(self._result, ox.QuerySolutions):
            raise KgError(f"the answer to this query is a {self._shape()}, not a table")
        return [v.value for v in self._result.variables]

    def rows(self) -> Iterator[list[str | None]]:
        """The rows of a SELECT as plain lexical values: IRIs without brackets, literals without datatype."""
        assert isinstance(self._result, ox.QuerySolutions)
        try:
            for solution in self._result:
                yield [_plain(term) for term in solution]
        except (OSError, RuntimeError) as fault:
            raise EvaluationFault(str(fault)) from fault

    def __bool__(self) -> bool:
        """The answer of an ASK."""
        assert isinstance(self._result, ox.QueryBoolean)
        return bool(self._result)

    def serialize(self, fmt: Format) -> bytes:
        """Write the answer; a KgError where the format cannot hold an answer of this form."""
        if (self.form == "graph") == (fmt.kind == "results"):
            raise KgError(f"{fmt.title} cannot hold the answer to this query, which is a {self._shape()}")
        try:
            if isinstance(self._result, ox.QueryTriples):
                return write_triples(self._result, fmt)
            body = self._result.serialize(format=_RESULTS[fmt.name])
        except (OSError, RuntimeError) as fault:
            raise EvaluationFault(str(fault)) from fault
        assert body is not None
        return body

    def _shape(self) -> str:
        return {"select": "table", "ask": "yes or no", "graph": "graph"}[self.form]


class Quads:
    """A store that answers queries; every reader of a build has one."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store

    @classmethod
    def open(cls, path: Path) -> "Quads":
        """Open a published store read-only; several processes can at once."""
        return cls(ox.Store.read_only(str(path)))

    @classmethod
    def of_quads(cls, path: Path) -> "Quads":
        """A store in memory that holds the N-Quads of a file."""
        store = ox.Store()
        store.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
        return cls(store)

    @classmethod
    def of_turtle(cls, *paths: Path) -> "Quads":
        """A store in memory that holds the triples of Turtle files in its default graph."""
        store = ox.Store()
        for path in paths:
            store.load(path=str(path), format=ox.RdfFormat.TURTLE)
        return cls(store)

    def query(
        self,
        text: str,
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        union: bool = False,
    ) -> Answer:
        """Evaluate a SPARQL 1.1 query; graphs given here replace those that FROM and FROM NAMED name."""
        graphs: dict[str, object] = {}
        try:
            if default_graphs or named_graphs:
                graphs["default_graph"] = [ox.NamedNode(g) for g in default_graphs]
                graphs["named_graphs"] = [ox.NamedNode(g) for g in named_graphs]
            elif union:
                graphs["use_default_graph_as_union"] = True
            result = self._store.query(text, **graphs)  # type: ignore[arg-type]
        except (SyntaxError, ValueError, RuntimeError) as fault:
            raise QueryFault(str(fault)) from fault
        except OSError as fault:
            raise EvaluationFault(str(fault)) from fault
        if isinstance(result, ox.QueryBoolean):
            return Answer("ask", result)
        return Answer("select" if isinstance(result, ox.QuerySolutions) else "graph", result)

    def graphs(self) -> list[str]:
        """The IRIs of the named graphs, sorted."""
        return sorted(g.value for g in self._store.named_graphs() if isinstance(g, ox.NamedNode))

    def dump(self, graph: str | None = None) -> bytes:
        """One graph as N-Triples ("" is the default graph, the consolidated view), or every quad as N-Quads."""
        if graph is None:
            body = self._store.dump(format=ox.RdfFormat.N_QUADS)
        else:
            name = ox.NamedNode(graph) if graph else ox.DefaultGraph()
            body = self._store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=name)
        assert body is not None
        return body

    def __len__(self) -> int:
        return len(self._store)


def load(quads: Path, folder: Path) -> int:
    """Load sorted N-Quads into a new store on disk, and give the number of quads."""
    store = ox.Store(str(folder))
    store.bulk_load(path=str(quads), format=ox.RdfFormat.N_QUADS)
    store.flush()
    return len(store)


def write_triples(triples: Iterable[ox.Triple], fmt: Format) -> bytes:
    """Write triples sorted and with prefixes, so that equal graphs are equal bytes."""
    return write_graph("".join(f"{triple} .\n" for triple in triples).encode(), fmt)


def terms_of_turtle(path: Path) -> list[tuple[str, str, str]]:
    """The triples of a Turtle file as N-Triples terms.

    A blank node is a ValueError: two builds could not be compared line by line.
    """
    triples = list(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))
    for triple in triples:
        if isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode):
            raise ValueError(f"{path}: a blank node in {triple}")
    return [(str(triple.subject), str(triple.predicate), str(triple.object)) for triple in triples]


def write_graph(lines: bytes, fmt: Format) -> bytes:
    """Write N-Quads lines (or N-Triples) in another format, sorted and with the prefixes that it uses."""
    ordered = b"".join(sorted(set(lines.splitlines(keepends=True))))
    if fmt.name in {"nq", "nt"}:
        return ordered
    body = ox.serialize(
        ox.parse(ordered, format=ox.RdfFormat.N_QUADS), format=_RDF[fmt.name], prefixes=_prefixes(fmt, ordered)
    )
    assert body is not None
    return body


def _prefixes(fmt: Format, lines: bytes) -> dict[str, str] | None:
    """The prefixes that the lines use, one for each vocabulary and each path of things."""
    if fmt.name not in {"ttl", "trig", "rdf"}:
        return None
    known = NAMESPACES | {path: f"{ID}{path}/" for path in [*class_of_path(), "concept", "scheme"]}
    return {prefix: namespace for prefix, namespace in known.items() if f"<{namespace}".encode() in lines}


def _plain(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> str | None:
    return None if term is None else term.value if not isinstance(term, ox.Triple) else str(term)
