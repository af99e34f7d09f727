"""The block of "- Key: value" lines that opens an encyclopedia extract, turned into facts by data/infobox.yaml."""

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import FaultsFound, FileError
from kg.iris import concept, slug
from kg.mapping import Property, class_of_path, mapping
from kg.ontology import concepts
from kg.paths import DATA
from kg.sources.description import Source
from kg.sources.documents.sheet import Fact, Sentence, Span
from kg.sources.entities import Entities
from kg.yamlfile import line_of, plain, read_yaml

_TITLE = re.compile(r"^= (.+) =$", re.MULTILINE)
_BLOCK = re.compile(r"(?:^- [^:\n]+: [^\n]+\n?)+", re.MULTILINE)
_FIELD = re.compile(r"^- (([^:\n]+): ([^\n]+))$", re.MULTILINE)
_ACTIONS = {"property", "role", "roleFrom", "seatsFrom", "usedBy", "leftOut"}


@dataclass(frozen=True)
class Field:
    """One line of the block."""

    key: str
    value: str
    span: Span
    line: int = 0  # in infobox.yaml


@dataclass(frozen=True)
class Infobox:
    """The block of one article: what it is about and its lines, in order."""

    title: str
    heading: Span
    fields: tuple[Field, ...]


def extract_infobox(text: str) -> Infobox | None:
    """Read the block from a document; None where the article does not open with one."""
    title = _TITLE.search(text)
    block = _BLOCK.search(text, title.end()) if title else None
    if not title or not block or (heading := text[title.end() : block.start()].strip()).count("\n"):
        return None
    start = text.index(heading, title.end())
    fields = tuple(
        Field(found[2].strip(), found[3].strip(), (found.start(1), found.end(1)))
        for found in _FIELD.finditer(text, block.start(), block.end())
    )
    return Infobox(title[1], (start, start + len(heading)), fields)


def write_infobox(source: Source, box: Infobox) -> None:
    """Keep what was read beside the source's description: keys and values are facts, the prose is not kept."""
    lines = [
        "# Read from the document by `kg anchor`; not written by hand.",
        f"title: {_quoted(box.title)}",
        f"heading: {box.heading[0]}-{box.heading[1]}",
        "fields:",
        *(f"- {{at: {f.span[0]}-{f.span[1]}, key: {_quoted(f.key)}, value: {_quoted(f.value)}}}" for f in box.fields),
    ]
    (source.folder / "infobox.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def read_infobox(source: Source, entities: Entities, data: Path = DATA) -> list[Sentence]:
    """The lines of a source's infobox as sentences with facts; none where the source has no infobox."""
    path = source.folder / "infobox.yaml"
    if not path.exists():
        return []
    box = _box(path)
    reader = _Reader(path, box, _rules(data / "infobox.yaml"), entities)
    heading = Sentence(box.heading, (), "The name that heads the block of keys.", 1)
    sentences = [heading, *(reader.sentence(field) for field in box.fields)]
    if reader.faults:
        raise FaultsFound(f"{path} is not right:", [str(f) for f in reader.faults])
    return sentences


class _Reader:
    def __init__(self, path: Path, box: Infobox, rules: dict[str, dict[str, str]], entities: Entities) -> None:
        self.path, self.rules, self.entities = path, rules, entities
        self.fields = {field.key: field for field in box.fields}
        self.faults: list[FileError] = []
        self.about = self._named(box.title, ("party", "group"), line=2) or "party/unknown"

    def sentence(self, field: Field) -> Sentence:
        number = re.search(r"\d+", field.key)
        rule = self.rules.get(re.sub(r"\d+", "#", field.key))
        if rule is None:
            self._fault(field.line, f"no rule in data/infobox.yaml reads the key {field.key!r}")
            return Sentence(field.span, (), None, field.line)
        rule = {action: value.replace("#", number[0]) if number else value for action, value in rule.items()}
        if "leftOut" in rule or "usedBy" in rule:
            return Sentence(field.span, (), rule.get("leftOut") or f"Read together with {rule['usedBy']}.", field.line)
        if rule.get("unless") in self.fields:
            return Sentence(field.span, (), f"Read together with {rule['unless']}.", field.line)
        return Sentence(field.span, tuple(self._facts(field, rule)), None, field.line)

    def _facts(self, field: Field, rule: dict[str, str]) -> list[Fact]:
        if "role" in rule:
            return self._membership(field, rule["role"])
        if "roleFrom" in rule:
            return self._membership(field, slug(self._other(field, rule["roleFrom"])))
        if "seatsFrom" in rule:
            return self._seats(field, self._other(field, rule["seatsFrom"]))
        parts = [part.strip() for part in field.value.split(rule["split"])] if "split" in rule else [field.value]
        prop = class_of_path()[self.about.split("/")[0]].properties[rule["property"]]
        values = tuple(value for part in parts if (value := self._value(field, prop, part)) is not None)
        facts = [self._fact(field, self.about, {prop.name: values})] if values else []
        return facts + (self._surroundings(field, values[0]) if values and prop.paths == ("place",) else [])

    def _surroundings(self, field: Field, place: str) -> list[Fact]:
        """Of a place written as "Beeston, Nottinghamshire": that the one lies within the other."""
        _, comma, wider = field.value.partition(", ")
        around = self._named(wider, ("place",), field.line) if comma else None
        return [self._fact(field, place, {"within": (around,)})] if around else []

    def _membership(self, field: Field, role: str) -> list[Fact]:
        person = self._named(field.value, ("person",), field.line)
        if f"role-{role}" not in concepts():
            self._fault(field.line, f"there is no role {role!r}")
        if not person:
            return []
        about = f"membership/{person.split('/')[1]}-{self.about.split('/')[1]}-{role}"
        values = {"member": person, "organization": self.about, "role": concept("role", role)}
        return [self._fact(field, about, {name: (value,) for name, value in values.items()})]

    def _seats(self, field: Field, body_name: str) -> list[Fact]:
        body = self._named(body_name, ("council", "body"), field.line)
        number = re.match(r"\d+", field.value)
        if not number:
            self._fault(field.line, f"{field.value!r} opens with no number of seats")
        if not body or not number:
            return []
        about = f"seats/{self.about.split('/')[1]}-{body.split('/')[1]}"
        values = {"affiliation": self.about, "body": body, "seats": number[0]}
        return [self._fact(field, about, {name: (value,) for name, value in values.items()})]

    def _value(self, field: Field, prop: Property, text: str) -> str | None:
        match prop.kind:
            case "ref":
                return self._named(text, prop.paths, field.line)
            case "concept":
                if f"{prop.scheme}-{slug(text)}" not in concepts():
                    self._fault(field.line, f"{text!r} is no concept of the scheme {prop.scheme!r}")
                return concept(prop.scheme, slug(text))
            case "date":
                if not (date := _english_date(text)):
                    self._fault(field.line, f"{text!r} is no date such as 19 February 2025, February 2025 or 2025")
                return date
            case _:
                return text

    def _named(self, name: str, paths: tuple[str, ...], line: int) -> str | None:
        refs = self.entities.named(name, paths)
        if len(refs) != 1:
            found = "are named" if refs else "is named"
            self._fault(
                line, f"{', '.join(refs) or 'nothing'} {found} {name!r} in data/entities ({' or '.join(paths)})"
            )
            return None
        return refs[0]

    def _other(self, field: Field, key: str) -> str:
        if key not in self.fields:
            self._fault(field.line, f"{field.key!r} needs the key {key!r}, which is not there")
            return ""
        return self.fields[key].value

    def _fact(self, field: Field, about: str, values: dict[str, tuple[str, ...]]) -> Fact:
        return Fact(about, values, field.span, self.path, field.line)

    def _fault(self, line: int, reason: str) -> None:
        self.faults.append(FileError(self.path, line, reason))


def _box(path: Path) -> Infobox:
    document = read_yaml(path)
    try:
        fields = tuple(
            Field(str(raw["key"]), str(raw["value"]), _span(raw["at"]), line_of(document, ["fields", i]))
            for i, raw in enumerate(document["fields"])
        )
        return Infobox(str(document["title"]), _span(document["heading"]), fields)
    except (KeyError, TypeError, ValueError) as fault:
        raise FileError(path, None, f"not an infobox: {fault!r}; run `kg anchor` to read it anew") from fault


def _rules(path: Path) -> dict[str, dict[str, str]]:
    document = read_yaml(path)
    for key, rule in document.items():
        if len(_ACTIONS & set(rule)) != 1 or set(rule) - _ACTIONS - {"split", "unless"}:
            raise FileError(path, line_of(document, [key]), f"{key!r} needs one of {', '.join(sorted(_ACTIONS))}")
        if "property" in rule and rule["property"] not in mapping()["affiliation"].properties:
            raise FileError(path, line_of(document, [key]), f"an affiliation has no property {rule['property']!r}")
    rules: dict[str, dict[str, str]] = plain(document)
    return rules


def _span(text: Any) -> Span:
    start, end = str(text).split("-")
    return int(start), int(end)


def _english_date(text: str) -> str | None:
    for pattern, precision in (("%d %B %Y", 10), ("%B %Y", 7), ("%Y", 4), ("%Y-%m-%d", 10)):
        try:
            return dt.datetime.strptime(text, pattern).date().isoformat()[:precision]
        except ValueError:
            continue
    return None


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
