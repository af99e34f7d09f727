"""The gallery of hostile requests, shown to a real server: nobody else notices, and nothing is left of it."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.endpoint_support import publish_small
from tests.hostile.gallery import gallery
from tests.hostile.wire import Address, Outcome
from tests.hostile.witnesses import LightClient, Listener, descendants, listening, private_bytes, redirecting_to
from tests.served import Served, started

DEADLINE = 1.5  # seconds
SECRET = b"a canary that nobody may read"
_SIDE_BY_SIDE = 3
_MB = 1 << 20
_SETTINGS = {
    "KG_LANES__DEADLINE": f"{DEADLINE}",
    "KG_LANES__PATIENCE": "1",
    "KG_LIMITS__MEMORY": f"{256 * _MB}",
    "KG_LIMITS__ANSWER": f"{4 * _MB}",
    "KG_LIMITS__GROWTH": f"{32 * _MB}",
    "KG_CACHE": f"{16 * _MB}",
    "KG_BODY_PATIENCE": "1",
    "KG_HTTP__HEAD_PATIENCE": "1",
    "KG_HTTP__SEND_PATIENCE": "1",
    "KG_FAIRNESS__SECONDS": "1000000",
    "KG_FAIRNESS__ERRORS": "1000000",
}


@dataclass
class Show:
    """What was seen."""

    address: Address
    served: Served
    trap: Listener
    redirecting: Listener
    light: LightClient
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    memory: dict[str, int] = field(default_factory=dict)


CASES = {case.name: case for case in gallery("http://trap/", "http://redirecting/", "/canary")}


def quads() -> list[str]:
    """Enough that a product of three is never done: things in a ring, with values."""
    lines = []
    for n in range(2000):
        thing = f"<http://example.org/s{n}>"
        lines.append(f"{thing} <http://example.org/p> <http://example.org/s{(n * 7 + 1) % 2000}> .")
        lines.append(f'{thing} <http://example.org/q> "{n % 40}" .')
        lines.append(f'{thing} <http://example.org/r> "value number {n} of a thing" .')
    return lines


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Show]:
    """The whole gallery, shown once, a few at a time."""
    folder = tmp_path_factory.mktemp("hostile")
    publish_small(folder, extra=quads())
    canary = folder / "canary"
    canary.write_bytes(SECRET)
    with listening() as trap, listening(redirecting_to(trap.address)) as redirecting:
        settings = _SETTINGS | {"KG_SERVICES": redirecting.address}
        with started(folder, environment=settings) as served:
            parts = urlsplit(served.address)
            address = (str(parts.hostname), int(parts.port or 0))
            _warm(address)
            with LightClient(address) as light:
                seen = Show(address, served, trap, redirecting, light)
                seen.memory["before"] = _memory(served)
                cases = gallery(trap.address, redirecting.address, str(canary))
                with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
                    seen.outcomes = dict(zip(CASES, pool.map(lambda case: case.way(address), cases), strict=True))
            _until(lambda: _workers(served).get("slow") == 0 and _workers(served).get("stopped") == 0)
            print(f"\n{light.told()}; {len(cases)} hostile requests")
            yield seen


@pytest.mark.parametrize("name", CASES)
def test_it_is_answered_as_it_may_be_and_in_time(show: Show, name: str) -> None:
    outcome = show.outcomes[name]
    assert outcome.status in CASES[name].statuses, outcome.body[:500]
    assert SECRET not in outcome.body
    assert "set-cookie" not in outcome.head.lower()
    assert outcome.seconds < DEADLINE + 1 or CASES[name].statuses == {200}


def test_an_error_says_what_it_is(show: Show) -> None:
    """Problem details, where it was the application that refused; and none of them is a fault on this side."""
    for name, outcome in show.outcomes.items():
        assert outcome.status != 500, name
        if outcome.status >= 400 and outcome.status != 416:  # which Starlette answers by itself
            assert b'"status"' in outcome.body, name


def test_nothing_was_fetched(show: Show) -> None:
    assert show.trap.connections == 0
    assert show.redirecting.connections == 2, "a listed service is called, and its redirection not followed"


def test_other_clients_were_answered_all_along(show: Show) -> None:
    """The figures are printed; the bound only says that nobody waited for the hostile ones, on a busy machine too."""
    times = sorted(show.light.seconds)
    assert show.light.failures == []
    assert times[len(times) // 2] < 0.1
    assert times[int(len(times) * 0.99)] < 1.0


def test_every_worker_is_back(show: Show) -> None:
    workers = _workers(show.served)
    assert workers["fast"] == workers["slow"] == workers["stopped"] == 0
    assert workers["idle"] >= 2
    assert httpx.get(f"{show.served.address}/health").json()["status"] == "ok"


def test_the_memory_is_back(show: Show) -> None:
    after = _memory(show.served)
    print(f"\nprivate memory: {show.memory['before'] >> 20} MB before, {after >> 20} MB after")
    assert after < show.memory["before"] + 96 * _MB


def test_no_processor_is_in_use(show: Show) -> None:
    pids = descendants(show.served.process.pid)
    used = _processor(pids)
    time.sleep(0.5)
    assert _processor(pids) - used < 0.25


def _warm(address: Address) -> None:
    """Ask once what the light client will ask, so that what is loaded late is loaded."""
    with LightClient(address) as light:
        _until(lambda: len(light.seconds) > 50)
    assert not light.failures


def _memory(served: Served) -> int:
    return sum(map(private_bytes, descendants(served.process.pid)))


def _processor(pids: list[int]) -> float:
    """Seconds of a processor that processes have used."""
    total = 0.0
    for pid in pids:
        try:
            words = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        total += (int(words[11]) + int(words[12])) / 100
    return total


def _workers(served: Served) -> dict[str, float]:
    text = httpx.get(f"{served.address}/metrics").text
    return {
        sample.labels["state"]: sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "kg_workers"
    }


def _until(condition: object) -> None:
    until = time.monotonic() + 20
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < until, "it did not come to this within 20 s"
        time.sleep(0.05)
