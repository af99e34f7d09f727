"""The federated query, against a second SPARQL server on loopback that holds items as Wikidata shows them."""

import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import rdflib
import rdflib.plugins.sparql

from kg.builds import current
from kg.queries import canned
from kg.store import Quads

ITEMS = Path(__file__).with_name("wikidata.ttl")
COLUMNS = ["label", "item", "description", "inception", "ideologyLabel"]
EXPECTED = [
    [
        "Nottingham Independents",
        "http://www.wikidata.org/entity/Q900001",
        "local political party in England",
        "2018-01-01T00:00:00Z",
        "localism",
    ]
]


@pytest.fixture(scope="module")
def wikidata(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of Oxigraph's own server over the items."""
    store = tmp_path_factory.mktemp("wikidata") / "store"
    program = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or "oxigraph"
    subprocess.run([program, "load", "--location", store, "--file", ITEMS], check=True, capture_output=True)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"127.0.0.1:{listening.getsockname()[1]}"
    command = [program, "serve-read-only", "--location", str(store), "--bind", address]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://{address}/")
        yield f"http://{address}/query"
    finally:
        server.terminate()
        server.wait(20)


def wait_for(address: str) -> None:
    for _ in range(100):
        try:
            httpx.get(address)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"nobody answers at {address}")


def asked_of(address: str) -> str:
    """The shipped query, sent to another server in Wikidata's stead."""
    return re.sub(r"SERVICE <[^>]*>", f"SERVICE <{address}>", canned()["what-wikidata-says-of-a-party"].text)


def test_the_federated_query_joins_the_graph_with_wikidata_in_oxigraph(wikidata: str, quads: Quads) -> None:
    answer = quads.query(asked_of(wikidata))
    columns = [answer.variables.index(name) for name in COLUMNS]
    assert [[row[column] for column in columns] for row in answer.rows()] == EXPECTED


def test_the_federated_query_joins_the_graph_with_wikidata_in_rdflib(
    wikidata: str, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rdflib.plugins.sparql, "SPARQL_LOAD_GRAPHS", False)
    view = rdflib.Graph().parse(current(published).dumps / "party-defections.ttl")
    rows = [row.asdict() for row in view.query(asked_of(wikidata))]  # type: ignore[union-attr]
    assert [[str(row[name]).replace("+00:00", "Z") for name in COLUMNS] for row in rows] == EXPECTED
