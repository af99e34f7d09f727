"""The memberships of the politician data as CSV, for the mapping of rows to quads: the same rows for every tool."""

from pathlib import Path

from kg.facts import connect
from kg.iris import ID
from kg.quads import define_macros
from kg.sources.description import source
from kg.sources.entities import read_entities
from kg.sources.tables.reading import read_table_source

GRAPH = "source/politician-data"
REFERENCES = ("subject", "member", "organization", "role", "affiliation", "electorate")
BOUNDS = ("start", "end")

# The peers get each date already split by its precision, and whole IRIs; the project has to work these out.
_EACH_PRECISION = ", ".join(
    f"""CASE WHEN length("{name}") = {length} AND "{name}" NOT LIKE '%/%' THEN "{name}" END AS "{name}_{kind}" """
    for name in BOUNDS
    for kind, length in (("date", 10), ("gYearMonth", 7), ("gYear", 4))
)
_EACH_BOUND = ", ".join(
    f'{end.lower()}("{name}") AS "{name}_{end}"' for name in BOUNDS for end in ("Earliest", "Latest")
)


def write_memberships(shared_data: Path, folder: Path, times: int) -> int:
    """Write rows.csv for the project and peers.csv for the others, the rows repeated so many times; how many rows."""
    connection = connect()
    define_macros(connection)
    described = source("politician-data")
    read_table_source(connection, described, read_entities(), shared_data / (described.mirror or ""))
    references = ", ".join(f'"{name}"' for name in REFERENCES[1:])
    connection.execute(
        f"""CREATE TABLE row AS SELECT subject || CASE n WHEN 0 THEN '' ELSE '-' || n END AS subject, {references},
            "start", "end", identifier[1] AS identifier FROM membership, range({times}) t(n)"""
    )
    iris = ", ".join(f'\'{ID}\' || "{name}" AS "{name}_iri"' for name in REFERENCES)
    connection.execute(f"COPY row TO '{folder / 'rows.csv'}' (HEADER)")
    peers = f"SELECT {iris}, identifier, {_EACH_PRECISION}, {_EACH_BOUND} FROM row"
    connection.execute(f"COPY ({peers}) TO '{folder / 'peers.csv'}' (HEADER)")
    return int(connection.execute("SELECT count(*) FROM row").fetchall()[0][0])
