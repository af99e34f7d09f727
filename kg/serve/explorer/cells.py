"""The rows of a panel as cells that a template can show without knowing RDF."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kg.serve import vocabulary
from kg.serve.answers import Row
from kg.serve.explorer import facts, words
from kg.serve.explorer.panels import Panel
from kg.serve.pages import Link


class Cells(dict[str, Any]):
    """The cells of a row by their columns, each a Link or several; a template reads None where there is none."""

    def __missing__(self, column: str) -> None:
        return None


_PROPERTY = "property"  # a column of properties, which have labels of their own
_PERCENT = {"confidence", "voteShare"}


@dataclass(frozen=True)
class Filled:
    """A panel with what it found."""

    panel: Panel
    rows: list[Cells]
    columns: dict[str, str]  # those that any row fills, with their headings
    more: bool
    query: str
    query_address: str
    table_address: str
    all_address: str | None
    picture: str = ""  # as it stands in the page, already escaped

    @property
    def first(self) -> Cells:
        """The only row of a panel that has one."""
        return self.rows[0] if self.rows else Cells()

    def is_number(self, column: str) -> bool:
        """Whether a column holds numbers alone, which stand to the right."""
        links = [row[column] for row in self.rows if column in row]
        return bool(links) and all(isinstance(link, Link) and link.number for link in links)


def filled(panel: Panel, ref: str, rows: list[Row], picture: str = "") -> Filled:
    """A panel about a thing with the rows that its query gave."""
    shown = [cells(row) for row in rows]
    if panel.together:
        shown = _together(shown, panel)
    more = panel.rows is not None and len(shown) > panel.rows
    shown = shown[: panel.rows]
    return Filled(
        panel=panel,
        rows=shown,
        columns={name: heading for name, heading in panel.columns.items() if any(name in row for row in shown)},
        more=more,
        query=panel.about(ref),
        query_address=panel.address(ref, "rq"),
        table_address=panel.address(ref, "csv"),
        all_address=panel.all_of_it(ref),
        picture=picture,
    )


def _together(rows: list[Cells], panel: Panel) -> list[Cells]:
    """The rows, with those in one that differ in one column alone."""
    found: dict[tuple[Link | None, ...], Cells] = {}
    for row in rows:
        others = tuple(row[name] for name in panel.columns if name != panel.together)
        first = found.setdefault(others, Cells(row | {panel.together: []}))
        first[panel.together] += [row[panel.together]] if panel.together in row else []
    return list(found.values())


def cells(row: Row) -> Cells:
    """A row as it is shown: things by their labels, dates by what is known of them, a status with its confidence."""
    shown = Cells()
    for name, term in row.items():
        if name == _PROPERTY:
            shown[name] = facts.named(term.value)
            shown["meaning"] = Link(vocabulary.definitions().get(term.value, ""))
        elif name in _PERCENT:
            shown[name] = Link(words.percent(term), number=True)
        elif not _is_about_another(name, row):
            shown[name] = words.link(term, row.get(f"{name}Label"))
    for name in _dates(row):
        if when := words.when(row, name):
            shown[name] = when
    if status := words.status(row):
        shown["status"] = status
    return shown


def _is_about_another(name: str, row: Mapping[str, object]) -> bool:
    """Whether a column only says something of another one: its label."""
    return name.endswith("Label") and name.removesuffix("Label") in row


def _dates(row: Iterable[str]) -> set[str]:
    ends = ("Earliest", "Latest")
    return {name.removesuffix(end) for name in row for end in ends if name.endswith(end)}
