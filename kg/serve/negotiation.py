"""Content negotiation: the Accept header of RFC 9110 (section 12.5.1) against what a resource can be written in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

_QUOTED = r'"(?:\\.|[^"\\])*"?'  # its end may be missing, so that no beginning is tried in vain
_MEMBER = re.compile(rf'(?:[^,"]|{_QUOTED})+')
_PART = re.compile(rf'(?:[^;"]|{_QUOTED})+')
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_RANGE = re.compile(rf"({_TOKEN})/({_TOKEN})")
_QUALITY = re.compile(r"[01]|[01]?\.\d+|[01]\.")  # ".2" is not allowed, but Java sends it

_HELD = {"charset": "utf-8", "header": "present"}  # parameters that hold for all we send, though it need not say so
_IGNORED = {"profile"}  # a profile that is not known must be ignored (RFC 6906)


class Offer(Protocol):
    """One representation; an alias is another media type by which clients ask for it."""

    @property
    def name(self) -> str: ...
    @property
    def media_type(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...


T = TypeVar("T", bound=Offer)


@dataclass(frozen=True)
class Kind:
    """A representation that holds no RDF."""

    name: str
    media_type: str
    aliases: tuple[str, ...] = ()


HTML = Kind("html", "text/html", ("application/xhtml+xml",))
JSON = Kind("json", "application/json")
PROBLEM = Kind("json", "application/problem+json", ("application/json",))


@dataclass(frozen=True)
class Choice(Generic[T]):
    """What was chosen, and the media type it was asked for by: an alias where the client named that."""

    offer: T
    media_type: str


@dataclass(frozen=True)
class MediaRange:
    """One member of an Accept header; its parameters are those before `q`."""

    type: str
    subtype: str
    parameters: frozenset[tuple[str, str]]
    quality: float

    @property
    def specificity(self) -> tuple[bool, bool, int]:
        return self.type != "*", self.subtype != "*", len(self.parameters)

    def matches(self, media_type: str) -> bool:
        major, _, minor = media_type.partition("/")
        held = all(_HELD.get(name) == value for name, value in self.parameters)
        return held and self.type in {"*", major} and self.subtype in {"*", minor}


def choose(wanted: str, offers: Sequence[T]) -> Choice[T] | None:
    """The offer that the client wants most, the earlier of two it wants alike; None where it wants none of them."""
    ranges = media_ranges(wanted) or media_ranges("*/*")
    choices = [Choice(o, o.media_type) for o in offers] + [Choice(o, alias) for o in offers for alias in o.aliases]
    best = max(choices, key=lambda choice: _quality(choice.media_type, ranges))
    return best if _quality(best.media_type, ranges) > 0 else None


def media_ranges(wanted: str) -> list[MediaRange]:
    """The members of an Accept header in the order given, without those that are malformed."""
    return [found for member in _MEMBER.findall(wanted) if (found := _media_range(member))]


def _quality(media_type: str, ranges: Sequence[MediaRange]) -> float:
    matching = [r for r in ranges if r.matches(media_type)]
    return max(matching, key=lambda r: (r.specificity, r.quality)).quality if matching else 0.0


def _media_range(member: str) -> MediaRange | None:
    head, *rest = (part.strip() for part in _PART.findall(member) or [""])
    found = _RANGE.fullmatch("*/*" if head == "*" else head.lower())
    if not found or (found[1] == "*" and found[2] != "*"):
        return None
    parameters: set[tuple[str, str]] = set()
    for part in rest:
        name, _, value = (text.strip() for text in part.partition("="))
        if name.lower() == "q":
            quality = min(1.0, float(value)) if _QUALITY.fullmatch(value) else None
            return None if quality is None else MediaRange(found[1], found[2], frozenset(parameters), quality)
        if name and name.lower() not in _IGNORED:
            parameters.add((name.lower(), value.strip('"').lower()))
    return MediaRange(found[1], found[2], frozenset(parameters), 1.0)
