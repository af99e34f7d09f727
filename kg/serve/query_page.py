"""The page of a canned query: a form that needs no script, its picture, and its answer as a table or a text."""

import re
from dataclasses import dataclass

from markupsafe import Markup

from kg import iris, queries
from kg.parameters import Parameter
from kg.queries import CannedQuery
from kg.serve import answers, cards, pages, pictures
from kg.serve.answers import Askable, Row
from kg.serve.asking import Asked, formats_of
from kg.serve.choices import Choosable, address, choices
from kg.serve.depicting import Depicted
from kg.serve.highlighting import highlighted
from kg.serve.pages import Link
from kg.serve.paging import Page

SIZE = 100  # rows that people see at once where they do not say how many
_FEW = 500  # choices that a list shows at once; of more, those are proposed that match what is typed
_TOPICS = {
    "defections": "Changes of side",
    "people": "People",
    "parties": "Parties",
    "councils": "Councils and parliaments",
    "elections": "Elections",
    "evidence": "Evidence",
    "sources": "Sources",
    "lists": "Lists",
    "checks": "Checks",
    "construct": "As a graph",
    "federated": "Together with other services",
}


@dataclass(frozen=True)
class Field:
    """A parameter in a form: the value it has there, and those that can be chosen, where they are listed."""

    parameter: Parameter
    value: str
    choices: list[Choosable]
    search: str | None  # where choices are searched for

    @property
    def control(self) -> str:
        """The control that it is entered by."""
        if self.choices:
            return "select" if len(self.choices) <= _FEW else "proposing"
        return {"date": "date", "integer": "number", "decimal": "number"}.get(self.parameter.type, "text")

    @property
    def label(self) -> str:
        """Of the value that is chosen; empty where there is none."""
        return next((choice.label for choice in self.choices if choice.value == self.value), "")


@dataclass(frozen=True)
class Shown:
    """An answer as a page shows it: rows of a table, the number of the first counted from 1, or a text."""

    columns: list[str]
    rows: list[list[Link | None]]
    first: int = 1
    more: bool = False
    text: str | None = None
    numeric: frozenset[str] = frozenset()  # columns that hold numbers
    depicted: Depicted | None = None


def rendered(build: Askable, asked: Asked, answer: Shown | None, neighbours: dict[str, str]) -> str:
    """The page, with an answer where there is one and its neighbours by their relation."""
    query = asked.query
    found = answer.depicted if answer else None
    return pages.render(
        "query.html",
        query=query,
        asked=asked,
        fields=[
            field(query, p, asked.values.get(p.name) or p.default or "", choices(build, p.choices))
            for p in query.params.values()
        ],
        description=described(query.description),
        text=highlighted(without_header(asked.filled)),
        formats=formats_of(query),
        answer=answer,
        neighbours=neighbours,
        figure=pictures.figure(found.picture) if found else None,
        missing=found.missing if found else 0,
        card=cards.of_query(asked, depicted=bool(found)),
        embedded=cards.embedded(asked),
        height=pictures.height_of(found.picture, pictures.WIDE) if found else 0,
    )


def described(text: str) -> Markup:
    """A description in which other queries that it names are links."""
    known = queries.canned()
    parts = re.split(r"([a-z]+(?:-[a-z]+)+)", text)
    link = Markup('<a href="/queries/{0}">{0}</a>')
    return Markup("").join(link.format(part) if part in known else part for part in parts)


def without_header(text: str) -> str:
    """A query as a person reads it, who has the header's words already."""
    return re.sub(r"^#\+.*\n", "", text, flags=re.MULTILINE)


def topics(known: list[CannedQuery]) -> dict[str, list[CannedQuery]]:
    """The queries by the topic that they are told of first; lists, checks and graphs apart."""
    apart = ("federated", "construct", "checks", "lists")
    found: dict[str, list[CannedQuery]] = {title: [] for title in _TOPICS.values()}
    for query in known:
        tag = next((tag for tag in apart if tag in query.tags), query.tags[0])
        found.setdefault(_TOPICS.get(tag, tag.capitalize()), []).append(query)
    return {title: some for title, some in found.items() if some}


def field(query: CannedQuery, parameter: Parameter, value: str, listed: list[Choosable]) -> Field:
    """A parameter with a value that it has; one that is not listed can be chosen all the same."""
    value = _as_entered(parameter, value) if value else ""
    if listed and value and value not in {choice.value for choice in listed}:
        listed = [Choosable(value, value), *listed]
    return Field(parameter, value, listed, address(query, parameter))


def table(body: bytes, page: Page | None, *, more: bool) -> Shown:
    """The answer to a SELECT in SPARQL JSON; `?party` is shown by its label, which has no column of its own."""
    named, rows = answers.table(body)
    names = answers.names_of(named)
    columns = [column for column in named if column not in names.values()]
    first = (page.number - 1) * page.size + 1 if page else 1
    shown = rows if page else rows[:SIZE]
    numeric = frozenset(column for column in columns if _is_numeric(column, shown))
    linked = [[_link(row, column, names.get(column, "")) for column in columns] for row in shown]
    return Shown(columns, linked, first, more or len(shown) < len(rows), numeric=numeric)


def _is_numeric(column: str, rows: list[Row]) -> bool:
    types = {row[column].datatype for row in rows if column in row}
    return bool(types) and types <= {iris.expand(f"xsd:{name}") for name in ("integer", "decimal", "double")}


def _as_entered(parameter: Parameter, value: str) -> str:
    """A value as a control takes it: a whole day, and a thing as the choices name it."""
    term = parameter.term(value)
    if term.startswith("<"):
        return iris.shorten(term[1:-1])
    return term[1:11] if parameter.type == "date" else value


def _link(row: Row, column: str, name: str) -> Link | None:
    if column in row:
        return pages.link(row[column], row.get(name))
    return pages.link(row[name]) if name in row else None
