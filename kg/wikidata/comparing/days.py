"""A start or an end as the days between which it lies, which is how different precisions can be compared."""

import calendar
import datetime as dt
from dataclasses import dataclass

from kg.wikidata.moments import Moment

FIRST, LAST = dt.date.min, dt.date.max
PRECISIONS = {"day", "month", "year"}  # those that Wikidata can tell as well


@dataclass(frozen=True, slots=True)
class Days:
    """The first and the last day that it can be; None where that side is open, both None where nothing is told."""

    earliest: dt.date | None = None
    latest: dt.date | None = None
    exact: bool = True  # whether its source tells how precise it is

    @classmethod
    def between(cls, earliest: str | None, latest: str | None) -> "Days":
        first, last = (dt.date.fromisoformat(day) if day else None for day in (earliest, latest))
        return cls(first, last)

    @classmethod
    def of(cls, moment: Moment) -> "Days":
        date = moment.date
        return cls(date.earliest, date.latest, moment.exact) if date else cls()

    @property
    def told(self) -> bool:
        return self.earliest is not None or self.latest is not None

    @property
    def precision(self) -> str:
        """How much is known of it: day, month, year, or another interval."""
        first, last = self.earliest, self.latest
        if first is None or last is None:
            return "interval"
        if first == last:
            return "day"
        if first.day == 1 and last == last.replace(day=calendar.monthrange(last.year, last.month)[1]):
            if (first.year, first.month) == (last.year, last.month):
                return "month"
            if first.year == last.year and (first.month, last.month) == (1, 12):
                return "year"
        return "interval"

    def may_be(self, other: "Days", apart: dt.timedelta) -> bool:
        """Whether both can be one date, where two writings of one differ by so much at most."""
        begins, ends = self.earliest or FIRST, self.latest or LAST
        return _later(ends, apart) >= (other.earliest or FIRST) and _later(other.latest or LAST, apart) >= begins

    def __str__(self) -> str:
        first, last = self.earliest, self.latest
        match self.precision:
            case "day":
                return str(first)
            case "month":
                return f"{first:%Y-%m}"
            case "year":
                return f"{first:%Y}"
        return f"{first or '..'}/{last or '..'}" if self.told else ""


def _later(day: dt.date, by: dt.timedelta) -> dt.date:
    return day + by if day < LAST - by else LAST


def shifted(day: dt.date, by: dt.timedelta) -> dt.date:
    """The day so much later or earlier, within what can be written."""
    if by >= dt.timedelta():
        return _later(day, by)
    return day + by if day > FIRST - by else FIRST


NO_DAYS = Days()
