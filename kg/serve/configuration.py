"""Where settings come from: options win over the environment, that over a file, that over the defaults."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from kg.errors import FaultsFound, FileError
from kg.serve.settings import DEFAULTS, Settings

FILE = "KG_CONFIG"  # names the file
_PREFIX = "KG_"
_OTHERS = {FILE, "KG_HOME"}  # variables that are no settings

Name = tuple[str, ...]  # such as lanes, deadline
Given = dict[Name, Any]

_SETTINGS = TypeAdapter(Settings)


def read_settings(file: Path | None, environment: Mapping[str, str], options: Mapping[str, Any]) -> Settings:
    """The settings of a TOML file, of KG_… variables and of options; FaultsFound names each that is wrong."""
    given = {**(_of_file(file) if file else {}), **_of_environment(environment)}
    given |= {(name,): value for name, value in options.items()}
    return _SETTINGS.validate_python(_nested(given))


def defaults(settings: Any = DEFAULTS) -> Iterator[tuple[Name, Any]]:
    """The name of every setting, with its default."""
    for field in fields(settings):
        value = getattr(settings, field.name)
        if is_dataclass(value):
            yield from (((field.name, *rest), default) for rest, default in defaults(value))
        else:
            yield (field.name,), value


_DEFAULTS = dict(defaults())


def _of_file(path: Path) -> Given:
    try:
        given = dict(_flat(tomllib.loads(path.read_text(encoding="utf-8"))))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise FileError(path, None, f"this is not TOML: {fault}") from fault
    faults = {".".join(name): fault for name, fault in _faults(given, strict=True)}
    if faults:
        raise FaultsFound(f"{path} cannot be used:", [f"{path}: {name}: {fault}" for name, fault in faults.items()])
    return given


def _of_environment(environment: Mapping[str, str]) -> Given:
    """KG_LANES__DEADLINE=10 is lanes.deadline; what is a list is given with commas."""
    variables = {
        tuple(variable.removeprefix(_PREFIX).lower().split("__")): variable
        for variable in environment
        if variable.startswith(_PREFIX) and variable not in _OTHERS
    }
    given = {name: _listed(name, environment[variable]) for name, variable in variables.items()}
    faults = [f"{variables[name]}: {fault}" for name, fault in _faults(given, strict=False)]
    if faults:
        raise FaultsFound("the environment cannot be used:", faults)
    return given


def _listed(name: Name, value: str) -> str | list[str]:
    is_list = isinstance(_DEFAULTS.get(name), frozenset | tuple)
    return [part.strip() for part in value.split(",") if part.strip()] if is_list else value


def _faults(given: Given, *, strict: bool) -> Iterator[tuple[Name, str]]:
    """What is wrong: names that no setting has, and values that theirs cannot have."""
    for name in sorted(given.keys() - _DEFAULTS.keys()):
        near = get_close_matches(".".join(name), [".".join(known) for known in _DEFAULTS], n=1)
        yield name, "no setting has this name" + (f"; did you mean {near[0]}?" if near else "")
    known = {name: value for name, value in given.items() if name in _DEFAULTS}
    try:
        _SETTINGS.validate_json(json.dumps(_nested(known), default=str), strict=strict)
    except ValidationError as fault:
        for error in fault.errors():
            name = tuple(str(part) for part in error["loc"])
            yield name, f"{error['msg']}, not {error['input']!r}"


def _flat(given: Mapping[str, Any]) -> Iterator[tuple[Name, Any]]:
    for key, value in given.items():
        if isinstance(value, dict):
            yield from (((key, *rest), found) for rest, found in _flat(value))
        else:
            yield (key,), value


def _nested(given: Given) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for (*sections, last), value in given.items():
        within = nested
        for section in sections:
            within = within.setdefault(section, {})
        within[last] = value
    return nested
