"""Wikidata's services on loopback: they answer as the live ones do, and misbehave where a test asks them to."""

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from kg.wikidata.client import Services


@dataclass
class Reply:
    """What is answered instead: a status, headers and a body."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


def lagging(seconds: int = 0) -> Reply:
    """The API's answer while its databases lag: status 200, an error and when to come again."""
    error = {"code": "maxlag", "info": "Waiting for db1: 7 seconds lagged.", "lag": 7}
    return Reply(200, {"Retry-After": str(seconds)}, json.dumps({"error": error}))


class WikidataServer:
    """The items by QID, the candidates by name, what comes instead of the next answers, and all that was asked."""

    def __init__(self) -> None:
        self.entities: dict[str, dict[str, Any]] = {}
        self.merged: dict[str, str] = {}
        self.candidates: dict[str, list[dict[str, Any]]] = {}
        self.instead: deque[Reply] = deque()
        self.asked: list[tuple[str, dict[str, str], str]] = []  # path, form, User-Agent
        self.port = 0

    @property
    def services(self) -> Services:
        url = f"http://127.0.0.1:{self.port}"
        return Services(api=f"{url}/w/api.php", sparql=f"{url}/sparql", reconcile=f"{url}/en/api")

    def batches(self) -> list[int]:
        """How many items each request for entities named."""
        return [form["ids"].count("|") + 1 for _, form, _ in self.asked if "ids" in form]

    def answer(self, path: str, form: dict[str, str]) -> Any:
        if path == "/w/api.php":
            ids = form["ids"].split("|")
            if len(ids) > 50:
                return {"error": {"code": "toomanyvalues", "info": "Too many values supplied for parameter 'ids'."}}
            return {"entities": dict(self._entity(qid) for qid in ids), "success": 1}
        if path == "/en/api":
            queries = json.loads(form["queries"])
            return {name: {"result": self.candidates.get(query["query"], [])} for name, query in queries.items()}
        return {"head": {"vars": ["item"]}, "results": {"bindings": []}}

    def _entity(self, qid: str) -> tuple[str, dict[str, Any]]:
        if now := self.merged.get(qid):
            return now, {**self.entities[now], "redirects": {"from": qid, "to": now}}
        return qid, self.entities.get(qid, {"id": qid, "missing": ""})


@contextmanager
def wikidata_server() -> Iterator[WikidataServer]:
    """A server in a thread of its own."""
    told = WikidataServer()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"told": told}))
    server.daemon_threads = True
    told.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    told: WikidataServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._reply(urlsplit(self.path).query)

    def do_POST(self) -> None:
        self._reply(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def _reply(self, sent: str) -> None:
        path, form = urlsplit(self.path).path, {name: values[0] for name, values in parse_qs(sent).items()}
        self.told.asked.append((path, form, self.headers["User-Agent"]))
        usual = not self.told.instead
        reply = Reply(body=json.dumps(self.told.answer(path, form))) if usual else self.told.instead.popleft()
        body = reply.body.encode()
        self.send_response(reply.status)
        for name, value in ({"Content-Type": "application/json"} | reply.headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the tests ask what was asked."""
