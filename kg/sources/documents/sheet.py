"""Fact sheets: what one document says, sentence by sentence, anchored to the characters it was read from."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from kg.dates import PartialDate
from kg.errors import FaultsFound, FileError
from kg.iris import concept
from kg.mapping import Property, class_of_path
from kg.ontology import concepts
from kg.sources.description import Source
from kg.sources.documents.sheet_schema import sheet_schema
from kg.sources.entities import Entities
from kg.yamlfile import line_of, plain, read_yaml, schema_faults

Span = tuple[int, int]  # start and end in characters of the document, the end excluded

_ABOUT_THE_FACT = {"about", "kind", "at", "says", "saysAs", "modality", "phrase"}


@dataclass(frozen=True)
class Fact:
    """What a source says of one thing at one place: values by property, with who says it and how surely."""

    about: str
    values: dict[str, tuple[str, ...]]
    span: Span
    path: Path
    line: int
    kind: str | None = None
    modality: str = "asserted"
    attributed_to: str | None = None
    attribution_phrase: str | None = None
    phrase: str | None = None


@dataclass(frozen=True)
class Sentence:
    """One sentence of the document: its facts, or why it has none, or both."""

    span: Span
    facts: tuple[Fact, ...]
    left_out: str | None
    line: int


def read_sheet(source: Source, entities: Entities) -> list[Sentence]:
    """Read the fact sheet in a source's folder; every fault of the sheet is told at once, with its line."""
    path = source.folder / "facts.yaml"
    document = read_yaml(path)
    if faults := schema_faults(path, document, _schema()):
        raise FaultsFound(f"{path} is not right:", [str(f) for f in faults])
    reader = _Reader(path, document, source, entities)
    sentences = list(reader.sentences())
    if reader.faults:
        raise FaultsFound(f"{path} is not right:", [str(f) for f in sorted(reader.faults, key=lambda f: f.line or 0)])
    return sentences


@cache
def _schema() -> dict[str, Any]:
    return sheet_schema()


class _Reader:
    """Turns a sheet that fits the schema into facts, and collects what the schema cannot see."""

    def __init__(self, path: Path, document: Any, source: Source, entities: Entities) -> None:
        self.path, self.document, self.source, self.entities = path, document, source, entities
        self.faults: list[FileError] = []
        self._seen: dict[tuple[object, ...], int] = {}

    def sentences(self) -> Iterator[Sentence]:
        if self.document["source"] != self.source.slug:
            self._fault(["source"], f"the sheet is of {self.document['source']!r} but lies in {self.source.slug!r}")
        end = 0
        for i, raw in enumerate(self.document["sentences"]):
            span = self._span(["sentences", i, "at"], raw["at"], (end, self.source.characters or 0))
            end = span[1]
            facts = tuple(self._fact(["sentences", i, "facts", j], span) for j in range(len(raw.get("facts", []))))
            left_out = raw.get("leftOut")
            yield Sentence(span, facts, str(left_out) if left_out else None, line_of(self.document, ["sentences", i]))

    def _fact(self, steps: list[str | int], sentence: Span) -> Fact:
        raw = plain(self._node(steps))
        about = raw["about"]
        cls = class_of_path()[about.split("/")[0]]
        if cls.identified:
            self._known([*steps, "about"], about)
        if "says" in raw:
            self._known([*steps, "says"], raw["says"])
        values = {
            name: self._values([*steps, name], cls.properties[name], raw[name])
            for name in raw
            if name not in _ABOUT_THE_FACT
        }
        if not values and "kind" not in raw:
            self._fault(steps, "the fact says nothing: it has neither a kind nor a property")
        fact = Fact(
            about=about,
            values=values,
            span=self._span([*steps, "at"], raw["at"], sentence),
            path=self.path,
            line=line_of(self.document, steps),
            kind=raw.get("kind"),
            modality=raw.get("modality", "reported" if "says" in raw else "asserted"),
            attributed_to=raw.get("says"),
            attribution_phrase=raw.get("saysAs"),
            phrase=raw.get("phrase"),
        )
        self._once(steps, fact)
        return fact

    def _values(self, steps: list[str | int], prop: Property, raw: Any) -> tuple[str, ...]:
        return tuple(self._value(steps, prop, value) for value in (raw if isinstance(raw, list) else [raw]))

    def _value(self, steps: list[str | int], prop: Property, value: Any) -> str:
        text = str(value)
        if prop.kind == "concept":
            text = concept(prop.scheme, text)
            if text.removeprefix("concept/") not in concepts():
                self._fault(steps, f"there is no concept {value!r} in the scheme {prop.scheme!r}")
        elif prop.kind == "ref" and class_of_path()[text.split("/")[0]].identified:
            self._known(steps, text)
        elif prop.kind == "date":
            try:
                PartialDate(text)
            except ValueError as fault:
                self._fault(steps, str(fault))
        return text

    def _span(self, steps: list[str | int], text: str, within: Span) -> Span:
        first, _, last = text.partition("-")
        if not (first.isdigit() and last.isdigit()):
            self._fault(steps, "at: the anchor is given in words: run `kg anchor` to turn it into offsets")
            return within[0], within[0]
        start, end = int(first), int(last)
        if start >= end:
            self._fault(steps, f"at: {text} is empty or runs backwards")
        elif self.source.characters and end > self.source.characters:
            self._fault(steps, f"at: {text} lies outside the text of {self.source.characters} characters")
        elif not within[0] <= start < end <= within[1]:
            before = (
                "overlaps the sentence before"
                if len(steps) == 3
                else f"lies outside its sentence {within[0]}-{within[1]}"
            )
            self._fault(steps, f"at: {text} {before}")
        return start, end

    def _known(self, steps: list[str | int], ref: str) -> None:
        if ref not in self.entities:
            self._fault(steps, f"{ref!r} is not in the tables of data/entities{self._hint(ref)}")

    def _hint(self, ref: str) -> str:
        near = get_close_matches(ref, self.entities.refs(), n=2, cutoff=0.75)
        return f"; did you mean {' or '.join(near)}?" if near else ""

    def _once(self, steps: list[str | int], fact: Fact) -> None:
        key = (fact.about, fact.kind, tuple(fact.values.items()), fact.modality, fact.attributed_to, fact.span)
        if key in self._seen:
            self._fault(steps, f"the same fact stands on line {self._seen[key]}")
        self._seen[key] = fact.line

    def _node(self, steps: list[str | int]) -> Any:
        node = self.document
        for step in steps:
            node = node[step]
        return node

    def _fault(self, steps: list[str | int], reason: str) -> None:
        self.faults.append(FileError(self.path, line_of(self.document, steps), reason))
