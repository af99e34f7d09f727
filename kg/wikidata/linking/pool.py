"""Candidates on disk → the tables of items: a table, a Wikidata dump or SPARQL results, told by their content."""

import csv
import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from kg.errors import FileError, KgError
from kg.facts import Connection
from kg.wikidata.linking.entity_rows import entity_rows
from kg.wikidata.linking.items import create_items, insert_items
from kg.wikidata.linking.result_rows import result_rows
from kg.wikidata.linking.settings import LinkSettings
from kg.wikidata.packed import lines_of

_TSV, _WRONG_DATES = (Path(__file__).with_name(f"{name}.sql") for name in ("tsv", "wrong_dates"))
_QID = re.compile(r"Q[1-9][0-9]*")
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
    with lines_of(path, newline="") as lines:
        first = next(lines, "")
        if first.startswith("qid\t"):
            _read_tsv(connection, path, chain([first], lines))
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


def _read_tsv(connection: Connection, path: Path, lines: Iterable[str]) -> None:
    columns = [list(column) for column in zip(*_table_rows(path, lines), strict=True)] or [[] for _ in _COLUMNS]
    told = ", ".join(f"unnest(?::VARCHAR[]) AS {name}" for name in _COLUMNS)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE tsv AS SELECT {told}", columns)
    connection.execute(_TSV.read_text(encoding="utf-8"))
    if wrong := connection.execute(_WRONG_DATES.read_text(encoding="utf-8")).fetchone():
        raise FileError(path, None, "{}: {!r} is no date".format(*wrong))


def _table_rows(path: Path, lines: Iterable[str]) -> Iterator[list[str | None]]:
    """The rows of a table in the order of its columns here; one that is no row of an item of its own is a fault."""
    rows = csv.reader(lines, delimiter="\t", strict=True)
    try:
        there = next(rows)
        if missing := [name for name in _COLUMNS if name not in there]:
            raise FileError(path, 1, f"no column {', '.join(missing)}")
        first: dict[str, int] = {}
        for cells in rows:
            if len(cells) != len(there):
                raise FileError(path, rows.line_num, f"{len(cells)} cells, where there are {len(there)} columns")
            row = dict(zip(there, cells, strict=True))
            if not _QID.fullmatch(row["qid"]):
                raise FileError(path, rows.line_num, f"qid: {row['qid']!r} is no item")
            if (line := first.setdefault(row["qid"], rows.line_num)) != rows.line_num:
                raise FileError(path, rows.line_num, f"qid: {row['qid']} stands in line {line} too")
            yield [row[name] or None for name in _COLUMNS]
    except csv.Error as fault:
        raise FileError(path, rows.line_num, f"no table: {fault}") from fault


def _dump_rows(path: Path, lines: Iterable[str], settings: LinkSettings) -> Iterator[tuple[str, tuple[object, ...]]]:
    """The rows of a dump, which has an entity on each line, in brackets and with commas or without."""
    for number, line in enumerate(lines, 1):
        text = line.strip().rstrip(",")
        if text not in {"", "[", "]", "[]"}:
            try:
                yield from entity_rows(_parsed(path, text, number), settings)
            except (AttributeError, KeyError, TypeError) as fault:
                raise FileError(path, number, f"no item of Wikidata in JSON: {fault}") from fault


def _parsed(path: Path, text: str, line: int | None = None) -> dict[str, object]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as fault:
        raise FileError(path, line or fault.lineno, f"not JSON: {fault.msg}") from fault
    if not isinstance(document, dict):
        raise FileError(path, line, "no JSON object")
    return document
