"""The steps of consolidation: statements, the choice among them, what follows, and the rows and claims that result."""

from pathlib import Path

from kg.consolidate.policy import Criterion
from kg.errors import FaultsFound
from kg.facts import HELD, Connection, column_types
from kg.mapping import Class, Property, mapping
from kg.sources.description import Source

_HERE = Path(__file__).parent
_COPIED = {"source", "span", "claim"}  # evidence: repeated in the default graph, never chosen among


def create_statements(connection: Connection) -> None:
    """Create `contested`, the things among whose accounts the policy chooses; `statement`, a row for each value of
    their fact rows; and `stated_claim`, claims by column name."""
    rows = " UNION ALL ".join(f'SELECT subject, modality FROM "{cls.table}"' for cls in _chosen_among())
    connection.execute(_sql("contested.sql").replace("{rows}", rows))
    selects = [select for cls in _chosen_among() for select in _unpivot(cls)]
    connection.execute(f"CREATE OR REPLACE TABLE statement AS SELECT DISTINCT * FROM ({' UNION ALL '.join(selects)})")
    connection.execute(_sql("table-claims.sql"))
    connection.execute(_sql("stated-claims.sql"))


def choose(connection: Connection, policy: tuple[Criterion, ...], sources: list[Source], data: Path) -> None:
    """Create `ranked` and `contradiction`: what the policy makes of the candidates."""
    connection.execute(_sql("candidates.sql"))
    _require_effect(connection, data, [source.ref for source in sources if source.document])
    _rank(connection, policy)
    connection.execute(_sql("contradictions.sql"))


def fill_held_rows(connection: Connection) -> None:
    """Add one row for each thing to the table of its class: what the policy chose, what only one row says, and then
    what follows from both."""
    for cls in _chosen_among():
        names = column_types(cls)
        columns = ", ".join(f'"{name}"' for name in names)
        chosen = ", ".join(_chosen_value(cls, name) for name in names)
        connection.execute(f'''INSERT INTO "{cls.table}" ({columns})
            SELECT {chosen} FROM ranked WHERE tbl = '{cls.table}' AND rule IN ('many', 'held') GROUP BY subject
            UNION ALL
            SELECT * REPLACE ('{HELD}' AS source, 'asserted' AS modality)
            FROM "{cls.table}" ANTI JOIN contested USING (subject)''')
    connection.execute(_sql("derive.sql"))


def repeat_evidence(connection: Connection) -> None:
    """Repeat sources, spans and claims in the default graph: claims with ranks, and one for each inherited value."""
    for table in ("source", "span"):
        rows = f"SELECT DISTINCT * REPLACE ('{HELD}' AS source) FROM \"{table}\""
        connection.execute(f'INSERT INTO "{table}" {rows}')
    connection.execute(_sql("evidence.sql"))


def name_the_nameless(connection: Connection) -> None:
    """Give a thing without a label one made of the labels of what it joins, as the mapping says.

    Then `label_of` has the label of everything in the view.
    """
    _collect_labels(connection)
    for cls in mapping().values():
        if cls.labelled:
            connection.execute(_naming(cls))
    _collect_labels(connection)


def _collect_labels(connection: Connection) -> None:
    for cls in mapping().values():
        held = f"FROM \"{cls.table}\" ANTI JOIN label_of USING (subject) WHERE source = '{HELD}' AND label IS NOT NULL"
        connection.execute(f"INSERT INTO label_of SELECT subject, label {held}")


def _naming(cls: Class) -> str:
    """The label of a thing of this class joins those of the things in its `labelled` columns, in their order."""
    labels = ", ".join(f'"of_{name}".label' for name in cls.labelled)
    joins = " ".join(f'LEFT JOIN label_of AS "of_{name}" ON "of_{name}".subject = t."{name}"' for name in cls.labelled)
    nameless = f"FROM \"{cls.table}\" AS t {joins} WHERE t.source = '{HELD}' AND t.label IS NULL"
    return f'''UPDATE "{cls.table}" AS u SET label = n.label
        FROM (SELECT t.subject, concat_ws(', ', {labels}) AS label {nameless}) AS n
        WHERE n.subject = u.subject AND u.source = '{HELD}' '''


def _chosen_among() -> list[Class]:
    return [cls for table, cls in mapping().items() if table not in _COPIED]


def _unpivot(cls: Class) -> list[str]:
    kind = _unpivoted(cls, "kind", '"kind"', "kind", single=True)
    return [kind, *(_unpivoted(cls, p.name, _each(p), p.kind, single=p.single) for p in cls.stated())]


def _each(prop: Property) -> str:
    return f'unnest("{prop.name}")' if prop.many else f'"{prop.name}"::VARCHAR'


def _unpivoted(cls: Class, name: str, value: str, kind: str, *, single: bool) -> str:
    return (
        f"SELECT '{cls.table}' AS tbl, source, subject, coalesce(modality, 'asserted') AS modality, "
        f"'{name}' AS property, {value} AS value, '{kind}' AS value_kind, {single} AS single "
        f'FROM "{cls.table}" SEMI JOIN contested USING (subject) WHERE "{name}" IS NOT NULL'
    )


def _require_effect(connection: Connection, data: Path, documents: list[str]) -> None:
    """A fault for each correction of what its source does not claim; a table need not have the thing at all."""
    idle = connection.execute(
        """SELECT line, about, property, value, source FROM correction x
        ANTI JOIN (FROM candidate WHERE corrected) c
        ON c.subject = x.about AND c.property = x.property AND c.value = x.value AND c.source = x.source
        WHERE source IN ? OR (source, about) IN (SELECT source, subject FROM statement)
        ORDER BY line""",
        [documents],
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
    sql = _sql("ranked.sql")
    connection.execute(sql.replace("{keys}", keys).replace("{order}", order).replace("{lost}", lost))


def _chosen_value(cls: Class, column: str) -> str:
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


def _sql(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
