"""The command line: each command parses, calls one function and prints."""

import json
import signal
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, ParamSpec

import typer

from kg import __version__
from kg.build import STEPS, build
from kg.builds import current
from kg.errors import KgError
from kg.export import export_class, export_graph, export_thing
from kg.formats import BY_NAME, Format
from kg.paths import DATA, home
from kg.printing import (
    err,
    out,
    print_answer,
    print_coverage,
    print_queries,
    print_reason,
    print_report,
    print_verified,
    progress_bar,
)
from kg.queries import canned, find
from kg.sources.anchoring import anchor
from kg.sources.coverage import coverage, verify
from kg.sources.description import source as source_named
from kg.sources.description import sources
from kg.sources.entities import read_entities
from kg.sources.sheet_schema import sheet_schema
from kg.sources.spans import read_document
from kg.why import why

P = ParamSpec("P")

app = typer.Typer(
    help="The knowledge graph of who left which party, where, when, why and on whose word.", no_args_is_help=True
)

Home = Annotated[
    Path | None, typer.Option("--home", help="Folder of the published builds (default: KG_HOME, or .kg here).")
]
Data = Annotated[Path, typer.Option("--data", help="Folder of the declarative files.", show_default=False)]
Documents = Annotated[Path, typer.Option("--sources", help="Folder that holds the documents themselves.")]


def told(command: Callable[P, None]) -> Callable[P, None]:
    """Print an error that the user can mend, without a traceback, and exit with 1."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except (KgError, OSError) as fault:
            err.print(str(fault), style="red", markup=False, highlight=False, soft_wrap=True)
            raise typer.Exit(1) from fault

    return wrapped


@app.callback(invoke_without_command=True)
def main(version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False) -> None:
    if version:
        out.print(__version__)
        raise typer.Exit


@app.command("build")
@told
def build_command(
    home_folder: Home = None,
    data: Data = DATA,
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
            strict=strict,
            progress=lambda step, on: bar.update(task, completed=STEPS.index(step), description=f"{step}: {on}"),
        )
        bar.update(task, completed=len(STEPS), description="published")
    if report:
        report.write_text(json.dumps(done.report, indent=2) + "\n", encoding="utf-8")
    if not quiet:
        print_report(done)


@app.command()
@told
def serve(
    home_folder: Home = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="KG_PORT", help="Port to listen on.")] = 8000,
) -> None:
    """Serve the published build: SPARQL, canned queries, pages, dumps."""
    import uvicorn

    from kg.serve.app import create_app

    uvicorn.run(create_app(home_folder or home()), host=host, port=port, log_level="info")


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
        _write(answer.serialize(_format(fmt or ("ttl" if answer.form == "graph" else "csv"))))


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
    quads, form = current(home_folder or home()).open(), _format(fmt)
    if class_name:
        body = export_class(quads, form, class_name)
    elif thing:
        body = export_thing(quads, form, thing)
    elif form.kind == "results":
        raise KgError(f"{form.title} cannot hold a graph: choose another format, or --class for a CSV table")
    else:
        body = export_graph(quads, form, source)
    if output:
        output.write_bytes(body)
    else:
        _write(body)


@app.command("why")
@told
def why_command(
    name: Annotated[str, typer.Argument(help="An IRI, or a reference such as defection/milan-radulovic-from-labour.")],
    property_name: Annotated[
        str | None, typer.Argument(metavar="[PROPERTY]", help="A property such as toAffiliation.")
    ] = None,
    home_folder: Home = None,
) -> None:
    """Explain what the graph holds of a thing: every claim, its rank, and the rule that ranked it."""
    for reason in why(current(home_folder or home()).open(), name, property_name):
        print_reason(reason)


@app.command("verify")
@told
def verify_command(documents: Documents, data: Data = DATA) -> None:
    """Compare every anchor with the documents themselves, and name each fact that no longer holds."""
    entities = read_entities(data)
    results = [verify(s, entities, documents) for s in sources(data) if s.document]
    for result in results:
        print_verified(result)
    if not all(result.holds for result in results):
        raise typer.Exit(1)


@app.command("coverage")
@told
def coverage_command(
    slug: Annotated[str | None, typer.Argument(metavar="[SOURCE]", help="One source (default: all documents).")] = None,
    documents: Annotated[
        Path | None, typer.Option("--sources", help="Folder of the documents, to show how each sentence opens.")
    ] = None,
    data: Data = DATA,
) -> None:
    """List every sentence of the documents with its number of facts, or why it has none."""
    entities = read_entities(data)
    for source in [source_named(slug, data)] if slug else [s for s in sources(data) if s.document]:
        text = read_document(source, documents) if documents else None
        print_coverage(source.slug, coverage(source, entities), text)


@app.command("anchor")
@told
def anchor_command(
    slug: Annotated[str, typer.Argument(metavar="SOURCE", help="The source whose sheet was edited.")],
    documents: Documents,
    data: Data = DATA,
) -> None:
    """Turn the words that anchor new facts into offsets, and keep the hash of every span."""
    print(f"{slug}: {anchor(source_named(slug, data), documents)} spans")


@app.command()
@told
def schema(output: Annotated[Path, typer.Option("--output", "-o")] = DATA / "fact-sheet.schema.json") -> None:
    """Write the JSON Schema of fact sheets, by which editors complete and check them."""
    output.write_text(json.dumps(sheet_schema(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


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


def _write(body: bytes) -> None:
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `kg export | head` ends quietly
    sys.stdout.buffer.write(body)
