"""The gallery's requests that are hostile as HTTP: bodies, heads, connections, parameters."""

import gzip
import zlib
from collections.abc import Iterable
from urllib.parse import quote

import zstandard

from tests.hostile.case import BROKEN, ENDED, REFUSED, SERVED, UNKNOWN, Hostile
from tests.hostile.queries import asked, form, got, posted, replaced
from tests.hostile.wire import CLOSED, GONE, dripped, endless, half_closed, sent, vanished

ZEROS = b"\0" * (10 << 20)
KILLER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } # for a day"
CANNED = "/queries/changes-by-year-and-party-with-status.json"


def bodies() -> Iterable[Hostile]:
    """Bodies that are long, coded, broken, or do not come."""
    yield Hostile("10 MB", sent(posted(ZEROS)), frozenset({413, CLOSED}))
    yield Hostile("10 MB as a form", sent(form(b"query=" + ZEROS)), frozenset({413, CLOSED}))
    yield Hostile("10 MB to a page", sent(replaced(posted(ZEROS), b"/sparql", b"/queries")), frozenset({405, CLOSED}))
    chunked = posted(b"", "Transfer-Encoding: chunked")
    yield Hostile("chunks without end", endless(chunked, b"400\r\n" + b"x" * 1024 + b"\r\n"), frozenset({413, CLOSED}))
    yield Hostile("chunks of one byte", endless(chunked, b"1\r\nx\r\n"), frozenset({408, 413}))
    yield Hostile("a chunk longer than any", sent(chunked + b"ffffffffffffffffffff\r\nx"), BROKEN)
    yield Hostile("a chunk that is none", sent(chunked + b"zz\r\nx\r\n"), BROKEN)
    yield Hostile("a body that drips", dripped(posted("ASK {}")[:-3] + b" " * 200), frozenset({408, CLOSED}))
    short = posted("ASK {}", "Content-Length: 1000")
    yield Hostile("a body that does not come", sent(short), frozenset({408}))
    yield Hostile("a body that does not come, half closed", half_closed(short), frozenset({400, 408, CLOSED}))
    for coding, bomb in {
        "gzip": gzip.compress(ZEROS),
        "zstd": zstandard.compress(ZEROS),
        "deflate": zlib.compress(ZEROS),
    }.items():
        yield Hostile(f"{coding} bomb", sent(posted(bomb, f"Content-Encoding: {coding}")), frozenset({415}))
    yield Hostile("bad UTF-8", sent(posted(b"ASK { ?s ?p '\xff\xfe' }")), REFUSED)
    yield Hostile("bad UTF-8 in a form", sent(form(b"query=ASK%20%7B%7D%ff")), REFUSED)
    yield Hostile("bad UTF-8 in an address", sent(got("/sparql?query=ASK%20%7B%7D%c3%28")), REFUSED)
    yield Hostile("a lone surrogate", sent(got("/sparql?query=ASK%7B%7D%23%ed%a0%80")), REFUSED)
    yield Hostile(
        "UTF-16",
        sent(posted("ASK {}".encode("utf-16"), "Content-Type: application/sparql-query; charset=utf-16")),
        frozenset({400, 415}),
    )
    yield Hostile("NUL in a query", sent(posted("ASK { \0 }")), REFUSED)
    yield Hostile("NUL in a string", sent(asked("ASK { FILTER('\0' = 'x') }")), SERVED | REFUSED)
    yield Hostile(
        "another media type",
        sent(replaced(posted("ASK {}"), b"application/sparql-query", b"text/plain")),
        frozenset({415}),
    )
    yield Hostile(
        "a media type without end", sent(posted("ASK {}", "Content-Type: a/b" + ";a=b" * 9000)), frozenset({400, 415})
    )


def heads() -> Iterable[Hostile]:
    """Request lines and headers that are long, many, contradictory or nonsense."""
    large = frozenset({400, 406, 414, 431, CLOSED})
    query = "/sparql?query=ASK%7B%7D"
    yield Hostile("Accept of 100 kB", sent(asked("ASK {}", "a" * 100_000)), large)
    yield Hostile("Accept of 10,000 members", sent(asked("ASK {}", "a/b;q=0.1," * 10_000)), large)
    yield Hostile("Accept of 5,000 members", sent(asked("ASK {}", "a/b;q=0.1," * 5000)), large)
    yield Hostile("Accept of quotes", sent(asked("ASK {}", 'a/b;c="' + '\\"' * 25_000)), large | SERVED)
    yield Hostile("Accept of quotes, to a page", sent(got("/nowhere", "Accept: " + '\\"' * 25_000)), UNKNOWN | large)
    yield Hostile("Accept of semicolons", sent(asked("ASK {}", ";;;")), SERVED | large)
    yield Hostile("Accept that ends amid a quote", sent(asked("ASK {}", 'a/b;c="\\')), SERVED | large)
    yield Hostile(
        "Accept-Encoding of nonsense",
        sent(got(query, "Accept-Encoding: ;q=,,zstd;q=9,br;q=-1,\x01*;q=q")),
        SERVED | BROKEN,
    )
    yield Hostile("Accept-Encoding of many", sent(got(query, "Accept-Encoding: " + "gzip;q=0.5, " * 4000)), SERVED)
    yield Hostile("If-None-Match of many", sent(got(query, "If-None-Match: " + '"x", ' * 9000)), SERVED)
    yield Hostile("an address of 200 kB", sent(got(f"{query}&x={'a' * 200_000}")), frozenset({414, 431, CLOSED}))
    yield Hostile("12,000 headers", sent(got(query, *("X: y" for _ in range(12_000)))), frozenset({431, CLOSED}))
    yield Hostile("a header without end", endless(b"GET / HTTP/1.1\r\nX: ", b"a" * 4096), frozenset({431, CLOSED}))
    yield Hostile("a request line without end", endless(b"GET /", b"a" * 4096), frozenset({400, 414, 431, CLOSED}))
    yield Hostile("headers without end", endless(b"GET / HTTP/1.1\r\n", b"X: y\r\n" * 500), frozenset({431, CLOSED}))
    for method in ("TRACE", "PUT", "DELETE", "PATCH", "PROPFIND"):
        yield Hostile(f"{method}", sent(got("/sparql", method=method)), frozenset({400, 405, CLOSED}))
    yield Hostile("CONNECT", sent(got("localhost:22", method="CONNECT")), frozenset({400, 404, 405, CLOSED}))
    yield Hostile("a method that there is not", sent(got("/sparql", method="BREW")), BROKEN | {405})
    yield Hostile("a method in small letters", sent(got(query, method="get")), BROKEN | {405})
    yield Hostile("HTTP/1.0", sent(b"GET /sparql?query=ASK%7B%7D HTTP/1.0\r\n\r\n"), SERVED)
    yield Hostile("HTTP/9.9", sent(b"GET / HTTP/9.9\r\nHost: x\r\n\r\n"), BROKEN | {505})
    yield Hostile("HTTP/2 at once", sent(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), BROKEN)
    yield Hostile("TLS", sent(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200), BROKEN)
    yield Hostile("two lengths", sent(posted("ASK {}", "Content-Length: 6", "Content-Length: 60")), BROKEN)
    yield Hostile(
        "a length and chunks",
        sent(posted("0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n", "Content-Length: 6", "Transfer-Encoding: chunked")),
        BROKEN,
    )
    yield Hostile("a length that is none", sent(posted("ASK {}", "Content-Length: -6")), BROKEN)
    yield Hostile("a length beyond every number", sent(posted("ASK {}", f"Content-Length: {'9' * 40}")), BROKEN | {413})
    yield Hostile("chunks by another name", sent(posted("x", "Transfer-Encoding: xchunked")), BROKEN)
    yield Hostile("two hosts", sent(got(query, "Host: a", "Host: b")), SERVED | BROKEN)
    yield Hostile("a host that is none", sent(got("/", "Host: <script>\"'")), SERVED | BROKEN)
    yield Hostile("a folded header", sent(got(query, "X: a\r\n b: c")), SERVED | BROKEN)
    yield Hostile("a NUL in a header", sent(got(query, "X: a\0b")), BROKEN)
    yield Hostile(
        "a websocket",
        sent(
            got(
                query,
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGVzdA==",
            )
        ),
        SERVED | BROKEN | {426},
    )
    yield Hostile(
        "HTTP/2 by upgrade",
        sent(got(query, "Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AAMAAABk")),
        SERVED | BROKEN,
    )
    yield Hostile("100 requests at once", sent(got(query) * 100), SERVED)
    yield Hostile("a range that is none", sent(got("/dumps/graph.nq", "Range: bytes=9-1,-0,x-")), SERVED | {400, 416})
    yield Hostile(
        "1,000 ranges",
        sent(got("/dumps/graph.nq", "Range: bytes=" + ",".join(["0-"] * 1000))),
        frozenset({200, 206, 400, 416}),
    )


def connections() -> Iterable[Hostile]:
    """Clients that are slow, or half there, or gone."""
    late = frozenset({408, CLOSED})
    yield Hostile("a head that drips", dripped(got("/", "X: " + "y" * 200)), late)
    yield Hostile("a head that does not end", sent(b"GET / HTTP/1.1\r\nHost: x\r\n"), late)
    yield Hostile("a connection without a word", sent(b""), late)
    yield Hostile("half closed", half_closed(asked("ASK {}")), SERVED | {CLOSED})
    killer = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } # %d"
    yield Hostile("half closed amid a long query", half_closed(asked(killer % 0)), ENDED | {CLOSED})
    for number in range(1, 6):
        yield Hostile(f"gone amid a long query, {number}", vanished(asked(killer % number), 0.3), frozenset({GONE}))
    yield Hostile("gone at once", vanished(asked(killer % 9)), frozenset({GONE}))
    yield Hostile("gone amid a head", vanished(b"GET / HT"), frozenset({GONE}))
    yield Hostile("gone amid a body", vanished(posted("ASK {}", "Content-Length: 1000"), 0.1), frozenset({GONE}))


def parameters() -> Iterable[Hostile]:
    """Parameters that are many, or would be more than values."""
    query = "query=ASK%7B%7D"
    yield Hostile("many parameters", sent(got(f"/sparql?{query}{'&a=b' * 10_000}")), REFUSED)
    yield Hostile("many parameters in a form", sent(form(f"{query}{'&' * 200_000}")), REFUSED)
    yield Hostile("many graphs", sent(form(f"{query}{'&default-graph-uri=http://x/' * 5000}")), REFUSED)
    yield Hostile("two queries", sent(got(f"/sparql?{query}&{query}")), REFUSED)
    yield Hostile("no query", sent(got("/sparql?q=1")), REFUSED)
    for value in ("xml%0d%0aSet-Cookie:%20a=b", "%00", "../json", "x" * 5000, "json%20--"):
        yield Hostile(f"format={value[:9]}", sent(got(f"/sparql?{query}&format={value}")), REFUSED)
    for value in ("-1", "1e9", "NaN", "0x10", "9" * 30, "1;drop"):
        yield Hostile(f"timeout={value[:10]}", sent(got(f"/sparql?{query}&timeout={value}")), REFUSED)
    yield Hostile("timeout of a day", sent(got(f"/sparql?query={quote(KILLER)}&timeout=86400")), ENDED)
    injected = [
        "2024-01-01' } UNION { ?s ?p ?o } #",
        '2024"^^<x> } SERVICE <http://localhost/> {',
        "%ff",
        "2024-01-01%00",
        "%0d%0aSet-Cookie:%20a=b",
    ]
    for value in injected:
        path = f"{CANNED}?since={value if '%' in value else quote(value)}"
        yield Hostile(f"since={value[:11]}{len(value)}", sent(got(path)), REFUSED)
    parties = [
        "x> } UNION { ?s ?p ?o } #",
        "party/labour> ; ?p ?o",
        "../person/ann",
        "http://localhost/",
        "%22%3E%3Cscript%3E",
    ]
    for value in parties:
        path = f"{CANNED}?party={value if '%' in value else quote(value, safe='')}"
        yield Hostile(f"party={value[:11]}", sent(got(path)), REFUSED)
    for value in ("-1", "0", "1e3", "9" * 30, "%c2%b2", "1;2"):
        yield Hostile(f"_page={value[:10]}", sent(got(f"{CANNED}?_page={value}")), REFUSED)
    yield Hostile("a parameter twice", sent(got(f"{CANNED}?since=2024&since=2025")), REFUSED)
    yield Hostile("a parameter that there is not", sent(got(f"{CANNED}?__proto__=x")), REFUSED)
