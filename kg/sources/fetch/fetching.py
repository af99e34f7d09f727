"""`kg fetch`: the files of table sources, from their addresses or a local mirror, into the cache below the home."""

import fcntl
import filecmp
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal

import httpx

from kg.errors import KgError, UnknownName
from kg.paths import DATA
from kg.sources.description import File, Source, sources
from kg.sources.fetch.download import PATIENCE, NotFetched, Patience, Unreachable, download, open_client
from kg.sources.fetch.origin import discard_part, origin_path, part_path
from kg.sources.source_schema import ENDINGS
from kg.sources.tables.files import fetched_folder, files_of, find_file, mirror_folder, sha256_of

Progress = Callable[[str, int, int | None], None]  # of which file, bytes that are there, bytes there will be


@dataclass(frozen=True)
class FetchedFile:
    """A file in the cache, and how it came there."""

    source: Source
    path: Path
    how: Literal["fetched", "copied", "unchanged"]


@dataclass
class Fetch:
    """What became of every file: those that are in the cache now, and what is wrong with the others."""

    files: list[FetchedFile] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def table_sources(names: Sequence[str], data: Path = DATA) -> list[Source]:
    """The table sources of these names, or all of them where none is named."""
    tables = {source.slug: source for source in sources(data) if source.tables}
    if unknown := [name for name in names if name not in tables]:
        raise UnknownName(f"no table source named {', '.join(unknown)}; there are: {', '.join(tables)}")
    return [source for slug, source in tables.items() if not names or slug in names]


def has_addresses(source: Source) -> bool:
    """Whether every file of a source can be fetched; a file in a shape of our own is only in a mirror."""
    return all(file.url for file in files_of(source))


def fetch(
    chosen: Sequence[Source],
    home: Path,
    mirror: Path | None = None,
    progress: Progress = lambda _name, _there, _total: None,
    patience: Patience = PATIENCE,
) -> Fetch:
    """Bring the files of sources into the cache, from their addresses or a local mirror; one that fails stops no other.

    A mirror may hold a file in another shape than its address does: the hash in the description is not asked of it.
    """
    if mirror and not mirror.is_dir():
        raise KgError(f"there is no folder {mirror}")
    done = Fetch()
    with _alone(home / "fetched"), open_client() as client:
        bring = partial(_copy, mirror) if mirror else _Downloads(client, progress, patience)
        for source, file in [(s, f) for s in chosen for f in files_of(s)]:
            folder = fetched_folder(home, source)
            folder.mkdir(parents=True, exist_ok=True)
            try:
                done.files.append(bring(source, file, folder))
            except (KgError, OSError, httpx.InvalidURL) as fault:
                done.faults.append(f"{source.slug}: {file.name}: {fault}")
    return done


def _copy(mirror: Path, source: Source, file: File, folder: Path) -> FetchedFile:
    found = find_file(mirror_folder(mirror, source), file)
    ending = next(ending for ending in ENDINGS if found.name.endswith(ending))
    path = folder / f"{file.name}{ending}"
    if path.exists() and filecmp.cmp(found, path, shallow=False):
        return FetchedFile(source, path, "unchanged")
    discard_part(path)
    shutil.copyfile(found, part_path(path))
    part_path(path).replace(path)
    origin_path(path).unlink(missing_ok=True)
    _remove_other_shapes(file, path)
    return FetchedFile(source, path, "copied")


@dataclass(frozen=True)
class _Downloads:
    """The files from their addresses; a server that could not be reached once is not asked for more."""

    client: httpx.Client
    progress: Progress
    patience: Patience
    unreachable: set[str] = field(default_factory=set)

    def __call__(self, source: Source, file: File, folder: Path) -> FetchedFile:
        if file.url is None:
            raise NotFetched("the description has no address for it: name a local mirror with --from")
        path = folder / f"{file.name}{_ending(file.url)}"
        shown = partial(self.progress, f"{source.slug}/{path.name}")
        fetched = not _is_as_described(path, file) and self._download(file.url, path, file.sha256, shown)
        _remove_other_shapes(file, path)
        return FetchedFile(source, path, "fetched" if fetched else "unchanged")

    def _download(self, url: str, path: Path, sha256: str | None, shown: Callable[[int, int | None], None]) -> bool:
        if (server := httpx.URL(url).host) in self.unreachable:
            raise NotFetched(f"{url}: {server} could not be reached before")
        try:
            return download(self.client, url, path, sha256, shown, self.patience)
        except Unreachable:
            self.unreachable.add(server)
            raise


def _is_as_described(path: Path, file: File) -> bool:
    return file.sha256 is not None and path.is_file() and sha256_of(path) == file.sha256


def _ending(url: str) -> str:
    """The ending of the path of an address; what a script makes is taken for CSV."""
    path = httpx.URL(url).path.lower()
    return next((ending for ending in ENDINGS if path.endswith(ending)), ".csv")


def _remove_other_shapes(file: File, kept: Path) -> None:
    """Delete what the cache has of a file in other shapes, so that no older state of it is read."""
    for ending in ENDINGS:
        other = kept.with_name(f"{file.name}{ending}")
        if other != kept:
            other.unlink(missing_ok=True)
            origin_path(other).unlink(missing_ok=True)
            discard_part(other)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the lock of the cache; the kernel frees it with the process."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise KgError(f"another fetch is running in {folder.resolve()}") from fault
        yield
