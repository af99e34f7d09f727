"""The project's own statements → fact rows: its table of identities and its descriptions of the sources."""

from collections import defaultdict
from collections.abc import Iterator

from kg.facts import Connection, Row, insert
from kg.mapping import class_of_path
from kg.sources.description import Source
from kg.sources.entities import Entities, Entity

REGISTER = "party-defections"


def read_register(connection: Connection, entities: Entities, sources: list[Source]) -> int:
    """Add the names and codes of every identity, and the description of every source; the number of statements."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for entity in entities:
        rows[class_of_path()[entity.ref.split("/")[0]].table].append(entity_row(entity))
    rows["source"] += [source_row(source) for source in sources]
    return sum(
        _statements(insert_rows) for table, insert_rows in rows.items() if insert(connection, table, insert_rows)
    )


def entity_row(entity: Entity) -> Row:
    """One identity as a fact row: codes stand under their own property, as notation and, with scheme, as identifier."""
    codes = {"gss": entity.gss, "electoralCommissionId": entity.electoral_commission_id}
    schemes = {"gss": entity.gss, "ec": entity.electoral_commission_id}
    known = class_of_path()[entity.ref.split("/")[0]].properties
    values: dict[str, object] = {name: code for name, code in codes.items() if code and name in known}
    return _row(
        entity.ref,
        {
            "label": entity.label,
            "altLabel": list(entity.aliases) or None,
            "notation": [code for code in codes.values() if code] or None,
            "identifier": [f"{scheme}:{code}" for scheme, code in schemes.items() if code] or None,
            "note": [entity.note] if entity.note else None,
            **values,
        },
    )


def source_row(source: Source) -> Row:
    return _row(
        source.ref,
        {
            "label": source.title,
            "title": source.title,
            "publisher": source.publisher,
            "issued": source.issued.text,
            "issuedBasis": source.issued_basis,
            "license": source.license,
            "rights": source.rights,
            "attribution": source.attribution,
            "url": source.url,
            "sha256": source.sha256,
            "characters": source.characters,
            "retrieved": source.retrieved.text,
        },
    )


def _row(subject: str, values: dict[str, object]) -> Row:
    return {"source": f"source/{REGISTER}", "subject": subject, "modality": "asserted", **values}


def _statements(rows: list[Row]) -> int:
    return sum(1 for row in rows for value in _stated(row) if value is not None)


def _stated(row: Row) -> Iterator[object]:
    return (value for column, value in row.items() if column not in {"source", "subject", "kind", "modality"})
