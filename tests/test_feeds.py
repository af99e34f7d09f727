"""Feeds and embeds over real HTTP: Atom for readers, frames and oEmbed for other people's pages, cards for links."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import feedparser
import httpx
import pytest

from kg.iris import BASE, thing
from kg.serve import cards
from tests.endpoint_support import PD, RDF, RDFS, XSD, publish_small, serving

ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = "<script>alert(1)</script>\"'&]]> מפלגת \u202eהעבודה\u202c " + "x" * 5000 + "\u0008"
BROXTOWE = thing("defection/broxtowe-councillors-from-labour")


@pytest.fixture(scope="module")
def real(published: Path) -> Iterator[httpx.Client]:
    with serving(published) as client:
        yield client


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A build in which every label is hostile, and sixty members left an affiliation for another."""
    home = tmp_path_factory.mktemp("hostile")
    label = json.dumps(HOSTILE, ensure_ascii=False).replace("\\b", "\\u0008")
    triples = [f"<{thing(ref)}> <{RDFS}label> {label}@en" for ref in ("party/left", "party/joined", "person/somebody")]
    for number in range(60):
        change = f"<{thing(f'defection/d{number:02}')}>"
        day = f'"2024-01-{number % 28 + 1:02}"^^<{XSD}date>'
        triples += [
            f"{change} <{RDF}type> <{PD}AffiliationChange>",
            f"{change} <{RDFS}label> {label}@en",
            f"{change} <{PD}defector> <{thing('person/somebody')}>",
            f"{change} <{PD}fromAffiliation> <{thing('party/left')}>",
            f"{change} <{PD}toAffiliation> <{thing('party/joined')}>",
            f"{change} <{PD}dateLatest> {day}",
        ]
    publish_small(home, extra=[f"{triple} ." for triple in triples])
    with serving(home) as client:
        yield client


def feed(web: httpx.Client, address: str) -> Any:
    """A feed that is well-formed, read as a reader of feeds reads it."""
    answer = web.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/atom+xml"
    read = feedparser.parse(answer.content)
    assert not read.bozo, read.get("bozo_exception")
    assert read.version == "atom10"
    return read


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    members: dict[str, Any] = answer.json()
    return members


# Atom


def test_the_feed_tells_the_newest_changes_first_by_names_that_stay(real: httpx.Client) -> None:
    entries = feed(real, "/feed.atom").entries
    assert [entry.updated for entry in entries] == sorted((entry.updated for entry in entries), reverse=True)
    assert len({entry.id for entry in entries}) == len(entries)
    whole = next(entry for entry in entries if entry.id == BROXTOWE)
    assert whole.title == "Councillors of Broxtowe leave Labour"
    assert whole.link == BROXTOWE
    assert whole.updated == "2025-01-31T00:00:00Z"
    assert whole.summary.startswith(
        "Labour Party → Broxtowe Alliance, Broxtowe Borough Council, between 2025-01-01 and"
    )
    assert thing("defection/milan-radulovic-from-labour") not in {entry.id for entry in entries}, "part of the whole"


def test_a_feed_has_all_that_atom_asks_of_it(real: httpx.Client) -> None:
    for address in ("/feed.atom", "/feed.atom?party=party/labour", "/feed.atom?body=council/gedling-borough-council"):
        root = ElementTree.fromstring(real.get(address).content)
        assert [root.findtext(f"{ATOM}{name}") or "" for name in ("id", "title", "updated")].count("") == 0
        assert root.find(f"{ATOM}author/{ATOM}name") is not None
        assert [link.get("href") for link in root.iter(f"{ATOM}link") if link.get("rel") == "self"] == [
            BASE + address.removeprefix("/")
        ]
        for element in root.iter(f"{ATOM}entry"):
            for name in ("id", "title", "updated", "summary"):
                assert len(element.findall(f"{ATOM}{name}")) == 1
        for updated in root.iter(f"{ATOM}updated"):
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", str(updated.text))


def test_a_feed_can_be_of_one_party_or_of_one_body(real: httpx.Client) -> None:
    labour = {entry.id for entry in feed(real, "/feed.atom?party=party/labour").entries}
    assert BROXTOWE in labour
    assert thing("defection/sarah-hewson-from-conservative") not in labour
    joined = {entry.id for entry in feed(real, "/feed.atom?party=party/broxtowe-alliance").entries}
    assert BROXTOWE in joined, "who was joined is told too"
    council = {entry.id for entry in feed(real, "/feed.atom?body=council/broxtowe-borough-council").entries}
    assert council == {BROXTOWE}
    nothing = feed(real, "/feed.atom?party=party/nobody")
    assert (nothing.entries, nothing.feed.updated) == ([], "1970-01-01T00:00:00Z")


def test_a_feed_is_the_same_bytes_until_there_is_another_build(real: httpx.Client) -> None:
    first = real.get("/feed.atom")
    assert real.get("/feed.atom", headers={"If-None-Match": first.headers["etag"]}).status_code == 304


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ("party=labour", "parameter 'party': 'labour' is not a party|group|status"),
        ("body=x&body=y", "parameter 'body' is given more than once"),
        ("since=2024", "changes has no parameter since; it has: party, body"),
        ("party=party/x%3E%20%7D", "parameter 'party'"),
    ],
)
def test_a_feed_of_something_else_is_refused(real: httpx.Client, given: str, fault: str) -> None:
    assert fault in problem(real.get(f"/feed.atom?{given}"), 400)["detail"]


def test_no_label_breaks_a_feed_and_it_ends_after_fifty(hostile: httpx.Client) -> None:
    entries = feed(hostile, "/feed.atom").entries
    assert len(entries) == 50
    assert len(entries[0].title) < 400
    raw = hostile.get("/feed.atom").text
    assert "<script>" not in raw
    assert len(raw) < 300_000


# Frames


def test_only_a_frame_may_be_framed(real: httpx.Client) -> None:
    framed = real.get("/embed/queries/who-defected").headers["content-security-policy"]
    assert "frame-ancestors *" in framed
    assert "unsafe" not in framed
    for path in ("/queries", "/queries/who-defected", "/sparql"):
        policy = real.get(path, headers={"Accept": "text/html"}).headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy


def test_a_frame_shows_the_answer_to_the_question_as_it_was_asked(real: httpx.Client) -> None:
    page = real.get("/embed/queries/who-defected?left=party/conservative").text
    assert "Nottingham Independents" in page
    assert "Labour" not in page
    assert f'href="{BASE}queries/who-defected?left=party%2Fconservative"' in page
    assert real.get("/embed/queries/parties").status_code == 404
    assert "did you mean" in problem(real.get("/embed/queries/who-defecte"), 404)["detail"]


# oEmbed


def test_the_page_of_a_question_leads_to_how_it_is_embedded(real: httpx.Client) -> None:
    page = real.get("/queries/who-defected?left=party/labour", headers={"Accept": "text/html"}).text
    found = re.search(r'type="application/json\+oembed" href="([^"]+)"', page)
    assert found
    members = real.get(found[1]).json()
    assert (members["version"], members["type"]) == ("1.0", "rich")
    assert members["title"] == "Who defected, from what, to what, where and when"
    source = re.search(r'src="([^"]+)"', members["html"])
    assert source
    assert source[1].startswith(f"{BASE}embed/queries/who-defected?left=")
    assert real.get(f"/{source[1].removeprefix(BASE)}").status_code == 200
    assert f'width="{members["width"]}" height="{members["height"]}"' in members["html"]


@pytest.mark.parametrize(("width", "height"), [(300, 250), (640, 4000), (2000, 2000)])
def test_what_is_embedded_is_no_larger_than_asked_for(real: httpx.Client, width: int, height: int) -> None:
    url = quote(f"{BASE}queries/gains-and-losses-of-each-affiliation")
    members = real.get(f"/oembed?url={url}&maxwidth={width}&maxheight={height}").json()
    assert members["width"] <= width
    assert members["height"] <= height


def test_oembed_is_written_as_xml_too(real: httpx.Client) -> None:
    answer = real.get(f"/oembed?format=xml&url={quote(str(real.base_url))}/queries/who-defected")
    assert answer.headers["content-type"].startswith("text/xml")
    root = ElementTree.fromstring(answer.content)
    assert root.tag == "oembed"
    assert str(root.findtext("html")).startswith("<iframe src=")
    assert {child.tag: child.text for child in root}["version"] == "1.0"


def test_oembed_refuses_what_it_cannot_embed_as_its_specification_says(real: httpx.Client) -> None:
    page = quote(f"{BASE}queries/who-defected")
    assert problem(real.get(f"/oembed?url={page}&format=yaml"), 501)["parameter"] == "format"
    for url in (
        "",
        "https://example.org/queries/who-defected",
        f"{BASE}id/party/labour",
        f"{BASE}queries/none",
        "http://[",
    ):
        assert problem(real.get("/oembed", params={"url": url}), 404)["parameter"] == "url"
    problem(real.get("/oembed", params={"url": f"{BASE}queries/parties"}), 404)  # has no picture
    assert problem(real.get(f"/oembed?url={page}&maxwidth=10"), 400)["parameter"] == "maxwidth"
    assert (
        problem(real.get("/oembed", params={"url": f"{BASE}queries/who-defected?since=x"}), 400)["parameter"] == "since"
    )


# Cards


def test_a_link_to_a_question_is_shown_with_its_picture(real: httpx.Client) -> None:
    page = real.get("/queries/who-defected?left=party/labour", headers={"Accept": "text/html"}).text
    tags = dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', page))
    assert tags["og:title"] == "Who defected, from what, to what, where and when"
    assert tags["og:url"] == f"{BASE}queries/who-defected?left=party%2Flabour"
    assert tags["twitter:card"] == "summary_large_image"
    image = real.get(f"/{tags['og:image'].removeprefix(BASE)}")
    assert image.headers["content-type"] == "image/png"
    assert image.content[:8] == b"\x89PNG\r\n\x1a\n"
    assert [int.from_bytes(image.content[at : at + 4]) for at in (16, 20)] == [1200, 630]
    plain = real.get("/queries/parties", headers={"Accept": "text/html"}).text
    assert "og:image" not in plain
    assert '<meta name="twitter:card" content="summary">' in plain


def test_any_page_can_have_a_card() -> None:
    card = cards.of_page("Ann", "Who Ann sat for.", "/id/person/ann")
    assert (card.url, card.image) == (f"{BASE}id/person/ann", None)


def test_no_label_breaks_a_frame_or_a_picture(hostile: httpx.Client) -> None:
    for path in ("/embed/queries/who-defected", "/queries/who-defected.svg", "/queries/who-defected"):
        text = hostile.get(path, headers={"Accept": "text/html"}).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;" in text
    for path in ("/queries/who-defected.png", "/queries/who-defected.card.png"):
        assert hostile.get(path).content.startswith(b"\x89PNG")
    ElementTree.fromstring(hostile.get("/queries/who-defected.svg").content)
