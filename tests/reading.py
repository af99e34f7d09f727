"""A page as a reader has it: its text, its headings, its links, its tables and what a browser would load or run."""

import json
from html.parser import HTMLParser
from typing import Any

import httpx

_VOID = {"br", "img", "input", "link", "meta", "hr", "col"}
_INLINE = {"a", "b", "bdi", "cite", "code", "i", "small", "span", "time", "tspan"}


class Reading(HTMLParser):
    """The parts of a page that the tests ask for; `faults` names what is not well formed or not allowed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.links: dict[str, str] = {}  # where a link leads, by its text
        self.loaded: set[str] = set()
        self.headings: list[tuple[str, str]] = []
        self.tables: list[set[str]] = []  # the elements in each
        self.landmarks: list[str] = []
        self.data: list[Any] = []  # for search engines
        self.meta: dict[str, str] = {}
        self.faults: list[str] = []
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self._taken = ""
        self.feed(html)
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag, _ in self._open]
        self.words = " ".join(self.text.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.faults += [f"{name} on <{tag}>" for name in named if name == "style" or name.startswith("on")]
        if tag in {"main", "nav", "header", "footer", "form", "article"}:
            self.landmarks.append(tag)
        if tag == "table":
            self.tables.append(set())
        if self.tables and tag in {"caption", "th"}:
            self.tables[-1].add(tag if tag == "caption" or named.get("scope") else "th without scope")
        if tag == "meta" and named.get("name"):
            self.meta[str(named["name"])] = str(named.get("content"))
        if tag in {"script", "img", "iframe"} or (tag == "link" and named.get("rel") in {"stylesheet", "icon"}):
            self._load(tag, named)
        if tag not in _VOID:
            self._open.append((tag, named))
            self._taken = "" if tag in {"a", "h1", "h2", "script"} else self._taken

    def _load(self, tag: str, named: dict[str, str | None]) -> None:
        address = named.get("src") or named.get("href")
        if address:
            self.loaded.add(address)
        elif named.get("type") != "application/ld+json":
            self.faults.append(f"<{tag}> that is no file of ours")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1][0] != tag:
            self.faults.append(f"</{tag}> closes {[name for name, _ in self._open[-2:]]}")
            return
        _, named = self._open.pop()
        if tag not in _INLINE:
            self.text += " "
        taken = " ".join(self._taken.split())
        if tag == "a" and named.get("href"):
            self.links[taken] = str(named["href"])
        if tag in {"h1", "h2"}:
            self.headings.append((tag, taken))
        if tag == "script" and named.get("type") == "application/ld+json":
            self.data.append(json.loads(self._taken))

    def handle_data(self, data: str) -> None:
        self._taken += data
        if not any(tag in {"script", "style"} for tag, _ in self._open):
            self.text += data


def read(web: httpx.Client, path: str, status: int = 200) -> Reading:
    """A page as people ask for it; it must be well formed, and neither run nor load what is not ours."""
    answer = web.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == status, f"{path}: {answer.text[:500]}"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    found = Reading(answer.text)
    assert found.faults == [], path
    assert all(address.startswith("/static/") or address == "data:," for address in found.loaded), found.loaded
    return found
