"""The endpoint beside Oxigraph's own server, rdflib-endpoint and a bare application: throughput, latency, memory.

Usage: python -m tests.benchmarks.endpoint HOME [HOME …] [--runs 5] [--seconds 4] [--pictures DIR]

Each HOME holds a build (`kg build --home HOME …`). Every server gets the same requests, in turn: the canned queries
with random parameters, each client asking one after the other. *Cold*: every answer is evaluated. *Warm*: from finished
bodies. *Killers*: cold, while four queries run that never end. *Start*: until the first answer, and what workers hold.
"""

import pickle
import statistics
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated

import httpx
import typer

from kg.builds import current
from kg.store import Quads
from tests.benchmarks import endpoint_killers as killers
from tests.benchmarks import endpoint_start as starting
from tests.benchmarks.endpoint_load import Load, load
from tests.benchmarks.endpoint_mix import Asked, draw
from tests.benchmarks.endpoint_servers import Server, bare, oxigraph, project, rdflib_endpoint, settle
from tests.benchmarks.measure import megabytes, table
from tests.benchmarks.picture import write_bars

CLIENTS = (1, 8, 32)
_SMALL = 200_000  # quads, up to which rdflib-endpoint is measured

Starts = dict[str, Callable[[], AbstractContextManager[Server]]]


def main(
    homes: Annotated[list[Path], typer.Argument(help="Homes of the builds.")],
    runs: Annotated[int, typer.Option(help="Runs of each, in turn.")] = 5,
    seconds: Annotated[float, typer.Option(help="Of each run.")] = 4.0,
    parts: Annotated[str, typer.Option(help="Of cold, heavy, warm, killers, start.")] = "cold,heavy,warm,killers,start",
    pictures: Annotated[Path | None, typer.Option(help="Folder for a picture of each table.")] = None,
) -> None:
    for home in homes:
        quads = Quads.of_quads(current(home).quads)
        light, heavy = draw(quads)
        print(f"\n## {len(quads):,} quads: {len(light)} light requests, {len(heavy)} heavy ones; medians of {runs}\n")
        count = len(quads)
        del quads
        if "cold" in parts:
            _report("cold", _cold(home, small=count <= _SMALL), light, CLIENTS, runs, seconds, pictures)
        if "heavy" in parts and heavy:
            _report("heavy, cold", _cold(home, small=False), heavy, (1,), runs, seconds, pictures)
        if "warm" in parts:
            with tempfile.TemporaryDirectory() as folder:
                _report("warm", _warm(home, light, Path(folder) / "bodies"), light, CLIENTS, runs, seconds, pictures)
        if "killers" in parts:
            print(killers.report(home, light, runs, seconds), "\n", flush=True)
        if "start" in parts:
            print(starting.report(home, count, light, runs), "\n", flush=True)


def _cold(home: Path, *, small: bool) -> Starts:
    starts: Starts = {
        "project": lambda: project(home, cache=0),
        "project, on disk": lambda: project(home, cache=0, memory_quads=0),
        "oxigraph, in memory": lambda: oxigraph(home, in_memory=True),
        "oxigraph, on disk": lambda: oxigraph(home, in_memory=False),
    }
    return starts | ({"rdflib-endpoint": lambda: rdflib_endpoint(home)} if small else {})


def _warm(home: Path, asked: Sequence[Asked], bodies: Path) -> Starts:
    with project(home) as server:
        _write_bodies(server, asked, bodies)
    return {
        "project": lambda: project(home),
        "bare application": lambda: bare(bodies),
        "oxigraph, in memory": lambda: oxigraph(home, in_memory=True),
    }


def _write_bodies(server: Server, asked: Sequence[Asked], path: Path) -> None:
    """The answers of the project, for the bare application to send."""
    answers = {}
    with httpx.Client(timeout=60) as client:
        for one in asked:
            answer = client.get(
                f"{server.address}?{one.target}", headers={"Accept": one.accept, "Accept-Encoding": "identity"}
            )
            headers = [
                (name.lower(), value) for name, value in answer.headers.raw if name.lower() not in {b"date", b"server"}
            ]
            answers[one.target.encode()] = (headers, answer.content)
    path.write_bytes(pickle.dumps(answers))


def _report(
    what: str,
    starts: Starts,
    asked: Sequence[Asked],
    clients: Sequence[int],
    runs: int,
    seconds: float,
    pictures: Path | None,
) -> None:
    seen: dict[tuple[str, int], list[Load]] = {}
    begun: dict[str, Server] = {}
    memory: dict[str, int] = {}
    for run in range(runs):
        for name, start in starts.items():
            with start() as server:
                begun[name] = server
                if name.startswith("project"):
                    settle(server)
                load(server, asked, 8, min(seconds, 2.0))  # its caches, and the engine's, are as they will be
                for number in clients:
                    seen.setdefault((name, number), []).append(load(server, asked, number, seconds, run * 17))
                memory[name] = server.memory
    head = [what, *(f"{n} clients: requests/s | p50 ms | p99 ms | project is" for n in clients), "start", "memory"]
    rows = [
        [name, *(_cell(seen, name, n) for n in clients), f"{begun[name].start:.2f} s", megabytes(memory[name])]
        for name in starts
    ]
    print(table(head, rows), "\n", flush=True)
    if pictures:
        rates = {
            f"{n} clients": {name: statistics.median(one.rate for one in seen[name, n]) for name in starts}
            for n in clients
        }
        write_bars(pictures / f"{what.replace(', ', '-')}.svg", f"Requests a second, {what}", rates)


def _cell(seen: dict[tuple[str, int], list[Load]], name: str, clients: int) -> str:
    loads, ours = seen[name, clients], seen["project", clients]
    rate = statistics.median(one.rate for one in loads)
    ratio = statistics.median(one.rate for one in ours) / rate
    p50, p99 = (statistics.median(getattr(one, p) for one in loads) for p in ("p50", "p99"))
    failed = sum(one.failed for one in loads)
    return f"{rate:,.0f} / {p50:.1f} / {p99:.1f} / {ratio:.2f}×" + (f" ({failed} failed)" if failed else "")


if __name__ == "__main__":
    typer.run(main)
