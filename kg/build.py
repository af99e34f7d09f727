"""The build: every source into its own graph, the consolidated view beside them, checked, loaded, then published."""

import fcntl
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kg.builds import Build, publish
from kg.consolidate import consolidate
from kg.errors import FaultsFound, KgError
from kg.export import write_dumps
from kg.facts import Connection, connect
from kg.iris import ID, NAMESPACES, shorten, thing
from kg.iris import ONTOLOGY as ONTOLOGY_IRI
from kg.paths import DATA, ONTOLOGY
from kg.quads import create_quads, define_macros, write_nquads
from kg.sources.description import Source, sources
from kg.sources.documents import read_document_source
from kg.sources.entities import Entities, read_entities
from kg.sources.register import REGISTER, read_register
from kg.store import Quads, load, terms_of_turtle
from kg.validate import Finding, check_counts, validate

STEPS = ("read", "consolidate", "map", "load", "validate", "dump", "publish")
_ONTOLOGY_FILES = ("party-defections.ttl", "concepts.ttl")

Progress = Callable[[str, str], None]  # the step that begins, and what it works on


def _silent(_step: str, _on: str) -> None: ...


def build(home: Path, data: Path = DATA, *, strict: bool = False, progress: Progress = _silent) -> Build:
    """Build the graph from the declarative files and publish it below `home`.

    Nothing of a build that fails or is killed is ever visible: the last good one stays published.
    """
    home.mkdir(parents=True, exist_ok=True)
    (home / "builds").mkdir(exist_ok=True)
    with _alone(home):
        staged = Path(tempfile.mkdtemp(prefix="staged-", dir=home))
        try:
            return _build(home, staged, data, strict, progress)
        finally:
            shutil.rmtree(staged, ignore_errors=True)


def _build(home: Path, staged: Path, data: Path, strict: bool, progress: Progress) -> Build:
    connection = connect()
    define_macros(connection)
    described = sources(data)
    entities = read_entities(data)
    counts = _read(connection, described, entities, progress)
    findings = check_counts(counts, described)
    progress("consolidate", "by the policy")
    consolidate(connection, described, data)
    progress("map", "fact rows to quads")
    create_quads(connection)
    _add_ontology(connection)
    _add_moved(connection, entities)
    quads_file = staged / "quads.nq"
    write_nquads(connection, quads_file)
    progress("load", "the store")
    total = load(quads_file, staged / "store")
    quads = Quads.open(staged / "store")
    progress("validate", "shapes and checks")
    findings += validate(quads)
    _stop_on(findings, strict)
    progress("dump", "exports")
    write_dumps(quads, quads_file, staged / "dumps")
    build_id = _digest([quads_file, *sorted(p for p in (staged / "dumps").rglob("*") if p.is_file())])
    report = _report(connection, build_id, total, counts, findings)
    (staged / "report.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    del quads  # closes the store before its folder is renamed
    progress("publish", build_id)
    return publish(home, staged, build_id)


def _digest(files: list[Path]) -> str:
    """The first 16 hex digits of the SHA-256 of the files: equal builds have equal names."""
    digest = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]


def _read(connection: Connection, described: list[Source], entities: Entities, progress: Progress) -> dict[str, int]:
    counts, faults = {}, []
    for source in described:
        progress("read", source.slug)
        try:
            if source.slug == REGISTER:
                counts[source.slug] = read_register(connection, entities, described)
            else:
                counts[source.slug] = read_document_source(connection, source, entities)
        except FaultsFound as fault:
            faults += fault.faults
        except KgError as fault:
            faults.append(str(fault))
    if faults:
        raise FaultsFound("the sources are not right, so nothing was built:", faults)
    return counts


def _add_ontology(connection: Connection) -> None:
    """The ontology and the concepts, in a graph of their own and in the default graph."""
    triples = {triple for name in _ONTOLOGY_FILES for triple in terms_of_turtle(ONTOLOGY / name)}
    _add_triples(connection, sorted(triples), ONTOLOGY_IRI)


def _add_moved(connection: Connection, entities: Entities) -> None:
    """References that were published once, so that they still lead to the thing; they have no other statements."""
    same = f"<{NAMESPACES['owl']}sameAs>"
    triples = [(f"<{thing(moved.old)}>", same, f"<{thing(moved.new)}>") for moved in entities.moved]
    _add_triples(connection, triples, thing(f"source/{REGISTER}"))


def _add_triples(connection: Connection, triples: list[tuple[str, str, str]], graph: str) -> None:
    for name in (f"<{graph}>", ""):
        columns = [[triple[place] for triple in triples] for place in range(3)]
        connection.execute("INSERT INTO quad SELECT unnest(?::VARCHAR[]), unnest(?), unnest(?), ?", [*columns, name])


def _stop_on(findings: list[Finding], strict: bool) -> None:
    grave = [f for f in findings if strict or not f.warning]
    if grave:
        raise FaultsFound("the graph is not right, so it was not published:", [str(f) for f in grave])


def _report(
    connection: Connection, build_id: str, total: int, counts: dict[str, int], findings: list[Finding]
) -> dict[str, Any]:
    graphs = connection.execute("SELECT g, count(*) FROM quad GROUP BY g ORDER BY g").fetchall()
    classes = connection.execute(
        "SELECT o, count(*) FROM quad WHERE g = '' AND p LIKE '%#type>' AND o LIKE ? GROUP BY o ORDER BY o",
        [f"<{ONTOLOGY_IRI}#%"],
    ).fetchall()
    pairs = "SELECT count(DISTINCT (least(claim, other), greatest(claim, other))) FROM contradiction"
    conflicts = connection.execute(pairs).fetchone()
    quads = {_graph_name(g): n for g, n in graphs}
    return {
        "build": build_id,
        "quads": total,
        "consolidated": quads.pop(""),
        "sources": {slug: {"statements": n, "quads": quads[slug]} for slug, n in counts.items()},
        "classes": {shorten(o[1:-1]): n for o, n in classes},
        "contradictions": conflicts[0] if conflicts else 0,
        "warnings": [str(f) for f in findings if f.warning],
    }


def _graph_name(term: str) -> str:
    return term.strip("<>").removeprefix(f"{ID}source/")


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Hold the lock of a home, and sweep what killed builds have left; the kernel frees it with the process."""
    with (home / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise KgError(f"another build is running in {home.resolve()}") from fault
        for left in home.glob("staged-*"):
            shutil.rmtree(left)
        yield
