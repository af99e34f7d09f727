"""Programs that tests/tools.sh installs: Comunica in node, sparqlx in a later Python, Redland's roqet and rapper."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.clients.questions import ANN, ASK, CHANGE, CONSTRUCT, CONSTRUCTED, DESCRIBE, DESCRIBED, NAME, SELECT, asked
from tests.endpoint_support import PD

HERE = Path(__file__).parent
SECONDS = 120  # in which each program answers, on a slow machine too
LEFT = f"SELECT ?change ?who WHERE {{ ?change <{PD}defector> ?who }}"

Client = Callable[..., Any]


def run(*command: str | Path) -> str:
    finished = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


@pytest.fixture
def comunica(tools: Path) -> Client:
    """What Comunica answers to some queries of an endpoint."""
    folder, node = tools / "comunica", shutil.which("node")
    if not node or not folder.is_dir():
        pytest.skip(f"Comunica is not in {folder}: tests/tools.sh installs it where there is npm")
    return lambda endpoint, *queries: json.loads(run(node, HERE / "ask_comunica.mjs", folder, endpoint, *queries))


@pytest.fixture
def sparqlx(tools: Path) -> Client:
    """What sparqlx answers to some queries of an endpoint."""
    python = tools / "sparqlx" / "bin" / "python"
    if not python.exists():
        pytest.skip(
            f"sparqlx is not in {python.parent}: tests/tools.sh installs it where there is a Python from 3.12 on"
        )
    return lambda endpoint, *queries: json.loads(run(python, HERE / "ask_sparqlx.py", endpoint, *queries))


@pytest.fixture
def roqet() -> Client:
    """What roqet prints."""
    found = shutil.which("roqet")
    if not found:
        pytest.skip("roqet is not installed (Debian: rasqal-utils)")
    return lambda *arguments: run(found, "-q", *arguments)


@pytest.mark.parametrize("client", ["comunica", "sparqlx"])
def test_a_client_gets_every_form_of_answer(client: str, address: str, request: pytest.FixtureRequest) -> None:
    ask: Client = request.getfixturevalue(client)
    table, yes, constructed, described = ask(f"{address}/sparql", SELECT, ASK, CONSTRUCT, DESCRIBE)
    assert table == [{"label": NAME}]
    assert yes is True
    assert (sorted(constructed), sorted(described)) == (CONSTRUCTED, DESCRIBED)


@pytest.mark.parametrize("fmt", ["xml", "csv", "tsv"])
def test_roqet_asks_the_endpoint_and_writes_the_answer_itself(roqet: Client, address: str, fmt: str) -> None:
    printed = roqet("-p", f"{address}/sparql", "-e", LEFT, "-r", fmt)
    assert CHANGE in printed
    assert ANN in printed


def test_raptor_reads_a_constructed_graph_by_its_address(rapper: str, address: str) -> None:
    read = run(rapper, "-q", "-g", asked(f"{address}/sparql", CONSTRUCT))
    assert read.split()[:3] == [f"<{term}>" for term in CONSTRUCTED[0]]
