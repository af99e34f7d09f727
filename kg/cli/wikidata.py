"""`kg wikidata`: what Wikidata says beside what this graph says, and what it could be given."""

import datetime as dt
from contextlib import nullcontext
from dataclasses import dataclass
from enum import StrEnum, auto
from pathlib import Path
from typing import Annotated

import typer

from kg.builds import current
from kg.cli.options import Data, Home, told
from kg.cli.streams import err, out
from kg.errors import KgError
from kg.iris import ref_of
from kg.paths import DATA, home
from kg.wikidata.comparing.comparison import EVERYTHING, Comparison, Wanted, compare
from kg.wikidata.comparing.ours import Ours, read_ours
from kg.wikidata.comparing.writing import as_csv, as_json, as_turtle, rows, summary
from kg.wikidata.giving import openrefine, quickstatements
from kg.wikidata.giving.deciding import Giving
from kg.wikidata.positions import read_positions
from kg.wikidata.reading import ask_statements, read_statements
from kg.wikidata.statements import Stated

wikidata = typer.Typer(help="Compare with Wikidata, and write what it could be given.", no_args_is_help=True)
app = typer.Typer()
app.add_typer(wikidata, name="wikidata")

Files = Annotated[
    list[Path] | None,
    typer.Option("--statements", help="SPARQL results (.srj), items in JSON, or a dump; .gz as well; more than once."),
]
Live = Annotated[bool, typer.Option("--live", help="Ask the live query service.")]
Address = Annotated[str | None, typer.Option("--endpoint", help="Another SPARQL service than Wikidata's, for --live.")]
Person = Annotated[str | None, typer.Option(help="Only this person, such as person/anna-soubry.")]
Body = Annotated[str | None, typer.Option(help="Only seats on this body, such as body/house-of-commons.")]
AsOf = Annotated[
    dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day of the statements, where they do not tell it.")
]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="File to write (default: standard output).")]


class QuickStatements(StrEnum):
    """The languages of QuickStatements."""

    v1 = auto()
    csv = auto()


class DiffFormat(StrEnum):
    """How differences are told."""

    table = auto()
    csv = auto()
    json = auto()
    ttl = auto()


_WRITERS = {DiffFormat.csv: as_csv, DiffFormat.json: as_json, DiffFormat.ttl: as_turtle}


@wikidata.command("diff")
@told
def diff_command(
    files: Files = None,
    live: Live = False,
    endpoint: Address = None,
    person: Person = None,
    body: Body = None,
    as_of: AsOf = None,
    fmt: Annotated[DiffFormat, typer.Option("--format", "-f", help="How to tell it.")] = DiffFormat.table,
    output: Output = None,
    home_folder: Home = None,
    data: Data = DATA,
) -> None:
    """Set what this graph says of seats and parties beside what Wikidata says, with the sources of both."""
    sides = compared(home_folder or home(), data, files, live, endpoint, _wanted(person, body), as_of)
    if fmt is DiffFormat.table:
        _print_differences(sides.found, sides.ours)
    else:
        _write(_WRITERS[fmt](sides.found, sides.ours), output)


@wikidata.command("quickstatements")
@told
def quickstatements_command(
    files: Files = None,
    live: Live = False,
    endpoint: Address = None,
    person: Person = None,
    body: Body = None,
    as_of: AsOf = None,
    fmt: Annotated[
        QuickStatements, typer.Option("--format", "-f", help="Which of its languages.")
    ] = QuickStatements.v1,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File of v1 (default: standard output); folder of CSV files.")
    ] = None,
    home_folder: Home = None,
    data: Data = DATA,
) -> None:
    """Write what Wikidata lacks, with sources, for QuickStatements; nothing is sent.

    CSV needs a folder, for it takes a file for each set of columns.
    """
    giving = _giving(compared(home_folder or home(), data, files, live, endpoint, _wanted(person, body), as_of), data)
    if fmt is QuickStatements.v1:
        _write(quickstatements.as_v1(giving.proposals).encode(), output)
    elif output is None:
        raise KgError("--format csv takes a file for each set of columns: name a folder by --output")
    else:
        tables, withheld = quickstatements.as_csv(giving.proposals)
        giving.withheld.update(withheld)
        output.mkdir(parents=True, exist_ok=True)
        for number, table in enumerate(tables, 1):
            (output / f"{number}.csv").write_text(table, encoding="utf-8")
    _print_withheld(giving)


@wikidata.command("openrefine")
@told
def openrefine_command(
    output: Annotated[Path, typer.Option("--output", "-o", help="The table; its schema is written beside it.")],
    files: Files = None,
    live: Live = False,
    endpoint: Address = None,
    person: Person = None,
    body: Body = None,
    as_of: AsOf = None,
    home_folder: Home = None,
    data: Data = DATA,
) -> None:
    """Write what Wikidata lacks, with sources, as a table for OpenRefine, and the Wikibase schema that reads it."""
    giving = _giving(compared(home_folder or home(), data, files, live, endpoint, _wanted(person, body), as_of), data)
    output.write_text(openrefine.as_table(giving.proposals), encoding="utf-8")
    output.with_suffix(".schema.json").write_text(openrefine.as_schema(), encoding="utf-8")
    _print_withheld(giving)


@dataclass(frozen=True)
class Compared:
    """Both sides, and what differs between them."""

    ours: Ours
    several: list[Stated]
    found: Comparison


def compared(
    folder: Path, data: Path, files: list[Path] | None, live: bool, endpoint: str | None,
    wanted: Wanted = EVERYTHING, as_of: dt.datetime | None = None,
) -> Compared:  # fmt: skip
    """The published build beside the statements of some files, or of the live service."""
    if bool(files) == live:
        raise KgError("name the files of Wikidata's statements by --statements, or ask the live service by --live")
    if endpoint and not live:
        raise KgError("--endpoint says whom --live asks")
    ours = read_ours(current(folder).open())
    for name, known in (("person", wanted.person), ("body", wanted.body)):
        if known and known not in ours.labels:
            raise KgError(f"--{name} {known}: nothing with this reference is linked to Wikidata here")
    items = {item for item, person in ours.people.items() if wanted.person in {None, person}}
    several = [_asked(folder, endpoint, items)] if live else [read_statements(path, items) for path in files or ()]
    return Compared(ours, several, compare(ours, several, wanted, as_of.date() if as_of else None, data))


def _asked(folder: Path, endpoint: str | None, items: set[str]) -> Stated:
    from kg.wikidata.client import Services, wikidata_client

    services = Services(sparql=endpoint) if endpoint else Services()
    with wikidata_client(folder / "cache" / "wikidata", services) as client:
        return ask_statements(client, items)


def _write(body: bytes, output: Path | None) -> None:
    with output.open("wb") if output else nullcontext(typer.get_binary_stream("stdout")) as stream:
        stream.write(body)


def _wanted(person: str | None, body: str | None) -> Wanted:
    """A person and a body by reference or by IRI."""
    return Wanted(*(ref_of(name) or name if name else None for name in (person, body)))


def _giving(sides: Compared, data: Path) -> Giving:
    """What of a comparison can be given."""
    giving = Giving(sides.ours, read_positions(data), sides.several)
    giving.decide(sides.found)
    return giving


def _print_differences(found: Comparison, ours: Ours) -> None:
    for row in rows(found, ours):
        out.print(f"{row.kind}: {row.told}", markup=False, highlight=False, soft_wrap=True)
        for named, several in (
            ("here", row.sources),
            ("there", row.statements),
            ("there on the word of", row.references),
        ):
            if several:
                out.print(
                    f"    {named}: {several.replace('|', ', ')}",
                    style="dim",
                    markup=False,
                    highlight=False,
                    soft_wrap=True,
                )
    for name, count in summary(found).items():
        err.print(f"{count:>7,}  {name}", markup=False, highlight=False, soft_wrap=True)


def _print_withheld(giving: Giving) -> None:
    """How much can be given, and how much cannot, by reason."""
    err.print(f"{len(giving.proposals):>7,}  additions", markup=False, highlight=False, soft_wrap=True)
    for reason, count in giving.withheld.most_common():
        err.print(f"{count:>7,}  withheld: {reason}", markup=False, highlight=False, soft_wrap=True)
