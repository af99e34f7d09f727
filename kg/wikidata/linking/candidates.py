"""Where candidates come from: a file, or the live services."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from kg.facts import Connection
from kg.wikidata.client import WikidataClient
from kg.wikidata.linking.entity_rows import entity_rows
from kg.wikidata.linking.items import create_items, insert_items
from kg.wikidata.linking.pool import read_pool
from kg.wikidata.linking.settings import LinkSettings

_LIMIT = 7  # candidates for each name: the best few hold the right one, or it is not there
_TYPES = {"person": "person", "affiliation": "party"}


def from_pool(path: Path, connection: Connection, settings: LinkSettings) -> int:
    """The candidates of a file, whatever its format."""
    return read_pool(connection, path, settings)


def from_services(client: WikidataClient, only: Iterable[str], connection: Connection, settings: LinkSettings) -> int:
    """What the reconciliation service finds for each thing without an item, and what the API tells of it.

    `only` are classes or references; every answer is kept, so that a run which breaks off goes on where it was.
    """
    create_items(connection)
    found = _reconciled(client, _asked(connection, list(only)), settings)
    entities = dict(client.entities(found))
    insert_items(connection, (row for entity in entities.values() for row in entity_rows(entity, settings)))
    _name_what_is_told_of(client, connection, settings)
    return len(entities)


def pool_candidates(path: Path) -> "partial[int]":
    """What fills the tables of items from a file."""
    return partial(from_pool, path)


def live_candidates(client: WikidataClient, only: Iterable[str]) -> "partial[int]":
    """What fills the tables of items from the live services."""
    return partial(from_services, client, list(only))


def _asked(connection: Connection, only: list[str]) -> list[tuple[str, str]]:
    """The class and the name of each thing that is to be asked for and has no item."""
    rows = connection.execute(
        """SELECT DISTINCT class, name FROM thing_name
        WHERE ref NOT IN (SELECT ref FROM given) AND (len(?) = 0 OR class IN ? OR ref IN ?) ORDER BY class, name""",
        [only, only, only],
    ).fetchall()
    return [(cls, name) for cls, name in rows]


def _reconciled(client: WikidataClient, asked: list[tuple[str, str]], settings: LinkSettings) -> set[str]:
    queries = [
        {"query": name, "limit": _LIMIT, **({"type": settings.raw["types"][_TYPES[cls]][0]} if cls in _TYPES else {})}
        for cls, name in asked
    ]
    return {candidate["id"] for answer in client.reconcile(queries) for candidate in answer}


def _name_what_is_told_of(client: WikidataClient, connection: Connection, settings: LinkSettings) -> None:
    """Bring the offices, electorates and parties that the candidates name, which are known by their labels."""
    rows = connection.execute(
        """SELECT DISTINCT qid FROM (
            SELECT office_qid AS qid FROM item_office UNION SELECT place_qid FROM item_office
            UNION SELECT party FROM item_office UNION SELECT party FROM item_party)
        WHERE qid IS NOT NULL AND qid NOT IN (SELECT qid FROM item)"""
    ).fetchall()
    told = client.entities((qid for (qid,) in rows), props="labels|aliases|claims")
    insert_items(connection, (row for _, entity in told for row in entity_rows(entity, settings)))
