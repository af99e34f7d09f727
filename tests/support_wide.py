"""Wide builds for tests: of the small invented fixtures everywhere, of the public data sets where they are at hand."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from kg.build import Options, build
from kg.builds import Build
from kg.paths import DATA

FIXTURES = Path(__file__).parent / "fixtures"
WIDE_HOME = "KG_WIDE_HOME"  # names a home whose wide build the tests take over where nothing has changed since
TABLES = Options(tables=("all",))


def relaxed_data(folder: Path, of_source: Callable[[dict[str, Any]], None] = lambda _source: None) -> Path:
    """A copy of data/ in a folder in which the table sources may have few rows and few facts.

    `of_source` can change the description of each table source further.
    """
    data = folder / "data"
    shutil.copytree(DATA, data)
    yaml = YAML()
    for path in data.glob("sources/*/source.yaml"):
        described = yaml.load(path.read_text(encoding="utf-8"))
        if "document" not in described and path.parent.name != "party-defections":
            described["facts"]["min"] = 0
            _relax(described)
            of_source(described)
            with path.open("w", encoding="utf-8") as file:
                yaml.dump(described, file)
    return data


def _relax(node: Any) -> None:
    """Let a table or a file have any number of rows, down to none."""
    if isinstance(node, dict):
        if isinstance(node.get("rows"), dict):
            node["rows"]["min"] = 0
        for value in node.values():
            _relax(value)
    elif isinstance(node, list):
        for value in node:
            _relax(value)


def home_with_fixtures(home: Path) -> Path:
    """A home in which the fixtures stand for the fetched files of the table sources."""
    shutil.copytree(FIXTURES, home / "fetched", ignore=shutil.ignore_patterns("link"))
    return home


def small_wide_build(folder: Path) -> Build:
    """A build of all table sources from the fixtures, in a few seconds."""
    return build(home_with_fixtures(folder / "home"), relaxed_data(folder), TABLES)


def wide_build(shared_data: Path, home: Path) -> Build:
    """The build of the public data sets, below KG_WIDE_HOME where that is set, so that several runs share it."""
    return build(Path(os.environ.get(WIDE_HOME, home)), options=Options(tables=("all",), mirror=shared_data))
