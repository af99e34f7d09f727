"""/panels: the rows of a panel as a table, and the query that they come from."""

import re

from fastapi import APIRouter, Request, Response

from kg.formats import BY_NAME
from kg.serve.explorer.panels import find, table_of
from kg.serve.live import opened
from kg.serve.negotiation import Choice, Kind
from kg.serve.problem import Problem
from kg.serve.replies import by_extension, reply_of_build

router = APIRouter()

REF = re.compile(r"[a-z][a-z-]*/[A-Za-z0-9][A-Za-z0-9_-]*")
_RQ = Kind("rq", "application/sparql-query")
_OFFERS = (BY_NAME["csv"], BY_NAME["json"], BY_NAME["tsv"], BY_NAME["xml"], _RQ)


@router.get("/panels/{table}/{name}", include_in_schema=False)
def panel(request: Request, table: str, name: str, thing: str) -> Response:
    """The rows behind one panel of a thing's page."""
    stem, _, extension = name.rpartition(".")
    found = find(table, stem)
    if not found or not REF.fullmatch(thing) or table_of(thing) != table:
        raise Problem(404, f"there is no panel {table}/{stem or name} about {thing}")
    choice: Choice[Kind] = by_extension(extension, *_OFFERS)
    text = found.about(thing)
    if choice.offer == _RQ:
        return reply_of_build(choice, text)
    return reply_of_build(choice, opened(request).ask(text, BY_NAME[choice.offer.name]))
