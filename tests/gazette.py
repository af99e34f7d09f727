"""The Anyford Gazette: a report of the invented world, on changes that its rosters show and on one that they miss."""

import shutil
from pathlib import Path

from kg.build import build
from kg.builds import Build
from kg.sources.description import source
from kg.sources.documents.anchoring import anchor
from tests.support_wide import TABLES, home_with_fixtures, relaxed_data

_REPORT = Path(__file__).parent / "gazette"


def build_with_gazette(folder: Path) -> Build:
    """A build of all table sources from the fixtures, in a few seconds, with the report beside them."""
    data = relaxed_data(folder)
    _add_report(data)
    return build(home_with_fixtures(folder / "home"), data, TABLES)


def _add_report(data: Path) -> None:
    """Add the report to a folder data/, anchored in its document, with a decision on who its people are."""
    folder = data / "sources" / "anyford-gazette"
    folder.mkdir()
    for name in ("source.yaml", "facts.yaml"):
        shutil.copyfile(_REPORT / name, folder / name)
    shutil.copyfile(_REPORT / "entities.csv", data / "entities" / "gazette.csv")
    with (data / "links" / "decisions.csv").open("a", encoding="utf-8") as decisions:
        decisions.write((_REPORT / "decisions.csv").read_text(encoding="utf-8"))
    anchor(source("anyford-gazette", data), _REPORT)
