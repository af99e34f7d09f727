"""The names of things: namespaces, IRIs, CURIEs and slugs. Nothing here depends on the host that serves them."""

import re
import unicodedata

BASE = "https://w3id.org/party-defections/"
ONTOLOGY = f"{BASE}ontology"
ID = f"{BASE}id/"
VOID = f"{BASE}.well-known/void"  # the description of the dataset, and the graph that holds it

NAMESPACES = {
    "pd": f"{ONTOLOGY}#",
    "pds": f"{BASE}shapes#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "semapv": "https://w3id.org/semapv/vocab/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "sssom": "https://w3id.org/sssom/",
    "void": "http://rdfs.org/ns/void#",
    "wd": "http://www.wikidata.org/entity/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def thing(ref: str) -> str:
    """The IRI of a thing of ours: "party/labour" → "https://w3id.org/party-defections/id/party/labour"."""
    return ID + ref


def ref_of(iri: str) -> str | None:
    """The reference inside an IRI of ours, or None for a stranger's: the inverse of `thing`."""
    return iri.removeprefix(ID) if iri.startswith(ID) else None


def dataset(graph: str) -> str:
    """What the dataset's description calls a graph, by its IRI or by the reference of its source; "" is the view."""
    return f"{VOID}#{graph.removeprefix(ID).removeprefix(BASE).removeprefix('.well-known/') or 'view'}"


def concept(scheme: str, slug: str) -> str:
    """The reference of a concept: ("role", "treasurer") → "concept/role-treasurer"."""
    return f"concept/{scheme}-{slug}"


def expand(curie: str) -> str:
    """The IRI of a CURIE in one of NAMESPACES; a ValueError for any other prefix."""
    prefix, colon, local = curie.partition(":")
    if not colon or prefix not in NAMESPACES:
        raise ValueError(f"{curie!r} has no known prefix")
    return NAMESPACES[prefix] + local


def shorten(iri: str) -> str:
    """The CURIE of an IRI where a namespace fits, the reference of a thing of ours, else the IRI itself."""
    if (ref := ref_of(iri)) is not None:
        return ref
    for prefix, namespace in NAMESPACES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def slug(name: str) -> str:
    """The slug of a name, lower-case ASCII words and hyphens: "People’s Alliance" → "peoples-alliance"."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", ascii_name.replace("'", "").lower()))
