"""Affiliations that say less than others, by data/links/broader.yaml: "Independent / Other" hides local parties."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from kg.errors import FaultsFound
from kg.facts import Connection
from kg.paths import DATA
from kg.yamlfile import plain, read_yaml, schema_faults

_PATTERNS = {"type": "array", "items": {"type": "string", "pattern": "^(party|group|status)/"}}
_SCHEMA: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["wide", "because", "than"],
        "properties": {
            "wide": {"type": "string"},
            "because": {"type": "string", "minLength": 1},
            "catchAll": {"type": "boolean"},
            "than": _PATTERNS,
            "except": _PATTERNS,
        },
    },
}


def broader_affiliations(
    connection: Connection, data: Path = DATA, *, catch_alls: bool = False
) -> list[tuple[str, str]]:
    """Each affiliation of the fact tables that says more than another, with that other; only catch-alls, if asked."""
    known = [ref for (ref,) in connection.execute("SELECT DISTINCT subject FROM affiliation ORDER BY 1").fetchall()]
    return broader_among(known, data, catch_alls=catch_alls)


def broader_among(known: list[str], data: Path = DATA, *, catch_alls: bool = False) -> list[tuple[str, str]]:
    """Each of some affiliations that says more than another, with that other."""
    rules = _rules(data / "links" / "broader.yaml")
    asked = [rule for rule in rules if rule.get("catchAll") or not catch_alls]
    return sorted({(narrow, rule["wide"]) for rule in asked for narrow in _narrower(rule, known)})


def create_broader(connection: Connection, data: Path = DATA) -> None:
    """Create broader_affiliation(narrow, wide)."""
    connection.execute("CREATE OR REPLACE TEMP TABLE broader_affiliation (narrow VARCHAR, wide VARCHAR)")
    if rows := broader_affiliations(connection, data):
        narrow, wide = [list(column) for column in zip(*rows, strict=True)]
        connection.execute("INSERT INTO broader_affiliation SELECT unnest(?), unnest(?)", [narrow, wide])


def _rules(path: Path) -> list[dict[str, Any]]:
    document = read_yaml(path)
    if faults := schema_faults(path, document, _SCHEMA):
        raise FaultsFound(f"{path} is not right:", [str(fault) for fault in faults])
    rules: list[dict[str, Any]] = plain(document)
    return rules


def _narrower(rule: dict[str, Any], known: list[str]) -> Iterator[str]:
    for ref in known:
        left_out = ref == rule["wide"] or any(fnmatchcase(ref, pattern) for pattern in rule.get("except", ()))
        if not left_out and any(fnmatchcase(ref, pattern) for pattern in rule["than"]):
            yield ref
