"""The build: every source into its own graph, the consolidated view beside them, checked, loaded, then published.

Remembered are the facts of each source, by its files and its reader; the scored pairs of people, by the records that
are compared; and the whole build, by the facts of all sources, so that a source that is read anew and says the same
costs its reading alone. Where a fact differs, linking, consolidation and mapping begin anew, for each looks at all
sources at once: one person more changes how rare a name is, and so the weight of other pairs; one reference that
gives way is written anew wherever it stands; a thing's lines join what every source says of it. Of the store only the
lines that differ are loaded, which alone would take as long as all the rest.
"""

import fcntl
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from kg.build.cache import SET_ASIDE, remembered
from kg.build.dataset import give_description
from kg.build.given import give_aliases, give_ontology
from kg.build.inputs import digest_of, digest_of_code, digest_of_files, digest_of_linking, digest_of_rows
from kg.build.loading import load_or_patch
from kg.build.reading import Inputs, Reading, find_inputs, read_inputs
from kg.build.report import report_on, write_set_aside
from kg.builds import RUN, Build, current, publish
from kg.consolidate import consolidate
from kg.errors import FaultsFound, KgError, NoBuild
from kg.export import write_dumps
from kg.facts import Connection, connect
from kg.link import link
from kg.link.mappings import LINKS, take_mappings
from kg.link.references import aliases, create_aliases, idle_moves
from kg.mapping import mapping
from kg.paths import DATA
from kg.quads import create_quads, define_macros, write_nquads, write_ntriples
from kg.quads.counting import triples_by_graph
from kg.search.writing import write_search_index
from kg.sources.description import sources
from kg.sources.entities import Moved, read_entities
from kg.sources.tables.judged import JUDGED
from kg.store import ENGINE
from kg.validate import Finding, check_counts, check_shapes, check_shrinking, check_view

STEPS = ("read", "link", "consolidate", "map", "dump", "validate", "index", "load", "publish")
MEMORY = "2GB"  # of the fact tables and the queries over them; what is more goes to disk
REVIEW = "review"  # the folder below the home for what linking leaves to people
LINKING = "linking"  # the name of what is remembered of linking, in the cache

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
        facts = self._digest_of_facts(connection, reading)
        if self.published and self.published.run.get("facts") == facts:
            return self._unchanged(self.published, reading)
        self._link(connection, reading, entities.moved)
        taken = take_mappings(connection, self.inputs.mappings)
        if self.inputs.mappings:
            reading.counts[LINKS] = taken.held
        findings += self._idle_moves(connection, entities.moved)
        self._step("consolidate", "by the policy")
        consolidate(connection, reading.sources, self.data)
        findings += check_view(connection)
        self._stop_on(findings)
        give_ontology(connection)
        give_aliases(connection, aliases(connection))
        counts, shapes = self._write_graph(connection)
        self._stop_on(shapes)
        if reading.set_aside:
            write_set_aside(self.staged / SET_ASIDE, reading.set_aside)
        build_id = digest_of_files(sorted(p for p in (self.staged / "dumps").rglob("*") if p.is_file()))
        self._write("report.json", report_on(connection, build_id, counts, reading, findings + shapes, taken))
        self._step("index", "names")
        write_search_index(connection, Build(self.staged).search, self.data)
        connection.close()
        self._step("load", "the store")
        loaded = load_or_patch(self.home / "builds" / build_id, self.staged, self.published)
        self._step("publish", build_id)
        self._write_run(reading, facts, loaded)
        return publish(self.home, self.staged, build_id)

    @property
    def quads(self) -> Path:
        return Build(self.staged).quads

    def _link(self, connection: Connection, reading: Reading, moved: list[Moved]) -> None:
        """Make one of the things that several sources speak of; documents alone name things by the same references."""
        if not self.inputs.folders:
            create_aliases(connection, reading.sources, moved)
            return
        self._step("link", "things that are one")

        def remember(tables: Sequence[str], told: str, make: Callable[[Path], None]) -> Path:
            digest = digest_of(digest_of_linking(), told, digest_of_rows(connection, tables))
            return remembered(self.home, LINKING, digest, make)[0]

        link(connection, reading.sources, self.data, self.home / REVIEW, remember, moved)

    def _idle_moves(self, connection: Connection, moved: list[Moved]) -> list[Finding]:
        """Rows of moved.csv that a build of every source does not know; a smaller build may well not know them."""
        if len(self.inputs.folders) < sum(bool(source.tables) for source in sources(self.data)):
            return []
        idle = idle_moves(connection, moved)
        return [Finding("moved", f"{row.where}: there is no {row.old} and no {row.new}", warning=True) for row in idle]

    def _digest_of_facts(self, connection: Connection, reading: Reading) -> str:
        """The digest over the facts, and over all else that the rest of the build is made from."""
        told = (reading.counts, reading.set_aside, reading.absent, self.options.strict, self.inputs.mappings)
        rows = digest_of_rows(connection, [*mapping(), JUDGED])
        return digest_of(digest_of_code(self.data, readers=False), rows, str(told))

    def _unchanged(self, published: Build, reading: Reading) -> Build:
        """The published build, which these inputs make as well: some were read anew, and every fact is as it was."""
        self._step("publish", published.id)
        self._write_run(reading, published.run["facts"], "not at all: every fact is as it was")
        publish(self.home, self.staged, published.id)
        return Build(published.folder, unchanged=True)

    def _write_graph(self, connection: Connection) -> tuple[dict[str, int], list[Finding]]:
        """Write quads and exports while shapes are checked; how many quads each graph has, and what is not right."""
        self._step("map", "fact rows to quads")
        create_quads(connection)
        counts = triples_by_graph(give_description(connection))
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

    def _write_run(self, reading: Reading, facts: str, loaded: str) -> None:
        run = {"inputs": self.digest, "facts": facts, "engine": ENGINE, "cached": reading.cached, "loaded": loaded}
        self._write(RUN, run | {"seconds": self._seconds()})

    def _write(self, name: str, said: dict[str, object]) -> None:
        (self.staged / name).write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")


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
