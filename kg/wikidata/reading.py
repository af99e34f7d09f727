"""Statements from files or from the live query service: what a file is shows in what it holds."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from kg.errors import KgError
from kg.wikidata.client import WikidataClient, batches
from kg.wikidata.entities import read_entities
from kg.wikidata.packed import lines_of
from kg.wikidata.results import read_results
from kg.wikidata.statements import Stated

_QUERY = Path(__file__).with_name("statements.rq")
_AT_ONCE = 100  # items that one query asks for
_ID = re.compile(r'\s*\{[^\[{]*?"id"\s*:\s*"([A-Z]\d+)"')  # before anything nested, whatever else goes before it
_PREFIX = "http://www.wikidata.org/entity/"


def read_statements(path: Path, items: Collection[str]) -> Stated:
    """The statements of one file: SPARQL results, items of wbgetentities, or a dump, of which only `items` are read.

    A KgError says where a file is neither; one that is packed is unpacked.
    """
    with lines_of(path) as text:
        first = next(text, "").strip()
        if first == "[" or _ID.match(first):
            return read_entities(_of_dump(path, first, text, items), str(path))
        try:
            document = json.loads("\n".join([first, *text]))
        except json.JSONDecodeError as fault:
            raise KgError(f"{path}:{fault.lineno}: this is not JSON: {fault.msg}") from fault
        return _of_document(document, path)


def ask_statements(client: WikidataClient, items: Collection[str]) -> Stated:
    """The statements that the live query service has on some items now."""
    query = _QUERY.read_text(encoding="utf-8")
    head: list[str] = []
    rows: list[dict[str, Any]] = []
    for batch in batches(sorted(items), _AT_ONCE):
        answer = client.select(query.replace("UNDEF", " ".join(f"<{_PREFIX}{qid}>" for qid in batch)))
        head = answer["head"]["vars"]
        rows += answer["results"]["bindings"]
    if not rows:
        raise KgError("nothing of this graph has an item to ask for")
    return read_results({"head": {"vars": head}, "results": {"bindings": rows}}, client.services.sparql)


def _of_document(document: Any, path: Path) -> Stated:
    match document:
        case {"results": {"bindings": list()}, "head": {"vars": list()}}:
            return read_results(document, str(path))
        case {"entities": dict() as entities}:
            return read_entities(entities.values(), str(path))
    raise KgError(f"{path}: neither SPARQL results, nor items of Wikidata in JSON")


def _of_dump(path: Path, first: str, rest: Iterator[str], items: Collection[str]) -> Iterator[Mapping[str, Any]]:
    """The entities of a dump that are asked for: an item a line, so that the whole of Wikidata is never in memory."""
    wanted = set(items)
    for number, line in enumerate(chain([first], rest), 1):
        if line.strip() in {"", "[", "]"}:
            continue
        found = _ID.match(line)
        if not found:
            raise KgError(f"{path}:{number}: no entity of a dump stands in this line")
        if found[1] not in wanted:
            continue
        try:
            yield json.loads(line.strip().removesuffix(","))
        except json.JSONDecodeError as fault:
            raise KgError(f"{path}:{number}: this line is not JSON: {fault.msg}") from fault
