"""The JSON Schema of a source's description, source.yaml."""

from typing import Any

ENDINGS = (".parquet", ".csv", ".csv.gz", ".tsv")  # of the files of tables

_TEXT = {"type": "string", "minLength": 1}
_HASH = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_ADDRESS = {"type": "string", "pattern": "^https?://"}
_BETWEEN: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["min", "max"],
    "properties": {"min": {"type": "integer", "minimum": 0}, "max": {"type": "integer", "minimum": 1}},
}
_FILE: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name"],
    "properties": {
        "name": {**_TEXT, "description": "Its name without the ending: .parquet, .csv, .csv.gz or .tsv"},
        "also": {
            "type": "array",
            "minItems": 1,
            "items": _TEXT,
            "description": "Other names that it goes by elsewhere",
        },
        "url": _ADDRESS,
        "sha256": {**_HASH, "description": "Of the file at the address"},
        "rows": _BETWEEN,
        "with": {
            "type": "object",
            "description": "What the file says by being itself: a column each, the same in all rows",
        },
    },
}
_COLUMN: dict[str, Any] = {
    "type": ["object", "null"],
    "additionalProperties": False,
    "properties": {
        "is": {
            "enum": ["text", "integer", "decimal", "date"],
            "description": "What a value must be; a date can be partial",
        },
        "required": {"type": "boolean", "description": "Whether every row must have a value"},
        "optional": {"type": "boolean", "description": "Whether a file may lack the column"},
        "pattern": {**_TEXT, "description": "Regular expression of the whole value"},
        "values": {"type": "array", "minItems": 1, "items": {"type": "string"}, "description": "The values there are"},
        "references": {
            "type": "string",
            "pattern": r"^\w+\.\S+$",
            "description": "table.column that must have the value",
        },
        "as": {**_TEXT, "description": "The column's name in the file, where it is not this one"},
    },
}
_TABLE: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["files", "rows", "columns"],
    "properties": {
        "files": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/file"}},
        "rows": {**_BETWEEN, "description": "How many rows its files must have together"},
        "key": {"type": "array", "minItems": 1, "items": _TEXT, "description": "The columns that tell a row apart"},
        "columns": {"type": "object", "minProperties": 1, "additionalProperties": {"$ref": "#/$defs/column"}},
    },
}
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Description of a source",
    "type": "object",
    "additionalProperties": False,
    "required": ["title", "publisher", "issued", "issuedBasis", "retrieved", "authority", "facts"],
    "anyOf": [{"required": ["license"]}, {"required": ["rights"]}],
    "dependentRequired": {"document": ["sha256", "characters"]},
    "properties": {
        "title": _TEXT,
        "publisher": _TEXT,
        "issued": {"type": ["string", "integer"], "description": "Partial date or interval of publication"},
        "issuedBasis": {**_TEXT, "description": "How the date of publication is known"},
        "license": {"type": "string", "format": "uri", "pattern": "^https?://"},
        "rights": _TEXT,
        "url": _ADDRESS,
        "attribution": {**_TEXT, "description": "How the licence wants its publisher named"},
        "freshness": {**_TEXT, "description": "How to tell whether there is a newer state of it"},
        "retrieved": {"type": "string", "description": "The day on which the text was read"},
        "document": {"type": "string", "description": "The name of the file that holds the text, for `kg verify`"},
        "sha256": _HASH,
        "characters": {"type": "integer", "minimum": 1, "description": "Length of the text in characters"},
        "authority": {"type": "integer", "description": "Breaks ties between sources: the higher wins"},
        "facts": {
            **_BETWEEN,
            "description": "How many statements the source must yield; a build with fewer or more stops",
            "properties": {
                **_BETWEEN["properties"],
                "shrink": {
                    "type": "number",
                    "minimum": 0,
                    "maximum": 1,
                    "description": "By which share it may shrink from one build to the next; 0 where it is not told",
                },
            },
        },
        "folder": {**_TEXT, "description": "The folder of a local mirror that holds its files, for --from"},
        "tables": {"type": "object", "minProperties": 1, "additionalProperties": {"$ref": "#/$defs/table"}},
    },
    "$defs": {"table": _TABLE, "file": _FILE, "column": _COLUMN},
}
