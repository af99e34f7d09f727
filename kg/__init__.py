"""party-defections: who left which party, where, when, why and on whose word.

`kg.open()` is the graph in Python; see `kg.graph`. Nothing is imported before it is used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.errors import KgError
    from kg.graph import Graph, open

    __version__: str

__all__ = ["Graph", "KgError", "__version__", "open"]

_HOMES = {"Graph": "kg.graph", "KgError": "kg.errors", "open": "kg.graph"}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return import_module("importlib.metadata").version("party-defections")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'kg' has no attribute {name!r}")
