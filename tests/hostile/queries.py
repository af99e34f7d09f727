"""Queries that a stranger may send to do harm, each as short as it can be."""

from urllib.parse import quote

PREFIX = "PREFIX : <http://example.org/> "
EACH = "?s ?p ?o"


def nested(opening: str, inner: str, closing: str, times: int, frame: str = "SELECT * { %s }") -> str:
    """Something in itself, so many times."""
    return PREFIX + frame % (opening * times + inner + closing * times)


def chained(link: str, times: int, frame: str = "SELECT * { ?s ?p ?o FILTER(%s) }") -> str:
    return PREFIX + frame % (link * times)


def bind_chain(first: str, step: str, times: int) -> str:
    """Each variable made from the one before: `step` has its name at every `@`."""
    binds = [f"BIND({step.replace('@', f'?x{n}')} AS ?x{n + 1})" for n in range(times)]
    return f"SELECT (STRLEN(STR(?x{times})) AS ?n) {{ BIND({first} AS ?x0) {' '.join(binds)} }}"


def asked(query: str, accept: str = "*/*", more: str = "") -> bytes:
    """A query by GET; `more` are further parameters, encoded already."""
    return got(f"/sparql?query={quote(query, safe='')}{more}", f"Accept: {accept}")


def posted(query: str | bytes, *headers: str) -> bytes:
    """A query by POST, as itself."""
    body = query.encode() if isinstance(query, str) else query
    typed = any(header.startswith("Content-Type:") for header in headers)
    own = () if typed else ("Content-Type: application/sparql-query",)
    return _request("POST", "/sparql", (*own, *headers), body)


def form(body: str | bytes, *headers: str) -> bytes:
    octets = body.encode() if isinstance(body, str) else body
    return _request("POST", "/sparql", ("Content-Type: application/x-www-form-urlencoded", *headers), octets)


def got(path: str, *headers: str, method: str = "GET") -> bytes:
    return _request(method, path, headers)


def replaced(request: bytes, old: bytes, new: bytes) -> bytes:
    """A request with one thing in it put for another."""
    assert old in request
    return request.replace(old, new, 1)


def _request(method: str, path: str, headers: tuple[str, ...] = (), body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", *headers]
    if not any(line.lower().startswith("host:") for line in headers):
        lines.append("Host: localhost")
    if body and not any(line.lower().startswith(("content-length:", "transfer-encoding:")) for line in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body
