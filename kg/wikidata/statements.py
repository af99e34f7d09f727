"""Wikidata's statements about who sat where and belonged to which party, as rows, however they were read."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Final, Literal

from kg.wikidata.moments import NOTHING, Moment

Property = Literal["P39", "P102"]
POSITION: Final = "P39"
PARTY: Final = "P102"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: a person held a position (P39) or belonged to a party (P102), with what qualifies it."""

    id: str
    item: str  # of the person
    property: Property
    value: str | None  # the position or the party; None where it is an unknown value, or the results do not tell it
    start: Moment = NOTHING  # P580
    end: Moment = NOTHING  # P582
    group: str | None = None  # P4100: whom they sat for, "independent politician" included
    electorate: str | None = None  # P768
    term: str | None = None  # P2937
    general: str | None = None  # what the position is a subclass of, where results tell
    value_label: str = ""
    rank: str = "normal"
    references: tuple[str, ...] | None = None  # items and addresses; None where the results do not tell


@dataclass(frozen=True)
class Stated:
    """What one set of results holds, and how far it reaches: within that, its silence tells something."""

    source: str  # the file or the service
    statements: tuple[Statement, ...]
    properties: frozenset[str]
    items: frozenset[str]  # people of whom it tells everything, within the days below
    since: dt.date | None = None  # it tells nothing of what ended before
    until: dt.date | None = None  # the day of the results
    died: frozenset[str] = field(default=frozenset())  # people whose date of death it tells
    merged: dict[str, str] = field(default_factory=dict)  # items that have become another
