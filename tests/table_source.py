"""What the reader of a table source makes of a folder of files, a fixture or the data; and whether that is sound."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from kg.dates import PartialDate
from kg.facts import connect
from kg.mapping import Class, mapping
from kg.ontology import concepts
from kg.sources.description import Source, Table, source
from kg.sources.entities import Entities, read_entities
from kg.sources.tables.reading import read_table_source

FIXTURES = Path(__file__).parent / "fixtures"


class Facts:
    """The fact tables after one source was read: of its fixture, or of another folder."""

    def __init__(self, slug: str, folder: Path | None = None, entities: Entities | None = None) -> None:
        self.source = source(slug)
        self.connection = connect()
        self.entities = entities or read_entities()
        read_table_source(self.connection, _of_any_size(self.source), self.entities, folder or FIXTURES / slug)

    def rows(self, query: str) -> list[Any]:
        return self.connection.execute(query).fetchall()

    def one(self, query: str) -> Any:
        """The one row that a query finds; of one column, its value."""
        (row,) = self.rows(query)
        return row[0] if len(row) == 1 else row

    def count(self) -> int:
        """How many values the source states, as its description counts them."""
        return sum(
            self.one(f'SELECT {" + ".join(f"""count("{name}")""" for name in cls.properties)} FROM "{table}"')
            for table, cls in mapping().items()
        )

    def faults(self) -> list[str]:
        """Things told of twice, references that lead nowhere, unknown concepts, and dates that are none."""
        things = {s for table in mapping() for (s,) in self.rows(f'SELECT subject FROM "{table}"')}
        known = things | set(self.entities.refs())
        return [fault for table, cls in mapping().items() for fault in self._faults_of(table, cls, known)]

    def _faults_of(self, table: str, cls: Class, things: set[str]) -> Iterator[str]:
        for subject, times in self.rows(f'SELECT subject, count(*) FROM "{table}" GROUP BY ALL HAVING count(*) > 1'):
            yield f"{table}: {subject} stands there {times} times"
        for name, prop in cls.properties.items():
            value = f'unnest("{name}")' if prop.many else f'"{name}"'
            values = {v for (v,) in self.rows(f'SELECT DISTINCT {value} FROM "{table}" WHERE "{name}" IS NOT NULL')}
            if prop.kind == "ref" and table != "claim":
                yield from (f"{table}.{name}: {v} leads nowhere" for v in sorted(values - things))
            if prop.kind == "concept":
                known = {f"concept/{slug}" for slug in concepts()}
                yield from (f"{table}.{name}: {v} is no concept" for v in sorted(values - known))
            if prop.kind == "date":
                yield from (f"{table}.{name}: {v}" for v in sorted(values) if not _is_date(v))


def _is_date(text: str) -> bool:
    try:
        PartialDate(text)
    except ValueError:
        return False
    return True


def _of_any_size(described: Source) -> Source:
    return replace(described, tables=tuple(_table_of_any_size(table) for table in described.tables))


def _table_of_any_size(table: Table) -> Table:
    return replace(table, min_rows=0, files=tuple(replace(file, min_rows=0) for file in table.files))
