"""The search index of a build: one SQLite file, the same bytes for the same facts and the same SQLite."""

import csv
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import KgError
from kg.facts import Connection
from kg.iris import expand
from kg.mapping import mapping
from kg.ontology import concepts, terms
from kg.paths import DATA
from kg.search.asked import token
from kg.search.names import words, words_of

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class _Entry:
    """A thing that can be found, as entries.sql tells of it."""

    ref: str
    kind: str
    label: str
    description: str
    weight: int
    names: list[str]
    identifiers: list[str] | None
    context: str


def write_search_index(connection: Connection, path: Path, data: Path = DATA) -> None:
    """Write the index over the consolidated view; consolidation must have been."""
    entries = [_Entry(*row) for row in _rows(connection)]
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as index:
        _create(index)
        index.execute("BEGIN")
        _fill(index, entries)
        index.executemany("INSERT INTO nickname VALUES (?, ?)", _nicknames(data / "links" / "nicknames.csv"))
        index.executescript(_sql("indexes"))  # which commits
        index.execute("VACUUM")


def _rows(connection: Connection) -> list[tuple[Any, ...]]:
    """What entries.sql selects, given the labels of kinds and concepts, which are the ontology's."""
    classes = {term.iri: _inside(term.label) for term in terms()}
    kinds = {kind: classes.get(expand(curies[0]), "") for c in mapping().values() for kind, curies in c.kinds.items()}
    labels = {f"concept/{slug}": _inside(found.label) for slug, found in concepts().items()}
    paths = {path: kind for cls in mapping().values() for path, kind in cls.paths.items()}
    _give(connection, "kind_label (kind VARCHAR, label VARCHAR)", kinds)
    _give(connection, "concept_label (concept VARCHAR, label VARCHAR)", labels)
    _give(connection, "path_kind (path VARCHAR, kind VARCHAR)", paths)
    return connection.execute(_sql("entries")).fetchall()


def _give(connection: Connection, table: str, pairs: dict[str, str]) -> None:
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {table}")
    rows = f"INSERT INTO {table.split()[0]} SELECT unnest(?::VARCHAR[]), unnest(?::VARCHAR[])"
    connection.execute(rows, [list(pairs), list(pairs.values())])


def _inside(label: str) -> str:
    """A label as it stands inside a sentence: with a small letter, unless it holds a name."""
    return label[0].lower() + label[1:] if label[1:].islower() else label


def _create(index: sqlite3.Connection) -> None:
    try:
        index.executescript(_sql("schema"))
    except sqlite3.OperationalError as fault:
        raise KgError(f"this Python's SQLite {sqlite3.sqlite_version} cannot hold the search index: {fault}") from fault


def _fill(index: sqlite3.Connection, entries: list[_Entry]) -> None:
    named = [(i, entry, name, words_of(entry.kind, name)) for i, entry in enumerate(entries) for name in entry.names]
    index.executemany(
        "INSERT INTO entry VALUES (?, ?, ?, ?, ?)",
        ((i, e.ref, e.kind, e.label, e.description) for i, e in enumerate(entries)),
    )
    index.executemany(
        "INSERT INTO name VALUES (?, ?, ?, ?)",
        ((n, i, name, " ".join(found)) for n, (i, _, name, found) in enumerate(named)),
    )
    index.executemany(
        "INSERT INTO known (rowid, kind, words, context) VALUES (?, ?, ?, ?)",
        ((n, token(e.kind), " ".join(found), " ".join(words(e.context))) for n, (_, e, _, found) in enumerate(named)),
    )
    index.executemany(
        "INSERT OR IGNORE INTO identifier VALUES (?, ?)",
        ((text.casefold(), i) for i, entry in enumerate(entries) for text in (entry.ref, *(entry.identifiers or ()))),
    )
    vocabulary = sorted({word for _, _, _, found in named for word in found})
    index.executemany("INSERT INTO word VALUES (?)", ((word,) for word in vocabulary))


def _nicknames(path: Path) -> list[tuple[str, str]]:
    """Each given name with its short forms, and they with it, but not with each other: Nick is short for two."""
    with path.open(encoding="utf-8", newline="") as file:
        pairs = {(row["name"], short) for row in csv.DictReader(file) for short in row["also"].split("|")}
    return sorted(pairs | {(short, name) for name, short in pairs})


def _sql(name: str) -> str:
    return (_HERE / f"{name}.sql").read_text(encoding="utf-8")
