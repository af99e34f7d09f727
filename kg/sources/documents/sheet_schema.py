"""The JSON Schema of a fact sheet, made from the mapping and the concepts, so that editors complete and check it."""

from typing import Any

from kg.mapping import Class, Property, mapping
from kg.ontology import concepts, terms

_SLUG = "[a-z0-9]+(-[a-z0-9]+)*"
_DATE = r"^(\d{4}(-\d{2}){0,2}|(\d{4}(-\d{2}){0,2}|\.\.)/(\d{4}(-\d{2}){0,2}|\.\.))$"
_NOT_IN_SHEETS = {"source", "span", "claim"}


def sheet_schema() -> dict[str, Any]:
    """The schema, as published in data/fact-sheet.schema.json."""
    tables = [cls for table, cls in mapping().items() if table not in _NOT_IN_SHEETS]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://w3id.org/party-defections/fact-sheet.schema.json",
        "title": "Fact sheet: what one document says, sentence by sentence",
        "type": "object",
        "additionalProperties": False,
        "required": ["source", "sentences"],
        "properties": {
            "source": {"type": "string", "description": "The folder of the source in data/sources"},
            "sentences": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/sentence"}},
        },
        "$defs": {"sentence": _sentence(), "fact": _fact(tables)} | {cls.table: _of_class(cls) for cls in tables},
    }


def _sentence() -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["at"],
        "if": {"not": {"required": ["facts"]}},
        "then": {"required": ["leftOut"]},
        "properties": {
            "at": _at("Where the sentence stands in the document"),
            "facts": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/fact"}},
            "leftOut": {
                "type": "string",
                "minLength": 1,
                "description": "What of the sentence is not a fact here, and why",
            },
        },
    }


def _fact(tables: list[Class]) -> dict[str, Any]:
    paths = [path for cls in tables for path in cls.paths]
    return {
        "type": "object",
        "required": ["about", "at"],
        "properties": {
            "about": {
                "type": "string",
                "pattern": f"^({'|'.join(paths)})/{_SLUG}$",
                "description": "The thing spoken of",
                "x-expected": f"a thing: a path ({', '.join(paths)}), a slash and a lower-case name",
            },
            "at": _at("The words that state the fact, within the sentence"),
            "says": {
                "type": "string",
                "pattern": f"^[a-z]+/{_SLUG}$",
                "description": "Who says it, if not the source itself",
            },
            "saysAs": {"type": "string", "minLength": 1, "description": "How the source names whoever says it"},
            "modality": {
                "enum": _concept_slugs("modality"),
                "description": "asserted where nobody is named to say it, else reported, unless told otherwise",
            },
            "phrase": {
                "type": "string",
                "minLength": 1,
                "description": "The words for a date or number that had to be worked out",
            },
        },
        "allOf": [
            {
                "if": {"required": ["about"], "properties": {"about": {"pattern": f"^({'|'.join(cls.paths)})/"}}},
                "then": {"$ref": f"#/$defs/{cls.table}"},
            }
            for cls in tables
        ],
    }


def _of_class(cls: Class) -> dict[str, Any]:
    stated = {prop.name: _values(prop) for prop in cls.stated()}
    about = ["about", "at", "says", "saysAs", "modality", "phrase"]
    return {
        "properties": {"kind": {"enum": list(cls.kinds)}, **stated},
        "propertyNames": {"enum": [*about, "kind", *stated]},
    }


def _values(prop: Property) -> dict[str, Any]:
    one = _value(prop)
    described = {"description": definition} if (definition := _definitions().get(prop.curie)) else {}
    if prop.many:
        several = {"type": "array", "minItems": 1, "items": one}
        return {"if": {"type": "array"}, "then": several, "else": one, **described}
    return one | described


def _value(prop: Property) -> dict[str, Any]:
    match prop.kind:
        case "ref":
            paths = "[a-z]+" if "any" in prop.paths else "|".join(prop.paths)
            expected = f"a thing such as {prop.paths[0]}/its-name"
            return {"type": "string", "pattern": f"^({paths})/{_SLUG}$", "x-expected": expected}
        case "concept":
            return {"enum": _concept_slugs(prop.scheme)}
        case "integer":
            return {"type": "integer", "minimum": 0}
        case "decimal":
            return {"type": "number"}
        case "year":
            four_digits = {"pattern": r"^\d{4}$", "minimum": 1000, "maximum": 9999}  # of a text, and of a number
            return {"type": ["string", "integer"], **four_digits, "x-expected": "a year: YYYY"}
        case "date":
            expected = "a date: YYYY, YYYY-MM, YYYY-MM-DD, or an interval of two with a slash, open as .."
            return {"type": ["string", "integer"], "pattern": _DATE, "x-expected": expected}
        case "uri":
            return {"type": "string", "pattern": "^https?://"}
        case _:
            return {"type": "string", "minLength": 1}


def _at(description: str) -> dict[str, Any]:
    return {
        "type": "string",
        "minLength": 1,
        "description": f"{description}: start-end in characters, or the words before `kg anchor`",
    }


def _concept_slugs(scheme: str) -> list[str]:
    return [c.slug.removeprefix(f"{scheme}-") for c in concepts().values() if c.scheme == scheme]


def _definitions() -> dict[str, str]:
    return {f"pd:{term.name}": term.definition for term in terms()}
