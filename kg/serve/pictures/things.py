"""What pictures speak of: a thing with its label, and times known more or less exactly."""

from dataclasses import dataclass
from datetime import date

DAYS = 365.2425


@dataclass(frozen=True)
class Thing:
    """What a part of a picture stands for: its label, its page on this host, its colour as #RRGGBB."""

    label: str
    href: str | None = None
    colour: str | None = None


@dataclass(frozen=True)
class When:
    """A time that lies between two days; a bound that nobody knows is None."""

    earliest: date | None
    latest: date | None

    @property
    def known(self) -> date | None:
        """The later bound, or else the earlier one."""
        return self.latest or self.earliest


def year_of(day: date) -> float:
    """A day as a year with a fraction."""
    return day.year + (day.timetuple().tm_yday - 1) / 366
