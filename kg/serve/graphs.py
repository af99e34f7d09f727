"""/graphs: the SPARQL 1.1 Graph Store HTTP Protocol, reading; each graph by its name, and a list of them all."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from kg.serve import answers, pages
from kg.serve.evaluation import Question
from kg.serve.live import opened
from kg.serve.negotiation import HTML, JSON
from kg.serve.problem import Problem
from kg.serve.protocol import read_fields
from kg.serve.replies import negotiated, reply_of_build

ADDRESS = "/graphs"
YES = b"true"

router = APIRouter()


def read_graph(query_string: bytes, accept: str) -> Question:
    """The question whose answer is the graph that a request names; a Problem where it names none, or several."""
    fields = read_fields(query_string)
    named = [value for name, value in fields if name == "graph"]
    if len(named) + sum(name == "default" for name, _ in fields) != 1:
        raise Problem(400, f"name one graph: {ADDRESS}?default, or {ADDRESS}?graph= and its IRI; {ADDRESS} lists them")
    return Question(answers.text("graph"), default_graphs=tuple(named), accept=accept or "*/*")


def is_there(question: Question) -> Question | None:
    """The question whether a graph holds anything; None for the default graph, which always exists."""
    if not question.default_graphs:
        return None
    return Question(answers.text("any"), default_graphs=question.default_graphs, format="csv")


def unknown(question: Question) -> Problem:
    return Problem(404, f"there is no graph <{question.default_graphs[0]}>; {ADDRESS} lists those there are")


def address(graph: str) -> str:
    """Where a graph is read; the default graph has no name."""
    return f"{ADDRESS}?{urlencode({'graph': graph})}" if graph else f"{ADDRESS}?default"


@router.get(ADDRESS)
def graph_list(request: Request) -> Response:
    """Every graph with its size; one of them by `?default`, or by `?graph=` and its IRI."""
    choice = negotiated(request, HTML, JSON)
    build = opened(request)
    sizes = build.triples_by_graph
    if choice.offer == HTML:
        rows = [(name, address(name), triples) for name, triples in sizes.items()]
        return reply_of_build(choice, pages.render("graphs.html", graphs=rows))
    listed = [{"graph": name or None, "triples": triples, "url": address(name)} for name, triples in sizes.items()]
    return reply_of_build(choice, pages.json_text({"build": build.build.id, "graphs": listed}))
