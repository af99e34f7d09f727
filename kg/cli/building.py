"""The commands that make a build: what is fetched for it, and what it changed."""

import json
from pathlib import Path
from typing import Annotated

import typer

from kg.build import STEPS, Options, build
from kg.builds import CURRENT, PREVIOUS, find_build
from kg.cli.options import Data, Home, told
from kg.cli.printing import fetch_bar, print_diff, print_fetched, print_report, progress_bar
from kg.cli.streams import standard_output
from kg.diff import DiffFormat, as_text, diff, patch
from kg.errors import FaultsFound
from kg.paths import DATA, home
from kg.sources.fetch.fetching import fetch, has_addresses, table_sources

app = typer.Typer()


@app.command("fetch")
@told
def fetch_command(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Table sources (default: all that have addresses).")
    ] = None,
    mirror: Annotated[
        Path | None, typer.Option("--from", help="Copy from this folder of a local mirror instead.")
    ] = None,
    home_folder: Home = None,
    data: Data = DATA,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
) -> None:
    """Bring the files of table sources into the cache, where they are new or have changed."""
    asked = table_sources(names or [], data)
    chosen = [source for source in asked if names or mirror or has_addresses(source)]
    with fetch_bar(quiet=quiet) as progress:
        done = fetch(chosen, home_folder or home(), mirror, progress)
    if not quiet:
        print_fetched(done, [source.slug for source in asked if source not in chosen])
    if done.faults:
        raise FaultsFound("not every file was fetched:", done.faults)


@app.command("build")
@told
def build_command(
    home_folder: Home = None,
    data: Data = DATA,
    tables: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="NAME", help="Read this table source as well; several by commas, or all."),
    ] = None,
    mirror: Annotated[
        Path | None, typer.Option("--from", help="Folder of a local mirror of the table sources.")
    ] = None,
    lenient: Annotated[bool, typer.Option("--lenient", help="Set wrong rows of tables aside in a report.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Stop on warnings too.")] = False,
    report: Annotated[Path | None, typer.Option(help="Write the report as JSON to this file as well.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
) -> None:
    """Build the graph from its sources and publish it."""
    with progress_bar(quiet=quiet) as bar:
        task = bar.add_task("", total=len(STEPS))
        done = build(
            home_folder or home(),
            data,
            Options(tuple(name for names in tables or () for name in names.split(",")), mirror, lenient, strict),
            progress=lambda step, on: bar.update(task, completed=STEPS.index(step), description=f"{step}: {on}"),
        )
        bar.update(task, completed=len(STEPS), description="published")
    if report:
        report.write_text(json.dumps(done.report, indent=2) + "\n", encoding="utf-8")
    if not quiet:
        print_report(done)


@app.command("diff")
@told
def diff_command(
    old: Annotated[str, typer.Argument(help="A build: its id, its folder, current or previous.")] = PREVIOUS,
    new: Annotated[str, typer.Argument(help="The build to compare it with.")] = CURRENT,
    fmt: Annotated[DiffFormat, typer.Option("--format", "-f", help="How to tell it.")] = DiffFormat.table,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write (default: standard output).")
    ] = None,
    home_folder: Home = None,
) -> None:
    """Tell what differs between two builds: new changes of side, corrected dates, new people; or as an RDF patch."""
    builds = [find_build(home_folder or home(), name) for name in (old, new)]
    if fmt is DiffFormat.table:
        print_diff(diff(*builds))
        return
    with output.open("wb") if output else standard_output() as stream:
        stream.writelines(patch(*builds) if fmt is DiffFormat.patch else [as_text(diff(*builds), fmt).encode()])
