"""Rows of memberships → sorted N-Quads, as the project does it; prints the seconds that it took."""

import sys
import time
from pathlib import Path

from kg.facts import connect
from kg.quads import create_quads, define_macros, write_nquads
from tests.benchmarks.memberships import GRAPH

_LAYOUT = """all_varchar = true, header = true, delim = ',', quote = '"', escape = '"', new_line = '\\n'"""


def main(rows: Path, quads: Path) -> None:
    began = time.perf_counter()
    connection = connect()
    connection.execute("SET threads = 2; SET memory_limit = '300MB'; SET preserve_insertion_order = false")
    define_macros(connection)
    connection.execute(
        f"INSERT INTO membership BY NAME SELECT '{GRAPH}' AS source, * REPLACE ([identifier] AS identifier) "
        f"FROM read_csv('{rows}', {_LAYOUT}, buffer_size = 4000000)"
    )
    create_quads(connection)
    write_nquads(connection, quads)
    print(time.perf_counter() - began)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
