"""How the endpoint is set up: every setting with its default; kg/serve/deploy/kg.toml explains each to operators."""

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Literal

from kg.serve.calling import Federation
from kg.serve.evaluation.lanes import Lanes
from kg.serve.evaluation.limits import Limits
from kg.serve.units import Bytes, Number, Port, Seconds, Some


@dataclass(frozen=True, slots=True)
class Fairness:
    """What one client may use, as a bucket that is refilled all the time."""

    seconds: Seconds = 60.0  # of evaluation at once
    seconds_refill: Seconds = 1.0  # each second
    errors: Seconds = 60.0
    errors_refill: Seconds = 1.0


@dataclass(frozen=True, slots=True)
class Http:
    """What one serving process takes from its clients, and for how long it waits for them."""

    connections: Some = 1000  # at once; requests beyond them are answered by 503
    per_client: Some = 100  # connections of one client; those beyond them are answered by 429
    head: Bytes = 1 << 16  # bytes of the request line and the headers of a request
    head_patience: Seconds = 10.0  # seconds in which they must arrive
    idle: Some = 15  # seconds for which a connection stays open between requests
    send_patience: Seconds = 30.0  # seconds in which a client must read on
    grace: Some = 35  # seconds in which what runs may finish when the server ends; no query runs longer
    proxies: tuple[IPv4Network | IPv6Network, ...] = ()  # whose X-Forwarded-For and -Proto are believed


@dataclass(frozen=True, slots=True)
class Log:
    """What is told: requests on standard output, everything else on standard error."""

    requests: bool = True  # one line of JSON each
    level: Literal["debug", "info", "warning", "error"] = "info"  # of everything else


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything about the endpoint that can be set."""

    host: str = "127.0.0.1"  # loopback: nobody else reaches it
    port: Port = 8000
    processes: Some = 1  # that serve beside each other
    limits: Limits = field(default_factory=Limits)
    lanes: Lanes = field(default_factory=Lanes)
    fairness: Fairness = field(default_factory=Fairness)
    http: Http = field(default_factory=Http)
    federation: Federation = field(default_factory=Federation)
    log: Log = field(default_factory=Log)
    memory_quads: Number = 6_000_000  # up to so many quads are held in memory, more are read from disk
    cache: Bytes = 64 << 20  # bytes of finished bodies
    request: Bytes = 1 << 18  # bytes of the body of a request
    body_patience: Seconds = 10.0  # seconds in which the body of a request must arrive
    services: frozenset[str] = frozenset({"https://query.wikidata.org/sparql"})  # that SERVICE may call
    runtime: Path | None = None  # a folder where several serving processes meet


DEFAULTS = Settings()
