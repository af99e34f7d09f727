"""Small tables that consolidation joins: ranks of sources, corrections, the hierarchies of concepts and kinds."""

from collections.abc import Sequence
from pathlib import Path

from kg.consolidate.policy import corrections
from kg.facts import Connection
from kg.link.broader import broader_affiliations
from kg.mapping import class_of_path, mapping
from kg.ontology import concepts
from kg.sources.description import Source

Rows = Sequence[tuple[object, ...]]


def create_context(connection: Connection, sources: list[Source], data: Path) -> None:
    """Create source_rank, correction, property, path, label_of, depth and broader."""
    wider = _wider_concepts() | _wider_kinds() | _wider_affiliations(connection, data)
    labels = [(f"concept/{c.slug}", c.label) for c in concepts().values()]
    withdrawn = [(c.about, c.property, c.value, c.source, c.told, c.line) for c in corrections(data)]
    text_columns = "about VARCHAR, property VARCHAR, value VARCHAR, source VARCHAR, told VARCHAR"
    for definition, rows in (
        ("source_rank (source VARCHAR, issued_day BIGINT, authority BIGINT)", [_rank(source) for source in sources]),
        (f"correction ({text_columns}, line BIGINT)", withdrawn),
        ("property (tbl VARCHAR, property VARCHAR, curie VARCHAR, value_kind VARCHAR)", _properties()),
        ("path (path VARCHAR, tbl VARCHAR)", [(path, cls.table) for path, cls in class_of_path().items()]),
        ("label_of (subject VARCHAR, label VARCHAR)", labels),
        ("depth (name VARCHAR, depth BIGINT)", [(name, len(above)) for name, above in wider.items()]),
        ("broader (narrow VARCHAR, wide VARCHAR)", [(name, w) for name, above in wider.items() for w in above]),
    ):
        _create(connection, definition, rows)


def _rank(source: Source) -> tuple[str, int, int]:
    """A source, the first day on which it can have been published (as a day number), and its authority."""
    first = source.issued.earliest or source.retrieved.earliest
    return source.ref, first.toordinal() if first else 0, source.authority


def _properties() -> Rows:
    stated = [(cls.table, p.name, p.curie, p.kind) for cls in mapping().values() for p in cls.properties.values()]
    return stated + [(cls.table, "kind", "rdf:type", "kind") for cls in mapping().values()]


def _wider_concepts() -> dict[str, list[str]]:
    return {f"concept/{slug}": [f"concept/{above}" for above in _ancestors(slug)] for slug in concepts()}


def _wider_kinds() -> dict[str, list[str]]:
    """For each kind the kinds whose classes are all among its own: a defection is an affiliation change."""
    return {
        kind: [wide for wide, classes in cls.kinds.items() if set(classes) < set(own)]
        for cls in mapping().values()
        for kind, own in cls.kinds.items()
    }


def _wider_affiliations(connection: Connection, data: Path) -> dict[str, list[str]]:
    """For each affiliation the catch-all labels that a source may have for it."""
    found: dict[str, list[str]] = {}
    for narrow, wide in broader_affiliations(connection, data, catch_alls=True):
        found.setdefault(narrow, []).append(wide)
    return found


def _ancestors(slug: str) -> list[str]:
    broader = concepts()[slug].broader
    return [broader, *_ancestors(broader)] if broader else []


def _create(connection: Connection, definition: str, rows: Rows) -> None:
    connection.execute(f"CREATE OR REPLACE TABLE {definition}")
    if rows:
        cells = ", ".join("unnest(?)" for _ in rows[0])
        columns = [list(column) for column in zip(*rows, strict=True)]
        connection.execute(f"INSERT INTO {definition.split()[0]} SELECT {cells}", columns)
