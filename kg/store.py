"""The quad store: Oxigraph, loaded once by the build and opened read-only by everything else."""

import errno
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import IO, Literal

import pyoxigraph as ox

from kg.errors import KgError
from kg.formats import Format
from kg.iris import BASE, ID, NAMESPACES
from kg.mapping import class_of_path

ENGINE = f"pyoxigraph {ox.__version__}"  # whose stores are read by the same version

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
        """Write the answer, a graph in the order of its lines; a KgError where the format cannot hold its form."""
        if isinstance(self._result, ox.QueryTriples):
            self._require(fmt)
            try:
                return write_triples(self._result, fmt)
            except (OSError, RuntimeError) as fault:
                raise EvaluationFault(str(fault)) from fault
        output = BytesIO()
        self.write(fmt, output)
        return output.getvalue()

    def write(self, fmt: Format, output: IO[bytes]) -> None:
        """Write the answer as the engine does, a graph in no order; a KgError where the format cannot hold its form."""
        self._require(fmt)
        try:
            if not isinstance(self._result, ox.QueryTriples):
                self._result.serialize(output=output, format=_RESULTS[fmt.name])
            elif fmt.name == "ttl":
                ox.serialize(self._result, output=output, format=_RDF[fmt.name], prefixes=NAMESPACES)
            else:
                self._result.serialize(output=output, format=_RDF[fmt.name])
        except (OSError, RuntimeError) as fault:
            if isinstance(fault, OSError) and fault.errno == errno.EFBIG:  # the output's own limit
                raise
            raise EvaluationFault(str(fault)) from fault

    def _require(self, fmt: Format) -> None:
        if (self.form == "graph") == (fmt.kind == "results"):
            raise KgError(f"{fmt.title} cannot hold the answer to this query, which is a {self._shape()}")

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
        store.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS, lenient=True)
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
        """Evaluate a SPARQL 1.1 query, relative IRIs being ours; graphs given here replace those of FROM (NAMED)."""
        graphs: dict[str, object] = {}
        try:
            if default_graphs or named_graphs:
                graphs["default_graph"] = [ox.NamedNode(g) for g in default_graphs]
                graphs["named_graphs"] = [ox.NamedNode(g) for g in named_graphs]
            elif union:
                graphs["use_default_graph_as_union"] = True
            result = self._store.query(text, base_iri=BASE, **graphs)  # type: ignore[arg-type]
        except (SyntaxError, ValueError, RuntimeError) as fault:
            raise QueryFault(str(fault)) from fault
        except OSError as fault:
            raise EvaluationFault(str(fault)) from fault
        if isinstance(result, ox.QueryBoolean):
            return Answer("ask", result)
        return Answer("select" if isinstance(result, ox.QuerySolutions) else "graph", result)

    def ask(self, text: str, fmt: Format) -> bytes:
        """The answer to a query, written."""
        return self.query(text).serialize(fmt)

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


def load(quads: Path, folder: Path) -> None:
    """Load sorted N-Quads into a new store on disk."""
    store = ox.Store(str(folder))
    store.bulk_load(path=str(quads), format=ox.RdfFormat.N_QUADS)
    store.flush()


def patch(base: Path, folder: Path, removed: bytes, added: bytes) -> None:
    """Make a new store on disk from another one with some N-Quads fewer and some more; the other may be open to read.

    The files that the engine never changes are shared by hard links, the others copied; nobody sees the new folder yet.
    """
    folder.mkdir()
    for path in base.iterdir():
        if path.suffix == ".sst":
            os.link(path, folder / path.name)
        elif path.name != "LOCK":
            shutil.copyfile(path, folder / path.name)
    store = ox.Store(str(folder))
    for quad in ox.parse(removed, format=ox.RdfFormat.N_QUADS, lenient=True):
        store.remove(quad)
    store.bulk_extend(ox.parse(added, format=ox.RdfFormat.N_QUADS, lenient=True))
    store.flush()


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


def rewrite(quads: Path, fmt: Format, output: IO[bytes], graph: str | None = None) -> None:
    """Write a file of N-Quads or N-Triples in another format, in its own order and in little memory.

    Either all of it, or the triples of one of its graphs; "" is the default graph. A format for quads keeps the graph.
    """
    parsed: Iterable[ox.Quad] = ox.parse(path=str(quads), format=ox.RdfFormat.N_QUADS, lenient=True)
    if graph is not None:
        name = ox.NamedNode(graph) if graph else ox.DefaultGraph()
        parsed = (quad for quad in parsed if quad.graph_name == name)
    with quads.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as whole:
        prefixes = _prefixes(fmt, whole)
    lines = parsed if fmt.kind == "dataset" else (quad.triple for quad in parsed)
    ox.serialize(lines, output=output, format=_RDF[fmt.name], prefixes=prefixes)


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


def _prefixes(fmt: Format, lines: bytes | mmap) -> dict[str, str] | None:
    """The prefixes that the lines use, one for each vocabulary and each path of things."""
    if fmt.name not in {"ttl", "trig", "rdf"}:
        return None
    known = NAMESPACES | {path: f"{ID}{path}/" for path in [*class_of_path(), "concept", "scheme"]}
    return {prefix: namespace for prefix, namespace in known.items() if lines.find(f"<{namespace}".encode()) >= 0}


def _plain(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> str | None:
    return None if term is None else term.value if not isinstance(term, ox.Triple) else str(term)
