"""What became of every sentence of every document: the facts that were read from it, or why there are none."""

import re
from dataclasses import dataclass
from pathlib import Path

from kg.sources.description import Source
from kg.sources.documents.reading import sentences
from kg.sources.documents.sheet import Fact, Sentence
from kg.sources.documents.spans import Broken, broken_spans, digest, read_document, read_spans
from kg.sources.entities import Entities


@dataclass(frozen=True)
class Verified:
    """What a document still says of what was read from it."""

    source: Source
    anchors: int
    document_changed: bool
    broken: list[tuple[Broken, list[Fact]]]  # each span that no longer holds, with the facts that rest on it
    uncovered: list[tuple[int, int]]  # text that no sentence of the sheet accounts for

    @property
    def holds(self) -> bool:
        return not (self.document_changed or self.broken or self.uncovered)


def coverage(source: Source, entities: Entities) -> list[Sentence]:
    """Every sentence of a document with its facts or the reason why it has none."""
    return sentences(source, entities)


def verify(source: Source, entities: Entities, folder: Path) -> Verified:
    """Compare a document with what was read from it: the whole, each anchor, and that all its text is accounted for."""
    text = read_document(source, folder)
    read = sentences(source, entities)
    spans = read_spans(source)
    facts = [fact for sentence in read for fact in sentence.facts]
    broken = [(b, [f for f in facts if f.span == b.span]) for b in broken_spans(text, spans)]
    return Verified(source, len(spans), digest(text) != source.sha256, broken, _uncovered(text, read))


def _uncovered(text: str, read: list[Sentence]) -> list[tuple[int, int]]:
    gaps, end = [], 0
    for start, stop in [*(s.span for s in read), (len(text), len(text))]:
        gap = text[end:start]
        if re.sub(r"^\s*-?\s*$", "", gap, flags=re.MULTILINE).strip():
            gaps.append((end, start))
        end = stop
    return gaps
