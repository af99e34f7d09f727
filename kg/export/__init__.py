"""Exports: the graph, one source, one class or one thing, in every format, the same bytes for the same graph."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

from kg.builds import Build
from kg.errors import KgError, UnknownName
from kg.export.judged import write_judged
from kg.export.tables import write_tables
from kg.facts import Connection
from kg.formats import BY_NAME, Format
from kg.iris import expand, ref_of, thing
from kg.mapping import Class, mapping
from kg.store import Quads, rewrite

_HERE = Path(__file__).parent
_LARGE = 1_000_000  # quads above which a build has no dumps that are read as a whole or repeat a graph for each thing


def export_graph(build: Build, fmt: Format, source: str | None = None) -> Callable[[IO[bytes]], None]:
    """What writes the consolidated view, or what one source says; as quads (nq, trig) the whole graph or that source's.

    It streams: the graph need not fit into memory.
    """
    if source is not None and source not in build.report["sources"]:
        raise UnknownName(f"no source named {source!r}; there are: {', '.join(sorted(build.report['sources']))}")
    graph = thing(f"source/{source}") if source else None if fmt.kind == "dataset" else ""
    return lambda output: rewrite(build.quads, fmt, output, graph)


def export_class(build: Build, fmt: Format, table: str) -> bytes:
    """The things of one class and what is said of them, in the consolidated view; CSV is a readable table."""
    cls = _class(table)
    if fmt.name == "csv":
        return (build.dumps / "csv" / f"{table}.csv").read_bytes()
    return _construct(build.open(), fmt, _query("class", expand(cls.base)))


def export_thing(quads: Quads, fmt: Format, ref: str) -> bytes:
    """One thing with its surroundings: its statements, those that point to it, and the claims about it."""
    iri = thing(ref_of(ref) or ref)
    if not quads.query(f"ASK {{ <{_safe(iri)}> ?p ?o }}"):
        raise UnknownName(f"nothing is known of {ref}")
    return _construct(quads, fmt, _query("thing", iri))


def write_dumps(connection: Connection, quads: Path, view: Path, count: int, folder: Path) -> None:
    """Write the ready-made exports of a build of so many quads, from its sorted N-Quads and N-Triples.

    The view as Turtle, all quads, a CSV table for each class and one of the judged pairs; TriG and JSON-LD where the
    graph is not large.
    """
    (folder / "csv").mkdir(parents=True)
    os.link(quads, folder / "party-defections.nq")
    with ThreadPoolExecutor(1) as beside:
        tables = beside.submit(write_tables, connection.cursor(), folder / "csv")
        for name, lines in ({"ttl": view} | ({"trig": quads, "jsonld": view} if count <= _LARGE else {})).items():
            with (folder / f"party-defections.{name}").open("wb") as output:
                rewrite(lines, BY_NAME[name], output)
        tables.result()
    write_judged(connection, folder)


def _query(name: str, iri: str) -> str:
    text = (_HERE / f"{name}.rq").read_text(encoding="utf-8")
    return text.replace("{ UNDEF }", f"{{ <{iri}> }}")


def _construct(quads: Quads, fmt: Format, query: str) -> bytes:
    if fmt.kind == "results":
        raise KgError(f"{fmt.title} cannot hold a graph; choose ttl, nt, jsonld, rdf, nq or trig")
    return quads.query(query).serialize(fmt)


def _class(table: str) -> Class:
    if table not in mapping():
        raise UnknownName(f"no class named {table!r}; there are: {', '.join(mapping())}")
    return mapping()[table]


def _safe(iri: str) -> str:
    if any(c in iri for c in '<>"{}|^`\\ \n'):
        raise UnknownName(f"{iri!r} is no IRI")
    return iri
