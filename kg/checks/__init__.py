"""What must be so in the consolidated view beyond what shapes can say: a query a check, over the rows of the view."""

from dataclasses import dataclass
from pathlib import Path

from kg.facts import HELD, Connection
from kg.mapping import Class, Property, mapping

_HERE = Path(__file__).parent


@dataclass(frozen=True, order=True)
class Failed:
    """One thing that is not as a check wants it; a warning where a source may well say it."""

    check: str
    message: str
    warning: bool


def failed_checks(connection: Connection) -> list[Failed]:
    """All that is not so, in order; consolidation must have been.

    The first line of a query is its message, in which {a} to {d} stand for its columns; a column `warning` is true of
    what is only a warning. The queries see the fact tables (the rows whose source is '' are the view), and the views
    `thing(subject)` and `link(subject, property, target)`.
    """
    classes = mapping().values()
    things = " UNION ALL ".join(f"SELECT subject FROM \"{cls.table}\" WHERE source = '{HELD}'" for cls in classes)
    concepts = "SELECT name AS subject FROM depth WHERE starts_with(name, 'concept/')"
    connection.execute(f"CREATE OR REPLACE TEMP VIEW thing AS {things} UNION ALL {concepts}")
    links = " UNION ALL ".join(_link(cls, prop) for cls in classes for prop in _references(cls))
    connection.execute(f"CREATE OR REPLACE TEMP VIEW link AS {links}")
    return [found for path in sorted(_HERE.glob("*.sql")) for found in _failed(connection, path)]


def _failed(connection: Connection, path: Path) -> list[Failed]:
    text = path.read_text(encoding="utf-8")
    message = text.splitlines()[0].removeprefix("-- message: ")
    answer = connection.execute(text)
    names = [column[0] for column in answer.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    return sorted(Failed(path.stem, message.format(**row), bool(row.get("warning"))) for row in rows)


def _references(cls: Class) -> list[Property]:
    return [prop for prop in cls.properties.values() if prop.kind in {"ref", "concept"}]


def _link(cls: Class, prop: Property) -> str:
    target = f'unnest("{prop.name}")' if prop.many else f'"{prop.name}"'
    where = f"source = '{HELD}' AND \"{prop.name}\" IS NOT NULL"
    return f"SELECT subject, '{prop.curie}' AS property, {target} AS target FROM \"{cls.table}\" WHERE {where}"
