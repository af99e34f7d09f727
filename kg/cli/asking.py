"""The commands that ask a published build: queries, exports, and why something is held."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from kg.builds import current
from kg.cli.options import Home, told
from kg.cli.printing import print_answer, print_judged, print_queries, print_reason
from kg.cli.streams import standard_output, write
from kg.errors import KgError, UnknownName
from kg.export import export_class, export_graph, export_thing
from kg.export.judged import judged_pairs
from kg.formats import BY_NAME, Format
from kg.paths import home
from kg.queries import canned, find
from kg.why import why

app = typer.Typer()


@app.command()
@told
def query(
    name: Annotated[str, typer.Argument(help="A canned query's name, a file, or - for standard input.")],
    param: Annotated[list[str] | None, typer.Option("--param", "-p", help="name=value, for a canned query.")] = None,
    fmt: Annotated[str | None, typer.Option("--format", "-f", help=f"table, or one of {', '.join(BY_NAME)}.")] = None,
    home_folder: Home = None,
) -> None:
    """Ask a canned query, a file or standard input; a table on a terminal, CSV (or Turtle) elsewhere."""
    answer = current(home_folder or home()).open().query(_query_text(name, param))
    if fmt == "table" or (fmt is None and sys.stdout.isatty() and answer.form == "select"):
        print_answer(answer)
    elif answer.form == "ask" and fmt is None:
        print("yes" if answer else "no")
    else:
        write(answer.serialize(_format(fmt or ("ttl" if answer.form == "graph" else "csv"))))


@app.command("queries")
@told
def queries_command() -> None:
    """List the canned queries with the parameters they take."""
    print_queries(list(canned().values()))


@app.command("export")
@told
def export_command(
    fmt: Annotated[
        str,
        typer.Option(
            "--format",
            "-f",
            help=f"One of {', '.join(n for n, f in BY_NAME.items() if f.kind != 'results')}, or csv with --class.",
        ),
    ] = "ttl",
    source: Annotated[str | None, typer.Option(help="Only what this source says.")] = None,
    class_name: Annotated[
        str | None, typer.Option("--class", help="Only the things of this class, such as person or change.")
    ] = None,
    thing: Annotated[
        str | None, typer.Option(help="Only this thing and its surroundings, such as party/labour.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write (default: standard output).")
    ] = None,
    home_folder: Home = None,
) -> None:
    """Write the graph, or a part of it, as Turtle, N-Quads, TriG, JSON-LD, RDF/XML, N-Triples or CSV."""
    if sum(choice is not None for choice in (source, class_name, thing)) > 1:
        raise KgError("choose one of --source, --class and --thing")
    build, form = current(home_folder or home()), _format(fmt)
    if class_name or thing:
        body = export_class(build, form, class_name) if class_name else export_thing(build.open(), form, thing or "")
        write(body, output)
    elif form.kind == "results":
        raise KgError(f"{form.title} cannot hold a graph: choose another format, or --class for a CSV table")
    else:
        write_graph = export_graph(build, form, source)
        with output.open("wb") if output else standard_output() as stream:
            write_graph(stream)


@app.command("why")
@told
def why_command(
    name: Annotated[str, typer.Argument(help="An IRI, or a reference such as defection/milan-radulovic-from-labour.")],
    property_name: Annotated[
        str | None, typer.Argument(metavar="[PROPERTY]", help="A property such as toAffiliation.")
    ] = None,
    home_folder: Home = None,
) -> None:
    """Explain what the graph holds of a thing: every claim, its rank, and the rule that ranked it.

    Of a person, a body and a change also the pairs of labels that were judged, and why one is a change or is none.
    """
    build = current(home_folder or home())
    pairs = [] if property_name else judged_pairs(build, name)
    try:
        for reason in why(build.open(), name, property_name):
            print_reason(reason)
    except UnknownName:
        if not pairs:  # of those whom rosters show nothing else is claimed
            raise
    for pair in pairs:
        print_judged(pair)


def _query_text(name: str, param: list[str] | None) -> str:
    if name == "-":
        return sys.stdin.read()
    path = Path(name)
    return path.read_text(encoding="utf-8") if path.is_file() else find(name).fill(_pairs(param))


def _pairs(params: list[str] | None) -> dict[str, str]:
    pairs = {}
    for param in params or []:
        name, equals, value = param.partition("=")
        if not equals:
            raise KgError(f"--param {param!r} is not name=value")
        pairs[name] = value
    return pairs


def _format(name: str) -> Format:
    if name not in BY_NAME:
        raise KgError(f"no format named {name!r}; there are: {', '.join(BY_NAME)}")
    return BY_NAME[name]
