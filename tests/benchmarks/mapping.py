"""Fact rows → sorted N-Quads: the project beside morph-kgc and rdflib, over the memberships of the politician data.

Usage: python -m tests.benchmarks.mapping [--from DIR] [--runs 5] [--times 1 --times 10] [--peers DIR]
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from kg.iris import thing
from tests.benchmarks.measure import Run, alternate, megabytes, run, table
from tests.benchmarks.memberships import GRAPH, write_memberships
from tests.benchmarks.peers import peers_python
from tests.benchmarks.rml import write_rml
from tests.conftest import SHARED

HERE = Path(__file__).parent


def main(
    mirror: Annotated[Path, typer.Option("--from", help="Folder of the public data sets.")] = SHARED / "data",
    runs: Annotated[int, typer.Option(help="Runs of each, in turn.")] = 5,
    times: Annotated[list[int], typer.Option(help="How often the rows are repeated.")] = [1, 10],  # noqa: B006
    peers: Annotated[Path, typer.Option(help="Folder for the peers' environment.")] = Path(".kg/peers"),
) -> None:
    python = peers_python(peers.absolute())
    for factor in times:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            rows = write_memberships(mirror, folder, factor)
            done = alternate(runs, _runs(python, folder))
            lines = _same_quads(folder)
            print(f"\n{factor}×: {rows:,} rows, {lines:,} quads; medians of {runs}\n\n{_told(done, lines)}")


def _runs(python: Path, folder: Path) -> dict[str, Callable[[], Run]]:
    configuration = write_rml(folder / "peers.csv", thing(GRAPH), folder / "morph-kgc.nq", folder)
    project: list[str | Path] = [
        sys.executable,
        "-m",
        "tests.benchmarks.mapping_project",
        folder / "rows.csv",
        folder / "project.nq",
    ]
    rdflib: list[str | Path] = [
        python,
        HERE / "mapping_rdflib.py",
        folder / "peers.csv",
        folder / "rdflib.nq",
        thing(GRAPH),
    ]
    return {
        "project": lambda: run(project),
        "morph-kgc": lambda: run([python, HERE / "mapping_morph.py", configuration]),
        "rdflib": lambda: run(rdflib),
    }


def _same_quads(folder: Path) -> int:
    """Whether all three made the same quads, those of the project in the order of their bytes; how many."""
    lines = (folder / "project.nq").read_bytes()
    for peer in ("morph-kgc", "rdflib"):
        path = folder / f"{peer}.nq"
        ordered = subprocess.run(["sort", "-u", path], env={"LC_ALL": "C"}, capture_output=True, check=True).stdout
        if ordered.lstrip(b"\n") != lines:
            raise SystemExit(f"{peer} made other quads than the project")
    return lines.count(b"\n")


def _told(done: dict[str, Run], lines: int) -> str:
    ours = done["project"]
    rows = [
        (
            name,
            f"{one.seconds:.2f} s",
            f"{lines / one.seconds / 1e6:.2f} M/s",
            f"{one.seconds / ours.seconds:.1f}×",
            megabytes(one.peak),
        )
        for name, one in done.items()
    ]
    return table(["", "median", "quads", "of the project's time", "peak memory"], rows)


if __name__ == "__main__":
    typer.run(main)
