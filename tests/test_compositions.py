"""Composition and control of councils: who held how many seats, who controlled, and through what control was lost."""

import shutil
from pathlib import Path

import pytest

from kg.errors import KgError
from tests.table_source import FIXTURES, Facts

COMPOSITIONS = "ocd-compositions"


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts(COMPOSITIONS)


@pytest.fixture(scope="module")
def real(shared_data: Path) -> Facts:
    return Facts(COMPOSITIONS, shared_data / "ocd_councillors")


def control(facts: Facts, name: str, columns: str) -> object:
    return facts.one(f"SELECT {columns} FROM control WHERE subject = 'control/ocd-{name}'")


def rule(facts: Facts, council: str, year: int) -> object:
    return facts.one(
        f"SELECT rule FROM control_pair JOIN council USING (council) WHERE label = '{council}' AND year = {year}"
    )


def test_the_facts_of_the_fixture_are_sound(facts: Facts) -> None:
    assert facts.faults() == []


def test_seats_are_counted_within_the_days_in_which_the_file_lies(facts: Facts) -> None:
    rows = facts.rows(
        """SELECT affiliation, seats, date FROM seats
        WHERE body = 'council/ocd-anyford' AND subject LIKE '%-2025-%' ORDER BY 1"""
    )
    assert rows == [
        ("party/conservative", 4, "2025-05-02/2025-10-30"),
        ("party/liberal-democrats", 4, "2025-05-02/2025-10-30"),
        ("status/independent-or-other", 2, "2025-05-02/2025-10-30"),
    ]


def test_nobody_holds_no_seats(facts: Facts) -> None:
    assert facts.one("SELECT min(seats) FROM seats") == 1


def test_the_greens_of_a_scottish_council_are_a_party_of_their_own(facts: Facts) -> None:
    greens = "SELECT affiliation FROM seats WHERE body = 'council/ocd-{}' AND subject LIKE '%-green'"
    assert set(facts.rows(greens.format("glen-any"))) == {("party/scottish-greens",)}
    assert set(facts.rows(greens.format("wexmoor"))) == {("party/green-party-of-england-and-wales",)}


def test_the_first_known_control_came_about_by_then(facts: Facts) -> None:
    assert control(facts, "anyford-2018", "(before, after, controller, date)") == (
        None,
        "concept/control-majority",
        "party/conservative",
        "../2019-05-02",
    )


def test_control_lost_at_an_election_is_caused_by_it(facts: Facts) -> None:
    assert control(facts, "anyford-2019", "(before, controllerBefore, after, controller, date, causedBy)") == (
        "concept/control-majority",
        "party/conservative",
        "concept/control-no-overall-control",
        None,
        "2019-05-02",
        ["contest/ocd-anyford-election-2019"],
    )


def test_control_won_and_lost_without_an_election_followed_from_seats_that_moved(facts: Facts) -> None:
    assert rule(facts, "Anyford", 2021) == "won-through-seats-that-moved"
    assert rule(facts, "Anyford", 2022) == "lost-through-seats-that-moved"
    assert control(facts, "anyford-2022", "(date, causedBy)") == ("2021-05-07/2023-05-04", None)
    (note,) = facts.one("SELECT note FROM control WHERE subject = 'control/ocd-anyford-2022'")
    assert "Labour Party: 6 of 10 seats in 2021, 5 of 10 in 2022; 1 passed between them and others." in note


def test_a_party_that_governs_on_without_its_majority_is_a_change_of_control(facts: Facts) -> None:
    assert control(facts, "anyford-2025", "(before, after, controllerBefore, controller)") == (
        "concept/control-majority",
        "concept/control-minority-administration",
        "party/liberal-democrats",
        "party/liberal-democrats",
    )


def test_seats_that_fell_vacant_are_no_changes_of_side(facts: Facts) -> None:
    assert rule(facts, "Wexmoor", 2022) == "seats-vacated-or-filled"


def test_no_election_was_held_in_2020_whatever_the_terms_say(facts: Facts) -> None:
    assert rule(facts, "Wexmoor", 2020) == "lost-through-seats-that-moved"
    assert rule(facts, "Wexmoor", 2021) == "at-an-election"


def test_a_term_that_was_written_in_later_tells_of_the_election_it_began_at(facts: Facts) -> None:
    assert facts.rows("SELECT date FROM contest WHERE body = 'council/ocd-great-anyshire'") == [("2017-05-04",)]


def test_terms_of_five_years_in_scotland_tell_of_no_election_after_one(facts: Facts) -> None:
    assert facts.rows("SELECT * FROM contest WHERE body = 'council/ocd-glen-any'") == []


def test_what_only_one_of_two_files_tells_is_no_change(facts: Facts) -> None:
    assert rule(facts, "Wexmoor", 2025) == "government-not-told"
    assert rule(facts, "Great Anyshire", 2025) == "others-not-told-apart"
    assert (
        facts.rows(
            "SELECT * FROM control WHERE subject IN ('control/ocd-wexmoor-2025', 'control/ocd-great-anyshire-2025')"
        )
        == []
    )


def test_a_mayor_without_a_majority_governs_in_a_minority(facts: Facts) -> None:
    assert control(facts, "mayorham-2025", "(after, controller)") == (
        "concept/control-minority-administration",
        "party/labour",
    )


def test_years_that_are_not_neighbours_are_not_compared(facts: Facts) -> None:
    assert facts.rows("SELECT * FROM control_pair WHERE year <> year_before + 1") == []
    assert facts.rows("SELECT * FROM control WHERE subject = 'control/ocd-great-anyshire-2024'") == []


def test_control_that_is_worded_in_a_new_way_stops_the_reader(tmp_path: Path) -> None:
    folder = shutil.copytree(FIXTURES / COMPOSITIONS, tmp_path / COMPOSITIONS)
    path = folder / "council_composition_history_2016-2025.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("LD min", "LD Junta"), encoding="utf-8")
    with pytest.raises(KgError, match=r"majority: LD Junta is not in control_labels\.csv"):
        Facts(COMPOSITIONS, folder)


def test_the_real_compositions_are_sound_and_every_seat_is_counted(real: Facts) -> None:
    assert real.faults() == []
    assert real.source.min_facts <= real.count() <= real.source.max_facts
    assert real.one("SELECT count(*) FROM (SELECT DISTINCT body, date FROM seats)") == 3881
    assert real.one("SELECT sum(seats) FROM seats") == real.one("SELECT sum(total::INTEGER) FROM staged.composition")


def test_the_numbers_agree_with_the_label_where_it_names_a_majority(real: Facts) -> None:
    differing = real.rows(
        """SELECT c.label, s.year, m.majority
        FROM state s JOIN council c USING (council) JOIN staged.composition m USING (id)
        WHERE m.majority IN ('Con', 'Lab', 'LD', 'SNP', 'Plaid', 'Green', 'CON', 'LAB', 'REF', 'PC', 'GRN')
            AND s.control <> 'concept/control-majority'"""
    )
    assert differing == []


def test_broxtowe_was_lost_through_eighteen_seats_that_moved(real: Facts) -> None:
    assert real.one(
        "SELECT (rule, moved) FROM control_pair JOIN council USING (council) WHERE label = 'Broxtowe' AND year = 2025"
    ) == (
        "lost-through-seats-that-moved",
        18,
    )
    assert control(real, "broxtowe-2025", "(before, controllerBefore, date, causedBy)") == (
        "concept/control-majority",
        "party/labour",
        "2024-05-03/2025-10-30",
        None,
    )
    elections = (
        "SELECT causedBy[1] FROM control WHERE body = 'council/ocd-broxtowe' AND causedBy IS NOT NULL ORDER BY 1"
    )
    assert real.rows(elections) == [("contest/ocd-broxtowe-election-2019",), ("contest/ocd-broxtowe-election-2023",)]


def test_nottinghamshire_went_to_reform_at_the_election_of_2025(real: Facts) -> None:
    assert control(real, "nottinghamshire-2025", "(controllerBefore, controller, date)") == (
        "party/conservative",
        "party/reform-uk",
        "2025-05-01",
    )


def test_a_county_and_the_unitary_authority_of_its_name_are_two_councils(real: Facts) -> None:
    assert real.rows("SELECT subject, identifier FROM body WHERE subject LIKE 'council/ocd-dorset%' ORDER BY 1") == [
        ("council/ocd-dorset", ["ocd:408", "la:DST"]),
        ("council/ocd-dorset-county", ["ocd:6"]),
    ]


def test_where_half_the_seats_change_hands_an_election_was_found(real: Facts) -> None:
    """Thanet's UKIP group fell apart in 2018, Broxtowe's Labour group in 2025: the only ones nearly so large."""
    large = real.rows(
        """SELECT c.label, p.year FROM control_pair p JOIN council c USING (council)
        WHERE NOT had_election AND moved >= 0.25 * total ORDER BY 2, 1"""
    )
    assert large == [("Thanet", 2018), ("Broxtowe", 2025)]


def test_terms_that_are_misprinted_are_read_as_they_were_meant(real: Facts) -> None:
    elections = "SELECT date FROM contest WHERE body = 'council/ocd-{}' ORDER BY date LIMIT 2"
    assert real.rows(elections.format("leicestershire")) == [("2017-05-04",), ("2021-05-06",)]
    assert real.rows(elections.format("dudley")) == [("2018-05-03",), ("2019-05-02",)]
    assert real.rows("SELECT subject FROM contest WHERE date LIKE '2020%'") == []


def test_how_control_changed_is_decided_for_every_pair_of_years(real: Facts) -> None:
    counts = dict(real.rows("SELECT rule, count(*) FROM control_pair GROUP BY rule"))
    assert sum(counts.values()) == 3881 - 419
    assert counts["at-an-election"] == 300
    assert counts["lost-through-seats-that-moved"] + counts["won-through-seats-that-moved"] == 64
