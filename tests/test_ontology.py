"""The ontology, the concepts, the shapes and their examples agree with each other and with the mapping."""

import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path

import owlrl  # type: ignore[import-untyped]
import pyoxigraph as ox
import pyshacl
import pytest
import shacl
from rdflib import OWL, RDF, RDFS, SH, SKOS, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from rdflib.term import Node

from kg.iris import ID, NAMESPACES, expand, thing
from kg.mapping import Class, Property, mapping
from kg.ontology import concepts, jsonld_context, terms
from kg.paths import ONTOLOGY

PD = Namespace(NAMESPACES["pd"])
EXAMPLES = ONTOLOGY / "examples"
VALID = sorted(EXAMPLES.glob("*.valid.ttl"))
INVALID = sorted(EXAMPLES.glob("*.invalid.ttl"))
DATATYPES = {  # of the kinds of a column whose values are literals of one
    "text": RDF.langString, "string": XSD.string, "integer": XSD.integer, "decimal": XSD.decimal, "year": XSD.gYear,
}  # fmt: skip

Fault = tuple[str, str]  # the focus node's IRI and the message
Engine = Callable[[Graph, Path], set[Fault]]


@cache
def turtle(name: str) -> Graph:
    return Graph().parse(ONTOLOGY / f"{name}.ttl")


def pyshacl_faults(graph: Graph, shapes: Path) -> set[Fault]:
    _, report, _ = pyshacl.validate(graph, shacl_graph=turtle(shapes.stem))
    assert isinstance(report, Graph)
    results = report.objects(None, SH.result)  # not the details, which stand below a result
    return {
        (str(report.value(result, SH.focusNode)), str(message))
        for result in results
        for message in report.objects(result, SH.resultMessage)
    }


def rust_faults(graph: Graph, shapes: Path) -> set[Fault]:
    report = shacl.Shapes.from_file(str(shapes)).validate_text(graph.serialize(format="nt"), format="ntriples")
    return {(result.focus_node.strip("<>"), message) for result in report.results for message in result.messages}


ENGINES = pytest.mark.parametrize("engine", [pyshacl_faults, rust_faults], ids=["pyshacl", "rust"])
SHAPES, LINT = ONTOLOGY / "shapes.ttl", ONTOLOGY / "lint.ttl"


# The ontology by itself


def vocabulary() -> Graph:
    return turtle("party-defections") + turtle("concepts") + turtle("shapes")


@ENGINES
def test_the_ontology_and_the_concepts_conform_to_the_lint(engine: Engine) -> None:
    assert engine(vocabulary(), LINT) == set()


@ENGINES
def test_the_lint_finds_each_kind_of_fault(engine: Engine) -> None:
    gaza, centrism = URIRef(thing("concept/reason-gaza")), URIRef(thing("concept/reason-centrism"))
    faults: dict[tuple[URIRef, URIRef, Node | None], str] = {  # what is put in place of what stands there
        (PD.Party, SKOS.definition, None): "Give it exactly one skos:definition",
        (PD.Place, SKOS.definition, Literal("A place.", "en")): "only repeats the label",
        (PD.within, RDFS.label, Literal("holds", "en")): "share a label",
        (PD.Council, RDFS.isDefinedBy, None): "A term needs rdfs:isDefinedBy",
        (PD.area, RDFS.range, XSD.string): "An owl:ObjectProperty has at most one rdfs:range",
        (gaza, SKOS.broader, None): "reaches a top concept",
        (centrism, SKOS.inScheme, URIRef(thing("scheme/role"))): "opens with its scheme",
        (URIRef(thing("concept/role-treasurer")), SKOS.prefLabel, Literal("Purser", "en")): "is its rdfs:label",
    }
    faulty = vocabulary()
    for subject, predicate, value in faults:
        faulty.remove((subject, predicate, None))
        if value is not None:
            faulty.add((subject, predicate, value))
    found = engine(faulty, LINT)
    assert [message for message in faults.values() if not any(message in said for _, said in found)] == []


def test_the_ontology_and_the_concepts_have_no_blank_nodes() -> None:
    graph = turtle("party-defections") + turtle("concepts")
    assert not [node for triple in graph for node in triple if isinstance(node, BNode)]


def test_a_term_and_a_concept_are_read_as_they_stand() -> None:
    party = next(term for term in terms() if term.name == "Party")
    assert (party.kind, party.label, party.functional) == ("class", "Party", False)
    assert str(PD.Affiliation) in party.superterms
    assert ("skos:closeMatch", "http://www.wikidata.org/entity/Q7278") in party.alignments
    founded = next(term for term in terms() if term.name == "founded")
    assert (founded.kind, founded.domain, founded.range) == ("property", str(PD.Affiliation), None)
    assert founded.functional
    fuel = concepts()["reason-winter-fuel-payment"]
    assert (fuel.scheme, fuel.label, fuel.broader) == ("reason", "Winter Fuel Payment", "reason-welfare")
    assert fuel.iri == thing("concept/reason-winter-fuel-payment")


# The ontology and the mapping


def columns() -> Iterator[tuple[Class, Property]]:
    return ((cls, prop) for cls in mapping().values() for prop in cls.properties.values())


def mapped_properties() -> dict[str, list[Property]]:
    """The columns whose property is ours, by the name of the property; a date brings its two bounds."""
    found: dict[str, list[Property]] = {}
    for _, prop in columns():
        if prop.curie.startswith("pd:"):
            found.setdefault(prop.name, []).append(prop)
        if prop.kind == "date":
            for end in ("Earliest", "Latest"):
                found.setdefault(f"{prop.name}{end}", []).append(prop)
    return found


def mapped_classes() -> dict[str, tuple[str, ...]]:
    """Every class of ours, with all that its things are typed as."""
    lists = [curies for cls in mapping().values() for curies in cls.kinds.values()]
    return {c.removeprefix("pd:"): curies[i:] for curies in lists for i, c in enumerate(curies) if c.startswith("pd:")}


def test_the_ontology_defines_what_the_mapping_names_and_nothing_else() -> None:
    assert {term.name for term in terms()} == {*mapped_classes(), *mapped_properties()}


def test_a_thing_is_typed_with_all_its_superclasses() -> None:
    above = {term.name: term.superterms for term in terms() if term.kind == "class"}

    def ours_above(name: str) -> set[str]:
        direct = {iri.removeprefix(str(PD)) for iri in above[name] if iri.startswith(str(PD))}
        return direct.union(*(ours_above(d) for d in direct))

    for name, curies in mapped_classes().items():
        assert ours_above(name) == {c.removeprefix("pd:") for c in curies[1:]}, name


def test_a_property_is_functional_where_two_values_contradict_each_other() -> None:
    mapped = mapped_properties()
    for term in terms():
        if term.kind == "property" and term.name != "rank":  # an integer of results, a concept of claims: see its note
            assert term.functional is not mapped[term.name][0].many, term.name


def test_a_property_has_a_domain_only_where_one_class_has_it() -> None:
    first_class = {table: expand(next(iter(cls.kinds.values()))[-1]) for table, cls in mapping().items()}
    for term in terms():
        tables = {c.table for c, p in columns() if term.name in {p.name, f"{p.name}Earliest", f"{p.name}Latest"}}
        if term.domain and term.domain != str(PD.CollectiveDefection):  # counts make a change a collective one
            assert [first_class[t] for t in tables] == [term.domain], term.name


def test_a_property_has_the_kind_and_range_of_its_column() -> None:
    graph = turtle("party-defections")
    for name, props in mapped_properties().items():
        prop, types = props[0], set(graph.objects(PD[name], RDF.type))
        if name == "rank" or prop.kind == "term":
            assert RDF.Property in types, name
        elif prop.kind in {"ref", "concept", "uri", "property"}:
            assert OWL.ObjectProperty in types, name
        else:
            assert OWL.DatatypeProperty in types, name
        ranges = set(graph.objects(PD[name], RDFS.range))
        assert ranges <= allowed_ranges(name, prop), name


def allowed_ranges(name: str, prop: Property) -> set[URIRef]:
    if prop.kind == "date":
        return {XSD.date} if name != prop.name else set()
    if prop.kind == "concept":
        return {SKOS.Concept}
    if prop.name == "partOf":
        return {PD.CollectiveDefection}  # of the path of all affiliation changes
    if prop.kind == "ref":
        classes = classes_of(prop.paths)
        return classes if len(classes) == 1 else {PD.Affiliation} if classes == {PD.Party, PD.Group} else set()
    return {DATATYPES[prop.kind]} if prop.kind in DATATYPES else set()


def classes_of(paths: tuple[str, ...]) -> set[URIRef]:
    """The classes that cover some paths: a whole table by its widest class, a part of one by those of the kinds."""
    found: set[URIRef] = set()
    for cls in mapping().values():
        if kinds := [kind for path, kind in cls.paths.items() if path in paths]:
            whole = len(kinds) == len(cls.paths)
            found |= {URIRef(expand(cls.kinds[kind][-1 if whole else 0])) for kind in kinds}
    return found


def test_every_scheme_of_the_mapping_has_concepts() -> None:
    assert {p.scheme for _, p in columns() if p.scheme} == {concept.scheme for concept in concepts().values()}


# The shapes and the mapping


def property_shapes(cls: Class, prop: Property) -> list[Node]:
    """The property shapes that hold for one column: those of its classes, and those of things of every kind."""
    shapes = turtle("shapes")
    classes = {URIRef(expand(curie)) for curies in cls.kinds.values() for curie in curies}
    nodes = {node for c in classes for node in shapes.subjects(SH.targetClass, c)}
    found = [shape for node in nodes for shape in shapes.objects(node, SH.property)]
    return [shape for shape in found if shapes.value(shape, SH.path) == URIRef(prop.iri)]


def test_every_column_has_a_shape_with_its_count_and_kind() -> None:
    shapes = turtle("shapes")
    of_every_thing = {"label", "altLabel", "notation", "identifier", "exactMatch", "sameAs", "note"}
    for cls, prop in columns():
        if cls.table in {"claim", "span"} and prop.name in of_every_thing:
            continue  # evidence has no names
        found = property_shapes(cls, prop)
        said = {(p, o) for shape in found for p, o in shapes.predicate_objects(shape)}
        assert ((SH.maxCount, Literal(1)) in said) is not prop.many, f"{cls.table}.{prop.name}"
        if prop.kind in DATATYPES:
            assert (SH.datatype, DATATYPES[prop.kind]) in said, f"{cls.table}.{prop.name}"
        if prop.kind == "concept":
            camel_case = "".join(word.capitalize() for word in prop.scheme.split("-"))
            assert (SH.node, URIRef(f"{NAMESPACES['pds']}{camel_case}Concept")) in said, prop.name
        if prop.kind == "ref" and "any" not in prop.paths:
            allowed = {PD.CollectiveDefection} if prop.name == "partOf" else classes_of(prop.paths)
            assert shape_classes(shapes, found) == allowed, f"{cls.table}.{prop.name}"


def shape_classes(shapes: Graph, found: list[Node]) -> set[Node]:
    """The classes that property shapes ask for, alone or as alternatives."""
    alternatives = [Collection(shapes, head) for shape in found for head in shapes.objects(shape, SH["or"])]
    options = [*found, *(option for alternative in alternatives for option in alternative)]
    return {c for option in options for c in shapes.objects(option, SH["class"])}


# The examples


def with_concepts(example: Path) -> Graph:
    return Graph().parse(example) + turtle("concepts")


def test_every_class_has_a_valid_and_an_invalid_example() -> None:
    classes = {*mapped_classes(), "TextPositionSelector"}
    assert {path.name.removesuffix(".valid.ttl") for path in VALID} == classes
    assert {path.name.removesuffix(".invalid.ttl") for path in INVALID} >= classes


@ENGINES
@pytest.mark.parametrize("example", VALID, ids=lambda path: path.name)
def test_a_valid_example_conforms(example: Path, engine: Engine) -> None:
    assert engine(with_concepts(example), SHAPES) == set()


@ENGINES
@pytest.mark.parametrize("example", INVALID, ids=lambda path: path.name)
def test_an_invalid_example_fails_for_the_reason_that_it_gives(example: Path, engine: Engine) -> None:
    expected = re.match(r"# expect: (.+)", example.read_text(encoding="utf-8"))
    messages = {message for _, message in engine(with_concepts(example), SHAPES)}
    assert expected
    assert len(messages) == 1
    assert expected[1] in messages.pop()


def test_the_valid_examples_together_entail_no_contradiction_and_no_type_that_they_do_not_state() -> None:
    stated = Graph()
    for example in VALID:
        stated.parse(example)
    entailed = stated + turtle("party-defections")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(entailed)
    errors = Namespace("http://www.daml.org/2002/03/agents/agent-ont#")
    assert not [str(message) for message in entailed.objects(None, errors.error)]
    assert types_of_ours(entailed, stated) == types_of_ours(stated, stated)


def types_of_ours(graph: Graph, things: Graph) -> set[tuple[Node, Node]]:
    return {(s, o) for s in set(things.subjects()) for o in graph.objects(s, RDF.type) if str(o).startswith(str(PD))}


# Every constraint bites


def wrong_value(prop: Property) -> Node:
    """A value that the column's property must never have."""
    wrong: dict[str, Node] = {
        "ref": Literal("not a thing") if "any" in prop.paths else URIRef(thing("wrong/nothing")),
        "concept": URIRef(thing("concept/no-such-concept")),
        "text": Literal("no language"),
        "string": Literal(1),
        "integer": Literal(-1),
        "decimal": Literal(Decimal(2)),
    }
    return wrong.get(prop.kind, Literal("neither an IRI nor a date"))


def faulty_dates(node: URIRef, prop: Property) -> Iterator[tuple[URIRef, URIRef, Literal]]:
    """A date without bounds, one outside its bounds and one whose bounds are no days, each on a node of its own."""
    earliest, latest = PD[f"{prop.name}Earliest"], PD[f"{prop.name}Latest"]
    yield node + "-unbounded", URIRef(prop.iri), Literal("2024", datatype=XSD.gYear)
    for bound, day in ((earliest, "2025-12-31"), (latest, "2025-01-01")):
        yield node + "-outside", bound, Literal(day, datatype=XSD.date)
    yield node + "-outside", URIRef(prop.iri), Literal("2024", datatype=XSD.gYear)
    for bound in (earliest, latest):
        yield node + "-no-day", bound, Literal("2024")


def typed(node: URIRef, curies: tuple[str, ...]) -> Iterator[tuple[Node, Node, Node]]:
    return ((node, RDF.type, URIRef(expand(curie))) for curie in curies)


@cache
def graph_of_faults() -> Graph:
    """For each kind a bare node, one in no path and one of a single type; for each column a node with a wrong value."""
    graph = Graph() + turtle("concepts")
    for cls in mapping().values():
        path, widest = next(iter(cls.paths)), max(cls.kinds.values(), key=len)
        for kind, curies in cls.kinds.items():
            graph += typed(URIRef(thing(f"{path}/bare-{kind}")), curies)
            graph += typed(URIRef(thing(f"wrong/{kind}")), curies)
            graph += typed(URIRef(thing(f"{path}/alone-{kind}")), curies[:1])
        for prop in cls.properties.values():
            node = URIRef(thing(f"{path}/wrong-{prop.name.lower()}"))
            dates = list(faulty_dates(node, prop)) if prop.kind == "date" else []
            for fault in [(node, URIRef(prop.iri), wrong_value(prop)), *dates]:
                graph.add(fault)
                graph += typed(fault[0], widest)
    claim = URIRef(thing("claim/wrong-value"))
    graph += [(claim, PD.value, Literal("one")), (claim, PD.value, Literal("two"))]  # anything goes, but only once
    return graph


def test_both_engines_find_the_same_faults() -> None:
    assert pyshacl_faults(graph_of_faults(), SHAPES) == rust_faults(graph_of_faults(), SHAPES)


def test_every_message_of_the_shapes_is_provoked_by_some_fault() -> None:
    provoked = {message for _, message in rust_faults(graph_of_faults(), SHAPES)}
    for example in INVALID:
        provoked |= {message for _, message in rust_faults(with_concepts(example), SHAPES)}
    assert {str(message) for message in turtle("shapes").objects(None, SH.message)} - provoked == set()


@ENGINES
@pytest.mark.parametrize("date", ["2024-02-30", "2024-13", "2024-1", "24", "about 2024"])
@pytest.mark.parametrize("datatype", [XSD.date, XSD.gYearMonth, XSD.gYear, XSD.string])
def test_a_date_that_no_calendar_has_is_found(date: str, datatype: URIRef, engine: Engine) -> None:
    graph = with_concepts(EXAMPLES / "Contest.valid.ttl")
    contest = URIRef(thing("contest/wexmoor-borough-council-election-2023"))
    graph.set((contest, PD.date, Literal(date, datatype=datatype, normalize=False)))
    assert any("an xsd:date, xsd:gYearMonth or xsd:gYear" in message for _, message in engine(graph, SHAPES))


# The JSON-LD context


def test_the_context_file_is_current() -> None:
    written = json.loads((ONTOLOGY / "context.jsonld").read_text(encoding="utf-8"))
    assert written == jsonld_context(), "write it anew: python -m kg.ontology > ontology/context.jsonld"


def read_by_rdflib(document: str) -> Graph:
    return Graph().parse(data=document, format="json-ld")


def read_by_oxigraph(document: str) -> Graph:
    quads = ox.parse(document, format=ox.RdfFormat.JSON_LD)
    return Graph().parse(data="".join(f"{q.subject} {q.predicate} {q.object} .\n" for q in quads), format="nt")


READERS = pytest.mark.parametrize("read", [read_by_rdflib, read_by_oxigraph])


@READERS
@pytest.mark.parametrize("example", VALID, ids=lambda path: path.name)
def test_an_example_survives_the_way_through_json_ld(example: Path, read: Callable[[str], Graph]) -> None:
    graph = Graph().parse(example)
    assert isomorphic(graph, read(graph.serialize(format="json-ld", context=jsonld_context()["@context"])))


@READERS
def test_rank_is_a_number_of_a_result_and_a_concept_of_a_claim(read: Callable[[str], Graph]) -> None:
    claim = {"id": "thing:claim/a", "type": "Claim", "property": "toAffiliation", "rank": "thing:concept/rank-normal"}
    result = {"id": "thing:result/a", "type": "Result", "rank": 3, "voteShare": "0.11"}
    graph = read(json.dumps(jsonld_context() | {"@graph": [claim, result]}))
    assert graph.value(URIRef(f"{ID}claim/a"), PD.rank) == URIRef(thing("concept/rank-normal"))
    assert graph.value(URIRef(f"{ID}claim/a"), PD.property) == PD.toAffiliation
    assert graph.value(URIRef(f"{ID}result/a"), PD.rank) == Literal(3)
    assert graph.value(URIRef(f"{ID}result/a"), PD.voteShare) == Literal(Decimal("0.11"))
