"""Infoboxes: keys and values become facts by the rules of data/infobox.yaml, whatever the article."""

from pathlib import Path

import pytest

from kg.errors import KgError
from kg.sources.description import source
from kg.sources.documents.infobox import read_infobox
from kg.sources.documents.sheet import Fact
from kg.sources.entities import read_entities


def facts_of(data: Path, *fields: tuple[str, str]) -> list[Fact]:
    """The facts that an infobox with these keys and values states of the Anyford Residents."""
    lines = [f'- {{at: {i}-{i + 1}, key: "{key}", value: "{value}"}}' for i, (key, value) in enumerate(fields)]
    text = 'title: "Anyford Residents"\nheading: 0-1\nfields:\n' + "\n".join(lines) + "\n"
    (data / "sources" / "anyford-bulletin" / "infobox.yaml").write_text(text)
    read = read_infobox(source("anyford-bulletin", data), read_entities(data), data)
    return [fact for sentence in read for fact in sentence.facts]


def stated(fact: Fact) -> dict[str, tuple[str, ...]]:
    return {"about": (fact.about,), **fact.values}


def test_seats_are_counted_where_a_number_stands_beside_the_body(example_data: Path) -> None:
    (fact,) = facts_of(example_data, ("Seats1 Title", "Anyford Town Council"), ("Seats1", "4 / 12"))
    assert stated(fact) == {
        "about": ("seats/anyford-residents-anyford-town-council",),
        "affiliation": ("party/anyford-residents",),
        "body": ("council/anyford-town-council",),
        "seats": ("4",),
    }


def test_a_body_without_a_number_is_no_count(example_data: Path) -> None:
    (fact,) = facts_of(example_data, ("Seats3 Title", "Anyford Town Council"))
    assert stated(fact) == {"about": ("party/anyford-residents",), "seatsOn": ("council/anyford-town-council",)}


def test_an_officer_has_the_role_that_the_key_beside_the_name_tells(example_data: Path) -> None:
    (fact,) = facts_of(example_data, ("Leader7 Title", "Nominating Officer"), ("Leader7 Name", "Pat Example"))
    assert fact.about == "membership/pat-example-anyford-residents-nominating-officer"
    assert fact.values["role"] == ("concept/role-nominating-officer",)


def test_a_place_within_a_place_is_two_facts(example_data: Path) -> None:
    headquarters, around = facts_of(example_data, ("Headquarters", "Beeston, Nottinghamshire"))
    assert headquarters.values == {"headquarters": ("place/beeston",)}
    assert stated(around) == {"about": ("place/beeston",), "within": ("place/nottinghamshire",)}


@pytest.mark.parametrize(
    ("written", "date"), [("3 March 2024", "2024-03-03"), ("March 2024", "2024-03"), ("2024", "2024")]
)
def test_a_date_keeps_the_precision_in_which_it_is_written(written: str, date: str, example_data: Path) -> None:
    (fact,) = facts_of(example_data, ("Founded", written))
    assert fact.values == {"founded": (date,)}


def test_several_values_are_parted(example_data: Path) -> None:
    (fact,) = facts_of(example_data, ("Colours", "Green, Red"))
    assert fact.values == {"colourName": ("Green", "Red")}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ([("Seats1 Title", "Anyford Town Council"), ("Seats1", "some")], "'some' opens with no number of seats"),
        ([("Seats1", "4")], "'Seats1' needs the key 'Seats1 Title', which is not there"),
        ([("Leader1 Title", "Jester"), ("Leader1 Name", "Pat Example")], "there is no role 'jester'"),
        ([("Split", "Nobody's Party")], 'nothing is named "Nobody\'s Party" in data/entities'),
        ([("Ideology", "Weather")], "'Weather' is no concept of the scheme 'ideology'"),
        ([("Mascot", "Owl")], "no rule in data/infobox.yaml reads the key 'Mascot'"),
    ],
)
def test_what_cannot_be_read_is_refused(fields: list[tuple[str, str]], reason: str, example_data: Path) -> None:
    with pytest.raises(KgError) as refused:
        facts_of(example_data, *fields)
    assert reason in str(refused.value)
    assert "infobox.yaml:" in str(refused.value)


def test_a_rule_that_does_not_say_what_to_do_is_refused(example_data: Path) -> None:
    rules = example_data / "infobox.yaml"
    rules.write_text(rules.read_text().replace("{role: founder}", "{roll: founder}"))
    with pytest.raises(KgError, match=r"infobox.yaml:\d+: 'Founder' needs one of"):
        facts_of(example_data, ("Founder", "Pat Example"))
