"""Lines of N-Quads as statements with plain values, as far as telling what changed between two builds needs them."""

import json
import re
from dataclasses import dataclass

from kg.iris import shorten

# An object is anything before an optional graph; what a literal holds cannot end the line.
_LINE = re.compile(r"<([^>]*)> <([^>]*)> (.+?)(?: <([^>]*)>)? \.\n?")


@dataclass(frozen=True)
class Statement:
    """One quad: references and CURIEs where there are any, the value as it would be read, no graph for the view."""

    subject: str
    property: str
    value: str
    graph: str | None


def read_statement(line: bytes) -> Statement:
    """The statement of one line; a ValueError where it is none, or names a blank node."""
    found = _LINE.fullmatch(line.decode("utf-8"))
    if not found:
        raise ValueError(f"no line of N-Quads: {line!r}")
    subject, predicate, value, graph = found.groups()
    return Statement(shorten(subject), shorten(predicate), _plain(value), shorten(graph) if graph else None)


def _plain(term: str) -> str:
    if term.startswith("<"):
        return shorten(term[1:-1])
    return str(json.loads(term[: term.rindex('"') + 1], strict=False))
