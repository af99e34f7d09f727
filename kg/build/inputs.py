"""What a build is made from, as digests: a cached source and a whole build are made anew only when these change."""

import hashlib
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from kg.facts import Connection
from kg.paths import DATA, ONTOLOGY

_PACKAGE = Path(__file__).parent.parent
_READERS = ("sources", "facts.py", "mapping.py", "mapping.yaml", "iris.py", "dates.py")
ABOVE = ("cli", "evaluate", "graph", "serve", "wikidata")  # never imported by a build: the published one stays good
_ENGINES = ("duckdb", "pyoxigraph", "shacl", "splink")


def digest_of(*parts: str) -> str:
    """The first 16 hex digits of the SHA-256 over some texts, in their order."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def digest_of_files(files: Iterable[Path], below: Path | None = None) -> str:
    """The digest over the contents of files and, where a folder is given, over their names below it."""
    parts = []
    for path in files:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        parts.append(f"{path.relative_to(below)} {sha256}" if below else sha256)
    return digest_of(*parts)


def digest_of_folder(folder: Path) -> str:
    """The digest over every file below a folder, with their names."""
    return digest_of_files(_files(folder), folder)


def digest_of_readers() -> str:
    """The digest over the code by which tables become fact rows, and its engine."""
    paths = [path for name in _READERS for path in _files(_PACKAGE / name)]
    return digest_of(digest_of_files(paths, _PACKAGE), version("duckdb"))


def digest_of_linking() -> str:
    """The digest over the code by which things are found to be one, and its engines."""
    return digest_of(digest_of_folder(_PACKAGE / "link"), *_versions("duckdb", "splink"))


def digest_of_code(data: Path = DATA, *, readers: bool = True) -> str:
    """The digest over all that decides what a build makes of its sources' files: code, engines, ontology, data.

    Without the readers of sources it is over what the build makes of their facts, however these were read.
    """
    declared = [path for path in _files(data) if readers or not _is_of_reader(path, data)]
    code = [path for path in _files(_PACKAGE) if path.relative_to(_PACKAGE).parts[0] not in ABOVE]
    files = [digest_of_files(code, _PACKAGE), digest_of_folder(ONTOLOGY), digest_of_files(declared, data)]
    return digest_of(*files, *_versions(*_ENGINES))


def digest_of_rows(connection: Connection, tables: Iterable[str]) -> str:
    """The digest over the rows of some tables, in whatever order they stand."""
    # The engine's own hash, of which its version is part wherever this digest is used: ten times as fast as MD5.
    rows = "SELECT count(*), sum(hash(t)::HUGEINT)"
    return digest_of(*(str(connection.execute(f'{rows} FROM "{table}" AS t').fetchall()) for table in tables))


def _is_of_reader(path: Path, data: Path) -> bool:
    """Whether a file tells how a source is read: all in its folder but its description."""
    return path.is_relative_to(data / "sources") and path.name != "source.yaml"


def _versions(*engines: str) -> list[str]:
    return [f"{name} {version(name)}" for name in engines]


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return sorted(p for p in path.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
