"""`kg link wikidata`, `kg link review`, `kg evaluate wikidata`: which items of Wikidata the things of a build are."""

import datetime as dt
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from kg.builds import current
from kg.cli.options import Data, Home, told
from kg.cli.printing import print_evidence
from kg.cli.streams import err, out
from kg.errors import KgError
from kg.evaluate.wikidata import evaluate_wikidata, table_rows
from kg.paths import DATA, home
from kg.wikidata.client import Services, wikidata_client
from kg.wikidata.linking import Candidates, Found, explain, link_wikidata
from kg.wikidata.linking.candidates import live_candidates, pool_candidates
from kg.wikidata.linking.files import doubtful_path, faults_path, links_path, read_doubtful_links, write_found
from kg.wikidata.linking.reviewing import ANSWERS, decisions_path, review
from kg.wikidata.linking.settings import CLASSES

_SERVICES = Services()
_ANSWERS = "/".join(f"[{letter}]{word.removeprefix(letter)}" for letter, word in ANSWERS.items())


@told
def link_wikidata_command(
    pool: Annotated[
        Path | None,
        typer.Option("--pool", help="Candidates in a file: a table, a Wikidata dump or SPARQL results, packed or not."),
    ] = None,
    live: Annotated[bool, typer.Option("--live", help="Candidates from the live services, kept for a week.")] = False,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="With --live: a class, or a thing such as party/labour.")
    ] = None,
    thing: Annotated[str, typer.Option("--explain", help="Show what speaks for each candidate of one thing.")] = "",
    faults: Annotated[
        bool, typer.Option("--faults", help="List what is wrong with the items that sources give.")
    ] = False,
    api: Annotated[str, typer.Option(help="Address of the API.")] = _SERVICES.api,
    reconcile: Annotated[str, typer.Option(help="Address of the reconciliation service.")] = _SERVICES.reconcile,
    home_folder: Home = None,
    data: Data = DATA,
) -> None:
    """Find the items of people, parties, councils and electorates that have none; the next build takes them in."""
    if (pool is None) == (not live):
        raise KgError("name where candidates come from: either --pool FILE or --live")
    if strange := [name for name in only or () if name not in CLASSES and "/" not in name]:
        raise KgError(f"--only {strange[0]}: neither a thing nor one of {', '.join(CLASSES)}")
    folder = home_folder or home()
    asked = [thing] if thing and not only else list(only or ())
    services = Services(api=api, reconcile=reconcile)
    with wikidata_client(folder / "wikidata", services) if live else nullcontext() as client:
        candidates: Candidates = live_candidates(client, asked) if client else pool_candidates(pool or Path())
        if thing:
            _print_explained(thing, candidates, folder, data)
            return
        found = link_wikidata(current(folder), candidates, data)
    write_found(folder, found, dt.date.today())
    _print_found(found, folder)
    if faults:
        for fault in found.faults:
            _line(f"{fault.kind}: {fault.ref}  {fault.qid}")
            _line(f"        {fault.told}", style="dim")


@told
def link_review_command(
    author: Annotated[str, typer.Option(help="Who decides; it stands on every decision.")] = "party-defections",
    home_folder: Home = None,
    data: Data = DATA,
) -> None:
    """Decide the doubtful links to Wikidata one by one; what is decided always wins afterwards."""
    pairs = read_doubtful_links(home_folder or home())
    done = review(pairs, lambda pair: _ask(pair, pairs.index(pair) + 1, len(pairs)), author, data, dt.date.today())
    _line(
        f"{done.accepted} accepted, {done.rejected} rejected, {done.without} without an item, {done.skipped} skipped; "
        f"decisions are in {decisions_path(data)}"
    )


@told
def evaluate_wikidata_command(
    pool: Annotated[Path, typer.Option("--pool", help="Candidates in a file, as for `kg link wikidata`.")],
    home_folder: Home = None,
) -> None:
    """Hide half of the items that sources give, look for them again, five times; precision and recall of each class.

    In the same trials a quarter of the hidden items is taken from the candidates: links of these things are false.
    """
    tallies = evaluate_wikidata(current(home_folder or home()), pool_candidates(pool))
    table = Table("class", "precision", "recall", "false links where there is no item")
    for row in table_rows(tallies):
        table.add_row(*row)
    out.print(table)
    for example in sorted({example for tally in tallies.values() for example in tally.examples}):
        _line(f"  {example}")


def _ask(pair: dict[str, str], number: int, of: int) -> str:
    """Show a pair and read the answer, from a terminal or a pipe; at the end of the input it is to quit."""
    _line(f"{number} of {of}: {pair['ref']} ({pair['label']})  {pair['qid']} ({pair['itemLabel']})", style="bold")
    _line(f"    probability {pair['probability']}" + (f": {pair['reason']}" if pair["reason"] else ""))
    _line(f"    {pair['evidence'] or 'nothing speaks for it or against it'}", style="dim")
    while True:
        out.print(f"    {_ANSWERS}? ", end="", markup=False, highlight=False)
        answer = sys.stdin.readline()
        if not answer:
            _line("")
            return "q"
        if (letter := answer.strip().lower()[:1]) in ANSWERS:
            return letter
        err.print(f"{answer.strip()!r} is none of {', '.join(ANSWERS.values())}", markup=False, highlight=False)


def _print_found(found: Found, folder: Path) -> None:
    """How many were accepted and are doubtful of each class, and where they were written."""
    for cls in CLASSES:
        counts = {verdict: sum(link.cls == cls for link in found.of(verdict)) for verdict in ("accepted", "doubtful")}
        _line(f"{cls}: {counts['accepted']:,} linked, {counts['doubtful']:,} doubtful")
    _line(f"{found.candidates:,} candidates; linked in {links_path(folder)}: build anew to take them in")
    _line(f"doubtful in {doubtful_path(folder)}: decide them with `kg link review`")
    if found.faults:
        _line(f"{len(found.faults)} faults of the items that sources give, in {faults_path(folder)}")


def _print_explained(thing: str, candidates: Candidates, folder: Path, data: Path) -> None:
    found, labels = explain(current(folder), candidates, thing, data)
    for qid, evidence in found.items():
        _line(f"{qid} {labels[qid]}", style="bold")
        print_evidence(evidence)
    if not found:
        _line(f"no candidate is called as {thing} is: none is its item")


def _line(text: str, style: str | None = None) -> None:
    out.print(text, style=style, markup=False, highlight=False, soft_wrap=True)
