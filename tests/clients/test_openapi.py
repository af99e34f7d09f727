"""Requests that schemathesis makes up from the OpenAPI of the endpoint, whatever that says."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.endpoint_support import publish_small
from tests.served import serve

LIMITS = settings(  # the same few requests with every run
    max_examples=3, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
SECONDS = 60.0  # a request may take, on a slow machine
TOO_MANY = 429  # is said to a client, not of the request
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BaseSchema]:
    """What a server of its own says that it answers; the faults of these requests are counted against nobody else."""
    home = tmp_path_factory.mktemp("home")
    publish_small(home)
    with serve(home) as address:
        document = schemathesis.openapi.from_url(f"{address}/openapi.json")
        yield document.exclude(tag="federated")  # those ask the world


def faults(schema: BaseSchema, mode: GenerationMode) -> set[str]:
    """What the checks find in the answers to a few requests of each operation."""
    found: set[str] = set()
    for operation in _operations(schema):

        @LIMITS
        @given(case=operation.as_strategy(generation_mode=mode))
        def check(case: schemathesis.Case[Any]) -> None:
            answer = case.call(timeout=SECONDS)
            if answer.status_code != TOO_MANY:
                found.update(_broken(case, answer))

        with suppress(Unsatisfiable):  # of an operation for which no request is wrong
            check()
    return found


def _operations(schema: BaseSchema) -> Iterator[APIOperation[Any, Any, Any, Any]]:
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), f"the OpenAPI is not valid: {result}"
        yield result.ok()


def _broken(case: schemathesis.Case[Any], answer: schemathesis.Response) -> Iterator[str]:
    try:
        case.validate_response(answer, checks=CHECKS)
    except FailureGroup as group:
        yield from (f"{case.operation.label}: {fault.title}: {fault.message}" for fault in group.exceptions)


@pytest.mark.parametrize("mode", GenerationMode)
def test_every_answer_is_one_that_the_openapi_describes_and_none_breaks_the_server(
    described: BaseSchema, mode: GenerationMode
) -> None:
    assert faults(described, mode) == set()
