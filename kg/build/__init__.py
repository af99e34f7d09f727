"""The build: every source into its own graph, the consolidated view beside them, checked, loaded, then published."""

import fcntl
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice, pairwise
from pathlib import Path

from kg.builds import RUN, Build, current, publish
from kg.build.cache import SET_ASIDE
from kg.consolidate import consolidate
from kg.diff.lines import differences
from kg.errors import FaultsFound, KgError, NoBuild
from kg.export import write_dumps
from kg.facts import Connection, connect
from kg.build.inputs import digest_of, digest_of_code, digest_of_files
from kg.iris import NAMESPACES, thing
from kg.iris import ONTOLOGY as ONTOLOGY_IRI
from kg.link import link
from kg.paths import DATA, ONTOLOGY
from kg.quads import count_quads, create_quads, define_macros, give, write_nquads, write_ntriples
from kg.build.reading import Inputs, Reading, find_inputs, read_inputs
from kg.build.report import report_on, write_set_aside
from kg.sources.entities import read_entities
from kg.sources.register import REGISTER
from kg.store import ENGINE, load, patch, terms_of_turtle
from kg.validate import Finding, check_counts, check_shapes, check_shrinking, check_view

STEPS = ("read", "link", "consolidate", "map", "dump", "validate", "load", "publish")
MEMORY = "2GB"  # of the fact tables and the queries over them; what is more goes to disk
FEW = 10  # loading anew is faster where more than one in so many quads differs (measured)
REVIEW = "review"  # the folder below the home for what linking leaves to people
_ONTOLOGY_FILES = ("party-defections.ttl", "concepts.ttl")

Progress = Callable[[str, str], None]  # the step that begins, and what it works on


def _silent(_step: str, _on: str) -> None: ...


@dataclass(frozen=True)
class Options:
    """What is asked of a build: the table sources it reads ("all" for every one), from where, and how strictly."""

    tables: tuple[str, ...] = ()
    mirror: Path | None = None  # a folder that holds the files of the table sources, before those that were fetched
    lenient: bool = False  # set wrong rows of tables aside instead of stopping
    strict: bool = False  # stop on warnings too


def build(home: Path, data: Path = DATA, options: Options = Options(), progress: Progress = _silent) -> Build:
    """Build the graph from the declarative files and publish it below `home`, unless what is published is the same.

    Nothing of a build that fails or is killed is ever visible: the last good one stays published.
    """
    home.mkdir(parents=True, exist_ok=True)
    (home / "builds").mkdir(exist_ok=True)
    with _alone(home):
        inputs = find_inputs(home, data, options.tables, options.mirror, options.lenient)
        digest = digest_of(digest_of_code(data), *sorted(inputs.digests.values()), str(options.strict))
        published = _published(home)
        if published and published.run.get("inputs") == digest:
            return Build(published.folder, unchanged=True)
        staged = Path(tempfile.mkdtemp(prefix="staged-", dir=home))
        try:
            return _Making(home, staged, data, options, inputs, digest, published, progress).build()
        finally:
            shutil.rmtree(staged, ignore_errors=True)


def _published(home: Path) -> Build | None:
    try:
        return current(home)
    except NoBuild:
        return None


@dataclass
class _Making:
    """One build in the making."""

    home: Path
    staged: Path
    data: Path
    options: Options
    inputs: Inputs
    digest: str
    published: Build | None
    progress: Progress
    began: dict[str, float] = field(default_factory=dict)

    def build(self) -> Build:
        connection = connect()
        connection.execute(f"SET memory_limit = '{MEMORY}'; SET temp_directory = '{self.staged / 'spilled'}'")
        define_macros(connection)
        entities = read_entities(self.data)
        reading = read_inputs(connection, self.home, self.inputs, entities, self._step)
        findings = check_counts(reading.counts, reading.sources)
        if self.published:
            findings += check_shrinking(reading.counts, self.published.report["sources"], reading.sources)
        self._stop_on(findings)
        aliases = {moved.old: moved.new for moved in entities.moved} | self._link(connection, reading)
        self._step("consolidate", "by the policy")
        consolidate(connection, reading.sources, self.data)
        findings += check_view(connection)
        self._stop_on(findings)
        _add_ontology(connection)
        _add_aliases(connection, aliases)
        counts, shapes = self._write_graph(connection)
        self._stop_on(shapes)
        if reading.set_aside:
            write_set_aside(self.staged / SET_ASIDE, reading.set_aside)
        build_id = digest_of_files(sorted(p for p in (self.staged / "dumps").rglob("*") if p.is_file()))
        self._write("report.json", report_on(connection, build_id, counts, reading, findings + shapes))
        connection.close()
        self._step("load", "the store")
        loaded = self._load(build_id)
        self._step("publish", build_id)
        run = {"inputs": self.digest, "engine": ENGINE, "cached": reading.cached, "loaded": loaded}
        self._write(RUN, run | {"seconds": self._seconds()})
        return publish(self.home, self.staged, build_id)

    @property
    def quads(self) -> Path:
        return self.staged / "quads.nq"

    def _link(self, connection: Connection, reading: Reading) -> dict[str, str]:
        """Make one of the things that several sources speak of; documents alone name things by the same references."""
        if not self.inputs.folders:
            return {}
        self._step("link", "things that are one")
        return link(connection, reading.sources, self.data, self.home / REVIEW).aliases

    def _write_graph(self, connection: Connection) -> tuple[dict[str, int], list[Finding]]:
        """Write quads and exports while shapes are checked; how many quads each graph has, and what is not right."""
        self._step("map", "fact rows to quads")
        create_quads(connection)
        counts = count_quads(connection)
        view = self.staged / "view.nt"
        with ThreadPoolExecutor(1) as beside:
            written = beside.submit(write_ntriples, connection.cursor(), view)
            shapes = beside.submit(check_shapes, view)
            write_nquads(connection, self.quads)
            self._step("dump", "exports")
            written.result()
            write_dumps(connection, self.quads, view, sum(counts.values()), self.staged / "dumps")
            self._step("validate", "shapes")
            findings = shapes.result()
        view.unlink()
        return counts, findings

    def _load(self, build_id: str) -> str:
        """Load the store anew, or make it from the published one where they differ in little; say which."""
        if (self.home / "builds" / build_id).exists():
            return "not at all: the same build is there"
        if self.published and self.published.run.get("engine") == ENGINE:
            few = self.published.report["quads"] // FEW
            found = list(islice(differences(self.published.quads, self.quads), few + 1))
            if len(found) <= few:
                removed, added = (b"".join(d.line for d in found if d.added is side) for side in (False, True))
                patch(self.published.folder / "store", self.staged / "store", removed, added)
                return f"as the store before with {len(found)} quads added or removed"
        load(self.quads, self.staged / "store")
        return "as a whole"

    def _step(self, step: str, on: str) -> None:
        self.began.setdefault(step, time.monotonic())
        self.progress(step, on)

    def _seconds(self) -> dict[str, float]:
        times = list(self.began.items())
        return {step: round(after - at, 2) for (step, at), (_, after) in pairwise(times)}

    def _stop_on(self, findings: list[Finding]) -> None:
        grave = [f for f in findings if self.options.strict or not f.warning]
        if grave:
            raise FaultsFound("the graph is not right, so it was not published:", [str(f) for f in grave])

    def _write(self, name: str, said: dict[str, object]) -> None:
        (self.staged / name).write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")


def _add_ontology(connection: Connection) -> None:
    """The ontology and the concepts, in a graph of their own and in the default graph."""
    triples = {triple for name in _ONTOLOGY_FILES for triple in terms_of_turtle(ONTOLOGY / name)}
    give(connection, sorted(triples), ONTOLOGY_IRI)


def _add_aliases(connection: Connection, aliases: dict[str, str]) -> None:
    """References that stand for another one now, so that they still lead to the thing; of them nothing else is said."""
    same = f"<{NAMESPACES['owl']}sameAs>"
    triples = [(f"<{thing(old)}>", same, f"<{thing(new)}>") for old, new in aliases.items()]
    give(connection, triples, thing(f"source/{REGISTER}"))


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
