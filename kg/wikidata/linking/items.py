"""The tables of items, which every reader of candidates fills alike."""

from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from kg.facts import Connection

_ITEMS = Path(__file__).with_name("items.sql")
_WIDTHS = {"item": 8, "item_name": 2, "item_office": 8, "item_party": 3, "item_code": 2}
_AT_ONCE = 50_000

Rows = Iterable[tuple[str, tuple[object, ...]]]  # the table, and a cell for each of its columns


def create_items(connection: Connection) -> None:
    """Create the tables of items, empty."""
    connection.execute(_ITEMS.read_text(encoding="utf-8"))


def insert_items(connection: Connection, rows: Rows) -> None:
    """Add rows to the tables of items, so many at once that a dump need not fit into memory."""
    coming = iter(rows)
    while several := list(islice(coming, _AT_ONCE)):
        for table, width in _WIDTHS.items():
            if listed := [cells for name, cells in several if name == table]:
                columns = [list(column) for column in zip(*listed, strict=True)]
                values = ", ".join(["unnest(?::VARCHAR[])"] * width)
                connection.execute(f"INSERT INTO {table} SELECT {values}", columns)
    _name_offices(connection)


def _name_offices(connection: Connection) -> None:
    """Give offices and places that are told by their item alone the label that the item has here."""
    connection.execute(
        """UPDATE item_office AS o SET office = i.label FROM item i WHERE o.office IS NULL AND i.qid = o.office_qid;
        UPDATE item_office AS o SET place = i.label FROM item i WHERE o.place IS NULL AND i.qid = o.place_qid;"""
    )
