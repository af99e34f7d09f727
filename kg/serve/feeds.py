"""/feed.atom: the newest changes of side, of one party or on one body where the address names it (RFC 4287)."""

from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request, Response

from kg import iris
from kg.formats import BY_NAME
from kg.queries import canned
from kg.serve import answers, pages
from kg.serve.answers import Row
from kg.serve.asking import asked_by
from kg.serve.live import opened
from kg.serve.negotiation import Choice, Kind
from kg.serve.pictures import words
from kg.serve.replies import reply_of_build

router = APIRouter()

_FOLDER = Path(__file__).parent / "queries" / "feeds"
_ATOM = Kind("atom", "application/atom+xml")
_NEVER = "1970-01-01"  # when a feed without entries was updated; the clock would make it another each time


@dataclass(frozen=True)
class Entry:
    """One change; `updated` is the day on which or by which it took place, which does not change with the clock."""

    iri: str
    title: str
    summary: str
    updated: str
    status: str | None


@router.get("/feed.atom", include_in_schema=False)
def feed(request: Request) -> Response:
    """The fifty newest changes; `party` and `body` are written as in the canned queries."""
    asked = asked_by(request.scope["query_string"], canned(_FOLDER)["changes"])
    rows = answers.rows(opened(request).ask(asked.filled, BY_NAME["json"]))
    entries = [_entry(row) for row in rows if "change" in row]
    given = "&".join(f"{name}={iris.shorten(value)}" for name, value in sorted(asked.values.items()) if value)
    body = pages.render(
        "feed.atom",
        address=f"{iris.BASE}feed.atom{'?' if given else ''}{given}",
        named=[iris.shorten(value) for _, value in sorted(asked.values.items()) if value],
        updated=max((entry.updated for entry in entries), default=_NEVER),
        entries=entries,
        home=iris.BASE,
    )
    return reply_of_build(Choice(_ATOM, _ATOM.media_type), body)


def _entry(row: Row) -> Entry:
    told = {name: words(term.value) for name, term in row.items()}
    return Entry(row["change"].value, told["label"], _summary(told), told["latest"], told.get("statusLabel"))


def _summary(told: dict[str, str]) -> str:
    ways = " → ".join(told.get(name, "?") for name in ("fromLabel", "toLabel"))
    earliest, latest = told.get("earliest"), told["latest"]
    when = latest if earliest == latest else f"between {earliest} and {latest}" if earliest else f"by {latest}"
    return ", ".join(part for part in (ways, told.get("whereLabel"), when, told.get("statusLabel", "").lower()) if part)
