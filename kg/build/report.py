"""What a build tells of itself: what is in it by source and by class, what was set aside, what it warns of."""

import csv
from collections import Counter
from pathlib import Path
from typing import Any

from kg.build.reading import Reading
from kg.facts import HELD, Connection
from kg.iris import thing
from kg.link.mappings import Taken
from kg.mapping import mapping
from kg.sources.tables.staging import SetAside
from kg.validate import Finding


def report_on(
    connection: Connection,
    build_id: str,
    quads: dict[str, int],
    reading: Reading,
    findings: list[Finding],
    taken: Taken,
) -> dict[str, Any]:
    """The report of a build with so many quads in each graph, whose fact tables are still in the connection."""
    pairs = "SELECT count(DISTINCT (least(claim, other), greatest(claim, other))) FROM contradiction"
    conflicts = connection.execute(pairs).fetchone()
    return {
        "build": build_id,
        "quads": sum(quads.values()),
        "consolidated": quads[HELD],
        "graphs": {thing(graph) if graph.startswith("source/") else graph: count for graph, count in quads.items()},
        "sources": {
            slug: {"statements": n, "quads": quads[f"source/{slug}"]} for slug, n in sorted(reading.counts.items())
        },
        "classes": _count_things(connection),
        "contradictions": conflicts[0] if conflicts else 0,
        "absent": list(reading.absent),
        "links": {
            "held": taken.held,
            "rejected": taken.rejected,
            "withoutItem": taken.without,
            "ofThingsNotHere": len(taken.absent),
        },
        "setAside": {slug: len(rows) for slug, rows in reading.set_aside.items()},
        "warnings": [str(f) for f in findings if f.warning],
    }


def write_set_aside(path: Path, set_aside: dict[str, list[SetAside]]) -> None:
    """The rows of all sources that were set aside as one CSV table, each with its reason."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["source", "file", "row", "column", "value", "reason"])
        writer.writerows(
            [slug, row.file, row.row, row.column, row.value, row.reason]
            for slug, rows in set_aside.items()
            for row in rows
        )


def _count_things(connection: Connection) -> dict[str, int]:
    """How many things of the view have each class of ours, by its CURIE."""
    counts: Counter[str] = Counter()
    for cls in mapping().values():
        kinds = "SELECT DISTINCT subject, split_part(subject, '/', 1) AS path, kind FROM"
        rows = f"SELECT path, kind, count(*) FROM ({kinds} \"{cls.table}\" WHERE source = '{HELD}') GROUP BY path, kind"
        for path, kind, things in connection.execute(rows).fetchall():
            curies = {*cls.kinds[cls.paths[path]], *cls.kinds.get(kind, ())}
            counts.update({curie: things for curie in curies if curie.startswith("pd:")})
    return dict(sorted(counts.items()))
