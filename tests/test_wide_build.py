"""Builds of table sources: cached, counted, the same bytes everywhere, made anew only where something changed."""

import csv
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pyoxigraph as ox
import pytest

from kg.build import LINKING, Options, build
from kg.builds import RUN, Build, current
from kg.errors import FaultsFound, KgError, UnknownName
from kg.export.judged import judged_pairs
from kg.facts import Connection
from kg.iris import NAMESPACES, ref_of
from kg.link.evidence import PAIRS
from kg.sources.description import sources
from kg.why import why
from tests.support_wide import TABLES, home_with_fixtures, small_wide_build
from tests.test_builds import files
from tests.test_cli import kg

SNAPSHOTS = "fetched/trafford-councillors/trafford_councillors_snapshots.csv"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a wide build of the fixtures in `home`, from the declarations in `data`."""
    folder = tmp_path_factory.mktemp("wide")
    small_wide_build(folder)
    return folder


@pytest.fixture
def wide(small: Path, tmp_path: Path) -> Path:
    """A copy of that folder, to change."""
    shutil.copytree(small, tmp_path / "wide", symlinks=True)
    return tmp_path / "wide"


def rebuild(folder: Path, options: Options = TABLES) -> Build:
    return build(folder / "home", folder / "data", options)


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def store_lines(done: Build) -> list[str]:
    """The quads of a build's store as N-Quads, sorted by bytes."""
    body = ox.Store.read_only(str(done.folder / "store")).dump(format=ox.RdfFormat.N_QUADS)
    assert body is not None
    return sorted(body.decode().splitlines(keepends=True), key=str.encode)


def test_every_table_source_has_a_graph_of_its_own(small: Path) -> None:
    done = current(small / "home")
    tables = {source.slug for source in sources(small / "data") if source.tables}
    assert len(tables) > 5
    assert tables <= done.report["sources"].keys()
    named = {graph.value for graph in ox.Store.read_only(str(done.folder / "store")).named_graphs()}
    assert {f"https://w3id.org/party-defections/id/source/{slug}" for slug in tables} <= named


def test_the_report_counts_the_quads_that_are_there(small: Path) -> None:
    done = current(small / "home")
    lines = done.quads.read_text(encoding="utf-8").splitlines()
    assert done.report["quads"] == len(lines) == len(set(lines))
    in_view = [quad for quad in ox.parse(path=str(done.quads)) if quad.graph_name == ox.DefaultGraph()]
    assert done.report["consolidated"] == len(in_view)
    for curie, things in done.report["classes"].items():
        cls = ox.NamedNode(NAMESPACES["pd"] + curie.removeprefix("pd:"))
        assert things == len({q.subject for q in in_view if q.predicate.value.endswith("#type") and q.object == cls}), (
            curie
        )


def test_quads_are_sorted_by_their_bytes_and_those_of_the_store(small: Path) -> None:
    done = current(small / "home")
    lines = done.quads.read_bytes().splitlines(keepends=True)
    assert lines == sorted(lines)
    assert store_lines(done) == [line.decode() for line in lines]


def test_a_wide_build_is_the_same_bytes_in_another_folder_and_process(small: Path, tmp_path: Path) -> None:
    home = home_with_fixtures(tmp_path / "elsewhere")
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "LC_ALL": "C"}
    command = [sys.executable, "-m", "kg", "build", "--quiet", "--with", "all", "--home", str(home)]
    subprocess.run([*command, "--data", str(small / "data")], check=True, env=environment)
    assert files(current(home).folder) == files(current(small / "home").folder)


def test_a_wide_build_is_the_same_bytes_on_one_thread(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def on_one_thread(file: str) -> Connection:
        return connect(file, config={"threads": 1})

    connect = duckdb.connect
    home = home_with_fixtures(tmp_path / "elsewhere")
    monkeypatch.setattr("kg.facts.duckdb.connect", on_one_thread)
    assert files(build(home, small / "data", TABLES).folder) == files(current(small / "home").folder)


def test_a_build_that_names_no_table_source_reads_documents_only(small: Path, tmp_path: Path) -> None:
    report = build(tmp_path / "home", small / "data").report
    documents = {source.slug for source in sources(small / "data") if source.document}
    assert report["sources"].keys() == documents | {"party-defections", "wikidata-links"}
    assert not list((tmp_path / "home").glob("cache/*"))


def test_only_the_sources_that_are_named_are_described(small: Path, tmp_path: Path) -> None:
    options = Options(tables=("trafford-councillors",))
    done = build(home_with_fixtures(tmp_path / "home"), small / "data", options)
    rows = csv.DictReader((done.dumps / "csv" / "source.csv").open(encoding="utf-8"))
    described = {row["id"].removeprefix("source/") for row in rows}
    assert described == done.report["sources"].keys()
    assert "trafford-councillors" in described
    assert "politician-data" not in described


def test_a_name_that_is_no_table_source_is_refused(tmp_path: Path) -> None:
    for name in ("guardian-broxtowe-2025", "nowhere"):
        with pytest.raises(UnknownName, match=f"no table source named {name}; there are: .*politician-data"):
            build(tmp_path / "home", options=Options(tables=(name,)))


def test_a_source_that_was_not_fetched_is_told(tmp_path: Path) -> None:
    with pytest.raises(KgError, match="run `kg fetch trafford-councillors`, or name a mirror with --from"):
        build(tmp_path / "home", options=Options(tables=("trafford-councillors",)))


def test_where_nothing_changed_nothing_is_built(wide: Path) -> None:
    before = current(wide / "home")
    run, started = before.run, time.monotonic()
    again = rebuild(wide)
    assert again.unchanged
    assert again == before
    assert again.run == run
    assert time.monotonic() - started < 5


def test_a_source_that_has_not_changed_is_not_read_again(wide: Path) -> None:
    entries = {path.parent.name: path for path in (wide / "home/cache").glob("*/*")}
    entries.pop(LINKING)
    written = {slug: max(p.stat().st_mtime_ns for p in entry.iterdir()) for slug, entry in entries.items()}
    assert current(wide / "home").run["cached"] == []
    replace(wide / "home" / SNAPSHOTS, "Councillor Ben Marsh", "Councillor Benjamin Marsh")
    done = rebuild(wide)
    assert set(done.run["cached"]) == entries.keys() - {"trafford-councillors"}
    for slug, entry in entries.items():
        assert max(p.stat().st_mtime_ns for p in entry.iterdir()) == written[slug]
    assert len(list((wide / "home/cache/trafford-councillors").iterdir())) == 2


def test_a_source_is_read_again_when_its_reader_changes(wide: Path) -> None:
    reader = next((wide / "data/sources/trafford-councillors").glob("*.sql"))
    reader.write_text(reader.read_text(encoding="utf-8") + "\n-- Another thought.\n", encoding="utf-8")
    assert "trafford-councillors" not in rebuild(wide).run["cached"]


def test_where_a_source_is_read_anew_and_says_the_same_nothing_more_is_done(wide: Path) -> None:
    before = current(wide / "home")
    reader = next((wide / "data/sources/trafford-councillors").glob("*.sql"))
    reader.write_text(reader.read_text(encoding="utf-8") + "\n-- Another thought.\n", encoding="utf-8")
    again = rebuild(wide)
    assert again == before
    assert again.unchanged
    assert again.run["loaded"] == "not at all: every fact is as it was"
    assert again.run["seconds"].keys() == {"read"}
    assert rebuild(wide).run == again.run  # now this reader is what the build was made by


def test_a_policy_that_changes_is_applied_to_facts_that_do_not(wide: Path) -> None:
    before = current(wide / "home")
    policy = wide / "data/policy.yaml"
    policy.write_text(policy.read_text(encoding="utf-8") + "\n# Another thought.\n", encoding="utf-8")
    again = rebuild(wide)
    assert not again.unchanged
    assert again == before


def test_people_whose_records_have_not_changed_are_not_compared_again(wide: Path) -> None:
    (scored,) = (wide / "home/cache" / LINKING).iterdir()
    written = (scored / PAIRS).stat().st_mtime_ns
    reader = next((wide / "data/sources/trafford-councillors").glob("*.sql"))
    replace(reader, "' (by ' || left(later, 4)", "' (until ' || left(later, 4)")
    done = rebuild(wide)
    assert not done.unchanged
    assert list((wide / "home/cache" / LINKING).iterdir()) == [scored]
    assert (scored / PAIRS).stat().st_mtime_ns == written
    shutil.copytree(wide / "home/fetched", wide / "other/fetched")
    assert files(done.folder) == files(build(wide / "other", wide / "data", TABLES).folder)
    replace(wide / "home" / SNAPSHOTS, "Councillor Ben Marsh", "Councillor Benjamin Marsh")
    rebuild(wide)
    assert len(list((wide / "home/cache" / LINKING).iterdir())) == 2


@pytest.mark.parametrize("name", [f"{LINKING}/*/{PAIRS}", "ocd-councillors/*/membership.parquet"])
@pytest.mark.parametrize("damage", ["cut short", "altered", "gone"])
def test_what_is_remembered_is_made_anew_where_it_is_damaged(wide: Path, name: str, damage: str) -> None:
    (path,) = (wide / "home/cache").glob(name)
    whole = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(whole[:-9] if damage == "cut short" else whole.replace(b"a", b"e"))
    policy = wide / "data/policy.yaml"  # so that the work is done once more
    policy.write_text(policy.read_text(encoding="utf-8") + "\n# Another thought.\n", encoding="utf-8")
    before = files(current(wide / "home").folder)
    assert files(rebuild(wide).folder) == before
    assert path.read_bytes() != (whole[:-9] if damage == "cut short" else whole.replace(b"a", b"e"))


def test_old_states_of_a_source_leave_the_cache(wide: Path) -> None:
    for name in ("Bella Marsh", "Bert Marsh", "Beth Marsh"):
        text = (wide / "home" / SNAPSHOTS).read_text(encoding="utf-8")
        replace(wide / "home" / SNAPSHOTS, text.splitlines()[2].split(",")[1], f"Councillor {name}")
        rebuild(wide)
    assert len(list((wide / "home/cache/trafford-councillors").iterdir())) == 2


def test_a_rebuild_that_changes_little_makes_the_store_from_the_one_before(wide: Path) -> None:
    """And it is the same build, to the byte and to the quad, as one from nothing."""
    before = current(wide / "home")
    lines = store_lines(before)
    replace(wide / "home" / SNAPSHOTS, "Councillor Ben Marsh", "Councillor Benjamin Marsh")
    done = rebuild(wide)
    assert done.run["loaded"].startswith("as the store before with ")
    shutil.copytree(wide / "home/fetched", wide / "other/fetched")
    anew = build(wide / "other", wide / "data", TABLES)
    assert anew.run["loaded"] == "as a whole"
    assert files(done.folder) == files(anew.folder)
    assert store_lines(done) == store_lines(anew)
    assert store_lines(before) == lines  # the store that it was made from has not changed


def test_going_back_loads_nothing(wide: Path) -> None:
    first = current(wide / "home")
    replace(wide / "home" / SNAPSHOTS, "Councillor Ben Marsh", "Councillor Benjamin Marsh")
    rebuild(wide)
    replace(wide / "home" / SNAPSHOTS, "Councillor Benjamin Marsh", "Councillor Ben Marsh")
    again = rebuild(wide)
    assert again == first
    assert again.run["loaded"] == "not at all: the same build is there"
    assert again.run["cached"]


def test_a_source_that_shrinks_by_more_than_it_may_stops_the_build(wide: Path) -> None:
    before = current(wide / "home").report["sources"]["trafford-councillors"]["statements"]
    snapshots = wide / "home" / SNAPSHOTS
    lines = snapshots.read_text(encoding="utf-8").splitlines(keepends=True)
    snapshots.write_text("".join(lines[: len(lines) // 2]), encoding="utf-8")
    told = rf"trafford-councillors yields \d+ statements, in the build before {before}; .* shrink by 0.0%"
    with pytest.raises(FaultsFound, match=told):
        rebuild(wide)
    replace(wide / "data/sources/trafford-councillors/source.yaml", "shrink: 0", "shrink: 0.9")
    assert rebuild(wide).report["sources"]["trafford-councillors"]["statements"] < before


def test_a_wrong_row_stops_the_build_with_file_row_column_and_value(wide: Path) -> None:
    before = current(wide / "home")
    replace(wide / "home" / SNAPSHOTS, "2021-05-13,Councillor Ben Marsh", "2021-02-31,Councillor Ben Marsh")
    with pytest.raises(FaultsFound, match=r"snapshots.csv: row 3, column snapshot_date: .2021-02-31. is no date"):
        rebuild(wide)
    assert current(wide / "home") == before


def test_a_lenient_build_sets_wrong_rows_aside_with_their_reason(wide: Path) -> None:
    replace(wide / "home" / SNAPSHOTS, "2021-05-13,Councillor Ben Marsh", "2021-02-31,Councillor Ben Marsh")
    replace(wide / "data/sources/trafford-councillors/source.yaml", "shrink: 0", "shrink: 0.9")
    done = rebuild(wide, Options(tables=("all",), lenient=True))
    assert done.report["setAside"] == {"trafford-councillors": 1}
    (row,) = csv.DictReader((done.folder / "set-aside.csv").open(encoding="utf-8"))
    assert (row["source"], row["row"], row["column"]) == ("trafford-councillors", "3", "snapshot_date")
    assert row["value"] == "2021-02-31"
    assert row["reason"]
    again = build(wide / "home", wide / "data", Options(tables=("all",), lenient=True, strict=False))
    assert again.unchanged


def test_a_lenient_build_from_the_cache_tells_of_the_same_rows(wide: Path) -> None:
    replace(wide / "home" / SNAPSHOTS, "2021-05-13,Councillor Ben Marsh", "2021-02-31,Councillor Ben Marsh")
    replace(wide / "data/sources/trafford-councillors/source.yaml", "shrink: 0", "shrink: 0.9")
    lenient = Options(tables=("all",), lenient=True)
    first = rebuild(wide, lenient)
    replace(wide / "data/sources/politician-data/source.yaml", "authority: ", "authority: 1")
    second = rebuild(wide, lenient)
    assert "trafford-councillors" in second.run["cached"]
    assert (second.folder / "set-aside.csv").read_bytes() == (first.folder / "set-aside.csv").read_bytes()


def test_a_large_build_has_no_dumps_that_are_read_as_a_whole(wide: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """JSON-LD is one document, and TriG names the graph of every statement: N-Quads and Turtle stay."""
    names = {path.name for path in current(wide / "home").dumps.iterdir()}
    assert {f"party-defections.{ending}" for ending in ("nq", "ttl", "trig", "jsonld")} <= names
    monkeypatch.setattr("kg.export._LARGE", 1000)
    done = build(wide / "another" / "home", wide / "data")
    assert {path.name for path in done.dumps.iterdir()} == {"party-defections.nq", "party-defections.ttl", "csv"}


def test_killed_at_any_moment_a_wide_build_leaves_the_last_good_one(wide: Path) -> None:
    good = current(wide / "home")
    replace(wide / "home" / SNAPSHOTS, "Councillor Ben Marsh", "Councillor Benjamin Marsh")
    command = [sys.executable, "-m", "kg", "build", "--quiet", "--with", "all"]
    command += ["--home", str(wide / "home"), "--data", str(wide / "data")]
    for seconds in random.Random(4).sample([0.8, 1.2, 1.7, 2.3, 3.0, 3.8], 4):
        running = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            running.wait(seconds)
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGKILL)
            running.wait()
        now = current(wide / "home")
        assert len(now.open()) == now.report["quads"]
        if now != good:
            (wide / "home/current").unlink()
            (wide / "home/current").symlink_to(Path("builds") / good.id)
    done = rebuild(wide)
    assert done != good
    assert len(done.open()) == done.report["quads"]
    assert not list((wide / "home").glob("staged-*"))


def test_a_thing_that_several_sources_name_is_one_and_its_other_names_lead_to_it(small: Path) -> None:
    """The rosters' short name of a council and the register's official one."""
    same = "http://www.w3.org/2002/07/owl#sameAs"
    aliases = [quad for quad in ox.parse(path=str(current(small / "home").quads)) if quad.predicate.value == same]
    by_id = {str(quad.subject): str(quad.object) for quad in aliases}
    council = "<https://w3id.org/party-defections/id/council/ocd-anyford>"
    assert by_id[council] == "<https://w3id.org/party-defections/id/council/anyford-district-council>"


def test_the_judged_pairs_are_an_export_by_the_references_of_the_graph(small: Path) -> None:
    """Who is one across sources has one reference, and a change that several tell of is the one that they share."""
    done = current(small / "home")
    with (done.dumps / "judged-pairs.csv").open(encoding="utf-8") as file:
        pairs = list(csv.DictReader(file))
    things = {
        ref_of(quad.subject.value)
        for quad in ox.parse(path=str(done.quads))
        if isinstance(quad.subject, ox.NamedNode) and quad.predicate.value.endswith("#type")
    }
    assert {pair[column] for pair in pairs for column in ("source", "person", "body", "change")} <= things | {""}
    assert all((pair["verdict"] == "change") == bool(pair["change"]) for pair in pairs)
    (told,) = judged_pairs(done, "https://w3id.org/party-defections/id/person/eli-yeo-great-anyshire")
    assert (told["bodyLabel"], told["rule"]) == ("Great Anyshire County Council", "across-an-election")
    assert {pair["source"] for pair in pairs} == {
        "source/ocd-councillors",
        "source/politician-data",
        "source/trafford-councillors",
    }


def test_why_tells_of_a_change_and_of_what_is_none(small: Path) -> None:
    said = kg("why", "person/nat-ford-anyford", home=small / "home").stdout
    assert (
        "Independent / Other (2023) to Liberal Democrats (2024)\n    no change of side, by the rule revised-back"
        in said
    )
    assert (
        "Liberal Democrats (2024) to Independent / Other (2025)\n    a change of side, by the rule left-and-ret" in said
    )
    claims = kg("why", "defection/nat-ford-anyford-2025", home=small / "home").stdout
    assert "rdf:type = Affiliation change" in claims
    assert "councillors_2025: Anyford | Gate | Nat Ford | Independent / Other" in claims
    assert kg("why", "person/nobody", home=small / "home").returncode == 1


def test_a_correction_withdraws_what_a_table_says_and_a_county_lies_where_its_districts_do(wide: Path) -> None:
    county = "council/great-anyshire-county-council"
    register = wide / "home/fetched/councils-register/uk_local_authorities_current.csv"
    replace(register, "England,East Midlands,CTY", "England,West Midlands,CTY")
    with (wide / "data/corrections.csv").open("a", encoding="utf-8") as corrections:
        corrections.write(f"{county},region,place/west-midlands,councils-register,It does not.,A map\n")
    quads = rebuild(wide).open()
    by_rank = {reason.rank: reason for reason in why(quads, county, "region")}
    assert by_rank["Deprecated"].value == "West Midlands (region)"
    assert by_rank["Deprecated"].note == "It does not. Evidence: A map."
    assert (by_rank["Preferred"].value, by_rank["Preferred"].rule) == ("East Midlands", "Inherited")
    assert "Anyford District Council" in (by_rank["Preferred"].basis or "")
    replace(register, "England,West Midlands,CTY", "England,East Midlands,CTY")
    with pytest.raises(FaultsFound, match=f"source/councils-register does not claim region = .* of {county}"):
        rebuild(wide)


def test_the_public_data_sets_build_in_one_go(public: Build) -> None:
    tables = {source.slug for source in sources() if source.tables}
    assert tables <= public.report["sources"].keys()
    assert public.report["quads"] > 3_000_000
    assert public.report["setAside"] == {}
    assert (public.folder / RUN).exists()


def test_the_lines_of_the_wide_build_are_sorted_and_stand_once(public: Build) -> None:
    before, count = b"", 0
    with public.quads.open("rb") as lines:
        for line in lines:
            assert before < line
            before, count = line, count + 1
    assert count == public.report["quads"] == len(public.open())


def test_all_means_the_sources_that_are_there_and_tells_of_the_others(wide: Path) -> None:
    shutil.rmtree(wide / "home" / "fetched" / "parlitools")
    built = rebuild(wide)
    assert built.report["absent"] == ["parlitools"]
    assert "parlitools" not in built.report["sources"]
    with pytest.raises(KgError, match="parlitools was not fetched: run `kg fetch parlitools`"):
        rebuild(wide, Options(tables=("parlitools",)))
