"""A source of tables that a test describes and whose files it writes: Anyford's members and their memberships."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from kg.facts import Connection
from kg.sources.description import Source, read_source
from kg.sources.tables.staging import SetAside, stage

HEAD = """\
title: Members of Anyford District Council
publisher: Anyford District Council
issued: 2025-05
issuedBasis: Invented for the tests.
license: https://creativecommons.org/licenses/by/4.0/
retrieved: 2025-06-01
authority: 10
facts: {min: 0, max: 1000}
"""

TABLES = """\
tables:
  person:
    files: [{name: persons}]
    rows: {min: 1, max: 1000}
    key: [id]
    columns:
      id: {required: true, pattern: '\\d+'}
      name: {as: Full Name, required: true}
      born: {is: date}
      replaced: {references: person.id}
      twitter: {optional: true}
  membership:
    files: [{name: memberships}]
    rows: {min: 1, max: 1000}
    key: [person, start]
    columns:
      person: {references: person.id}
      party: {values: [Labour Party, Independent]}
      start: {is: date}
      votes: {is: integer}
      share: {is: decimal}
"""

PERSONS = """\
id,Full Name,born,replaced
1,Ada Field,1960,
2,Ben Marsh,1971-02,
3,Cy Heath,1980-02-29,
"""

MEMBERSHIPS = """\
person,party,start,votes,share
1,Labour Party,2019-05-02,812,0.51
2,Independent,2019,,
3,Labour Party,2023-05,77,1
"""


def describe(folder: Path, tables: str, head: str = HEAD) -> Source:
    """The source that such a description makes, in a folder of its own."""
    (folder / "anyford-members").mkdir(exist_ok=True)
    (folder / "anyford-members" / "source.yaml").write_text(head + tables, encoding="utf-8")
    return read_source(folder / "anyford-members")


@dataclass
class Described:
    """A source and the folder of its files, both to be changed by a test."""

    home: Path
    tables: str = TABLES
    connection: Connection = field(default_factory=duckdb.connect)

    @property
    def folder(self) -> Path:
        folder = self.home / "files"
        folder.mkdir(exist_ok=True)
        return folder

    @property
    def source(self) -> Source:
        return describe(self.home, self.tables)

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def stage(self, *, lenient: bool = False) -> list[SetAside]:
        return stage(self.connection, self.source, self.folder, lenient)

    def rows(self, table: str, columns: str = "*") -> list[tuple[Any, ...]]:
        return self.connection.execute(f"SELECT {columns} FROM staged.{table}").fetchall()


def anyford(folder: Path) -> Described:
    """The members of Anyford in good order."""
    described = Described(folder)
    described.write("persons.csv", PERSONS)
    described.write("memberships.csv", MEMBERSHIPS)
    return described
