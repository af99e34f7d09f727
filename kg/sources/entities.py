"""The table of identities: the slug, names and codes of every thing that a fact sheet may speak of."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from kg.errors import FaultsFound
from kg.mapping import class_of_path
from kg.paths import DATA

COLUMNS = ["ref", "label", "aliases", "gss", "electoralCommissionId", "note"]


@dataclass(frozen=True)
class Entity:
    """One row: a thing, what it is called and the codes that others know it by."""

    ref: str
    label: str
    aliases: tuple[str, ...]
    gss: str
    electoral_commission_id: str
    note: str
    path: Path
    line: int

    @property
    def names(self) -> tuple[str, ...]:
        return (self.label, *self.aliases)


@dataclass(frozen=True)
class Moved:
    """A reference once published and the one that stands for it now: old addresses stay alive."""

    old: str
    new: str
    where: str  # file:line


class Entities:
    """All identities, found by reference or by name."""

    def __init__(self, rows: list[Entity], moved: list[Moved]) -> None:
        self._by_ref = {row.ref: row for row in rows}
        self.moved = moved

    def __contains__(self, ref: str) -> bool:
        return ref in self._by_ref

    def __iter__(self) -> Iterator[Entity]:
        return iter(self._by_ref.values())

    def refs(self) -> list[str]:
        return list(self._by_ref)

    def named(self, name: str, paths: tuple[str, ...]) -> list[str]:
        """The things of these paths that bear a name, whatever its case."""
        return [
            row.ref
            for row in self
            if row.ref.split("/")[0] in paths and name.casefold() in {known.casefold() for known in row.names}
        ]


def read_entities(data: Path = DATA) -> Entities:
    """Read data/entities/*.csv; a fault names file, line and value."""
    rows: list[Entity] = []
    faults: list[str] = []
    folder = data / "entities"
    for path in sorted(folder.glob("*.csv")):
        if path.name != "moved.csv":
            for line, cells in _table(path, COLUMNS, faults):
                entity = _entity(path, line, cells)
                faults += [f"{path}:{line}: {reason}" for reason in _reasons(entity, rows)]
                rows.append(entity)
    moved = _moved(folder / "moved.csv", {row.ref for row in rows}, faults)
    if faults:
        raise FaultsFound("the table of identities is not right:", faults)
    return Entities(rows, moved)


def _moved(path: Path, known: set[str], faults: list[str]) -> list[Moved]:
    """The references that were moved, each with the last of those that have stood for it since."""
    rows: dict[str, Moved] = {}
    for line, cells in _table(path, ["old", "new"], faults):
        row = Moved(cells["old"], cells["new"], f"{path}:{line}")
        faults += [f"{row.where}: {reason}" for reason in _reasons_not_to_move(row, rows, known)]
        rows[row.old] = row
    return [replace(row, new=_last(row.new, rows)) for row in rows.values()]


def _reasons_not_to_move(row: Moved, before: dict[str, Moved], known: set[str]) -> Iterator[str]:
    old, new = (class_of_path().get(ref.partition("/")[0]) for ref in (row.old, row.new))
    if not old or old is not new:
        yield f"{row.old!r} and {row.new!r} are no references of things of one class"
    if row.old in known:
        yield f"{row.old!r} stands in the table of identities, so that nothing can stand for it"
    if row.old in before:
        yield f"{row.old!r} was moved in {before[row.old].where} already"
    if _last(row.new, before) == row.old:
        yield f"{row.old!r} stands for itself, by way of {row.new!r}"


def _last(ref: str, moved: dict[str, Moved]) -> str:
    seen: set[str] = set()
    while ref in moved and ref not in seen:
        seen.add(ref)
        ref = moved[ref].new
    return ref


def _table(path: Path, columns: list[str], faults: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        if reader.fieldnames != columns:
            faults.append(f"{path}:1: the columns must be {','.join(columns)}")
            return
        for cells in reader:
            if None in cells or None in cells.values():
                faults.append(f"{path}:{reader.line_num}: the row has not {len(columns)} cells")
            else:
                yield reader.line_num, cells


def _entity(path: Path, line: int, cells: dict[str, str]) -> Entity:
    return Entity(
        ref=cells["ref"],
        label=cells["label"],
        aliases=tuple(filter(None, cells["aliases"].split("|"))),
        gss=cells["gss"],
        electoral_commission_id=cells["electoralCommissionId"],
        note=cells["note"],
        path=path,
        line=line,
    )


def _reasons(entity: Entity, before: list[Entity]) -> Iterator[str]:
    path, _, slug = entity.ref.partition("/")
    if path not in class_of_path():
        yield f"{entity.ref!r}: no things have the path {path!r}"
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
        yield f"{entity.ref!r}: a slug is lower-case words joined by hyphens"
    if not entity.label.strip():
        yield f"{entity.ref!r} has no label"
    if any(row.ref == entity.ref for row in before):
        yield f"{entity.ref!r} stands in the table twice"
    if entity.gss and not re.fullmatch(r"[A-Z]\d{8}", entity.gss):
        yield f"{entity.gss!r} is no GSS code (a letter and eight digits)"
    if entity.electoral_commission_id and not re.fullmatch(r"(PPm?|TP)\d+", entity.electoral_commission_id):
        yield f"{entity.electoral_commission_id!r} is no Electoral Commission reference (such as PP53)"
