"""Why the view holds what it holds: the claims behind a value, their ranks and the rules that ranked them."""

from dataclasses import dataclass, replace
from pathlib import Path

from kg.errors import UnknownName
from kg.iris import ID, NAMESPACES, expand, ref_of, shorten, thing
from kg.store import Quads

_QUERY = Path(__file__).with_name("why.rq")


@dataclass(frozen=True)
class Reason:
    """One claim: what it says, where and on whose word, and what the policy made of it."""

    property: str
    value: str
    rank: str
    rule: str
    rule_text: str
    source: str
    speaker: str | None
    modality: str
    span: tuple[int, int] | None
    basis: str | None
    note: str | None
    claim: str


def why(quads: Quads, name: str, property_name: str | None = None) -> list[Reason]:
    """The claims about a thing (an IRI, or a reference such as party/labour), of one property or of all.

    The property is a CURIE, or a name in pd:. UnknownName where nothing is known of the thing, or of that property.
    """
    iri = thing(ref_of(name) or name)
    query = _QUERY.read_text(encoding="utf-8").replace("UNDEF", f"<{iri}>")
    reasons = _with_all_bases([_reason(row) for row in quads.query(query).rows()])
    if not reasons:
        raise UnknownName(f"no source claims anything of {name}")
    if property_name is None:
        return reasons
    wanted = shorten(_property_iri(property_name))
    chosen = [reason for reason in reasons if reason.property == wanted]
    if not chosen:
        known = ", ".join(sorted({reason.property for reason in reasons}))
        raise UnknownName(f"no source claims {wanted} of {name}; claimed are: {known}")
    return chosen


def _with_all_bases(reasons: list[Reason]) -> list[Reason]:
    """The reasons, once each: what a claim was derived from, which can be several things, in one line."""
    bases: dict[Reason, set[str]] = {}
    for reason in reasons:
        bases.setdefault(replace(reason, basis=None), set()).update({reason.basis} if reason.basis else set())
    return [replace(reason, basis="; ".join(sorted(several)) or None) for reason, several in bases.items()]


def _property_iri(name: str) -> str:
    if name.startswith("http"):
        return name
    try:
        return expand(name) if ":" in name else f"{NAMESPACES['pd']}{name}"
    except ValueError as fault:
        raise UnknownName(f"{fault}; known are: {', '.join(NAMESPACES)}") from fault


def _reason(row: list[str | None]) -> Reason:
    prop, value, label, rank, rule, rule_text, source, speaker, modality, start, end, basis, note, claim = row
    return Reason(
        property=shorten(prop or ""),
        value=label or shorten(value or ""),
        rank=rank or "",
        rule=rule or "",
        rule_text=rule_text or "",
        source=source or "",
        speaker=speaker,
        modality=modality or "",
        span=(int(start), int(end)) if start and end else None,
        basis=basis,
        note=note,
        claim=(claim or "").removeprefix(ID),
    )
