"""A small published build and a real server over it, for the tests of the endpoint."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from kg.builds import Build, publish
from kg.iris import NAMESPACES, thing
from kg.serve.app import create_app
from kg.serve.connection import Config
from kg.serve.settings import DEFAULTS, Settings
from kg.store import load

PD, RDF, RDFS, OWL, XSD = (NAMESPACES[prefix] for prefix in ("pd", "rdf", "rdfs", "owl", "xsd"))
SEED = thing("source/seed")
OTHER = thing("source/other")

_QUERIES = {
    "changes": """#+ summary: Who left which party
#+ description: Every change since a day, one row each.
#+ tags: [defections]
#+ params:
#+   since: {type: date, default: "2000-01-01", description: the first day}
#+   party: {type: party, choices: parties}
PREFIX pd: <https://w3id.org/party-defections/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT ?change ?who ?party WHERE {
  VALUES ?since { "2000-01-01"^^<http://www.w3.org/2001/XMLSchema#date> }
  VALUES ?party { UNDEF }
  ?change pd:defector ?person ; pd:fromAffiliation ?party ; pd:dateLatest ?last .
  ?person rdfs:label ?who .
  FILTER(?last >= ?since)
} ORDER BY ?who
""",
    "parties": """#+ summary: Parties
#+ description: Every party with its label.
#+ tags: [parties]
PREFIX pd: <https://w3id.org/party-defections/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?party ?label WHERE {
  ?party a pd:Party ; rdfs:label ?label .
} ORDER BY ?label
""",
    "any-change": """#+ summary: Whether anybody left
#+ description: Yes or no.
#+ tags: [defections]
PREFIX pd: <https://w3id.org/party-defections/ontology#>
ASK { ?change pd:defector ?person }
""",
    "graph-of-changes": """#+ summary: Changes as a graph
#+ description: The persons and what they left.
#+ tags: [defections]
PREFIX pd: <https://w3id.org/party-defections/ontology#>
CONSTRUCT { ?person pd:left ?party } WHERE { ?c pd:defector ?person ; pd:fromAffiliation ?party }
""",
    "abroad": """#+ summary: What Wikidata knows
#+ description: Asks another service.
#+ tags: [federated]
SELECT ?thing WHERE {
  SERVICE <https://query.wikidata.org/sparql> { ?thing ?is ?known }
}
""",
}


def lines() -> list[str]:
    """Two parties, one defection with two claims about its date, a moved thing, and a label that must be escaped."""
    change, person, labour = thing("defection/ann-2024"), thing("person/ann"), thing("party/labour")
    alliance, council = thing("party/alliance"), thing("council/broxtowe")
    triples = [
        *_typed(labour, "Party", "Labour"),
        *_typed(alliance, "Party", "<b>Alliance</b> & friends"),
        *_typed(thing("status/independent"), "Affiliation", "Independent"),
        *_typed(council, "Council", "Broxtowe"),
        *_typed(person, "Person", "Ann Ásdóttir"),
        *_typed(change, "AffiliationChange", "Ann leaves Labour"),
        *_typed(SEED, "Source", "The seed"),
        f"<{change}> <{PD}defector> <{person}>",
        f"<{change}> <{PD}fromAffiliation> <{labour}>",
        f"<{change}> <{PD}toAffiliation> <{alliance}>",
        f'<{change}> <{PD}date> "2024-01"^^<{XSD}gYearMonth>',
        f'<{change}> <{PD}dateLatest> "2024-01-31"^^<{XSD}date>',
        f"<{thing('party/labour-party')}> <{OWL}sameAs> <{labour}>",
        *_claim("one", change, f'"2024-01"^^<{XSD}gYearMonth>', SEED, "preferred"),
        *_claim("two", change, f'"2023"^^<{XSD}gYear>', OTHER, "deprecated"),
    ]
    stated = [
        (f"<{change}> <{PD}toAffiliation> <{alliance}>", SEED),
        (f"<{change}> <{PD}toAffiliation> <{thing('status/independent')}>", OTHER),
        (f'<{person}> <{RDFS}label> "Ann"@en', OTHER),
    ]
    return sorted([f"{triple} ." for triple in triples] + [f"{triple} <{graph}> ." for triple, graph in stated])


def publish_small(home: Path, build_id: str = "0123456789abcdef", extra: list[str] | None = None) -> Build:
    """Publish the small graph, and further lines with it, below a home."""
    staged = home / f"staged-{build_id}"
    (staged / "dumps" / "csv").mkdir(parents=True)
    (home / "builds").mkdir(exist_ok=True)
    quads = staged / "quads.nq"
    quads.write_text("\n".join(sorted([*lines(), *(extra or [])])) + "\n", encoding="utf-8")
    load(quads, staged / "store")
    (staged / "dumps" / "graph.nq").write_bytes(quads.read_bytes())
    (staged / "dumps" / "csv" / "person.csv").write_text("id,label\nann,Ann\n", encoding="utf-8")
    (staged / "report.json").write_text(json.dumps({"build": build_id}), encoding="utf-8")
    return publish(home, staged, build_id)


def write_queries(folder: Path) -> Path:
    """The canned queries of the tests, as files."""
    folder.mkdir()
    for name, text in _QUERIES.items():
        (folder / f"{name}.rq").write_text(text, encoding="utf-8")
    return folder


@contextmanager
def serving(home: Path, settings: Settings = DEFAULTS) -> Iterator[httpx.Client]:
    """A client of a real server over a home."""
    app = create_app(home, settings)
    config = Config(lambda: app, settings.http, factory=True, port=0, log_level="warning", proxy_headers=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(10)


def until_served(web: httpx.Client, build_id: str) -> dict[str, Any]:
    """Wait until a server answers by a build; what it says of its health then."""
    for _ in range(300):
        health: dict[str, Any] = web.get("/health").json()
        if health["build"] == build_id:
            return health
        time.sleep(0.05)
    raise AssertionError(f"build {build_id} was not taken up within 15 s")


def _typed(iri: str, cls: str, label: str) -> list[str]:
    return [f"<{iri}> <{RDF}type> <{PD}{cls}>", f'<{iri}> <{RDFS}label> "{label}"@en']


def _claim(slug: str, about: str, value: str, source: str, rank: str) -> list[str]:
    claim = f"<{thing(f'claim/{slug}')}>"
    return [
        f"{claim} <{RDF}type> <{PD}Claim>",
        f"{claim} <{PD}about> <{about}>",
        f"{claim} <{PD}property> <{PD}date>",
        f"{claim} <{PD}value> {value}",
        f"{claim} <{PD}statedIn> <{source}>",
        f"{claim} <{PD}attributedTo> <{thing('party/labour')}>",
        f"{claim} <{PD}modality> <{thing('concept/modality-asserted')}>",
        f"{claim} <{PD}rank> <{thing(f'concept/rank-{rank}')}>",
    ]
