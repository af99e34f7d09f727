"""YAML files that people edit, read with the line of every node so that a fault can be shown where it stands."""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import best_match
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from kg.errors import FileError


class _Constructor(RoundTripConstructor):
    """Leaves dates as they are written: PartialDate reads them, and tells what is wrong with them."""


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", RoundTripConstructor.construct_yaml_str)


def read_yaml(path: Path) -> Any:
    """The document of a YAML file, whose maps and lists know their lines; a FileError where it is not YAML."""
    try:
        yaml = YAML(typ="rt")
        yaml.Constructor = _Constructor
        document = yaml.load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as fault:
        raise FileError(path, None, "there is no such file") from fault
    except UnicodeDecodeError as fault:
        raise FileError(path, None, f"not UTF-8: {fault}") from fault
    except MarkedYAMLError as fault:
        line = fault.problem_mark.line + 1 if fault.problem_mark else None
        raise FileError(path, line, f"not YAML: {fault.problem or fault.context}") from fault
    except YAMLError as fault:
        raise FileError(path, None, f"not YAML: {fault}") from fault
    if document is None:
        raise FileError(path, 1, "the file is empty")
    return document


def line_of(document: Any, steps: Sequence[str | int]) -> int:
    """The line (from 1) of the node that the steps lead to, or of the nearest node above it that has one."""
    line = 1
    for step in steps:
        if isinstance(document, CommentedMap) and step in document:
            line = document.lc.key(step)[0] + 1
        elif isinstance(document, CommentedSeq) and isinstance(step, int) and step < len(document):
            line = document.lc.item(step)[0] + 1
        else:
            break
        document = document[step]
    return line


def plain(node: Any) -> Any:
    """The node as plain Python values."""
    if isinstance(node, dict):
        return {str(key): plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [plain(value) for value in node]
    if isinstance(node, bool) or node is None:
        return node
    if isinstance(node, int):
        return int(node)
    if isinstance(node, float):
        return float(node)
    return str(node)


def schema_faults(path: Path, document: Any, schema: dict[str, Any]) -> list[FileError]:
    """Every place where the document breaks its JSON Schema, in the order of the lines.

    A schema that has "x-expected" is told of in those words.
    """
    errors = (best_match(iter([error])) for error in Draft202012Validator(schema).iter_errors(plain(document)))
    faults = [FileError(path, line_of(document, _steps(e)), _told(e)) for e in errors if e]
    return sorted(faults, key=lambda fault: fault.line or 0)


def _steps(error: ValidationError) -> list[str | int]:
    """Where the error is; for a key that should not be there, the key itself."""
    of_key = "propertyNames" in error.absolute_schema_path
    return [*error.absolute_path, *([str(error.instance)] if of_key else [])]


def _told(error: ValidationError) -> str:
    keys = [str(step) for step in error.absolute_path if isinstance(step, str)]
    told = error.message
    if "propertyNames" in error.absolute_schema_path and isinstance(error.schema, dict):
        near = get_close_matches(str(error.instance), error.schema["enum"], n=1)
        return f"the key {error.instance!r} does not belong here" + (f"; did you mean {near[0]!r}?" if near else "")
    if isinstance(error.schema, dict) and "x-expected" in error.schema and error.validator != "type":
        told = f"{error.instance!r} is not {error.schema['x-expected']}"
    return f"{keys[-1]}: {told}" if keys else told
