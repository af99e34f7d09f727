"""When something began or ended, as Wikidata tells it: a date of its own precision, unknown, none, or nothing."""

import re
from dataclasses import dataclass
from typing import Literal

from kg.dates import PartialDate

Told = Literal["date", "unknown", "none", "nothing"]

DAY, MONTH, YEAR, DECADE = 11, 10, 9, 8  # Wikidata's numbers for precisions
_TIME = re.compile(r"([+-]?)(\d{4,})-(\d\d)-(\d\d)(?:T[\d:]+Z?)?")


@dataclass(frozen=True, slots=True)
class Moment:
    """A start or an end; `exact` where its precision is told, and not read from a date that looks like a whole year."""

    date: PartialDate | None = None
    told: Told = "nothing"
    exact: bool = True

    def __str__(self) -> str:
        return self.date.text if self.date else "" if self.told == "nothing" else self.told


NOTHING = Moment()
UNKNOWN = Moment(None, "unknown")
NONE = Moment(None, "none")


def moment(time: str, precision: int | None = None) -> Moment:
    """Read "+2019-02-18T00:00:00Z" at a precision; a ValueError where it is no date of our era, or too vague to use.

    Where no precision is told, a first of January may be any day of its year, and a first of a month any of its month.
    """
    found = _TIME.fullmatch(time)
    if not found or found[1] == "-":
        raise ValueError(f"{time!r} is no date of our era")
    year, month, day = found[2][-4:], found[3], found[4]
    match precision if precision is not None else _precision(month, day):
        case 9:
            text = year
        case 10:
            text = f"{year}-{month}"
        case 11:
            text = f"{year}-{month}-{day}"
        case 8:
            text = f"{year[:3]}0/{year[:3]}9"
        case other:
            raise ValueError(f"{time!r} has the precision {other}, which is no decade, year, month or day")
    return Moment(PartialDate(text), "date", exact=precision is not None or day not in {"00", "01"})


def _precision(month: str, day: str) -> int:
    return DAY if day not in {"00", "01"} else MONTH if month not in {"00", "01"} else YEAR


def precision_of(date: PartialDate) -> int | None:
    """The precision that tells as much as the date and no more; None for what no precision can tell."""
    first, last = date.earliest, date.latest
    if first is None or last is None or first.year != last.year:
        return None
    if first == last:
        return DAY
    return MONTH if first.month == last.month else YEAR


def time_of(date: PartialDate) -> str | None:
    """A date as Wikidata writes it, such as "+2019-02-00T00:00:00Z/10"; None where none of its precisions is true."""
    precision = precision_of(date)
    if precision is None or date.earliest is None:
        return None
    month = "00" if precision == YEAR else f"{date.earliest.month:02}"
    day = f"{date.earliest.day:02}" if precision == DAY else "00"
    return f"+{date.earliest.year:04}-{month}-{day}T00:00:00Z/{precision}"
