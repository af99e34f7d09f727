"""Builds: the same bytes from the same inputs, and never a bad one in the place of a good one."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
import rdflib

from kg.build import build
from kg.builds import KEPT, RUN, current
from kg.errors import KgError, NoBuild
from kg.store import Quads
from tests.served import serve

Edit = Callable[[str, str, str], None]


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a build but those of the engine's own store, and how long the build took."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.relative_to(folder).parts[0] not in {"store", RUN}
    }


def test_two_builds_in_different_folders_are_the_same_bytes(published: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "LC_ALL": "C"}
    command = [sys.executable, "-m", "kg", "build", "--quiet", "--home", str(tmp_path / "elsewhere")]
    subprocess.run(command, check=True, env=environment, cwd=tmp_path)
    first, second = files(current(published).folder), files(current(tmp_path / "elsewhere").folder)
    assert first == second
    assert {"quads.nq", "report.json", "dumps/party-defections.ttl", "dumps/csv/change.csv"} <= set(first)


def test_every_engine_counts_the_same_triples(published: Path, rapper: str) -> None:
    dumps = current(published).dumps
    turtle, quads = dumps / "party-defections.ttl", dumps / "party-defections.nq"
    in_rdflib = len(rdflib.Graph().parse(turtle))
    assert in_rdflib == len(set(ox.parse(path=str(turtle))))
    assert in_rdflib == raptor_count(rapper, "turtle", turtle)
    dataset = rdflib.Dataset()
    dataset.parse(quads, format="nquads")
    in_quads = sum(1 for _ in dataset.quads())
    assert in_quads == len(set(ox.parse(path=str(quads)))) == len(quads.read_text().splitlines())
    assert in_quads == raptor_count(rapper, "nquads", quads)


def raptor_count(rapper: str, syntax: str, path: Path) -> int:
    done = subprocess.run([rapper, "-q", "-i", syntax, "-o", "nquads", str(path)], capture_output=True, check=True)
    return len(set(done.stdout.splitlines()))


def test_no_blank_node_is_in_the_graph(published: Path) -> None:
    assert "_:" not in {line.split(" ")[0][:2] for line in current(published).quads.read_text().splitlines()}
    assert " _:" not in current(published).quads.read_text()


def test_a_build_that_fails_leaves_the_last_good_one(example_data: Path, edit: Edit, tmp_path: Path) -> None:
    home = tmp_path / "home"
    good = build(home, example_data)
    edit("sources/anyford-bulletin/facts.yaml", "announcedCount: 3", "announcedCount: three")
    with pytest.raises(KgError):
        build(home, example_data)
    assert current(home) == good
    assert len(current(home).open()) == good.report["quads"]


def test_killed_at_any_moment_a_build_leaves_the_last_good_one(example_data: Path, edit: Edit, tmp_path: Path) -> None:
    """kill -9 at twenty random moments: the endpoint keeps serving the last good build, and the next one succeeds."""
    home, scratch = tmp_path / "home", tmp_path / "scratch"
    good = build(home, example_data)
    edit("sources/anyford-bulletin/facts.yaml", "reason: bus-fares", "reason: centrism")
    started = time.monotonic()
    build_in_a_process(scratch, example_data).wait()
    length = time.monotonic() - started
    killed = 0
    with serve(home) as address:
        for moment in random.Random(20).sample(range(50, 950), 20):
            running = build_in_a_process(home, example_data)
            try:
                running.wait(length * moment / 1000)
            except subprocess.TimeoutExpired:
                running.send_signal(signal.SIGKILL)
                running.wait()
                killed += 1
            now = current(home)
            assert comes_to_serve(address, now.id)
            assert len(now.open()) == now.report["quads"]
            assert now.id in {good.id, current(scratch).id}
            if now != good:  # it was published before its moment came: go back to the first build
                (home / "current").unlink()
                (home / "current").symlink_to(Path("builds") / good.id)
        assert killed >= 15
        done = build(home, example_data)
        assert comes_to_serve(address, done.id)
        assert done.id != good.id
    assert not list(home.glob("staged-*"))


def build_in_a_process(home: Path, data: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "kg", "build", "--quiet", "--home", str(home), "--data", str(data)]
    return subprocess.Popen(command, stderr=subprocess.DEVNULL)


def comes_to_serve(address: str, build_id: str) -> bool:
    """Whether the endpoint takes a build up, answering all the while."""
    for _ in range(200):
        if served_build(address) == build_id:
            return True
        time.sleep(0.05)
    return False


def served_build(address: str) -> str:
    """The build that the endpoint answers from, after a query that it must answer."""
    query = "SELECT (COUNT(*) AS ?n) WHERE { ?d a <https://w3id.org/party-defections/ontology#Defection> }"
    answer = httpx.get(f"{address}/sparql", params={"query": query}, headers={"Accept": "text/csv"})
    assert answer.status_code == 200
    assert int(answer.text.split()[1]) >= 9
    return str(httpx.get(f"{address}/health").json()["build"])


def test_two_builds_at_once_are_refused(published: Path) -> None:
    import fcntl

    with (published / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(KgError, match="another build is running"):
            build(published)


def test_old_builds_are_swept_but_never_the_published_one(example_data: Path, edit: Edit, tmp_path: Path) -> None:
    home = tmp_path / "home"
    for count in range(3, 9):
        built = build(home, example_data)
        edit("sources/anyford-bulletin/facts.yaml", f"announcedCount: {count}", f"announcedCount: {count + 1}")
        edit("sources/anyford-bulletin/facts.yaml", f"effectiveCount: {count - 1}", f"effectiveCount: {count}")
        assert current(home) == built
    assert len(list((home / "builds").iterdir())) == KEPT


def test_a_build_that_was_half_swept_is_not_taken_for_whole(
    example_data: Path, edit: Edit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    first = build(home, example_data)
    sheet = (example_data / "sources/anyford-bulletin/facts.yaml").read_text()
    for reason in ("centrism", "gaza", "transport"):
        with monkeypatch.context() as patch:
            if reason == "transport":  # the first build is due: stop the sweep when it has deleted one file
                patch.setattr("kg.builds.shutil.rmtree", stopped_sweep)
            edit("sources/anyford-bulletin/facts.yaml", "reason: bus-fares", f"reason: {reason}")
            with contextlib.suppress(KeyboardInterrupt):
                build(home, example_data)
            edit("sources/anyford-bulletin/facts.yaml", f"reason: {reason}", "reason: bus-fares")
    assert (example_data / "sources/anyford-bulletin/facts.yaml").read_text() == sheet
    again = build(home, example_data)
    assert again == first
    assert again.quads.exists()


def stopped_sweep(folder: Path, ignore_errors: bool = False) -> None:
    if not ignore_errors:
        (folder / "quads.nq").unlink()
        raise KeyboardInterrupt


def test_a_home_without_a_build_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoBuild, match="run `kg build`"):
        current(tmp_path)


def test_a_store_answers_while_the_same_build_is_published_again(published: Path, quads: Quads) -> None:
    before = current(published)
    assert build(published) == before
    assert quads.query("ASK { ?s ?p ?o }")
