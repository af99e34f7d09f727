"""What must be so in the view beyond the shapes: each check finds what it is for, and lets what is right pass."""

from collections.abc import Mapping

import pytest

from kg.checks import failed_checks
from kg.consolidate.context import create_context
from kg.facts import Connection, connect, insert
from kg.paths import DATA, ROOT
from kg.quads import define_macros

MP = {"member": "person/pat", "organization": "body/house-of-commons", "affiliation": "party/labour"}
MOVE = {"defector": "person/pat", "body": "body/house-of-commons", "toAffiliation": "party/green", "date": "2024-05-10"}
Rows = list[tuple[str, Mapping[str, object]]]


@pytest.fixture
def view() -> Connection:
    """A view that has a person, a house, two parties and nothing wrong."""
    connection = connect()
    define_macros(connection)
    create_context(connection, [], DATA)
    for table, ref in (
        ("person", "person/pat"),
        ("body", "body/house-of-commons"),
        ("affiliation", "party/labour"),
        ("affiliation", "party/green"),
    ):
        insert(connection, table, [{"source": "", "subject": ref}])
    assert failed_checks(connection) == []
    return connection


def found(view: Connection, rows: Rows) -> list[tuple[str, str, bool]]:
    for table, row in rows:
        insert(view, table, [{"source": "", **row}])
    return [(failed.check, failed.message, failed.warning) for failed in failed_checks(view)]


def test_every_check_has_a_message_of_its_own() -> None:
    messages = [path.read_text(encoding="utf-8").splitlines()[0] for path in (ROOT / "kg" / "checks").glob("*.sql")]
    assert len(set(messages)) == len(messages) == 7
    assert all(message.startswith("-- message: ") and "{a}" in message for message in messages)


@pytest.mark.parametrize(
    ("rows", "check", "told"),
    [
        (
            [("change", {"subject": "defection/x", "announcedCount": 20, "effectiveCount": 17, "withdrawnCount": 2})],
            "announced-is-effective-and-withdrawn",
            "defection/x: 20 announced are not the 17 who left and the 2 who stayed",
        ),
        (
            [("claim", {"subject": "claim/x", "statedIn": "body/house-of-commons", "about": "person/pat"})],
            "every-claim-is-anchored",
            "the claim claim/x of body/house-of-commons names no characters",
        ),
        (
            [("membership", {"subject": "membership/x", **MP, "electorate": "electorate/nowhere"})],
            "every-link-resolves",
            "membership/x pd:electorate points to electorate/nowhere, of which nothing is known",
        ),
        (
            [("membership", {"subject": "membership/x", **MP, "role": "concept/role-king"})],
            "every-link-resolves",
            "membership/x org:role points to concept/role-king, of which nothing is known",
        ),
        (
            [
                ("change", {"subject": "defection/x", "effectiveCount": 1}),
                ("change", {"subject": "defection/y", "partOf": "defection/x"}),
                ("change", {"subject": "defection/z", "partOf": "defection/x"}),
            ],
            "named-defectors-are-not-more-than-defected",
            "defection/x names 2 defectors, more than the 1 who are held to have left",
        ),
        (
            [
                ("change", {"subject": "defection/x", **MOVE}),
                ("membership", {"subject": "membership/x", **MP, "affiliation": "party/green", "start": "2023"}),
            ],
            "nobody-defects-from-where-they-are-not",
            "defection/x says that person/pat left for party/green",
        ),
        (
            [
                ("membership", {"subject": "membership/x", **MP, "start": "2020"}),
                ("membership", {"subject": "membership/y", **MP, "affiliation": "party/green", "start": "2022"}),
            ],
            "nobody-sits-for-two-affiliations-at-once",
            "person/pat surely sits for two affiliations of body/house-of-commons at once: membership/x and",
        ),
        (
            [("person", {"subject": "person/pat", "label": "Pat"})],
            "one-value-where-only-one-can-be",
            "person/pat has more than one row in the view",
        ),
    ],
)
def test_what_cannot_be_is_found(rows: Rows, check: str, told: str, view: Connection) -> None:
    ((name, message, warning),) = found(view, rows)
    assert name == check
    assert told in message
    assert not warning


@pytest.mark.parametrize(
    "rows",
    [
        [("claim", {"subject": "claim/x", "statedIn": "body/house-of-commons", "row": ["publicwhip:member/1"]})],
        [("change", {"subject": "defection/x", "announcedCount": 20, "effectiveCount": 18, "withdrawnCount": 2})],
        [("change", {"subject": "defection/x", "announcedCount": 20, "effectiveCount": 18})],
        [  # they had been there, and had left, before
            ("change", {"subject": "defection/x", **MOVE}),
            (
                "membership",
                {"subject": "membership/x", **MP, "affiliation": "party/green", "start": "2019", "end": "2021"},
            ),
        ],
        [  # one ends in the year in which the other begins
            ("membership", {"subject": "membership/x", **MP, "start": "2020", "end": "2022"}),
            ("membership", {"subject": "membership/y", **MP, "affiliation": "party/green", "start": "2022"}),
        ],
        [  # when the first one ended nobody can tell
            ("membership", {"subject": "membership/x", **MP, "start": "2020", "end": "../2025"}),
            ("membership", {"subject": "membership/y", **MP, "affiliation": "party/green", "start": "2022"}),
        ],
    ],
)
def test_what_only_looks_wrong_passes(rows: Rows, view: Connection) -> None:
    assert found(view, rows) == []


def test_tables_whose_dates_overlap_are_a_warning(view: Connection) -> None:
    named = {"identifier": ["publicwhip:member/1"]}
    rows: Rows = [
        ("membership", {"subject": "membership/x", **MP, **named, "start": "2020-01-01", "end": "2022-05-05"}),
        ("membership", {"subject": "membership/y", **MP, "affiliation": "party/green", "start": "2022-05-01"}),
    ]
    ((check, _, warning),) = found(view, rows)
    assert check == "nobody-sits-for-two-affiliations-at-once"
    assert warning
