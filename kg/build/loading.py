"""The store of a build: loaded from its quads, or made from that of the build before where the two differ in little."""

from itertools import islice
from pathlib import Path

from kg.builds import Build
from kg.diff.lines import differences
from kg.store import ENGINE, load, patch

FEW = 10  # loading anew is faster where more than one in so many quads differs (measured)


def load_or_patch(final: Path, staged: Path, published: Build | None) -> str:
    """Make the store in a staged folder whose quads are written, unless the final folder is there; what was done."""
    if final.exists():
        return "not at all: the same build is there"
    quads, store = Build(staged).quads, staged / "store"
    if published and published.run.get("engine") == ENGINE:
        few = published.report["quads"] // FEW
        found = list(islice(differences(published.quads, quads), few + 1))
        if len(found) <= few:
            removed, added = (b"".join(d.line for d in found if d.added is side) for side in (False, True))
            patch(published.folder / "store", store, removed, added)
            return f"as the store before with {len(found)} quads added or removed"
    load(quads, store)
    return "as a whole"
