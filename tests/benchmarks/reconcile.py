"""Can a match of the reconciliation service be trusted? Members of a build asked for as others write their names.

Usage: python -m tests.benchmarks.reconcile HOME [--people 500] [--seed 1] [--wrong]

Precision is of what the service calls a match; recall is of all that were asked for; `first` is how often the best
candidate is the right one, match or no match.
"""

import random
import time
from pathlib import Path
from typing import Annotated

import httpx
import typer

from kg.builds import current
from tests.benchmarks.measure import table
from tests.perturbed import ask, questions
from tests.served import started


def main(
    home: Annotated[Path, typer.Argument(help="A home with a build.")],
    people: Annotated[int, typer.Option(help="How many people are asked for.")] = 500,
    seed: Annotated[int, typer.Option(help="Of the random choice.")] = 1,
    wrong: Annotated[bool, typer.Option(help="Show the matches that are wrong.")] = False,
) -> None:
    asked = list(questions(current(home).dumps, random.Random(seed), people))
    setup = {"KG_FAIRNESS__SECONDS": "100000", "KG_MEMORY_QUADS": "0"}
    with started(home, environment=setup) as served, httpx.Client(base_url=served.address, timeout=300) as client:
        began = time.monotonic()
        found = ask(client, asked)
        seconds = time.monotonic() - began
    rows = [
        [way, beside, c.asked, c.matched, f"{c.precision:.3f}", f"{c.right / c.asked:.3f}", f"{c.first / c.asked:.3f}"]
        for (way, beside), c in sorted(found.items(), key=lambda item: item[0][1])
    ]
    matched, right = sum(c.matched for c in found.values()), sum(c.right for c in found.values())
    print(table(["name", "beside it", "asked", "matched", "precision", "recall", "first"], rows))
    print(f"{len(asked):,} questions in {seconds:.0f} s; of {matched:,} matches {right / matched:.4f} are right")
    if wrong:
        for (way, beside), counts in found.items():
            for name, meant, got in counts.wrong:
                print(f"{way}, {beside}: {name!r} is {meant}, not {got}")


if __name__ == "__main__":
    typer.run(main)
