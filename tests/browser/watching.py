"""What goes wrong in a browser while a page is used: what its console tells, what it fails to get or calls out for."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

_OWN = {"data", "blob", "about"}  # schemes that leave no machine
_SETTLED = 50  # milliseconds in which a browser tells of what has gone wrong


class Watch:
    """The faults of every page of a context; some may be expected, and then they must come."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self._context, self._host = context, urlsplit(address).netloc
        self._faults: list[str] = []
        self._expected: list[str] = []
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("request", self._on_request)
        context.on("requestfailed", self._on_failure)
        context.on("response", self._on_response)

    def expect(self, pattern: str) -> None:
        """Take faults that match a regular expression for what the test is about."""
        self._expected.append(pattern)

    def faults(self) -> list[str]:
        """What went wrong and was not expected, and what was expected and did not come, on pages that are loaded."""
        for page in self._context.pages:
            page.wait_for_load_state("load")
            page.wait_for_timeout(_SETTLED)
        faults = list(dict.fromkeys(self._faults))
        missing = [pattern for pattern in self._expected if not any(re.search(pattern, fault) for fault in faults)]
        others = [fault for fault in faults if not any(re.search(pattern, fault) for pattern in self._expected)]
        return others + [f"did not happen: {pattern}" for pattern in missing]

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning", "assert"}:
            self._faults.append(f"console {message.type}: {message.text}")

    def _on_error(self, error: WebError) -> None:
        self._faults.append(f"uncaught: {error.error.message}")

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in _OWN and parts.netloc != self._host:
            self._faults.append(f"left the server: {request.method} {request.url}")

    def _on_failure(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # given up: a download, or what nobody waits for any more
            self._faults.append(f"failed: {request.method} {request.url}: {request.failure}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            self._faults.append(f"{response.status}: {response.request.method} {response.url}")
