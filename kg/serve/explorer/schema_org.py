"""A thing in the terms of schema.org, for search engines."""

from collections.abc import Iterable
from typing import Any

from kg import iris
from kg.serve import pages
from kg.serve.answers import Row

Json = dict[str, Any]

_CONTEXT = "https://schema.org"
_TYPES = {
    "person": "Person",
    "party": "PoliticalParty",
    "group": "Organization",
    "council": "GovernmentOrganization",
    "body": "GovernmentOrganization",
    "defection": "Event",
    "control": "Event",
    "contest": "Event",
    "source": "Dataset",
    "electorate": "AdministrativeArea",
    "place": "Place",
}
# Properties of ours, those of schema.org that say the same, and whether the value is a thing.
_TERMS = {
    "rdfs:label": ("name", False),
    "skos:altLabel": ("alternateName", False),
    "skos:exactMatch": ("sameAs", False),
    "dcterms:identifier": ("identifier", False),
    "foaf:givenName": ("givenName", False),
    "foaf:familyName": ("familyName", False),
    "pd:memberOf": ("memberOf", True),
    "pd:founded": ("foundingDate", False),
    "pd:dissolved": ("dissolutionDate", False),
    "pd:defector": ("attendee", True),
    "pd:body": ("organizer", True),
    "pd:date": ("startDate", False),
    "pd:dateLatest": ("endDate", False),
    "pd:partOf": ("superEvent", True),
    "dcterms:publisher": ("publisher", False),
    "dcterms:license": ("license", False),
    "dcterms:issued": ("datePublished", False),
    "schema:url": ("isBasedOn", False),
    "schema:latitude": ("latitude", False),
    "schema:longitude": ("longitude", False),
}
_BY_IRI = {iris.expand(curie): term for curie, term in _TERMS.items()}
_OF_EVENTS = {"attendee", "organizer", "startDate", "endDate", "superEvent"}


def described(iri: str, ref: str, rows: Iterable[Row], description: str) -> Json | None:
    """A thing for a search engine; None for a kind of things that schema.org has no type for."""
    kind = _TYPES.get(ref.partition("/")[0])
    if not kind:
        return None
    found: Json = {"@context": _CONTEXT, "@type": kind, "@id": iri, "url": iri, "description": description}
    for name, value in _values(rows):
        if name in _OF_EVENTS and kind != "Event":
            continue
        known = found.setdefault(name, [])
        if value not in known:
            known.append(value)
    if "startDate" not in found:  # the last day on which it can have happened is no end of it
        found.pop("endDate", None)
    return {name: value[0] if isinstance(value, list) and len(value) == 1 else value for name, value in found.items()}


def dataset(address: str) -> Json:
    """The whole graph as a data set that is read at an address."""
    return {
        "@context": _CONTEXT,
        "@type": "Dataset",
        "name": "party-defections",
        "description": pages.MOTTO,
        "url": address,
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "isAccessibleForFree": True,
    }


def _values(rows: Iterable[Row]) -> Iterable[tuple[str, Any]]:
    for row in rows:
        term = _BY_IRI.get(row["property"].value)
        if term:
            name, is_thing = term
            value = row["value"].value
            label = row["label"].value if "label" in row else iris.shorten(value)
            yield name, ({"@id": value, "name": label} if is_thing and row["value"].kind == "uri" else value)
