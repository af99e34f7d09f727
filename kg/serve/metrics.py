"""/metrics: what Prometheus reads. Any serving process answers for all of them, each of which has its own label.

Every one listens in the runtime folder and tells its own figures to whoever connects; the one that is asked asks there.
"""

import asyncio
import contextlib
import json
import os
from collections.abc import Iterable, Iterator
from itertools import accumulate
from pathlib import Path

from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from kg import __version__
from kg.serve.front import Front
from kg.serve.live import Live
from kg.serve.traffic import BOUNDS

_PATIENCE = 1.0  # seconds in which another process must tell its figures
_PAGE = os.sysconf("SC_PAGE_SIZE")

Labels = dict[str, str]
Sample = tuple[str, Labels, float]  # suffix of the name, labels, value
Figures = list[tuple[str, str, str, list[Sample]]]  # name, type, meaning

router = APIRouter()


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Counters and gauges of all serving processes."""
    told = await request.app.state.metrics.gather()
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Told(told))
    encode, content_type = choose_encoder(request.headers.get("accept", ""))
    return Response(encode(registry), headers={"Content-Type": content_type, "Cache-Control": "no-store"})


class Metrics:
    """The figures of one serving process, and of those beside it."""

    def __init__(self, front: Front, live: Live, runtime: Path | None) -> None:
        self._front, self._live = front, live
        self._folder = runtime / "metrics" if runtime else None
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        if self._folder:
            self._folder.mkdir(exist_ok=True)
            self._server = await asyncio.start_unix_server(self._tell, self._folder / f"{os.getpid()}")

    async def stop(self) -> None:
        if self._server and self._folder:
            self._server.close()
            (self._folder / f"{os.getpid()}").unlink(missing_ok=True)

    async def gather(self) -> list[Figures]:
        """The figures of every serving process that answers."""
        paths = sorted(self._folder.iterdir()) if self._folder else []
        others = [path for path in paths if path.name != f"{os.getpid()}"]
        asked = await asyncio.gather(*(_ask(path) for path in others))
        return [self._figures(), *(figures for figures in asked if figures)]

    async def _tell(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            writer.write(json.dumps(self._figures()).encode())
            await writer.drain()
        writer.close()

    def _figures(self) -> Figures:
        own = {"process": f"{os.getpid()}"}
        return [
            (name, kind, meaning, [(suffix, own | labels, value) for suffix, labels, value in samples])
            for name, kind, meaning, samples in [*_of_front(self._front), *_of_evaluation(self._live)]
        ]


async def _ask(path: Path) -> Figures | None:
    """The figures of another process; None where it has ended, or is too busy."""
    try:
        async with asyncio.timeout(_PATIENCE):
            reader, writer = await asyncio.open_unix_connection(path)
            told = await reader.read()
            writer.close()
    except ConnectionRefusedError:
        path.unlink(missing_ok=True)
        return None
    except (OSError, TimeoutError):
        return None
    figures: Figures = json.loads(told) if told else []
    return figures


class _Told(Collector):
    """What all processes have told, one family for each name."""

    def __init__(self, told: Iterable[Figures]) -> None:
        self._told = told

    def collect(self) -> Iterator[Metric]:
        families: dict[str, Metric] = {}
        for figures in self._told:
            for name, kind, meaning, samples in figures:
                family = families.setdefault(name, Metric(name, meaning, kind))
                for suffix, labels, value in samples:
                    family.add_sample(name + suffix, labels, value)
        yield from families.values()


def _of_front(front: Front) -> Figures:
    traffic, bodies = front.traffic, front.bodies
    refused: list[Sample] = [("_total", {"reason": reason}, n) for reason, n in sorted(traffic.refused.items())]
    return [
        ("kg_request_seconds", "histogram", "Time to answer a request.", list(_latency(front))),
        ("kg_requests_open", "gauge", "Requests that are being answered.", [("", {}, traffic.open)]),
        ("kg_refused", "counter", "Queries that got no answer, by reason.", refused),
        ("kg_sent_bytes", "counter", "Bytes of bodies sent.", [("_total", {}, traffic.sent)]),
        ("kg_cache_hits", "counter", "Answers from finished bodies.", [("_total", {}, bodies.hits)]),
        ("kg_cache_misses", "counter", "Finished bodies that had to be made.", [("_total", {}, bodies.misses)]),
        ("kg_cache_bytes", "gauge", "Bytes of the finished bodies.", [("", {}, bodies.size)]),
        ("kg_cache_bodies", "gauge", "Finished bodies.", [("", {}, len(bodies))]),
        ("kg_log_dropped", "counter", "Requests that the log lost.", [("_total", {}, traffic.untold)]),
        ("kg_resident_bytes", "gauge", "Memory of the serving process.", [("", {}, _resident())]),
    ]


def _latency(front: Front) -> Iterator[Sample]:
    bounds = [f"{bound:g}" for bound in BOUNDS] + ["+Inf"]
    for (route, status), latency in list(front.traffic.latency.items()):
        labels = {"route": route, "status": f"{status}"}
        counts = list(accumulate(latency.counts))
        for bound, count in zip(bounds, counts, strict=True):
            yield "_bucket", labels | {"le": bound}, count
        yield "_count", labels, counts[-1]
        yield "_sum", labels, latency.seconds


def _of_evaluation(live: Live) -> Figures:
    load = dict(live.load)
    waiting = load.pop("waiting", 0)
    served: Labels = {"build": live.build_id, "storage": live.storage, "version": __version__}
    events: list[Sample] = [("_total", {"event": event}, count) for event, count in sorted(live.counts.items())]
    workers: list[Sample] = [("", {"state": state}, count) for state, count in load.items()]
    return [
        ("kg_build", "info", "The build that is served.", [("_info", served, 1)]),
        ("kg_build_current", "gauge", "1 where it is the published one.", [("", {}, int(live.is_current()))]),
        ("kg_workers", "gauge", "Workers by what they do.", workers),
        ("kg_queue_length", "gauge", "Queries that wait for a worker.", [("", {}, waiting)]),
        ("kg_evaluation", "counter", "What has happened to queries and their workers.", events),
    ]


def _resident() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 (a file of the kernel)
        return int(file.read().split()[1]) * _PAGE
