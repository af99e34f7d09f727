"""How the machine's judgement is measured: against a sample that was judged by looking, with counts."""

from pathlib import Path

import pytest

from kg.build.training import linked_people
from kg.errors import FaultsFound, FileError, KgError
from kg.evaluate.changes import Judged, at_least, compare, evaluate_changes, read_judged, rosters_folder, verdicts
from kg.evaluate.people import evaluate_people
from kg.paths import DATA
from tests.table_source import Facts
from tests.test_cli import kg

SAMPLE = DATA / "evaluation" / "roster-changes.csv"
HEAD = "council,ward,name,year_from,year_to,verdict,second,reason,split\n"


def judged(name: str, verdict: str, split: str = "test", second: str = "") -> Judged:
    return Judged(("Anyford", "North", name, 2024, 2025), verdict, second, "Somebody looked.", split, 2)


def write(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "roster-changes.csv"
    path.write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def test_precision_and_recall_count_what_is_found_wrong_and_missed() -> None:
    cases = [judged("A", "change"), judged("B", "change"), judged("C", "not-a-change"), judged("D", "other-person")]
    machine = {case.key: verdict for case, verdict in zip(cases, ["change", "not-a-change", "change", ""], strict=True)}
    score = compare(cases, machine).scores["test"]
    assert (score.cases, score.right, score.wrong, score.missed) == (4, 1, 1, 1)
    assert (score.precision, score.recall) == (0.5, 0.5)


def test_a_change_at_which_the_machine_did_not_look_is_missed() -> None:
    found = compare([judged("A", "change")], {})
    assert found.scores["test"].missed == 1
    assert found.disagreements == [
        "Anyford | North | A | 2024 to 2025 (test): change, machine: no pair. Somebody looked."
    ]


def test_what_the_rules_were_made_on_is_scored_apart() -> None:
    scores = compare([judged("A", "change", "tune"), judged("B", "not-a-change")], {}).scores
    assert {split: score.cases for split, score in scores.items()} == {"tune": 1, "test": 1}


def test_a_second_judge_is_compared_with_the_first() -> None:
    """Of those cases that it was asked about; another person is no change either."""
    cases = [
        judged("A", "change", second="change"),
        judged("B", "other-person", second="not-a-change"),
        judged("C", "change", second="unsure"),
        judged("D", "change"),
    ]
    assert compare(cases, {}).second == (2, 3)


def test_a_small_sample_proves_less() -> None:
    assert round(at_least(20, 20), 2) == 0.84
    assert round(at_least(200, 200), 2) == 0.98


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("Anyford,North,A,2024,2025,perhaps,,Looked.,test", r":2: verdict: 'perhaps' is none of change, "),
        ("Anyford,North,A,2024,2025,change,perhaps,Looked.,test", r":2: second: 'perhaps' is none of change, "),
        ("Anyford,North,A,2024,2025,change,,Looked.,exam", r":2: split: 'exam' is none of tune, test"),
        ("Anyford,North,A,2024,soon,change,,Looked.,test", r":2: year_to: 'soon' is no year"),
        ("Anyford,North,A,2024,2025,change,,,test", r":2: every row has 9 cells, all but the second verdict filled"),
    ],
)
def test_a_row_that_is_not_right_is_named_with_its_line(tmp_path: Path, row: str, fault: str) -> None:
    with pytest.raises(FileError, match=fault):
        read_judged(write(tmp_path, row))


def test_a_case_is_judged_once(tmp_path: Path) -> None:
    row = "Anyford,North,A,2024,2025,change,,Looked.,test"
    with pytest.raises(FileError, match=r":3: Anyford \| North \| A \| 2024 \| 2025 was judged in line 2 already"):
        read_judged(write(tmp_path, row, row))


def test_a_case_of_which_no_roster_has_the_seat_is_a_fault() -> None:
    rosters = Facts("ocd-councillors").connection
    here = Judged(("Anyford", "Gate", "Nat Ford", 2024, 2025), "change", "", "Somebody looked.", "test", 2)
    assert verdicts(rosters, [here], SAMPLE)[here.key] == "change"
    with pytest.raises(FaultsFound, match=r"roster-changes.csv:2: no roster has Anyford \| North \| A \| 2024"):
        verdicts(rosters, [judged("A", "change")], SAMPLE)


def test_rosters_that_were_not_fetched_are_asked_for(tmp_path: Path) -> None:
    with pytest.raises(KgError, match="run `kg fetch ocd-councillors`, or name a mirror with --from"):
        rosters_folder(tmp_path)


def test_the_sample_is_large_and_was_drawn_from_all_years() -> None:
    cases = read_judged(SAMPLE)
    test = [case for case in cases if case.split == "test"]
    assert len(test) >= 150
    assert {case.key[3] for case in cases} == set(range(2016, 2026))
    assert {case.verdict for case in test} == {"change", "not-a-change", "other-person"}


def test_the_inferred_changes_are_right_and_few_are_missed(shared_data: Path) -> None:
    found = evaluate_changes(shared_data / "ocd_councillors")
    score = found.scores["test"]
    assert score.precision >= 0.97
    assert score.recall >= 0.95


def test_the_command_prints_the_counts_and_the_disagreements(shared_data: Path) -> None:
    done = kg("evaluate", "changes", "--from", shared_data)
    assert done.returncode == 0, done.stderr
    assert "105 of 105" in done.stdout
    assert "Mandy Clare" in done.stdout


def test_people_are_evaluated_from_a_mirror_without_a_build(shared_data: Path, tmp_path: Path) -> None:
    people = linked_people(tmp_path, mirror=shared_data)
    score = evaluate_people(people).scores["test"]
    assert score.precision >= 0.97
    assert score.recall >= 0.95
    assert not (tmp_path / "current").exists()
    assert people["person/thomas-buchanan-13758"] == people["person/tom-buchanan-13758"]
