"""The page of a canned query: a form that needs no script, and its answer as a table or a text."""

import json
from dataclasses import dataclass

from kg import iris
from kg.formats import Format
from kg.parameters import Parameter
from kg.queries import CannedQuery
from kg.serve import answers, pages
from kg.serve.answers import Row
from kg.serve.pages import Link
from kg.serve.paging import SIZE, Page

_FEW = 1000  # choices that a list shows at once; of more, a browser proposes those that match what is typed


@dataclass(frozen=True)
class Choosable:
    """A value that a parameter can take, and its label."""

    value: str
    label: str


@dataclass(frozen=True)
class Field:
    """A parameter in a form: the value it has there, and those that can be chosen, where they are listed."""

    parameter: Parameter
    value: str
    choices: list[Choosable]

    @property
    def control(self) -> str:
        """The control that it is entered by."""
        if self.choices:
            return "select" if len(self.choices) <= _FEW else "proposing"
        return {"date": "date", "integer": "number", "decimal": "number"}.get(self.parameter.type, "text")


@dataclass(frozen=True)
class Shown:
    """An answer as a page shows it: rows of a table, the number of the first counted from 1, or a text."""

    columns: list[str]
    rows: list[list[Link | None]]
    first: int = 1
    more: bool = False
    text: str | None = None


def rendered(
    query: CannedQuery,
    fields: list[Field],
    text: str,
    formats: tuple[Format, ...],
    answer: Shown | None = None,
    neighbours: dict[str, str] | None = None,
) -> str:
    """The page, with an answer where there is one and its neighbours by their relation."""
    context = {"query": query, "fields": fields, "text": text, "formats": formats}
    return pages.render("query.html", **context, answer=answer, neighbours=neighbours or {})


def field(parameter: Parameter, value: str, choices: list[Choosable]) -> Field:
    """A parameter with a value that it has; one that is not listed can be chosen all the same."""
    value = _as_entered(parameter, value) if value else ""
    if choices and value and value not in {choice.value for choice in choices}:
        choices = [Choosable(value, value), *choices]
    return Field(parameter, value, choices)


def table(body: bytes, page: Page | None, *, more: bool) -> Shown:
    """The answer to a SELECT in SPARQL JSON; `?party` is shown by its `?partyLabel`, which has no column of its own."""
    named = json.loads(body)["head"]["vars"]
    columns = [column for column in named if column.removesuffix("Label") not in set(named) - {column}]
    rows = list(answers.rows(body))
    first = (page.number - 1) * page.size + 1 if page else 1
    shown = rows if page else rows[:SIZE]
    return Shown(columns, [_links(columns, row) for row in shown], first, more or len(shown) < len(rows))


def _as_entered(parameter: Parameter, value: str) -> str:
    """A value as a control takes it: a whole day, and a thing as the choices name it."""
    term = parameter.term(value)
    if term.startswith("<"):
        return iris.shorten(term[1:-1])
    return term[1:11] if parameter.type == "date" else value


def _links(columns: list[str], row: Row) -> list[Link | None]:
    return [pages.link(row[column], row.get(f"{column}Label")) if column in row else None for column in columns]
