"""The pairs that readers judge: two accounts of one person that follow each other and differ in the side sat for.

What the rules call a change is a fact and stands in the graph; this table also has what they do not, and why.
"""

from kg.facts import Connection

JUDGED = "judged"
COLUMNS = (
    "source",
    "person",
    "body",
    "earlier",  # when the first account was true, at the precision of the source
    "earlierLabel",  # the side, in the source's own words
    "later",
    "laterLabel",
    "verdict",  # change, not-a-change or other-person
    "rule",
    "reason",
    "change",  # what came of it in the graph
    "earlierRow",  # the source's own key of the first account
    "laterRow",
)


def create_judged(connection: Connection) -> None:
    """Create the table `judged` where it is not there yet; a reader that judges pairs fills it."""
    columns = ", ".join(f'"{column}" VARCHAR' for column in COLUMNS)
    connection.execute(f"CREATE TABLE IF NOT EXISTS {JUDGED} ({columns})")
