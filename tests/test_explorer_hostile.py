"""What sources write is never more than text: labels with markup, quotes, right-to-left text or 5,000 characters."""

import csv
import io
import re
from collections.abc import Iterator

import httpx
import pytest
import rdflib

from kg.iris import NAMESPACES, thing
from tests.endpoint_support import PD, RDF, RDFS, XSD, publish_small, serving
from tests.reading import read

MARKUP = "<script>alert(1)</script></script></title><!--"
QUOTES = """"'`\\ onload="alert(1)" style='x' {{ 7 * 7 }} {% raw %}"""
RIGHT_TO_LEFT = "\u202eשלום\u202c \u2067עולם"
LABELS = {"markup": MARKUP, "quotes": QUOTES, "right-to-left": RIGHT_TO_LEFT, "long": "x" * 5000 + " end"}
GRAPHS = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "rdf": "xml"}
ORG, SKOS, DCTERMS, SCHEMA = (NAMESPACES[prefix] for prefix in ("org", "skos", "dcterms", "schema"))
THINGS = (
    "person",
    "party",
    "council",
    "defection",
    "membership",
    "seats",
    "control",
    "electorate",
    "contest",
    "source",
)
CLASSES = {
    "person": "Person", "party": "Party", "council": "Council", "membership": "Membership", "seats": "SeatCount",
    "control": "ControlChange", "electorate": "Electorate", "contest": "Contest", "source": "Source", "claim": "Claim",
}  # fmt: skip
LARGEST = 150_000


@pytest.fixture(scope="module", params=sorted(LABELS))
def label(request: pytest.FixtureRequest) -> str:
    return LABELS[str(request.param)]


@pytest.fixture(scope="module")
def web(label: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    home = tmp_path_factory.mktemp("hostile")
    publish_small(home, extra=_lines(label))
    with serving(home) as client:
        yield client


@pytest.mark.parametrize("path", THINGS)
def test_a_label_harms_no_page(web: httpx.Client, label: str, path: str) -> None:
    page = read(web, f"/id/{path}/evil")
    shown = " ".join(label[:290].split())
    assert shown in page.words
    assert any(shown in heading for _, heading in page.headings)
    assert not [link for link in page.links.values() if not re.match(r"[#/]|https?://", link)]
    html = web.get(f"/id/{path}/evil", headers={"Accept": "text/html"}).text
    assert len(re.sub(r"<figure.*?</figure>", "", html, flags=re.DOTALL).encode()) < LARGEST
    assert "<script>alert" not in html
    assert "49" not in page.headings[0][1]
    for told in page.data:
        assert told["name"] == label


@pytest.mark.parametrize("path", ["/", "/sources", "/id/claim/evil"])
def test_a_label_harms_no_list(web: httpx.Client, label: str, path: str) -> None:
    page = read(web, path)
    assert " ".join(label[:290].split()) in page.words
    assert not [link for link in page.links.values() if not re.match(r"[#/]|https?://", link)]


@pytest.mark.parametrize("extension", GRAPHS)
def test_a_label_is_the_same_in_every_format(web: httpx.Client, label: str, extension: str) -> None:
    for path in ("person", "defection"):
        text = web.get(f"/id/{path}/evil.{extension}").text
        graph = rdflib.Graph().parse(data=text, format=GRAPHS[extension])
        written = graph.value(rdflib.URIRef(thing(f"{path}/evil")), rdflib.RDFS.label)
        assert str(written) == label


def test_a_label_is_the_same_in_the_rows_of_a_panel(web: httpx.Client, label: str) -> None:
    text = web.get("/panels/person/changes.csv", params={"thing": "person/evil"}).text
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["changeLabel"] == label


def test_what_somebody_searches_for_or_asks_for_is_only_text_too(web: httpx.Client, label: str) -> None:
    answer = web.get("/id/" + "%2F".join(["person", "nobody"]), params={"x": label[:500]})
    assert answer.status_code == 404
    page = read(web, f"/id/person/{httpx.QueryParams({'x': label[:500]})}"[:900], 404)
    assert "<script>alert" not in page.text.replace(MARKUP[:20], "")


def _lines(label: str) -> list[str]:
    """A thing of each kind with that label, tied to the others, and a claim that is full of it."""
    text = _literal(label)
    evil = {path: f"<{thing(f'{path}/evil')}>" for path in (*THINGS, "claim", "span")}
    day = f'"2024-05-01"^^<{XSD}date>'
    triples = [
        *(f"{evil[path]} <{RDFS}label> {text}" for path in THINGS),
        *(f"{evil[path]} <{RDF}type> <{PD}{cls}>" for path, cls in CLASSES.items()),
        *(f"{evil['defection']} <{RDF}type> <{PD}{cls}>" for cls in ("CollectiveDefection", "AffiliationChange")),
        *(f"{evil[path]} <{SKOS}note> {text}" for path in THINGS),
        *(f"{evil[path]} <{SKOS}altLabel> {text}" for path in ("person", "party")),
        f"{evil['party']} <{PD}colour> {_literal(label[:40], '')}",
        *_pd(evil["defection"], defector=evil["person"], fromAffiliation=evil["party"], body=evil["council"]),
        *_pd(
            evil["defection"], toAffiliation=evil["party"], partOf=evil["defection"], endsMembership=evil["membership"]
        ),
        *_pd(
            evil["defection"], dateEarliest=day, dateLatest=day, announcedCount='"3"', effectiveCount=_literal("2", "")
        ),
        *_pd(evil["membership"], affiliation=evil["party"], electorate=evil["electorate"], startEarliest=day),
        f"{evil['membership']} <{ORG}member> {evil['person']}",
        f"{evil['membership']} <{ORG}organization> {evil['council']}",
        *_pd(
            evil["control"], body=evil["council"], controller=evil["party"], causedBy=evil["defection"], dateLatest=day
        ),
        *_pd(evil["seats"], body=evil["council"], affiliation=evil["party"], dateLatest=day),
        *_pd(evil["contest"], body=evil["council"], dateLatest=day),
        *_pd(evil["electorate"], body=evil["council"]),
        f"{evil['source']} <{DCTERMS}publisher> {text}",
        f"{evil['source']} <{DCTERMS}rights> {text}",
        f"{evil['source']} <{SCHEMA}url> <javascript:alert(1)>",
        f"{evil['source']} <{DCTERMS}license> <javascript:alert(2)>",
        *_pd(evil["claim"], about=evil["defection"], property=f"<{PD}reason>", value=text, statedIn=evil["source"]),
        *_pd(evil["claim"], attributedTo=evil["person"], attributionPhrase=text, phrase=text, row=text),
        *_pd(evil["claim"], modality=f"<{thing('concept/modality-alleged')}>", contradicts=evil["claim"]),
        f"{evil['claim']} <{SKOS}note> {text}",
    ]
    return [f"{triple} ." for triple in triples] + [f"{evil['person']} <{RDFS}label> {text} {evil['source']} ."]


def _pd(subject: str, **values: str) -> list[str]:
    return [f"{subject} <{PD}{name}> {value}" for name, value in values.items()]


def _literal(text: str, tag: str = "@en") -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"{tag}'
