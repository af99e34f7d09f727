"""Elections and changes of control that several sources tell of, and the changes of side that control followed from."""

import pytest

from kg.facts import Connection, connect, insert
from kg.link.events import join_events
from kg.link.names import define_name_macros
from kg.link.references import aliases, create_aliases
from kg.quads import define_macros
from tests.linked import described

PAPER, COUNTS, OWN = "source/guardian-broxtowe-2025", "source/ocd-compositions", "source/inferred-changes"
MAJORITY, HUNG = "concept/control-majority", "concept/control-no-overall-control"
MINORITY = "concept/control-minority-administration"
ANYFORD = "council/anyford-district-council"


@pytest.fixture
def facts() -> Connection:
    """Anyford: Labour falls from 12 of 20 seats to 8 between two counts, in a year without an election."""
    connection = connect()
    define_macros(connection)
    create_aliases(connection, described())
    define_name_macros(connection)
    control(connection, "control/ocd-anyford-2025", COUNTS, date="2024-05-03/2025-10-30", after=MINORITY)
    for affiliation, seats in (("party/labour", 8), ("status/independent-or-other", 12)):
        row = {"body": ANYFORD, "affiliation": affiliation, "seats": seats, "date": "2025-05-02/2025-10-30"}
        insert(connection, "seats", [{"source": COUNTS, "subject": f"seats/{affiliation[-5:]}", **row}])
    return connection


def control(connection: Connection, ref: str, source: str, **told: object) -> None:
    row = {"body": ANYFORD, "before": MAJORITY, "controllerBefore": "party/labour", **told}
    insert(connection, "control", [{"source": source, "subject": ref, **row}])


def leave(connection: Connection, count: int, date: str = "2024-05-03/2025-10-30") -> None:
    """So many members of Anyford leave Labour."""
    told = {
        "source": OWN,
        "kind": "affiliation-change",
        "body": ANYFORD,
        "fromAffiliation": "party/labour",
        "date": date,
    }
    insert(connection, "change", [{"subject": f"defection/member-{i}", **told} for i in range(count)])


def causes(connection: Connection) -> list[str]:
    found = connection.execute("SELECT causedBy FROM control WHERE source = ?", [OWN]).fetchall()
    return [cause for (several,) in found for cause in several]


def test_a_change_of_control_that_two_sources_tell_of_is_one(facts: Connection) -> None:
    control(facts, "control/anyford-2025", PAPER, date="2025-01", after=HUNG)
    join_events(facts)
    assert aliases(facts) == {"control/ocd-anyford-2025": "control/anyford-2025"}


def test_of_two_that_could_be_it_the_one_that_says_the_same_of_what_was_before_is_it(facts: Connection) -> None:
    control(facts, "control/anyford-2025", PAPER, date="2025-01", after=HUNG)
    administration = {"before": None, "controllerBefore": None, "after": HUNG, "date": "2025-01/2026"}
    control(facts, "control/anyford-2025-administration", PAPER, **administration)
    join_events(facts)
    assert aliases(facts) == {"control/ocd-anyford-2025": "control/anyford-2025"}


@pytest.mark.parametrize(
    "told",
    [
        {"date": "2023-01", "after": HUNG},
        {"date": "2025-01", "after": HUNG, "controllerBefore": "party/conservative"},
        {"date": "2025-01", "after": MAJORITY},
        {"date": "2025-01", "after": HUNG, "body": "council/wexmoor-borough-council"},
        {"after": HUNG},
    ],
    ids=["another time", "another party", "another outcome", "another council", "no time"],
)
def test_changes_of_control_that_do_not_agree_are_two(facts: Connection, told: dict[str, object]) -> None:
    control(facts, "control/anyford-2025", PAPER, **told)
    join_events(facts)
    assert aliases(facts) == {}


def test_an_election_of_the_whole_council_is_one_and_that_of_a_ward_is_another(facts: Connection) -> None:
    rows = [
        {"source": PAPER, "subject": "contest/anyford-election-2023", "body": ANYFORD, "date": "2023"},
        {"source": COUNTS, "subject": "contest/ocd-anyford-election-2023", "body": ANYFORD, "date": "2023-05-04"},
        {
            "source": COUNTS,
            "subject": "contest/anyford-by-election",
            "body": ANYFORD,
            "electorate": "electorate/mill",
            "date": "2023-09",
        },
    ]
    insert(facts, "contest", rows)
    join_events(facts)
    assert aliases(facts) == {"contest/ocd-anyford-election-2023": "contest/anyford-election-2023"}


def test_a_majority_that_would_stand_without_them_was_lost_through_those_who_left(facts: Connection) -> None:
    leave(facts, 4)
    join_events(facts)
    assert causes(facts) == [f"defection/member-{i}" for i in range(4)]
    claims = facts.execute(
        "SELECT count(*), count(DISTINCT value) FROM claim WHERE property = 'pd:causedBy'"
    ).fetchone()
    assert claims == (4, 4)


def test_a_majority_that_would_be_lost_without_them_was_not_lost_through_those_who_left(facts: Connection) -> None:
    leave(facts, 2)
    join_events(facts)
    assert causes(facts) == []


def test_whoever_left_at_another_time_explains_nothing(facts: Connection) -> None:
    leave(facts, 4, date="2022-05-06/2023-05-04")
    join_events(facts)
    assert causes(facts) == []


def test_the_parts_of_a_collective_change_stand_behind_the_whole_which_dates_the_loss(facts: Connection) -> None:
    leave(facts, 4)
    facts.execute("UPDATE change SET partOf = 'defection/anyford-four'")
    whole = {"source": PAPER, "kind": "collective-defection", "body": ANYFORD, "date": "2025-01", "effectiveCount": 4}
    insert(facts, "change", [{"subject": "defection/anyford-four", **whole}])
    join_events(facts)
    assert causes(facts) == ["defection/anyford-four"]
    assert facts.execute("SELECT date FROM control WHERE source = ?", [OWN]).fetchall() == [("2025-01",)]
