"""/sources: every source with its terms, its dates, what it contributes and what it disagrees with others on."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from kg import iris
from kg.serve import answers, cards, graphs, pages
from kg.serve.explorer.cells import Cells, cells
from kg.serve.keeping import MARK
from kg.serve.live import Opened, opened

router = APIRouter()

_TOLD = "The sources of the graph: their licences and dates, what each contributes, and what they disagree on."


@dataclass(frozen=True)
class Source:
    """One source: its description, its numbers, and where its graph is read."""

    described: Cells
    ref: str
    graph: str
    statements: int
    numbers: dict[str, int]  # changes, claims, contradicted and outranked, where there are any


@router.get("/sources", include_in_schema=False)
def sources(request: Request) -> Response:
    """The sources of the build, and what they contradict each other on."""
    build = opened(request)
    contradictions = [cells(row) for row in answers.select(build, "contradictions")]
    return pages.page(
        "sources.html",
        headers={MARK: "1"},
        card=cards.of_page("Sources", _TOLD, "/sources"),
        sources=_sources(build),
        contradictions=contradictions,
        way=pages.HOME,
    )


def _sources(build: Opened) -> list[Source]:
    sizes, numbers = _sizes(build), _numbers(build)
    found: list[Source] = []
    for row in answers.select(build, "listed-sources"):
        iri = row["source"].value
        ref = iris.shorten(iri)
        found.append(Source(cells(row), ref, graphs.address(iri), sizes.get(iri, 0), numbers.get(iri, {})))
    return found


def _sizes(build: Opened) -> dict[str, int]:
    """How many quads the graph of each source has: from the report of the build where it says so, or else counted."""
    told = build.build.report.get("sources")
    if told:
        return {iris.thing(f"source/{slug}"): counted["quads"] for slug, counted in told.items()}
    return build.triples_by_graph


def _numbers(build: Opened) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for row in answers.select(build, "contributed"):
        if "source" in row:
            found.setdefault(row["source"].value, {})[row["what"].value] = int(row["number"].value)
    return found
