"""The live Wikidata, asked politely: one request at a time, in batches, patiently, and never twice for the same.

Wikimedia asks for no more: a User-Agent that says who asks, `maxlag`, and heed of Retry-After. Everything here reads,
so every request can be made again.
"""

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from kg.errors import KgError
from kg.sources.fetch.download import PATIENCE, USER_AGENT, Patience, retry_after
from kg.wikidata.answers import Answers

BATCH = 50  # entities that wbgetentities gives anybody at once
_TRANSIENT = {408, 425, 429, 500, 502, 503, 504}
_TRANSIENT_ERRORS = {"maxlag", "ratelimited", "readonly", "internal_api_error_DBQueryError"}
_TIMEOUT = httpx.Timeout(70, connect=10)  # the query service itself gives up after 60 seconds


class WikidataError(KgError):
    """A service that does not answer, or not as it should; what it answered before is kept."""


@dataclass(frozen=True)
class Services:
    """Where to ask: the API, the query service, the reconciliation service."""

    api: str = "https://www.wikidata.org/w/api.php"
    sparql: str = "https://query.wikidata.org/sparql"
    reconcile: str = "https://wikidata.reconci.link/en/api"


class _Again(Exception):
    """What may succeed when it is tried again, after so many seconds where the server says so."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        self.wait = wait
        super().__init__(reason)


@dataclass(frozen=True)
class WikidataClient:
    """The verbs of the services; each answer comes from the folder of answers where it is there already."""

    http: httpx.Client
    answers: Answers
    services: Services = Services()
    patience: Patience = PATIENCE
    maxlag: int = 5  # seconds by which the databases may lag behind before the API is left in peace

    def entities(
        self, qids: Iterable[str], props: str = "labels|aliases|descriptions|claims", languages: str = "en|en-gb|mul"
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each item as the API's JSON, with the QID that it was asked by; none for an item that does not exist.

        A merged item comes as the one that it was merged into: its "id" is then another than the QID.
        """
        for batch in batches(sorted(set(qids), key=_number), BATCH):
            asked = {"action": "wbgetentities", "ids": "|".join(batch), "props": props, "languages": languages}
            found = self._api(asked)["entities"]
            by_origin = {entity.get("redirects", {}).get("from"): entity for entity in found.values()}
            for qid in batch:
                entity = found.get(qid) or by_origin.get(qid)
                if entity and "missing" not in entity:
                    yield qid, entity

    def select(self, query: str) -> dict[str, Any]:
        """The answer of the query service to a SELECT or ASK, as SPARQL results JSON."""
        asked = {"query": query, "format": "json"}
        answer = self._ask("POST", self.services.sparql, asked, {"Accept": "application/sparql-results+json"})
        if not isinstance(answer, dict) or not ({"results", "boolean"} & answer.keys()):
            raise WikidataError(f"{self.services.sparql}: the answer is no SPARQL results JSON")
        return answer

    def reconcile(self, queries: Sequence[Mapping[str, Any]], batch: int = BATCH) -> Iterator[list[dict[str, Any]]]:
        """The candidates for each query of the Reconciliation API (0.2), in the order of the queries."""
        url = self.services.reconcile
        for several in batches(queries, batch):
            named = {f"q{i}": query for i, query in enumerate(several)}
            answer = self._ask("POST", url, {"queries": json.dumps(named, ensure_ascii=False, sort_keys=True)})
            if not isinstance(answer, dict) or answer.keys() != named.keys():
                raise WikidataError(f"{url}: {len(named)} queries were asked, and the answer is not one for each")
            if faults := [f"{name}: {given.get('error')}" for name, given in answer.items() if "result" not in given]:
                raise WikidataError(f"{url}: {'; '.join(faults)}")
            yield from (answer[name]["result"] for name in named)

    def _api(self, asked: Mapping[str, str]) -> dict[str, Any]:
        """The answer of the API, whose errors come with status 200."""
        told = {**asked, "format": "json", "formatversion": "2", "maxlag": str(self.maxlag)}
        answer: dict[str, Any] = self._ask("GET", self.services.api, told)
        return answer

    def _ask(self, method: str, url: str, asked: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Any:
        if (kept := self.answers.find(url, asked)) is not None:
            return kept
        answer = self._patiently(method, url, asked, headers or {})
        self.answers.keep(url, asked, answer)
        return answer

    def _patiently(self, method: str, url: str, asked: Mapping[str, str], headers: Mapping[str, str]) -> Any:
        for attempt in range(self.patience.attempts):
            try:
                return self._attempt(method, url, asked, headers)
            except (_Again, httpx.RequestError) as fault:
                reason, wait = str(fault) or type(fault).__name__, getattr(fault, "wait", 0.0)
            if wait > self.patience.longest_wait:
                raise WikidataError(f"{url}: {reason}, and asks to wait {wait:,.0f} seconds: go on then")
            if attempt + 1 < self.patience.attempts:
                time.sleep(max(wait, self.patience.first_wait * 2**attempt))
        raise WikidataError(
            f"{url}: given up after {self.patience.attempts} attempts: {reason}; what came so far is kept in "
            f"{self.answers.folder}"
        )

    def _attempt(self, method: str, url: str, asked: Mapping[str, str], headers: Mapping[str, str]) -> Any:
        sent = {"params": asked} if method == "GET" else {"data": asked}
        response = self.http.request(method, url, headers=dict(headers), **sent)  # type: ignore[arg-type]
        status = f"{response.status_code} {response.reason_phrase}".strip()
        if response.status_code in _TRANSIENT:
            raise _Again(status, retry_after(response.headers))
        if response.status_code != 200:
            raise WikidataError(f"{url}: {status}{_told(response)}")
        try:
            answer = response.json()
        except ValueError as fault:
            kind = response.headers.get("Content-Type", "nothing that it names")
            raise WikidataError(f"{url}: the answer is no JSON, but {kind}") from fault
        _check_error(answer, url, response)
        return answer


@contextmanager
def wikidata_client(
    cache: Path, services: Services = Services(), patience: Patience = PATIENCE, good_for: float = Answers.good_for
) -> Iterator[WikidataClient]:
    """A client whose answers are kept below `cache`; its connections close with the context."""
    with httpx.Client(headers={"User-Agent": USER_AGENT}, timeout=_TIMEOUT, follow_redirects=False) as http:
        yield WikidataClient(http, Answers(cache, good_for), services, patience)


def batches(several: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """The elements in runs of at most so many."""
    for start in range(0, len(several), size):
        yield several[start : start + size]


def _check_error(answer: Any, url: str, response: httpx.Response) -> None:
    error = answer.get("error") if isinstance(answer, dict) else None
    if not error:
        return
    code, info = (error.get("code", ""), error.get("info", "")) if isinstance(error, dict) else ("", str(error))
    if code in _TRANSIENT_ERRORS:
        raise _Again(f"{code}: {info}", retry_after(response.headers))
    raise WikidataError(f"{url}: {code}: {info}")


def _told(response: httpx.Response) -> str:
    """Where a server redirects to, or the first line of what it says, as far as a reader needs it."""
    if response.has_redirect_location:
        return f", to {response.headers['Location']}, which is not followed"
    first = response.text.strip().partition("\n")[0]
    return f": {first[:200]}" if first and not first.startswith("<") else ""


def _number(qid: str) -> tuple[int, str]:
    return (int(qid[1:]) if qid[1:].isdigit() else 0, qid)
