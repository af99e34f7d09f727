"""What the tests share: one real build, the documents where they are at hand, and a small example to break."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from kg import queries
from kg.build import build
from kg.builds import Build, current
from kg.paths import DATA
from kg.sources.description import source
from kg.sources.documents.anchoring import anchor
from kg.store import Quads
from tests.endpoint_support import publish_small, serving, write_queries
from tests.gazette import build_with_gazette
from tests.support_wide import wide_build

HERE = Path(__file__).parent
EXAMPLE = HERE / "example"
SHARED = HERE.parent.parent / "shared"


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the build of this repository's data."""
    home = tmp_path_factory.mktemp("home")
    build(home)
    return home


@pytest.fixture(scope="session")
def quads(published: Path) -> Quads:
    """The store of that build."""
    return current(published).open()


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a real server over a small build and a few queries made for the tests of the endpoint."""
    home = tmp_path_factory.mktemp("home")
    publish_small(home)
    read = queries.canned
    known = read(write_queries(home / "queries"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queries, "canned", lambda *folder: read(*folder) if folder else known)
        with serving(home) as client:
            yield client


@pytest.fixture(scope="session")
def documents() -> Path:
    """The folder of the documents that were read; their text is not ours to redistribute."""
    folder = SHARED / "seeds"
    if not folder.is_dir():
        pytest.skip(f"the documents are not at hand in {folder}")
    return folder


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of the public data sets that the wide sources read."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip(f"the public data sets are not at hand in {folder}")
    return folder


@pytest.fixture(scope="session")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """A small build of all sources, from the fixtures and an invented report."""
    return build_with_gazette(tmp_path_factory.mktemp("wide"))


@pytest.fixture(scope="session")
def public(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The wide build of the public data sets, made once."""
    return wide_build(shared_data, tmp_path_factory.mktemp("public"))


@pytest.fixture(scope="session")
def rapper() -> str:
    """Raptor's command, which tests/tools.sh installs where it may."""
    found = shutil.which("rapper")
    if not found:
        pytest.skip("Raptor is not installed (Debian: raptor2-utils)")
    return found


@pytest.fixture
def example_data(tmp_path: Path) -> Path:
    """A copy of the data with one more source, the Anyford Bulletin, anchored in its document."""
    data = tmp_path / "data"
    shutil.copytree(DATA, data)
    folder = data / "sources" / "anyford-bulletin"
    folder.mkdir()
    for name in ("source.yaml", "facts.yaml"):
        shutil.copyfile(EXAMPLE / name, folder / name)
    shutil.copyfile(EXAMPLE / "entities.csv", data / "entities" / "example.csv")
    anchor(source("anyford-bulletin", data), EXAMPLE)
    return data


@pytest.fixture
def edit(example_data: Path) -> Callable[[str, str, str], None]:
    """Replace text in a file of the example data: edit(file, old, new); the old text must be there."""

    def replace(name: str, old: str, new: str) -> None:
        path = example_data / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return replace
