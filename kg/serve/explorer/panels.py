"""The panels of a page: a query each, in a folder for the table of the things that it is about.

A panel is added by a file panels/<table>/NN-<name>.rq, which asks about <urn:thing>; NN is its place on the page. Its
header says how it is shown:

  title    the heading
  note     a sentence below it
  as       a template of templates/panels (table, where nothing is said)
  columns  the variables that are shown, with their headings; ?x is shown by its ?xLabel, a date also by ?xEarliest and
           ?xLatest, ?status with its ?confidence
  together a column of which several values stand in one row, where all other columns say the same
  empty    what stands there when there are no rows; without it the panel is left out
  rows     how many rows are shown; the query has a LIMIT of one more
  all      the canned query that has all of them, with the parameter that the thing is filled in for: who-defected?body
  of       the paths that it is for, where it isn't for all of the table's
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from ruamel.yaml import YAML

from kg import iris, queries
from kg.errors import FileError
from kg.mapping import class_of_path

FOLDER = Path(__file__).parent / "panels"
_THING = "<urn:thing>"
_VIEWS = Path(__file__).parent.parent / "templates" / "panels"
_OTHER_TABLES = {"concept": "concept", "scheme": "concept"}


@dataclass(frozen=True)
class Panel:
    """One panel: what it asks, and how the answer is shown."""

    table: str
    name: str
    title: str
    text: str
    view: str = "table"
    note: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    together: str = ""
    empty: str = ""
    rows: int | None = None
    all: str = ""
    of: tuple[str, ...] = ()

    def about(self, ref: str) -> str:
        """The query with a thing filled in; it runs as it stands in any engine."""
        return self.text.replace(_THING, f"<{iris.thing(ref)}>")

    def all_of_it(self, ref: str) -> str | None:
        """The address of the canned query that has every row."""
        query, _, parameter = self.all.partition("?")
        return address_of(query, **({parameter: ref} if parameter else {})) if query else None

    def address(self, ref: str, extension: str) -> str:
        """Where the rows of the panel, or its query, can be had."""
        return f"/panels/{self.table}/{self.name}.{extension}?thing={quote(ref, safe='/')}"


def address_of(query: str, **values: str) -> str | None:
    """The address of the answer to a canned query; None where there is no such query."""
    given = urlencode(values, safe="/")
    return f"/queries/{query}.html{'?' if given else ''}{given}" if query in queries.canned() else None


def table_of(ref: str) -> str:
    """The table that a thing belongs to, by the path of its reference."""
    path = ref.partition("/")[0]
    return class_of_path()[path].table if path in class_of_path() else _OTHER_TABLES.get(path, "")


def panels_of(ref: str) -> list[Panel]:
    """The panels of a thing's page, in their order."""
    path = ref.partition("/")[0]
    return [panel for panel in panels().get(table_of(ref), ()) if not panel.of or path in panel.of]


def find(table: str, name: str) -> Panel | None:
    """The panel of that name."""
    return next((panel for panel in panels().get(table, ()) if panel.name == name), None)


@cache
def panels() -> dict[str, tuple[Panel, ...]]:
    """Every panel, by its table."""
    tables = sorted(folder for folder in FOLDER.iterdir() if folder.is_dir())
    return {folder.name: tuple(_read(path) for path in sorted(folder.glob("*.rq"))) for folder in tables}


def _read(path: Path) -> Panel:
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    header = YAML(typ="safe").load("".join(_header(lines)))
    if not isinstance(header, dict) or not header.get("title"):
        raise FileError(path, 1, "the panel opens with no `#+` header that has a title")
    if unknown := set(header) - {"title", "note", "as", "columns", "together", "empty", "rows", "all", "of"}:
        raise FileError(path, 1, f"the header has unknown keys: {', '.join(sorted(unknown))}")
    query = "".join(line for line in lines if not line.startswith("#+"))
    if _THING not in query:
        raise FileError(path, None, f"the query does not ask about {_THING}")
    return _checked(path, header, query)


def _checked(path: Path, header: dict[str, Any], query: str) -> Panel:
    view, rows = header.get("as", "table"), header.get("rows")
    if not (_VIEWS / f"{view}.html").exists():
        known = ", ".join(sorted(each.stem for each in _VIEWS.glob("*.html")))
        raise FileError(path, 1, f"panels are not shown as {view!r}, but as {known}")
    if rows is not None and f"LIMIT {rows + 1}\n" not in query:
        raise FileError(path, None, f"the query needs LIMIT {rows + 1}, one more than the rows that are shown")
    return Panel(
        table=path.parent.name,
        name=path.stem.partition("-")[2],
        title=header["title"],
        text=query,
        view=view,
        note=header.get("note", ""),
        columns=header.get("columns", {}),
        together=header.get("together", ""),
        empty=header.get("empty", ""),
        rows=rows,
        all=header.get("all", ""),
        of=tuple(header.get("of", ())),
    )


def _header(lines: list[str]) -> Iterator[str]:
    return (line.removeprefix("#+").removeprefix(" ") for line in lines if line.startswith("#+"))
