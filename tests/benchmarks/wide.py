"""The whole wide build beside `oxigraph load` of its quads alone, with 1, 3 and 10 times the people and councils.

Usage: python -m tests.benchmarks.wide [--from DIR] [--times 1 --times 3 --times 10] [--runs 5]

The sources are read anew in every build of the data as they are; the larger ones take the facts of that build, repeated
under other names, from the cache.
"""

import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from tests.benchmarks.measure import Run, alternate, megabytes, run, table
from tests.benchmarks.replicate import replicate_cache
from tests.conftest import SHARED
from tests.support_wide import relaxed_data

_HEAD = ["", "quads", "build", "of it linking", "oxigraph load", "build without linking / load", "peak", "peak of load"]


def main(
    mirror: Annotated[Path, typer.Option("--from", help="Folder of the public data sets.")] = SHARED / "data",
    times: Annotated[list[int], typer.Option(help="How many of each person and council.")] = [1, 3, 10],  # noqa: B006
    runs: Annotated[int, typer.Option(help="Runs of each, in turn.")] = 5,
    folder: Annotated[Path | None, typer.Option(help="Folder to work in.")] = None,
) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as name:
        home, data = Path(name) / "1", relaxed_data(Path(name), _allow_many)
        rows = []
        for factor in times:
            larger = Path(name) / str(factor)
            if factor > 1:
                if not home.exists():
                    _build(home, data, mirror)
                replicate_cache(home, larger, factor)
            rows.append(_row(factor, larger, runs, partial(_build, larger, data, mirror, read=factor == 1)))
            print(table(_HEAD, rows), flush=True)
            if larger != home:
                shutil.rmtree(larger)  # at 10× it is some 20 GB


def _allow_many(described: dict[str, Any]) -> None:
    described["facts"]["max"] = 1_000_000_000


def _build(home: Path, data: Path, mirror: Path, read: bool = True) -> Run:
    """Build from nothing: without a build before, and where it shall read the sources, without their facts."""
    for name in ("builds", "current", "previous", *(["cache"] if read else [])):
        path = home / name
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)
    command = [sys.executable, "-m", "kg", "build", "--quiet", "--with", "all"]
    return run([*command, "--from", mirror, "--home", home, "--data", data])


def _row(factor: int, home: Path, runs: int, build: Callable[[], Run]) -> list[object]:
    linking: list[float] = []

    def built() -> Run:
        done = build()
        linking.append(json.loads((home / "current/run.json").read_text(encoding="utf-8"))["seconds"]["link"])
        return done

    def loaded() -> Run:
        with tempfile.TemporaryDirectory(dir=home) as store:
            oxigraph = Path(sys.executable).with_name("oxigraph")
            return run([oxigraph, "load", "--location", store, "--file", home / "current/quads.nq"])

    done = alternate(runs, {"build": built, "load": loaded})
    link = sorted(linking)[len(linking) // 2]
    quads = json.loads((home / "current/report.json").read_text(encoding="utf-8"))["quads"]
    ratio = (done["build"].seconds - link) / done["load"].seconds
    seconds = [f"{value:.1f} s" for value in (done["build"].seconds, link, done["load"].seconds)]
    return [f"{factor}×", f"{quads:,}", *seconds, f"{ratio:.2f}", *(megabytes(one.peak) for one in done.values())]


if __name__ == "__main__":
    typer.run(main)
