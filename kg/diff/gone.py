"""References of an older build that a newer one does not know, and what stands for each now."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from kg.builds import Build
from kg.diff.lines import Difference, differences
from kg.diff.statements import read_statement
from kg.iris import thing
from kg.mapping import class_of_path

_TYPE, _SAME = "rdf:type", "owl:sameAs"
_TELLING = ("dcterms:identifier", "skos:exactMatch")  # what a source or the world calls a thing, whatever its name
_STARTS = "pd:startsMembership"
_STARTED_BY = f"{_STARTS} of"
# One after the other, for a membership that was found tells of the change that began it, and the other way round.
_PASSES = (_TELLING, (_STARTS,), (_STARTED_BY,))
_EVIDENCE = {"claim", "span", "source"}  # named by their content: other content is another claim


@dataclass
class _Side:
    """What one of two builds says that the other does not, by the thing of which it is said."""

    things: set[str] = field(default_factory=set)
    aliases: dict[str, str] = field(default_factory=dict)
    told: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))


def gone(old: Build, new: Build) -> dict[str, str | None]:
    """Each reference that only the older build knows, with the one that stands for the thing now, where that is told.

    The same thing has the same identifier of a source, or began the same membership, or was begun by the same change.
    """
    went, came = _sides(differences(old.quads, new.quads))
    lost = went.things - came.things - came.aliases.keys()
    bearers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for ref, told in came.told.items():
        for name in told:
            bearers[name].add(ref)
    now: dict[str, str | None] = {}
    for telling in _PASSES:
        for ref in sorted(lost - {ref for ref, found in now.items() if found}):
            names = {(prop, now.get(value) or value) for prop, value in went.told[ref] if prop in telling}
            found = {bearer for name in names for bearer in bearers[name] if _alike(bearer, ref)}
            now[ref] = found.pop() if len(found) == 1 else None
    for alias, target in went.aliases.items():
        if alias not in came.aliases and alias not in came.things:
            now[alias] = now.get(target, target)
    known = new.open()
    return {ref: now[ref] for ref in sorted(now) if not known.query(f"ASK {{ <{thing(ref)}> ?p ?o }}")}


def _sides(lines: Iterable[Difference]) -> tuple[_Side, _Side]:
    went, came = _Side(), _Side()
    for added, line in lines:
        statement = read_statement(line)
        cls = class_of_path().get(statement.subject.split("/")[0])
        if statement.graph is None and cls and cls.table not in _EVIDENCE:
            side = came if added else went
            match statement.property:
                case prop if prop in _TELLING:
                    side.told[statement.subject].add((prop, statement.value))
                case prop if prop == _STARTS:
                    side.told[statement.subject].add((prop, statement.value))
                    side.told[statement.value].add((_STARTED_BY, statement.subject))
                case prop if prop == _SAME:
                    side.aliases[statement.subject] = statement.value
                case prop if prop == _TYPE and statement.value == cls.base:
                    side.things.add(statement.subject)
    return went, came


def _alike(one: str, other: str) -> bool:
    return class_of_path()[one.split("/")[0]] is class_of_path()[other.split("/")[0]]
