"""Dates at the precision their source gives: a year, a month, a day, or an interval of these."""

import calendar
import datetime as dt
import re
from dataclasses import dataclass

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True)
class PartialDate:
    """An ISO date at its own precision ("2019", "2019-02", "2019-02-18"), or an interval a/b of two, open as "..".

    Anything else is a ValueError.
    """

    text: str

    def __post_init__(self) -> None:
        if self.text.count("/") > 1 or self.text in {"../..", ".."}:
            raise ValueError(f"{self.text!r} is no date: write YYYY, YYYY-MM, YYYY-MM-DD or an interval a/b")
        earliest, latest = self.earliest, self.latest
        if earliest and latest and earliest > latest:
            raise ValueError(f"{self.text!r} ends before it begins")

    @property
    def is_interval(self) -> bool:
        return "/" in self.text

    @property
    def earliest(self) -> dt.date | None:
        """The first day it can mean; None where it is open."""
        first = self.text.split("/")[0]
        return None if first == ".." else _bounds(first)[0]

    @property
    def latest(self) -> dt.date | None:
        """The last day it can mean; None where it is open."""
        last = self.text.split("/")[-1]
        return None if last == ".." else _bounds(last)[1]

    def day(self) -> str:
        """The date itself where it is one day, else the first day of the year or month; an interval is a ValueError."""
        if self.is_interval or self.earliest is None:
            raise ValueError("an interval is not one date")
        return self.earliest.isoformat()


def _bounds(text: str) -> tuple[dt.date, dt.date]:
    found = _PARTIAL.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no date: write YYYY, YYYY-MM, YYYY-MM-DD or an interval a/b")
    year, month, day = int(found[1]), found[2], found[3]
    if day:
        exact = dt.date(year, int(month), int(day))
        return exact, exact
    if month:
        return dt.date(year, int(month), 1), dt.date(year, int(month), calendar.monthrange(year, int(month))[1])
    return dt.date(year, 1, 1), dt.date(year, 12, 31)
