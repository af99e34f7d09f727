"""Linking: which things of several sources are one, and one reference for each in all fact tables."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kg.errors import FaultsFound
from kg.facts import Connection
from kg.link.changes import Named, join_changes
from kg.link.clusters import Clusters
from kg.link.decisions import Decision, read_decisions
from kg.link.events import join_events
from kg.link.identifiers import Shared, create_identifiers, shared_identifiers, sources_of_things
from kg.link.match import Match, accept, matches
from kg.link.names import Namesake, define_name_macros, same_bodies, same_electorates
from kg.link.people import Remember, create_records, score, train
from kg.link.references import aliases, create_aliases, references_of, unite
from kg.link.review import write_people, write_things
from kg.link.settings import read_settings
from kg.paths import DATA
from kg.sources.description import Source
from kg.sources.entities import Moved


@dataclass
class Linked:
    """What was found: the references that gave way, and what is left for people to decide."""

    aliases: dict[str, str] = field(default_factory=dict)  # old reference → the one that stands for it
    faults: list[Shared] = field(default_factory=list)  # identifiers that one source gives to two things
    namesakes: list[Namesake] = field(default_factory=list)  # bodies and electorates that the name does not tell apart
    doubtful: list[Match] = field(default_factory=list)  # people
    idle: list[Decision] = field(default_factory=list)  # about things that no source of the build has
    collective: list[Named] = field(default_factory=list)  # collective changes, and how many of each are named


def link(
    connection: Connection,
    sources: list[Source],
    data: Path = DATA,
    review: Path | None = None,
    remember: Remember | None = None,
    moved: Sequence[Moved] = (),
) -> Linked:
    """Let every thing have one reference in all fact tables, whatever sources call it; join the changes that are one.

    Human decisions come first, then shared identifiers, then names of bodies and electorates, then the model of people.
    What stays in doubt is written to files in the folder `review`. The fact tables must be filled, the macros of
    kg.quads defined.
    """
    linked = Linked()
    decisions = read_decisions(data)
    create_aliases(connection, sources, moved)
    define_name_macros(connection)
    _link_things(connection, decisions, data, linked)
    _link_people(connection, decisions, data, review, remember, linked)
    linked.collective = join_changes(connection, data)
    join_events(connection)
    linked.aliases = aliases(connection)
    if review:
        write_things(review, linked.faults, linked.namesakes, linked.idle)
    return linked


def train_people(connection: Connection, sources: list[Source], data: Path = DATA) -> Path:
    """Learn the model of people from full fact tables; the file in data/links that it is written to."""
    create_aliases(connection, sources)
    define_name_macros(connection)
    _link_things(connection, read_decisions(data), data, Linked())
    settings = read_settings(data)
    create_records(connection, settings, data)
    train(connection, settings)
    return settings.model


def _link_things(connection: Connection, decisions: list[Decision], data: Path, linked: Linked) -> None:
    create_identifiers(connection, data)
    shared = shared_identifiers(connection)
    linked.faults = [found for found in shared if found.fault]
    named = references_of(connection, {name for decision in decisions for name in decision.pair})
    linked.idle = [d for d in decisions if not {d.left, d.right} <= named.keys()]
    clusters = _decided(connection, decisions, sources_of_things(connection))
    for found in (found for found in shared if not found.fault):
        if [ref for ref in found.refs[1:] if clusters.join(found.refs[0], ref)]:
            linked.faults.append(found)  # by way of others it would make one of two things that a source tells apart
    unite(connection, clusters)
    create_identifiers(connection, data)  # once more, by the references that stay
    for find in (same_bodies, same_electorates):
        sure, unsure = find(connection)
        clusters = _decided(connection, decisions, {})
        for pair in sure:
            clusters.join(pair.one, pair.other)
        linked.namesakes += unsure
        unite(connection, clusters)


def _link_people(
    connection: Connection,
    decisions: list[Decision],
    data: Path,
    review: Path | None,
    remember: Remember | None,
    linked: Linked,
) -> None:
    settings = read_settings(data)
    create_records(connection, settings, data)
    score(connection, settings, remember)
    domains = dict(connection.execute("SELECT ref, domains FROM person_domain").fetchall())
    clusters = _decided(connection, decisions, {ref: set(several) for ref, several in domains.items()})
    found = accept(matches(connection, settings), clusters, settings)
    linked.doubtful = [match for match in found if match.verdict == "doubtful"]
    if review:
        write_people(connection, review, settings, found)
    unite(connection, clusters)


def _decided(connection: Connection, decisions: list[Decision], domains: dict[str, set[str]]) -> Clusters:
    """Clusters that hold what people decided of the things of this build: things joined, and things told apart."""
    known = references_of(connection, {name for decision in decisions for name in decision.pair})
    told = [(d, known[d.left], known[d.right]) for d in decisions if d.left in known and d.right in known]
    clusters = Clusters(domains, [(one, other) for d, one, other in told if not d.same])
    faults = [
        f"{d.path}:{d.line}: {d.left} and {d.right}: {reason}"
        for d, one, other in told
        if d.same and (reason := clusters.join(one, other, decided=True))
    ]
    if faults:
        raise FaultsFound("the decisions about identities contradict each other:", faults)
    return clusters
