"""What differs between two builds: in the terms of those who use the graph, and as a patch."""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.build import Options, build
from kg.builds import Build, current, find_build
from kg.diff import Diff, DiffFormat, as_text, diff, patch
from kg.diff.lines import differences
from kg.diff.statements import read_statement
from kg.errors import UnknownName
from tests.coded_changes import CODES, read_rows
from tests.test_cli import kg

Edit = Callable[[str, str, str], None]

SHEET = "sources/anyford-bulletin/facts.yaml"


@pytest.fixture
def home(example_data: Path, edit: Edit, tmp_path: Path) -> Path:
    """A home with two builds: in the second the Anyford Bulletin gives another month and another reason."""
    build(tmp_path / "home", example_data)
    edit(SHEET, "date: 2024-05", "date: 2024-06")
    edit(SHEET, "reason: bus-fares", "reason: centrism")
    build(tmp_path / "home", example_data)
    return tmp_path / "home"


def between(home: Path, old: str = "previous", new: str = "current") -> Diff:
    return diff(find_build(home, old), find_build(home, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", "a\n"),
        ("a\nb\nc\n", "a\nc\n"),
        ("b\n", "a\nb\nc\n"),
        ("a\nb\n", "c\nd\n"),
        ("".join(f"{n:09}\n" for n in range(300_000)), "".join(f"{n:09}\n" for n in range(300_000) if n % 70_001)),
        ("".join(f"{n:09}\n" for n in range(0, 90_000, 2)), "".join(f"{n:09}\n" for n in range(0, 90_000, 3))),
    ],
)
def test_the_lines_in_which_two_files_differ_are_those_of_their_sets(old: str, new: str, tmp_path: Path) -> None:
    (tmp_path / "old").write_text(f"0\n{old}")
    (tmp_path / "new").write_text(f"0\n{new}")
    found = list(differences(tmp_path / "old", tmp_path / "new"))
    assert [line for _, line in found] == sorted(line for _, line in found)
    before, after = (set(text.splitlines(keepends=True)) for text in (old, new))
    assert {line.decode() for added, line in found if added} == after - before
    assert {line.decode() for added, line in found if not added} == before - after


@pytest.mark.parametrize(
    ("line", "value", "graph"),
    [
        ('<a:b> <a:p> "a <x:y> . \\"c\\" \\n"@en .', 'a <x:y> . "c" \n', None),
        ('<a:b> <a:p> "5"^^<http://www.w3.org/2001/XMLSchema#integer> <a:g> .', "5", "a:g"),
        ("<a:b> <a:p> <a:o> .", "a:o", None),
        ("<a:b> <a:p> <https://w3id.org/party-defections/id/party/labour> <a:g> .", "party/labour", "a:g"),
    ],
)
def test_a_line_is_read_as_its_terms(line: str, value: str, graph: str | None) -> None:
    statement = read_statement(f"{line}\n".encode())
    assert (statement.subject, statement.value, statement.graph) == ("a:b", value, graph)


def test_a_line_that_is_no_statement_is_refused() -> None:
    with pytest.raises(ValueError, match="no line of N-Quads"):
        read_statement(b"_:b <a:p> <a:o> .\n")


def test_a_corrected_date_and_another_reason_are_told_in_words(home: Path) -> None:
    found = between(home)
    corrected = [entry for entry in found.entries if entry.what == "corrected date of a change of side"]
    assert {(e.thing, e.property, e.before, e.after) for e in corrected} == {
        ("defection/anyford-councillors-from-labour", "pd:date", "2024-05", "2024-06")
    }
    changed = [entry for entry in found.entries if entry.what == "changed change of side"]
    assert [(entry.property, entry.before, entry.after) for entry in changed] == [
        ("pd:reason", "Bus fares", "Centrism")
    ]


def test_quads_are_counted_by_graph(home: Path) -> None:
    counts = between(home).counts
    lines = list(differences(find_build(home, "previous").quads, find_build(home, "current").quads))
    assert sum(counts.added.values()) == sum(added for added, _ in lines)
    assert sum(counts.removed.values()) == sum(not added for added, _ in lines)
    assert counts.added.keys() == {"consolidated view", "source/anyford-bulletin"}


def test_what_is_new_one_way_has_vanished_the_other(published: Path, example_data: Path, tmp_path: Path) -> None:
    without, with_bulletin = current(published), build(tmp_path / "home", example_data)
    came, went = diff(without, with_bulletin), diff(with_bulletin, without)
    new = {entry.thing for entry in came.entries if entry.what == "new change of side"}
    assert "defection/anyford-councillors-from-labour" in new
    assert {entry.thing for entry in went.entries if entry.what == "vanished change of side"} == new
    (entry,) = [e for e in came.entries if e.thing == "defection/anyford-councillors-from-labour"]
    assert entry.after.split("|")[0] == "Labour Party"
    assert entry.after.split("|")[3] == "2024-05"


def test_a_claim_that_a_correction_withdraws_is_told(example_data: Path, tmp_path: Path) -> None:
    build(tmp_path / "home", example_data)
    corrections = example_data / "corrections.csv"
    row = "defection/anyford-councillors-from-labour,date,2024-05,anyford-bulletin,Misprint.,The council's own notice"
    corrections.write_text(corrections.read_text(encoding="utf-8") + row + "\n", encoding="utf-8")
    build(tmp_path / "home", example_data)
    assert "claim withdrawn" in {entry.what for entry in between(tmp_path / "home").entries}


def test_two_equal_builds_differ_in_nothing(home: Path) -> None:
    found = between(home, "current", "current")
    assert not found.entries
    assert not found.counts.added + found.counts.removed


def test_the_patch_makes_the_newer_build_from_the_older(home: Path) -> None:
    old, new = find_build(home, "previous"), find_build(home, "current")
    head, prev, begin, *changes, commit = [line.decode() for line in patch(old, new)]
    assert (head, prev) == (f"H id <{build_iri(new)}> .\n", f"H prev <{build_iri(old)}> .\n")
    assert (begin, commit) == ("TX .\n", "TC .\n")
    store = ox.Store()
    store.bulk_load(path=str(old.quads), format=ox.RdfFormat.N_QUADS)
    for change in changes:
        (quad,) = ox.parse(change[2:], format=ox.RdfFormat.N_QUADS)
        assert (quad in store) is (change[0] == "D")
        (store.add if change[0] == "A" else store.remove)(quad)
    assert set(store) == set(ox.parse(path=str(new.quads)))


def build_iri(done: Build) -> str:
    return f"https://w3id.org/party-defections/id/build/{done.id}"


def test_json_and_csv_say_the_same(home: Path) -> None:
    found = between(home)
    listed = json.loads(as_text(found, DiffFormat.json))
    rows = list(csv.DictReader(io.StringIO(as_text(found, DiffFormat.csv))))
    assert listed["differences"] == rows
    assert (listed["old"], listed["new"]) == (found.old.id, found.new.id)


def test_the_command_tells_what_differs_from_the_build_before(home: Path, tmp_path: Path) -> None:
    done = kg("diff", home=home)
    assert done.returncode == 0, done.stderr
    assert "1 × corrected date of a change of side" in done.stdout
    assert "pd:date 2024-05 → 2024-06" in done.stdout
    assert kg("diff", "previous", "current", "-f", "patch", "-o", tmp_path / "rdfp", home=home).returncode == 0
    assert (tmp_path / "rdfp").read_text(encoding="utf-8").splitlines()[-1] == "TC ."
    older, newer = find_build(home, "previous"), find_build(home, "current")
    pairs = ([older.id, newer.id], [older.folder, newer.folder])
    by_id, by_folder = (kg("diff", *pair, "-f", "csv", home=home) for pair in pairs)
    assert by_id.stdout == by_folder.stdout != ""


def test_a_build_that_is_not_there_is_refused(home: Path) -> None:
    with pytest.raises(UnknownName, match="no build 'nowhere'; there are: current, previous, "):
        find_build(home, "nowhere")
    done = kg("diff", "nowhere", home=home)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_two_years_of_the_politician_data_differ_as_their_files_do(shared_data: Path, tmp_path: Path) -> None:
    """From July 2024 to June 2026: changes of side that are new, dates that moved by days; nothing else has gone."""
    older, newer = shared_data / "politician_data_2024-07-11_v0.16.0", shared_data / "politician_data_2026-06-28"
    first = build(tmp_path / "home", options=Options(tables=("politician-data",), mirror=older))
    second = build(tmp_path / "home", options=Options(tables=("politician-data",), mirror=newer))
    assert second.run["loaded"].startswith("as the store before with ")
    found = diff(first, second)
    things: dict[str, set[str]] = defaultdict(set)
    for entry in found.entries:
        things[entry.what].add(entry.thing)
    coded_then, coded_now = (coded(folder) for folder in (older, newer))
    new = coded_now.keys() - coded_then.keys()
    assert len(new) == 52
    joined = things["change of side joined with another"]  # a document tells of Rosie Duffield's
    assert ids(things["new change of side"] | joined) == new
    assert not {what for what in things if what.startswith("vanished change of side")}
    moved = {key for key in coded_then if coded_then[key] != coded_now[key]}
    offices = {"member-90241", "member-90355", "member-90497"}  # Speakers at Stormont: no change of side
    corrected = [e for e in found.entries if e.what == "corrected date of a change of side"]
    assert moved - offices <= ids({entry.thing for entry in corrected})
    days = [(date.fromisoformat(e.after) - date.fromisoformat(e.before)).days for e in corrected]
    assert sorted(days) == [1] * (len(days) - 1) + [4]
    assert len(first.open()) == first.report["quads"]
    assert len(second.open()) == second.report["quads"]
    untouched(first, second)


def coded(folder: Path) -> dict[str, str]:
    """The memberships that the source says began with a change of side, and when."""
    rows = (row for row in read_rows(folder, "memberships") if row["start_reason"] in CODES)
    return {row["id"].removeprefix("uk.org.publicwhip/").replace("/", "-"): row["start_date"] for row in rows}


def ids(changes: set[str]) -> set[str]:
    """The source's own names of the memberships by which changes are named: member-43432."""
    return {"-".join(change.split("-")[-2:]) for change in changes}


def untouched(first: Build, second: Build) -> None:
    """Nine things in ten have every quad that they had, and the others are those of the differing lines."""
    lines = list(differences(first.quads, second.quads))
    subjects = {line.split(b" ", 1)[0] for _, line in lines}
    before, after = (by_subject(done.quads) for done in (first, second))
    same = {s for s in before if after.get(s) == before[s]}
    assert same == before.keys() - subjects
    assert len(same) > 0.9 * len(before)


def by_subject(quads: Path) -> dict[bytes, int]:
    """A hash over the lines of each subject."""
    found: dict[bytes, int] = {}
    with quads.open("rb") as lines:
        for line in lines:
            subject = line.split(b" ", 1)[0]
            found[subject] = hash((found.get(subject), line))
    return found
