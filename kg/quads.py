"""Fact tables → N-Quads: the mapping turned into SQL, one SELECT for each property of each class."""

from collections.abc import Iterator
from pathlib import Path

from kg.facts import Connection
from kg.iris import NAMESPACES, expand
from kg.mapping import Class, Property, mapping

_MACROS = Path(__file__).with_name("quads.sql")
_TYPE = f"<{NAMESPACES['rdf']}type>"
_TERMS = {
    "ref": "iri({0})",
    "concept": "iri({0})",
    "text": "english({0})",
    "string": "plain_string({0})",
    "integer": "typed({0}, 'integer')",
    "decimal": "typed({0}, 'decimal')",
    "uri": "uri({0})",
}


def define_macros(connection: Connection) -> None:
    """Make the macros of quads.sql known to a connection."""
    connection.execute(_MACROS.read_text(encoding="utf-8"))


def create_quads(connection: Connection) -> None:
    """Fill the table quad(s, p, o, g) with the terms of every fact row; g is empty for the default graph."""
    connection.execute(f"CREATE OR REPLACE TABLE quad AS SELECT DISTINCT s, p, o, g FROM ({_all_selects()})")


def write_nquads(connection: Connection, path: Path) -> int:
    """Write the table quad as N-Quads, sorted by bytes; the number of lines."""
    line = "s || ' ' || p || ' ' || o || CASE g WHEN '' THEN ' .' ELSE ' ' || g || ' .' END"
    rows = connection.execute(f"SELECT {line} AS line FROM quad ORDER BY line")
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        while chunk := rows.fetchmany(50_000):
            file.writelines(f"{line}\n" for (line,) in chunk)
            count += len(chunk)
    return count


def _all_selects() -> str:
    return "\nUNION ALL\n".join(select for cls in mapping().values() for select in _selects(cls))


def _selects(cls: Class) -> Iterator[str]:
    yield from _types(cls)
    for prop in cls.properties.values():
        yield from _property(cls, prop)


def _types(cls: Class) -> Iterator[str]:
    """The classes of a thing: those of the kind that its row tells, and those of its path."""
    kind_of_path = (
        "CASE split_part(subject, '/', 1) " + " ".join(f"WHEN '{p}' THEN '{k}'" for p, k in cls.paths.items()) + " END"
    )
    for kind, curies in cls.kinds.items():
        for curie in curies:
            where = f"kind = '{kind}' OR {kind_of_path} = '{kind}'"
            yield _select(cls, _TYPE, f"'<{expand(curie)}>'", where)


def _property(cls: Class, prop: Property) -> Iterator[str]:
    predicate = f"<{prop.iri}>"
    value = f'unnest("{prop.name}")' if prop.many else f'"{prop.name}"'
    if prop.kind == "date":
        for suffix, macro in (("Earliest", "earliest"), ("Latest", "latest")):
            yield _select(
                cls,
                f"<{expand(f'pd:{prop.name}{suffix}')}>",
                f"typed({macro}({value}), 'date')",
                f"{macro}({value}) IS NOT NULL",
            )
        yield _select(cls, predicate, f"dated({value})", f"dated({value}) IS NOT NULL")
    elif prop.kind == "term":
        yield _select(cls, predicate, _claimed(prop.name), f"{value} IS NOT NULL")
    elif prop.kind == "property":
        yield _select(cls, predicate, _expanded(value), f"{value} IS NOT NULL")
    else:
        yield _select(cls, predicate, _TERMS[prop.kind].format(value), f'"{prop.name}" IS NOT NULL')


def _select(cls: Class, predicate: str, term: str, where: str) -> str:
    graph = "CASE source WHEN '' THEN '' ELSE iri(source) END"
    return f"SELECT iri(subject) AS s, '{predicate}' AS p, {term} AS o, {graph} AS g FROM \"{cls.table}\" WHERE {where}"


def _claimed(column: str) -> str:
    kinds = " ".join(f"WHEN '{k}' THEN '<{expand(c[0])}>'" for cls in mapping().values() for k, c in cls.kinds.items())
    return (
        f'CASE "{column}Kind" WHEN \'kind\' THEN CASE "{column}" {kinds} END ELSE term("{column}", "{column}Kind") END'
    )


def _expanded(curie: str) -> str:
    cases = " ".join(f"WHEN '{prefix}' THEN '<{namespace}'" for prefix, namespace in NAMESPACES.items())
    return f"CASE split_part({curie}, ':', 1) {cases} END || split_part({curie}, ':', 2) || '>'"
