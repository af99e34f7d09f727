"""A small invented world to link: fact rows from tests/fixtures/link, among the names of many other people."""

import csv
from pathlib import Path

from kg.facts import Connection, Row, column_types, connect, insert
from kg.mapping import mapping
from kg.quads import define_macros
from kg.sources.description import Source, source

FOLDER = Path(__file__).parent / "fixtures" / "link"
SOURCES = (
    "councils-register", "guardian-broxtowe-2025", "inferred-changes", "local-elections-2025", "ocd-councillors",
    "party-defections", "politician-data",
)  # fmt: skip
_SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "va")


def described() -> list[Source]:
    return [source(slug) for slug in SOURCES]


def rows(name: str, table: str) -> list[Row]:
    """The rows of a fixture as fact rows: lists are separated by bars, and an empty cell is nothing."""
    types = column_types(mapping()[table])
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [
            {column: _value(types[column], cell) for column, cell in row.items()}
            | {"source": f"source/{row['source']}"}
            for row in csv.DictReader(file, strict=True)
        ]


def world(*tables: str) -> Connection:
    """Fact tables with the fixtures asked for, or all but the changes."""
    connection = connect()
    define_macros(connection)
    for name, table in (
        ("bodies", "body"),
        ("electorates", "electorate"),
        ("people", "person"),
        ("memberships", "membership"),
        ("changes", "change"),
    ):
        if name in (tables or ("bodies", "electorates", "people", "memberships")):
            insert(connection, table, rows(name, table))
    insert(connection, "person", crowd())
    insert(connection, "affiliation", [{"source": "source/party-defections", "subject": ref} for ref in PARTIES])
    return connection


PARTIES = (
    "party/labour", "party/conservative", "party/liberal-democrats", "party/anyford-first", "status/independent",
    "status/independent-or-other", "group/the-independent-group",
)  # fmt: skip


def crowd() -> list[Row]:
    """4,096 other people, so that a name can be rare, and twenty John Smiths, so that one can be common."""
    names = [
        f"{one}{two}n {three}{four}son".title()
        for one in _SYLLABLES[:8]
        for two in _SYLLABLES[:8]
        for three in _SYLLABLES[:8]
        for four in _SYLLABLES[:8]
    ]
    smiths = [f"John Smith {n}" for n in range(20)]
    return [
        {
            "source": "source/ocd-councillors",
            "subject": f"person/{i}",
            "label": name.split(" ")[0] + " " + name.split(" ")[1],
        }
        for i, name in enumerate(names + smiths)
    ]


def _value(column_type: str, cell: str) -> object:
    if not cell:
        return None
    return cell.split("|") if column_type.endswith("[]") else int(cell) if column_type == "BIGINT" else cell
