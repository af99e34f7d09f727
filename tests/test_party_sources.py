"""Registers and lists of parties: numbers, names, dates, items in Wikidata, colours."""

import shutil
from pathlib import Path

import pytest

from kg.errors import KgError
from tests.table_source import FIXTURES, Facts

SOURCES = ["electoral-commission", "council-party-labels", "party-facts", "parlitools"]


def party(facts: Facts, ref: str, columns: str) -> object:
    return facts.one(f"SELECT {columns} FROM affiliation WHERE subject = '{ref}'")


@pytest.fixture(scope="module")
def register() -> Facts:
    return Facts("electoral-commission")


@pytest.mark.parametrize("slug", SOURCES)
def test_the_facts_of_the_fixtures_are_sound(slug: str) -> None:
    assert Facts(slug).faults() == []


@pytest.mark.parametrize(("slug", "parties"), [*zip(SOURCES, [1001, 77, 49, 26], strict=True)])
def test_the_real_lists_are_sound_and_as_long_as_described(slug: str, parties: int, shared_data: Path) -> None:
    facts = Facts(slug, shared_data / "parties")
    assert facts.faults() == []
    assert facts.source.min_facts <= facts.count() <= facts.source.max_facts
    assert facts.one("SELECT count(*) FROM affiliation") == parties


def test_a_campaigner_in_elections_or_referendums_is_no_party(register: Facts) -> None:
    numbers = [n for (n,) in register.rows("SELECT unnest(notation) FROM affiliation")]
    assert not [n for n in numbers if n.startswith(("TP", "PerPar"))]


def test_a_minor_party_is_a_party_and_says_so(register: Facts) -> None:
    assert party(register, "party/friends-of-anyford-green-ppm99004", "(electoralCommissionId, note)") == (
        "PPm99004",
        ["A minor party: it may stand at parish and community elections only."],
    )


def test_a_party_on_both_registers_has_two_numbers(register: Facts) -> None:
    assert party(register, "party/anyford-hedge-party-pp99001", "(electoralCommissionId, identifier, registered)") == (
        "PP99001",
        ["ec:PP99001", "ec:PP99002"],
        "2002-10-03",
    )


def test_one_name_at_two_times_is_two_parties(register: Facts) -> None:
    assert party(register, "party/anyford-hedge-party-pp99003", "identifier") == ["ec:PP99003"]


def test_a_second_number_under_another_name_is_declared(register: Facts) -> None:
    assert party(register, "party/conservative", "(label, altLabel, identifier)") == (
        "Conservative Party",
        ["Conservative and Unionist Party"],
        ["ec:PP51", "ec:PP52"],
    )


def test_the_green_parties_are_told_apart_though_the_register_names_them_alike(register: Facts) -> None:
    assert party(register, "party/green-party-of-england-and-wales", "(identifier, area)") == (
        ["ec:PP63"],
        ["place/england", "place/wales"],
    )
    assert party(register, "party/green-party-northern-ireland", "(identifier, area)") == (
        ["ec:PP305"],
        ["place/northern-ireland"],
    )


def test_leaving_the_register_is_noted_and_is_not_dissolution(register: Facts) -> None:
    assert party(register, "party/anyford-hedge-party-pp99001", "(label, dissolved, note)") == (
        "Anyford Hedge Party",
        None,
        ["PP99001 left the register on 2003-09-02.", "PP99002 left the register on 2003-09-05."],
    )


def test_an_entry_of_a_new_type_stops_the_reader(tmp_path: Path) -> None:
    folder = shutil.copytree(FIXTURES / "electoral-commission", tmp_path / "register")
    path = folder / "ec_register_2014-10.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Minor Party", "Tiny Party"), encoding="utf-8")
    with pytest.raises(KgError, match=r"Entity type: Tiny Party is not in entry_types\.csv"):
        Facts("electoral-commission", folder)


def test_a_label_without_a_number_is_of_no_registered_party() -> None:
    labels = Facts("council-party-labels")
    assert labels.rows("SELECT subject, altLabel, seatsOn FROM affiliation ORDER BY 1") == [
        ("party/anyford-hedge-party-pp99001", ["The Hedge Group"], ["council/labels-anyford"]),
        ("party/labour", ["Labour"], None),
    ]


def test_a_row_with_the_number_of_another_party_is_set_aside() -> None:
    labels = Facts("council-party-labels")
    assert labels.rows("SELECT * FROM affiliation WHERE electoralCommissionId = 'PP99007'") == []


def test_an_item_of_one_party_is_its_exact_match_and_of_two_it_is_of_neither() -> None:
    facts = Facts("party-facts")
    assert party(facts, "party/labour", "(exactMatch, founded)") == (["http://www.wikidata.org/entity/Q99001"], "1900")
    assert party(facts, "party/sinn-fein", "exactMatch") is None
    assert facts.rows("SELECT * FROM affiliation WHERE list_contains(identifier, 'partyfacts:99963')") == []


def test_a_party_of_before_the_register_has_no_number() -> None:
    assert party(Facts("party-facts"), "party/anyshire-reform-league-partyfacts-99001", "(identifier, dissolved)") == (
        ["partyfacts:99001"],
        "1867",
    )


def test_colours_are_of_affiliations_that_have_an_identity() -> None:
    assert Facts("parlitools").rows("SELECT subject, colour FROM affiliation ORDER BY 1") == [
        ("party/labour", "#DC241F"),
        ("status/independent", "#DDDDDD"),
    ]
