"""What is remembered below the home, so that work on what has not changed is not done again: facts, scored pairs."""

import csv
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import astuple, fields
from pathlib import Path

from kg.build.inputs import digest_of_files
from kg.facts import Connection, connect
from kg.mapping import mapping
from kg.sources.tables.judged import JUDGED
from kg.sources.tables.staging import SetAside

SET_ASIDE = "set-aside.csv"
KEPT = 2  # states of a source: going back to the one before costs nothing
_SEAL = "digest.txt"  # of the other files of an entry


def remembered(home: Path, name: str, digest: str, make: Callable[[Path], None]) -> tuple[Path, bool]:
    """The folder with what `make` writes into it, and whether it was there already; what is damaged is made anew.

    The digest is over all that it is made from. Of each name the entries used last are kept.
    """
    entries = home / "cache" / name
    folder = entries / digest
    if there := _is_whole(folder):
        folder.touch()
    else:
        staged = Path(tempfile.mkdtemp(prefix="staged-", dir=home))
        make(staged)
        (staged / _SEAL).write_text(_digest(staged), encoding="utf-8")
        entries.mkdir(parents=True, exist_ok=True)
        if folder.exists():
            _discard(folder, home)
        staged.rename(folder)
    for old in sorted(entries.iterdir(), key=lambda p: p.stat().st_mtime, reverse=True)[KEPT:]:
        _discard(old, home)
    return folder, there


def cached_facts(home: Path, slug: str, digest: str, read: Callable[[Connection], list[SetAside]]) -> tuple[Path, bool]:
    """The folder with the facts of a source, and whether they were there already; else `read` fills them in."""

    def make(folder: Path) -> None:
        with connect() as connection:
            write_set_aside(folder / SET_ASIDE, read(connection))
            for table in _tables():
                if connection.execute(f'SELECT 1 FROM "{table}" LIMIT 1').fetchone():
                    connection.execute(f"COPY \"{table}\" TO '{folder / f'{table}.parquet'}' (FORMAT parquet)")

    return remembered(home, slug, digest, make)


def insert_cached(connection: Connection, folder: Path) -> list[SetAside]:
    """Add the facts in a folder of the cache to the fact tables; the rows that were set aside when they were read."""
    for table in _tables():
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


def _tables() -> list[str]:
    return [*mapping(), JUDGED]


def _is_whole(folder: Path) -> bool:
    """Whether the files of an entry are those that were written."""
    seal = folder / _SEAL
    return seal.is_file() and seal.read_text(encoding="utf-8") == _digest(folder)


def _digest(folder: Path) -> str:
    return digest_of_files(sorted(path for path in folder.iterdir() if path.name != _SEAL), folder)


def _discard(entry: Path, home: Path) -> None:
    """Delete an entry; it loses its name first, so that it is never found half deleted."""
    shutil.rmtree(entry.rename(home / f"staged-{entry.parent.name}-{entry.name}"))
