"""How well things are linked to Wikidata: half of the items that are known are hidden, and looked for again."""

import random
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from kg.builds import Build
from kg.errors import KgError
from kg.facts import Connection
from kg.paths import DATA
from kg.wikidata.linking import Candidates, compared, decided_by, shipped_mappings
from kg.wikidata.linking.deciding import Decided, Link, decide, scored_links
from kg.wikidata.linking.settings import CLASSES, LinkSettings, read_link_settings

SEEDS = (1, 2, 3, 4, 5)
Truth = dict[str, str]  # thing → item


@dataclass
class Tally:
    """What became of the hidden things: whose item is among the candidates, and whose is not or was taken away."""

    right: int = 0
    wrong: int = 0  # linked to another item, though their own is there
    missed: int = 0
    false: int = 0  # linked, though their own item is not there
    absent: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.wrong + self.missed)

    @property
    def false_share(self) -> float:
        return self.false / max(1, self.absent)

    def count(self, truth: Truth, there: Collection[str], linked: Truth) -> None:
        """Add the outcome for the hidden things of one trial; `there` are the items among the candidates."""
        for ref, qid in truth.items():
            found = linked.get(ref)
            if qid not in there:
                self.absent += 1
                self.false += found is not None
            else:
                self.right += found == qid
                self.wrong += found not in (qid, None)
                self.missed += found is None
            if found not in (qid, None):
                self.examples.append(f"{ref} is {qid}, and not {found}")


def evaluate_wikidata(build: Build, candidates: Candidates, seeds: Sequence[int] = SEEDS) -> dict[str, Tally]:
    """A tally for each class over several trials, in which half of the known items are hidden.

    In the same trials a quarter of the hidden items is taken from the candidates, as if Wikidata had none.
    """
    settings, decisions = read_link_settings(DATA), shipped_mappings(DATA)
    with closing(compared(build, candidates, settings, decisions)) as connection:
        known = known_items(connection)
        there = {qid for (qid,) in connection.execute("SELECT qid FROM item").fetchall()}
        links, decided = scored_links(connection, settings), decided_by(connection, decisions)
    if not known:
        raise KgError("no source of the build gives an item to anything, so there is none to hide")
    tallies = {cls: Tally() for cls in CLASSES}
    for seed in seeds:
        for cls, truth in known.items():
            hidden, removed = trial(truth, seed)
            linked = relinked(links, settings, decided, hidden, removed)
            tallies[cls].count(hidden, there - removed, linked)
    return tallies


def known_items(connection: Connection) -> dict[str, Truth]:
    """Of each class the things that have one item by their sources; what may well be a status is left out."""
    rows = connection.execute(
        """SELECT class, ref, min(qid) FROM given
        WHERE ref NOT LIKE 'status/%' GROUP BY class, ref HAVING count(DISTINCT qid) = 1 ORDER BY class, ref"""
    ).fetchall()
    return {cls: {ref: qid for kind, ref, qid in rows if kind == cls} for cls in CLASSES}


def trial(truth: Truth, seed: int) -> tuple[Truth, set[str]]:
    """Half of what is known, by chance, and a quarter of its items, which are taken from the candidates."""
    chance = random.Random(seed)
    hidden = {ref: truth[ref] for ref in chance.sample(sorted(truth), len(truth) // 2)}
    return hidden, set(chance.sample(sorted(hidden.values()), len(hidden) // 4))


def relinked(
    links: list[Link], settings: LinkSettings, decided: Decided, hidden: Truth, removed: Collection[str]
) -> Truth:
    """What the linker makes of the hidden things, when it knows the items of all others."""
    given = [pair for pair in decided.given if pair[0] not in hidden]
    found = decide([link for link in links if link.qid not in removed], settings, Decided(given, decided.rejected))
    return {link.ref: link.qid for link in found if link.verdict == "accepted"}


def table_rows(tallies: dict[str, Tally]) -> Iterator[tuple[str, str, str, str]]:
    """The class, precision, recall and share of false links, with the numbers that they rest on."""
    for cls, t in tallies.items():
        if t.right + t.wrong + t.missed + t.absent:
            yield (
                cls,
                f"{t.precision:.4f} ({t.right} of {t.right + t.wrong})",
                f"{t.recall:.4f} ({t.right} of {t.right + t.wrong + t.missed})",
                f"{t.false_share:.4f} ({t.false} of {t.absent})",
            )
