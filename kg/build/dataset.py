"""What the graph says of itself as a dataset: VoID, with a partition for each class and property."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

from kg.facts import HELD, Connection
from kg.iris import NAMESPACES, VOID, dataset, expand, shorten, thing
from kg.mapping import mapping
from kg.quads import give_late
from kg.quads.counting import Partition, partitions, partitions_of
from kg.store import terms_of_turtle

_HERE = Path(__file__).parent
_VIEW, _DATASET = "view", "dataset"
_OF_ALL = ("dataset", "links-to-wikidata", "period", "publisher", "view", "wikidata")  # what the view tells as well

Triple = tuple[str, str, str]


def give_description(connection: Connection) -> list[Partition]:
    """Describe the dataset in a graph of its own and, but for the graphs of sources, in the view; `several` is made.

    The parts of the whole graph, this description among them: it counts itself, for it stands in what it describes.
    """
    counted = partitions(connection)
    said = terms_of_turtle(_HERE / "dataset.ttl")
    said += [*_of_sources(connection), *_period(connection), *_links(connection)]
    triples: list[Triple] = []
    while True:
        in_view = [triple for triple in triples if not _is_of_named_graph(triple)]
        found = [*counted, *partitions_of(triples, VOID), *partitions_of(in_view, "")]
        if (now := sorted({*said, *_of_graphs(found)})) == triples:
            give_late(connection, triples, VOID)
            give_late(connection, in_view, "")
            return found
        triples = now


def _of_graphs(found: Iterable[Partition]) -> Iterator[Triple]:
    """The counts of each graph, and of all of them together."""
    by_graph: dict[str, list[Partition]] = {}
    for part in found:
        by_graph.setdefault(part.graph, []).append(part)
    for graph, parts in by_graph.items():
        name = dataset(graph).removeprefix(f"{VOID}#")
        yield from _of_graph(name, parts)
        yield (_node(_DATASET), _curie("void:subset"), _node(name))
    yield _count(_node(_DATASET), "triples", sum(sum(part.triples.values()) for part in found))


def _of_graph(name: str, parts: list[Partition]) -> Iterator[Triple]:
    node = _node(name)
    for curie in ("void:Dataset", "sd:Graph"):
        yield (node, _curie("rdf:type"), _curie(curie))
    triples = sum((Counter(part.triples) for part in parts), Counter[str]())
    things: Counter[str] = Counter()
    of_class: dict[str, Counter[str]] = {}
    for part in parts:
        for cls in part.classes:
            things[cls] += part.things
            of_class.setdefault(cls, Counter()).update(part.triples)
    yield _count(node, "triples", triples.total())
    yield _count(node, "distinctSubjects", sum(part.things for part in parts))
    yield _count(node, "entities", sum(part.things for part in parts if part.classes))
    yield _count(node, "classes", len(things))
    yield _count(node, "properties", len(triples))
    yield from _of_properties(name, triples)
    for cls, count in things.items():
        part_name = f"{name}/{_short(cls)}"
        yield (node, _curie("void:classPartition"), _node(part_name))
        yield (_node(part_name), _curie("void:class"), cls)
        yield _count(_node(part_name), "entities", count)
        yield from _of_properties(part_name, of_class[cls])


def _of_properties(name: str, triples: Mapping[str, int]) -> Iterator[Triple]:
    for predicate, count in triples.items():
        part = _node(f"{name}/{_short(predicate)}")
        yield (_node(name), _curie("void:propertyPartition"), part)
        yield (part, _curie("void:property"), predicate)
        yield _count(part, "triples", count)


def _of_sources(connection: Connection) -> Iterator[Triple]:
    """Which source each graph holds the statements of."""
    labels = f"SELECT subject, any_value(label) FROM source WHERE source = '{HELD}' GROUP BY subject"
    for ref, label in connection.execute(labels).fetchall():
        node, title = _node(ref), f'"Statements of: {label.translate(_ESCAPES)}"@en'
        yield (node, _curie("rdfs:label"), title)
        yield (node, _curie("dcterms:title"), title)
        yield (node, _curie("dcterms:source"), f"<{thing(ref)}>")
        yield (_node(_DATASET), _curie("prov:wasDerivedFrom"), f"<{thing(ref)}>")


def _period(connection: Connection) -> Iterator[Triple]:
    """The first and the last day on which a change of side may have been."""
    days = f"SELECT min(earliest(date)), max(latest(date)) FROM change WHERE source = '{HELD}'"
    node = _node("period")
    yield (node, _curie("rdf:type"), _curie("dcterms:PeriodOfTime"))
    for end, day in zip(("startDate", "endDate"), connection.execute(days).fetchall()[0], strict=True):
        if day:
            yield (node, _curie(f"dcat:{end}"), f'"{day}"^^{_curie("xsd:date")}')


def _links(connection: Connection) -> Iterator[Triple]:
    """How many things are the same as one of Wikidata's."""
    links = " UNION ".join(
        f"SELECT subject, unnest(exactMatch) AS match FROM \"{cls.table}\" WHERE source = '{HELD}'"
        for cls in mapping().values()
    )
    wikidata = f"SELECT count(*) FROM ({links}) WHERE starts_with(match, '{NAMESPACES['wd']}')"
    ((count,),) = connection.execute(wikidata).fetchall()
    node = _node("links-to-wikidata")
    yield (node, _curie("rdf:type"), _curie("void:Linkset"))
    yield (node, _curie("void:linkPredicate"), _curie("skos:exactMatch"))
    yield (node, _curie("void:subjectsTarget"), _node(_VIEW))
    yield (node, _curie("void:objectsTarget"), _node("wikidata"))
    yield (_node(_VIEW), _curie("void:subset"), node)
    yield _count(node, "triples", count)


def _is_of_named_graph(triple: Triple) -> bool:
    name, _, _ = triple[0].partition("#")[2].rstrip(">").partition("/")
    return name not in _OF_ALL


_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"})


def _node(name: str) -> str:
    return f"<{VOID}#{name}>"


def _short(term: str) -> str:
    """A class or property in the name of its partition."""
    return quote(shorten(term[1:-1]), safe=":/")


def _curie(curie: str) -> str:
    return f"<{expand(curie)}>"


def _count(node: str, name: str, count: int) -> Triple:
    return (node, _curie(f"void:{name}"), f'"{count}"^^{_curie("xsd:integer")}')
