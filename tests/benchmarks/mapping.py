"""Fact rows → sorted N-Quads: the project beside morph-kgc and rdflib, over the memberships of the politician data.

Usage: python -m tests.benchmarks.mapping [--from DIR] [--runs 5] [--times 1 --times 10] [--peers DIR]

morph-kgc works in two processes, the project in two threads. rdflib is measured at 1× only: ten times the rows take it
minutes.
"""

import subprocess
import sys
import tempfile
from functools import partial
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
            commands = _commands(python, folder, with_rdflib=factor == 1)
            quads = {name: folder / f"{name}.nq" for name in commands}
            done = alternate(runs, {name: partial(_anew, quads[name], command) for name, command in commands.items()})
            lines = _same_quads(quads)
            print(f"\n{factor}×: {rows:,} rows, {lines:,} quads; medians of {runs}\n\n{_told(done, lines)}")


def _commands(python: Path, folder: Path, with_rdflib: bool) -> dict[str, list[str | Path]]:
    """What each one is run by; it writes the file of its name in the folder."""
    configuration = write_rml(folder / "peers.csv", thing(GRAPH), folder / "morph-kgc.nq", folder)
    module = "tests.benchmarks.mapping_project"
    commands: dict[str, list[str | Path]] = {
        "project": [sys.executable, "-m", module, folder / "rows.csv", folder / "project.nq"],
        "morph-kgc": [python, HERE / "mapping_morph.py", configuration],
    }
    if with_rdflib:
        rows, quads = folder / "peers.csv", folder / "rdflib.nq"
        commands["rdflib"] = [python, HERE / "mapping_rdflib.py", rows, quads, thing(GRAPH)]
    return commands


def _anew(quads: Path, command: list[str | Path]) -> Run:
    """Run a command where the quads of its run before are not in its way: to overwrite a large file takes longer."""
    quads.unlink(missing_ok=True)
    return run(command)


def _same_quads(quads: dict[str, Path]) -> int:
    """Whether all made the same quads, those of the project in the order of their bytes; how many."""
    ours, *peers = quads.items()
    lines = ours[1].read_bytes()
    for peer, path in peers:
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
