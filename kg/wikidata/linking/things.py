"""The things of a published build that can have an item of Wikidata, from its tables in CSV, and their items."""

import csv
from collections.abc import Iterator
from pathlib import Path

from kg.builds import Build
from kg.errors import KgError
from kg.facts import Connection
from kg.iris import NAMESPACES, ref_of
from kg.link.crosswalk import Mapping
from kg.link.mappings import LINKS
from kg.mapping import Class, mapping

_HERE = Path(__file__).parent
_TABLES = ("person", "name", "affiliation", "body", "electorate", "membership")


def read_things(connection: Connection, build: Build, decisions: list[Mapping]) -> None:
    """Create thing, thing_name, thing_seat; told, who gives which item; and given, what the view holds of that.

    What was found by linking for an earlier build is told by nobody: it is found again, or not.
    """
    for table in _TABLES:
        _create_view(connection, mapping()[table], build.dumps / "csv" / f"{table}.csv")
    _create_told(connection, build, decisions)
    sql = (_HERE / "things.sql").read_text(encoding="utf-8")
    connection.execute(sql.replace("{items}", NAMESPACES["wd"]))


def _create_told(connection: Connection, build: Build, decisions: list[Mapping]) -> None:
    query = (_HERE / "told.rq").read_text(encoding="utf-8")
    rows = {(_ref(thing), _qid(item), _ref(source)) for thing, item, source in build.open().query(query).rows()}
    told = {row for row in rows if row[2] != f"source/{LINKS}"}
    told |= {(m.ref, m.qid, f"source/{LINKS}") for m in decisions if m.qid and not m.rejects}
    connection.execute("CREATE OR REPLACE TABLE told (ref VARCHAR, qid VARCHAR, source VARCHAR)")
    if told:
        columns = [list(column) for column in zip(*sorted(told), strict=True)]
        connection.execute("INSERT INTO told SELECT unnest(?), unnest(?), unnest(?)", columns)


def _create_view(connection: Connection, cls: Class, path: Path) -> None:
    """A view of a table with all its columns: the published one leaves out those that no thing has a value of."""
    if not path.is_file():
        raise KgError(f"there is no {path}: build anew")
    with path.open(encoding="utf-8", newline="") as file:
        there = next(csv.reader(file))
    absent = "".join(f', NULL::VARCHAR AS "{name}"' for name in _columns(cls) if name not in there)
    told = str(path).replace("'", "''")
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW published_{cls.table} AS SELECT *{absent} FROM read_csv('{told}', header = true, "
        "all_varchar = true, quote = '\"', escape = '\"', max_line_size = 16000000)"
    )


def _columns(cls: Class) -> Iterator[str]:
    for name, prop in cls.properties.items():
        yield name
        if prop.kind == "date":
            yield from (f"{name}Earliest", f"{name}Latest")
        elif prop.kind in {"ref", "concept"}:
            yield f"{name}Label"


def _ref(iri: str | None) -> str:
    return ref_of(iri or "") or ""


def _qid(iri: str | None) -> str:
    return (iri or "").removeprefix(NAMESPACES["wd"])
