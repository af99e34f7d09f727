"""The rows of an answer as pictures read them: things, numbers and times, by the roles of their columns."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kg.depiction import Depiction
from kg.queries import CannedQuery
from kg.serve import answers, pages, pictures
from kg.serve.answers import Row, Term
from kg.serve.pictures import Thing, When

_MONTH = re.compile(r"(-?\d{4})(?:-(\d\d))?(?:-(\d\d))?")


@dataclass(frozen=True)
class Answer:
    """The rows of an answer and what is known of the things in it."""

    query: CannedQuery
    depiction: Depiction
    columns: list[str]
    rows: list[Row]
    colours: Mapping[str, str]
    coordinates: Mapping[str, tuple[float, float]]

    def thing(self, row: Row, role: str) -> Thing | None:
        """What stands in the column of a role, by its label; None where nothing does."""
        column = self.depiction.column(role)
        name = answers.names_of(self.columns).get(column or "")
        term, label = row.get(column or ""), row.get(name or "")
        if term and term.kind == "uri":
            shown = pages.link(term, label)
            return Thing(shown.text, shown.href, self.colours.get(term.value))
        found = term or label
        return Thing(found.value) if found else None

    def values(self, row: Row) -> tuple[float | None, ...]:
        """The numbers of a row; 1 where rows are counted."""
        return tuple(number(row.get(column)) for column in self.depiction.columns.get("value", ())) or (1.0,)

    def when(self, row: Row, role: str) -> When:
        """The time between two columns; without a column of its own, `when` is between ?earliest and ?latest."""
        column = self.depiction.column(role)
        if column is None and role != "when":
            return When(None, None)
        first, last = (f"{column}Earliest", f"{column}Latest") if column else ("earliest", "latest")
        return When(day(row.get(first)), day(row.get(last)))


def number(term: Term | None) -> float | None:
    """A number that can be drawn."""
    try:
        number = float(term.value) if term else None
    except ValueError:
        return None
    return number if number is not None and abs(number) < 1e15 else None


def time(term: Term | None) -> float | None:
    """A year, a month or a day as a year with a fraction."""
    found = _MONTH.match(term.value) if term else None
    if not found:
        return None
    whole = day(term) if found[3] else None
    return pictures.year_of(whole) if whole else int(found[1]) + (int(found[2] or 1) - 1) / 12


def day(term: Term | None) -> date | None:
    """A whole day, or the opening of a time."""
    try:
        return date.fromisoformat(term.value[:10]) if term else None
    except ValueError:  # before the year 1, or after 9999
        return None
