"""The requests of the endpoint's benchmark: the canned queries with random parameters, light ones and heavy ones."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

from kg.formats import BY_NAME
from kg.queries import CannedQuery, Parameter, canned
from kg.store import Quads

_HEAVY = 0.02  # seconds of evaluation, from which a query is heavy
_TOO_HEAVY = 1.0  # seconds, from which it is left out: it would be all that is measured
_TRIES = 8  # fillings of each query


@dataclass(frozen=True)
class Asked:
    """One request: the query, the format of its answer, and how long the engine took for it alone."""

    query: str
    accept: str
    seconds: float

    @property
    def target(self) -> str:
        """The query string of a GET."""
        return f"query={quote(self.query)}"


def draw(quads: Quads, seed: int = 1) -> tuple[list[Asked], list[Asked]]:
    """Light requests and heavy ones, in random order: the same for every server."""
    chosen = random.Random(seed)
    choices = _choices(quads)
    asked = [
        _timed(quads, query, query.fill({p.name: _value(p, chosen, choices) for p in query.params.values()}))
        for query in canned().values()
        if query.params and not query.federated
        for _ in range(_TRIES)
    ]
    chosen.shuffle(asked)
    light = [one for one in asked if one.seconds < _HEAVY]
    return light, [one for one in asked if _HEAVY <= one.seconds < _TOO_HEAVY]


def _choices(quads: Quads) -> Callable[[str], list[str]]:
    @cache
    def listed(name: str) -> list[str]:
        return [value for value, *_ in quads.query(canned()[name].text).rows() if value]

    return listed


def _value(parameter: Parameter, chosen: random.Random, choices: Callable[[str], list[str]]) -> str:
    """A random value; of those that may be left open, one of two is."""
    if parameter.choices and (parameter.default or chosen.random() < 0.5):
        return chosen.choice(choices(parameter.choices) or [""])
    if parameter.type == "date" and chosen.random() < 0.5:
        return f"{chosen.randint(2015, 2025)}-{chosen.randint(1, 12):02}-{chosen.randint(1, 28):02}"
    return ""


def _timed(quads: Quads, query: CannedQuery, text: str) -> Asked:
    fmt = BY_NAME["json" if query.form in {"SELECT", "ASK"} else "nt"]
    began = time.perf_counter()
    quads.query(text).serialize(fmt)
    return Asked(text, fmt.media_type, time.perf_counter() - began)
