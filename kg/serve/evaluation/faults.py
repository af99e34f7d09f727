"""Why a query got no answer, as the problem that its client is told."""

import signal
from typing import Any

from kg.serve.evaluation.lanes import Lanes
from kg.serve.evaluation.limits import Limits
from kg.serve.problem import Problem


def busy(why: str) -> Problem:
    return Problem(503, f"the endpoint is busy: {why}", {"Retry-After": "5"}, reason="busy")


class Reopening(Problem):
    """The nursery has ended; another one opens the build."""


def reopening() -> Reopening:
    return Reopening(503, "the build is being opened anew", {"Retry-After": "1"}, reason="reopening")


def too_slow(seconds: float) -> Problem:
    return Problem(504, f"the query took longer than {seconds:g} s, so it was ended", reason="deadline")


def of_signal(number: int, limits: Limits, lanes: Lanes) -> Problem:
    """What a worker died of, by the signal that ended it."""
    match number:
        case signal.SIGXCPU:
            detail = f"the query took more than {lanes.deadline:g} s of a processor, so it was ended"
            return Problem(504, detail, reason="processor")
        case signal.SIGKILL:
            return Problem(
                503, "the evaluation was killed from outside, as a system short of memory does", reason="killed"
            )
        case signal.SIGSEGV | signal.SIGBUS:
            return Problem(503, "the query is nested too deeply to be evaluated", reason="depth")
        case signal.SIGABRT:
            return Problem(503, f"the query needs more than {limits.memory >> 20} MB of memory", reason="memory")
    return Problem(503, "the evaluation broke off", reason="crash")


def told(problem: dict[str, Any]) -> Problem:
    """A problem as a worker told it."""
    return Problem(problem["status"], problem["detail"], problem["headers"], **problem["members"])


def paid(problem: Problem, seconds: float) -> Problem:
    """A problem, and what it took to come to it."""
    problem.members["seconds"] = seconds
    return problem
