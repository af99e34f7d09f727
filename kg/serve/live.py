"""The published build, taken up anew as soon as the pointer to it moves."""

import os
import threading
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from fastapi import Request

from kg import builds
from kg.builds import Build
from kg.errors import NoBuild
from kg.serve import answers
from kg.store import Quads


@dataclass(frozen=True)
class Opened:
    """One build and its open store; a request keeps the one it began with."""

    build: Build
    quads: Quads

    @cached_property
    def triples_by_graph(self) -> dict[str, int]:
        """The size of each named graph, by its IRI; the default graph stands under the empty string."""
        rows = answers.select(self.quads, "graphs")
        return {row["graph"].value if "graph" in row else "": int(row["triples"].value) for row in rows}

    @cached_property
    def things_by_class(self) -> dict[str, int]:
        """How many things each class has in the default graph, by the class's IRI, the largest first."""
        rows = answers.select(self.quads, "classes")
        return {row["class"].value: int(row["things"].value) for row in rows}


class Live:
    """The build that a home publishes; looking costs one readlink."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._lock = threading.Lock()
        self._target = self._pointer()
        self._opened = self._open()

    def now(self) -> Opened:
        """The published build, or the last one that could be opened if the pointer or its build has gone."""
        if (target := self._pointer()) not in {None, self._target}:
            self._take_up(target)
        return self._opened

    def is_current(self) -> bool:
        """Whether what is served is what is published."""
        return self._pointer() == self._target

    def _take_up(self, target: str | None) -> None:
        with self._lock:
            if target != self._target:
                try:
                    self._opened = self._open()
                except (NoBuild, OSError):
                    return  # the last build stays; the next request tries again
                self._target = target

    def _open(self) -> Opened:
        build = builds.current(self._home)
        return Opened(build, build.open())

    def _pointer(self) -> str | None:
        try:
            return os.readlink(self._home / "current")  # noqa: PTH115 (a string compares; nothing is resolved)
        except OSError:
            return None


def opened(request: Request) -> Opened:
    """The build that this request reads."""
    live: Live = request.app.state.live
    return live.now()
