"""The page of a thing: what it is in a sentence, its panels, what each source says of it, and what points to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kg import iris
from kg.formats import BY_NAME
from kg.mapping import mapping
from kg.serve import answers, cards, pages, pictures
from kg.serve.answers import Askable, Row
from kg.serve.cards import Card
from kg.serve.explorer import cells, facts, pictured, schema_org
from kg.serve.explorer.cells import Filled
from kg.serve.explorer.facts import Group
from kg.serve.explorer.panels import Panel, address_of, panels_of, table_of
from kg.serve.explorer.versions import Versions, versions
from kg.serve.pages import Link

_MENTIONS = 200  # the LIMIT in mentions.rq
_TYPE, _LABEL = iris.expand("rdf:type"), iris.expand("rdfs:label")
_COLOUR = iris.expand("pd:colour")
_STATUS = iris.expand("pd:status")
_CLAIM = [iris.expand(f"pd:{name}") for name in ("about", "property", "value")]
_STORY = "story"  # the view that opens a page, above the facts
_FEEDS = {"affiliation": "party", "body": "body"}  # the parameter of the feed for things of a table
_CUT = 160  # characters of a description in a search engine


@dataclass(frozen=True)
class Thing:
    """What a page tells of a thing."""

    iri: str
    ref: str
    label: str
    types: list[Link]
    story: Filled | None
    facts: list[Group]
    identifiers: list[Group]
    panels: list[Filled]
    versions: Versions
    mentions: list[Group]
    is_cut: bool  # whether more points here than the page shows
    card: Card
    feed: str | None  # of its changes of side, where it can have any
    structured: dict[str, Any] | None


def thing(quads: Askable, iri: str, ref: str, statements: list[Row]) -> Thing:
    """What the page of a thing tells; its statements in the consolidated view have been read already."""
    table = table_of(ref)
    held = facts.groups(statements, table=table)
    by_iri = {group.iri: group.links for group in held}
    label = by_iri[_LABEL][0].text if _LABEL in by_iri else _said(by_iri) or ref
    types = _types(by_iri.get(_TYPE, []), table)
    colours = [link.text for link in by_iri.get(_COLOUR, [])]
    panels = _filled(quads, ref, pictures.Thing(label, f"/id/{ref}", next(iter(colours), None)))
    shown, identifiers = facts.of_page(held, table)
    mentions = answers.select(quads, "mentions", iri)
    description = _description(label, types, shown, by_iri.get(_STATUS, []))
    return Thing(
        iri=iri,
        ref=ref,
        label=label,
        types=types,
        story=next((each for each in panels if each.panel.view == _STORY), None),
        facts=shown,
        identifiers=identifiers,
        panels=[each for each in panels if each.panel.view != _STORY],
        versions=versions(quads, iri, held, table) if facts.has_versions(table) else Versions({}, []),
        mentions=facts.groups(mentions, "subject"),
        is_cut=len(mentions) >= _MENTIONS,
        card=cards.of_page(pages.shortened(label), description, f"/id/{ref}"),
        feed=f"/feed.atom?{_FEEDS[table]}={ref}" if table in _FEEDS else None,
        structured=schema_org.described(iri, ref, statements, description),
    )


def _said(by_iri: dict[str, list[Link]]) -> str:
    """A claim in words, since it has no label; empty for any other thing."""
    parts = [by_iri[name][0].text for name in _CLAIM if name in by_iri]
    return "{}: {} {}".format(*parts) if len(parts) == len(_CLAIM) else ""


def _filled(quads: Askable, ref: str, about: pictures.Thing) -> list[Filled]:
    """The panels that have something to show, or something to say of having nothing."""
    wanted = panels_of(ref)
    found = {panel.name: rows for panel, rows in zip(wanted, _asked(quads, ref, wanted), strict=True)}
    return [
        cells.filled(panel, ref, found[panel.name], pictured.picture(panel, about, found))
        for panel in wanted
        if found[panel.name] or panel.empty
    ]


def _asked(quads: Askable, ref: str, wanted: Sequence[Panel]) -> list[list[Row]]:
    return [list(answers.rows(quads.ask(panel.about(ref), BY_NAME["json"]))) for panel in wanted]


def _types(links: list[Link], table: str) -> list[Link]:
    """The classes, the narrower before those that hold more."""
    kinds = mapping()[table].kinds.values() if table in mapping() else ()
    depth = {curie: place for curies in kinds for place, curie in enumerate(reversed(curies))}
    return sorted(links, key=lambda link: (-depth.get(link.title or "", 0), link.text))


def _description(label: str, types: list[Link], shown: list[Group], status: Sequence[Link]) -> str:
    """A sentence for search engines and cards: what it is, how settled, and the first things that hold of it."""
    kinds = [link.text.lower() for link in (*types[:1], *status)]
    kind = f" ({', '.join(kinds)})" if kinds else ""
    told = "; ".join(f"{g.property.text}: {', '.join(link.text for link in g.links[:3])}" for g in shown[:4])
    text = f"{label}{kind}{'. ' if told else ''}{told}"
    return text if len(text) <= _CUT else f"{text[: _CUT - 1]}…"


def breadcrumbs(ref: str) -> list[Link]:
    """The way from the first page to a thing."""
    words, query = _LISTS.get(ref.partition("/")[0], ("", ""))
    listed = address_of(query)
    return [*pages.HOME, *([Link(words, listed)] if listed else [])]


_LISTS = {
    "person": ("People", "people"),
    "party": ("Parties", "parties"),
    "group": ("Affiliations", "affiliations"),
    "status": ("Affiliations", "affiliations"),
    "council": ("Councils", "councils"),
    "body": ("Parliaments", "parliaments"),
    "defection": ("Changes of side", "who-defected"),
    "control": ("Changes of control", "control-changes"),
    "contest": ("Elections", "elections"),
    "concept": ("Concepts", "concepts"),
    "place": ("Places", "places"),
    "source": ("Sources", "sources"),
}
