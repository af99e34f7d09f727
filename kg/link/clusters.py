"""Things that are one, gathered pair by pair, and kept apart where they must be."""

from collections import defaultdict
from collections.abc import Iterable, Iterator


class Clusters:
    """A union of pairs that never unites two things of one domain, nor two that were told apart.

    A domain is a ground on which two references are two things: one source with identifiers of its own, or one
    council in the rosters.
    """

    def __init__(self, domains: dict[str, set[str]], apart: Iterable[tuple[str, str]] = ()) -> None:
        self._domains = {ref: set(several) for ref, several in domains.items()}  # of a cluster, by its root
        self._apart: dict[str, set[str]] = defaultdict(set)  # by root, all that it is told apart from
        self._members: dict[str, set[str]] = {}
        self._root: dict[str, str] = {}
        for left, right in apart:
            self._apart[left].add(right)
            self._apart[right].add(left)

    def join(self, left: str, right: str, *, decided: bool = False) -> str | None:
        """Make two things one; if they must be kept apart, why. Only a human decision joins things of one domain."""
        one, other = self.root(left), self.root(right)
        if one == other:
            return None
        if self._apart[one] & self.members(other) or self._apart[other] & self.members(one):
            return "a decision tells them apart"
        if not decided and (shared := self._domains.get(one, set()) & self._domains.get(other, set())):
            return f"they are two in {min(shared)}"
        self._unite(one, other)
        return None

    def root(self, ref: str) -> str:
        """The reference by which the cluster of a thing is kept; the thing's own where it is alone."""
        return self._root.get(ref, ref)

    def members(self, ref: str) -> set[str]:
        """All that are one with a thing, itself included."""
        return self._members.get(self.root(ref), {ref})

    def __iter__(self) -> Iterator[set[str]]:
        """Every cluster of more than one."""
        return (members for root, members in self._members.items() if self._root[root] == root)

    def _unite(self, one: str, other: str) -> None:
        members = self.members(one) | self.members(other)
        self._members.pop(other, None)
        self._members[one] = members
        self._root |= dict.fromkeys(members, one)
        self._apart[one] |= self._apart.pop(other, set())
        self._domains[one] = self._domains.get(one, set()) | self._domains.pop(other, set())
