"""A query evaluated and its answer written, in the format that it names or that the client accepts; a worker's work."""

import re
from functools import lru_cache
from typing import IO

from kg.errors import KgError
from kg.formats import Format, of_kind
from kg.serve.evaluation.frames import Question
from kg.serve.negotiation import Choice, choose
from kg.serve.problem import NotAcceptable, Problem
from kg.store import Answer, EvaluationFault, Form, Quads

# Names by which SPARQLWrapper and others ask, where ours differ.
_SYNONYMS: dict[str, dict[str, str]] = {
    "results": {},
    "graph": {
        "turtle": "ttl",
        "n3": "ttl",
        "n-triples": "nt",
        "json": "jsonld",
        "json-ld": "jsonld",
        "xml": "rdf",
        "rdf+xml": "rdf",
    },
}
_CALLS = re.compile("service", re.IGNORECASE)


def write_answer(quads: Quads, question: Question, output: IO[bytes]) -> Choice[Format]:
    """Write the answer to a question; how it is written."""
    try:
        return _write(quads, question, output)
    except KgError as fault:
        told = _remote(fault) if isinstance(fault, EvaluationFault) and _CALLS.search(question.query) else fault
        told.__cause__ = told.__context__ = None
    raise told.with_traceback(None)  # the frames of a traceback hold the answer, and with it its memory


def _write(quads: Quads, question: Question, output: IO[bytes]) -> Choice[Format]:
    answer = quads.query(
        question.query,
        default_graphs=question.default_graphs,
        named_graphs=question.named_graphs,
        union=question.union,
    )
    choice = _choice(answer.form, question.format, question.accept)
    _write_in(answer, choice.offer, question.ordered, output)
    return choice


def _write_in(answer: Answer, fmt: Format, ordered: bool, output: IO[bytes]) -> None:
    if ordered and answer.form == "graph":
        output.write(answer.serialize(fmt))
    else:
        answer.write(fmt, output)


@lru_cache(maxsize=512)  # clients of one kind send one header
def _choice(form: Form, name: str | None, wanted: str) -> Choice[Format]:
    offers = of_kind("graph" if form == "graph" else "results")
    if name is not None:
        return _named(name.lower(), offers)
    choice = choose(wanted, offers)
    if not choice:
        raise NotAcceptable(offers)
    return choice


def _named(name: str, offers: tuple[Format, ...]) -> Choice[Format]:
    name = _SYNONYMS[offers[0].kind].get(name, name)
    for offer in offers:
        if offer.name == name:
            return Choice(offer, offer.media_type)
    names = ", ".join(offer.name for offer in offers)
    raise Problem(400, f"the answer to this query cannot be written as format={name}; it can as: {names}")


def _remote(fault: EvaluationFault) -> Problem:
    status = 504 if "timed out" in str(fault).lower() else 502
    return Problem(status, f"a service that the query calls did not answer: {fault}", reason="service")
