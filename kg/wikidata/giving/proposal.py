"""One addition to Wikidata: a statement, or what an existing one lacks, with the references that bear it out."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from kg.dates import PartialDate
from kg.wikidata.comparing.days import Days
from kg.wikidata.comparing.ours import Ours
from kg.wikidata.moments import time_of
from kg.wikidata.statements import Property

To = Literal["new statement", "existing statement"]
Snak = tuple[str, str]  # a property, and a value: an item, a time such as +2019-02-18T00:00:00Z/11, or an address

_WIKI = "wikipedia.org/"


@dataclass(frozen=True, slots=True)
class Proposal:
    """An addition; `beside` where the item has a statement of the same value already, to which it does not belong."""

    item: str
    property: Property
    value: str
    qualifiers: tuple[Snak, ...]
    references: tuple[tuple[Snak, ...], ...]
    to: To
    beside: bool
    because: str  # in words


def references(ours: Ours, sources: tuple[str, ...]) -> tuple[tuple[Snak, ...], ...]:
    """A reference to each source that can be one: with an address, neither Wikipedia nor what was worked out here."""
    return tuple(snaks for source in dict.fromkeys(sources) if (snaks := _reference(ours, source)))


def _reference(ours: Ours, source: str) -> tuple[Snak, ...]:
    facts = ours.sources[source]
    if not facts.url.startswith("http") or _WIKI in facts.url or source == "source/inferred-changes":
        return ()
    item = ours.item(source)
    told = [("P248", item), ("P854", facts.url), ("P577", time(facts.issued)), ("P813", _day(facts.retrieved))]
    return tuple((prop, value) for prop, value in told if value)


def time(days: Days) -> str | None:
    """A date as Wikidata writes it, at its true precision; None where it has none."""
    if days.earliest is None or days.latest is None:
        return None
    return time_of(PartialDate(f"{days.earliest}/{days.latest}"))


def _day(text: str) -> str | None:
    return time(Days(*(dt.date.fromisoformat(text),) * 2)) if text else None
