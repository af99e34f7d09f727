"""The table of councils' items: an item of an area or of a legislature is related to the council, and is not it."""

from pathlib import Path

import pytest

from tests.table_source import Facts

TABLE = "councils-wikidata"


@pytest.fixture(scope="module")
def table() -> Facts:
    return Facts(TABLE)


def items(facts: Facts, code: str, column: str) -> list[str]:
    found = facts.one(f"SELECT {column} FROM body WHERE list_contains(identifier, 'la:{code}')")
    return [item.rpartition("/")[2] for item in found or []]


def test_every_council_of_the_table_is_one_whose_facts_are_sound(table: Facts) -> None:
    assert table.one("SELECT count(*) FROM body") == 3
    assert table.faults() == []


def test_the_item_of_a_council_is_its_match_and_that_of_its_legislature_is_related(table: Facts) -> None:
    assert (items(table, "AFD", "exactMatch"), items(table, "AFD", "relatedMatch")) == (["Q99000101"], ["Q99000111"])


@pytest.mark.parametrize(
    ("code", "related"),
    [
        ("WXM", ["Q99000102"]),  # called as a place
        ("HMF", ["Q99000103", "Q99000112"]),  # the area of a legislature, whatever it is called
    ],
)
def test_the_item_of_an_area_is_no_match(table: Facts, code: str, related: list[str]) -> None:
    assert (items(table, code, "exactMatch"), items(table, code, "relatedMatch")) == ([], related)


def test_of_the_real_table_no_london_borough_but_one_has_an_item_of_its_own(shared_data: Path) -> None:
    real = Facts(TABLE, shared_data / "councils_wikidata")
    assert real.one("SELECT (count(*), count(exactMatch)) FROM body") == (409, 378)
    assert items(real, "BEX", "exactMatch") == []
    assert "Q207208" in items(real, "BEX", "relatedMatch")
