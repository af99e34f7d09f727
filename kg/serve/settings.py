"""How the endpoint is set up: every setting with its default; a file in TOML and the environment change them."""

from dataclasses import dataclass, field
from pathlib import Path

from kg.serve.evaluation.lanes import Lanes
from kg.serve.evaluation.limits import Limits


@dataclass(frozen=True, slots=True)
class Fairness:
    """What one client may use, as a bucket that is refilled all the time."""

    seconds: float = 60.0  # of evaluation at once
    seconds_refill: float = 1.0  # each second
    errors: float = 60.0
    errors_refill: float = 1.0


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything about the endpoint that can be set."""

    limits: Limits = field(default_factory=Limits)
    lanes: Lanes = field(default_factory=Lanes)
    fairness: Fairness = field(default_factory=Fairness)
    memory_quads: int = 6_000_000  # up to so many quads are held in memory, more are read from disk
    cache: int = 64 << 20  # bytes of finished bodies
    request: int = 1 << 18  # bytes of the body of a request
    body_patience: float = 10.0  # seconds in which the body of a request must arrive
    services: frozenset[str] = frozenset({"https://query.wikidata.org/sparql"})  # that SERVICE may call
    runtime: Path | None = None  # a folder where several serving processes meet


DEFAULTS = Settings()
