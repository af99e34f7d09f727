"""Which items of Wikidata the things of a build are: candidates, what speaks for each, and what becomes of it."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from kg.builds import Build
from kg.errors import UnknownName
from kg.facts import Connection, connect
from kg.link.crosswalk import Mapping, prevailing, read_crosswalk, shipped_crosswalks
from kg.link.evidence import Evidence
from kg.link.names import define_name_macros
from kg.paths import DATA
from kg.quads import define_macros
from kg.wikidata.linking.deciding import Decided, Link, decide, scored_links
from kg.wikidata.linking.scoring import create_scored, evidence_of, prepare, score
from kg.wikidata.linking.settings import CLASSES, LinkSettings, read_link_settings
from kg.wikidata.linking.things import read_things

MEMORY = "800MB"
_FAULTS = Path(__file__).with_name("faults.sql")

Candidates = Callable[[Connection, LinkSettings], int]  # fills the tables of items, and tells how many there are


@dataclass(frozen=True)
class Fault:
    """Something wrong with an item that a source gives to a thing."""

    kind: str
    ref: str
    qid: str
    told: str


@dataclass(frozen=True)
class Found:
    """What linking found: every likely pair with its verdict, labels, evidence, and the faults of given items."""

    candidates: int
    links: list[Link]
    labels: dict[str, str] = field(default_factory=dict)  # of the things and the items of the links
    evidence: dict[tuple[str, str], list[Evidence]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def of(self, verdict: str) -> list[Link]:
        """The pairs of one verdict, the surest first."""
        return [link for link in self.links if link.verdict == verdict]


def shipped_mappings(data: Path = DATA) -> list[Mapping]:
    """What the files of data/links say, of which people's decisions win."""
    return prevailing([[m for path in shipped_crosswalks(data) for m in read_crosswalk(path)]])


def link_wikidata(build: Build, candidates: Candidates, data: Path = DATA) -> Found:
    """Compare every thing of a build with every candidate that is called alike, and decide."""
    settings, decisions = read_link_settings(data), shipped_mappings(data)
    with closing(compared(build, candidates, settings, decisions, data)) as connection:
        links = decide(scored_links(connection, settings), settings, decided_by(connection, decisions))
        told = [link for link in links if link.verdict != "rejected"]
        count = connection.execute("SELECT count(*) FROM item").fetchone()
        return Found(
            count[0] if count else 0,
            links,
            _labels(connection, told),
            _evidence(connection, settings, told),
            _faults(connection),
        )


def compared(
    build: Build, candidates: Candidates, settings: LinkSettings, decisions: list[Mapping], data: Path = DATA
) -> Connection:
    """A connection with the things, the items, and scored: every pair with its weight."""
    connection = connect()
    connection.execute(f"SET memory_limit = '{MEMORY}'")
    define_macros(connection)
    define_name_macros(connection)
    connection.execute("SET VARIABLE doubt = ?", [settings.doubt])
    read_things(connection, build, decisions)
    candidates(connection, settings)
    prepare(connection, settings, data)
    for cls in CLASSES:
        score(connection, settings, cls)
    create_scored(connection)
    return connection


def decided_by(connection: Connection, decisions: list[Mapping]) -> Decided:
    """What sources give and people decided."""
    given = [(ref, qid) for ref, qid in connection.execute("SELECT ref, qid FROM told").fetchall()]
    rejected = {(m.ref, m.qid) for m in decisions if m.rejects}
    return Decided(
        [pair for pair in given if pair not in rejected],
        rejected,
        {m.ref for m in decisions if not m.qid},
    )


def explain(
    build: Build, candidates: Candidates, ref: str, data: Path = DATA
) -> tuple[dict[str, list[Evidence]], dict[str, str]]:
    """Of each item that a thing was compared with, what was found; and the labels of the items."""
    settings, decisions = read_link_settings(data), shipped_mappings(data)
    with closing(compared(build, candidates, settings, decisions, data)) as connection:
        row = connection.execute("SELECT class FROM thing WHERE ref = ?", [ref]).fetchone()
        if not row:
            raise UnknownName(f"no person, affiliation, body or electorate {ref} in the build")
        found = evidence_of(connection, settings, row[0], [ref])
        labels = connection.execute("SELECT qid, label FROM item WHERE qid IN ?", [[q for _, q in found]]).fetchall()
        return {qid: evidence for (_, qid), evidence in found.items()}, {q: label or "" for q, label in labels}


def _evidence(
    connection: Connection, settings: LinkSettings, told: list[Link]
) -> dict[tuple[str, str], list[Evidence]]:
    wanted = {(link.ref, link.qid) for link in told}
    found: dict[tuple[str, str], list[Evidence]] = {}
    for cls in CLASSES:
        found |= evidence_of(connection, settings, cls, (link.ref for link in told if link.cls == cls))
    return {pair: evidence for pair, evidence in found.items() if pair in wanted}


def _labels(connection: Connection, told: list[Link]) -> dict[str, str]:
    refs, qids = [link.ref for link in told], [link.qid for link in told]
    rows = connection.execute(
        "SELECT ref, label FROM thing WHERE ref IN ? UNION ALL SELECT qid, label FROM item WHERE qid IN ?", [refs, qids]
    ).fetchall()
    return {name: label or "" for name, label in rows}


def _faults(connection: Connection) -> list[Fault]:
    connection.execute(_FAULTS.read_text(encoding="utf-8"))
    return [Fault(*row) for row in connection.execute("FROM fault ORDER BY kind, ref, qid, told").fetchall()]
