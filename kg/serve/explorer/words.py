"""RDF terms as a reader wants to see them: dates in words at their own precision, numbers in groups of three."""

import datetime as dt
import re
from collections.abc import Mapping

from kg import iris
from kg.serve import pages
from kg.serve.answers import Row, Term
from kg.serve.pages import Link

_DATES = {iris.expand(f"xsd:{name}") for name in ("date", "gYearMonth", "gYear")}
_INTEGER = iris.expand("xsd:integer")
_PARTIAL = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_ASSUMED = "status-inferred"


def link(term: Term, label: Term | None = None) -> Link:
    """A term as `pages.link` has it, with dates and numbers in words."""
    if term.datatype in _DATES:
        return Link(date(term.value), datetime=term.value)
    if term.datatype == _INTEGER and re.fullmatch(r"-?\d{1,18}", term.value):
        return Link(f"{int(term.value):,}", number=True)
    return pages.link(term, label)


def date(value: str) -> str:
    """ "2019-02-18" → "18 February 2019", "2019-02" → "February 2019"; what is no such date stays as it is."""
    found = _PARTIAL.fullmatch(value)
    if not found:
        return value
    try:
        first = dt.date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        return value
    if not found[2]:
        return found[1]
    return f"{first:%B} {found[1]}" if not found[3] else f"{first.day} {first:%B} {found[1]}"


def when(row: Mapping[str, Term], name: str) -> Link | None:
    """The date in a column; where a source knows but an interval, the days that it lies between."""
    if name in row:
        return link(row[name])
    earliest, latest = (row[n].value if n in row else None for n in (f"{name}Earliest", f"{name}Latest"))
    if earliest and latest and earliest != latest:
        return Link(f"between {date(earliest)} and {date(latest)}", datetime=latest, title="the day is not known")
    if earliest and latest:
        return Link(date(latest), datetime=latest)
    if known := latest or earliest:
        return Link(f"{'by' if latest else 'after'} {date(known)}", datetime=known, title="the day is not known")
    return None


def status(row: Row) -> Link | None:
    """How settled a change is; one that is only inferred always with its confidence."""
    if "status" not in row:
        return None
    found = pages.link(row["status"], row.get("statusLabel"))
    if "confidence" in row and row["status"].value.endswith(_ASSUMED):
        return Link(f"{found.text}, {percent(row['confidence'])} sure", found.href, found.title, badge="unsure")
    return Link(found.text, found.href, found.title, badge="unsure" if _is_open(row["status"].value) else "sure")


def percent(term: Term) -> str:
    """ "0.91" → "91 %"."""
    return f"{round(100 * float(term.value))} %"


def _is_open(status_iri: str) -> bool:
    return status_iri.endswith(("inferred", "disputed", "reversed"))
