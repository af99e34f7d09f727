"""Documents → fact rows: every fact of a sheet or infobox is one row of its class and one claim for each value."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable

from kg.facts import Connection, Row, insert
from kg.iris import concept
from kg.mapping import class_of_path
from kg.sources.description import Source
from kg.sources.documents.infobox import read_infobox
from kg.sources.documents.sheet import Fact, Sentence, Span, read_sheet
from kg.sources.documents.spans import missing_spans, read_spans
from kg.sources.entities import Entities

WORKED_OUT = {"date", "integer", "decimal"}  # the kinds of value for which a phrase may stand in the document
HELD_MODALITIES = {"asserted", "reported"}  # the others stay claims: the source does not say that they are so


def read_document_source(connection: Connection, source: Source, entities: Entities) -> int:
    """Add what one document says to the fact tables; the number of statements."""
    facts = [fact for sentence in sentences(source, entities) for fact in sentence.facts]
    hashes = read_spans(source)
    missing_spans(source, {fact.span: f"{fact.path}:{fact.line}" for fact in facts}, hashes)
    rows: dict[str, list[Row]] = defaultdict(list)
    for fact in facts:
        if fact.modality in HELD_MODALITIES:
            rows[class_of_path()[fact.about.split("/")[0]].table].append(fact_row(source, fact))
    for table, of_table in rows.items():
        insert(connection, table, of_table)
    insert(connection, "span", [span_row(source, span, hashes[span]) for span in sorted({f.span for f in facts})])
    return insert(connection, "claim", [row for fact in facts for row in claim_rows(source, fact)])


def sentences(source: Source, entities: Entities) -> list[Sentence]:
    """Every sentence and infobox line of a document, in the order of the text."""
    return sorted([*read_infobox(source, entities), *read_sheet(source, entities)], key=lambda s: s.span)


def fact_row(source: Source, fact: Fact) -> Row:
    """The row of the fact's class table: only what this fact says."""
    properties = class_of_path()[fact.about.split("/")[0]].properties
    values = {name: list(v) if properties[name].many else v[0] for name, v in fact.values.items()}
    return {"source": source.ref, "subject": fact.about, "kind": fact.kind, "modality": fact.modality, **values}


def claim_rows(source: Source, fact: Fact) -> Iterable[Row]:
    """A claim for each value of the fact, and one for its kind."""
    cls = class_of_path()[fact.about.split("/")[0]]
    stated = [
        (cls.properties[name].curie, cls.properties[name].kind, v) for name, vs in fact.values.items() for v in vs
    ]
    if fact.kind:
        stated.append(("rdf:type", "kind", fact.kind))
    for curie, kind, value in stated:
        yield {
            "source": source.ref,
            "subject": claim_ref(source, fact, curie, value),
            "about": fact.about,
            "property": curie,
            "value": value,
            "valueKind": kind,
            "statedIn": source.ref,
            "selector": span_ref(source, fact.span),
            "attributedTo": fact.attributed_to,
            "attributionPhrase": fact.attribution_phrase,
            "modality": concept("modality", fact.modality),
            "phrase": fact.phrase if kind in WORKED_OUT else None,
            "resolvedAgainst": source.issued.text if fact.phrase and kind == "date" else None,
        }


def claim_ref(source: Source, fact: Fact, curie: str, value: str) -> str:
    """A claim's identifier: of what it says, who says it and where, so that it stays when its neighbours change."""
    parts = (fact.about, curie, value, fact.modality, fact.attributed_to, fact.span)
    return f"claim/{source.slug}-{hashlib.sha256(repr(parts).encode()).hexdigest()[:12]}"


def span_ref(source: Source, span: Span) -> str:
    return f"span/{source.slug}-{span[0]}-{span[1]}"


def span_row(source: Source, span: Span, sha256: str) -> Row:
    return {
        "source": source.ref,
        "subject": span_ref(source, span),
        "inSource": source.ref,
        "spanStart": span[0],
        "spanEnd": span[1],
        "sha256": sha256,
    }
