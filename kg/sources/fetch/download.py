"""One file over HTTP → a whole file on disk: retried, resumed where it broke off, left where it has not changed."""

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx

from kg import __version__
from kg.errors import KgError
from kg.sources.fetch.origin import discard_part, origin_of, part_path, replace_by_part, request_headers, write_origin
from kg.sources.tables.files import sha256_of

USER_AGENT = f"party-defections/{__version__} (+https://w3id.org/party-defections/)"

Progress = Callable[[int, int | None], None]  # bytes that are there, and bytes there will be where that is known

_TIMEOUT = httpx.Timeout(60, connect=10)
_TRANSIENT = {408, 425, 429, 500, 502, 503, 504}
_MOST_REDIRECTS = 5


class NotFetched(KgError):
    """A file that its server does not give, or not as the description wants it."""


class Unreachable(NotFetched):
    """A server with which no connection can be made."""


class _Again(Exception):
    """What may succeed when it is tried again, after so many seconds where the server says so."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        self.wait = wait
        super().__init__(reason)


@dataclass(frozen=True)
class Patience:
    """How often a file is asked for, and the seconds waited in between, which double; a longer wait is refused."""

    attempts: int = 5
    first_wait: float = 1.0
    longest_wait: float = 300.0


PATIENCE = Patience()


def open_client() -> httpx.Client:
    """A client that says who asks, takes bytes as they are stored, and does not follow redirects by itself."""
    headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity"}
    return httpx.Client(headers=headers, timeout=_TIMEOUT, follow_redirects=False)


def download(
    client: httpx.Client, url: str, path: Path, sha256: str | None, progress: Progress, patience: Patience
) -> bool:
    """Bring a file up to date with its address: whether it was fetched, or was as it should be; NotFetched else.

    The old file stays until the new one is whole and has the hash that is expected.
    """
    progress(0, None)
    for attempt in range(patience.attempts):
        try:
            return _attempt(client, url, path, sha256, progress)
        except (_Again, httpx.RequestError) as fault:
            reason, wait = str(fault) or type(fault).__name__, getattr(fault, "wait", 0.0)
            kind = Unreachable if isinstance(fault, httpx.ConnectError | httpx.ConnectTimeout) else NotFetched
        if wait > patience.longest_wait:
            raise NotFetched(f"{url}: {reason}, and asks to wait {wait:,.0f} seconds: try again then")
        if attempt + 1 < patience.attempts:
            time.sleep(max(wait, patience.first_wait * 2**attempt))
    raise kind(f"{url}: given up after {patience.attempts} attempts: {reason}")


def _attempt(client: httpx.Client, url: str, path: Path, sha256: str | None, progress: Progress) -> bool:
    headers = request_headers(path, url, conditional=sha256 is None)
    with _answer(client, url, headers) as response:
        if response.status_code == 304:
            return False
        _check_status(response, url, path)
        start = _start(response, path, headers)
        total = _receive(response, url, path, start, progress)
    _check_content(path, url, start, total, sha256)
    replace_by_part(path, replace(origin_of(url, response), sha256=sha256_of(part_path(path))))
    return True


@contextmanager
def _answer(client: httpx.Client, url: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
    """The answer at an address, or where it redirects to: by https, or by http on the host that was asked by http."""
    asked = httpx.URL(url)
    for _ in range(_MOST_REDIRECTS + 1):
        with client.stream("GET", asked, headers=headers) as response:
            if not response.has_redirect_location:
                yield response
                return
            location = response.headers["Location"]
            target = asked.join(location)
        if target.scheme != "https" and (target.scheme, target.host, asked.scheme) != ("http", asked.host, "http"):
            raise NotFetched(f"{url}: redirects to {location}, which is not https")
        asked = target
    raise NotFetched(f"{url}: redirects more than {_MOST_REDIRECTS} times")


def _check_status(response: httpx.Response, url: str, path: Path) -> None:
    status = f"{response.status_code} {response.reason_phrase}".strip()
    if response.status_code == 416:
        discard_part(path)
        raise _Again(status)
    if response.status_code in _TRANSIENT:
        raise _Again(status, retry_after(response.headers))
    if response.status_code not in (200, 206):
        raise NotFetched(f"{url}: {status}")
    if re.match(r"text/html|application/xhtml", response.headers.get("Content-Type", ""), re.IGNORECASE):
        raise NotFetched(f"{url}: the server gives a page of HTML, not data")


def retry_after(headers: httpx.Headers) -> float:
    """The seconds that a Retry-After asks for, as a number or as a date; 0 where it says nothing of use."""
    told = headers.get("Retry-After", "").strip()
    if told.isdigit():
        return float(told)
    try:
        return max(0.0, (parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return 0.0


def _start(response: httpx.Response, path: Path, asked: dict[str, str]) -> int:
    """Where in the file the answer begins: behind the part that is here, or at 0 where the server gives it all."""
    if response.status_code == 200:
        return 0
    size = part_path(path).stat().st_size if "Range" in asked else 0
    told = response.headers.get("Content-Range", "")
    validator = asked.get("If-Range", "")
    same = validator == response.headers.get("ETag" if validator.startswith('"') else "Last-Modified", validator)
    if not told.startswith(f"bytes {size}-") or not same:
        discard_part(path)
        raise _Again(f"the server gives {told or 'a range without a name'} of a file that may be another")
    return size


def _receive(response: httpx.Response, url: str, path: Path, start: int, progress: Progress) -> int | None:
    """Write the body to the part; the length that the whole file must have, where the server tells it."""
    stored = path.suffix == ".gz" or response.headers.get("Content-Encoding", "identity") == "identity"
    length = response.headers.get("Content-Length", "")
    total = start + int(length) if stored and length.isdigit() else None
    if not start:
        discard_part(path)
    with part_path(path).open("ab") as file:
        if stored:  # what is decoded on the way cannot be resumed by its bytes
            write_origin(part_path(path), origin_of(url, response))
        for chunk in response.iter_raw() if stored else response.iter_bytes():
            file.write(chunk)
            progress(file.tell(), total)
        os.fsync(file.fileno())
    return total


def _check_content(path: Path, url: str, start: int, total: int | None, sha256: str | None) -> None:
    """Refuse a part that is not the whole file; it is resumed where it is too short, else forgotten."""
    part = part_path(path)
    size = part.stat().st_size
    if total is not None and size < total:
        raise _Again(f"{size:,} of {total:,} bytes came")
    with part.open("rb") as file:
        beginning = file.read(512).removeprefix(b"\xef\xbb\xbf").lstrip()
    found = sha256_of(part)
    if (total is None or size == total) and beginning and not beginning.startswith(b"<") and sha256 in (None, found):
        return
    discard_part(path)
    if start:
        raise _Again("the rest of the file does not fit its beginning")
    if not beginning or (total is not None and size > total):
        raise NotFetched(f"{url}: {size:,} bytes came" + (f" of {total:,}" if total is not None else ""))
    if beginning.startswith(b"<"):
        raise NotFetched(f"{url}: the server gives a page of HTML, not data")
    raise NotFetched(f"{url}: the SHA-256 of what came is {found}, and {sha256} in the description of the source")
