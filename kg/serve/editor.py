"""The page with an editor for queries: a form that needs no script, which YASGUI takes the place of where one runs."""

from fastapi import Request

from kg import queries
from kg.formats import of_kind
from kg.serve import pages, query_page
from kg.serve.pages import POLICY
from kg.serve.settings import Settings

# YASGUI sizes what it draws by style attributes; no other page may.
EDITOR_POLICY = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
_FIRST = "who-defected"


def rendered(request: Request, text: str | None = None) -> str:
    """The page with a query to begin with, and what a query may use."""
    settings: Settings = request.app.state.settings
    known = queries.canned()
    if text is None and known:
        text = known.get(_FIRST, next(iter(known.values()))).text
    return pages.render(
        "sparql.html",
        text=query_page.without_header(text or ""),
        topics=query_page.topics(list(known.values())),
        deadline=settings.lanes.deadline,
        megabytes=settings.limits.answer >> 20,
        services=sorted(settings.services),
        formats=(*of_kind("results"), *of_kind("graph")),
    )
