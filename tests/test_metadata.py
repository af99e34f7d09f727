"""What programs read before they ask: VoID and DCAT, the service description, example queries, robots and sitemap."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import httpx
import pytest
import rdflib
from rdflib import DCAT, DCTERMS, FOAF, PROV, RDF, RDFS, SH, SKOS, VOID, Literal, Namespace, URIRef

from kg import iris, queries
from kg.builds import current
from kg.iris import NAMESPACES
from kg.serve.metadata.crawling import MOST
from kg.store import Quads
from tests.served import serve

SD = Namespace(NAMESPACES["sd"])
DATASET = URIRef(f"{iris.VOID}#dataset")
VIEW = URIRef(iris.dataset(""))
PREFIXES = "\n".join(f"PREFIX {prefix}: <{namespace}>" for prefix, namespace in NAMESPACES.items())
VERSION = URIRef(iris.expand("dcat:version"))
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
EXAMPLES = "https://w3id.org/party-defections/queries/"


@pytest.fixture(scope="module")
def web(published: Path) -> Iterator[httpx.Client]:
    with serve(published) as address, httpx.Client(base_url=address) as client:
        yield client


@pytest.fixture(scope="module")
def described(web: httpx.Client) -> rdflib.Graph:
    """The description of the dataset as it is served."""
    return graph_at(web, "/.well-known/void")


@pytest.fixture(scope="module")
def examples(web: httpx.Client) -> rdflib.Graph:
    return graph_at(web, "/.well-known/sparql-examples")


def graph_at(web: httpx.Client, path: str) -> rdflib.Graph:
    answer = web.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/turtle")
    return rdflib.Graph().parse(data=answer.text, format="turtle")


def rows(quads: Quads, text: str) -> list[list[str | None]]:
    return list(quads.query(f"{PREFIXES}\n{text}").rows())


def graphs(quads: Quads) -> list[str]:
    return ["", *quads.graphs()]


def within(graph: str, pattern: str) -> str:
    return f"GRAPH <{graph}> {{ {pattern} }}" if graph else pattern


def told(quads: Quads, select: str, graph: str, pattern: str) -> list[list[str | None]]:
    """What the description says of one graph, for which `?graph` stands."""
    return counted(quads, select, iris.VOID, pattern.replace("?graph", f"<{iris.dataset(graph)}>"))


def counted(quads: Quads, select: str, graph: str, pattern: str, group: str = "") -> list[list[str | None]]:
    return sorted(rows(quads, f"SELECT {select} WHERE {{ {within(graph, pattern)} }} {group}"), key=str)


def test_the_description_counts_the_statements_of_every_graph(quads: Quads) -> None:
    for graph in graphs(quads):
        expected = counted(quads, "(COUNT(*) AS ?n)", graph, "?s ?p ?o")
        assert told(quads, "?n", graph, "?graph void:triples ?n") == expected, graph
    assert told(quads, "?n", "", f"<{DATASET}> void:triples ?n") == [[str(len(quads))]]


def test_the_description_counts_the_things_of_every_class_in_every_graph(quads: Quads) -> None:
    for graph in graphs(quads):
        expected = counted(quads, "?class (COUNT(DISTINCT ?s) AS ?n)", graph, "?s a ?class", "GROUP BY ?class")
        pattern = "?graph void:classPartition [ void:class ?class ; void:entities ?n ]"
        assert told(quads, "?class ?n", graph, pattern) == expected, graph


def test_the_description_counts_the_statements_of_every_property_in_every_graph(quads: Quads) -> None:
    for graph in graphs(quads):
        expected = counted(quads, "?p (COUNT(*) AS ?n)", graph, "?s ?p ?o", "GROUP BY ?p")
        pattern = "?graph void:propertyPartition [ void:property ?p ; void:triples ?n ]"
        assert told(quads, "?p ?n", graph, pattern) == expected, graph


def test_the_description_counts_each_property_of_each_class(quads: Quads) -> None:
    for graph in graphs(quads):
        select, group = "?class ?p (COUNT(*) AS ?n)", "GROUP BY ?class ?p"
        expected = counted(quads, select, graph, "?s a ?class ; ?p ?o", group)
        pattern = """?graph void:classPartition [
            void:class ?class ; void:propertyPartition [ void:property ?p ; void:triples ?n ] ]"""
        assert told(quads, "?class ?p ?n", graph, pattern) == expected, graph


def test_the_description_counts_subjects_classes_and_properties(quads: Quads) -> None:
    for graph in graphs(quads):
        for name, term, pattern in (
            ("distinctSubjects", "?s", "?s ?p ?o"),
            ("entities", "?s", "?s a ?o"),
            ("classes", "?o", "?s a ?o"),
            ("properties", "?p", "?s ?p ?o"),
        ):
            expected = counted(quads, f"(COUNT(DISTINCT {term}) AS ?n)", graph, pattern)
            assert told(quads, "?n", graph, f"?graph void:{name} ?n") == expected, (graph, name)


def test_an_editor_finds_classes_and_properties_without_naming_a_graph(quads: Quads) -> None:
    """The query of SIB's editor and of what was modelled on it."""
    found = rows(
        quads,
        """SELECT DISTINCT ?class ?property WHERE {
        ?part void:class ?class ; void:propertyPartition ?of . ?of void:property ?property }""",
    )
    pd = NAMESPACES["pd"]
    assert [f"{pd}Defection", f"{pd}fromAffiliation"] in found
    assert [f"{pd}CollectiveDefection", f"{pd}announcedCount"] in found


def test_the_links_to_wikidata_are_counted(quads: Quads, described: rdflib.Graph) -> None:
    (links,) = described.subjects(RDF.type, VOID.Linkset)
    ((count,),) = rows(
        quads,
        f"""SELECT (COUNT(*) AS ?n) WHERE {{
        ?s skos:exactMatch ?o FILTER(STRSTARTS(STR(?o), "{NAMESPACES["wd"]}")) }}""",
    )
    assert described.value(links, VOID.triples) == Literal(int(count or 0))
    assert described.value(links, VOID.linkPredicate) == SKOS.exactMatch
    target = described.value(links, VOID.objectsTarget)
    assert described.value(target, VOID.uriSpace) == Literal(NAMESPACES["wd"])
    assert described.value(links, VOID.subjectsTarget) == VIEW


def test_the_dataset_is_described_as_dcat_asks(described: rdflib.Graph) -> None:
    assert (DATASET, RDF.type, DCAT.Dataset) in described
    for wanted in (DCTERMS.title, DCTERMS.description, DCAT.keyword, DCAT.landingPage, VERSION):
        assert described.value(DATASET, wanted), wanted
    assert described.value(DATASET, DCTERMS.license) == URIRef("https://creativecommons.org/licenses/by/4.0/")
    assert described.value(described.value(DATASET, DCTERMS.publisher), FOAF.name)
    assert described.value(DATASET, DCTERMS.spatial) == URIRef(iris.thing("place/united-kingdom"))


def test_the_dataset_covers_the_days_of_its_changes_of_side(quads: Quads, described: rdflib.Graph) -> None:
    ((first, last),) = rows(
        quads,
        """SELECT (MIN(?from) AS ?first) (MAX(?to) AS ?last) WHERE { ?change a pd:AffiliationChange .
        { ?change pd:dateEarliest ?from ; pd:dateLatest ?to } UNION
        { ?change pd:dateEarliest ?from BIND(?from AS ?to) } UNION
        { ?change pd:dateLatest ?to BIND(?to AS ?from) } }""",
    )
    period = described.value(DATASET, DCTERMS.temporal)
    assert str(described.value(period, DCAT.startDate)) == first
    assert str(described.value(period, DCAT.endDate)) == last


def test_the_dataset_says_what_it_was_derived_from(quads: Quads, described: rdflib.Graph) -> None:
    sources = {source for (source,) in rows(quads, "SELECT ?source WHERE { ?source a pd:Source }")}
    assert {str(source) for source in described.objects(DATASET, PROV.wasDerivedFrom)} == sources


def test_every_dump_is_a_distribution_with_its_size_and_media_type(
    web: httpx.Client, published: Path, described: rdflib.Graph
) -> None:
    dumps = {
        path.relative_to(current(published).dumps).as_posix(): path.stat().st_size
        for path in current(published).dumps.rglob("*")
        if path.is_file()
    }
    found = {}
    for distribution in described.objects(DATASET, DCAT.distribution):
        address = str(described.value(distribution, DCAT.downloadURL))
        answer = web.head(address)
        assert answer.status_code == 200
        media_type = str(described.value(distribution, DCAT.mediaType))
        assert media_type.endswith(f"/media-types/{answer.headers['content-type'].partition(';')[0]}")
        name = urlsplit(address).path.removeprefix("/dumps/")
        found[name] = int(str(described.value(distribution, DCAT.byteSize)))
    assert found == dumps
    dumped = {str(address).rpartition(".")[2] for address in described.objects(DATASET, VOID.dataDump)}
    assert dumped == {"nq", "ttl", "trig", "jsonld"}


@pytest.mark.parametrize(
    ("extension", "parser"), [("ttl", "turtle"), ("nt", "nt"), ("jsonld", "json-ld"), ("rdf", "xml")]
)
def test_the_description_is_negotiated_and_has_an_address_in_each_format(
    web: httpx.Client, described: rdflib.Graph, extension: str, parser: str
) -> None:
    answer = web.get(f"/.well-known/void.{extension}")
    media_type = answer.headers["content-type"].partition(";")[0]
    assert set(rdflib.Graph().parse(data=answer.text, format=parser)) == set(described)
    negotiated = web.get("/.well-known/void", headers={"Accept": media_type})
    assert negotiated.headers["content-location"] == f"/.well-known/void.{extension}"
    assert negotiated.content == answer.content
    assert web.get("/.well-known/void", headers={"Accept": "image/png"}).status_code == 406


def test_the_service_description_leads_to_the_dataset(web: httpx.Client, described: rdflib.Graph) -> None:
    answer = web.get("/sparql", headers={"Accept": "text/turtle"})
    service = rdflib.Graph().parse(data=answer.text, format="turtle")
    assert [*service.objects(None, SD.defaultDataset)] == [DATASET]
    assert service.value(DATASET, SD.defaultGraph) == VIEW
    graphs = {VIEW, *(service.value(named, SD.graph) for named in service.objects(DATASET, SD.namedGraph))}
    assert graphs == {*described.objects(DATASET, VOID.subset)}
    for graph in graphs:
        assert service.value(graph, VOID.triples) == described.value(graph, VOID.triples)
    where = service.value(DATASET, RDFS.isDefinedBy)
    assert web.get(str(where)).status_code == 200


def test_every_canned_query_is_an_example_as_sib_has_them(web: httpx.Client, examples: rdflib.Graph) -> None:
    found = examples.query(f"""{PREFIXES}
        PREFIX spex: <https://purl.expasy.org/sparql-examples/ontology#>
        SELECT DISTINCT ?example ?comment ?query ?target WHERE {{
            ?example a sh:SPARQLExecutable ; rdfs:comment ?comment ; schema:target ?target ;
                sh:prefixes [ sh:declare [] ] ; sh:select|sh:ask|sh:construct|spex:describe ?query }}""")
    answered = {str(example).removeprefix(EXAMPLES): (str(comment), str(query)) for example, comment, query, _ in found}  # type: ignore[misc]
    assert {name: comment for name, (comment, _) in answered.items()} == {
        name: query.summary for name, query in queries.canned().items()
    }
    for name, (_, text) in answered.items():
        assert queries.canned()[name].text.endswith(f"{text}\n")
    assert {str(target) for target in examples.objects(None, URIRef("https://schema.org/target"))} == {
        f"{web.base_url}/sparql".replace("//sparql", "/sparql")
    }


@pytest.mark.parametrize("form", ["Select", "Ask", "Construct"])
def test_an_example_has_the_class_of_its_form_and_one_text(examples: rdflib.Graph, form: str) -> None:
    of_form = {*examples.subjects(RDF.type, SH[f"SPARQL{form}Executable"])}
    assert of_form
    assert of_form == {*examples.subjects(SH[form.lower()])}
    for example in of_form:
        assert len([*examples.objects(example, SH[form.lower()])]) == 1


def test_the_prefixes_of_the_examples_are_declared_once_each(examples: rdflib.Graph) -> None:
    declared = [
        (str(examples.value(node, SH.prefix)), str(examples.value(node, SH.namespace)))
        for node in examples.objects(None, SH.declare)
    ]
    assert len(declared) == len({prefix for prefix, _ in declared})
    assert ("pd", NAMESPACES["pd"]) in declared
    assert not set(dict(declared)) & set(NAMESPACES) - {p for p, ns in declared if NAMESPACES.get(p) == ns}


def test_an_example_that_asks_another_service_says_so(examples: rdflib.Graph) -> None:
    federated = {name for name, query in queries.canned().items() if query.federated}
    spex = Namespace("https://purl.expasy.org/sparql-examples/ontology#")
    assert {str(e).removeprefix(EXAMPLES) for e in examples.subjects(spex.federatesWith)} == federated


def parts(web: httpx.Client) -> dict[str, list[str]]:
    """The addresses of each part of the sitemap, checked against the protocol's limits."""
    index = ElementTree.fromstring(web.get("/sitemap.xml").content)
    assert index.tag == f"{SITEMAP}sitemapindex"
    found = {}
    for location in index.iterfind(f"{SITEMAP}sitemap/{SITEMAP}loc"):
        answer = web.get(str(location.text))
        part = ElementTree.fromstring(answer.content)
        assert part.tag == f"{SITEMAP}urlset"
        assert {child.tag for child in part} == {f"{SITEMAP}url"}
        assert {field.tag for child in part for field in child} == {f"{SITEMAP}loc"}
        assert len(answer.content) < 50 * 2**20
        found[str(location.text)] = [str(each.text) for each in part.iterfind(f"{SITEMAP}url/{SITEMAP}loc")]
        assert 0 < len(found[str(location.text)]) <= MOST
    return found


def test_the_sitemap_leads_to_pages_that_are_there(web: httpx.Client) -> None:
    addresses = [address for part in parts(web).values() for address in part]
    assert len(addresses) == len(set(addresses))
    assert all(address.startswith(str(web.base_url)) and len(address) < 2048 for address in addresses)
    for address in addresses[::9]:
        answer = web.get(address, headers={"Accept": "text/html"})
        assert answer.status_code == 200, address
        assert answer.headers["content-type"].startswith("text/html")


def test_the_sitemap_leads_to_what_is_notable(web: httpx.Client) -> None:
    found = {urlsplit(address).path for part in parts(web).values() for address in part}
    assert {
        "/",
        "/queries/who-defected",
        "/id/council/broxtowe-borough-council",
        "/id/party/labour",
        "/id/person/milan-radulovic",
        "/id/defection/broxtowe-councillors-from-labour",
    } <= found
    assert not {path for path in found if path.startswith(("/id/claim/", "/id/membership/"))}


@pytest.mark.parametrize("part", ["things-0", "things-2", "things-x", "people"])
def test_a_part_that_the_sitemap_has_not_is_a_404(web: httpx.Client, part: str) -> None:
    assert web.get(f"/sitemap/{part}.xml").status_code == 404


def test_robots_may_visit_pages_and_nothing_that_is_heavy(web: httpx.Client) -> None:
    answer = web.get("/robots.txt")
    assert answer.headers["content-type"].startswith("text/plain")
    robots = RobotFileParser()
    robots.parse(answer.text.splitlines())
    assert robots.site_maps() == [f"{str(web.base_url).rstrip('/')}/sitemap.xml"]
    for path in ("/", "/queries", "/queries/who-defected", "/id/party/labour", "/ontology", "/sitemap/pages.xml"):
        assert robots.can_fetch("anybody", path), path
    for path in ("/sparql", "/sparql?query=ASK{}", "/graphs?default", "/dumps/party-defections.nq"):
        assert not robots.can_fetch("anybody", path), path
    disallowed = {line.partition(": ")[2] for line in answer.text.splitlines() if line.startswith("Disallow: ")}
    assert {"/*.csv$", "/*.ttl$", "/*.xlsx$", "/queries/*?"} <= disallowed  # RFC 9309, which that parser is older than


def test_the_report_tells_how_much_each_graph_holds(published: Path) -> None:
    quads = current(published).open()
    counted = {graph: len(quads.dump(graph).splitlines()) for graph in graphs(quads)}
    assert current(published).report["graphs"] == counted
