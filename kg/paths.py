"""Where the declarative files lie: beside the package in a checkout, inside it when installed from a wheel."""

import os
from pathlib import Path

_PACKAGE = Path(__file__).parent
_SHIPPED = _PACKAGE / "_shipped"

ROOT = _SHIPPED if _SHIPPED.is_dir() else _PACKAGE.parent
ONTOLOGY = ROOT / "ontology"
DATA = ROOT / "data"
QUERIES = ROOT / "queries"


def home() -> Path:
    """The folder that holds the published builds: `KG_HOME`, or `.kg` below the working directory."""
    return Path(os.environ.get("KG_HOME", ".kg"))
