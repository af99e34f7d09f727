"""The national questions, said once more in words: of the invented world, and of the public data where at hand."""

from collections.abc import Callable
from functools import cache

import pytest

from kg.builds import Build
from kg.formats import BY_NAME
from kg.iris import shorten
from kg.queries import canned, find
from kg.store import Quads

Answer = Callable[..., list[dict[str, str]]]


def answers(build: Build) -> Answer:
    """Ask a canned query of a build; parameters by name, an underscore after one that Python keeps for itself."""
    quads = build.open()

    def answer(name: str, **params: str) -> list[dict[str, str]]:
        asked = quads.query(find(name).fill({key.rstrip("_"): value for key, value in params.items()}))
        rows = [[shorten(value or "") for value in row] for row in asked.rows()]
        return [dict(zip(asked.variables, row, strict=True)) for row in rows]

    return answer


@pytest.fixture(scope="module")
def anyford(invented: Build) -> Answer:
    return answers(invented)


@pytest.fixture(scope="module")
def kingdom(public: Build) -> Answer:
    return answers(public)


# The invented world


def test_the_rosters_name_the_four_of_whom_the_report_names_one(anyford: Answer) -> None:
    named = anyford(
        "who-names-whom-of-a-collective-defection", defection="defection/anyford-councillors-from-labour-2025"
    )
    assert {row["name"]: row["namedInReport"] for row in named} == {
        "Bea Finn": "true",
        "Cy Gould": "false",
        "Dot Hale": "false",
        "Ed Ince": "false",
    }
    (numbers,) = (
        row
        for row in anyford("do-reports-and-rosters-agree-on-numbers")
        if row["where"].endswith("anyford-district-council")
    )
    assert [numbers[column] for column in ("left", "inReports", "inRosters", "agree")] == ["4", "1", "4", "true"]


def test_who_was_back_before_the_next_roster_is_reported_and_not_seen(anyford: Answer) -> None:
    missing = {row["label"]: row["missing"] for row in anyford("reported-but-not-seen-in-rosters")}
    assert missing["Gus Kay leaves Labour"] == "1"
    assert "Councillors of Anyford leave Labour" not in missing


def test_what_a_report_confirms_is_no_longer_only_inferred(anyford: Answer) -> None:
    assert not {"Bea Finn", "Cy Gould"} & {row["name"] for row in anyford("inferred-but-unreported")}


def test_three_suspended_on_one_day_come_back_go_on_and_resign(anyford: Answer) -> None:
    fates = {
        row["name"]: (row["became"], row["days"], row["seatEnded"])
        for row in anyford("independents-and-what-became-of-each")
    }
    assert fates == {
        "Fay Judd": ("party/labour", "196", ""),
        "Gil Hart": ("party/green-party-of-england-and-wales", "219", ""),
        "Nan Pell": ("", "", "Resigned the seat"),
    }


def test_members_of_a_collective_move_are_not_counted_twice(anyford: Answer) -> None:
    (moved,) = anyford("largest-collective-moves", body="council/anyford-district-council")
    assert moved["members"] == "4"
    lost = anyford(
        "net-flow-by-year-and-body", body="council/anyford-district-council", since="2025-03-01", until="2025-03-31"
    )
    assert [row["lost"] for row in lost if row["affiliation"] == "party/labour"] == ["4"]


def test_a_seat_resigned_after_a_change_was_filled_by_another_party(anyford: Answer) -> None:
    (seat,) = anyford("by-elections-after-a-change")
    assert (seat["name"], seat["winnerName"], seat["wonFor"]) == ("Nan Pell", "Ott Quaid", "party/reform-uk")
    assert anyford("by-elections-after-a-change", within=str(int(seat["days"]) - 1)) == []


def test_a_majority_of_six_in_ten_was_lost_through_the_two_who_left(anyford: Answer) -> None:
    (lost,) = anyford("control-lost-through-changes-of-side", region="place/east-midlands", since="2024-01-01")
    assert (lost["body"], lost["lostBy"]) == ("council/anyford-district-council", "party/liberal-democrats")
    assert (lost["members"], lost["inferred"]) == ("2", "2")


def test_a_confidence_asked_for_leaves_the_reported_changes_alone(anyford: Answer) -> None:
    joined = anyford("who-joined-a-party", joined="party/green-party-of-england-and-wales", minimum="0.99")
    assert [row["how"] for row in joined] == ["Reported"]


# The public data


def test_the_eighteen_of_broxtowe_are_all_named_and_the_numbers_agree(kingdom: Answer) -> None:
    named = kingdom("who-names-whom-of-a-collective-defection", defection="defection/broxtowe-councillors-from-labour")
    assert len({row["person"] for row in named}) == 18
    assert {row["name"] for row in named if row["namedInReport"] == "true"} >= {"Greg Marshall", "Ross Bofinger"}
    assert all(row["confidence"] for row in named)
    (numbers,) = (row for row in kingdom("do-reports-and-rosters-agree-on-numbers") if "broxtowe" in row["where"])
    assert [numbers[column] for column in ("left", "inReports", "inRosters", "agree")] == ["18", "3", "18", "true"]


def test_of_seven_suspended_in_july_2024_six_came_back_and_one_joined_your_party(kingdom: Answer) -> None:
    became = {row["name"]: row["became"] for row in kingdom("independents-and-what-became-of-each")}
    assert len(became) == 7
    assert became.pop("Zarah Sultana") == "party/your-party"
    assert set(became.values()) == {"party/labour"}


def test_labour_lost_broxtowe_through_the_eighteen(kingdom: Answer) -> None:
    lost = {row["body"]: row for row in kingdom("control-lost-through-changes-of-side", region="place/east-midlands")}
    broxtowe = lost["council/broxtowe-borough-council"]
    assert (broxtowe["lostBy"], broxtowe["members"], broxtowe["inferred"]) == ("party/labour", "18", "0")


def test_twenty_one_conservatives_lost_the_whip_on_one_day_in_2019(kingdom: Answer) -> None:
    first = kingdom("largest-collective-moves", body="body/house-of-commons")[0]
    assert (first["from"], first["earliest"], first["members"]) == ("party/conservative", "2019-09-04", "21")


@pytest.mark.parametrize("name", [n for n, query in canned().items() if query.form != "ASK" and not query.federated])
def test_a_query_finds_something_in_the_public_data(name: str, public: Build) -> None:
    answer = opened(public).query(find(name).text)
    assert list(answer.rows()) if answer.form == "select" else answer.serialize(BY_NAME["nt"])


@cache
def opened(build: Build) -> Quads:
    return build.open()
