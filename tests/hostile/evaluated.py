"""The gallery's queries that no engine answers in time."""

from collections.abc import Iterable
from urllib.parse import quote

from tests.hostile.case import ENDED, REFUSED, SERVED, Hostile
from tests.hostile.queries import EACH, PREFIX, asked, bind_chain, chained, form, nested, posted
from tests.hostile.wire import CLOSED, GONE, sent, unread, vanished


def nesting() -> Iterable[Hostile]:
    """Deep nesting of every kind: beyond the bound it is refused, below it the worker may end."""
    kinds = {
        "groups": ("{", EACH, "}"),
        "EXISTS": ("FILTER EXISTS { ?s ?p ?o ", "", "}"),
        "NOT EXISTS": ("FILTER NOT EXISTS { ?s ?p ?o ", "", "}"),
        "subselects": ("{ SELECT * {", EACH, "}}"),
        "OPTIONAL": ("OPTIONAL { ?s ?p ?o ", "", "}"),
        "UNION": ("{ ?s ?p ?o } UNION {", EACH, "}"),
        "MINUS": ("?s ?p ?o MINUS {", EACH, "}"),
        "GRAPH": ("GRAPH ?g {", EACH, "}"),
    }
    for name, (opening, inner, closing) in kinds.items():
        yield Hostile(f"{name} in each other", sent(posted(nested(opening, inner, closing, 3000))), REFUSED)
    expression = "SELECT * { ?s ?p ?o BIND(%s AS ?x) }"
    for name, opening, closing in (
        ("parentheses", "(", ")"),
        ("IF", "IF(true,", ",2)"),
        ("COALESCE", "COALESCE(", ")"),
    ):
        yield Hostile(f"{name} in each other", sent(posted(nested(opening, "1", closing, 5000, expression))), REFUSED)
    path, things = "SELECT * { ?s %s ?o }", "SELECT * { ?s ?p %s }"
    yield Hostile("blank nodes in each other", sent(posted(nested("[ ?p ", "?o", "]", 3000, things))), REFUSED)
    yield Hostile("lists in each other", sent(posted(nested("(", "1", ")", 3000, things))), REFUSED)
    yield Hostile("path parentheses", sent(posted(nested("(", ":p", ")", 20000, path))), REFUSED)
    yield Hostile("starred paths", sent(posted(nested("(", ":p", ")*", 20000, path))), REFUSED)
    yield Hostile("groups that never end", sent(posted("SELECT * " + "{" * 100_000)), REFUSED)
    yield Hostile("brackets hidden by strings", sent(posted("ASK { ?s ?p '" + "(" * 999 + "' }")), SERVED)
    yield Hostile("NOT chain", sent(posted(chained("!", 50_000, "ASK { FILTER(%strue) }"))), ENDED)
    yield Hostile("sum chain", sent(posted(chained("+1", 30_000, "ASK { FILTER(1%s = 1) }"))), ENDED)
    yield Hostile("flat union", sent(posted(chained("UNION {?s ?p ?o}", 12_000, "ASK { {} %s }"))), ENDED)
    yield Hostile("BIND chain", sent(posted(bind_chain("1", "@+1", 6000))), ENDED)
    yield Hostile("long list", sent(posted(f"SELECT * {{ ?s ?p ({'1 ' * 600}) }}")), ENDED)
    yield Hostile("blank nodes that hang the optimiser", sent(posted(nested("[ ?p ", "?o", "]", 190, things))), ENDED)
    yield Hostile("lists that hang the optimiser", sent(posted(nested("(", "1", ")", 195, things))), ENDED)
    yield Hostile(
        "OPTIONALs beside each other", sent(posted(f"SELECT * {{ ?s ?p ?o {'OPTIONAL { ?s ?p ?o } ' * 1500}}}")), ENDED
    )
    yield Hostile("path of steps", sent(posted(f"{PREFIX}SELECT * {{ ?s :p{'/:p' * 1500} ?o }}")), ENDED)


def evaluation() -> Iterable[Hostile]:
    """What is short to write and long to answer."""
    pairs, triples = "?a ?b ?c . ?d ?e ?f", "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
    exists = "{ ?x :q ?o . FILTER NOT EXISTS { ?y :q ?o . ?y :p ?z . FILTER(?y != ?x && ?z != ?s) } }"
    queries = {
        "cartesian product, sorted": f"SELECT * {{ {pairs} }} ORDER BY ?f ?a",
        "cartesian product, counted": f"SELECT (COUNT(*) AS ?n) {{ {triples} }}",
        "cartesian product, distinct": f"SELECT DISTINCT ?a ?d ?g {{ {triples} }}",
        "cartesian product, grouped": f"SELECT ?a (SUM(STRLEN(STR(?f))) AS ?n) {{ {triples} }} GROUP BY ?a ?d",
        "cartesian product of subselects": f"SELECT (MAX(?n) AS ?m) {{ {{ SELECT (STR(?c) AS ?n) {{ {triples} }} }} }}",
        "an ASK that is never true": f"ASK {{ {triples} FILTER(CONCAT(STR(?a), STR(?i)) = 'no') }}",
        "self-join that degenerates": f"SELECT (COUNT(*) AS ?n) {{ ?s :q ?u . ?t :q ?v . {exists} }}",
        "path of both ways": "SELECT (COUNT(*) AS ?n) { ?s (:p|^:p|:q)*/(:p|^:q)*/(:p|:q)* ?o }",
        "path of everything": "SELECT (COUNT(*) AS ?n) { ?s (!:none|^!:none)* ?o . ?o (!:none|^!:none)+ ?t }",
        "paths one after the other": "SELECT (COUNT(*) AS ?n) { ?a :p+ ?b . ?b :p+ ?c . ?c :p+ ?d }",
        "GROUP_CONCAT of everything": f"SELECT (GROUP_CONCAT(?c; SEPARATOR='{'x' * 4000}') AS ?n) {{ {triples} }}",
        "GROUP_CONCAT of itself": "SELECT (GROUP_CONCAT(CONCAT(?o, ?t)) AS ?n) { ?s :r ?o . ?u :r ?t . ?v :r ?w }",
        "doubled by CONCAT": bind_chain("'0123456789'", "CONCAT(@, @)", 60),
        "multiplied by REPLACE": bind_chain("'aaaaaaaaaa'", "REPLACE(@, 'a', 'aaaaaaaaaa')", 12),
        "regex of everything": f"SELECT * {{ {pairs} FILTER(REGEX(CONCAT(STR(?a), STR(?f)), '(a+)+$')) }}",
        "random sort": f"SELECT * {{ {pairs} }} ORDER BY RAND() LIMIT 1",
    }
    for name, query in queries.items():
        yield Hostile(name, sent(posted(PREFIX + query)), ENDED)
    regex = "ASK { FILTER(REGEX('%s', '%s')) }"
    compiled = frozenset({200, 400, 503, 504})  # the engine's expressions are linear, and bounded in size
    yield Hostile("regex bomb", sent(posted(regex % ("a" * 3000 + "b", "(a+)+(a+)+(a+)+$"))), compiled)
    yield Hostile(
        "regex of repeats", sent(posted(regex % ("a" * 300, "((((a{1,99}){1,99}){1,99}){1,99}){1,99}"))), compiled
    )
    yield Hostile("regex in brackets", sent(posted(regex % ("a", "(" * 9000 + "a" + ")" * 9000))), compiled)
    values = "SELECT (COUNT(*) AS ?n) { VALUES (?a ?b) { %s } VALUES (?c ?d) { %s } VALUES (?e ?f) { %s } }"
    rows = " ".join(f"({n} {n})" for n in range(5000))
    yield Hostile("products of VALUES", sent(posted(values % (rows, rows, rows))), ENDED)
    yield Hostile(
        "VALUES that are many", sent(posted(f"ASK {{ VALUES ?a {{ {'1 ' * 120_000} }} }}")), frozenset({200, 504})
    )
    yield Hostile(
        "VALUES beyond the bound", sent(posted(f"ASK {{ VALUES ?a {{ {'1 ' * 900_000} }} }}")), frozenset({413})
    )
    many = ",".join(str(n) for n in range(40_000))
    yield Hostile(
        "IN of many", sent(posted(f"SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f FILTER(?c IN ({many})) }}")), ENDED
    )
    within = sent(form(f"timeout=300ms&query={quote(f'SELECT (COUNT(*) AS ?n) {{ {triples} }} # ours')}"))
    yield Hostile("given less time by its client", within, frozenset({504}))


def long_answers() -> Iterable[Hostile]:
    """Answers longer than the server writes, and clients that do not take theirs."""
    product = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
    for name in ("json", "xml", "csv", "tsv"):
        yield Hostile(f"long answer in {name}", sent(asked(f"{product} # {name}", more=f"&format={name}")), ENDED)
    graph = "CONSTRUCT { ?a ?e ?c . ?d ?b ?f } WHERE { ?a ?b ?c . ?d ?e ?f FILTER(isIRI(?e)) }"
    yield Hostile("long graph", sent(asked(graph, "text/turtle")), ENDED)
    yield Hostile("huge LIMIT", sent(asked(f"{product} LIMIT 9999999999999999")), ENDED)
    yield Hostile("LIMIT beyond every number", sent(asked(f"ASK {{}} LIMIT {'9' * 40}")), REFUSED)
    most = asked(f"{product} LIMIT 20000", "text/csv")
    yield Hostile("an answer that nobody reads", unread(most, 1.4), frozenset({CLOSED}))
    yield Hostile("a client that goes amid its answer", vanished(most, 0.3), frozenset({GONE}))
