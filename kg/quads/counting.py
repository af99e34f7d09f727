"""How many things and statements each graph has, by the classes of the things: what VoID calls partitions."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.facts import Connection
from kg.iris import ID, NAMESPACES
from kg.mapping import Class, mapping
from kg.quads.sections import filled
from kg.quads.terms import said, types_of

_TYPE = f"<{NAMESPACES['rdf']}type>"


@dataclass(frozen=True)
class Partition:
    """The things of one graph that have exactly these classes, and how often each predicate is said of them."""

    graph: str  # the reference of its source, or the IRI of the graph; "" is the view
    classes: tuple[str, ...]  # as N-Triples terms
    things: int
    triples: dict[str, int]  # by the predicate as an N-Triples term


def partitions(connection: Connection) -> list[Partition]:
    """The whole graph in parts that have no thing in common within a graph, once `several` is made."""
    alone = (part for cls in mapping().values() for part in _alone(connection, cls))
    return [*alone, *_several(connection)]


def triples_by_graph(found: Iterable[Partition]) -> dict[str, int]:
    """How many quads each graph has."""
    counts: Counter[str] = Counter()
    for part in found:
        counts[part.graph] += sum(part.triples.values())
    return dict(sorted(counts.items()))


def partitions_of(triples: Iterable[tuple[str, str, str]], graph: str) -> list[Partition]:
    """The same of some triples, given once each."""
    classes: dict[str, set[str]] = {}
    predicates: dict[str, Counter[str]] = {}
    for subject, predicate, value in triples:
        predicates.setdefault(subject, Counter())[predicate] += 1
        if predicate == _TYPE:
            classes.setdefault(subject, set()).add(value)
    things: Counter[tuple[str, ...]] = Counter()
    counts: dict[tuple[str, ...], Counter[str]] = {}
    for subject, counted in predicates.items():
        kind = tuple(sorted(classes.get(subject, ())))
        things[kind] += 1
        counts.setdefault(kind, Counter()).update(counted)
    return [Partition(graph, kind, count, counts[kind]) for kind, count in things.items()]


def _alone(connection: Connection, cls: Class) -> Iterator[Partition]:
    """The things of a class that have one row in each graph."""
    rows = f'"{cls.table}" ANTI JOIN many_rows USING (subject)'
    columns = filled(connection, cls, rows)
    counted: dict[str, list[str]] = {}
    for what in said(cls):
        if what.column in columns and what.predicate != _TYPE:
            count = f"coalesce(len(list_distinct({what.value})), 0)" if what.many else f"({what.value} IS NOT NULL)"
            counted.setdefault(what.predicate, []).append(f"sum({count})::BIGINT")
    sums = "".join(f", {' + '.join(counts)}" for counts in counted.values())
    found = connection.execute(f"""
        SELECT graph, {types_of(cls)}, things, * EXCLUDE (graph, subject, kind, things)
        FROM (SELECT source AS graph, kind, any_value(subject) AS subject, count(*) AS things{sums}
        FROM {rows} GROUP BY source, kind, split_part(subject, '/', 1))""")
    for graph, classes, things, *counts in found.fetchall():
        triples = {predicate: n for predicate, n in zip(counted, counts, strict=True) if n}
        yield Partition(graph, tuple(classes), things, {_TYPE: things * len(classes), **triples})


def _several(connection: Connection) -> Iterator[Partition]:
    """The things that have several rows in one graph, and those that come from no row."""
    found = connection.execute(f"""
        WITH thing AS (SELECT g, s, coalesce(list_sort(list(o) FILTER (p = '{_TYPE}')), []) AS classes
            FROM several GROUP BY g, s),
        counted AS (SELECT g, classes, count(*) AS things FROM thing GROUP BY g, classes),
        stated AS (SELECT g, classes, p, count(*) AS n FROM several JOIN thing USING (g, s) GROUP BY g, classes, p)
        SELECT replace(trim(g, '<>'), '{ID}', ''), classes, things, map(list(p), list(n))
        FROM counted JOIN stated USING (g, classes) GROUP BY g, classes, things""")
    for graph, classes, things, triples in found.fetchall():
        yield Partition(graph, tuple(classes), things, triples)
