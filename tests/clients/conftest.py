"""What the tests of clients share: one real server, the questions, and where tests/tools.sh has put the programs."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.endpoint_support import publish_small
from tests.served import serve


@pytest.fixture(scope="package")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where `kg serve` answers, over the small build."""
    home = tmp_path_factory.mktemp("home")
    publish_small(home)
    with serve(home) as started:
        yield started


@pytest.fixture(scope="session")
def tools() -> Path:
    """The folder of what pip does not install into the project's own environment."""
    return Path(sys.prefix, "share")
