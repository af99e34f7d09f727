"""The command line: each command parses, calls one function and prints."""

import json
import signal
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, ParamSpec

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from kg import __version__
from kg.build import STEPS, build
from kg.builds import Build, current
from kg.errors import KgError
from kg.export import export_class, export_graph, export_thing
from kg.formats import BY_NAME, Format
from kg.paths import DATA, home
from kg.queries import canned, find
from kg.sources.anchoring import anchor
from kg.sources.coverage import coverage, verify
from kg.sources.description import source as source_named
from kg.sources.description import sources
from kg.sources.entities import read_entities
from kg.sources.sheet_schema import sheet_schema
from kg.sources.spans import read_document
from kg.store import Answer
from kg.why import why

P = ParamSpec("P")

app = typer.Typer(
    help="The knowledge graph of who left which party, where, when, why and on whose word.", no_args_is_help=True
)
out = Console()
err = Console(stderr=True)

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
        except KgError as fault:
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
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description:40}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
        disable=quiet,
    ) as bar:
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
        _print_report(done)


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
    text = (
        sys.stdin.read()
        if name == "-"
        else Path(name).read_text(encoding="utf-8")
        if Path(name).is_file()
        else find(name).fill(_pairs(param))
    )
    answer = current(home_folder or home()).open().query(text)
    if fmt == "table" or (fmt is None and sys.stdout.isatty() and answer.form == "select"):
        _print_table(answer)
    elif answer.form == "ask" and fmt is None:
        print("yes" if answer else "no")
    else:
        _write(answer.serialize(_format(fmt or ("ttl" if answer.form == "graph" else "csv"))))


@app.command("queries")
@told
def queries_command() -> None:
    """List the canned queries with the parameters they take."""
    table = Table("query", "answers", "parameters", show_lines=False)
    for canned_query in canned().values():
        table.add_row(canned_query.name, canned_query.summary, ", ".join(canned_query.params))
    out.print(table)


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
        where = f", characters {reason.span[0]}-{reason.span[1]}" if reason.span else ""
        speaker = f", on the word of {reason.speaker}" if reason.speaker else ""
        basis = f", taken from: {reason.basis}" if reason.basis else ""
        out.print(
            f"{reason.property} = {reason.value}",
            style="bold" if reason.rank == "preferred" else "dim",
            markup=False,
            soft_wrap=True,
        )
        out.print(f"    {reason.rank}: {reason.rule_text}", markup=False, soft_wrap=True)
        out.print(f"    {reason.modality} in “{reason.source}”{where}{speaker}{basis}", markup=False, soft_wrap=True)
        if reason.note:
            out.print(f"    {reason.note}", markup=False, soft_wrap=True)


@app.command("verify")
@told
def verify_command(documents: Documents, data: Data = DATA) -> None:
    """Compare every anchor with the documents themselves, and name each fact that no longer holds."""
    entities = read_entities(data)
    results = [verify(s, entities, documents) for s in sources(data) if s.document]
    for result in results:
        changed = " (the document has changed)" if result.document_changed else ""
        print(f"{result.source.slug}: {result.anchors - len(result.broken)} of {result.anchors} anchors hold{changed}")
        for broken, facts in result.broken:
            moved = (
                f"; the same text now stands at {broken.moved_to[0]}-{broken.moved_to[1]}" if broken.moved_to else ""
            )
            print(f"  {broken.span[0]}-{broken.span[1]} no longer says what was read{moved}")
            for fact in facts:
                print(f"    {fact.path}:{fact.line}: {fact.about} {_values(fact.values, fact.kind)}")
        for start, end in result.uncovered:
            print(f"  {start}-{end} is in no sentence of the sheet")
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
        found = coverage(source, entities)
        text = read_document(source, documents) if documents else None
        facts = sum(len(sentence.facts) for sentence in found)
        title = f"{source.slug}: {len(found)} sentences, {facts} facts"
        table = Table("characters", *(["opens"] if text else []), "facts", "left out", title=title)
        for sentence in found:
            start, end = sentence.span
            opening = [text[start : min(end, start + 40)]] if text else []
            table.add_row(f"{start}-{end}", *opening, str(len(sentence.facts) or ""), sentence.left_out or "")
        out.print(table)


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


def _print_report(done: Build) -> None:
    report = done.report
    sources_table = Table(
        "source",
        "statements",
        "quads",
        title=f"build {done.id}: {report['quads']} quads, {report['consolidated']} of them the consolidated view",
    )
    for slug, counts in report["sources"].items():
        sources_table.add_row(slug, str(counts["statements"]), str(counts["quads"]))
    classes = Table("class", "things")
    for curie, count in report["classes"].items():
        classes.add_row(curie, str(count))
    out.print(sources_table)
    out.print(classes)
    out.print(f"{report['contradictions']} contradictions between claims; {len(report['warnings'])} warnings")
    for warning in report["warnings"]:
        out.print(f"  {warning}", markup=False)


def _print_table(answer: Answer) -> None:
    table = Table(*answer.variables)
    for row in answer.rows():
        table.add_row(*(cell or "" for cell in row))
    out.print(table)


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


def _values(values: dict[str, tuple[str, ...]], kind: str | None) -> str:
    shown = [f"{name}={'|'.join(several)}" for name, several in values.items()]
    return " ".join([*shown, *([f"kind={kind}"] if kind else [])])


def _write(body: bytes) -> None:
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `kg export | head` ends quietly
    sys.stdout.buffer.write(body)
