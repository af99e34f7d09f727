"""Mappings of things to items of Wikidata, in files of the Simple Standard for Sharing Ontological Mappings (SSSOM).

A mapping says that a thing and an item are exactly one (skos:exactMatch), that they are not (`Not`), or that the thing
has no item that anybody knows (sssom:NoTermFound). owl:sameAs is never said: it would make every statement of Wikidata
one of ours, and ours Wikidata's, unsourced ones and disputed ones alike, and both change without the other.
"""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, field, fields
from pathlib import Path

from kg.errors import FaultsFound, FileError
from kg.iris import ID, NAMESPACES
from kg.mapping import class_of_path
from kg.paths import DATA

EXACT, NOT, NONE = "skos:exactMatch", "Not", "sssom:NoTermFound"
MANUAL = "semapv:ManualMappingCuration"  # the justification of what people decided
JUSTIFICATIONS = (MANUAL, "semapv:CompositeMatching", "semapv:LexicalMatching", "semapv:MappingReview")
ENDING = ".sssom.tsv"
PREFIXES = {
    "pdid": ID,
    "wd": NAMESPACES["wd"],
    "skos": NAMESPACES["skos"],
    "semapv": NAMESPACES["semapv"],
    "sssom": NAMESPACES["sssom"],
}


@dataclass(frozen=True)
class Mapping:
    """One row, in the names and the order of SSSOM's columns."""

    subject_id: str
    subject_label: str
    predicate_id: str
    predicate_modifier: str
    object_id: str
    object_label: str
    mapping_justification: str
    author_label: str
    reviewer_label: str
    mapping_tool: str
    mapping_tool_version: str
    confidence: str
    mapping_date: str
    comment: str
    path: Path = field(default=Path(), compare=False, repr=False)
    line: int = field(default=0, compare=False, repr=False)

    @property
    def ref(self) -> str:
        """The reference of the thing."""
        return self.subject_id.removeprefix("pdid:")

    @property
    def qid(self) -> str:
        """The item; empty where none is known."""
        return "" if self.object_id == NONE else self.object_id.removeprefix("wd:")

    @property
    def rejects(self) -> bool:
        return self.predicate_modifier == NOT

    @property
    def manual(self) -> bool:
        """Whether people decided it: then it wins over what a machine found."""
        return self.mapping_justification == MANUAL


COLUMNS = [column.name for column in fields(Mapping) if column.name not in {"path", "line"}]
_REQUIRED = ("subject_id", "predicate_id", "object_id", "mapping_justification", "author_label", "mapping_date")


def shipped_crosswalks(data: Path = DATA) -> list[Path]:
    """The files of data/links, in the order of their names."""
    return sorted((data / "links").glob(f"*{ENDING}"))


def read_crosswalk(path: Path) -> list[Mapping]:
    """The mappings of a file; a fault names file, line and value."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as fault:
        raise FileError(path, None, f"no UTF-8: {fault}") from fault
    mappings = []
    columns: list[str] | None = None
    for number, line in enumerate(text.split("\n"), 1):
        if columns is None and line.startswith("#"):
            continue
        cells = line.removesuffix("\r").split("\t")
        if columns is None:
            columns = cells
            if columns != COLUMNS:
                raise FileError(path, number, f"the columns must be {', '.join(COLUMNS)}")
        elif line:
            mappings.append(_mapping(path, number, cells))
    if columns is None:
        raise FileError(path, 1, "there is no row of columns")
    _check_pairs(mappings)
    return mappings


def write_crosswalk(path: Path, name: str, told: Iterable[Mapping]) -> None:
    """Write mappings in order below the metadata that SSSOM asks for; the same bytes for the same mappings.

    What could not be read again is a fault, and leaves the file as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    prefixes = [f"#  {prefix}: {iri}" for prefix, iri in sorted(PREFIXES.items())]
    head = [
        "#curie_map:",
        *prefixes,
        f"#mapping_set_id: https://w3id.org/party-defections/links/{name}{ENDING}",
        "#license: https://creativecommons.org/publicdomain/zero/1.0/",
        "#object_source: wd:Q2013",
    ]
    rows = sorted(told, key=lambda m: (m.subject_id, m.object_id, astuple(m)[:-2]))
    cells = [list(astuple(m)[: len(COLUMNS)]) for m in rows]
    _check_pairs([_mapping(path, number, row) for number, row in enumerate(cells, len(head) + 2)])
    lines = [*head, "\t".join(COLUMNS), *("\t".join(row) for row in cells)]
    part = path.with_suffix(".part")
    part.write_text("\n".join(lines) + "\n", encoding="utf-8")
    part.replace(path)


def prevailing(files: Sequence[Sequence[Mapping]]) -> list[Mapping]:
    """The mappings that hold, of several sets of which an earlier one wins; in each, people win over machines.

    A thing has one item or none, and an item stands for one thing. People who contradict each other are a fault.
    """
    ranked = sorted(
        ((rank, not m.manual, m) for rank, several in enumerate(files) for m in several), key=lambda r: r[:2]
    )
    things: dict[str, Mapping] = {}
    items: dict[str, Mapping] = {}
    rejected: dict[tuple[str, str], Mapping] = {}
    faults: list[str] = []
    kept: dict[Mapping, None] = {}
    for _, machine, mapping in ranked:
        before = _contradicted(mapping, things, items, rejected)
        if before and mapping.manual and before.manual and not machine:
            faults.append(
                f"{mapping.path}:{mapping.line}: {_said(mapping)}, but {before.path}:{before.line}: {_said(before)}"
            )
        if before or mapping in kept:
            continue
        kept[mapping] = None
        if mapping.rejects:
            rejected[mapping.ref, mapping.qid] = mapping
        else:
            things[mapping.ref] = mapping
            if mapping.qid:
                items[mapping.qid] = mapping
    if faults:
        raise FaultsFound("the mappings to Wikidata contradict each other:", faults)
    return sorted(kept, key=lambda m: (m.ref, m.qid))


def _contradicted(
    mapping: Mapping,
    things: dict[str, Mapping],
    items: dict[str, Mapping],
    rejected: dict[tuple[str, str], Mapping],
) -> Mapping | None:
    """What stands already and does not go with a mapping."""
    there = things.get(mapping.ref)
    if mapping.rejects:
        return there if there and there.qid == mapping.qid else None
    if there and there.qid != mapping.qid:
        return there
    taken = items.get(mapping.qid) if mapping.qid else None
    return taken if taken and taken.ref != mapping.ref else rejected.get((mapping.ref, mapping.qid))


def _said(mapping: Mapping) -> str:
    if not mapping.qid:
        return f"{mapping.ref} has no item"
    return f"{mapping.ref} is {'not ' if mapping.rejects else ''}{mapping.qid}"


def _mapping(path: Path, line: int, cells: list[str]) -> Mapping:
    if len(cells) != len(COLUMNS):
        raise FileError(path, line, f"{len(cells)} cells, where there are {len(COLUMNS)} columns")
    row = dict(zip(COLUMNS, cells, strict=True))
    if empty := [name for name in _REQUIRED if not row[name]]:
        raise FileError(path, line, f"{empty[0]} is empty")
    for name, value in row.items():
        if reason := _fault(name, value):
            raise FileError(path, line, f"{name}: {value!r} {reason}")
    mapping = Mapping(**row, path=path, line=line)
    if mapping.rejects and not mapping.qid:
        raise FileError(path, line, f"predicate_modifier: {NOT} needs an item that it is not")
    return mapping


def _fault(name: str, value: str) -> str | None:
    """What is wrong with a cell, or None."""
    if value != value.strip():
        return "begins or ends with a space"
    if re.search(r"[\t\r\n]", value):
        return "holds a tab or the end of a line"
    match name:
        case "subject_id":
            return None if _is_ref(value) else "is no reference such as pdid:party/labour"
        case "predicate_id":
            return None if value == EXACT else f"is not {EXACT}, the one predicate that is read"
        case "predicate_modifier":
            return None if value in {"", NOT} else f"is neither empty nor {NOT}"
        case "object_id":
            known = value == NONE or re.fullmatch(r"wd:Q[1-9]\d*", value)
            return None if known else f"is neither an item such as wd:Q9630 nor {NONE}"
        case "mapping_justification":
            return None if value in JUSTIFICATIONS else f"is none of {', '.join(JUSTIFICATIONS)}"
        case "confidence":
            return None if not value or re.fullmatch(r"0(\.\d+)?|1(\.0+)?", value) else "is no number from 0 to 1"
        case "mapping_date":
            return None if _is_day(value) else "is no day such as 2026-11-24"
    return None


def _is_ref(value: str) -> bool:
    path, _, slug = value.removeprefix("pdid:").partition("/")
    return value.startswith("pdid:") and path in class_of_path() and re.fullmatch(r"[a-z0-9.-]+", slug) is not None


def _is_day(value: str) -> bool:
    try:
        return dt.date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _check_pairs(mappings: list[Mapping]) -> None:
    first: dict[tuple[str, str], Mapping] = {}
    for mapping in mappings:
        before = first.setdefault((mapping.ref, mapping.qid), mapping)
        if before is not mapping:
            raise FileError(
                mapping.path, mapping.line, f"{mapping.ref} and {mapping.object_id} stand in line {before.line} too"
            )
