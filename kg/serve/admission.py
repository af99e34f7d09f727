"""What is refused before a worker sees it: what no worker could answer, and what would have to be fetched.

A graph is only a name here, and Oxigraph fetches none: FROM a graph that the build does not hold reads an empty one.
But who names a file, or an address on this machine or in a private network, wants it read, and is told that it is not.
"""

import re
from collections.abc import Collection
from ipaddress import ip_address
from itertools import accumulate, islice
from urllib.parse import urlsplit

from kg.serve.evaluation.frames import Question
from kg.serve.problem import Problem
from kg.serve.scan import refusal, refuse_unlisted

DEEPEST = 200  # brackets in each other; Oxigraph's stack ends at 830 nested EXISTS, and people write about 10
_STEPS = {"{": 1, "(": 1, "[": 1, "}": -1, ")": -1, "]": -1}
# Where a bracket means nothing: comments, IRIs and strings, whether they end or not, so that each is read once.
_OPAQUE = re.compile(
    r"""\#[^\r\n]* | <[^<>\s]*> | '''(?:\\?.)*?(?:'''|\Z) | \"\"\"(?:\\?.)*?(?:\"\"\"|\Z)
      | '(?:\\.|[^'\\\r\n])*'? | "(?:\\.|[^"\\\r\n])*"?""",
    re.VERBOSE | re.DOTALL,
)
_BRACKET = re.compile(r"[][(){}]")
_NO_BRACKETS = re.compile(r"[^][(){}]+")
_PERHAPS_FROM = re.compile(r"from\s*(?:named\s*)?<")  # of a query in small letters; ten times as fast
_FROM = re.compile(r"\bFROM\s*(?:NAMED\s*)?<([^<>]*)>", re.IGNORECASE)


def refuse_hopeless(question: Question, services: Collection[str]) -> bool:
    """Whether a question calls a remote service; a Problem where it is refused as it stands."""
    query = question.query
    _refuse_depth(query)
    for graph in (*question.default_graphs, *question.named_graphs):
        if _is_to_be_read(graph):
            raise Problem(403, _not_read(graph))
    for named in _FROM.finditer(query) if _PERHAPS_FROM.search(query.lower()) else ():
        if _is_to_be_read(named[1]):
            raise refusal(query, named.start(1) - 1, _not_read(named[1]))
    return refuse_unlisted(query, services)


def _refuse_depth(query: str) -> None:
    if sum(map(query.count, "{([")) <= DEEPEST:
        return
    plain = _OPAQUE.sub(lambda found: " " * len(found[0]), query)
    depths = list(accumulate(map(_STEPS.__getitem__, _NO_BRACKETS.sub("", plain))))
    if max(depths, default=0) > DEEPEST:
        at = next(islice(_BRACKET.finditer(plain), depths.index(DEEPEST + 1), None)).start()
        raise refusal(query, at, f"the query is nested deeper than {DEEPEST} brackets", 400)


def _is_to_be_read(graph: str) -> bool:
    """Whether this is rather an address of something near than the name of a graph."""
    try:
        scheme, host = urlsplit(graph).scheme, urlsplit(graph).hostname
    except ValueError:  # no IRI, which the engine will say
        return False
    if scheme == "file" or not host:
        return scheme == "file"
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _not_read(graph: str) -> str:
    return f"this endpoint reads no graph but those of its build, and so not {graph}"
