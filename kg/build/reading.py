"""Every source that is asked for → the fact tables: documents as they lie here, tables through the cache."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kg.build.cache import cached_facts, insert_cached
from kg.build.inputs import digest_of, digest_of_files, digest_of_folder, digest_of_readers
from kg.errors import FaultsFound, KgError, UnknownName
from kg.facts import Connection
from kg.link.crosswalk import Mapping
from kg.link.mappings import LINKS, home_crosswalks, read_mappings
from kg.mapping import mapping
from kg.sources.description import Source, sources
from kg.sources.documents.reading import read_document_source
from kg.sources.entities import Entities
from kg.sources.register import REGISTER, read_register
from kg.sources.tables.files import fetched_folder, input_digest, mirror_folder
from kg.sources.tables.judged import create_judged
from kg.sources.tables.reading import read_table_source
from kg.sources.tables.staging import SetAside

ALL = "all"


@dataclass(frozen=True)
class Inputs:
    """What a build reads: the documents and the register always, the table sources that are named."""

    sources: list[Source]
    folders: dict[str, Path]  # of each table source, the folder that holds its files
    digests: dict[str, str]  # of each table source and of the home's mappings, over all that they are made from
    lenient: bool = False  # whether a wrong row of a table is set aside, or stops the build
    absent: tuple[str, ...] = ()  # the table sources that "all" would name, but whose files are not there
    mappings: tuple[Mapping, ...] = ()  # to Wikidata, which are taken in once things are linked


@dataclass
class Reading:
    """What was read: the sources that speak in the build, how many statements each makes, the rows set aside."""

    sources: list[Source] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    set_aside: dict[str, list[SetAside]] = field(default_factory=dict)
    cached: list[str] = field(default_factory=list)  # the table sources that were not read again
    absent: tuple[str, ...] = ()  # the table sources that were asked for by "all" and are not there


def find_inputs(
    home: Path, data: Path, names: Sequence[str] = (), mirror: Path | None = None, lenient: bool = False
) -> Inputs:
    """The sources that are to be read; "all" names every table source whose files are there."""
    described = sources(data)
    tables = {source.slug: source for source in described if source.tables}
    if unknown := [name for name in names if name != ALL and name not in tables]:
        raise UnknownName(f"no table source named {', '.join(unknown)}; there are: {', '.join(tables)}, {ALL}")
    absent = {s.slug for s in tables.values() if ALL in names and not mirror and not fetched_folder(home, s).is_dir()}
    named = [s for slug, s in tables.items() if slug in names or (ALL in names and slug not in absent)]
    folders = {source.slug: _folder(home, source, mirror) for source in named}
    common = digest_of(digest_of_readers(), digest_of_folder(data / "entities"), str(lenient))
    digests = {
        source.slug: digest_of(common, digest_of_folder(source.folder), input_digest(source, folders[source.slug]))
        for source in named
    }
    read = [s for s in described if not s.tables or s in named]
    if own := home_crosswalks(home):
        digests[LINKS] = digest_of_files(own)
    mappings = tuple(read_mappings(data, home))
    if mappings and LINKS not in {source.slug for source in described}:
        raise KgError(f"{data / 'sources' / LINKS} is not there, and there are mappings to Wikidata")
    return Inputs(read, folders, digests, lenient, tuple(sorted(absent - folders.keys())), mappings)


def read_inputs(
    connection: Connection, home: Path, inputs: Inputs, entities: Entities, progress: Callable[[str, str], None]
) -> Reading:
    """Fill the fact tables; all faults of all sources at once."""
    reading, faults = Reading(absent=inputs.absent), []
    create_judged(connection)
    for source in inputs.sources:
        progress("read", source.slug)
        try:
            if source.tables:
                _read_tables(connection, home, source, inputs, entities, reading)
            elif source.document:
                reading.counts[source.slug] = read_document_source(connection, source, entities)
        except FaultsFound as fault:
            faults += fault.faults
        except KgError as fault:
            faults.append(str(fault))
    if faults:
        raise FaultsFound("the sources are not right, so nothing was built:", faults)
    reading.counts |= _count_statements(connection, inputs) | ({LINKS: 0} if inputs.mappings else {})
    reading.sources = [s for s in inputs.sources if s.slug in reading.counts or s.slug == REGISTER]
    reading.counts[REGISTER] = read_register(connection, entities, reading.sources)
    return reading


def _folder(home: Path, source: Source, mirror: Path | None) -> Path:
    if mirror:
        return mirror_folder(mirror, source)
    if not (folder := fetched_folder(home, source)).is_dir():
        raise KgError(f"{source.slug} was not fetched: run `kg fetch {source.slug}`, or name a mirror with --from")
    return folder


def _read_tables(
    connection: Connection, home: Path, source: Source, inputs: Inputs, entities: Entities, reading: Reading
) -> None:
    folder = inputs.folders[source.slug]
    facts, there = cached_facts(
        home,
        source.slug,
        inputs.digests[source.slug],
        lambda own: read_table_source(own, source, entities, folder, inputs.lenient),
    )
    if there:
        reading.cached.append(source.slug)
    if rows := insert_cached(connection, facts):
        reading.set_aside[source.slug] = rows


def _count_statements(connection: Connection, inputs: Inputs) -> dict[str, int]:
    """How many values each source states that is no document: of the table sources, and of what is our own."""
    documents = {source.ref for source in inputs.sources if source.document}
    counts: dict[str, int] = {source.slug: 0 for source in inputs.sources if source.tables}
    for cls in mapping().values():
        values = " + ".join(f'count("{name}")' for name in cls.properties)
        rows = connection.execute(f'SELECT source, {values} FROM "{cls.table}" GROUP BY source').fetchall()
        for ref, count in ((ref, count) for ref, count in rows if ref not in documents):
            slug = ref.removeprefix("source/")
            counts[slug] = counts.get(slug, 0) + count
    if strange := counts.keys() - {source.slug for source in inputs.sources}:
        raise KgError(f"rows speak for {', '.join(sorted(strange))}, which data/sources does not describe")
    return counts
