"""What is refused before a worker sees it, what a client may use, and what the server keeps of strangers' requests."""

import asyncio
import socket
import subprocess
import time

import pytest

from kg.errors import KgError
from kg.serve.admission import DEEPEST, refuse_hopeless
from kg.serve.bodies import Bodies, Finished
from kg.serve.evaluation import Question
from kg.serve.evaluation.handle import Worker
from kg.serve.evaluation.queueing import FairQueue
from kg.serve.fairness import Accounts
from kg.serve.negotiation import HTML, PROBLEM, choose
from kg.serve.problem import Problem
from kg.serve.protocol import read_question
from kg.serve.settings import Fairness


def refused(query: str, **graphs: tuple[str, ...]) -> Problem:
    with pytest.raises(Problem) as fault:
        refuse_hopeless(Question(query, **graphs), ())  # type: ignore[arg-type]
    return fault.value


def timeout(more: str) -> float | None:
    return read_question("GET", f"query=ASK%7B%7D{more}".encode(), "", b"", "*/*").deadline


# Nesting


@pytest.mark.parametrize("bracket", ["{}", "()", "[]"])
def test_a_query_that_is_nested_too_deeply_is_refused_where_it_is(bracket: str) -> None:
    opening, closing = bracket[0], bracket[1]
    assert not refuse_hopeless(Question(opening * DEEPEST + closing * DEEPEST), ())
    too_deep = refused("ASK\n  " + opening * (DEEPEST + 1))
    assert (too_deep.status, too_deep.members) == (400, {"line": 2, "column": DEEPEST + 3})


@pytest.mark.parametrize("text", ["# %s\n", "'%s'", '"%s', "'''%s\n'''", "<http://x/%s>", "'\\'%s'"])
def test_brackets_in_a_string_a_comment_or_an_iri_are_none(text: str) -> None:
    assert not refuse_hopeless(Question("ASK { } " + text % ("(" * 500)), ())


def test_many_brackets_beside_each_other_are_not_deep() -> None:
    rows = " ".join(f"({n} {n})" for n in range(5000))
    assert not refuse_hopeless(Question(f"SELECT * {{ VALUES (?a ?b) {{ {rows} }} }}"), ())


# Graphs


@pytest.mark.parametrize(
    "graph",
    ["file:///etc/passwd", "FILE:/x", "http://localhost/", "http://a.localhost:8/", "http://127.0.0.1:9/x",
     "https://10.1.2.3/", "http://169.254.169.254/", "http://[::1]/", "http://[fe80::1]/", "http://[::ffff:10.0.0.1]/"],
)  # fmt: skip
def test_a_graph_that_would_have_to_be_read_from_near_is_refused(graph: str) -> None:
    assert refused(f"ASK FROM <{graph}> {{}}").members == {"line": 1, "column": 10}
    assert refused(f"ASK\nFROM NAMED <{graph}> {{}}").members == {"line": 2, "column": 12}
    assert refused("ASK {}", default_graphs=(graph,)).status == 403
    assert refused("ASK {}", named_graphs=("http://example.com/", graph)).status == 403


@pytest.mark.parametrize(
    "graph", ["http://www.w3.org/x", "urn:x:y", "https://w3id.org/x#y", "profile", "http://[x/", ""]
)
def test_any_other_graph_is_a_name(graph: str) -> None:
    assert not refuse_hopeless(Question(f"ASK FROM <{graph}> FROM NAMED <{graph}> {{}}", (graph,), (graph,)), ())


# Time


@pytest.mark.parametrize(
    ("more", "seconds"),
    [("", None), ("&timeout=", None), ("&timeout=0", None), ("&timeout=10", 10.0), ("&timeout=0.5", 0.5),
     ("&timeout=10s", 10.0), ("&timeout=500ms", 0.5), ("&maxQueryTimeMillis=500", 0.5),
     ("&timeout=10&maxQueryTimeMillis=500", 0.5)],
)  # fmt: skip
def test_a_client_may_give_its_query_less_time(more: str, seconds: float | None) -> None:
    assert timeout(more) == seconds


@pytest.mark.parametrize("value", ["-1", "1e9", "soon", "10m", "10 s", "0x1", "nan", "9" * 20])
def test_a_time_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(Problem, match="parameter 'timeout'"):
        timeout(f"&timeout={value}")


# Clients


def test_a_network_of_ipv6_is_one_client_and_an_address_of_ipv4_another_each() -> None:
    accounts = Accounts(Fairness(seconds=1.0))
    accounts.charge("2001:db8:1:2::1", 5.0)
    with pytest.raises(Problem):
        accounts.admit("2001:db8:1:2:ffff::9")
    accounts.admit("2001:db8:1:3::1")
    accounts.charge("::ffff:192.0.2.1", 5.0)
    accounts.admit("::ffff:192.0.2.2")


def test_a_client_with_many_queries_fills_the_queue_for_itself_only() -> None:
    async def wait() -> None:
        queue: FairQueue[int] = FairQueue(3)
        places = [queue.join("flood") for _ in range(3)]
        assert queue.is_full_for("flood")
        assert not queue.is_full_for("another")
        place = queue.join("another")
        assert queue.is_full_for("another")
        assert [queue.give(n) for n in range(2)] == [True, True]
        assert place.result() == 1
        queue.dismiss(KgError("the build is being opened anew"))
        assert [type(place.exception()) for place in places[1:]] == [KgError, KgError]
        assert len(queue) == 0

    asyncio.run(wait())


# Workers


def test_a_worker_that_has_ended_can_be_stopped_and_resumed_in_vain() -> None:
    """It may end by itself between its answer and the moment in which that is read."""
    ended = subprocess.Popen(["true"])
    ended.wait()

    async def signal() -> None:
        ours, theirs = socket.socketpair()
        gone: list[Worker] = []
        worker = Worker(ended.pid, ours, gone.append)
        worker.pause()
        worker.resume()
        worker.kill()
        assert gone == [worker]
        theirs.close()

    asyncio.run(signal())


# What is kept


def test_a_long_query_is_known_by_its_hash() -> None:
    one, other = (Question(f"ASK {{}} # {n}" + "x" * 100_000, accept="y" * 10_000) for n in (1, 2))
    assert one.key != other.key
    assert len(repr(one.key)) < 1000


def test_a_finished_body_weighs_what_its_address_does() -> None:
    bodies = Bodies(1 << 20)
    for n in range(1000):
        bodies.keep((n, "x" * 50_000), Finished(b"", "text/csv", "tag"))
    assert len(bodies) < 25


# Headers


@pytest.mark.parametrize("accept", ['\\"' * 20_000, '"' * 20_001, ";" * 20_000, 'a/b;"' * 9000, ";", "; ;", '"\\', '"'])
def test_an_accept_header_of_nonsense_is_read_once_and_names_nothing(accept: str) -> None:
    began = time.monotonic()
    choose(accept, (PROBLEM, HTML))
    assert time.monotonic() - began < 2
