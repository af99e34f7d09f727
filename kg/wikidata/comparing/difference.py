"""One difference between this graph and Wikidata, with the sources of both sides."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from kg.wikidata.comparing.days import NO_DAYS, Days
from kg.wikidata.comparing.ours import Evidence
from kg.wikidata.statements import Property, Statement

What = Literal["statement", "start", "end", "change"]


class Kind(StrEnum):
    """How the sides differ."""

    missing_there = "missing there"
    missing_here = "missing here"
    different_date = "different date"
    different_precision = "different precision"
    different_party = "different party"


@dataclass(frozen=True, slots=True)
class Side:
    """What one side says: an affiliation, from when to when."""

    affiliation: str | None = None  # a reference of ours, whichever side says it; the QID of an item not known here
    start: Days = NO_DAYS
    end: Days = NO_DAYS


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference about one person; `what` names the part of the statement that differs."""

    kind: Kind
    what: What
    property: Property
    person: str
    item: str
    body: str | None  # None for a membership of a party (P102)
    ours: Side | None
    theirs: Side | None
    evidence: tuple[Evidence, ...]
    statements: tuple[Statement, ...]
    inferred: bool = False  # whether what is ours was worked out, and is stated by nobody


@dataclass(frozen=True, slots=True)
class Agreement:
    """Statements of Wikidata that agree with what is ours."""

    property: Property
    person: str
    item: str
    affiliation: str | None
    evidence: tuple[Evidence, ...]
    statements: tuple[Statement, ...]
