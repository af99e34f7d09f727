"""What is known of queries from before: which are heavy, and which were ended and so are not tried again soon."""

from collections import OrderedDict
from typing import TypeVar

from kg.serve.evaluation.frames import Question
from kg.serve.problem import Problem

_MOST = 1024  # queries

T = TypeVar("T")


class Known:
    """A short memory of queries."""

    def __init__(self) -> None:
        self._heavy: OrderedDict[object, None] = OrderedDict()
        self._ended: OrderedDict[object, tuple[float, Problem]] = OrderedDict()  # until when it is refused, and why

    def is_heavy(self, question: Question) -> bool:
        return bool(self._heavy) and question.key in self._heavy

    def note_heavy(self, question: Question) -> None:
        _keep(self._heavy, question.key, None)

    def note_ended(self, question: Question, problem: Problem, until: float) -> None:
        _keep(self._ended, question.key, (until, problem))

    def refusal(self, question: Question, now: float) -> Problem | None:
        """Why the query is not tried again yet; None where it may be."""
        if not self._ended or not (ended := self._ended.get(question.key)):
            return None
        until, problem = ended
        if (left := until - now) <= 0:
            del self._ended[question.key]
            return None
        detail = f"{problem.detail}; the same query is not tried again for {left:.0f} s"
        return Problem(problem.status, detail, {"Retry-After": f"{left:.0f}"}, reason="remembered")


def _keep(known: OrderedDict[object, T], key: object, value: T) -> None:
    known[key] = value
    known.move_to_end(key)
    if len(known) > _MOST:
        known.popitem(last=False)
