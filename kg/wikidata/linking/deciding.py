"""What becomes of the scored pairs: accepted, doubtful or rejected; one thing has one item, and one item one thing."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from kg.facts import Connection
from kg.wikidata.linking.settings import LinkSettings

Pair = tuple[str, str]


@dataclass(frozen=True)
class Link:
    """A thing and an item that may be one, by how much, and what became of the pair."""

    cls: str
    ref: str
    qid: str
    weight: float  # the logarithm, to base two, of the odds that they are one
    seats: frozenset[str] = frozenset()  # the seats that both have from the same day on
    verdict: str = "rejected"  # accepted, doubtful or rejected
    reason: str = ""  # why a pair that is likely enough is doubtful

    @property
    def probability(self) -> float:
        return float(1 / (1 + 2**-self.weight))


@dataclass(frozen=True)
class Decided:
    """What people or sources have settled: which things and items are one, and which pairs are not."""

    given: Collection[Pair] = ()
    rejected: Collection[Pair] = ()
    without: Collection[str] = ()  # things of which it is known, or said, that they have no item


def scored_links(connection: Connection, settings: LinkSettings) -> list[Link]:
    """The pairs that are likelier than the lower limit, the surest first."""
    rows = connection.execute(
        "SELECT class, ref, qid, weight, same_seats FROM scored WHERE weight >= ? ORDER BY weight DESC, ref, qid",
        [settings.doubt],
    ).fetchall()
    return [Link(cls, ref, qid, weight, frozenset(seats or ())) for cls, ref, qid, weight, seats in rows]


def decide(found: list[Link], settings: LinkSettings, decided: Decided = Decided()) -> list[Link]:
    """Every pair with its verdict, the surest first; pairs of what is settled already are left out."""
    state = _Settling(settings, decided)
    open_links = [link for link in found if state.is_open(link)]
    for link in open_links:
        state.add(link)
    return [state.settle(link) for link in open_links]


class _Settling:
    """The things and items that are taken, and the pairs that each still has."""

    def __init__(self, settings: LinkSettings, decided: Decided) -> None:
        self._settings = settings
        self._things = {ref for ref, _ in decided.given} | set(decided.without)
        self._items: dict[str, Link | None] = {qid: None for _, qid in decided.given}
        self._rejected = set(decided.rejected)
        self._of_thing: dict[str, list[Link]] = defaultdict(list)
        self._of_item: dict[str, list[Link]] = defaultdict(list)

    def is_open(self, link: Link) -> bool:
        pair = (link.ref, link.qid)
        return link.ref not in self._things and link.qid not in self._items and pair not in self._rejected

    def add(self, link: Link) -> None:
        self._of_thing[link.ref].append(link)
        self._of_item[link.qid].append(link)

    def settle(self, link: Link) -> Link:
        if link.ref in self._things:
            return replace(link, reason="another item was accepted")
        if link.qid in self._items:
            return self._second(link)
        if link.weight < self._settings.accept:
            return replace(link, verdict="doubtful")
        if rival := next(self._rivals(link), None):
            return replace(link, verdict="doubtful", reason=f"{rival} is as likely")
        self._things.add(link.ref)
        self._items[link.qid] = link
        return replace(link, verdict="accepted")

    def _second(self, link: Link) -> Link:
        """A pair whose item went to another thing: where it is sure too, the two things may be one."""
        other = self._items[link.qid]
        if other and link.weight >= self._settings.accept and link.seats and not link.seats & other.seats:
            return replace(link, verdict="doubtful", reason=f"{other.ref} has the item, and may be the same person")
        return replace(link, reason=f"{other.ref} has the item" if other else "another thing has the item")

    def _rivals(self, link: Link) -> Iterator[str]:
        """Whatever else the thing could as well be, or could as well be the item."""
        least = link.weight - self._settings.lead
        for rival in self._of_thing[link.ref]:
            if rival.qid != link.qid and rival.qid not in self._items and rival.weight > least:
                yield rival.qid
        for rival in self._of_item[link.qid]:
            is_open = rival.ref != link.ref and rival.ref not in self._things
            if is_open and rival.weight > least and not _is_part(rival, link):
                yield rival.ref


def _is_part(rival: Link, link: Link) -> bool:
    """Whether two things have different seats of one item, the rival fewer: a source may name one person twice."""
    both = rival.seats and link.seats and not rival.seats & link.seats
    return bool(both) and len(rival.seats) < len(link.seats)
