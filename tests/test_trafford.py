"""Trafford's councillors in dated states: people by their numbers, memberships, and the one change of side."""

import shutil
from pathlib import Path

import pytest

from kg.errors import KgError
from tests.table_source import FIXTURES, Facts

TRAFFORD = "trafford-councillors"


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts(TRAFFORD)


@pytest.fixture(scope="module")
def real(shared_data: Path) -> Facts:
    return Facts(TRAFFORD, shared_data / "trafford_councillors")


def memberships(facts: Facts, person: str) -> list[tuple[str, ...]]:
    query = f"""SELECT affiliation, electorate, start, "end" FROM membership
        WHERE member = 'person/{person}' ORDER BY subject"""
    return facts.rows(query)


def test_the_facts_of_the_fixture_are_sound(facts: Facts) -> None:
    assert facts.faults() == []


def test_a_councillor_is_named_without_titles_and_known_by_number(facts: Facts) -> None:
    assert facts.one("SELECT (subject, label, altLabel) FROM person WHERE identifier = ['trafford:90001']") == (
        "person/ada-field-trafford-90001",
        "Ada Field",
        ["Mrs. Ada Field"],
    )


def test_a_seat_begins_and_ends_between_two_states(facts: Facts) -> None:
    assert memberships(facts, "ada-field-trafford-90001") == [
        ("party/liberal-democrats", "electorate/oldmoor-trafford", "../2021-05-13", "2022-05-09/2023-05-24"),
        ("party/liberal-democrats", "electorate/oldmoor-west-trafford", "2022-05-09/2023-05-24", None),
    ]


def test_a_relabelled_party_is_no_change_of_side(facts: Facts) -> None:
    assert facts.one("SELECT rule FROM label_pair WHERE from_label = 'Liberal Democrat'") == "relabelled"
    assert facts.rows("SELECT * FROM change WHERE defector LIKE '%ada-field%'") == []


def test_another_label_after_an_election_is_no_change_of_side(facts: Facts) -> None:
    assert facts.one("SELECT rule FROM label_pair WHERE uid = '90004'") == "across-an-election"
    assert [row[0] for row in memberships(facts, "dot-fen-trafford-90004")] == ["party/labour", "party/conservative"]


def test_every_pair_of_labels_is_told_with_its_verdict_and_what_came_of_it(facts: Facts) -> None:
    judged = facts.rows('SELECT person, verdict, rule, "change" FROM judged ORDER BY person')
    assert judged == [
        ("person/ada-field-trafford-90001", "not-a-change", "relabelled", None),
        ("person/ben-marsh-trafford-90002", "change", "changed-side", "defection/ben-marsh-trafford-90002-2023"),
        ("person/dot-fen-trafford-90004", "not-a-change", "across-an-election", None),
    ]


def test_another_label_within_a_term_is_a_change_of_side_that_we_infer(facts: Facts) -> None:
    assert facts.one("SELECT (source, defector, fromAffiliation, toAffiliation, date, status) FROM change") == (
        "source/inferred-changes",
        "person/ben-marsh-trafford-90002",
        "party/labour",
        "status/independent",
        "2023-05-24/2023-11-10",
        "concept/status-inferred",
    )
    ends, starts = facts.one("SELECT (endsMembership, startsMembership) FROM change")
    assert facts.one(f"""SELECT "end" FROM membership WHERE subject = '{ends[0]}'""") == "2023-05-24/2023-11-10"
    assert facts.one(f"SELECT start FROM membership WHERE subject = '{starts[0]}'") == "2023-05-24/2023-11-10"


def test_a_change_that_later_states_keep_is_surer_than_one_of_the_last_state(facts: Facts, tmp_path: Path) -> None:
    assert facts.one("SELECT confidence FROM change") == "0.95"
    folder = shutil.copytree(FIXTURES / TRAFFORD, tmp_path / TRAFFORD)
    path = folder / "trafford_councillors_snapshots.csv"
    kept = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("2024-05-07")]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    last = Facts(TRAFFORD, folder).one("SELECT (confidence, confidenceReason) FROM change")
    assert last[0] == "0.9"
    assert "concept/evidence-last-roster" in last[1]


def test_a_change_rests_on_the_two_rows_that_show_it(facts: Facts) -> None:
    about, row, derived = facts.one("SELECT (about, row, derivedFrom) FROM claim")
    assert about == facts.one("SELECT subject FROM change")
    assert row == ["trafford:90002/2023-05-24", "trafford:90002/2023-11-10"]
    assert len(derived) == 2


def test_who_comes_back_under_another_number_is_the_same_person(facts: Facts) -> None:
    assert facts.one("SELECT identifier FROM person WHERE label = 'Cy Heath'") == ["trafford:12359", "trafford:132"]
    assert [row[2:] for row in memberships(facts, "cy-heath-trafford-132")] == [
        ("../2021-05-13", "2021-05-13/2022-05-09"),
        ("2022-05-09/2023-05-24", None),
    ]


def test_another_ward_and_another_label_between_elections_stop_the_reader(tmp_path: Path) -> None:
    folder = shutil.copytree(FIXTURES / TRAFFORD, tmp_path / TRAFFORD)
    path = folder / "trafford_councillors_snapshots.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Ben Marsh,Independent,Oldmoor", "Ben Marsh,Independent,Fenside"), encoding="utf-8")
    with pytest.raises(KgError, match=r"no rule of rules\.yaml says what became of 90002"):
        Facts(TRAFFORD, folder)


def test_trafford_had_one_change_of_side_in_five_years(real: Facts) -> None:
    assert real.faults() == []
    assert real.source.min_facts <= real.count() <= real.source.max_facts
    assert real.one("SELECT (label, date) FROM change") == (
        "Ulrich Savary: Labour to Independent (by 2025)",
        "2024-05-23/2025-09-02",
    )
    assert real.rows("SELECT rule, count(*) FROM label_pair GROUP BY rule ORDER BY 1") == [
        ("changed-side", 1),
        ("relabelled", 3),
    ]


def test_the_hundred_numbers_of_trafford_are_ninety_seven_people(real: Facts) -> None:
    assert real.one("SELECT count(DISTINCT moderngov) FROM (SELECT uid AS moderngov FROM sitting)") == 100
    assert real.one("SELECT count(*) FROM person") == 97
