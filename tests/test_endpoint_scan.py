"""The scan for SERVICE: no spelling that Oxigraph takes for a call goes past it, and no other word is taken for one."""

import contextlib
import time

import pyoxigraph as ox
import pytest

from kg.serve.problem import Problem
from kg.serve.scan import refuse_unlisted

WIKIDATA = "https://query.wikidata.org/sparql"
EVIL = "<http://localhost:9/>"  # a port that Oxigraph refuses by itself, so that a call shows without a network

CALLS = [
    "SELECT * { SERVICE %s {?a ?b ?c} }",
    "SELECT * { service silent %s {?a ?b ?c} }",
    "SELECT * { SERVICE%s{?a ?b ?c} }",
    "SELECT * { SERVICESILENT%s{?a ?b ?c} }",
    "SELECT * { ?s ?p trueSERVICE%s{?a ?b ?c} }",
    "SELECT * { ?s ?p 1SERVICE%s{?a ?b ?c} }",
    "SELECT * { ?s ?p 1.SERVICE%s{?a ?b ?c} }",
    "SELECT * { ?s ?p 1e5SERVICE%s{?a ?b ?c} }",
    "SELECT * { ?s ?p ?o.SERVICE%s{?a ?b ?c} }",
    "SELECT * { ?s ?p 'x'@en.SERVICE%s{?a ?b ?c} }",
    "SELECT * { ?s ?p '''x'''SERVICE%s{?a ?b ?c} }",
    "SELECT * { ?s ?p ''SERVICE%s{?a ?b ?c} }",
    "SELECT * { ?s ?p '\\''SERVICE%s{?a ?b ?c} }",
    "SELECT * { ?s ?p 'x'^^<http://x/>SERVICE%s{?a ?b ?c} }",
    "PREFIX e: <http://e/> SELECT * { ?s ?p e:.SERVICE%s{?a ?b ?c} }",
    "PREFIX e: <http://e/> SELECT * { ?s ?p e:x\\' SERVICE %s{?a ?b ?c} }",
    "SELECT * { SERVICE#> '\n%s{?a ?b ?c} }",
    "SELECT * { ?s ?p ?o #'\n SERVICE %s{?a ?b ?c} #'\n}",
    "SELECT * { ?s <http://x#'''> ?o SERVICE %s{?a ?b ?c} }",
    "SELECT * { FILTER(1<2)SERVICE#>\n%s{?a ?b ?c} }",
    "SELECT * { FILTER(1<2#'''\n)SERVICE %s{?a ?b ?c} #'''\n}",
    "SELECT * { FILTER('a'<'b'&&'>'>'')SERVICE %s{?a ?b ?c} #'\n}",
    "SELECT * { {} UNION { {SELECT * {SERVICE %s{?a ?b ?c}}} } }",
    "ASK { SERVICE %s {?a ?b ?c} }",
]
BY_NAME = [
    "PREFIX evil: <http://localhost:9/> SELECT * { SERVICE evil:x {?a ?b ?c} }",
    "PREFIX evil: <http://localhost:9/> SELECT * { SERVICEevil:x {?a ?b ?c} }",
    "PREFIX : <http://localhost:9/> SELECT * { SERVICE:x {?a ?b ?c} }",
    "PREFIX : <http://localhost:9/> PREFIX service: <http://s/> SELECT * { SERVICE:x {?a ?b ?c} }",
    "PREFIX : <http://localhost:9/> SELECT * { FILTER(1<2)SERVICE:x#>\n{?a ?b ?c} }",
    "PREFIX : <http://localhost:9/> SELECT * { FILTER(1<2#'''\n)SERVICE:x{?a ?b ?c} #'''\n}",
    "BASE <http://localhost:9/> SELECT * { SERVICE <x> {?a ?b ?c} }",
]


_STORE = ox.Store()  # it holds what the cases match before they call, since an empty left side calls nothing
_STORE.load(
    b"""<http://s> <http://p> true, 1, 1.0, 1e5, "", "'", "x", "x"@en, "x"^^<http://x/>, <http://e/>, <http://e/x'> ;
    <http://x#'''> 1 .""",
    format=ox.RdfFormat.TURTLE,
)


@pytest.mark.parametrize("query", [q.replace("%s", EVIL) for q in CALLS] + BY_NAME)
def test_what_oxigraph_takes_for_a_call_is_refused(query: str) -> None:
    assert oxigraph_calls(query)
    with pytest.raises(Problem, match="line ") as refused:
        refuse_unlisted(query)
    assert refused.value.status == 403


def test_a_call_whose_failure_nobody_would_see_is_refused() -> None:
    with pytest.raises(Problem):
        refuse_unlisted(f"SELECT * {{ FILTER EXISTS {{ SERVICE {EVIL} {{ ?a ?b ?c }} }} }}")


@pytest.mark.parametrize(
    "target", ["?where", "$where", "ex:service", "<wikidata>", "", f"<{WIKIDATA}/>", f"<{WIKIDATA}?x>"]
)
def test_a_service_that_is_not_named_in_full_is_refused(target: str) -> None:
    with pytest.raises(Problem):
        refuse_unlisted(f"SELECT * {{ SERVICE {target} {{ ?a ?b ?c }} }}")


def test_a_second_service_is_looked_at_too() -> None:
    with pytest.raises(Problem, match="line 2, column 11: this endpoint does not call http://other/") as refused:
        refuse_unlisted(f"SELECT * {{ SERVICE <{WIKIDATA}> {{}}\n  SERVICE <http://other/> {{}} }}")
    assert refused.value.members == {"line": 2, "column": 11}


@pytest.mark.parametrize("words", ["SERVICE", "service SILENT", "Service  # silent \n silent"])
def test_a_listed_service_is_called(words: str) -> None:
    assert refuse_unlisted(f"SELECT * {{ {words} <{WIKIDATA}> {{ ?a ?b ?c }} }}")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p 'SERVICE <http://x/> {}' }",
        "SELECT * { ?s ?p '''a ' SERVICE <http://x/> {}''' }",
        'SELECT * { ?s ?p """SERVICE" <http://x/>""" }',
        "SELECT * { ?s ?p ?o } # SERVICE <http://x/> {}",
        "SELECT ?SERVICE { ?SERVICE ?service $SERVICE }",
        "SELECT * { ?s <http://x/SERVICE#service> _:SERVICE }",
        "PREFIX bd: <http://b/> SELECT * { bd:serviceParam bd:SERVICE 'x'@service }",
        "SELECT * { ?s ?p ?o FILTER(?s < 3 && ?o > 4) }",
    ],
)
def test_a_service_in_a_string_a_comment_or_a_name_is_none(query: str) -> None:
    assert not refuse_unlisted(query)


def test_oxigraph_reads_no_escapes_in_keywords() -> None:
    """SPARQL allows them; were they read, the scan would have to read them too."""
    with pytest.raises(SyntaxError):
        ox.Store().query("SELECT * { \\u0053ERVICE <http://localhost:9/> { ?a ?b ?c } }")


def test_a_long_query_is_scanned_in_no_time() -> None:
    for piece in ("a.", "'''", "a:b.", "'\"", "<a", "_:a.", "\\", "<a>'", "SERVICE"):
        query = "service" + piece * 200_000
        began = time.monotonic()
        with contextlib.suppress(Problem):
            refuse_unlisted(query)
        assert time.monotonic() - began < 10


def oxigraph_calls(query: str) -> bool:
    """Whether a query fails because Oxigraph calls out for it; SILENT is dropped, or it would not fail."""
    try:
        result = _STORE.query(query.replace("SILENT", "").replace("silent", ""))
        if not isinstance(result, ox.QueryBoolean):
            list(result)
    except OSError:
        return True
    return False
