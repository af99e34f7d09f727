"""Exports: the graph, one source, one class or one thing, in every format, the same bytes for the same graph."""

import csv
import io
import shutil
from collections import defaultdict
from pathlib import Path

from kg.errors import KgError, UnknownName
from kg.formats import BY_NAME, Format
from kg.iris import ID, NAMESPACES, expand, ref_of, thing
from kg.mapping import Class, mapping
from kg.store import Quads, write_graph

_HERE = Path(__file__).parent
_NOT_READABLE = {"span"}  # offsets and hashes: in the RDF, of no use in a spreadsheet


def export_graph(quads: Quads, fmt: Format, source: str | None = None) -> bytes:
    """The consolidated view, or what one source says; as quads (nq, trig) the whole graph, or that source's graph."""
    if source is not None:
        graph = thing(f"source/{source}")
        if graph not in quads.graphs():
            known = ", ".join(sorted(g.removeprefix(f"{ID}source/") for g in quads.graphs() if g.startswith(ID)))
            raise UnknownName(f"no source named {source!r}; there are: {known}")
        lines = quads.dump(graph)
        if fmt.kind == "dataset":
            lines = lines.replace(b" .\n", f" <{graph}> .\n".encode())
        return write_graph(lines, fmt)
    return write_graph(quads.dump(None if fmt.kind == "dataset" else ""), fmt)


def export_class(quads: Quads, fmt: Format, table: str) -> bytes:
    """The things of one class and what is said of them, in the consolidated view; CSV is a readable table."""
    cls = _class(table)
    if fmt.name == "csv":
        return class_table(quads, cls).encode()
    return _construct(quads, fmt, _query("class", expand(cls.base)))


def export_thing(quads: Quads, fmt: Format, ref: str) -> bytes:
    """One thing with its surroundings: its statements, those that point to it, and the claims about it."""
    iri = thing(ref_of(ref) or ref)
    if not quads.query(f"ASK {{ <{_safe(iri)}> ?p ?o }}"):
        raise UnknownName(f"nothing is known of {ref}")
    return _construct(quads, fmt, _query("thing", iri))


def class_table(quads: Quads, cls: Class) -> str:
    """A CSV table of one class: a row a thing; several values joined by "|"; beside each reference its label."""
    rows: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    labels: dict[str, str] = {}
    for subject, predicate, value, label in _statements(quads, cls):
        rows[subject][predicate].append(ref_of(value) or value)
        if label:
            labels[ref_of(value) or value] = label
    columns = _columns(cls, rows)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["id", *(name for name, _, _ in columns)])
    for subject in sorted(rows):
        cells = [
            _cell(rows[subject].get(predicate, []), labels if labelled else None) for _, predicate, labelled in columns
        ]
        writer.writerow([ref_of(subject), *cells])
    return text.getvalue()


def write_dumps(quads: Quads, quads_file: Path, folder: Path) -> None:
    """Write the ready-made exports of a build: the view as Turtle, all quads, and a CSV table for each class."""
    (folder / "csv").mkdir(parents=True)
    shutil.copyfile(quads_file, folder / "party-defections.nq")
    for name in ("ttl", "trig", "jsonld"):
        (folder / f"party-defections.{name}").write_bytes(export_graph(quads, BY_NAME[name]))
    for table, cls in mapping().items():
        if table not in _NOT_READABLE:
            (folder / "csv" / f"{table}.csv").write_text(class_table(quads, cls), encoding="utf-8")


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


def _statements(quads: Quads, cls: Class) -> list[tuple[str, str, str, str | None]]:
    answer = quads.query(_query("class-table", expand(cls.base)))
    return [(s or "", p or "", o or "", label) for s, p, o, label in answer.rows()]


def _columns(cls: Class, rows: dict[str, dict[str, list[str]]]) -> list[tuple[str, str, bool]]:
    """(name, predicate, whether it shows labels) of each column that some row fills, in the order of the mapping."""
    used = {predicate for row in rows.values() for predicate in row}
    columns = [("type", f"{NAMESPACES['rdf']}type", False)]
    for prop in cls.properties.values():
        columns.append((prop.name, prop.iri, False))
        if prop.kind in {"ref", "concept"}:
            columns.append((f"{prop.name}Label", prop.iri, True))
        if prop.kind == "date":
            columns += [
                (f"{prop.name}{end}", f"{NAMESPACES['pd']}{prop.name}{end}", False) for end in ("Earliest", "Latest")
            ]
    return [column for column in columns if column[1] in used]


def _cell(values: list[str], labels: dict[str, str] | None) -> str:
    shown = [value.removeprefix(NAMESPACES["pd"]) for value in values]
    return "|".join(labels.get(value, "") for value in values) if labels is not None else "|".join(shown)


def _safe(iri: str) -> str:
    if any(c in iri for c in '<>"{}|^`\\ \n'):
        raise UnknownName(f"{iri!r} is no IRI")
    return iri
