"""The wheel: what pip installs works without the checkout."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from kg.paths import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(ROOT)]
    subprocess.run(command, check=True)
    (built,) = folder.glob("party_defections-*.whl")
    return built


def test_the_wheel_holds_the_declarative_files(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "kg/_shipped/ontology/shapes.ttl",
        "kg/_shipped/data/policy.yaml",
        "kg/_shipped/queries/who-defected.rq",
        "kg/mapping.yaml",
        "kg/quads/terms.sql",
        "kg/consolidate/derive.sql",
    } <= names
    assert not [name for name in names if name.startswith("tests")]


def test_an_installed_wheel_builds_the_graph(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(site), str(wheel)], check=True
    )
    code = (
        f"import sys; sys.path.insert(0, {str(site)!r})\n"
        "import kg.paths; from pathlib import Path; from kg.build import build\n"
        f"assert str(kg.paths.ROOT).startswith({str(site)!r}), kg.paths.ROOT\n"
        f"assert build(Path({str(tmp_path / 'home')!r})).report['quads'] > 10000\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)
