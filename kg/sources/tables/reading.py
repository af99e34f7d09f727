"""Tables → fact rows: the SQL files in a source's folder, run in the order of their names over its staged tables."""

from pathlib import Path

from kg.errors import KgError
from kg.facts import Connection
from kg.sources.description import Source
from kg.sources.entities import Entities
from kg.sources.tables.judged import create_judged
from kg.sources.tables.rules import first_that_holds, read_rules
from kg.sources.tables.staging import SetAside, stage

_MACROS = Path(__file__).with_name("macros.sql")


def read_table_source(
    connection: Connection, source: Source, entities: Entities, folder: Path, lenient: bool = False
) -> list[SetAside]:
    """Stage the tables of a source and run its reader, which fills the fact tables; the rows that were set aside.

    A reader finds its tables in the schema `staged`, the identities of data/entities in the table `entity`, and the
    files beside it through `getvariable('folder')`. Where rules.yaml lies beside it, `{rules}` in its SQL stands for
    the name of the first rule that holds, and the table `rule` has the name, the verdict and the reason of each; the
    pairs on which they decide go into the table `judged`.
    """
    set_aside = stage(connection, source, folder, lenient)
    prepare(connection, source, entities)
    rules = read_rules(source.folder / "rules.yaml")
    if rules:
        connection.execute("CREATE OR REPLACE TABLE rule (name VARCHAR, verdict VARCHAR, because VARCHAR)")
        connection.executemany("INSERT INTO rule VALUES (?, ?, ?)", [(r.name, r.verdict, r.because) for r in rules])
    for path in sorted(source.folder.glob("*.sql")):
        try:
            connection.execute(path.read_text(encoding="utf-8").replace("{rules}", first_that_holds(rules)))
        except Exception as fault:
            raise KgError(f"{path}: {fault}") from fault
    return set_aside


def prepare(connection: Connection, source: Source, entities: Entities) -> None:
    """Define what readers share: the macros, the variables `source` and `folder`, the tables `entity` and `judged`."""
    connection.execute(_MACROS.read_text(encoding="utf-8"))
    create_judged(connection)
    connection.execute("SET VARIABLE source = ?", [source.ref])
    connection.execute("SET VARIABLE folder = ?", [str(source.folder)])
    connection.execute(
        "CREATE OR REPLACE TABLE entity (ref VARCHAR, label VARCHAR, aliases VARCHAR[], gss VARCHAR, ec VARCHAR)"
    )
    rows = [(e.ref, e.label, list(e.aliases), e.gss or None, e.electoral_commission_id or None) for e in entities]
    connection.executemany("INSERT INTO entity VALUES (?, ?, ?, ?, ?)", rows)
