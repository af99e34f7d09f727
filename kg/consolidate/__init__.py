"""The consolidated view: which claim holds where several are made, by the written policy, and what follows from it."""

from pathlib import Path

from kg.consolidate.context import create_context
from kg.consolidate.held import choose, create_statements, fill_held_rows, name_the_nameless, repeat_evidence
from kg.consolidate.policy import criteria
from kg.facts import Connection
from kg.paths import DATA
from kg.sources.description import Source


def consolidate(connection: Connection, sources: list[Source], data: Path = DATA) -> None:
    """Add the consolidated rows to every fact table, with ranked copies of the claims."""
    create_context(connection, sources, data)
    create_statements(connection)
    choose(connection, criteria(data), sources, data)
    fill_held_rows(connection)
    repeat_evidence(connection)
    name_the_nameless(connection)
