"""The flow runs one way: who may import whom, and where the engine and the RDF vocabulary may be named."""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from typer.main import get_group

from kg.build.inputs import ABOVE
from kg.cli import MODULES as COMMANDS
from kg.mapping import mapping
from kg.paths import ROOT

PACKAGE = ROOT / "kg"

# From the top of the flow to its foot; a module imports from its own layer or from those below it.
LAYERS: list[set[str]] = [
    {"cli", "__main__"},
    {"__init__"},
    {"graph"},
    {"serve"},
    {"evaluate", "wikidata"},
    {"build"},
    {"diff"},
    {"export", "search", "validate", "why"},
    {"checks"},
    {"consolidate", "link"},
    {"sources"},
    {"quads", "builds", "queries"},
    {"store", "facts", "yamlfile", "ontology", "parameters", "depiction"},
    {"mapping", "formats"},
    {"iris", "dates", "errors", "paths"},
]
LAYER_OF = {name: depth for depth, names in enumerate(LAYERS) for name in names}
MODULES = sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> set[str]:
    """The names of everything a module imports, in full."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return found | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}


def part(path: Path) -> str:
    """The module or package directly below kg that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_run_down_the_flow(path: Path) -> None:
    own = LAYER_OF[part(path)]
    for name in imports(path):
        if name.startswith("kg."):
            below = name.split(".")[1]
            assert LAYER_OF[below] >= own, f"{path} imports {name} from a layer above it"


def test_what_a_build_is_not_made_from_lies_above_it() -> None:
    """So that code that changes there changes no build."""
    assert set(ABOVE) <= {path.name for path in PACKAGE.iterdir()}
    assert all(LAYER_OF[name] < LAYER_OF["build"] for name in ABOVE)


def test_only_the_store_names_its_engine() -> None:
    assert {part(p) for p in MODULES if any(n.split(".")[0] == "pyoxigraph" for n in imports(p))} == {"store"}


def test_readers_know_no_rdf() -> None:
    readers = [p for p in MODULES if part(p) == "sources"]
    assert len(readers) > 5
    assert not [p for p in readers if {n.split(".")[0] for n in imports(p)} & {"rdflib", "pyoxigraph"}]
    assert not [p for p in readers if {"kg.quads", "kg.store"} & imports(p)]


def test_the_endpoint_imports_no_reader() -> None:
    served = set().union(*(imports(p) for p in MODULES if part(p) == "serve"))
    assert not {name for name in served if name.startswith(("kg.sources", "kg.consolidate", "kg.build."))}


def test_no_module_is_longer_than_a_reader_can_hold() -> None:
    lengths = {str(p.relative_to(PACKAGE)): len(p.read_text().splitlines()) for p in MODULES}
    assert {name: n for name, n in lengths.items() if n > 330} == {}


def test_every_kind_has_a_name_of_its_own() -> None:
    kinds = [kind for cls in mapping().values() for kind in cls.kinds]
    assert len(kinds) == len(set(kinds))


def test_every_path_belongs_to_one_class() -> None:
    paths = [path for cls in mapping().values() for path in cls.paths]
    assert len(paths) == len(set(paths))
    assert all(kind in cls.kinds for cls in mapping().values() for kind in cls.paths.values())


def test_a_name_has_one_meaning_where_it_has_one_property() -> None:
    """A column name may serve several classes, but then for the same kind of value: rank is the one exception."""
    kinds: dict[str, set[str]] = {}
    for cls in mapping().values():
        for prop in cls.properties.values():
            kinds.setdefault(prop.curie, set()).add(prop.kind)
    assert {curie for curie, several in kinds.items() if len(several) > 1} == {"pd:rank"}


def test_the_server_starts_without_what_makes_a_build() -> None:
    """So that it starts soon: DuckDB, the readers and Splink are not even imported."""
    script = "import sys, kg.cli.serving; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert not {"duckdb", "splink", "pandas", "kg.build", "kg.sources", "kg.link"} & set(told)


def test_every_command_is_in_the_module_that_is_said_to_have_it() -> None:
    assert [
        name for name in COMMANDS if name not in get_group(import_module(f"kg.cli.{COMMANDS[name]}").app).commands
    ] == []
