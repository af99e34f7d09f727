"""Every error that a user can mend has one root, and says where the fault lies."""

from pathlib import Path


class KgError(Exception):
    """Something the user can mend; the message names what and where."""


class FileError(KgError):
    """A fault in a declarative file: the message opens with `file:line:`."""

    def __init__(self, path: Path, line: int | None, reason: str) -> None:
        self.path, self.line, self.reason = path, line, reason
        super().__init__(f"{path}:{line}: {reason}" if line else f"{path}: {reason}")


class FaultsFound(KgError):
    """Several faults at once, one a line, so that an editor mends them in one go."""

    def __init__(self, title: str, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join([title, *faults]))


class NoBuild(KgError):
    """There is no published build to open."""


class UnknownName(KgError):
    """A query, source or thing that does not exist, with the nearest names that do."""
