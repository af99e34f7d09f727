"""What axe-core finds wrong with a page: WCAG 2.2 A and AA, and best practice."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_OPTIONS = {"runOnly": {"type": "tag", "values": _TAGS}, "resultTypes": ["violations"]}


def barriers(page: Page) -> list[str]:
    """Every element that breaks a rule, one line each: the rule, how grave, where, what is wrong."""
    found = Axe().run(page, options=_OPTIONS).response
    assert found["passes"], "axe-core checked nothing"
    return [_line(rule, node) for rule in found["violations"] for node in rule["nodes"]]


def _line(rule: dict[str, Any], node: dict[str, Any]) -> str:
    messages = "; ".join(check["message"] for kind in ("any", "all", "none") for check in node[kind])
    return f"{rule['id']} ({rule['impact']}) at {node['target']}: {messages or rule['help']}"
