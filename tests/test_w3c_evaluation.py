"""The W3C's tests of the query language and of its results, over HTTP: the engine's own answers, in every format."""

from collections.abc import Iterator

import httpx
import pyoxigraph as ox
import pytest
from ruamel.yaml import YAML

from tests.endpoint_support import publish_small
from tests.served import serve
from tests.w3c import results, suite
from tests.w3c.suite import Case

if not suite.FOLDER.is_dir():
    pytest.skip(suite.ABSENT, allow_module_level=True)

KNOWN: dict[str, str] = YAML(typ="safe").load(suite.HERE / "known-failures.yaml")
EVALUATED = suite.of_kind("QueryEvaluationTest", "CSVResultFormatTest")


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """`kg serve` over a build that holds every file of the suite's data as a graph of its own."""
    home = tmp_path_factory.mktemp("home")
    publish_small(home, extra=suite.stored())
    with serve(home) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


def ask(endpoint: httpx.Client, case: Case, media_type: str = "*/*") -> httpx.Response:
    headers = {"Content-Type": "application/sparql-query", "Accept": media_type}
    return endpoint.post("/sparql", params=case.dataset, content=case.query.encode(), headers=headers)


def engines(case: Case) -> results.Answer:
    """The engine's own answer, over the test's data and nothing else; over all of it where the query says FROM."""
    store = ox.Store()
    if not case.dataset:
        store.load("\n".join(suite.stored()), format=ox.RdfFormat.N_QUADS)
    for iri in case.data:
        store.extend(suite.triples(iri))
    for iri in case.graphs:
        store.extend(suite.triples(iri, ox.NamedNode(iri)))
    return store.query(case.query)


def written(case: Case, media_type: str) -> bytes:
    answer = engines(case)
    assert not isinstance(answer, ox.QueryTriples)
    body = answer.serialize(format=results.RESULTS[media_type])
    assert body is not None
    return body


def known(cases: list[Case]) -> list[object]:
    """The tests, with those that the engine is known to fail marked to fail."""
    return [
        pytest.param(case, id=str(case), marks=pytest.mark.xfail(strict=True, reason=KNOWN[str(case)]))
        if str(case) in KNOWN
        else pytest.param(case, id=str(case))
        for case in cases
    ]


@pytest.mark.parametrize("case", EVALUATED, ids=str)
def test_the_endpoint_answers_as_the_engine_does(endpoint: httpx.Client, case: Case) -> None:
    own = engines(case)
    formats: dict[str, object] = {**(results.GRAPHS if isinstance(own, ox.QueryTriples) else results.RESULTS)}
    meaning = results.meaning(own)
    for media_type in formats:
        answer = ask(endpoint, case, media_type)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].split(";")[0] == media_type
        if media_type == "text/csv":
            assert results.table(answer.content) == results.table(written(case, media_type))
        else:
            assert results.read(answer.content, media_type) == meaning


@pytest.mark.parametrize("case", known(EVALUATED))
def test_the_answer_is_the_one_that_the_w3c_expects(endpoint: httpx.Client, case: Case) -> None:
    path = suite.path(case.result)
    if path.suffix == ".csv":
        assert results.table(ask(endpoint, case, "text/csv").content) == results.table(path.read_bytes())
    else:
        answer = ask(endpoint, case, "application/sparql-results+json, application/n-triples")
        media_type = answer.headers["content-type"].split(";")[0]
        assert results.read(answer.content, media_type) == results.expected(path, case.result)


@pytest.mark.parametrize("case", known(suite.of_kind("PositiveSyntaxTest11")))
def test_what_the_w3c_calls_a_query_is_evaluated(endpoint: httpx.Client, case: Case) -> None:
    assert ask(endpoint, case).status_code == 200


@pytest.mark.parametrize("case", suite.of_kind("NegativeSyntaxTest11"), ids=str)
def test_what_the_w3c_calls_no_query_is_refused(endpoint: httpx.Client, case: Case) -> None:
    assert ask(endpoint, case).status_code == 400


@pytest.mark.parametrize("case", suite.federated(), ids=str)
def test_a_query_that_calls_a_service_which_is_not_listed_is_refused(endpoint: httpx.Client, case: Case) -> None:
    assert ask(endpoint, case).status_code == 403
