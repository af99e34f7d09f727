"""The steps of consolidation: statements, the choice among them, what follows, and the rows and claims that result."""

from pathlib import Path

from kg.consolidate.policy import Criterion
from kg.errors import FaultsFound
from kg.facts import HELD, Connection, column_types
from kg.mapping import Class, Property, mapping

_HERE = Path(__file__).parent
_COPIED = {"source", "span", "claim"}  # evidence: repeated in the default graph, never chosen among


def create_statements(connection: Connection) -> None:
    """Create `statement`, a row for each value of a fact row, and `stated_claim`, claims by column name."""
    selects = [select for cls in _chosen_among() for select in _unpivot(cls)]
    connection.execute(f"CREATE OR REPLACE TABLE statement AS SELECT DISTINCT * FROM ({' UNION ALL '.join(selects)})")
    _run(connection, "stated-claims.sql")


def choose(connection: Connection, policy: tuple[Criterion, ...], data: Path) -> None:
    """Create `ranked`, `contradiction` and `held`: what the policy makes of the candidates, and what follows."""
    _run(connection, "candidates.sql")
    _require_effect(connection, data)
    _rank(connection, policy)
    _run(connection, "contradictions.sql")
    _run(connection, "derive.sql")


def fill_held_rows(connection: Connection) -> None:
    """Add one row for each thing to the table of its class, from `held`."""
    for cls in _chosen_among():
        names = column_types(cls)
        columns = ", ".join(f'"{name}"' for name in names)
        values = ", ".join(_held_value(cls, name) for name in names)
        where = f"FROM held WHERE tbl = '{cls.table}' GROUP BY subject"
        connection.execute(f'INSERT INTO "{cls.table}" ({columns}) SELECT {values} {where}')


def repeat_evidence(connection: Connection) -> None:
    """Repeat sources, spans and claims in the default graph: claims with ranks, and one for each inherited value."""
    for table in ("source", "span"):
        rows = f"SELECT DISTINCT * REPLACE ('{HELD}' AS source) FROM \"{table}\""
        connection.execute(f'INSERT INTO "{table}" {rows}')
    _run(connection, "evidence.sql")


def name_the_nameless(connection: Connection) -> None:
    """Give a thing without a label one made of the labels of what it joins, as the mapping says."""
    for cls in mapping().values():
        held = f"FROM \"{cls.table}\" WHERE source = '{HELD}' AND label IS NOT NULL"
        connection.execute(f"INSERT INTO label_of SELECT DISTINCT subject, label {held}")
    for cls in mapping().values():
        if cls.labelled:
            parts = ", ".join(
                f'(SELECT any_value(l.label) FROM label_of l WHERE l.subject = t."{name}")' for name in cls.labelled
            )
            nameless = f"WHERE source = '{HELD}' AND label IS NULL"
            connection.execute(f"UPDATE \"{cls.table}\" AS t SET label = concat_ws(', ', {parts}) {nameless}")


def _chosen_among() -> list[Class]:
    return [cls for table, cls in mapping().items() if table not in _COPIED]


def _unpivot(cls: Class) -> list[str]:
    kind = _unpivoted(cls, "kind", '"kind"', "kind", single=True)
    return [kind, *(_unpivoted(cls, p.name, _each(p), p.kind, single=not p.many) for p in cls.stated())]


def _each(prop: Property) -> str:
    return f'unnest("{prop.name}")' if prop.many else f'"{prop.name}"::VARCHAR'


def _unpivoted(cls: Class, name: str, value: str, kind: str, *, single: bool) -> str:
    return (
        f"SELECT '{cls.table}' AS tbl, source, subject, coalesce(modality, 'asserted') AS modality, "
        f"'{name}' AS property, {value} AS value, '{kind}' AS value_kind, {single} AS single "
        f'FROM "{cls.table}" WHERE "{name}" IS NOT NULL'
    )


def _require_effect(connection: Connection, data: Path) -> None:
    idle = connection.execute(
        """SELECT line, about, property, value, source FROM correction x
        ANTI JOIN (FROM candidate WHERE corrected) c
        ON c.subject = x.about AND c.property = x.property AND c.value = x.value AND c.source = x.source
        ORDER BY line"""
    ).fetchall()
    if idle:
        path = data / "corrections.csv"
        faults = [f"{path}:{line}: {source} does not claim {p} = {v} of {about}" for line, about, p, v, source in idle]
        raise FaultsFound("a correction withdraws what nobody claims:", faults)


def _rank(connection: Connection, policy: tuple[Criterion, ...]) -> None:
    """Put the candidates of each single-valued property in order, and say by which criterion each lost."""
    keys = ", ".join(f'({c.order}) AS "by_{c.name}"' for c in policy)
    order = ", ".join(f'"by_{c.name}"' for c in policy)
    lost = " ".join(f'WHEN r."by_{c.name}" <> f."by_{c.name}" THEN \'{c.name}\'' for c in policy)
    sql = (_HERE / "ranked.sql").read_text(encoding="utf-8")
    connection.execute(sql.replace("{keys}", keys).replace("{order}", order).replace("{lost}", lost))


def _held_value(cls: Class, column: str) -> str:
    match column:
        case "source":
            return f"'{HELD}'"
        case "modality":
            return "'asserted'"
        case "subject":
            return "subject"
    values = f"FILTER (property = '{column}')"
    prop = cls.properties.get(column)
    if prop and prop.many:
        return f"list(DISTINCT value ORDER BY value) {values}"
    return f"max(value) {values}" + ("::BIGINT" if prop and prop.kind == "integer" else "")


def _run(connection: Connection, name: str) -> None:
    connection.execute((_HERE / name).read_text(encoding="utf-8"))
