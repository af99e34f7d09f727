"""The canned queries: how they are written, and answers reviewed against the documents, from two engines that agree."""

import json
import re
import socket
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import rdflib
import rdflib.plugins.sparql
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue

import kg
from kg.builds import Build, current
from kg.iris import ID, NAMESPACES
from kg.paths import QUERIES
from kg.queries import CannedQuery, ParameterFault, canned, find
from kg.store import EvaluationFault, Quads
from tests.record_answers import EXPECTED, Case, cases, shown, written

TAGS = {
    "defections", "people", "parties", "councils", "elections", "evidence", "sources", "checks", "construct",
    "federated", "lists",
}  # fmt: skip
EMPTY = {
    "people-who-changed-side-more-than-once": "no document tells of two changes by one person",
    "loss-rate-of-each-party-on-councils": "no party of the invented world holds a hundred seats",
    "rows-behind-inferred-changes": "the rosters of the invented world are not of Broxtowe",
}
HOSTILE_TEXTS = [
    '" } UNION { ?thing ?property ?matched } #',
    "'''",
    '"""',
    '\\" } #',
    "\\",
    'broxtowe"@en } #',
    "broxtowe\n  VALUES ?text { UNDEF }",
    "broxtowe\r\n}\tSELECT",
    "}} LIMIT 0 #",
    "<script>alert(1)</script>",
    "\u2028\u0085\u0000\u001f",
]
HOSTILE_THINGS = [
    "party/labour> } UNION { ?s ?p ?o } #",
    "party/labour party",
    "party/<labour>",
    'party/labour"',
    "party/labour\n",
    "party/../person/anna-soubry",
    "party/Labour",
    "party/",
    "person/anna-soubry",
    "https://example.org/party/labour",
    f"{ID}person/anna-soubry",
    f"{ID}party/labour>",
    "UNDEF",
    "?s",
]
HOSTILE_DATES = [
    "today",
    "2025-13",
    "2025-02-30",
    "25-01-01",
    "2025-01/2025-02",
    "..",
    '2025-01-01"^^xsd:string } #',
    "2025-01-01\n}",
    "NOW()",
    "UNDEF",
]
HOSTILE_NUMBERS = ["many", "1e3", "NaN", "0x10", "1,5", "1 } #", "1\n}", "-", "?s", "UNDEF", "²", "20.24.1"]

SHIPPED = [*sorted(QUERIES.glob("*.rq")), *sorted(Path(kg.__file__).parent.rglob("*.rq"))]

rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS = False

names = pytest.mark.parametrize("name", sorted(canned()))
all_cases = pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)


@pytest.fixture
def asked(case: Case, request: pytest.FixtureRequest) -> Build:
    """The build that a case is asked of."""
    return request.getfixturevalue("invented") if case.wide else current(request.getfixturevalue("published"))


@cache
def opened(build: Build) -> Quads:
    return build.open()


@cache
def dataset(build: Build) -> rdflib.Dataset:
    """The quads of a build in rdflib, whose default graph is the consolidated view alone."""
    dataset = rdflib.Dataset(default_union=False)
    dataset.parse(build.quads, format="nquads")
    return dataset


# How they are written


@names
def test_a_query_has_a_readable_header(name: str) -> None:
    query = canned()[name]
    assert query.summary[0].isupper()
    assert not query.summary.endswith(".")
    assert len(query.summary) <= 110
    assert query.description.endswith(".")
    assert set(query.tags) <= TAGS
    assert query.tags
    assert all(parameter.description for parameter in query.params.values())


@names
def test_a_query_is_named_as_its_question_and_tagged_by_its_form(name: str) -> None:
    query = canned()[name]
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
    assert (query.form == "ASK") == name.startswith("ask-") == ("checks" in query.tags) == query.summary.endswith("?")
    assert (query.form == "CONSTRUCT") == ("construct" in query.tags)
    assert query.federated == ("federated" in query.tags)


@names
def test_a_query_is_self_contained_and_declares_what_it_uses(name: str) -> None:
    text = canned()[name].text
    body = re.sub(r"^#.*\n|^PREFIX .*\n", "", text, flags=re.MULTILINE)
    used = set(re.findall(r"(?<![\w?<\"/:])([a-z]+):(?=\w)", re.sub(r'<[^>]*>|"[^"]*"', "", body)))
    declared = dict(re.findall(r"^PREFIX (\w+): <(.*)>$", text, re.MULTILINE))
    assert set(declared) == used
    if not canned()[name].federated:
        assert declared.items() <= NAMESPACES.items()
    assert list(declared) == sorted(declared)
    assert max(map(len, text.splitlines())) <= 120


@names
def test_the_rows_of_a_query_have_an_order(name: str) -> None:
    query = canned()[name]
    last = query.text.rstrip().splitlines()[-1]
    assert last.startswith("ORDER BY ") == (query.form == "SELECT")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_exists_holds_one_triple_pattern_at_most(path: Path) -> None:
    """With several, Oxigraph joins them without keys for every row; MINUS does not."""
    assert all(count <= 1 for count in _patterns_inside_exists(path.read_text(encoding="utf-8")))


@names
def test_no_pattern_multiplies_things_that_have_nothing_to_do_with_each_other(name: str) -> None:
    for pattern in _nodes(_algebra(canned()[name].text), {"BGP"}):
        assert _parts([_variables(triple) for triple in pattern.triples]) <= 1, pattern.triples


def test_a_second_pattern_inside_exists_is_noticed() -> None:
    opening = "SELECT ?s WHERE { ?s ?p ?o FILTER NOT EXISTS {"
    assert _patterns_inside_exists(f"{opening} ?s ?q ?x }} }}") == [1]
    assert _patterns_inside_exists(f"{opening} ?s ?q ?x ; ?r ?o }} }}") == [2]
    assert _patterns_inside_exists(f"{opening} ?s ?q ?x OPTIONAL {{ ?x ?r ?o }} }} }}") == [2]


def test_a_product_of_unrelated_patterns_is_noticed() -> None:
    pattern = next(_nodes(_algebra("SELECT * WHERE { ?a ?p ?b . ?c ?q ?d }"), {"BGP"}))
    assert _parts([_variables(triple) for triple in pattern.triples]) == 2


# What they answer


@all_cases
def test_oxigraph_answers_as_reviewed(case: Case, asked: Build) -> None:
    assert written(case, opened(asked), case.params) == case.expected


@all_cases
def test_rdflib_answers_the_same(case: Case, asked: Build) -> None:
    result = dataset(asked).query(case.query.fill(case.params))
    if case.query.form == "CONSTRUCT":
        assert result.graph is not None
        assert set(result.graph) == set(rdflib.Graph().parse(data=case.expected, format="nt"))
        return
    expected = json.loads(case.expected)
    if case.query.form == "ASK":
        assert result.askAnswer == expected["answer"]
        return
    assert [str(variable) for variable in result.vars or []] == expected["columns"]
    rows = [[None if term is None else str(term) for term in row] for row in result]  # type: ignore[union-attr]
    assert [shown(row) for row in rows] == expected["rows"]


@names
def test_a_query_answers_something_as_it_stands(name: str) -> None:
    if canned()[name].federated:
        pytest.skip("tests/test_federation.py asks it of a server on loopback")
    plain = [case for case in (Case(name), Case(f"wide/{name}")) if case.path.exists()]
    assert plain
    for case in plain:
        empty = case.path.suffix == ".json" and json.loads(case.expected).get("rows") == []
        assert empty == (name in EMPTY), EMPTY.get(name)


@pytest.mark.parametrize("name", [name for name, query in canned().items() if query.federated])
def test_a_federated_query_is_sparql_in_both_engines(name: str, quads: Quads) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    nowhere = re.sub(r"SERVICE <[^>]*>", f"SERVICE <http://127.0.0.1:{port}/>", canned()[name].text)
    prepareQuery(nowhere)
    with pytest.raises((EvaluationFault, OSError)):  # it parsed, and then found nobody there to ask
        list(quads.query(nowhere).rows())


def test_no_answer_is_kept_of_a_query_that_is_gone() -> None:
    stems = {path.stem.partition("--")[0] for path in EXPECTED.rglob("*.*")}
    assert stems == {query.name for query in canned().values() if not query.federated}


def test_every_parameter_is_tried_in_some_case() -> None:
    tried = {(case.query.name, param) for case in cases() for param in case.params}
    asked = {(q.name, p) for q in canned().values() if not q.federated for p in q.params}
    assert asked == tried


# Their parameters


@names
def test_choices_are_values_and_labels_that_the_parameter_accepts(name: str, quads: Quads) -> None:
    for parameter in canned()[name].params.values():
        if parameter.choices:
            lists = find(parameter.choices)
            assert "lists" in lists.tags
            rows = list(quads.query(lists.text).rows())
            values = [row[0] or "" for row in rows]
            assert all(parameter.term(value) == f"<{value}>" for value in values)
            assert all(row[1] and not row[1].startswith("http") for row in rows)
            assert len(set(values)) == len(values)


@names
def test_a_default_that_can_be_chosen_is_among_the_choices(name: str, quads: Quads) -> None:
    for parameter in canned()[name].params.values():
        if parameter.choices and parameter.default:
            values = {f"<{row[0]}>" for row in quads.query(find(parameter.choices).text).rows()}
            assert parameter.term(parameter.default) in values


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
@pytest.mark.parametrize(("name", "param"), [("name-look-up", "text"), ("identifiers-and-codes", "code")])
def test_hostile_text_is_only_ever_text(name: str, param: str, text: str, quads: Quads) -> None:
    filled = find(name).fill({param: text})
    assert list(quads.query(filled).rows()) == []
    assert [str(term) for term in _texts(filled, param)] == [text.strip()]


@pytest.mark.parametrize("value", HOSTILE_THINGS)
@pytest.mark.parametrize(("name", "param"), [("what-wikidata-says-of-a-party", "party")])
def test_what_is_no_name_of_a_thing_is_refused(name: str, param: str, value: str) -> None:
    if value == "party/labour\n":
        assert find(name).fill({param: value}) == find(name).fill({param: "party/labour"})  # space around is no part
        return
    with pytest.raises(ParameterFault):
        find(name).fill({param: value})


@pytest.mark.parametrize("value", HOSTILE_DATES)
@pytest.mark.parametrize(("name", "param"), [("who-sat-for-what-on-a-date", "on"), ("who-defected", "since")])
def test_what_is_no_date_is_refused(name: str, param: str, value: str) -> None:
    with pytest.raises(ParameterFault):
        find(name).fill({param: value})


@pytest.mark.parametrize("value", HOSTILE_NUMBERS)
@pytest.mark.parametrize(
    ("name", "param"),
    [("councillors-on-two-councils", "year"), ("who-joined-a-party", "minimum"), ("most-affected-councils", "least")],
)
def test_what_is_no_number_is_refused(name: str, param: str, value: str) -> None:
    with pytest.raises(ParameterFault):
        find(name).fill({param: value})


def test_a_number_becomes_a_term_of_its_kind() -> None:
    assert "VALUES ?minimum { 1.0 }" in find("who-joined-a-party").fill({"minimum": "1"})
    assert "VALUES ?minimum { 0.85 }" in find("who-joined-a-party").fill({"minimum": " 0.85 "})
    year = f'"2018"^^<{NAMESPACES["xsd"]}gYear>'
    assert f"VALUES ?year {{ {year} }}" in find("councillors-on-two-councils").fill({"year": "2018"})


def test_a_parameter_that_the_query_does_not_have_is_refused() -> None:
    with pytest.raises(ParameterFault, match="no parameter"):
        find("who-defected").fill({"left} UNION {": "party/labour"})


@names
def test_filling_changes_nothing_but_the_value_of_a_parameter(name: str) -> None:
    query = canned()[name]
    for parameter in query.params.values():
        filled = query.fill({parameter.name: _example(query, parameter.type)})
        lines = zip(filled.splitlines(), query.text.splitlines(), strict=True)
        changed = [line for line, before in lines if line != before]
        assert all(line.strip().startswith(f"VALUES ?{parameter.name} {{ ") for line in changed)
        assert len(changed) == 1


# What follows from the documents, said once more in words


def test_twenty_were_announced_eighteen_left_two_stayed_and_three_are_named(quads: Quads) -> None:
    rows = {row[1]: row[2:] for row in quads.query(find("named-and-unnamed-defectors").text).rows()}
    assert rows["Councillors of Broxtowe leave Labour"] == ["20", "2", "18", "3", "15"]


def test_a_renaming_and_a_lost_majority_are_no_defections(quads: Quads) -> None:
    affiliations = {"from": "Broxtowe Independents", "to": "Broxtowe Alliance"}
    flows = [(row[1], row[3]) for row in quads.query(find("net-flow-between-affiliations").text).rows()]
    assert tuple(affiliations.values()) not in flows
    assert ("Labour Party", "Broxtowe Alliance") in flows


def test_the_end_of_one_affiliation_is_not_sure_within_the_month_of_the_change(quads: Quads) -> None:
    filled = find("who-sat-for-what-on-a-date").fill({"on": "2025-01-15", "body": "council/broxtowe-borough-council"})
    sides = {(row[5], row[6]) for row in quads.query(filled).rows() if row[1] == "Milan Radulovic"}
    assert sides == {("Labour Party", "possibly"), ("Broxtowe Alliance", "possibly")}


def test_forty_two_years_of_membership_are_sure_between_their_bounds(quads: Quads) -> None:
    def certainty(on: str) -> list[str | None]:
        filled = find("who-held-what-on-a-date").fill({"on": on, "organization": "party/labour"})
        return [row[7] for row in quads.query(filled).rows() if row[1] == "Milan Radulovic"]

    assert certainty("1981-12-31") == []
    assert certainty("1982-06-01") == ["possibly"]
    assert certainty("1983-01-31") == ["surely"]
    assert certainty("2025-01-01") == ["surely"]
    assert certainty("2025-01-02") == ["possibly"]
    assert certainty("2025-02-01") == []


@cache
def _algebra(text: str) -> CompValue:
    algebra: CompValue = prepareQuery(text).algebra
    return algebra


def _nodes(node: object, wanted: set[str]) -> Iterator[CompValue]:
    """Every node of those names in the algebra of a query, whatever holds it."""
    if isinstance(node, CompValue):
        if node.name in wanted:
            yield node
        for value in node.values():
            yield from _nodes(value, wanted)
    elif isinstance(node, list | tuple | set):
        for value in node:
            yield from _nodes(value, wanted)


def _patterns_inside_exists(text: str) -> list[int]:
    """How many triple patterns each EXISTS or NOT EXISTS of a query holds; rdflib leaves them as they were parsed."""
    found = _nodes(_algebra(text), {"Builtin_EXISTS", "Builtin_NOTEXISTS"})
    return [
        sum(len(terms) // 3 for block in _nodes(node, {"TriplesBlock"}) for terms in block.triples) for node in found
    ]


def _variables(triple: tuple[object, ...]) -> set[str]:
    return {str(term) for term in triple if isinstance(term, rdflib.Variable | rdflib.BNode)}


def _parts(patterns: list[set[str]]) -> int:
    """Into how many parts triple patterns fall that share no variable, directly or through others."""
    parts: list[set[str]] = []
    for pattern in patterns:
        joined = [part for part in parts if part & pattern]
        parts = [part for part in parts if not part & pattern] + [pattern.union(*joined)]
    return len(parts)


def _texts(filled: str, param: str) -> list[rdflib.Literal]:
    """The literals that the query binds a variable to by VALUES."""
    blocks = [block.res for block in _nodes(_algebra(filled), {"values"})]
    return [row[rdflib.Variable(param)] for rows in blocks for row in rows if rdflib.Variable(param) in row]


def _example(query: CannedQuery, kind: str) -> str:
    """A value of a parameter's type that is no query's default."""
    examples = {"date": "1999-09-09", "year": "1999", "integer": "7", "decimal": "0.77", "string": 'a "word" {'}
    examples |= {"item": "Q90099"}
    return examples.get(kind, f"{kind.split('|')[0]}/nobody-of-{query.name}")
