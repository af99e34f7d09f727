"""Published builds: a folder each below the home, and one pointer that is moved in a single step."""

import json
import os
import shutil
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from kg.errors import NoBuild, UnknownName
from kg.store import Quads

CURRENT, PREVIOUS = "current", "previous"
RUN = "run.json"  # the only file of a build that differs from one making of it to the next
SEARCH = "search.sqlite"
KEPT = 3  # a server may still read the build before last while it takes up the new one


@dataclass(frozen=True)
class Build:
    """One finished build: its quads, its store and its report."""

    folder: Path
    unchanged: bool = field(default=False, compare=False)  # nothing was built: its inputs are still what they were

    @property
    def id(self) -> str:
        """The first 16 hex digits of a SHA-256 over its quads and dumps: equal builds have equal names."""
        return self.folder.name

    @property
    def quads(self) -> Path:
        """The whole graph as sorted N-Quads."""
        return self.folder / "quads.nq"

    @property
    def dumps(self) -> Path:
        """The folder of ready-made exports."""
        return self.folder / "dumps"

    @property
    def search(self) -> Path:
        """The search index, which a build of an earlier version has not; no part of what gives a build its name."""
        return self.folder / SEARCH

    @cached_property
    def report(self) -> dict[str, Any]:
        """What was built: counts by source and class, conflicts, checks."""
        report: dict[str, Any] = json.loads((self.folder / "report.json").read_text(encoding="utf-8"))
        return report

    @property
    def run(self) -> dict[str, Any]:
        """How it was made the last time: the digest of its inputs, the sources that were cached, the seconds taken."""
        path = self.folder / RUN
        run: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return run

    def open(self) -> Quads:
        """Open the store of this build read-only."""
        return Quads.open(self.folder / "store")


def current(home: Path) -> Build:
    """The build that is published now; NoBuild where there is none."""
    pointer = home / CURRENT
    if not pointer.exists():
        raise NoBuild(f"no build in {home.resolve()}: run `kg build`, or set KG_HOME to where one is")
    return Build(pointer.resolve())


def find_build(home: Path, name: str) -> Build:
    """A build by its id, by its folder, or as "current" or "previous"; UnknownName where there is none."""
    for folder in (home / name if name in {CURRENT, PREVIOUS} else home / "builds" / name, Path(name)):
        if (folder / "quads.nq").is_file():
            return Build(folder.resolve())
    known = sorted(path.name for path in (home / "builds").glob("*"))
    raise UnknownName(f"no build {name!r}; there are: {', '.join([CURRENT, PREVIOUS, *known])}, or name a folder")


def publish(home: Path, staged: Path, build_id: str) -> Build:
    """Give a finished folder its name and move the pointer to it; before the last step nothing is visible."""
    final = home / "builds" / build_id
    if final.exists():
        for name in (RUN, SEARCH):
            if (staged / name).exists():
                (staged / name).replace(final / name)
        shutil.rmtree(staged)  # the same quads are already there
    else:
        staged.rename(final)
    if (home / CURRENT).exists() and (before := (home / CURRENT).resolve().name) != build_id:
        _point(home, PREVIOUS, before)
    _point(home, CURRENT, build_id)
    _fsync(home)
    _prune(home)
    return Build(final)


def _point(home: Path, name: str, build_id: str) -> None:
    pointer = home / f"{name}.new"
    pointer.unlink(missing_ok=True)
    pointer.symlink_to(Path("builds") / build_id)
    pointer.replace(home / name)


def _prune(home: Path) -> None:
    """Delete all but the newest builds, never the published one or the one before it.

    A build loses its name first: one that was half deleted when the process was killed must not be taken for whole.
    """
    kept = {(home / name).resolve() for name in (CURRENT, PREVIOUS)}
    builds = sorted((home / "builds").iterdir(), key=lambda p: p.stat().st_mtime, reverse=True)
    for old in [b for b in builds if b not in kept][KEPT - len(kept) :]:
        shutil.rmtree(old.rename(home / f"staged-{old.name}"))


def _fsync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
