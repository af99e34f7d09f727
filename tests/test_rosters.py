"""Councillors from yearly rosters: who is who from one file to the next, what a change of label means, what is told."""

import csv
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from kg.errors import KgError
from kg.mapping import mapping
from tests.table_source import FIXTURES, Facts

ROSTERS = "ocd-councillors"
INDEPENDENT = "status/independent-or-other"


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts(ROSTERS)


@pytest.fixture(scope="module")
def real(shared_data: Path) -> Facts:
    return Facts(ROSTERS, shared_data / "ocd_councillors")


def forms(facts: Facts, person: str) -> set[str]:
    """All names that a person bears in the rosters."""
    rows = facts.rows(f"SELECT list_append(altLabel, label), label FROM person WHERE subject = 'person/{person}'")
    return {name for several, label in rows for name in several or [label]}


def years(facts: Facts, person: str) -> list[tuple[str, list[str]]]:
    """What a person sat for, and the files that show it."""
    return facts.rows(
        f"SELECT affiliation, observedIn FROM membership WHERE member = 'person/{person}' ORDER BY subject"
    )


def rule(facts: Facts, name: str, year: int) -> Any:
    """The rule that decided about the label that somebody had in the file of a year and lost by the next."""
    return facts.one(f"SELECT rule FROM label_pair WHERE name = '{name}' AND year = {year}")


def own_statements(facts: Facts) -> int:
    """How many values the rosters state, without what we infer from them."""
    tables = {name: cls for name, cls in mapping().items() if name not in {"change", "claim"}}
    sums = {name: " + ".join(f'count("{prop}")' for prop in cls.properties) for name, cls in tables.items()}
    return sum(facts.one(f'SELECT {total} FROM "{name}"') for name, total in sums.items())


def change(facts: Facts, defector: str, columns: str) -> Any:
    return facts.one(f"SELECT {columns} FROM change WHERE defector = 'person/{defector}'")


def test_the_facts_of_the_fixture_are_sound(facts: Facts) -> None:
    assert facts.faults() == []


# Names


def test_titles_honours_offices_and_order_make_no_other_person(facts: Facts) -> None:
    assert forms(facts, "ann-reed-anyford") == {"Ann Reed", "Ann M Reed", "A M Reed"}
    all_years = [str(year) for year in range(2016, 2027)]
    assert years(facts, "ann-reed-anyford") == [("party/labour", all_years)]


@pytest.mark.parametrize(
    ("person", "names"),
    [
        ("steve-oak-anyford", {"Steve Oak", "Stephen J Oak", "Steven Oak"}),
        ("j-t-lark-anyford", {"J T Lark", "Jim Lark", "James Lark"}),
        ("joanne-orourke-anyford", {"Joanne O'Rourke"}),
        ("zoe-muller-anyford", {"Zoë Müller", "Zoe Muller", "Zoe Müller"}),
        ("colin-maccaw-anyford", {"Colin MacCaw", "Colin Mac Caw", "Colin McCaw"}),
    ],
    ids=["nicknames", "initials", "escapes and apostrophes", "accents", "spaced surnames"],
)
def test_one_name_that_is_written_in_several_ways_is_one_person(facts: Facts, person: str, names: set[str]) -> None:
    assert forms(facts, person) == names


def test_a_woman_who_marries_keeps_her_seat(facts: Facts) -> None:
    assert forms(facts, "jane-smith-anyford") == {"Jane Smith", "Jane Smith-Jones"}
    assert forms(facts, "ida-bell-anyford") == {"Ida Bell", "Ida Crane"}


def test_the_latest_form_of_a_name_is_the_label(facts: Facts) -> None:
    assert facts.one("SELECT label FROM person WHERE subject = 'person/steve-oak-anyford'") == "Steven Oak"


# Namesakes, duplicates, nobody


def test_the_same_name_in_two_wards_of_one_file_is_two_people(facts: Facts) -> None:
    assert years(facts, "john-ash-anyford") == [("party/labour", ["2016", "2017", "2018"])]
    assert years(facts, "john-ash-anyford-hill") == [("party/conservative", ["2016", "2017", "2018"])]


def test_namesakes_whom_only_an_initial_tells_apart_stay_two(facts: Facts) -> None:
    assert [observed for _, observed in years(facts, "kit-vale-anyford")] == [["2023", "2024", "2025", "2026"]]
    assert [party for party, _ in years(facts, "kit-l-vale-anyford")] == [
        "party/labour",
        "party/green-party-of-england-and-wales",
    ]


def test_who_shares_no_more_than_a_surname_and_a_seat_is_somebody_else(facts: Facts) -> None:
    assert years(facts, "una-kerr-anyford") == [("party/labour", ["2016", "2017"])]
    assert years(facts, "uri-kerr-anyford") == [("party/labour", ["2019", "2020", "2021", "2022"])]


def test_one_name_on_two_councils_is_left_to_the_links(facts: Facts) -> None:
    assert facts.one("SELECT count(*) FROM person WHERE label = 'Ann Reed'") == 2


def test_a_row_that_stands_there_twice_is_one_seat(facts: Facts) -> None:
    assert years(facts, "ray-elm-anyford") == [("party/labour", ["2023", "2024", "2025", "2026"])]


def test_vacant_seats_have_no_member(facts: Facts) -> None:
    assert facts.rows("SELECT label FROM person WHERE label ILIKE '%vacan%' OR label = ''") == []
    assert facts.rows("SELECT label FROM affiliation WHERE label ILIKE '%vacan%'") == []


# Elections


def test_who_stands_for_another_party_at_an_election_changes_no_side(facts: Facts) -> None:
    assert rule(facts, "Sal West", 2018) == "across-an-election"
    assert rule(facts, "Eli Yeo", 2024) == "across-an-election"


def test_the_roster_of_may_2019_shows_who_had_moved_before_the_election(facts: Facts) -> None:
    assert rule(facts, "Lou Penn", 2018) == "moved-before-the-election"
    assert change(facts, "lou-penn-anyford", "date") == "2018-05-04/2019-05-02"


def test_no_election_was_held_in_2020(facts: Facts) -> None:
    assert rule(facts, "Peg Low", 2019) == "kept-afterwards"
    assert rule(facts, "Tom Rix", 2020) == "across-an-election"


def test_the_half_of_a_council_that_was_not_up_is_not_elected(facts: Facts) -> None:
    """The files of 2022 and 2023 give its seats the term of the other half."""
    assert rule(facts, "Hal Dunn", 2023) == "kept-afterwards"


def test_a_member_who_is_elected_for_a_redrawn_ward_is_the_same_person(facts: Facts) -> None:
    wards = facts.rows(
        "SELECT electorate, observedIn[1] FROM membership WHERE member = 'person/di-holt-anyford' ORDER BY subject"
    )
    assert wards == [
        ("electorate/mill-of-anyford", "2016"),
        ("electorate/mill-weir-of-anyford", "2019"),
        ("electorate/weir-valley-of-anyford", "2023"),
    ]


# Changes of label


def test_a_group_that_is_given_its_name_at_last_changes_no_side(facts: Facts) -> None:
    assert {rule(facts, name, 2020) for name in ("Pat Brand", "Rex Coe", "Tess Dorn", "Al Egan")} == {"named-at-last"}
    assert {rule(facts, name, 2022) for name in ("Pat Brand", "Rex Coe")} == {"named-no-more"}


def test_those_who_leave_a_party_together_are_changes_and_their_later_name_is_none(facts: Facts) -> None:
    left = facts.rows(
        """SELECT defector, kind FROM change
        WHERE body = 'council/ocd-anyford' AND fromAffiliation = 'party/labour'
            AND toAffiliation = 'status/independent-or-other' AND date LIKE '2024-%' ORDER BY 1"""
    )
    people = ["bea-finn", "cy-gould", "dot-hale", "ed-ince"]
    assert left == [(f"person/{name}-anyford", "affiliation-change") for name in people]
    assert rule(facts, "Bea Finn", 2025) == "named-at-last"


def test_who_moves_from_one_party_to_another_defects(facts: Facts) -> None:
    columns = "(kind, fromAffiliation, toAffiliation, mechanism, status)"
    assert change(facts, "ivy-mead-anyford", columns) == (
        "defection",
        "party/labour",
        "party/anyford-alliance-pp99002",
        "concept/mechanism-crossing",
        "concept/status-inferred",
    )


def test_a_party_that_is_renamed_is_one_party(facts: Facts) -> None:
    assert years(facts, "guy-marl-anyford") == [("party/reform-uk", ["2019", "2020", "2021", "2022"])]


def test_a_label_that_is_undone_in_the_next_file_is_a_change_of_low_confidence(facts: Facts) -> None:
    rows = facts.rows("SELECT confidence FROM change WHERE defector = 'person/meg-tarn-anyford'")
    assert [float(confidence) < 0.75 for (confidence,) in rows] == [True, True]


def test_where_rosters_were_revised_only_the_later_of_two_steps_is_true(facts: Facts) -> None:
    assert rule(facts, "Nat Ford", 2023) == "revised-backwards"
    assert change(facts, "nat-ford-anyford", "(fromAffiliation, toAffiliation, date)") == (
        "party/liberal-democrats",
        INDEPENDENT,
        "2024-05-03/2025-10-30",
    )


def test_nobody_leaves_a_party_before_it_exists(facts: Facts) -> None:
    assert rule(facts, "Pip Hay", 2024) == "before-its-time"


def test_who_is_shown_for_a_party_before_it_exists_was_independent_then(facts: Facts) -> None:
    assert change(facts, "ola-grey-anyford", "(kind, toAffiliation)") == ("affiliation-change", INDEPENDENT)


def test_every_pair_of_labels_is_kept_with_its_verdict(facts: Facts) -> None:
    assert facts.one("SELECT count(*) FROM label_pair") == 34
    assert facts.one("SELECT count(*) FROM label_pair WHERE verdict = 'change'") == facts.one(
        "SELECT count(*) FROM change"
    )


def test_a_judged_pair_has_its_rows_its_rule_and_what_came_of_it(facts: Facts) -> None:
    assert facts.one("SELECT count(*) FROM judged") == 34
    columns = "(verdict, rule, change, earlierLabel, laterLabel, earlierRow, laterRow)"
    assert facts.one(f"SELECT {columns} FROM judged WHERE person = 'person/nat-ford-anyford' AND earlier = '2023'") == (
        "not-a-change",
        "revised-backwards",
        None,
        "Independent / Other",
        "Liberal Democrats",
        "councillors_2023: Anyford | Gate | Nat Ford | Independent / Other",
        "councillors_2024: Anyford | Gate | Nat Ford | Liberal Democrats",
    )
    assert facts.rows("SELECT change FROM judged WHERE verdict = 'change' ORDER BY 1") == facts.rows(
        "SELECT subject FROM change ORDER BY 1"
    )


def test_every_rule_of_the_table_is_needed_by_the_real_rosters(real: Facts) -> None:
    assert real.rows("SELECT name FROM rule WHERE name NOT IN (SELECT rule FROM label_pair)") == []


# What is told


def test_a_change_ends_one_membership_and_starts_the_next(facts: Facts) -> None:
    assert change(facts, "hal-dunn-wexmoor", "(endsMembership, startsMembership)") == (
        ["membership/hal-dunn-wexmoor-2016"],
        ["membership/hal-dunn-wexmoor-2024"],
    )


def test_an_inferred_change_rests_on_two_rows_and_two_memberships(facts: Facts) -> None:
    claim = facts.one(
        """SELECT (row, value, statedIn, derivedFrom)
        FROM claim JOIN change ON change.subject = claim.about WHERE defector = 'person/bea-finn-anyford'"""
    )
    assert claim == (
        [
            "councillors_2024: Anyford | South | Bea Finn | Labour Party",
            "councillors_2025: Anyford | South | Bea Finn | Independent / Other",
        ],
        "affiliation-change",
        "source/inferred-changes",
        ["membership/bea-finn-anyford-2023", "membership/bea-finn-anyford-2025"],
    )
    assert facts.one("SELECT count(*) FROM claim") == facts.one("SELECT count(*) FROM change")


def test_the_reasons_for_a_confidence_are_told(facts: Facts) -> None:
    confidence, reasons = change(facts, "bea-finn-anyford", "(confidence, confidenceReason)")
    assert float(confidence) > 0.9
    assert reasons == [
        f"concept/evidence-{reason}"
        for reason in ("same-name", "same-ward", "same-term", "moved-together", "catch-all-label")
    ]


def test_a_membership_begins_on_the_day_of_an_election_and_else_between_two_files(facts: Facts) -> None:
    begun = "SELECT (start, startReason) FROM membership WHERE subject = 'membership/{}'"
    assert facts.one(begun.format("bea-finn-anyford-2023")) == ("2023-05-04", "concept/mechanism-elected")
    assert facts.one(begun.format("bo-lunt-anyford-2018")) == ("2017-05-05/2019-05-02", None)
    assert facts.one(begun.format("una-kerr-anyford-2016")) == ("../2017-05-04", None)
    assert facts.one(begun.format("hal-dunn-wexmoor-2024")) == (
        "2023-05-05/2025-01-01",
        "concept/mechanism-changed-affiliation",
    )


def test_a_membership_that_the_last_file_shows_has_no_end(facts: Facts) -> None:
    ended = "SELECT \"end\" FROM membership WHERE subject = 'membership/{}'"
    assert facts.one(ended.format("ray-elm-anyford-2023")) is None
    assert facts.one(ended.format("sal-west-anyford-2016")) == "2019-05-02"
    assert facts.one(ended.format("una-kerr-anyford-2016")) == "2017-05-05/2019-05-02"


def test_councils_have_the_identifiers_of_the_table_of_may_2019(facts: Facts) -> None:
    assert facts.rows("SELECT subject, label, identifier FROM body ORDER BY 1")[0] == (
        "council/ocd-anyford",
        "Anyford",
        ["ocd:9001", "gss:E07999001"],
    )


def test_a_party_with_a_stray_tab_and_a_curly_apostrophe_has_a_plain_reference(facts: Facts) -> None:
    told = facts.one("SELECT (subject, label, identifier) FROM affiliation WHERE electoralCommissionId = 'PP99003'")
    assert told == ("party/wexmoor-taxpayers-association-pp99003", "Wexmoor Taxpayers’ Association", ["ec:PP99003"])


def test_independent_or_other_is_a_status(facts: Facts) -> None:
    assert facts.one(f"SELECT count(*) FROM affiliation WHERE subject = '{INDEPENDENT}'") == 1


# Faults


def rosters_with(tmp_path: Path, year: int, cells: list[str]) -> Path:
    """A copy of the fixture with one more row in the file of a year."""
    folder = shutil.copytree(FIXTURES / ROSTERS, tmp_path / ROSTERS)
    with (folder / f"councillors_{year}.csv").open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerow(cells)
    return folder


def test_a_council_that_is_not_known_stops_the_reader(tmp_path: Path) -> None:
    folder = rosters_with(tmp_path, 2020, ["Nowhere", "North", "Ann Reed", "2023-05-04", "Labour Party", "PP53"])
    with pytest.raises(KgError, match=r"councillors_2020: Council: Nowhere is neither in councils_2019-05 nor"):
        Facts(ROSTERS, folder)


def test_a_party_without_a_reference_stops_the_reader(tmp_path: Path) -> None:
    folder = rosters_with(tmp_path, 2020, ["Anyford", "North", "Abe Roe", "2023-05-04", "Any Party", ""])
    with pytest.raises(KgError, match="Party Name: Any Party has no Electoral Commission reference"):
        Facts(ROSTERS, folder)


def test_a_name_of_titles_alone_stops_the_reader(tmp_path: Path) -> None:
    folder = rosters_with(tmp_path, 2020, ["Anyford", "North", "Cllr Dr (Mayor)", "2023-05-04", "Labour Party", "PP53"])
    with pytest.raises(KgError, match=r"nothing is left of Cllr Dr \(Mayor\)"):
        Facts(ROSTERS, folder)


# The rosters themselves


def test_the_real_rosters_are_sound(real: Facts) -> None:
    assert real.faults() == []
    assert real.source.min_facts <= own_statements(real) <= real.source.max_facts


def test_every_row_of_somebody_is_in_one_membership(real: Facts) -> None:
    assert real.one("SELECT sum(len(observedIn)) FROM membership") == real.one("SELECT count(*) FROM seat")
    assert real.one("SELECT count(*) FROM staged.councillors") - real.one("SELECT count(*) FROM seat") < 700


EIGHTEEN = [
    "Bofinger",
    "Bullock",
    "Bunn",
    "Carr",
    "Cullen",
    "Dannheimer",
    "Harlow",
    "Jeremiah",
    "Marshall",
    "McGrath",
    "Paterson",
    "Radulovic",
    "Skinner",
    "Smith",
    "Smith",
    "Tideswell",
    "Webb",
    "Woodhead",
]


def test_the_eighteen_who_left_labour_in_broxtowe_are_found_and_nobody_else(real: Facts) -> None:
    left = real.rows(
        """SELECT split_part(label, ':', 1), kind, toAffiliation FROM change
        WHERE body = 'council/ocd-broxtowe' AND date = '2024-05-03/2025-10-30' ORDER BY 1"""
    )
    assert sorted(name.split()[-1] for name, _, _ in left) == EIGHTEEN
    assert {(kind, to) for _, kind, to in left} == {("affiliation-change", INDEPENDENT)}


def test_that_their_group_was_named_later_is_no_second_defection(real: Facts) -> None:
    found = real.rows(
        """SELECT from_label, to_label, verdict, count(*) FROM label_pair
        WHERE council = 'Broxtowe' AND year = 2025 GROUP BY ALL ORDER BY 1, 2"""
    )
    assert found == [
        ("Independent / Other", "Broxtowe Alliance", "not-a-change", 17),
        ("Independent / Other", "Broxtowe Independent Group", "not-a-change", 5),
        ("Labour Party", "Broxtowe Alliance", "change", 1),
    ]


def test_five_left_labour_in_nottingham_for_the_peoples_alliance(real: Facts) -> None:
    left = real.rows(
        """SELECT label FROM change WHERE body = 'council/ocd-nottingham'
        AND toAffiliation LIKE 'party/nottingham-peoples-alliance%' ORDER BY 1"""
    )
    names = ["Anwar Khan", "Faith Gakanje-Ajala", "Imran Jalil", "Kirsty L Jones", "Naim Salim"]
    assert [label.split(":")[0] for (label,) in left] == names


def test_the_two_kirsty_joneses_are_told_apart(real: Facts) -> None:
    assert [len(observed) for _, observed in years(real, "kirsty-jones-nottingham")] == [8]
    assert [party for party, _ in years(real, "kirsty-l-jones-nottingham")] == [
        "party/labour",
        "party/nottingham-peoples-alliance",
    ]


def test_roy_allan_has_one_seat_in_gedling(real: Facts) -> None:
    assert years(real, "roy-allan-gedling") == [("party/labour", ["2023", "2024", "2025", "2026"])]


def test_a_county_and_its_successor_are_two_councils(real: Facts) -> None:
    codes = real.rows("SELECT subject, identifier FROM body WHERE label = 'Buckinghamshire' ORDER BY 1")
    assert codes == [
        ("council/ocd-buckinghamshire", ["ocd:413", "gss:E06000060"]),
        ("council/ocd-buckinghamshire-county", ["ocd:1", "gss:E10000002"]),
    ]


def test_what_became_of_every_label_is_decided(real: Facts) -> None:
    counts = dict(real.rows("SELECT verdict, count(*) FROM label_pair GROUP BY 1"))
    assert counts == {"change": 2065, "not-a-change": 1115, "other-person": 5}


def test_the_rosters_are_read_in_seconds_and_always_alike(real: Facts, shared_data: Path) -> None:
    began = time.process_time()
    again = Facts(ROSTERS, shared_data / "ocd_councillors")
    assert time.process_time() - began < 15  # about 5 on the machine it was written on
    digest = "SELECT bit_xor(hash({0})), count(*) FROM {0}"
    for table in ("person", "membership", "change", "claim", "electorate", "label_pair"):
        assert again.rows(digest.format(table)) == real.rows(digest.format(table)), table
