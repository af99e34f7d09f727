"""Linking without a build: to train the model of people over all table sources, and to see whom it holds for one."""

from pathlib import Path

from kg.build.reading import ALL, Reading, find_inputs, read_inputs
from kg.facts import Connection, connect
from kg.link import link, train_people
from kg.paths import DATA
from kg.quads import define_macros
from kg.sources.entities import read_entities


def train(home: Path, data: Path = DATA, mirror: Path | None = None) -> Path:
    """Read every source, learn, and write data/links/people-model.json; its path."""
    connection, reading = _read(home, data, mirror)
    return train_people(connection, reading.sources, data)


def linked_people(home: Path, data: Path = DATA, mirror: Path | None = None) -> dict[str, str]:
    """Every reference by which a source names a person, with the one that stands for it after linking."""
    connection, reading = _read(home, data, mirror)
    aliases = link(connection, reading.sources, data, moved=read_entities(data).moved).aliases
    people = connection.execute("SELECT DISTINCT subject FROM person").fetchall()
    return {ref: ref for (ref,) in people} | {old: new for old, new in aliases.items() if old.startswith("person/")}


def _read(home: Path, data: Path, mirror: Path | None) -> tuple[Connection, Reading]:
    connection = connect()
    define_macros(connection)
    home.mkdir(parents=True, exist_ok=True)
    inputs = find_inputs(home, data, [ALL], mirror)
    return connection, read_inputs(connection, home, inputs, read_entities(data), lambda _step, _on: None)
