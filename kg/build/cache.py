"""The facts of table sources as Parquet below the home, so that a source that has not changed is not read again."""

import csv
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import astuple, fields
from pathlib import Path

from kg.facts import Connection, connect
from kg.mapping import mapping
from kg.sources.tables.staging import SetAside

SET_ASIDE = "set-aside.csv"
KEPT = 2  # states of a source: going back to the one before costs nothing


def cached_facts(home: Path, slug: str, digest: str, read: Callable[[Connection], list[SetAside]]) -> tuple[Path, bool]:
    """The folder with the facts of a source, and whether they were there already; else `read` fills them in."""
    entries = home / "cache" / slug
    folder = entries / digest
    if there := folder.is_dir():
        folder.touch()
    else:
        staged = Path(tempfile.mkdtemp(prefix="staged-", dir=home))
        with connect() as connection:
            write_set_aside(staged / SET_ASIDE, read(connection))
            _write(connection, staged)
        entries.mkdir(parents=True, exist_ok=True)
        staged.rename(folder)
    _sweep(entries, home)
    return folder, there


def insert_cached(connection: Connection, folder: Path) -> list[SetAside]:
    """Add the facts in a folder of the cache to the fact tables; the rows that were set aside when they were read."""
    for table in mapping():
        if (path := folder / f"{table}.parquet").exists():
            connection.execute(f"INSERT INTO \"{table}\" BY NAME SELECT * FROM read_parquet('{path}')")
    return read_set_aside(folder / SET_ASIDE)


def write_set_aside(path: Path, rows: list[SetAside]) -> None:
    """Write rows that were not loaded as CSV, each with its reason."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([field.name for field in fields(SetAside)])
        writer.writerows(astuple(row) for row in rows)


def read_set_aside(path: Path) -> list[SetAside]:
    """The rows that `write_set_aside` wrote."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            SetAside(r["file"], int(r["row"]), r["column"] or None, r["value"] or None, r["reason"])
            for r in csv.DictReader(file)
        ]


def _write(connection: Connection, folder: Path) -> None:
    for table in mapping():
        if connection.execute(f'SELECT 1 FROM "{table}" LIMIT 1').fetchone():
            connection.execute(f"COPY \"{table}\" TO '{folder / f'{table}.parquet'}' (FORMAT parquet)")


def _sweep(entries: Path, home: Path) -> None:
    """Delete all but the newest entries; each loses its name first, so that none is found half deleted."""
    for old in sorted(entries.iterdir(), key=lambda p: p.stat().st_mtime, reverse=True)[KEPT:]:
        shutil.rmtree(old.rename(home / f"staged-{entries.name}-{old.name}"))
