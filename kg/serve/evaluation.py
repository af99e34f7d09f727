"""Evaluating a query and writing its answer, in one call, because an answer can't leave the thread it was made in."""

from kg.errors import KgError
from kg.formats import Format, of_kind
from kg.serve.negotiation import Choice, choose
from kg.serve.problems import NotAcceptable, Problem
from kg.serve.protocol import Operation
from kg.serve.scan import refuse_unlisted
from kg.store import EvaluationFault, Form, Quads

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


def evaluate(quads: Quads, operation: Operation, wanted: str) -> tuple[Choice[Format], bytes]:
    """The answer to a query, in the format that it names or else in the one that the Accept header `wanted` chooses."""
    federated = refuse_unlisted(operation.query)
    try:
        return _evaluate(quads, operation, wanted)
    except KgError as fault:
        told = _remote(fault) if federated and isinstance(fault, EvaluationFault) else fault
        told.__cause__ = told.__context__ = None
    raise told.with_traceback(None)  # the frames of a traceback hold the answer, which must not leave the thread either


def _evaluate(quads: Quads, operation: Operation, wanted: str) -> tuple[Choice[Format], bytes]:
    graphs, named = operation.default_graphs, operation.named_graphs
    answer = quads.query(operation.query, default_graphs=graphs, named_graphs=named)
    choice = _choice(answer.form, operation.format, wanted)
    return choice, answer.serialize(choice.offer)


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
    return Problem(status, f"a service that the query calls did not answer: {fault}")
