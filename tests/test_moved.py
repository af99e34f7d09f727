"""References that stay alive: a name that its source corrects is minted anew, and the old one leads to the new."""

import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.build import Options, build
from kg.builds import Build, current, find_build
from kg.diff.gone import gone
from kg.errors import FaultsFound
from kg.sources.entities import read_entities
from tests.support_wide import home_with_fixtures, relaxed_data
from tests.test_builds import files
from tests.test_cli import kg

OPTIONS = Options(tables=("politician-data",))
MOVED = "entities/moved.csv"
ADA = "person/ada-holt-90001,person/adah-holt-90001\n"
NAMES = "fetched/politician-data/names.csv"


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two builds, in the second of which the source has another spelling of Ada Holt's first name."""
    folder = tmp_path_factory.mktemp("corrected")
    home, data = home_with_fixtures(folder / "home"), relaxed_data(folder)
    build(home, data, OPTIONS)
    text = (home / NAMES).read_text(encoding="utf-8")
    (home / NAMES).write_text(text.replace("90001,Holt,Ada,", "90001,Holt,Adah,"), encoding="utf-8")
    build(home, data, OPTIONS)
    return folder


@pytest.fixture
def folder(corrected: Path, tmp_path: Path) -> Path:
    """A copy of that folder, to change."""
    shutil.copytree(corrected, tmp_path / "folder", symlinks=True)
    return tmp_path / "folder"


def move(folder: Path, rows: str) -> None:
    """Declare references that were moved."""
    with (folder / "data" / MOVED).open("a", encoding="utf-8") as table:
        table.write(rows)


def aliases(done: Build) -> dict[str, str]:
    """The references of a build's view that lead to others, without their common opening."""
    return {
        quad.subject.value.partition("/id/")[2]: quad.object.value.partition("/id/")[2]
        for quad in ox.parse(path=str(done.quads))
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode)
        if quad.predicate.value.endswith("sameAs") and quad.graph_name == ox.DefaultGraph()
    }


def test_a_corrected_name_is_found_by_the_identifiers_of_the_person(corrected: Path) -> None:
    """And those of the memberships; a change of side by the membership that it began."""
    found = gone(find_build(corrected / "home", "previous"), current(corrected / "home"))
    assert found["person/ada-holt-90001"] == "person/adah-holt-90001"
    assert found["membership/ada-holt-member-90002"] == "membership/adah-holt-member-90002"
    assert found["defection/ada-holt-member-90003"] == "defection/adah-holt-member-90003"
    assert {ref for ref in found if not ref.startswith("name/")} == {
        "person/ada-holt-90001",
        *(f"membership/ada-holt-member-9000{n}" for n in range(1, 6)),
        *(f"defection/ada-holt-member-9000{n}" for n in (3, 4)),
    }


def test_with_the_rows_that_the_command_gives_every_old_reference_leads_on(folder: Path) -> None:
    done = kg("link", "moved", home=folder / "home")
    assert "person/ada-holt-90001,person/adah-holt-90001\n" in done.stdout
    move(folder, done.stdout)
    built = build(folder / "home", folder / "data", OPTIONS)
    rows = dict(line.split(",") for line in done.stdout.splitlines())
    assert rows.items() <= aliases(built).items()
    old = find_build(folder / "home", "previous")
    assert not {ref for ref in gone(old, built) if not ref.startswith("name/")}


def test_the_reference_is_the_same_whatever_was_built_before(folder: Path, tmp_path: Path) -> None:
    """What is kept alive is declared, so that a build is made from its inputs alone."""
    move(folder, ADA)
    here = build(folder / "home", folder / "data", OPTIONS)
    home = home_with_fixtures(tmp_path / "home")
    (home / NAMES).write_bytes((folder / "home" / NAMES).read_bytes())
    assert files(build(home, folder / "data", OPTIONS).folder) == files(here.folder)


def test_a_reference_moved_twice_leads_to_the_last(folder: Path) -> None:
    move(folder, "person/ida-holt-90001,person/ada-holt-90001\n" + ADA)
    found = aliases(build(folder / "home", folder / "data", OPTIONS))
    assert found["person/ida-holt-90001"] == found["person/ada-holt-90001"] == "person/adah-holt-90001"


def test_a_move_to_what_the_build_does_not_have_is_not_applied(folder: Path, tmp_path: Path) -> None:
    """The source's older state, or a build without the source, knows the old reference or neither."""
    move(folder, ADA)
    older = build(home_with_fixtures(tmp_path / "older"), folder / "data", OPTIONS)
    assert "person/ada-holt-90001" not in aliases(older)
    assert b"id/person/ada-holt-90001> " in older.quads.read_bytes()
    assert "person/ada-holt-90001" not in aliases(build(tmp_path / "documents", folder / "data"))


def test_a_build_of_every_source_warns_of_a_move_that_it_knows_nothing_of(folder: Path) -> None:
    with (folder / "data" / MOVED).open("a", encoding="utf-8") as file:
        file.write("party/x,party/nowhere\n")
    warnings = build(folder / "home", folder / "data", Options(tables=("all",))).report["warnings"]
    assert [w for w in warnings if "moved.csv" in w and "there is no party/x and no party/nowhere" in w]


def test_a_reference_that_is_in_use_cannot_have_moved(folder: Path) -> None:
    before = current(folder / "home")
    move(folder, "person/bram-okoro-90002,person/adah-holt-90001\n")
    line = len((folder / "data" / MOVED).read_text(encoding="utf-8").splitlines())
    with pytest.raises(
        FaultsFound, match=rf"moved.csv:{line}: a source has both person/bram-okoro-90002 and person/adah"
    ):
        build(folder / "home", folder / "data", OPTIONS)
    assert current(folder / "home") == before


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("person/a,party/b\n", "'person/a' and 'party/b' are no references of things of one class"),
        ("whoever,person/b\n", "'whoever' and 'person/b' are no references"),
        ("party/labour,party/other\n", "'party/labour' stands in the table of identities"),
        ("person/a,person/b\nperson/a,person/c\n", r"'person/a' was moved in .*moved.csv:2 already"),
        ("person/a,person/b\nperson/b,person/a\n", "'person/b' stands for itself, by way of 'person/a'"),
    ],
)
def test_a_faulty_move_is_told_with_its_line(folder: Path, rows: str, fault: str) -> None:
    (folder / "data" / MOVED).write_text(f"old,new\n{rows}", encoding="utf-8")
    with pytest.raises(FaultsFound, match=rf"moved.csv:{rows.count(chr(10)) + 1}: {fault}"):
        read_entities(folder / "data")


def test_nothing_that_the_older_state_of_the_politician_data_names_is_lost(shared_data: Path, tmp_path: Path) -> None:
    """Between July 2024 and June 2026 the source corrected a name, and came to know a membership that had followed."""
    states = ("politician_data_2024-07-11_v0.16.0", "politician_data_2026-06-28")
    older, newer = (
        build(tmp_path, options=Options(tables=("politician-data",), mirror=shared_data / state)) for state in states
    )
    assert gone(older, newer) == {}
    assert "person/thomas-buchanan-13758" in aliases(newer)
