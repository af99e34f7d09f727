"""The register of councils: their names, codes, kinds and places, and what became of those that are no more."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from kg.errors import KgError
from kg.sources.entities import Entities, read_entities
from tests.table_source import FIXTURES, Facts

REGISTER = "councils-register"


@pytest.fixture(scope="module")
def register() -> Facts:
    return Facts(REGISTER)


@pytest.fixture(scope="module")
def real(shared_data: Path) -> Facts:
    return Facts(REGISTER, shared_data / "councils_register")


def council(facts: Facts, code: str, columns: str) -> object:
    return facts.one(f"SELECT {columns} FROM body WHERE list_contains(identifier, 'la:{code}')")


def test_every_authority_is_a_council_whose_facts_are_sound(register: Facts) -> None:
    assert register.one("SELECT count(*) FROM body WHERE source = 'source/councils-register'") == 7
    assert register.faults() == []


def test_two_blanks_in_a_name_are_one(register: Facts) -> None:
    assert council(register, "AFD", "(subject, label)") == (
        "council/anyford-district-council",
        "Anyford District Council",
    )


def test_a_council_has_the_codes_of_all_who_number_it_the_former_ones_too(register: Facts) -> None:
    assert council(register, "WXM", "identifier") == ["la:WXM", "gss:E07999002", "gss:E07999012", "ocd:9002"]
    assert council(register, "WXM", "(gss, notation)") == ("E07999002", ["E07999002", "WXM"])


def test_an_alternative_name_with_commas_is_one_name(register: Facts) -> None:
    assert council(register, "HMF", "altLabel") == ["Heath, Moor and Fen", "heath, moor, fen", "heathmoor"]


def test_of_two_spellings_that_differ_in_capitals_one_stays(register: Facts) -> None:
    assert council(register, "AFD", "altLabel") == ["Anyford", "anyford district"]


def test_a_district_lies_below_its_county_and_in_its_region(register: Facts) -> None:
    assert council(register, "AFD", "(councilType, county, region, country)") == (
        "concept/council-type-non-metropolitan-district",
        "council/great-anyshire-county-council",
        "place/east-midlands",
        "place/england",
    )
    assert register.one("SELECT within FROM place WHERE subject = 'place/east-midlands'") == "place/england"


def test_outside_england_the_region_is_the_nation(register: Facts) -> None:
    assert council(register, "GLN", "(region, country)") == ("place/scotland", "place/scotland")
    assert register.one("SELECT count(*) FROM place WHERE subject = 'place/scotland'") == 0


def test_an_abolished_council_leads_to_all_that_replaced_it(register: Facts) -> None:
    assert council(register, "OLD", '("end", replacedBy)') == (
        "2021-04-01",
        ["council/heath-moor-and-fen-council", "council/wexmoor-borough-council"],
    )


def test_a_place_on_the_map_is_told_to_ten_centimetres(register: Facts) -> None:
    assert council(register, "AFD", "(latitude, longitude)") == ("52.5", "-1.25")
    assert council(register, "HMF", "(latitude, longitude)") == ("50.9", "0.005047")


def test_a_combined_authority_is_a_body_whose_members_are_appointed(register: Facts) -> None:
    assert council(register, "EACA", "(councilType, start)") == ("concept/council-type-combined-authority", "2024-05")


def test_a_parish_is_not_matched_to_the_district_of_the_same_name() -> None:
    known = read_entities()
    parish = replace(next(iter(known)), ref="council/anyford-parish-council", label="Anyford Parish Council")
    namesake = Entities([*known, replace(parish, aliases=("Anyford",), gss="")], known.moved)
    facts = Facts(REGISTER, entities=namesake)
    assert council(facts, "AFD", "subject") == "council/anyford-district-council"
    assert facts.rows("SELECT subject FROM body WHERE subject = 'council/anyford-parish-council'") == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "England,East Midlands,CTY",
            "England,East Midlands,XYZ",
            "local-authority-type: XYZ is not in council_types.csv",
        ),
        ("England,East of England,UA", "England,The Fens,UA", "region: there is no place The Fens"),
        (
            '"Anyford,anyford,anyford district"',
            '"Anyford,anyford,anyford district,the ford"',
            "anyford district,the ford",
        ),
        ('"HMF,WXM"', '"HMF,WX9"', "WX9"),
        ("NMD,GAN,Old Heath", "NMD,GAX,Old Heath", "GAX"),
    ],
)
def test_what_the_register_may_not_say_stops_the_reader(tmp_path: Path, old: str, new: str, told: str) -> None:
    folder = shutil.copytree(FIXTURES / REGISTER, tmp_path / REGISTER)
    path = folder / "uk_local_authorities_current.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(KgError, match=told):
        Facts(REGISTER, folder)


def test_the_register_holds_470_authorities_past_and_current(real: Facts) -> None:
    assert real.one("SELECT count(*) FROM body") == 470
    assert real.one('SELECT count("end") FROM body') == 73
    assert real.one("SELECT count(replacedBy) FROM body") == 48
    assert real.faults() == []
    assert real.source.min_facts <= real.count() <= real.source.max_facts


def test_the_councils_of_the_documents_have_the_same_references_in_the_register(real: Facts) -> None:
    curated = [e for e in real.entities if e.ref.startswith("council/") and e.gss]
    assert {e.gss: e.ref for e in curated} == dict(
        real.rows(f"SELECT gss, subject FROM body WHERE gss IN ({', '.join(repr(e.gss) for e in curated)})")
    )


def test_st_albans_parish_council_in_nottinghamshire_is_not_st_albans_in_hertfordshire(real: Facts) -> None:
    parish = next(e for e in real.entities if e.ref == "council/st-albans-parish-council")
    city = council(real, "SAL", "(subject, county, region, altLabel)")
    assert city == (
        "council/st-albans-city-and-district-council",
        "council/hertfordshire-county-council",
        "place/east-of-england",
        ["St Albans"],
    )
    named_so = real.rows(
        "SELECT label FROM body WHERE label ILIKE '%parish%' OR list_contains(altLabel, 'St Albans Parish Council')"
    )
    assert named_so == []
    assert not parish.gss


def test_every_code_and_every_number_is_of_one_council(real: Facts) -> None:
    twice = "SELECT code FROM (SELECT unnest(identifier) AS code FROM body) GROUP BY code HAVING count(*) > 1"
    assert real.rows(twice) == []
    assert real.one("SELECT count(*) FROM (SELECT unnest(identifier) AS code FROM body) WHERE code LIKE 'ocd:%'") == 421
