"""The local elections of May 2025: contests, results, and who held or won a seat."""

import csv
import shutil
from collections import Counter
from pathlib import Path

import pytest

from kg.errors import KgError
from tests.table_source import FIXTURES, Facts

ELECTIONS = "local-elections-2025"
COUNTY = "contest/nottinghamshire-county-council-election-2025"


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts(ELECTIONS)


@pytest.fixture(scope="module")
def real(shared_data: Path) -> Facts:
    return Facts(ELECTIONS, shared_data / "local_elections_2025")


def result(facts: Facts, slug: str, columns: str) -> object:
    return facts.one(f"SELECT {columns} FROM result WHERE subject = 'result/{slug}'")


def test_the_facts_of_the_fixture_are_sound(facts: Facts) -> None:
    assert facts.faults() == []


def test_the_contest_of_a_ward_is_part_of_that_of_its_council_and_that_of_the_local_elections(facts: Facts) -> None:
    assert facts.rows(
        "SELECT subject, electorate, date, isPartOf FROM contest WHERE body = 'council/le25-nottinghamshire' ORDER BY 1"
    ) == [
        (COUNTY, None, "2025-05-01", "contest/uk-local-elections-2025"),
        (f"{COUNTY}-oldmoor", "electorate/oldmoor-e58999003", "2025-05-01", COUNTY),
    ]


def test_a_council_is_known_by_its_code_where_the_crosswalk_has_it(facts: Facts) -> None:
    assert facts.rows("SELECT label, altLabel, identifier FROM body ORDER BY 1") == [
        ("Great Anyshire", None, None),
        ("Nottinghamshire County Council", ["Nottinghamshire"], ["la:NTT"]),
    ]


def test_whoever_won_or_held_a_seat_is_a_person_and_nobody_else(facts: Facts) -> None:
    assert facts.rows("SELECT subject, label, altLabel FROM person ORDER BY 1") == [
        ("person/ada-joan-field-le25-great-anyshire", "Ada Joan Field", ["Ada Field"]),
        ("person/ben-marsh-le25-great-anyshire", "Ben Marsh", None),
        ("person/ben-marsh-le25-great-anyshire-wexmoor", "Ben Marsh", None),
        ("person/cy-heath-le25-great-anyshire", "Doctor Cy Heath", ["Cy Heath"]),
        ("person/flo-mead-le25-nottinghamshire", "Flo Mead", None),
    ]
    named = facts.rows("SELECT subject FROM result WHERE subject || coalesce(identifier[1], '') ILIKE '%fen%'")
    assert named == []


def test_a_title_is_no_given_name(facts: Facts) -> None:
    assert facts.one("SELECT (givenName, familyName) FROM person WHERE label = 'Doctor Cy Heath'") == (None, "Heath")


def test_those_who_held_a_seat_were_elected_again_or_unseated(facts: Facts) -> None:
    outcomes = "SELECT candidate, outcome, seatsWon FROM result WHERE candidate IS NOT NULL ORDER BY 1"
    assert [(who.split("/")[1], outcome, won) for who, outcome, won in facts.rows(outcomes)] == [
        ("ada-joan-field-le25-great-anyshire", "concept/outcome-re-elected", 1),
        ("ben-marsh-le25-great-anyshire", "concept/outcome-won", 1),
        ("ben-marsh-le25-great-anyshire-wexmoor", "concept/outcome-won", 1),
        ("cy-heath-le25-great-anyshire", "concept/outcome-unseated", 0),
        ("flo-mead-le25-nottinghamshire", "concept/outcome-won", 1),
    ]


def test_an_unsuccessful_challenger_has_a_result_without_an_outcome(facts: Facts) -> None:
    assert result(facts, "le25-great-anyshire-election-2025-wexmoor-independent-1", "(outcome, votes, candidate)") == (
        None,
        399,
        None,
    )


def test_labour_and_co_operative_candidates_stand_for_labour(facts: Facts) -> None:
    assert result(facts, "le25-great-anyshire-election-2025-labour", "(candidates, electorates, seatsWon, votes)") == (
        2,
        1,
        2,
        1750,
    )
    assert facts.one("SELECT (label, altLabel) FROM affiliation WHERE subject = 'party/labour'") == (
        "Labour Party",
        ["Labour and Co-operative Party"],
    )


def test_candidates_of_one_party_with_as_many_votes_keep_their_places(facts: Facts) -> None:
    tied = """SELECT subject, rank FROM result
        WHERE contest LIKE '%anyford-east' AND affiliation = 'party/conservative' ORDER BY 1"""
    assert [(subject.rsplit("-", 1)[1], rank) for subject, rank in facts.rows(tied)] == [("1", 3), ("2", 3)]


def test_a_party_that_the_crosswalk_lacks_stops_the_reader(tmp_path: Path) -> None:
    folder = shutil.copytree(FIXTURES / ELECTIONS, tmp_path / ELECTIONS)
    path = folder / "candidates_2025.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Broxtowe Alliance", "Hedge Party"), encoding="utf-8")
    with pytest.raises(KgError, match=r"Party name: Hedge Party is not in parties\.csv"):
        Facts(ELECTIONS, folder)


def test_every_candidate_of_2025_has_a_result(real: Facts) -> None:
    assert real.faults() == []
    assert real.source.min_facts <= real.count() <= real.source.max_facts
    assert real.one("SELECT count(*) FROM result WHERE electorate IS NOT NULL") == 8141
    assert real.one("SELECT count(*) FROM result WHERE outcome = 'concept/outcome-unseated'") == 627
    assert real.one("SELECT count(*) FROM person") == 1658 + 627


def test_parties_put_up_as_many_candidates_as_the_library_counts(real: Facts, shared_data: Path) -> None:
    with (shared_data / "local_elections_2025" / "party_names_2025.csv").open(encoding="utf-8", newline="") as file:
        told = {row["Party name"]: int(row["Number of candidates"]) for row in csv.DictReader(file)}
    refs = dict(real.rows("SELECT name, ref FROM party"))
    expected = Counter[str]()
    for name, count in told.items():
        expected[refs[name]] += count
    assert expected == Counter(
        dict(real.rows("SELECT affiliation, sum(candidates)::INTEGER FROM result GROUP BY affiliation"))
    )


def test_the_broxtowe_parties_won_a_seat_each_on_nottinghamshire(real: Facts) -> None:
    won = """SELECT affiliation, candidates, seatsWon FROM result
        WHERE contest = '{}' AND affiliation LIKE 'party/broxtowe%' ORDER BY 1"""
    assert real.rows(won.format(COUNTY)) == [
        ("party/broxtowe-alliance", 6, 1),
        ("party/broxtowe-independent-group", 4, 1),
    ]
    assert real.one(
        "SELECT (candidate, outcome) FROM result WHERE identifier = ['leh2025:E58001170/Teresa Ann Cullen']"
    ) == (
        "person/teresa-ann-cullen-le25-nottinghamshire",
        "concept/outcome-won",
    )


def test_the_contests_of_the_documents_come_out_the_same(real: Facts) -> None:
    contests = {ref for (ref,) in real.rows("SELECT subject FROM contest")}
    assert COUNTY in contests
    assert "contest/uk-local-elections-2025" in real.entities
