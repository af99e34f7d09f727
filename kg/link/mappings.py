"""The mappings to Wikidata → fact rows and claims of their own source, once every thing has its one reference."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kg.facts import Connection, Row, insert
from kg.iris import NAMESPACES, expand
from kg.link.crosswalk import ENDING, Mapping, prevailing, read_crosswalk, shipped_crosswalks
from kg.mapping import class_of_path, mapping
from kg.paths import DATA

LINKS = "wikidata-links"  # the source whose graph holds the mappings
_SOURCE = f"source/{LINKS}"


@dataclass(frozen=True)
class Taken:
    """What became of the mappings in a build: in the graph, of things without an item, of things that it has not."""

    held: int = 0
    rejected: int = 0
    without: int = 0
    absent: tuple[str, ...] = field(default=())


def home_crosswalks(home: Path) -> list[Path]:
    """What was found for the builds of a home: <home>/links/*.sssom.tsv."""
    return sorted((home / "links").glob(f"*{ENDING}"))


def read_mappings(data: Path = DATA, home: Path | None = None) -> list[Mapping]:
    """The mappings that hold: those in data/links always win over those of the home."""
    shipped = [m for path in shipped_crosswalks(data) for m in read_crosswalk(path)]
    own = [m for path in (home_crosswalks(home) if home else []) for m in read_crosswalk(path)]
    return prevailing([shipped, own])


def take_mappings(connection: Connection, told: Sequence[Mapping]) -> Taken:
    """Add a row and a claim for each mapping of a thing that the fact tables have; of a rejection a claim alone.

    The table alias must be there. Of two references that have become one thing the first in order counts.
    """
    refs = _references(connection, {m.ref for m in told})
    said = {(refs[m.ref], m.qid, m.rejects): m for m in reversed(told) if m.ref in refs and m.qid}
    held = {ref: qid for ref, qid, rejects in sorted(said, reverse=True) if not rejects}
    rejections = sorted((ref, qid) for ref, qid, rejects in said if rejects and held.get(ref) != qid)
    for table, rows in _rows(held).items():
        insert(connection, table, rows)
    insert(connection, "claim", [_claim(ref, said[ref, qid, False]) for ref, qid in sorted(held.items())])
    insert(connection, "claim", [_claim(ref, said[ref, qid, True]) for ref, qid in rejections])
    without = sum(not m.qid and m.ref in refs for m in told)
    return Taken(len(held), len(rejections), without, tuple(sorted({m.ref for m in told} - refs.keys())))


def _references(connection: Connection, named: set[str]) -> dict[str, str]:
    """The reference that each name stands for in this build; what it has not is left out."""
    things = " UNION ALL ".join(f'SELECT subject FROM "{cls.table}"' for cls in mapping().values())
    rows = connection.execute(
        f"""WITH things AS (SELECT DISTINCT subject AS ref FROM ({things}))
        SELECT ref, ref FROM things WHERE ref IN ?
        UNION SELECT old, new FROM alias JOIN things ON ref = new WHERE old IN ?""",
        [sorted(named)] * 2,
    ).fetchall()
    return dict(rows)


def _rows(held: dict[str, str]) -> dict[str, list[Row]]:
    """A row for each mapping, by the table of its thing."""
    rows: dict[str, list[Row]] = {}
    for ref, qid in sorted(held.items()):
        row = {"source": _SOURCE, "subject": ref, "modality": "asserted", "exactMatch": [NAMESPACES["wd"] + qid]}
        rows.setdefault(class_of_path()[ref.split("/")[0]].table, []).append(row)
    return rows


def _claim(ref: str, told: Mapping) -> Row:
    modality = "denied" if told.rejects else "asserted"
    slug = hashlib.sha256(f"{ref} {told.qid} {modality}".encode()).hexdigest()[:16]
    return {
        "source": _SOURCE,
        "subject": f"claim/{LINKS}-{slug}",
        "about": ref,
        "property": "skos:exactMatch",
        "value": NAMESPACES["wd"] + told.qid,
        "valueKind": "uri",
        "statedIn": _SOURCE,
        "modality": f"concept/modality-{modality}",
        "row": [f"{told.path.name} {told.subject_id} {told.object_id}"],
        "note": [told.comment] if told.comment else None,
        "mappingJustification": expand(told.mapping_justification),
        "mappingConfidence": told.confidence or None,
        "mappedBy": told.author_label,
        "reviewedBy": told.reviewer_label or None,
        "mappingTool": " ".join(_given(told.mapping_tool, told.mapping_tool_version)) or None,
        "mappingDate": told.mapping_date,
    }


def _given(*texts: str) -> Iterable[str]:
    return (text for text in texts if text)
