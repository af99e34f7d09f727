"""What a build is made from, as digests: a cached source and a whole build are made anew only when these change."""

import hashlib
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from kg.paths import DATA, ONTOLOGY

_PACKAGE = Path(__file__).parent.parent
_READERS = ("sources", "facts.py", "mapping.py", "mapping.yaml", "iris.py", "dates.py")
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


def digest_of_code(data: Path = DATA) -> str:
    """The digest over all that decides what a build makes of its sources' files: code, engines, ontology, data."""
    engines = [f"{name} {version(name)}" for name in _ENGINES]
    return digest_of(*(digest_of_folder(folder) for folder in (_PACKAGE, ONTOLOGY, data)), *engines)


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return sorted(p for p in path.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
