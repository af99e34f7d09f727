"""What becomes of the scored pairs of people: accepted, doubtful or rejected."""

from collections import defaultdict
from dataclasses import dataclass, replace

from kg.facts import Connection
from kg.link.clusters import Clusters
from kg.link.settings import PeopleSettings


@dataclass(frozen=True)
class Match:
    """Two persons who may be one, what the model makes of them, and what became of the pair."""

    one: str
    other: str
    weight: float  # the logarithm, to base two, of the odds that they are one
    probability: float
    domains: tuple[frozenset[str], frozenset[str]]
    verdict: str = "rejected"  # accepted, doubtful or rejected
    reason: str = ""  # why a pair that the model is sure of is doubtful


def matches(connection: Connection, settings: PeopleSettings) -> list[Match]:
    """The pairs that are likelier one person than the lower limit, the surest first."""
    rows = connection.execute(
        """SELECT p.one, p.other, p.weight, p.probability, l.domains, r.domains
        FROM person_pair p
        JOIN person_domain l ON l.ref = p.one
        JOIN person_domain r ON r.ref = p.other
        WHERE probability >= ? ORDER BY weight DESC, one, other""",
        [settings.doubt],
    ).fetchall()
    return [Match(one, other, w, p, (frozenset(ld), frozenset(rd))) for one, other, w, p, ld, rd in rows]


def accept(found: list[Match], clusters: Clusters, settings: PeopleSettings) -> list[Match]:
    """Join the sure pairs, the surest first; the same pairs with what became of each.

    A person who could be two of one source is the one that leads by far, or neither; and nobody becomes two people of
    one source by way of a third.
    """
    rivalled = _rivalled(found, settings)
    return [_settled(match, clusters, settings, rivalled) for match in found]


def _settled(match: Match, clusters: Clusters, settings: PeopleSettings, rivalled: dict[tuple[str, str], str]) -> Match:
    if clusters.root(match.one) == clusters.root(match.other):
        return replace(match, verdict="accepted")
    if match.probability < settings.accept:
        return replace(match, verdict="doubtful")
    if rival := rivalled.get((match.one, match.other)):
        return replace(match, verdict="doubtful", reason=f"{rival} is as likely")
    if conflict := clusters.join(match.one, match.other):
        return replace(match, verdict="doubtful", reason=conflict)
    return replace(match, verdict="accepted")


def _rivalled(found: list[Match], settings: PeopleSettings) -> dict[tuple[str, str], str]:
    """The pairs of which one side could as well be another person of the same source, with that rival."""
    by_choice: dict[tuple[str, str], list[tuple[str, Match]]] = defaultdict(list)
    for match in found:
        for person, rival, domains in (
            (match.one, match.other, match.domains[1]),
            (match.other, match.one, match.domains[0]),
        ):
            for domain in domains:
                by_choice[person, domain].append((rival, match))
    rivalled = {}
    for choices in by_choice.values():
        best = max(match.weight for _, match in choices)
        for i, (_, match) in enumerate(choices):
            others = [
                rival for j, (rival, m) in enumerate(choices) if j != i and m.weight > match.weight - settings.lead
            ]
            if others and match.weight > best - settings.lead:
                rivalled[match.one, match.other] = min(others)
    return rivalled
