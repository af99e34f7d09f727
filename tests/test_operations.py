"""`kg serve` as a service: how it is set up, what it tells, what it withstands, and how it ends."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from kg.builds import current
from kg.errors import FaultsFound, FileError
from kg.paths import ROOT
from kg.serve.configuration import defaults, read_settings
from kg.serve.settings import DEFAULTS
from tests.endpoint_support import publish_small
from tests.served import Served, command, started, without_settings

DOCUMENTED = ROOT / "kg" / "serve" / "deploy" / "kg.toml"
UNIT = DOCUMENTED.with_name("kg.service")
OF_THE_MACHINE = {("lanes", "fast"), ("lanes", "slow"), ("runtime",)}  # whose defaults the file cannot tell
THREE = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n0 ?o . ?p ?q ?r . ?s ?t ?u }"
SOME_TIME = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
HASTY = {
    "KG_HTTP__HEAD": "4096",
    "KG_HTTP__IDLE": "1",
    "KG_HTTP__HEAD_PATIENCE": "0.5",
    "KG_HTTP__SEND_PATIENCE": "0.5",
    "KG_LANES__DEADLINE": "0.5",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    publish_small(folder)
    return folder


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Served]:
    with started(home, environment=HASTY) as served:
        yield served


@pytest.fixture
def web(server: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.address, timeout=30) as client:
        yield client


def until(holds: Callable[[], Any], what: str) -> Any:
    """What a condition gives as soon as it holds."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if found := holds():
            return found
        time.sleep(0.02)
    raise AssertionError(f"{what}: not within 20 s")


def figures(web: httpx.Client) -> dict[tuple[str, str], float]:
    """Every metric by its name and its labels but the process, summed over the processes."""
    found: dict[tuple[str, str], float] = {}
    for family in text_string_to_metric_families(web.get("/metrics").text):
        for sample in family.samples:
            labels = ",".join(v for k, v in sorted(sample.labels.items()) if k != "process")
            found[sample.name, labels] = found.get((sample.name, labels), 0) + sample.value
    return found


def requests_told(server: Served) -> list[dict[str, Any]]:
    return [json.loads(line) for line in server.output.read_text().splitlines()]


def connect(server: Served) -> socket.socket:
    url = httpx.URL(server.address)
    return socket.create_connection((url.host, url.port or 80), timeout=20)


def answer_on(connection: socket.socket) -> bytes:
    """Everything that comes until the other end closes."""
    received = b""
    while chunk := connection.recv(1 << 16):
        received += chunk
    return received


# Settings


def test_options_win_over_the_environment_over_the_file_over_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "kg.toml"
    file.write_text('host = "::1"\nport = 1\nprocesses = 2\n[lanes]\ndeadline = 3\n[http]\nproxies = ["10.0.0.0/8"]\n')
    settings = read_settings(file, {"KG_PORT": "4", "KG_PROCESSES": "5", "KG_HOME": "x", "HOME": "y"}, {"port": 6})
    assert (settings.host, settings.port, settings.processes) == ("::1", 6, 5)
    assert (settings.lanes.deadline, settings.lanes.soft) == (3.0, DEFAULTS.lanes.soft)
    assert [str(network) for network in settings.http.proxies] == ["10.0.0.0/8"]
    assert read_settings(None, {}, {}) == DEFAULTS


def test_what_is_a_list_is_given_with_commas_in_the_environment() -> None:
    given = {"KG_SERVICES": "https://a.example/sparql, https://b.example/sparql", "KG_HTTP__PROXIES": ""}
    settings = read_settings(None, given, {})
    assert settings.services == {"https://a.example/sparql", "https://b.example/sparql"}
    assert settings.http.proxies == ()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[lanes]\ndedline = 10", r"kg.toml: lanes.dedline: no setting has this name; did you mean lanes.deadline\?"),
        ("lanes = 3", r"kg.toml: lanes: no setting has this name"),
        ('port = "8000"', r"kg.toml: port: Input should be a valid integer, not '8000'"),
        ("cache = true", r"kg.toml: cache: Input should be a valid integer, not True"),
        ("port = 70000", r"kg.toml: port: Input should be less than or equal to 65535, not 70000"),
        ("[lanes]\nfast = 0", r"kg.toml: lanes.fast: Input should be greater than or equal to 1, not 0"),
        ('[log]\nlevel = "loud"', r"kg.toml: log.level: Input should be 'debug', 'info', 'warning' or 'error'"),
        ('[http]\nproxies = ["nginx"]', r"kg.toml: http.proxies.0"),
    ],
)
def test_a_wrong_line_of_the_file_is_named(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / "kg.toml").write_text(text)
    with pytest.raises(FaultsFound, match=fault):
        read_settings(tmp_path / "kg.toml", {}, {})


def test_a_file_that_is_not_toml_is_named_with_the_line(tmp_path: Path) -> None:
    (tmp_path / "kg.toml").write_text("port = \n")
    with pytest.raises(FileError, match=r"kg.toml: this is not TOML: .*line 1"):
        read_settings(tmp_path / "kg.toml", {}, {})


def test_a_wrong_variable_is_named() -> None:
    with pytest.raises(FaultsFound) as found:
        read_settings(None, {"KG_LANES__DEDLINE": "1", "KG_PORT": "http", "KG_LOG__REQUESTS": "no"}, {})
    assert len(found.value.faults) == 2
    assert "KG_LANES__DEDLINE: no setting has this name; did you mean lanes.deadline?" in found.value.faults
    assert any(fault.startswith("KG_PORT: Input should be a valid integer") for fault in found.value.faults)


def test_the_documented_file_tells_every_setting_with_its_default(tmp_path: Path) -> None:
    """Taking away every # that stands before a setting changes nothing."""
    text = DOCUMENTED.read_text(encoding="utf-8")
    assert read_settings(DOCUMENTED, {}, {}) == DEFAULTS
    whole = tmp_path / "kg.toml"
    whole.write_text(re.sub(r"^#(?=\w+ = )", "", text, flags=re.MULTILINE))
    told = dict(_flat(tomllib.loads(whole.read_text())))
    assert set(told) == {name for name, _ in defaults()}
    settings = dict(defaults(read_settings(whole, {}, {})))
    assert {n: v for n, v in settings.items() if n not in OF_THE_MACHINE} == {
        n: v for n, v in defaults() if n not in OF_THE_MACHINE
    }
    explained = re.findall(r"^# .*\n#\w+ = ", text, re.MULTILINE)
    assert len(explained) == len(told)


def _flat(given: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key, value in given.items():
        if isinstance(value, dict):
            yield from (((key, *rest), found) for rest, found in _flat(value))
        else:
            yield (key,), value


# Starts that fail


def refused(home: Path, *options: str, **environment: str) -> str:
    """What `kg serve` says that does not start: one line."""
    done = subprocess.run(
        command(home, *options), capture_output=True, text=True, timeout=60, env=without_settings() | environment
    )
    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


def test_without_a_build_nothing_is_served(tmp_path: Path) -> None:
    assert "no build in" in refused(tmp_path)


def test_a_port_that_is_taken_is_named(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"cannot listen on 127.0.0.1, port {port}: Address already in use" in refused(home, "--port", str(port))


def test_a_file_of_settings_that_is_not_there_is_named(home: Path) -> None:
    assert "nowhere.toml" in refused(home, "--config", "nowhere.toml")


def test_a_store_that_cannot_be_opened_is_no_server(tmp_path: Path) -> None:
    broken = tmp_path / "builds" / "broken"
    broken.mkdir(parents=True)
    (broken / "report.json").write_text("{}")
    (broken / "quads.nq").write_text("this is not a quad\n")
    (tmp_path / "current").symlink_to(Path("builds") / "broken")
    for processes in ("1", "2"):
        done = subprocess.run(
            command(tmp_path, "--port", "0", "--processes", processes),
            capture_output=True,
            text=True,
            timeout=60,
            env=without_settings(),
        )
        assert done.returncode == 1
        assert "cannot be opened" in done.stderr
        assert done.stderr.splitlines()[-1].endswith("did not start")


# What it tells


def test_it_is_well_as_soon_as_queries_are_answered(web: httpx.Client, home: Path) -> None:
    assert web.get("/health/live").json() == {"status": "alive"}
    health = web.get("/health")
    assert health.json().items() >= {"status": "ok", "build": current(home).id, "storage": "memory"}.items()
    assert health.headers["cache-control"] == "no-store"


def test_health_does_not_wait_for_a_worker(home: Path) -> None:
    """Every worker is busy, and as many queries wait as may."""
    lanes = {"KG_LANES__FAST": "1", "KG_LANES__SOFT": "60", "KG_LANES__SPARE": "0", "KG_HTTP__GRACE": "1"}
    with started(home, environment=lanes) as server, httpx.Client(base_url=server.address, timeout=30) as web:
        asking = [connect(server) for _ in range(3)]
        for number, connection in enumerate(asking):
            target = httpx.URL("/sparql", params={"query": f"{ENDLESS} # {number}"}).raw_path
            connection.sendall(b"GET " + target + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        until(lambda: figures(web)["kg_queue_length", ""] == 2, "the queue fills")
        assert web.get("/health").json()["status"] == "ok"
        for connection in asking:
            connection.close()


def test_requests_are_counted_by_route_and_status(web: httpx.Client) -> None:
    before = figures(web)
    for _ in range(3):
        assert web.get("/sparql", params={"query": "ASK { ?once ?and ?again }"}).is_success
    web.get("/nowhere/at/all")
    after = figures(web)

    def more(name: str, labels: str = "") -> float:
        return after[name, labels] - before.get((name, labels), 0)

    assert more("kg_request_seconds_count", "sparql,200") == more("kg_request_seconds_bucket", "+Inf,sparql,200") == 3
    assert more("kg_request_seconds_count", "other,404") == 1
    assert (more("kg_cache_misses_total"), more("kg_cache_hits_total")) == (1, 2)
    assert more("kg_evaluation_total", "questions") == 1
    assert after["kg_resident_bytes", ""] > 1 << 20
    assert after["kg_cache_bytes", ""] > 0
    assert after["kg_requests_open", ""] == 1
    assert after["kg_build_current", ""] == 1
    assert after["kg_workers", "idle"] >= 2


def test_the_first_page_is_finished_before_anybody_asks_and_the_same_for_every_browser(home: Path) -> None:
    with started(home) as served, httpx.Client(base_url=served.address) as web:
        until(lambda: figures(web)["kg_cache_misses_total", ""] == 3, "the pages that visitors see first are there")
        before = figures(web)["kg_cache_hits_total", ""]
        for accepted in ("text/html,application/xml;q=0.9", "*/*"):
            assert web.get("/", headers={"Accept": accepted}).is_success
        assert figures(web)["kg_cache_hits_total", ""] - before == 2


def test_a_query_that_was_ended_is_counted_by_its_reason(web: httpx.Client) -> None:
    answer = web.get("/sparql", params={"query": ENDLESS})
    assert (answer.status_code, answer.json()["reason"]) == (504, "deadline")
    assert web.get("/sparql", params={"query": ENDLESS}).json()["reason"] == "remembered"
    found = figures(web)
    assert found["kg_evaluation_total", "deadlines"] >= 1
    assert found["kg_refused_total", "deadline"] >= 1
    assert found["kg_refused_total", "remembered"] >= 1


def test_the_log_tells_each_request_without_addresses_and_texts(web: httpx.Client, server: Served) -> None:
    secret = "SELECT ?secret { ?secret a <urn:secret> }"
    for text in (secret, secret, f"\n  {secret}\n", f"{secret} LIMIT"):
        web.get("/sparql", params={"query": text}, headers={"User-Agent": "secret"})

    def lines() -> list[dict[str, Any]]:
        found = [one for one in requests_told(server) if one["route"] == "sparql" and one["method"] == "GET"]
        return found[-4:] if len(found) >= 4 and found[-1]["status"] == 400 else []

    first, second, third, wrong = until(lines, "four requests are told")
    assert first.keys() >= {"time", "milliseconds", "bytes", "format", "build", "client"}
    assert (first["status"], first["cached"], second["cached"], third["cached"]) == (200, False, True, True)
    assert first["query"] == second["query"] == third["query"] != wrong["query"]
    assert first["format"] == "application/sparql-results+json"
    text = server.output.read_text() + server.errors.read_text()
    assert "secret" not in text
    assert "127.0.0.1" not in server.output.read_text()


def test_requests_are_not_told_where_nobody_wants_them(home: Path) -> None:
    with started(home, environment={"KG_LOG__REQUESTS": "false"}) as server:
        httpx.get(f"{server.address}/health/live").raise_for_status()
        assert server.stop() == 0
        assert server.output.read_text() == ""


@pytest.mark.parametrize(("proxies", "clients"), [("", 1), ("10.0.0.0/8", 1), ("127.0.0.0/8", 2)])
def test_only_a_proxy_that_is_named_tells_who_asks(home: Path, proxies: str, clients: int) -> None:
    with started(home, environment={"KG_HTTP__PROXIES": proxies}) as server:
        for address in ("192.0.2.1", "192.0.2.2"):
            httpx.get(f"{server.address}/queries", headers={"X-Forwarded-For": address}).raise_for_status()
        told = until(lambda: _clients(server), "both are told")
        assert len(set(told)) == clients


def _clients(server: Served) -> list[str]:
    """Who asked for the queries, once two have."""
    told = [one["client"] for one in requests_told(server) if one["route"] == "queries"]
    return told if len(told) == 2 else []


# Slow and hostile clients


@pytest.mark.parametrize("sent", [b"", b"GET /health/live HTTP/1.1\r\nHost: x\r\nX-A: "])
def test_a_client_that_does_not_finish_its_headers_is_cut_off(server: Served, sent: bytes) -> None:
    with connect(server) as connection:
        connection.sendall(sent)
        assert answer_on(connection).partition(b"\r\n")[0] == (b"HTTP/1.1 408 Request Timeout" if sent else b"")


def test_a_client_that_sends_its_headers_by_drops_is_cut_off(server: Served) -> None:
    with connect(server) as connection:
        connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(1 << 16).startswith(b"HTTP/1.1 200")
        began = time.monotonic()
        with pytest.raises(OSError, match=r"reset|[Bb]roken pipe"):  # noqa: PT012 (any of them ends it)
            while time.monotonic() < began + 20:
                connection.sendall(b"G" if time.monotonic() == began else b"\r\n")
                time.sleep(0.05)


def test_headers_that_are_too_long_are_refused(server: Served, web: httpx.Client) -> None:
    with connect(server) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nX-A: " + b"a" * 5000)
        assert answer_on(connection).startswith(b"HTTP/1.1 431 ")
    assert web.get("/health/live", headers={"X-A": "a" * 5000}).status_code == 431
    assert web.get("/health/live", headers={"X-A": "a" * 2000}).status_code == 200


def test_a_client_that_does_not_read_is_cut_off(server: Served, web: httpx.Client) -> None:
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        url = httpx.URL(server.address)
        connection.connect((url.host, url.port))
        target = httpx.URL("/sparql", params={"query": THREE}).raw_path
        connection.sendall(b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n")
        until(lambda: figures(web)["kg_requests_open", ""] == 2, "it is being answered")
        until(lambda: figures(web)["kg_requests_open", ""] == 1, "it is cut off")


def test_a_body_that_is_refused_early_does_not_keep_the_connection(server: Served) -> None:
    with connect(server) as connection:
        connection.sendall(b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\nquery")
        assert answer_on(connection).startswith(b"HTTP/1.1 413 ")


def test_more_connections_than_are_taken_are_refused(home: Path) -> None:
    with started(home, environment={"KG_HTTP__CONNECTIONS": "3"}) as server:
        held = [connect(server) for _ in range(3)]
        until(lambda: httpx.get(f"{server.address}/health/live").status_code == 503, "it is full")
        for connection in held:
            connection.close()
        until(lambda: httpx.get(f"{server.address}/health/live").status_code == 200, "there is room again")


def test_one_client_has_so_many_connections_and_no_more(home: Path) -> None:
    with started(home, environment={"KG_HTTP__PER_CLIENT": "3"}) as server:
        held = [connect(server) for _ in range(3)]
        until(lambda: httpx.get(f"{server.address}/health/live").status_code == 429, "this client has enough")
        held.pop().close()
        until(lambda: httpx.get(f"{server.address}/health/live").status_code == 200, "it may have another one")
        for connection in held:
            connection.close()


# Several processes, and the end


def test_several_processes_share_a_socket_a_nursery_and_their_figures(home: Path) -> None:
    with started(home, "--processes", "2") as server, httpx.Client(base_url=server.address, timeout=30) as web:
        processes = until(lambda: _processes(web) if len(_processes(web)) == 2 else None, "both are told")
        nurseries = [pid for pid in server.processes() if _is_nursery(pid) and _parent(pid) in processes]
        assert len(nurseries) == 1
        runtime = next(path for path in server.output.parent.iterdir() if path.name.startswith("kg-"))
        assert server.stop() == 0
        until(lambda: not server.processes(), "nothing is left running")
        assert not runtime.exists()


def test_a_serving_process_that_dies_is_replaced(home: Path) -> None:
    with started(home, "--processes", "2") as server:

        def both() -> set[int]:
            with httpx.Client(base_url=server.address, timeout=30) as web:
                found = _processes(web)
            return found if len(found) == 2 else set()

        before = until(both, "both are told")
        os.kill(min(before), signal.SIGKILL)
        after = until(lambda: found if (found := both()) != before else None, "another one has begun")
        assert len(before & after) == 1


def test_nothing_is_left_running_when_the_server_is_killed(home: Path) -> None:
    with started(home, "--processes", "2") as server:
        assert len(server.processes()) > 4
        server.process.kill()
        until(lambda: not server.processes(), "nothing is left running")


def test_a_query_is_answered_though_the_nursery_has_just_ended(home: Path) -> None:
    with started(home) as server, httpx.Client(base_url=server.address, timeout=30) as web:
        nurseries = [pid for pid in server.processes() if _is_nursery(pid) and _parent(pid) == server.process.pid]
        os.kill(nurseries[0], signal.SIGKILL)
        for number in range(3):
            answer = web.get("/sparql", params={"query": f"ASK {{}} # {number}"})
            assert answer.status_code == 200, answer.text


def test_what_runs_may_finish_when_the_server_ends(home: Path) -> None:
    answers: list[int] = []

    def ask(address: str) -> None:
        answers.append(httpx.get(f"{address}/sparql", params={"query": SOME_TIME}, timeout=60).status_code)

    with started(home) as server:
        with httpx.Client(base_url=server.address) as web:
            asking = threading.Thread(target=ask, args=[server.address])
            asking.start()
            until(lambda: figures(web)["kg_requests_open", ""] == 2, "it is being answered")
        assert server.stop() == 0
        asking.join(20)
        assert answers == [200]
        assert not server.processes()


def test_the_end_does_not_wait_for_ever(home: Path) -> None:
    with started(home, environment={"KG_HTTP__GRACE": "1", "KG_LANES__DEADLINE": "600"}) as server:
        with connect(server) as connection, httpx.Client(base_url=server.address) as web:
            target = httpx.URL("/sparql", params={"query": ENDLESS}).raw_path
            connection.sendall(b"GET " + target + b" HTTP/1.1\r\nHost: x\r\n\r\n")
            until(lambda: figures(web)["kg_workers", "slow"] == 1, "it is being evaluated")
            server.process.send_signal(signal.SIGTERM)
            server.process.wait(20)
        until(lambda: not server.processes(), "nothing is left running")


# Files for the service


def test_the_unit_is_one_that_systemd_accepts(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if not program:
        pytest.skip("systemd-analyze is not installed (Debian: systemd)")
    text = UNIT.read_text(encoding="utf-8")
    assert f"TimeoutStopSec={DEFAULTS.http.grace + 10}\n" in text
    unit = tmp_path / UNIT.name
    unit.write_text(text.replace("/opt/kg/bin/kg", sys.executable))
    verified = subprocess.run([program, "verify", unit], capture_output=True, text=True)
    assert (verified.returncode, verified.stderr) == (0, "")
    rated = subprocess.run(
        [program, "security", "--offline=true", "--threshold=25", unit], capture_output=True, text=True
    )
    assert rated.returncode == 0, rated.stdout


def _processes(web: httpx.Client) -> set[int]:
    web.get("/health/live", headers={"Connection": "close"})
    return {int(pid) for pid in re.findall(r'kg_resident_bytes{process="(\d+)"}', web.get("/metrics").text)}


def _is_nursery(pid: int) -> bool:
    return b"kg.serve.evaluation.nursery" in Path(f"/proc/{pid}/cmdline").read_bytes()


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
