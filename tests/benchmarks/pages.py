"""How long pages take that nobody has asked for before, and how large they are, by the kind of thing.

Usage: python -m tests.benchmarks.pages HOME [--each 30] [--seed 1]

Milliseconds are those of one client that asks for one page after the other; kilobytes are of the page without its
pictures' share, uncompressed. The first page is asked for again and again with a period that is a new one each time.
"""

import random
import re
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import httpx
import typer

from kg import iris
from kg.builds import current
from tests.benchmarks.measure import table
from tests.served import started

CLASSES = ("Person", "Party", "Council", "Parliament", "AffiliationChange", "CollectiveDefection", "ControlChange",
           "Electorate", "Contest", "Membership", "Claim", "Source")  # fmt: skip
_THINGS = "SELECT DISTINCT ?thing {{ ?thing a <{}> }} ORDER BY ?thing"
_LARGE = ["/id/party/labour", "/id/body/house-of-commons", "/id/council/broxtowe-borough-council"]
_PICTURE = re.compile(r"<svg.*?</svg>", re.DOTALL)
_HEADERS = {"Accept": "text/html", "Accept-Encoding": "identity"}


def main(
    home: Annotated[Path, typer.Argument(help="A home with a build.")],
    each: Annotated[int, typer.Option(help="Pages of each kind.")] = 30,
    seed: Annotated[int, typer.Option(help="Of the random choice.")] = 1,
) -> None:
    asked = dict(_addresses(home, each, random.Random(seed)))
    setup = {"KG_FAIRNESS__SECONDS": "100000", "KG_LOG__REQUESTS": "false"}
    with started(home, environment=setup) as served, httpx.Client(base_url=served.address, headers=_HEADERS) as client:
        while client.get("/health", timeout=60).json()["storage"] == "loading":
            time.sleep(0.2)
        rows = [_row(client, kind, addresses) for kind, addresses in asked.items()]
    print(table(["page", "asked", "median ms", "slowest ms", "largest kB"], rows))


def _addresses(home: Path, each: int, chance: random.Random) -> Iterator[tuple[str, list[str]]]:
    yield "first page", [f"/?since={year}&until=2026" for year in range(2000, 2000 + min(each, 25))]
    quads = current(home).open()
    for name in CLASSES:
        rows = [thing for (thing,) in quads.query(_THINGS.format(iris.expand(f"pd:{name}"))).rows() if thing]
        refs = [thing.removeprefix(iris.ID) for thing in chance.sample(rows, min(each, len(rows)))]
        yield name, [f"/id/{ref}" for ref in refs]
    yield "with most to tell", _LARGE


def _row(client: httpx.Client, kind: str, addresses: list[str]) -> list[object]:
    times, sizes = [], []
    for address in addresses:
        began = time.perf_counter()
        answer = client.get(address, timeout=60)
        times.append((time.perf_counter() - began) * 1000)
        if answer.status_code not in {200, 301}:
            raise SystemExit(f"{address} answers {answer.status_code}: {answer.text[:200]}")
        sizes.append(len(_PICTURE.sub("", answer.text).encode()) / 1000)
    return [kind, len(times), f"{statistics.median(times):.0f}", f"{max(times):.0f}", f"{max(sizes):.0f}"]


if __name__ == "__main__":
    typer.run(main)
