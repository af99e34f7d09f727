"""Linking to Wikidata beside an exact-label baseline and rapidfuzz, on the same hidden items; and its time and memory.

Usage: python -m tests.benchmarks.wikidata --home HOME [--pool FILE]

HOME has a build of all sources. Half of the items that sources give are hidden, five times, and a quarter of these is
taken from the candidates. The baselines choose among the candidates of the right kind: the one whose label or other
name is equal, where there is only one such; and the one that rapidfuzz's token_set_ratio puts first, from 90 on.
"""

import resource
import time
from collections import defaultdict
from collections.abc import Callable, Collection
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from rapidfuzz import fuzz, process

from kg.builds import current
from kg.evaluate.wikidata import SEEDS, Tally, Truth, known_items, relinked, table_rows, trial
from kg.facts import Connection
from kg.paths import DATA
from kg.wikidata.linking import compared, decided_by, link_wikidata, shipped_mappings
from kg.wikidata.linking.candidates import pool_candidates
from kg.wikidata.linking.deciding import scored_links
from kg.wikidata.linking.settings import CLASSES, read_link_settings
from tests.conftest import SHARED

_KINDS = {
    "person": ["person"],
    "affiliation": ["party"],
    "body": ["council", "organization", "legislature"],
    "electorate": ["electoral_district"],
}
_LEAST = 90  # of 100, rapidfuzz's score

Names = dict[str, set[str]]  # of a thing or an item
Matcher = Callable[[Names, Names, Collection[str]], Truth]  # things, items, and the items that are gone
Match = Callable[[str, Truth, set[str]], Truth]  # a class, its hidden things, and the items that are gone


def main(
    home: Annotated[Path, typer.Option(help="A home with a build of all sources.")],
    pool: Annotated[Path, typer.Option(help="Candidates.")] = SHARED / "data" / "wikidata_pool" / "pool.tsv",
) -> None:
    """Print a table for each matcher, then the seconds and the memory of linking everything."""
    candidates, settings, decisions = pool_candidates(pool), read_link_settings(DATA), shipped_mappings(DATA)
    began = time.monotonic()
    found = link_wikidata(current(home), candidates)
    seconds, peak = time.monotonic() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with closing(compared(current(home), candidates, settings, decisions)) as connection:
        known, there = known_items(connection), {q for (q,) in connection.execute("SELECT qid FROM item").fetchall()}
        links, decided = scored_links(connection, settings), decided_by(connection, decisions)
        things = {cls: _things(connection, cls) for cls in CLASSES}
        items = {cls: _items(connection, cls) for cls in CLASSES}
    for name, matcher in (("exact label", exact), ("rapidfuzz token_set_ratio", nearest)):
        _print(name, known, there, _of_names(matcher, things, items))
    _print(
        "kg link wikidata", known, there, lambda _cls, hidden, gone: relinked(links, settings, decided, hidden, gone)
    )
    print(
        f"\n{len(things['person']):,} people and {len(there):,} candidates: {seconds:.1f} s, {peak:.0f} MB at most, "
        f"{len(found.of('accepted')):,} links"
    )


def _of_names(matcher: Matcher, things: dict[str, Names], items: dict[str, Names]) -> Match:
    """A matcher of names, asked for the hidden things of a class."""
    return lambda cls, hidden, gone: matcher({ref: things[cls][ref] for ref in hidden}, items[cls], gone)


def exact(things: Names, items: Names, gone: Collection[str]) -> Truth:
    """The only item that has a name of the thing, letter by letter but for case."""
    of_name: dict[str, set[str]] = defaultdict(set)
    for qid in items.keys() - set(gone):
        for name in items[qid]:
            of_name[name].add(qid)
    found = {ref: set().union(*(of_name.get(name, set()) for name in names)) for ref, names in things.items()}
    return {ref: qids.pop() for ref, qids in found.items() if len(qids) == 1}


def nearest(things: Names, items: Names, gone: Collection[str]) -> Truth:
    """The item with the name that rapidfuzz holds for the nearest to a name of the thing."""
    named = [(name, qid) for qid, names in sorted(items.items()) if qid not in gone for name in sorted(names)]
    choices = [name for name, _ in named]
    linked = {}
    for ref, names in things.items():
        best = [
            process.extractOne(name, choices, scorer=fuzz.token_set_ratio, score_cutoff=_LEAST)
            for name in sorted(names)
        ]
        if ranked := sorted((b for b in best if b), key=lambda b: -b[1]):
            linked[ref] = named[ranked[0][2]][1]
    return linked


def _print(name: str, known: dict[str, Truth], there: set[str], match: Match) -> None:
    tallies = {cls: Tally() for cls in CLASSES}
    for seed in SEEDS:
        for cls, truth in known.items():
            hidden, gone = trial(truth, seed)
            tallies[cls].count(hidden, there - gone, match(cls, hidden, gone))
    print(f"\n{name}\n{'':12} {'precision':>26} {'recall':>26} {'false links':>26}")
    for row in table_rows(tallies):
        print(f"{row[0]:12} {row[1]:>26} {row[2]:>26} {row[3]:>26}")


def _things(connection: Connection, cls: str) -> Names:
    rows = connection.execute(
        "SELECT ref, list(DISTINCT lower(name)) FROM thing_name WHERE class = ? GROUP BY ref", [cls]
    )
    return {ref: set(names) for ref, names in rows.fetchall()}


def _items(connection: Connection, cls: str) -> Names:
    rows = connection.execute(
        "SELECT qid, list(DISTINCT lower(name)) FROM item_name JOIN item USING (qid) WHERE kind IN ? GROUP BY qid",
        [_KINDS[cls]],
    )
    return {qid: set(names) for qid, names in rows.fetchall()}


if __name__ == "__main__":
    typer.run(main)
