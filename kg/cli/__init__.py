"""The command line: each command parses, calls one function and prints."""

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated

import typer

from kg import __version__
from kg.build import STEPS, Options, build
from kg.builds import CURRENT, PREVIOUS, current, find_build
from kg.cli.judging import evaluate, links
from kg.cli.options import Data, Documents, Home, told
from kg.cli.printing import (
    fetch_bar,
    out,
    print_answer,
    print_coverage,
    print_diff,
    print_fetched,
    print_judged,
    print_queries,
    print_reason,
    print_report,
    print_verified,
    progress_bar,
)
from kg.cli.wikidata import wikidata
from kg.diff import DiffFormat, as_text, diff, patch
from kg.errors import FaultsFound, KgError, UnknownName
from kg.export import export_class, export_graph, export_thing
from kg.export.judged import judged_pairs
from kg.formats import BY_NAME, Format
from kg.paths import DATA, home
from kg.queries import canned, find
from kg.sources.description import source as source_named
from kg.sources.description import sources
from kg.sources.documents.anchoring import anchor
from kg.sources.documents.coverage import coverage, verify
from kg.sources.documents.sheet_schema import sheet_schema
from kg.sources.documents.spans import read_document
from kg.sources.entities import read_entities
from kg.why import why

app = typer.Typer(
    help="The knowledge graph of who left which party, where, when, why and on whose word.", no_args_is_help=True
)
app.add_typer(evaluate, name="evaluate")
app.add_typer(links, name="link")
app.add_typer(wikidata, name="wikidata")


@app.callback(invoke_without_command=True)
def main(version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False) -> None:
    if version:
        out.print(__version__)
        raise typer.Exit


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
    from kg.sources.fetch.fetching import fetch, has_addresses, table_sources

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
    with output.open("wb") if output else _standard_output() as stream:
        stream.writelines(patch(*builds) if fmt is DiffFormat.patch else [as_text(diff(*builds), fmt).encode()])


@app.command("serve")
@told
def serve_command(
    home_folder: Home = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on (default: 127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (default: 8000).")] = None,
    processes: Annotated[int | None, typer.Option(help="Serving processes (default: 1).")] = None,
    config: Annotated[
        Path | None, typer.Option(envvar="KG_CONFIG", help="A file of settings in TOML; KG_… variables win over it.")
    ] = None,
) -> None:
    """Serve the published build: SPARQL, canned queries, pages, dumps."""
    from kg.serve.configuration import read_settings
    from kg.serve.server import serve

    options = {"host": host, "port": port, "processes": processes}
    given = {name: value for name, value in options.items() if value is not None}
    serve(home_folder or home(), read_settings(config, os.environ, given))


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
    build, form = current(home_folder or home()), _format(fmt)
    if class_name or thing:
        body = export_class(build, form, class_name) if class_name else export_thing(build.open(), form, thing or "")
        _write(body, output)
    elif form.kind == "results":
        raise KgError(f"{form.title} cannot hold a graph: choose another format, or --class for a CSV table")
    else:
        write = export_graph(build, form, source)
        with output.open("wb") if output else _standard_output() as stream:
            write(stream)


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


def _write(body: bytes, output: Path | None = None) -> None:
    with output.open("wb") if output else _standard_output() as stream:
        stream.write(body)


@contextmanager
def _standard_output() -> Iterator[IO[bytes]]:
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `kg export | head` ends quietly
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()
