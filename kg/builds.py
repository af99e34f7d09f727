"""Published builds: a folder each below the home, and one pointer that is moved in a single step."""

import json
import os
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from kg.errors import NoBuild
from kg.store import Quads

KEPT = 3  # a server may still read the build before last while it takes up the new one


@dataclass(frozen=True)
class Build:
    """One finished build: its quads, its store and its report."""

    folder: Path

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

    @cached_property
    def report(self) -> dict[str, Any]:
        """What was built: counts by source and class, conflicts, checks."""
        report: dict[str, Any] = json.loads((self.folder / "report.json").read_text(encoding="utf-8"))
        return report

    def open(self) -> Quads:
        """Open the store of this build read-only."""
        return Quads.open(self.folder / "store")


def current(home: Path) -> Build:
    """The build that is published now; NoBuild where there is none."""
    pointer = home / "current"
    if not pointer.exists():
        raise NoBuild(f"no build in {home.resolve()}: run `kg build`, or set KG_HOME to where one is")
    return Build(pointer.resolve())


def publish(home: Path, staged: Path, build_id: str) -> Build:
    """Give a finished folder its name and move the pointer to it; before the last step nothing is visible."""
    final = home / "builds" / build_id
    if final.exists():
        shutil.rmtree(staged)  # the same quads are already there
    else:
        staged.rename(final)
    pointer = home / "current.new"
    pointer.unlink(missing_ok=True)
    pointer.symlink_to(Path("builds") / build_id)
    pointer.replace(home / "current")
    _fsync(home)
    _prune(home)
    return Build(final)


def _prune(home: Path) -> None:
    """Delete all but the newest builds, never the published one.

    A build loses its name first: one that was half deleted when the process was killed must not be taken for whole.
    """
    kept = (home / "current").resolve()
    builds = sorted((home / "builds").iterdir(), key=lambda p: p.stat().st_mtime, reverse=True)
    for old in [b for b in builds if b != kept][KEPT - 1 :]:
        shutil.rmtree(old.rename(home / f"staged-{old.name}"))


def _fsync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
