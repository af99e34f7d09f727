"""Queries are evaluated in processes of their own, so that no query can harm another: a nursery opens a build once and
forks workers from it, a pool gives each query a worker and ends the worker where the query does not end."""

from kg.serve.evaluation.faults import Reopening
from kg.serve.evaluation.frames import Question, Reply
from kg.serve.evaluation.pool import Pool, start_pool

__all__ = ["Pool", "Question", "Reopening", "Reply", "start_pool"]
