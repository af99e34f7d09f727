"""`kg fetch`: files come from a real server on loopback, whole or not at all, and only where they have changed."""

import gzip
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from kg import __version__
from kg.errors import FaultsFound, KgError, UnknownName
from kg.paths import DATA
from kg.sources.description import Source
from kg.sources.fetch.download import Patience
from kg.sources.fetch.fetching import Fetch, fetch, table_sources
from kg.sources.tables.files import fetched_folder, input_digest
from kg.sources.tables.staging import stage
from tests.described import describe
from tests.file_server import (
    FileServer,
    Misbehaviour,
    cut_after,
    file_server,
    hang_up,
    ignoring_if_range,
    status,
    without_ranges,
)

SEATS = "ward,name\n" + "".join(f"Ward {i % 9},Ada Field {i}\n" for i in range(40_000))
PAGE = "<!DOCTYPE html>\n<html><title>Sign in</title></html>\n"
QUICK = Patience(attempts=4, first_wait=0.01, longest_wait=5)


@pytest.fixture
def server() -> Iterator[FileServer]:
    with file_server() as server:
        yield server


def source_of(folder: Path, *urls: str | None, sha256: str | None = None, mirror: str | None = None) -> Source:
    """A source with one table, whose files seats-0, seats-1 … are at these addresses."""
    files = [
        f"{{name: seats-{i}{f', url: {url}' if url else ''}{f', sha256: {sha256}' if sha256 else ''}}}"
        for i, url in enumerate(urls)
    ]
    place = f"folder: {mirror}\n" if mirror else ""
    tables = f"tables: {{seat: {{files: [{', '.join(files)}], rows: {{min: 0, max: 90000}}, columns: {{ward: }}}}}}\n"
    return describe(folder, place + tables)


def bring(source: Source, home: Path) -> Fetch:
    return fetch([source], home, patience=QUICK)


def how(done: Fetch) -> list[str]:
    assert done.faults == []
    return [file.how for file in done.files]


def left_behind(home: Path) -> list[str]:
    """The parts of files that were not finished."""
    return sorted(path.name for path in home.rglob("*.part*"))


def test_a_file_is_fetched_whole_by_an_honest_client(server: FileServer, tmp_path: Path) -> None:
    source = source_of(tmp_path, server.put("/data/Seats%202025.csv?year=2025", SEATS))
    assert how(bring(source, tmp_path)) == ["fetched"]
    assert (fetched_folder(tmp_path, source) / "seats-0.csv").read_text() == SEATS
    assert left_behind(tmp_path) == []
    (asked,) = server.asked
    assert asked.headers["user-agent"] == f"party-defections/{__version__} (+https://w3id.org/party-defections/)"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/a.csv.gz", "seats-0.csv.gz"),
        ("/a.parquet", "seats-0.parquet"),
        ("/a.TSV?x=a.csv", "seats-0.tsv"),
        ("/csv.php?y=2025", "seats-0.csv"),
    ],
)
def test_a_file_keeps_the_ending_of_its_address(server: FileServer, tmp_path: Path, path: str, name: str) -> None:
    done = bring(source_of(tmp_path, server.put(path, SEATS)), tmp_path)
    assert [file.path.name for file in done.files] == [name]


@pytest.mark.parametrize("told", [{}, {"weak": True}, {"modified": "Thu, 01 May 2025 08:00:00 GMT"}])
def test_a_file_that_has_not_changed_is_not_fetched_again(
    server: FileServer, tmp_path: Path, told: dict[str, object]
) -> None:
    source = source_of(tmp_path, server.put("/seats.csv", SEATS, **told))
    assert how(bring(source, tmp_path)) == ["fetched"]
    assert how(bring(source, tmp_path)) == ["unchanged"]
    assert {"if-none-match", "if-modified-since"} & server.asked[1].headers.keys()


def test_a_file_that_has_changed_is_fetched_again(server: FileServer, tmp_path: Path) -> None:
    source = source_of(tmp_path, server.put("/seats.csv", SEATS))
    bring(source, tmp_path)
    server.put("/seats.csv", SEATS + "East,Cy Heath\n")
    assert how(bring(source, tmp_path)) == ["fetched"]
    assert (fetched_folder(tmp_path, source) / "seats-0.csv").read_text() == SEATS + "East,Cy Heath\n"


def test_a_file_that_was_damaged_here_is_fetched_again(server: FileServer, tmp_path: Path) -> None:
    source = source_of(tmp_path, server.put("/seats.csv", SEATS))
    bring(source, tmp_path)
    (fetched_folder(tmp_path, source) / "seats-0.csv").write_text("ward,name\n")
    assert how(bring(source, tmp_path)) == ["fetched"]


def test_a_file_whose_hash_is_known_is_not_even_asked_for(server: FileServer, tmp_path: Path) -> None:
    sha256 = hashlib.sha256(SEATS.encode()).hexdigest()
    source = source_of(tmp_path, server.put("/seats.csv", SEATS), sha256=sha256)
    assert how(bring(source, tmp_path)) == ["fetched"]
    assert how(bring(source, tmp_path)) == ["unchanged"]
    assert len(server.asked) == 1


def test_another_address_is_asked_without_the_state_of_the_old_one(server: FileServer, tmp_path: Path) -> None:
    bring(source_of(tmp_path, server.put("/a.csv", SEATS)), tmp_path)
    assert how(bring(source_of(tmp_path, server.put("/b.csv", SEATS)), tmp_path)) == ["fetched"]


# What does not come at the first attempt


def test_a_server_that_is_busy_is_asked_again_when_it_says(server: FileServer, tmp_path: Path) -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    source = source_of(tmp_path, server.put("/seats.csv", SEATS))
    server.plan("/seats.csv", status(429, Retry_After="1"), status(503, Retry_After=soon), status(502))
    assert how(bring(source, tmp_path)) == ["fetched"]
    first, second, third, _ = [asked.at for asked in server.asked]
    assert second - first >= 1
    assert third - first >= 1.0


def test_a_server_that_wants_too_long_a_wait_is_not_waited_for(server: FileServer, tmp_path: Path) -> None:
    source = source_of(tmp_path, server.put("/seats.csv", SEATS))
    server.plan("/seats.csv", status(429, Retry_After="3600"))
    (fault,) = bring(source, tmp_path).faults
    assert fault.endswith("/seats.csv: 429 Too Many Requests, and asks to wait 3,600 seconds: try again then")


def test_a_server_that_stays_down_is_given_up(server: FileServer, tmp_path: Path) -> None:
    source = source_of(tmp_path, server.put("/seats.csv", SEATS))
    server.plan("/seats.csv", *[status(503)] * 9)
    (fault,) = bring(source, tmp_path).faults
    assert fault == (
        f"anyford-members: seats-0: {server.url}/seats.csv: given up after 4 attempts: 503 Service Unavailable"
    )
    assert len(server.asked) == 4


def test_waits_double_from_attempt_to_attempt(server: FileServer, tmp_path: Path) -> None:
    source = source_of(tmp_path, server.put("/seats.csv", SEATS))
    server.plan("/seats.csv", hang_up, status(500), status(504))
    assert fetch([source], tmp_path, patience=Patience(4, first_wait=0.1)).faults == []
    times = [asked.at for asked in server.asked]
    waits = [after - before for before, after in pairwise(times)]
    assert [wait >= least for wait, least in zip(waits, [0.1, 0.2, 0.4], strict=True)] == [True] * 3


def test_what_is_not_there_is_not_asked_for_again(server: FileServer, tmp_path: Path) -> None:
    (fault,) = bring(source_of(tmp_path, f"{server.url}/nothing.csv"), tmp_path).faults
    assert fault == f"anyford-members: seats-0: {server.url}/nothing.csv: 404 Not Found"
    assert len(server.asked) == 1


def test_a_server_that_cannot_be_reached_is_not_tried_for_every_file(tmp_path: Path) -> None:
    with file_server() as gone:
        url = gone.url
    first, second = bring(source_of(tmp_path, f"{url}/a.csv", f"{url}/b.csv"), tmp_path).faults
    assert "a.csv: given up after 4 attempts: " in first
    assert second.endswith("b.csv: 127.0.0.1 could not be reached before")


# Downloads that break off


@pytest.mark.parametrize("told", [{}, {"modified": "Thu, 01 May 2025 08:00:00 GMT"}])
def test_a_download_that_breaks_off_is_resumed(server: FileServer, tmp_path: Path, told: dict[str, object]) -> None:
    source = source_of(tmp_path, server.put("/seats.csv", SEATS, **told))
    server.plan("/seats.csv", cut_after(100_000), cut_after(200_000))
    assert how(bring(source, tmp_path)) == ["fetched"]
    assert server.ranges() == [None, "bytes=100000-", "bytes=300000-"]
    assert (fetched_folder(tmp_path, source) / "seats-0.csv").read_text() == SEATS


def test_a_download_is_resumed_by_the_next_run(server: FileServer, tmp_path: Path) -> None:
    source = source_of(tmp_path, server.put("/seats.csv", SEATS))
    server.plan("/seats.csv", cut_after(100_000), *[hang_up] * 3)
    assert len(bring(source, tmp_path).faults) == 1
    assert left_behind(tmp_path) == ["seats-0.csv.part", "seats-0.csv.part.origin.json"]
    assert how(bring(source, tmp_path)) == ["fetched"]
    assert server.ranges()[-1] == "bytes=100000-"
    assert (fetched_folder(tmp_path, source) / "seats-0.csv").read_text() == SEATS
    assert left_behind(tmp_path) == []


def test_a_server_that_knows_no_ranges_sends_it_all_again(server: FileServer, tmp_path: Path) -> None:
    source = source_of(tmp_path, server.put("/seats.csv", SEATS))
    server.plan("/seats.csv", cut_after(100_000), without_ranges)
    assert how(bring(source, tmp_path)) == ["fetched"]
    assert (fetched_folder(tmp_path, source) / "seats-0.csv").read_text() == SEATS


@pytest.mark.parametrize("planned", [[], [ignoring_if_range]])
def test_a_file_that_changes_between_two_attempts_is_begun_again(
    server: FileServer, tmp_path: Path, planned: list[Misbehaviour]
) -> None:
    source = source_of(tmp_path, server.put("/seats.csv", SEATS))
    server.plan("/seats.csv", cut_after(100_000), *[hang_up] * 3)
    bring(source, tmp_path)
    changed = SEATS.replace("Ada", "Ben")
    server.put("/seats.csv", changed)
    server.plan("/seats.csv", *planned)
    assert how(bring(source, tmp_path)) == ["fetched"]
    assert (fetched_folder(tmp_path, source) / "seats-0.csv").read_text() == changed


def test_what_has_no_strong_validator_is_begun_again(server: FileServer, tmp_path: Path) -> None:
    source = source_of(tmp_path, server.put("/seats.csv", SEATS, weak=True))
    server.plan("/seats.csv", cut_after(100_000))
    assert how(bring(source, tmp_path)) == ["fetched"]
    assert server.ranges() == [None, None]


def test_a_part_that_was_the_whole_file_already_is_begun_again(server: FileServer, tmp_path: Path) -> None:
    source = source_of(tmp_path, server.put("/seats.csv", SEATS))
    server.plan("/seats.csv", cut_after(len(SEATS) - 1), *[hang_up] * 3)
    bring(source, tmp_path)
    part = fetched_folder(tmp_path, source) / "seats-0.csv.part"
    part.write_text(SEATS)
    assert how(bring(source, tmp_path)) == ["fetched"]
    assert (fetched_folder(tmp_path, source) / "seats-0.csv").read_text() == SEATS


def test_a_part_that_was_damaged_here_is_told_by_the_hash_and_begun_again(server: FileServer, tmp_path: Path) -> None:
    sha256 = hashlib.sha256(SEATS.encode()).hexdigest()
    source = source_of(tmp_path, server.put("/seats.csv", SEATS), sha256=sha256)
    server.plan("/seats.csv", cut_after(100_000), *[hang_up] * 3)
    bring(source, tmp_path)
    (fetched_folder(tmp_path, source) / "seats-0.csv.part").write_bytes(b"x" * 100_000)
    assert how(bring(source, tmp_path)) == ["fetched"]
    assert server.ranges()[-2:] == ["bytes=100000-", None]


# What comes but is not wanted


def test_a_wrong_hash_names_both_and_leaves_the_old_file(server: FileServer, tmp_path: Path) -> None:
    bring(source_of(tmp_path, server.put("/seats.csv", SEATS)), tmp_path)
    tampered = SEATS.replace("Ada", "Eve")
    source = source_of(tmp_path, server.put("/seats.csv", tampered), sha256="f" * 64)
    (fault,) = bring(source, tmp_path).faults
    found = hashlib.sha256(tampered.encode()).hexdigest()
    assert fault == (
        f"anyford-members: seats-0: {server.url}/seats.csv: the SHA-256 of what came is {found}, "
        f"and {'f' * 64} in the description of the source"
    )
    assert (fetched_folder(tmp_path, source) / "seats-0.csv").read_text() == SEATS
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (PAGE, "text/html; charset=utf-8"),
        (PAGE, "text/csv"),
        ("Please sign in", "text/html"),
        ("\n <html>", "text/csv"),
    ],
)
def test_a_page_of_html_is_no_data(server: FileServer, tmp_path: Path, body: str, content_type: str) -> None:
    source = source_of(tmp_path, server.put("/seats.csv", SEATS))
    bring(source, tmp_path)
    server.put("/seats.csv", body, content_type=content_type)
    (fault,) = bring(source, tmp_path).faults
    assert fault.endswith("/seats.csv: the server gives a page of HTML, not data")
    assert (fetched_folder(tmp_path, source) / "seats-0.csv").read_text() == SEATS
    assert left_behind(tmp_path) == []


def test_nothing_is_no_data(server: FileServer, tmp_path: Path) -> None:
    (fault,) = bring(source_of(tmp_path, server.put("/seats.csv", "")), tmp_path).faults
    assert fault.endswith("/seats.csv: 0 bytes came of 0")


@pytest.mark.parametrize("ending", ["csv", "csv.gz"])
def test_what_is_packed_on_the_way_arrives_as_it_is_stored(server: FileServer, tmp_path: Path, ending: str) -> None:
    packed = gzip.compress(SEATS.encode())
    url = server.put(f"/seats.{ending}", packed, headers={"Content-Encoding": "gzip"})
    source = source_of(tmp_path, url)
    assert how(bring(source, tmp_path)) == ["fetched"]
    kept = (fetched_folder(tmp_path, source) / f"seats-0.{ending}").read_bytes()
    assert kept == (packed if ending == "csv.gz" else SEATS.encode())


# Redirects


def test_a_redirect_on_the_same_host_is_followed(server: FileServer, tmp_path: Path) -> None:
    server.put("/real.csv", SEATS)
    server.plan("/seats.csv", status(302, Location="/moved.csv"))
    server.plan("/moved.csv", status(301, Location=f"{server.url}/real.csv"))
    assert how(bring(source_of(tmp_path, f"{server.url}/seats.csv"), tmp_path)) == ["fetched"]
    assert [asked.path for asked in server.asked] == ["/seats.csv", "/moved.csv", "/real.csv"]


@pytest.mark.parametrize(
    "target", ["http://example.org/a.csv", "file:///etc/passwd", "ftp://127.0.0.1/a.csv", "//e.org/a.csv"]
)
def test_a_redirect_to_anything_but_https_is_refused(server: FileServer, tmp_path: Path, target: str) -> None:
    server.plan("/seats.csv", status(302, Location=target))
    (fault,) = bring(source_of(tmp_path, f"{server.url}/seats.csv"), tmp_path).faults
    assert fault.endswith(f"/seats.csv: redirects to {target}, which is not https")


def test_a_redirect_to_nowhere_is_told(server: FileServer, tmp_path: Path) -> None:
    server.plan("/seats.csv", status(302, Location="http://[::bad/a.csv"))
    assert len(bring(source_of(tmp_path, f"{server.url}/seats.csv"), tmp_path).faults) == 1


def test_redirects_that_never_end_are_refused(server: FileServer, tmp_path: Path) -> None:
    server.plan("/seats.csv", *[status(302, Location="/seats.csv")] * 20)
    (fault,) = bring(source_of(tmp_path, f"{server.url}/seats.csv"), tmp_path).faults
    assert fault.endswith("redirects more than 5 times")


# Several files


def test_one_file_that_fails_stops_no_other(server: FileServer, tmp_path: Path) -> None:
    urls = [server.put("/a.csv", SEATS), f"{server.url}/nothing.csv", None, server.put("/d.csv", SEATS)]
    done = bring(source_of(tmp_path, *urls), tmp_path)
    assert [file.path.name for file in done.files] == ["seats-0.csv", "seats-3.csv"]
    missing, unaddressed = done.faults
    assert "seats-1" in missing
    assert unaddressed == (
        "anyford-members: seats-2: the description has no address for it: name a local mirror with --from"
    )


def test_progress_is_told_of_every_file(server: FileServer, tmp_path: Path) -> None:
    source = source_of(tmp_path, server.put("/a.csv", SEATS), server.put("/b.csv", SEATS))
    told: list[tuple[str, int, int | None]] = []
    fetch([source], tmp_path, progress=lambda *seen: told.append(seen))
    assert told[0] == ("anyford-members/seats-0.csv", 0, None)
    assert told[-1] == ("anyford-members/seats-1.csv", len(SEATS), len(SEATS))


def test_two_fetches_do_not_work_at_once(server: FileServer, tmp_path: Path) -> None:
    source = source_of(tmp_path, server.put("/a.csv", SEATS))

    def again(_name: str, _there: int, _total: int | None) -> None:
        with pytest.raises(KgError, match="another fetch is running"):
            bring(source, tmp_path)

    assert how(fetch([source], tmp_path, progress=again)) == ["fetched"]


# From a local mirror


@pytest.mark.parametrize("place", ["", "anyford_2025"])
def test_a_mirror_holds_the_files_in_itself_or_in_the_folder_of_the_source(tmp_path: Path, place: str) -> None:
    folder = tmp_path / "mirror" / place
    folder.mkdir(parents=True)
    (folder / "seats-0.csv").write_text(SEATS)
    (folder / "seats-1.csv.gz").write_bytes(gzip.compress(SEATS.encode()))
    source = source_of(tmp_path, None, None, mirror="anyford_2025", sha256="f" * 64)
    assert how(fetch([source], tmp_path, tmp_path / "mirror")) == ["copied", "copied"]
    assert how(fetch([source], tmp_path, tmp_path / "mirror")) == ["unchanged", "unchanged"]
    assert stage(duckdb.connect(), source, fetched_folder(tmp_path, source)) == []


def test_what_a_mirror_lacks_is_told_and_the_others_are_copied(tmp_path: Path) -> None:
    (tmp_path / "mirror").mkdir()
    (tmp_path / "mirror" / "seats-1.tsv").write_text("ward\nEast\n")
    done = fetch([source_of(tmp_path, None, None)], tmp_path, tmp_path / "mirror")
    assert [file.path.name for file in done.files] == ["seats-1.tsv"]
    looked_for = f"{tmp_path}/mirror/seats-0: there is no such file, with .parquet, .csv, .csv.gz or .tsv"
    assert done.faults == [f"anyford-members: seats-0: {looked_for}"]


def test_a_mirror_that_is_no_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(KgError, match=r"there is no folder .*/nowhere"):
        fetch([source_of(tmp_path, None)], tmp_path, tmp_path / "nowhere")


def test_a_file_in_a_new_shape_replaces_the_one_in_the_old(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "mirror").mkdir()
    (tmp_path / "mirror" / "seats-0.csv").write_text("ward,name\nEast,Old\n")
    packed = gzip.compress(SEATS.encode())
    source = source_of(tmp_path, server.put("/seats.csv.gz", packed))
    folder = fetched_folder(tmp_path, source)
    fetch([source], tmp_path, tmp_path / "mirror")
    bring(source, tmp_path)
    assert [path.name for path in folder.glob("*.csv*") if path.suffix != ".json"] == ["seats-0.csv.gz"]
    fetch([source], tmp_path, tmp_path / "mirror")
    assert [path.name for path in folder.iterdir()] == ["seats-0.csv"]
    assert how(bring(source, tmp_path)) == ["fetched"]


# The digest of what was fetched


def test_the_digest_tells_names_and_contents_of_the_files_apart(tmp_path: Path) -> None:
    source = source_of(tmp_path, None, None)
    first, second, same = (tmp_path / name for name in ("first", "second", "same"))
    for folder, contents in [(first, ("a", "b")), (second, ("b", "a")), (same, ("a", "b"))]:
        folder.mkdir()
        for i, content in enumerate(contents):
            (folder / f"seats-{i}.csv").write_text(content)
    (same / "notes.txt").write_text("not a file of the source")
    assert input_digest(source, first) == input_digest(source, same)
    assert input_digest(source, first) != input_digest(source, second)
    (first / "seats-1.csv").write_text("c")
    assert input_digest(source, first) != input_digest(source, same)


def test_there_is_no_digest_of_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(FaultsFound, match="not every file is there") as caught:
        input_digest(source_of(tmp_path, None, None), tmp_path)
    assert len(caught.value.faults) == 2


# The command


def kg_fetch(data: Path, home: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kg", "fetch", "--data", str(data), "--home", str(home), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, "COLUMNS": "200"}, check=False)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder whose only source is Anyford's."""
    (tmp_path / "data" / "sources").mkdir(parents=True)
    return tmp_path / "data"


def test_the_command_fetches_all_that_is_new_and_says_so(server: FileServer, data: Path, tmp_path: Path) -> None:
    source_of(data / "sources", server.put("/a.csv", SEATS), server.put("/b.csv", SEATS))
    done = kg_fetch(data, tmp_path / "home")
    assert (done.returncode, done.stdout) == (0, "anyford-members: 2 fetched\n"), done.stderr
    assert "anyford-members/seats-0.csv" in done.stderr
    server.put("/b.csv", SEATS + "East,Cy Heath\n")
    done = kg_fetch(data, tmp_path / "home", "anyford-members")
    assert (done.returncode, done.stdout) == (0, "anyford-members: 1 fetched, 1 unchanged\n")
    done = kg_fetch(data, tmp_path / "home", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_command_names_every_file_that_failed_and_exits_with_1(
    server: FileServer, data: Path, tmp_path: Path
) -> None:
    source_of(data / "sources", f"{server.url}/a.csv", server.put("/b.csv", SEATS), f"{server.url}/c.csv")
    done = kg_fetch(data, tmp_path / "home")
    assert (done.returncode, done.stdout) == (1, "anyford-members: 1 fetched\n")
    assert "not every file was fetched:" in done.stderr
    assert "seats-0: " in done.stderr
    assert "seats-2: " in done.stderr
    assert "Traceback" not in done.stderr


def test_a_source_without_addresses_is_left_out_unless_it_is_named(data: Path, tmp_path: Path) -> None:
    source_of(data / "sources", None)
    done = kg_fetch(data, tmp_path / "home")
    assert done.returncode == 0
    assert done.stdout.startswith("anyford-members: left out, for it has files without an address")
    named = kg_fetch(data, tmp_path / "home", "anyford-members")
    assert named.returncode == 1
    assert "the description has no address for it" in named.stderr


def test_the_command_copies_from_a_mirror(data: Path, tmp_path: Path) -> None:
    source_of(data / "sources", None)
    (tmp_path / "mirror").mkdir()
    (tmp_path / "mirror" / "seats-0.csv").write_text(SEATS)
    done = kg_fetch(data, tmp_path / "home", "--from", tmp_path / "mirror")
    assert (done.returncode, done.stdout) == (0, "anyford-members: 1 copied\n"), done.stderr


def test_only_table_sources_can_be_fetched() -> None:
    with pytest.raises(UnknownName, match="no table source named guardian-broxtowe-2025; there are: "):
        table_sources(["guardian-broxtowe-2025"], DATA)
