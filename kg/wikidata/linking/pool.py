"""Candidates on disk → the tables of items: a table, a Wikidata dump or SPARQL results, told by their content."""

import bz2
import gzip
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import duckdb

from kg.errors import FileError, KgError
from kg.facts import Connection
from kg.wikidata.linking.entity_rows import entity_rows
from kg.wikidata.linking.items import create_items, insert_items
from kg.wikidata.linking.result_rows import result_rows
from kg.wikidata.linking.settings import LinkSettings

_TSV = Path(__file__).with_name("tsv.sql")
_COLUMNS = (
    "qid",
    "kind",
    "label",
    "aliases",
    "description",
    "birth_date",
    "death_date",
    "gender",
    "party_qid",
    "facts",
)


def read_pool(connection: Connection, path: Path, settings: LinkSettings) -> int:
    """Fill the tables of items from a file, packed or not; how many items there are. A fault names file and line."""
    create_items(connection)
    with _opened(path) as lines:
        first = next(lines, "")
        if first.startswith("qid\t"):
            _read_tsv(connection, path, first)
        elif first.lstrip().startswith("{") and '"head"' in first + (second := next(lines, "")):
            insert_items(connection, result_rows(path, _parsed(path, "".join(chain([first, second], lines)))))
        elif first.strip() in {"[", "[]"} or first.lstrip().startswith("{"):
            insert_items(connection, _dump_rows(path, chain([first], lines), settings))
        else:
            raise FileError(
                path, 1, f"neither a pool ({', '.join(_COLUMNS)}), a Wikidata dump nor SPARQL results in JSON"
            )
    count = connection.execute("SELECT count(*) FROM item").fetchone()
    if not count or not count[0]:
        raise KgError(f"{path}: no candidate in it")
    return int(count[0])


def _read_tsv(connection: Connection, path: Path, header: str) -> None:
    there = header.rstrip("\r\n").split("\t")
    if missing := [name for name in _COLUMNS if name not in there]:
        raise FileError(path, 1, f"no column {', '.join(missing)}")
    told = str(path).replace("'", "''")
    try:
        connection.execute(_TSV.read_text(encoding="utf-8").replace("{file}", f"'{told}'"))
    except duckdb.Error as fault:
        raise FileError(path, None, str(fault)) from fault
    strange = connection.execute("SELECT qid FROM item WHERE NOT regexp_full_match(qid, 'Q[1-9][0-9]*')").fetchone()
    if strange:
        raise FileError(path, None, f"qid: {strange[0]!r} is no item")


def _dump_rows(path: Path, lines: Iterable[str], settings: LinkSettings) -> Iterator[tuple[str, tuple[object, ...]]]:
    """The rows of a dump, which has an entity on each line, in brackets and with commas or without."""
    for number, line in enumerate(lines, 1):
        text = line.strip().rstrip(",")
        if text not in {"", "[", "]", "[]"}:
            yield from entity_rows(_parsed(path, text, number), settings)


def _parsed(path: Path, text: str, line: int | None = None) -> dict[str, object]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as fault:
        raise FileError(path, line or fault.lineno, f"not JSON: {fault.msg}") from fault
    if not isinstance(document, dict):
        raise FileError(path, line, "no JSON object")
    return document


@contextmanager
def _opened(path: Path) -> Iterator[Iterator[str]]:
    """The lines of a file, unpacked by what it begins with and not by its name."""
    if not path.is_file():
        raise KgError(f"there is no {path}")
    with path.open("rb") as raw:
        start = raw.read(3)
    unpack = gzip.open if start.startswith(b"\x1f\x8b") else bz2.open if start == b"BZh" else open
    with unpack(path, "rt", encoding="utf-8") as lines:
        try:
            yield iter(lines)
        except (EOFError, gzip.BadGzipFile, UnicodeDecodeError) as fault:
            raise FileError(path, None, f"cannot be read: {fault}") from fault
