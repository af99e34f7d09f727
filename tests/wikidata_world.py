"""A small invented world of members, published as a build, and items about them as Wikidata's API writes them."""

import json
from pathlib import Path
from typing import Any

from kg.builds import Build
from kg.iris import NAMESPACES, thing
from tests.endpoint_support import publish_small

PD, RDF, RDFS, XSD, ORG, SKOS, DCT, SCHEMA = (
    NAMESPACES[prefix] for prefix in ("pd", "rdf", "rdfs", "xsd", "org", "skos", "dcterms", "schema")
)
REGISTER, GAZETTE, WORKED_OUT = (thing(f"source/{slug}") for slug in ("register", "gazette", "inferred-changes"))
COMMONS, LORDS = "body/house-of-commons", "body/house-of-lords"
GENERAL, TERM_56, TERM_57 = "Q16707842", "Q900056", "Q900057"
ITEMS = {
    "party/labour": "Q9630",
    "party/conservative": "Q9626",
    "status/independent": "Q327591",
    "group/the-independent-group": "Q61751194",
}
Lines = list[str]


def world() -> Lines:
    """The sources, bodies and affiliations that all members share."""
    return [
        *_source(REGISTER, "The register", "https://register.example.org/members", "2026-06-28"),
        *_source(GAZETTE, "The gazette", "https://gazette.example.org/2019", "2019-12-01", characters=400),
        *_source(WORKED_OUT, "Worked out", "https://w3id.org/party-defections/", "2026-01-01"),
        *_typed(COMMONS, "ElectedBody", "House of Commons"),
        *_typed(LORDS, "ElectedBody", "House of Lords"),
        *(line for ref, item in ITEMS.items() for line in [*_typed(ref, "Affiliation", _name(ref)), link(ref, item)]),
        *_typed("party/sinn-fein", "Affiliation", "Sinn Fein"),
        *seat("first", "person/of-old", "party/labour", "1997-05-01", "2001-05-14"),  # as far as the register goes back
    ]


def person(ref: str, item: str) -> Lines:
    """Somebody who is an item."""
    return [*_typed(ref, "Person", _name(ref)), link(ref, item)]


def link(ref: str, item: str) -> str:
    return f"<{thing(ref)}> <{SKOS}exactMatch> <{NAMESPACES['wd']}{item}>"


def seat(
    slug: str, who: str, affiliation: str, start: str, end: str | None = None, *,
    body: str = COMMONS, source: str = REGISTER, electorate: str | None = None,
) -> Lines:  # fmt: skip
    """A seat, as its source tells it."""
    membership = f"<{thing(f'membership/{slug}')}>"
    told = [
        f"{membership} <{ORG}member> <{thing(who)}>",
        f"{membership} <{ORG}organization> <{thing(body)}>",
        f"{membership} <{PD}affiliation> <{thing(affiliation)}>",
        f'{membership} <{DCT}identifier> "row:{slug}"',
        *_days(membership, "start", start),
        *(_days(membership, "end", end) if end else []),
        *([f"{membership} <{PD}electorate> <{thing(electorate)}>"] if electorate else []),
    ]
    return [f"{line} <{source}>" for line in told]


def change(
    slug: str, who: str, left: str, joined: str, day: str, *, status: str = "reported", kind: str | None = "Defection",
    source: str = REGISTER, modality: str = "reported",
) -> Lines:  # fmt: skip
    """A change of side, with the claim that it rests on."""
    node, claim = f"<{thing(f'defection/{slug}')}>", f"<{thing(f'claim/{slug}')}>"
    told = [
        f"{node} <{PD}defector> <{thing(who)}>",
        f"{node} <{PD}fromAffiliation> <{thing(left)}>",
        f"{node} <{PD}toAffiliation> <{thing(joined)}>",
        *_days(node, "date", day),
    ]
    return [
        *(f"{line} <{source}>" for line in told),
        f"{node} <{PD}status> <{thing(f'concept/status-{status}')}>",
        *([f"{node} <{RDF}type> <{PD}{kind}>"] if kind else []),
        f"{claim} <{PD}about> {node}",
        f"{claim} <{PD}statedIn> <{source}>",
        f"{claim} <{PD}modality> <{thing(f'concept/modality-{modality}')}>",
        f'{claim} <{PD}row> "row:{slug}"',
    ]


def ends(change_slug: str, membership: str) -> str:
    return f"<{thing(f'defection/{change_slug}')}> <{PD}endsMembership> <{thing(f'membership/{membership}')}>"


def published(home: Path, *lines: Lines) -> Build:
    """The world with these lines, published below a home."""
    home.mkdir(exist_ok=True)
    return publish_small(home, extra=[f"{line} ." for part in (world(), *lines) for line in part])


def item(
    qid: str, *claims: dict[str, Any], died: bool = False, modified: str = "2026-01-01T00:00:00Z"
) -> dict[str, Any]:
    """An item with statements."""
    by_property: dict[str, list[dict[str, Any]]] = {}
    for number, claim in enumerate(claims):
        by_property.setdefault(claim["mainsnak"]["property"], []).append(claim | {"id": f"{qid}$S{number}"})
    if died:
        by_property["P570"] = [{"id": f"{qid}$D", "mainsnak": {"snaktype": "somevalue", "property": "P570"}}]
    return {"type": "item", "id": qid, "modified": modified, "claims": by_property}


def position(qid: str, label: str) -> dict[str, Any]:
    """The item of a position that members hold for one term."""
    general = {"mainsnak": _item("P279", GENERAL), "id": f"{qid}$G"}
    return {"type": "item", "id": qid, "labels": {"en": {"value": label}}, "claims": {"P279": [general]}}


def claim(
    prop: str, value: str, start: str | None = None, end: str | None = None, group: str | None = None,
    *, rank: str = "normal", references: tuple[str, ...] = (),
) -> dict[str, Any]:  # fmt: skip
    """A statement: dates at their precision, or "unknown" or "none"."""
    told = {"P580": _time("P580", start), "P582": _time("P582", end), "P4100": _item("P4100", group) if group else None}
    return {
        "mainsnak": _item(prop, value),
        "rank": rank,
        "qualifiers": {name: [snak] for name, snak in told.items() if snak},
        "references": [{"snaks": {"P854": [_text("P854", address)]}} for address in references],
    }


def written(path: Path, *entities: dict[str, Any]) -> Path:
    """Items as wbgetentities gives them, in a file; with the positions of two terms."""
    path.write_text(json.dumps({"entities": {e["id"]: e for e in (*entities, *TERMS)}}), encoding="utf-8")
    return path


def _item(prop: str, qid: str) -> dict[str, Any]:
    value = {"type": "wikibase-entityid", "value": {"entity-type": "item", "id": qid}}
    return {"snaktype": "value", "property": prop, "datavalue": value}


def _text(prop: str, text: str) -> dict[str, Any]:
    return {"snaktype": "value", "property": prop, "datavalue": {"type": "string", "value": text}}


def _time(prop: str, date: str | None) -> dict[str, Any] | None:
    if date is None:
        return None
    if date in {"unknown", "none"}:
        return {"snaktype": {"unknown": "somevalue", "none": "novalue"}[date], "property": prop}
    year, month, day = (*date.split("-"), "00", "00")[:3]
    value = {"time": f"+{year}-{month}-{day}T00:00:00Z", "precision": 9 + date.count("-")}
    return {"snaktype": "value", "property": prop, "datavalue": {"type": "time", "value": value}}


def _typed(ref: str, cls: str, label: str) -> Lines:
    return [f"<{thing(ref)}> <{RDF}type> <{PD}{cls}>", f'<{thing(ref)}> <{RDFS}label> "{label}"@en']


def _name(ref: str) -> str:
    """The name that the small build of the endpoint's tests gives the same things."""
    return ref.split("/")[1].replace("-", " ").capitalize()


def _source(iri: str, title: str, url: str, issued: str, characters: int | None = None) -> Lines:
    return [
        f"<{iri}> <{RDF}type> <{PD}Source>",
        f'<{iri}> <{DCT}title> "{title}"@en',
        f"<{iri}> <{SCHEMA}url> <{url}>",
        f'<{iri}> <{PD}issuedEarliest> "{issued}"^^<{XSD}date>',
        f'<{iri}> <{PD}issuedLatest> "{issued}"^^<{XSD}date>',
        f'<{iri}> <{PD}retrieved> "2026-11-22"^^<{XSD}date>',
        *([f'<{iri}> <{PD}characters> "{characters}"^^<{XSD}integer>'] if characters else []),
    ]


def _days(node: str, name: str, date: str) -> Lines:
    """A date as the build writes it; an interval a/b has no value of its own."""
    first, _, last = date.partition("/")
    return [
        f'{node} <{PD}{name}Earliest> "{first}"^^<{XSD}date>',
        f'{node} <{PD}{name}Latest> "{last or first}"^^<{XSD}date>',
    ]


TERMS = (
    position(TERM_56, "Member of the 56th Parliament of the United Kingdom"),
    position(TERM_57, "Member of the 57th Parliament of the United Kingdom"),
)
