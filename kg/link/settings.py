"""How people are compared: data/links/people.yaml, and the settings of Splink that are made of it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import FaultsFound, KgError
from kg.paths import DATA
from kg.yamlfile import plain, read_yaml, schema_faults

_TEXT = {"type": "string", "minLength": 1}
_SHARE = {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}
_LEVEL: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["label"],
    "properties": {
        "label": _TEXT,
        "when": {
            **_TEXT,
            "description": "SQL over the columns of both records, ending in _l and _r; without it, all else",
        },
        "absent": {"type": "boolean", "description": "That nothing is known here, which weighs nothing"},
        "rarity": {**_TEXT, "description": "The column whose rarer values weigh more"},
        "least": {**_SHARE, "description": "What the share of a value counts as where it is smaller"},
        "m": {**_SHARE, "description": "The share of the pairs of one person, where it is not learnt"},
        "u": {**_SHARE, "description": "The share of the pairs of two people, where it is not learnt"},
    },
}
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "required": [
        "earliest",
        "accept",
        "doubt",
        "lead",
        "distinct",
        "parliaments",
        "plain_words",
        "blocking",
        "training",
        "comparisons",
    ],
    "properties": {
        "earliest": {"type": "integer"},
        "accept": _SHARE,
        "doubt": _SHARE,
        "lead": {"type": "number", "minimum": 0},
        "distinct": {"type": "object", "additionalProperties": {"enum": ["body"]}},
        "parliaments": {"type": "object", "additionalProperties": {"type": "object"}},
        "plain_words": {"type": "array", "items": _TEXT},
        "blocking": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["rule"]}},
        "training": {"type": "object", "required": ["prior", "pairs", "seed", "learn"]},
        "comparisons": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name", "levels"],
                "properties": {"name": _TEXT, "levels": {"type": "array", "minItems": 2, "items": _LEVEL}},
            },
        },
    },
}


@dataclass(frozen=True)
class PeopleSettings:
    """What data/links/people.yaml says, and where the trained model lies."""

    raw: dict[str, Any]
    model: Path

    @property
    def accept(self) -> float:
        return float(self.raw["accept"])

    @property
    def doubt(self) -> float:
        return float(self.raw["doubt"])

    @property
    def lead(self) -> float:
        return float(self.raw["lead"])

    def trained(self) -> dict[str, Any]:
        """The settings with all that was learnt, as `kg link train` wrote them."""
        if not self.model.is_file():
            raise KgError(f"there is no {self.model}: run `kg link train`")
        trained: dict[str, Any] = json.loads(self.model.read_text(encoding="utf-8"))
        return trained

    def finding(self, comparison: dict[str, Any], value: int) -> str | None:
        """What a comparison found, by Splink's number of its level; None where there was nothing to compare."""
        levels = [level["label"] for level in comparison["levels"] if not level.get("absent")]
        return levels[len(levels) - 1 - value] if value >= 0 else None

    def splink(self) -> dict[str, Any]:
        """The settings of an untrained model."""
        return {
            "link_type": "dedupe_only",
            "unique_id_column_name": "unique_id",
            "probability_two_random_records_match": self.raw["training"]["prior"],
            "blocking_rules_to_generate_predictions": [_blocking(rule) for rule in self.raw["blocking"]],
            "comparisons": [_comparison(spec) for spec in self.raw["comparisons"]],
            "retain_intermediate_calculation_columns": True,
            "retain_matching_columns": True,
            "additional_columns_to_retain": ["ref"],
            "linker_uid": "people",
        }


def read_settings(data: Path = DATA) -> PeopleSettings:
    """Read data/links/people.yaml; a fault names its line."""
    path = data / "links" / "people.yaml"
    document = read_yaml(path)
    if faults := schema_faults(path, document, SCHEMA):
        raise FaultsFound(f"{path} is not right:", [str(fault) for fault in faults])
    return PeopleSettings(plain(document), path.with_name("people-model.json"))


def _blocking(spec: dict[str, Any]) -> dict[str, Any]:
    explode = {"arrays_to_explode": spec["explode"]} if "explode" in spec else {}
    return {"blocking_rule": spec["rule"], "sql_dialect": "duckdb", **explode}


def _comparison(spec: dict[str, Any]) -> dict[str, Any]:
    return {"output_column_name": spec["name"], "comparison_levels": [_level(level) for level in spec["levels"]]}


def _level(spec: dict[str, Any]) -> dict[str, Any]:
    level: dict[str, Any] = {"sql_condition": spec.get("when", "ELSE"), "label_for_charts": spec["label"]}
    if spec.get("absent"):
        level["is_null_level"] = True
    if "rarity" in spec:
        level |= {"tf_adjustment_column": spec["rarity"], "disable_tf_exact_match_detection": True}
    if "least" in spec:
        level["tf_minimum_u_value"] = spec["least"]
    for short, name in (("m", "m_probability"), ("u", "u_probability")):
        if short in spec:
            level |= {name: spec[short], f"fix_{name}": True}
    return level
