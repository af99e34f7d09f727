"""Whether what is known of a candidate agrees with what the client knows of the one that is looked for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from kg.dates import PartialDate
from kg.mapping import mapping
from kg.ontology import concepts
from kg.search import Agreement, Index, candidates, compare
from kg.serve.reconcile.offered import Offered
from kg.serve.reconcile.reading import Constraint, ref_of
from kg.serve.reconcile.values import Value

_NEAR = 0.8  # the likeness from which a name is taken for that of a body, a party or an electorate
_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?(?=$|T|\.0$)|\d{2}/\d{2}/\d{4}$")


class Verdict(IntEnum):
    """What a constraint tells of a candidate."""

    DISAGREES = 0
    UNKNOWN = 1  # nothing is known of the candidate, or the value cannot be understood
    AGREES = 2


@dataclass(frozen=True)
class Understood:
    """A constraint with what its values can mean: references, and the texts themselves."""

    property: Offered
    refs: frozenset[str]
    texts: tuple[str, ...]
    names: tuple[str, ...]  # of the things that are meant, by which a candidate is found


def understood(index: Index, constraint: Constraint) -> Understood:
    """Look up the things that the values of a constraint name."""
    offered, refs, names = constraint.property, set[str](), list[str]()
    for text, is_id in zip(constraint.values, constraint.is_id, strict=True):
        found = _meant(index, offered, ref_of(text) if is_id else text) if offered.is_entity else {}
        refs |= set(found) | ({ref_of(text)} if is_id or ref_of(text) != text else set())
        names += [*found.values()] or [text]
    return Understood(offered, frozenset(refs), constraint.values, tuple(dict.fromkeys(names)))


def verdict(wanted: Understood, known: Sequence[Value]) -> Verdict:
    """Whether one of the values that a candidate has is one of those that are wanted."""
    if not known:
        return Verdict.UNKNOWN
    if wanted.property.is_entity:
        return _of_entities(wanted, known)
    if wanted.property.kind in {"date", "period", "year"}:
        return _of_dates(wanted.texts, known)
    if {text.casefold() for text in wanted.texts} & {value.text.casefold() for value in known}:
        return Verdict.AGREES
    is_open = wanted.property.kind == "text" or len(known) > 1  # it may well have others that nobody tells of
    return Verdict.UNKNOWN if is_open else Verdict.DISAGREES


def _meant(index: Index, offered: Offered, text: str) -> dict[str, str]:
    """The things that a text may mean where a property leads, with their labels."""
    if offered.kind == "concept":
        return {
            f"concept/{c.slug}": c.label
            for c in concepts().values()
            if c.scheme == offered.scheme and text.casefold() in {c.label.casefold(), f"concept/{c.slug}"}
        }
    types = [
        cls.kinds[kind][0].removeprefix("pd:")
        for cls in mapping().values()
        for path, kind in cls.paths.items()
        if path in offered.paths
    ]
    found = candidates(index, text, types=types)
    near = [c for c in found if c.likeness.score >= _NEAR and c.likeness.agreement >= Agreement.NEAR]
    best = [c for c in near if c.likeness.agreement == near[0].likeness.agreement]
    return {c.known.ref: c.known.label for c in best}


def _of_entities(wanted: Understood, known: Sequence[Value]) -> Verdict:
    if any(value.text in wanted.refs for value in known):
        return Verdict.AGREES
    alike = (compare(text, value.label or "") for text in wanted.texts for value in known)
    if any(found.agreement >= Agreement.COMPATIBLE for found in alike):
        return Verdict.AGREES
    return Verdict.DISAGREES if wanted.refs else Verdict.UNKNOWN


def _of_dates(texts: Sequence[str], known: Sequence[Value]) -> Verdict:
    """Whether one date can be another; what began nobody knows when tells nothing, what has not ended still holds."""
    wanted = [date for text in texts if (date := _date(text))]
    overlapping = [d for value in known if (d := _date(value.text)) and any(_overlap(one, d) for one in wanted)]
    if any(date.earliest for date in overlapping):
        return Verdict.AGREES
    return Verdict.UNKNOWN if overlapping or not wanted else Verdict.DISAGREES


def _date(text: str) -> PartialDate | None:
    """A date as spreadsheets write it: 2019, "2019-05-02", "2019-05-02T00:00:00Z", "02/05/2019" or an interval a/b."""
    found = _DATE.match(text)
    plain = "-".join(reversed(found[0].split("/"))) if found else text
    try:
        return PartialDate(plain)
    except ValueError:
        return None


def _overlap(one: PartialDate, other: PartialDate) -> bool:
    return not (
        (one.latest and other.earliest and one.latest < other.earliest)
        or (other.latest and one.earliest and other.latest < one.earliest)
    )
