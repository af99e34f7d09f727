"""People of several sources who may be one: their records, and what Splink makes of each pair that could be."""

import csv
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import FileError
from kg.facts import Connection
from kg.link.broader import create_broader
from kg.link.evidence import PAIRS
from kg.link.settings import PeopleSettings
from kg.paths import DATA

if TYPE_CHECKING:
    from splink import Linker

# By the rows of some tables and a text, the folder with what the function makes of them, now or in an earlier build.
Remember = Callable[[Sequence[str], str, Callable[[Path], None]], Path]

_HERE = Path(__file__).parent
_COMPARED = ("person_record", "name_frequency")  # all that scores are made from, but for the settings


def create_records(connection: Connection, settings: PeopleSettings, data: Path = DATA) -> None:
    """Create person_record, a row for each form of each person's name, and name_frequency."""
    create_nicknames(connection, data)
    _create(
        connection,
        "domain (source VARCHAR, per VARCHAR)",
        [(f"source/{s}", p) for s, p in settings.raw["distinct"].items()],
    )
    parliaments = [
        (body, p.get("region"), p.get("fulltime", False), p.get("beside", False))
        for body, p in settings.raw["parliaments"].items()
    ]
    _create(connection, "parliament (body VARCHAR, region VARCHAR, fulltime BOOLEAN, beside BOOLEAN)", parliaments)
    create_broader(connection, data)
    _create(connection, "plain_word (word VARCHAR)", [(word,) for word in settings.raw["plain_words"]])
    connection.execute("SET VARIABLE earliest = ?", [settings.raw["earliest"]])
    for name in ("seats.sql", "records.sql"):
        connection.execute((_HERE / name).read_text(encoding="utf-8"))


def create_nicknames(connection: Connection, data: Path = DATA) -> None:
    """Create nickname(name, root): each given name with each that it may be short for."""
    _create(connection, "nickname (name VARCHAR, root VARCHAR)", _nicknames(data / "links" / "nicknames.csv"))


def score(connection: Connection, settings: PeopleSettings, remember: Remember | None = None) -> None:
    """Create person_pair: every two persons whom a blocking rule brings together, with probability and evidence.

    Of the forms of two names the pair that weighs most counts. The pairs of the same records are scored once.
    """
    if not remember:
        _score(connection, settings)
        return

    def make(folder: Path) -> None:
        _score(connection, settings)
        connection.execute(f"COPY person_pair TO '{folder / PAIRS}' (FORMAT parquet)")

    told = json.dumps([settings.raw, settings.trained()], sort_keys=True)
    folder = remember(_COMPARED, told, make)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE person_pair AS FROM '{folder / PAIRS}'")


def train(connection: Connection, settings: PeopleSettings) -> dict[str, Any]:
    """Learn from the records how much each agreement weighs, and write the model; the same for the same records."""
    linker = _linker(connection, settings.splink())
    training = settings.raw["training"]
    linker.training.estimate_u_using_random_sampling(max_pairs=training["pairs"], seed=training["seed"])
    linker.training.estimate_parameters_using_expectation_maximisation(training["learn"])
    model = linker.misc.save_model_to_json()
    for level in (level for comparison in model["comparisons"] for level in comparison["comparison_levels"]):
        # what threads add up in another order differs in the last digits
        level |= {name: float(f"{level[name]:.4g}") for name in ("m_probability", "u_probability") if name in level}
    settings.model.write_text(json.dumps(model, indent=2) + "\n", encoding="utf-8")
    return model


def _score(connection: Connection, settings: PeopleSettings) -> None:
    linker = _linker(connection, settings.trained())
    scored = linker.inference.predict()
    columns = ", ".join(f"gamma_{c['name']}, mw_{c['name']}" for c in settings.raw["comparisons"])
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE person_pair AS
        SELECT least(ref_l, ref_r) AS one, greatest(ref_l, ref_r) AS other, match_weight AS weight,
            match_probability AS probability, {columns}, COLUMNS('^mw_tf_.*')
        FROM {scored.physical_name} WHERE ref_l <> ref_r
        QUALIFY row_number() OVER (PARTITION BY one, other ORDER BY weight DESC, unique_id_l, unique_id_r) = 1"""
    )
    linker.table_management.delete_tables_created_by_splink_from_db()  # type: ignore[no-untyped-call]


def _linker(connection: Connection, settings: dict[str, Any]) -> "Linker":
    from splink import DuckDBAPI, Linker  # costs a fifth of a second, which no other command should wait for

    api = DuckDBAPI(connection)
    linker = Linker(api.register("person_record"), settings, log_level=None, validate_settings=False)
    linker.table_management.register_term_frequency_lookup(api.register("name_frequency"), "called")
    return linker


def _nicknames(path: Path) -> list[tuple[str, str]]:
    """Each name with each name that it may be short for, itself among them where it is one."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        if reader.fieldnames != ["name", "also"]:
            raise FileError(path, 1, "the columns must be name,also")
        groups = {row["name"]: row["also"].split("|") for row in reader}
    return sorted({(form, name) for name, forms in groups.items() for form in (name, *forms)})


def _create(connection: Connection, definition: str, rows: Sequence[tuple[object, ...]]) -> None:
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {definition}")
    if rows:
        cells = ", ".join("unnest(?)" for _ in rows[0])
        connection.execute(
            f"INSERT INTO {definition.split()[0]} SELECT {cells}", [list(c) for c in zip(*rows, strict=True)]
        )
