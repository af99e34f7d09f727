"""More people and councils than there are: the cached facts of every source, repeated under names of their own."""

import shutil
from functools import partial
from pathlib import Path

import duckdb

from kg.build.cache import remembered
from kg.mapping import Class, mapping
from kg.sources.entities import read_entities

# What is repeated. Parties, parliaments, places, sources and documents stay what they are.
_PATHS = "person|name|council|electorate|contest|result|membership|defection|control|seats|claim"
_NAMED = {"person", "body", "electorate"}  # whose names linking compares
_LEFT_OUT = {"gss", "notation", "exactMatch"}  # codes of the real ones


def replicate_cache(home: Path, larger: Path, times: int) -> None:
    """Fill the cache of another home with the facts in that of a home, so many of each person and council.

    What data/entities names is there once: parties, parliaments, the things that documents speak of.
    """
    duckdb.execute("SET VARIABLE single = ?", [read_entities().refs()])
    larger.mkdir(exist_ok=True)
    for entry in sorted((home / "cache").glob("*/*")):
        remembered(larger, entry.parent.name, entry.name, partial(_replicate, entry, times))


def _replicate(entry: Path, times: int, folder: Path) -> None:
    for path in entry.iterdir():
        target = folder / path.name
        if path.suffix == ".parquet" and path.stem in mapping():
            selects = [f"SELECT * FROM '{path}'", *(_copy(path, path.stem, number) for number in range(1, times))]
            duckdb.execute(f"COPY ({' UNION ALL BY NAME '.join(selects)}) TO '{target}' (FORMAT parquet)")
        else:
            shutil.copyfile(path, target)


def _copy(path: Path, table: str, number: int) -> str:
    cls = mapping()[table]
    cells = ", ".join(_cell(cls, name, number) for (name, *_) in duckdb.execute(f"DESCRIBE FROM '{path}'").fetchall())
    repeated = f"regexp_matches(subject, '^({_PATHS})/') AND NOT list_contains(getvariable('single'), subject)"
    return f"SELECT {cells} FROM '{path}' WHERE {repeated}"


def _cell(cls: Class, name: str, number: int) -> str:
    prop = cls.properties.get(name)
    column, word = f'"{name}"', "q" + "abcdefghijklmnopqrstuvwxyz"[number]
    if name in _LEFT_OUT:
        return f"NULL AS {column}"
    if name == "identifier":
        return f"list_transform({column}, lambda i: i || '{word}') AS {column}"
    if name in {"label", "familyName"} and cls.table in _NAMED:
        return f"{column} || '{word}' AS {column}"
    if name == "altLabel" and cls.table in _NAMED:
        return f"list_transform({column}, lambda i: i || '{word}') AS {column}"
    if name in {"subject", "about"} or (prop and prop.kind == "ref" and not prop.many):
        return f"{_renamed(column, word)} AS {column}"
    if prop and prop.kind == "ref":
        return f"list_transform({column}, lambda ref: {_renamed('ref', word)}) AS {column}"
    return column


def _renamed(ref: str, word: str) -> str:
    renamed = f"regexp_replace({ref}, '^(({_PATHS})/.*)$', '\\1-{word}')"
    return f"CASE WHEN list_contains(getvariable('single'), {ref}) THEN {ref} ELSE {renamed} END"
