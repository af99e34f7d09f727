"""The training of the model of people, over all table sources; only `kg link train` needs it."""

from pathlib import Path

from kg.facts import connect
from kg.link import train_people
from kg.paths import DATA
from kg.quads import define_macros
from kg.build.reading import ALL, find_inputs, read_inputs
from kg.sources.entities import read_entities


def train(home: Path, data: Path = DATA, mirror: Path | None = None) -> Path:
    """Read every source, learn, and write data/links/people-model.json; its path."""
    connection = connect()
    define_macros(connection)
    inputs = find_inputs(home, data, [ALL], mirror)
    reading = read_inputs(connection, home, inputs, read_entities(data), lambda _step, _on: None)
    return train_people(connection, reading.sources, data)
