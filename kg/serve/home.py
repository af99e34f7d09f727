"""/: what this is, the latest changes of side, who lost to whom, and what there is to look at."""

from collections.abc import Sequence
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from kg import iris, queries
from kg.parameters import Parameter
from kg.serve import answers, cards, pages, pictures
from kg.serve.answers import Row
from kg.serve.asking import Asked, depicted
from kg.serve.canned import featured
from kg.serve.explorer import schema_org
from kg.serve.explorer.cells import cells
from kg.serve.explorer.panels import address_of
from kg.serve.keeping import MARK
from kg.serve.live import Opened, opened
from kg.serve.pages import Link
from kg.serve.protocol import read_fields

router = APIRouter()

_FLOW = "net-flow-between-affiliations"
_YEARS = 5  # of the picture, unless the address names others
_LAST = 2025  # the last of them where no change has a date
_QUESTIONS = 8
_NUMBERS = {
    "pd:AffiliationChange": "changes of side",
    "pd:Person": "people",
    "pd:Party": "parties",
    "pd:Council": "councils",
    "pd:ControlChange": "changes of control",
    "pd:Claim": "claims with evidence",
}


@router.get("/", include_in_schema=False)
def home(request: Request) -> Response:
    """The first page; `since` and `until` are the years between which its picture shows who lost to whom."""
    build = opened(request)
    recent = answers.select(build, "recent")
    since, until = _period(request, recent)
    flow = _flow(since, until)
    shown = depicted(build, flow) if flow else None
    return pages.page(
        "home.html",
        headers={MARK: "1"},
        card=cards.of_page("Who left which party", pages.MOTTO, "/"),
        build=build.build.id,
        quads=build.build.report.get("quads") or sum(build.triples_by_graph.values()),
        numbers=_numbers(build),
        changes_address=address_of("who-defected"),
        recent=[cells(row) for row in recent],
        since=since,
        until=until,
        flow_address=flow.address(".html") if flow else None,
        picture=pictures.figure(shown.picture) if shown else Markup(""),
        questions=featured()[:_QUESTIONS],
        sources=[cells(row)["source"] for row in answers.select(build, "listed-sources")],
        structured=schema_org.dataset(iris.BASE),
    )


def _numbers(build: Opened) -> list[tuple[int, Link]]:
    """How many things of the main classes there are, each with the query that counts them."""
    counted: dict[str, int] = build.build.report.get("classes") or {
        iris.shorten(cls): count for cls, count in build.things_by_class.items()
    }
    return [
        (counted[curie], Link(words, f"/sparql#query={quote(answers.text('number', iris.expand(curie)))}"))
        for curie, words in _NUMBERS.items()
        if counted.get(curie)
    ]


def _period(request: Request, recent: Sequence[Row]) -> tuple[int, int]:
    """The first and the last year that the address names; else the last years of which a change is known."""
    given = {name: value for name, value in read_fields(request.scope["query_string"]) if value.strip()}
    known = [row[name].value[:4] for row in recent for name in ("dateEarliest", "dateLatest") if name in row][:1]
    until = _year("until", given.get("until") or (known[0] if known else str(_LAST)))
    return _year("since", given.get("since") or f"{until - _YEARS + 1:04}"), until


def _year(name: str, value: str) -> int:
    """A year in four digits; a ParameterFault for anything else."""
    Parameter(name, "year", None, "", None).term(value)
    return int(value)


def _flow(since: int, until: int) -> Asked | None:
    """The question that the picture answers."""
    found = queries.canned().get(_FLOW)
    values = {"since": f"{since:04}-01-01", "until": f"{until:04}-12-31"}
    return Asked(found, values, found.fill(values), None) if found else None
