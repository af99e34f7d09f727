"""The files of a table source on disk: in which folder they lie, which endings they have, and a digest of them all."""

import hashlib
from pathlib import Path

from kg.errors import FaultsFound, FileError
from kg.sources.description import File, Source
from kg.sources.source_schema import ENDINGS


def fetched_folder(home: Path, source: Source) -> Path:
    """Where `kg fetch` keeps the files of a source."""
    return home / "fetched" / source.slug


def mirror_folder(mirror: Path, source: Source) -> Path:
    """Where a local mirror holds the files of a source: in the folder that the description names, or in itself."""
    named = mirror / source.mirror if source.mirror else mirror
    return named if named.is_dir() else mirror


def files_of(source: Source) -> list[File]:
    """The files of a source, each once, in the order of the description."""
    return list({file.name: file for table in source.tables for file in table.files}.values())


def find_file(folder: Path, file: File) -> Path:
    """The file in a folder, by the first of its names and endings; a FileError that tells what was looked for."""
    for name in (file.name, *file.also):
        for ending in ENDINGS:
            if (path := folder / f"{name}{ending}").is_file():
                return path
    endings = ", ".join(ENDINGS[:-1])
    raise FileError(folder / file.name, None, f"there is no such file, with {endings} or {ENDINGS[-1]}")


def input_digest(source: Source, folder: Path) -> str:
    """The SHA-256 over the names and contents of the source's files in a folder."""
    whole, missing = hashlib.sha256(), []
    for file in files_of(source):
        try:
            path = find_file(folder, file)
        except FileError as fault:
            missing.append(str(fault))
            continue
        whole.update(f"{file.name}\0{sha256_of(path)}\n".encode())
    if missing:
        raise FaultsFound(f"{source.slug}: not every file is there:", missing)
    return whole.hexdigest()


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
