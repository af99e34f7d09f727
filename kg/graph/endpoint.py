"""An endpoint of the graph, reached over HTTP: its questions, page by page where they have pages, and its SPARQL."""

import json
import time
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import quote

import httpx

from kg import __version__
from kg.errors import KgError
from kg.graph.answer import Answer, Question
from kg.parameters import Parameter

_TIMEOUT = 120.0  # seconds
_TRIES = 4  # of a request that the endpoint puts off
_PUT_OFF = {429, 503}
_RESULTS, _TRIPLES = "application/sparql-results+json", "application/n-triples"
_ACCEPT = {"Accept": f"{_RESULTS}, {_TRIPLES}"}
_DESCRIBED = ("name", "type", "default", "description", "choices")  # of a parameter


class EndpointFault(KgError):
    """What an endpoint answers instead: its status, its words, and the members of its problem (RFC 9457)."""

    def __init__(self, status: int, detail: str, members: Mapping[str, Any]) -> None:
        super().__init__(detail)
        self.status, self.members = status, members


class Endpoint:
    """One endpoint, by the address of its first page."""

    def __init__(self, address: str) -> None:
        self._address = address.rstrip("/")
        agent = f"party-defections/{__version__} (+https://w3id.org/party-defections/) python-httpx/{httpx.__version__}"
        self._client = httpx.Client(headers={"User-Agent": agent}, timeout=_TIMEOUT, follow_redirects=True)

    def questions(self) -> Mapping[str, Question]:
        return self._questions

    def question(self, name: str) -> Question:
        if name not in self._questions:
            self._get(self._of(name), headers={"Accept": "application/json"})  # which tells of near names
        return self._questions[name]

    def ask(self, name: str, values: Mapping[str, str]) -> Answer:
        reply = self._get(self._of(name), params=values, headers=_ACCEPT)
        body = reply.content
        while "next" in reply.links:
            reply = self._get(str(reply.url.join(reply.links["next"]["url"])), headers=_ACCEPT)
            body = _joined(body, reply.content)
        return Answer(body, _is_graph(reply))

    def sparql(self, name: str, values: Mapping[str, str]) -> str:
        return self._get(f"{self._of(name)}.rq", params=values).text

    def query(self, text: str) -> Answer:
        reply = self._send("POST", f"{self._address}/sparql", data={"query": text}, headers=_ACCEPT)
        return Answer(reply.content, _is_graph(reply))

    def close(self) -> None:
        self._client.close()

    def __str__(self) -> str:
        return self._address

    @cached_property
    def _questions(self) -> dict[str, Question]:
        listed = self._get(f"{self._address}/queries", headers={"Accept": "application/json"}).json()["queries"]
        return {each["name"]: _question(each) for each in listed}

    def _of(self, name: str) -> str:
        return f"{self._address}/queries/{quote(name, safe='')}"

    def _get(self, address: str, **options: Any) -> httpx.Response:
        return self._send("GET", address, **options)

    def _send(self, method: str, address: str, **options: Any) -> httpx.Response:
        """The reply to a request, after the waits that the endpoint asks for; an EndpointFault for anything else."""
        for left in reversed(range(_TRIES)):
            try:
                reply = self._client.request(method, address, **options)
            except (httpx.HTTPError, RuntimeError) as fault:  # the client of a graph that is closed
                raise KgError(f"{self._address} does not answer: {fault}") from fault
            after = reply.headers.get("Retry-After", "")
            if not (left and reply.status_code in _PUT_OFF and after.isdecimal()):
                break
            time.sleep(min(int(after), _TIMEOUT))
        if not reply.is_success:
            raise _fault(reply)
        return reply


def _question(told: dict[str, Any]) -> Question:
    parameters = {p["name"]: Parameter(**{name: p[name] for name in _DESCRIBED}) for p in told["parameters"]}
    return Question(told["name"], told["summary"], told["description"], parameters)


def _is_graph(reply: httpx.Response) -> bool:
    return str(reply.headers.get("Content-Type")).startswith(_TRIPLES)


def _joined(body: bytes, more: bytes) -> bytes:
    """Two pages of one table as one."""
    document = json.loads(body)
    document["results"]["bindings"] += json.loads(more)["results"]["bindings"]
    return json.dumps(document).encode()


def _fault(reply: httpx.Response) -> EndpointFault:
    told: dict[str, Any] = {}
    if str(reply.headers.get("Content-Type")).startswith("application/problem+json"):
        told = reply.json()
    detail = told.get("detail") or f"{reply.request.method} {reply.url} answers {reply.status_code}"
    return EndpointFault(reply.status_code, str(detail), told)
