"""How things are told to be items of Wikidata: data/links/wikidata.yaml, and the SQL that is made of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import FaultsFound
from kg.paths import DATA
from kg.yamlfile import plain, read_yaml, schema_faults

CLASSES = ("affiliation", "body", "electorate", "person")  # parties first: people are compared by them

_TEXT = {"type": "string", "minLength": 1}
_LEVEL: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["label"],
    "properties": {
        "label": _TEXT,
        "when": {**_TEXT, "description": "SQL over the columns of a pair; without it, all else"},
        "weight": {"type": "number", "description": "In powers of two"},
        "rarity": {**_TEXT, "description": "The column whose rarer values weigh more: the share of all that have it"},
        "absent": {"type": "boolean", "description": "That there is nothing to compare, which weighs nothing"},
    },
}
_CLASS: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["prior", "comparisons"],
    "properties": {
        "prior": {"type": "number"},
        "comparisons": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name", "levels"],
                "properties": {
                    "name": {**_TEXT, "pattern": "^[a-z]+$"},
                    "levels": {"type": "array", "minItems": 1, "items": _LEVEL},
                },
            },
        },
    },
}
_QID = {"type": "string", "pattern": "^Q[1-9][0-9]*$"}
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "required": [
        "accept",
        "doubt",
        "lead",
        "rarest",
        "offices",
        "councillor",
        "candidate",
        "types",
        "authority",
        "identifiers",
        *CLASSES,
    ],
    "properties": {
        "accept": {"type": "number"},
        "doubt": {"type": "number"},
        "lead": {"type": "number", "minimum": 0},
        "rarest": {"type": "number", "exclusiveMinimum": 0},
        "offices": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["body", "called"],
                "properties": {"body": _TEXT, "item": _QID, "called": _TEXT},
            },
        },
        "councillor": _TEXT,
        "candidate": _TEXT,
        "types": {"type": "object", "additionalProperties": {"type": "array", "items": _QID}},
        "authority": _TEXT,
        "identifiers": {"type": "object", "additionalProperties": _TEXT},
        **dict.fromkeys(CLASSES, _CLASS),
    },
}


@dataclass(frozen=True)
class Comparison:
    """What is compared of a pair: its name, and the SQL that gives the weight and the finding."""

    name: str
    weight: str
    finding: str


@dataclass(frozen=True)
class LinkSettings:
    """What data/links/wikidata.yaml says."""

    raw: dict[str, Any]

    @property
    def accept(self) -> float:
        return float(self.raw["accept"])

    @property
    def doubt(self) -> float:
        return float(self.raw["doubt"])

    @property
    def lead(self) -> float:
        return float(self.raw["lead"])

    def prior(self, cls: str) -> float:
        return float(self.raw[cls]["prior"])

    def comparisons(self, cls: str) -> Iterator[Comparison]:
        """The comparisons of a class, in the order of the file."""
        for comparison in self.raw[cls]["comparisons"]:
            levels = comparison["levels"]
            weight = " ".join(_branch(level, _weight(level)) for level in levels)
            finding = " ".join(_branch(level, _finding(level)) for level in levels)
            yield Comparison(comparison["name"], f"CASE {weight} END", f"CASE {finding} END")


def read_link_settings(data: Path = DATA) -> LinkSettings:
    """Read data/links/wikidata.yaml; a fault names its line."""
    path = data / "links" / "wikidata.yaml"
    document = read_yaml(path)
    if faults := schema_faults(path, document, SCHEMA):
        raise FaultsFound(f"{path} is not right:", [str(fault) for fault in faults])
    return LinkSettings(plain(document))


def _branch(level: dict[str, Any], value: str) -> str:
    return f"WHEN {level['when']} THEN {value}" if "when" in level else f"ELSE {value}"


def _weight(level: dict[str, Any]) -> str:
    rarity = f" - log2({level['rarity']})" if "rarity" in level else ""
    return f"({level.get('weight', 0)}{rarity})::DOUBLE"


def _finding(level: dict[str, Any]) -> str:
    if level.get("absent"):
        return "NULL"
    quoted = level["label"].replace("'", "''")
    return f"'{quoted}'"
