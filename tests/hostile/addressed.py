"""The gallery's queries that would call or read something, and names that lead out of their folders."""

from collections.abc import Iterable
from urllib.parse import quote

from tests.hostile.case import NOT_CALLED, REFUSED, SERVED, UNKNOWN, Hostile
from tests.hostile.queries import EACH, asked, form, got, posted, replaced
from tests.hostile.wire import sent


def addresses(trap: str, redirecting: str, canary: str) -> Iterable[Hostile]:
    """What would have to be fetched: never."""
    private = [
        "http://localhost/",
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/",
    ]
    near = [trap, f"file://{canary}", "file:///etc/passwd", *private, "http://[::1]/", "http://[::ffff:127.0.0.1]/x"]
    for address in near:
        everything = f"{{ {{ {EACH} }} UNION {{ GRAPH ?g {{ {EACH} }} }} }}"
        yield Hostile(f"SERVICE {address}", sent(asked(f"SELECT * {{ SERVICE <{address}> {{ {EACH} }} }}")), NOT_CALLED)
        yield Hostile(f"FROM {address}", sent(asked(f"SELECT * FROM <{address}> {everything}")), NOT_CALLED)
        yield Hostile(
            f"FROM NAMED {address}", sent(posted(f"SELECT * FROM NAMED\n<{address}> {everything}")), NOT_CALLED
        )
        for name in ("default-graph-uri", "named-graph-uri"):
            path = asked("SELECT * { ?s ?p ?o }", more=f"&{name}={quote(address, safe='')}")
            yield Hostile(f"{name} {address}", sent(path), NOT_CALLED)
    empty = asked(f"SELECT * FROM <http://example.com/> {{ {EACH} }}")
    yield Hostile("FROM a graph that is not there", sent(empty), SERVED)
    hidden = {
        "by SILENT": "SELECT * { SERVICE SILENT <%s> {} }",
        "by a comment": "SELECT * { SERVICE # <https://query.wikidata.org/sparql>\n <%s> {} }",
        "by no blank": "SELECT * { ?s ?p trueSERVICE<%s>{} }",
        "by a prefix": "PREFIX trap: <%s> SELECT * { SERVICE trap:x {} }",
        "by a base": "BASE <%s> SELECT * { SERVICE <x> {} }",
        "by a variable": "SELECT * { BIND(<%s> AS ?there) SERVICE ?there {} }",
        "by VALUES": "SELECT * { VALUES ?there { <%s> } SERVICE ?there {} }",
        "by a string that ends twice": "SELECT * { ?s ?p '''a'\\nb''' . SERVICE <%s> {} #'\n}",
        "by no escape": 'SELECT * { VALUES ?v {""""} SERVICE <%s> {} OPTIONAL { ?s ?p :x\\#\n} #"""\n}',
        "by a comparison": "SELECT * { FILTER(1<2#'''\n) SERVICE <%s> {} #'''\n}",
        "by an escape": "SELECT * { \\u0053ERVICE <%s> {} }",
        "in a filter": "SELECT * { FILTER NOT EXISTS { SERVICE <%s> {} } }",
        "in a subselect": "SELECT * { { SELECT * { SERVICE <%s> {} } } }",
    }
    for name, query in hidden.items():
        yield Hostile(f"SERVICE hidden {name}", sent(posted(query % trap)), NOT_CALLED | REFUSED)
    redirected = posted(f"SELECT * {{ SERVICE <{redirecting}> {{ {EACH} }} }}")
    yield Hostile("a listed service that redirects", sent(redirected), frozenset({502, 504}))
    silent = posted(f"SELECT * {{ SERVICE SILENT <{redirecting}> {{ {EACH} }} }}")
    yield Hostile("a listed service that redirects, SILENT", sent(silent), SERVED)
    for update in (f"LOAD <file://{canary}>", f"LOAD <{trap}> INTO GRAPH <http://x/>", "DROP ALL", "INSERT DATA {}"):
        yield Hostile(f"{update[:12]} as a query", sent(asked(update)), REFUSED)
        yield Hostile(f"{update[:12]} as an update", sent(form(f"update={quote(update)}")), REFUSED)
    yield Hostile("a body of SPARQL Update", sent(replaced(posted("DROP ALL"), b"-query", b"-update")), REFUSED)


def names(canary: str) -> Iterable[Hostile]:
    """Names that lead out of their folders, or into a header."""
    up = ["../" * 12, "..%2f" * 12, "%2e%2e/" * 12, "..%252f" * 12, "..\\" * 12, "....//" * 12, "/", "%2f", "%5c"]
    for folder in ("dumps", "queries", "id", "static"):
        for way in up:
            path = f"/{folder}/{way}{canary.lstrip('/')}"
            yield Hostile(f"out of {folder} by {way[:6]}", sent(got(path)), UNKNOWN)
        yield Hostile(f"NUL in a name of {folder}", sent(got(f"/{folder}/person.csv%00.html")), UNKNOWN)
        yield Hostile(f"line break in a name of {folder}", sent(got(f"/{folder}/x%0d%0aSet-Cookie:%20a=b")), UNKNOWN)
        yield Hostile(f"bad UTF-8 in a name of {folder}", sent(got(f"/{folder}/%ff%fe")), UNKNOWN)
        yield Hostile(f"a long name of {folder}", sent(got(f"/{folder}/{'a' * 30_000}")), UNKNOWN)
    yield Hostile("a path that is an address", sent(got("http://169.254.169.254/latest")), UNKNOWN)
    yield Hostile("a graph that is a file", sent(got(f"/graphs?graph=file://{canary}")), NOT_CALLED | UNKNOWN)
