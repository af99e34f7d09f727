"""The commands about the documents and the sheets of their facts."""

import json
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.options import Data, Documents, told
from kg.cli.printing import print_coverage, print_verified
from kg.paths import DATA
from kg.sources.description import source as source_named
from kg.sources.description import sources
from kg.sources.documents.anchoring import anchor
from kg.sources.documents.coverage import coverage, verify
from kg.sources.documents.sheet_schema import sheet_schema
from kg.sources.documents.spans import read_document
from kg.sources.entities import read_entities

app = typer.Typer()


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
