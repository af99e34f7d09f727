"""What a build costs when something, little or nothing has changed since the one before.

Usage: python -m tests.benchmarks.rebuild [--from DIR] [--runs 5]
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from tests.benchmarks.measure import Run, alternate, run, table
from tests.conftest import SHARED
from tests.support_wide import relaxed_data

_CHANGED = "trafford-councillors"
_STEPS = ("read", "link", "consolidate", "map", "dump", "validate", "load")


def main(
    mirror: Annotated[Path, typer.Option("--from", help="Folder of the public data sets.")] = SHARED / "data",
    runs: Annotated[int, typer.Option(help="Runs of each, in turn.")] = 5,
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data, home = relaxed_data(folder), folder / "home"
        reader = next((data / "sources" / _CHANGED).glob("*.sql"))
        steps: dict[str, dict[str, float]] = {}

        def build(what: str) -> Run:
            command = [sys.executable, "-m", "kg", "build", "--quiet", "--with", "all"]
            done = run([*command, "--from", mirror, "--home", home, "--data", data])
            steps[what] = json.loads((home / "current/run.json").read_text(encoding="utf-8"))["seconds"]
            return done

        def anew() -> Run:
            shutil.rmtree(home, ignore_errors=True)
            return build("from nothing")

        def changed() -> Run:
            with reader.open("a", encoding="utf-8") as file:
                file.write("\n-- Changed.")
            return build(f"the reader of {_CHANGED} changed")

        named = {
            "from nothing": anew,
            f"the reader of {_CHANGED} changed": changed,
            "nothing changed": lambda: build("nothing changed"),
        }
        done = alternate(runs, named)
        rows = [[what, f"{one.seconds:.1f} s", *_steps(what, steps[what])] for what, one in done.items()]
        print(table(["", "whole", *_STEPS], rows))


def _steps(what: str, seconds: dict[str, float]) -> list[str]:
    """The seconds of each step in the last run; a build of nothing takes none."""
    return [f"{seconds[step]:.1f}" if what != "nothing changed" else "–" for step in _STEPS]


if __name__ == "__main__":
    typer.run(main)
