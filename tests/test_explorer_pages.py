"""The pages for people over real HTTP: what each tells of the seeds' story and of an invented world, and how."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from kg.builds import Build, current
from kg.iris import ref_of, thing
from kg.ontology import concepts
from tests.endpoint_support import serving
from tests.reading import Reading, read

BROXTOWE = "/id/defection/broxtowe-councillors-from-labour"
PAGES = ("/", "/sources", "/about", "/search?q=broxtowe", "/search", BROXTOWE, "/id/party/labour")
LARGEST = 150_000  # bytes of a page, pictures apart


@pytest.fixture(scope="module")
def web(published: Path) -> Iterator[httpx.Client]:
    with serving(published) as client:
        yield client


@pytest.fixture(scope="module")
def wide(invented: Build) -> Iterator[httpx.Client]:
    with serving(invented.folder.parent.parent) as client:
        yield client


# The story of Broxtowe, for somebody who has read none of the documents


@pytest.fixture(scope="module")
def story(web: httpx.Client) -> Reading:
    return read(web, BROXTOWE)


def test_twenty_were_announced_and_eighteen_left(story: Reading) -> None:
    assert "In January 2025, members of Broxtowe Borough Council left Labour Party for Broxtowe Alliance" in story.words
    for told in ("announced 20", "stayed after all 2", "left 18", "known by name 3", "named by nobody 15"):
        assert told in story.words
    assert "15 of the 18 are named by no source" in story.words
    assert "All who are known by name are named by documents" in story.words


def test_who_is_known_by_name_is_told_with_the_source_that_names_them(story: Reading) -> None:
    people = _section(story, "Who is known by name", "What it did to the control")
    assert "Greg Marshall Broxtowe Alliance (encyclopedia article)" in people
    assert "Milan Radulovic News report: twenty councillors of Broxtowe leave Labour" in people
    assert "Ross Bofinger News report" in people
    assert "Anna Soubry" not in people


def test_what_the_council_was_before_and_after_is_told(story: Reading) -> None:
    control = _section(story, "What it did to the control", "Reasons given")
    assert "January 2025 Broxtowe Borough Council Majority Labour Party No overall control" in control


def test_reasons_stand_with_who_gives_them_and_where(story: Reading) -> None:
    reasons = _section(story, "Reasons given", "What is alleged")
    assert "Local democracy says Milan Radulovic, reported in News report" in reasons
    assert "Distance from ordinary people says Ross Bofinger" in reasons
    assert "Gaza says Greg Marshall (“told The National”), reported in Broxtowe Alliance" in reasons
    assert "Abandoned values say the members themselves" in reasons
    assert re.search(r"characters \d+–\d+", reasons)
    assert "Never supported the leader" not in reasons, "that is what an opponent alleges"


def test_what_is_alleged_stands_apart_as_alleged(story: Reading) -> None:
    alleged = _section(story, "What is alleged, intended or denied", "Every source’s version")
    assert "accused of: Mistreatment of a candidate" in alleged
    assert "says Anna Soubry, alleged in News report" in alleged
    assert "barred count: 10" in alleged
    assert "kept from standing as candidates" in alleged, "what the number means"


def test_every_source_stands_beside_the_others_with_contradictions_marked(story: Reading, web: httpx.Client) -> None:
    versions = _section(story, "Every source’s version", "What points here")
    assert "Property Held Broxtowe Alliance (encyclopedia article) News report" in versions
    assert "contradict each other, or themselves, on 2 of these" in versions
    counted = versions[versions.index("effective count 18") : versions.index("barred count")]
    assert "20 ⚡ contradicts 18" in counted
    assert "Not held. Within one source, the later statement outranks the earlier one" in counted
    assert "Not held. The source that was issued later outranks the earlier one." in counted
    html = web.get(BROXTOWE, headers={"Accept": "text/html"}).text
    marks = set(re.findall(r'href="(#claim-[^"]+)"', html))
    assert marks
    assert all(f'id="{mark[1:]}"' in html for mark in marks), "a contradiction leads to the other claim"


def test_each_statement_leads_to_its_claim(story: Reading, web: httpx.Client) -> None:
    claim = read(web, story.links["evidence"])
    place = _section(claim, "Where it stands", "Elsewhere" if "Elsewhere" in claim.words else "Its address")
    assert re.search(r"Source From character To SHA-256 of these characters .* [\d,]+ [\d,]+ [0-9a-f]{64}", place)
    (title,) = (text for tag, text in claim.headings if tag == "h1")
    assert re.fullmatch(r"[\w ]+: [\w ]+", title), "a claim without a label is told in words"


# What is inferred, in an invented world


def test_an_inferred_change_is_shown_as_inferred_with_its_confidence_wherever_it_is_listed(wide: httpx.Client) -> None:
    for path in (
        "/id/defection/lou-penn-anyford-2019",
        "/id/council/anyford-district-council",
        "/id/person/lou-penn-anyford",
        "/id/party/conservative",
    ):
        assert "Inferred, 89 % sure" in read(wide, path).words, path
    assert re.search(r"Inferred, \d+ % sure", read(wide, "/").words)


def test_a_search_engine_is_told_that_a_change_is_inferred_and_of_no_day_on_which_it_ended(wide: httpx.Client) -> None:
    html = wide.get("/id/defection/lou-penn-anyford-2019", headers={"Accept": "text/html"}).text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert found
    told = json.loads(found[1])
    assert told["description"].endswith(", inferred)")
    assert "endDate" not in told


def test_an_inferred_change_tells_what_it_rests_on(wide: httpx.Client) -> None:
    words = read(wide, "/id/defection/lou-penn-anyford-2019").words
    told = "seems to have passed from Conservative Party to Liberal Democrats while sitting on Anyford District Council"
    assert told in words
    why = words[words.index("Why it is believed") : words.index("Every source’s version")]
    assert "councillors_2018: Anyford" in why
    assert "councillors_2019: Anyford" in why
    assert concepts()["evidence-same-ward"].label in why


def test_whom_only_rosters_name_is_told_apart_from_whom_a_report_names(wide: httpx.Client) -> None:
    words = read(wide, "/id/defection/anyford-councillors-from-labour-2025").words
    assert re.search(r"Cy Gould [\w ]* inferred from rosters, 91 % sure", words)
    assert re.search(r"Bea Finn [\w ]* rosters agree, 91 % sure", words)


def test_a_career_is_a_timeline_with_the_change_marked(wide: httpx.Client) -> None:
    html = wide.get("/id/person/ada-holt-90001", headers={"Accept": "text/html"}, follow_redirects=True).text
    assert "<title>The career of Ada" in html
    assert html.count('class="picture"') == 1


def test_a_council_shows_who_held_its_seats_and_its_control(wide: httpx.Client) -> None:
    page = read(wide, "/id/council/anyford-district-council")
    told = [heading for _, heading in page.headings]
    for heading in ("Composition over time", "Control over time", "Changes of side", "Councillors"):
        assert heading in told


def test_a_party_shows_whom_it_lost_and_gained(wide: httpx.Client) -> None:
    page = read(wide, "/id/party/labour")
    balance = _section(page, "Gains and losses", "Who left")
    lost = re.search(r"Independent or other (\d+) (\d+) (-?\d+)", balance)
    assert lost
    assert int(lost[3]) == int(lost[2]) - int(lost[1])


# Every page


def test_every_kind_of_thing_has_a_page_that_is_well_formed_small_and_described(
    wide: httpx.Client, invented: Build
) -> None:
    for ref in _one_of_each_kind(invented):
        page = read(wide, f"/id/{ref}")
        assert len([h for h in page.headings if h[0] == "h1"]) == 1, ref
        assert page.meta["description"], ref
        html = wide.get(f"/id/{ref}", headers={"Accept": "text/html"}).text
        assert len(re.sub(r"<figure.*?</figure>", "", html, flags=re.DOTALL).encode()) < LARGEST, ref
        assert f'<link rel="canonical" href="{thing(ref)}">' in html


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_landmarks_captions_and_a_way_past_the_frame(web: httpx.Client, path: str) -> None:
    page = read(web, path)
    html = web.get(path, headers={"Accept": "text/html"}).text
    assert '<html lang="en">' in html
    assert page.links["Skip to the content"] == "#content"
    assert {"header", "main", "footer", "nav"} <= set(page.landmarks)
    assert page.landmarks.count("main") == 1
    assert all(parts == {"caption", "th"} for parts in page.tables), page.tables
    assert all(
        address.split("?")[0] == "/search" for address in re.findall(r'<form class="find" action="([^"]*)"', html)
    )


@pytest.mark.parametrize("path", PAGES)
def test_every_local_link_of_a_page_leads_somewhere(web: httpx.Client, path: str) -> None:
    local = {link.partition("#")[0] for link in read(web, path).links.values() if link.startswith("/")}
    assert [link for link in sorted(local) if web.get(link, follow_redirects=True).status_code != 200] == []


def test_search_engines_are_told_of_people_parties_councils_changes_and_sources(web: httpx.Client) -> None:
    for ref, kind in [
        ("person/milan-radulovic", "Person"),
        ("party/broxtowe-alliance", "PoliticalParty"),
        ("council/broxtowe-borough-council", "GovernmentOrganization"),
        ("defection/broxtowe-councillors-from-labour", "Event"),
        ("source/guardian-broxtowe-2025", "Dataset"),
    ]:
        (told,) = read(web, f"/id/{ref}").data
        assert (told["@type"], told["@id"]) == (kind, thing(ref))
        assert told["name"]
    assert read(web, "/id/claim/" + _a_claim(web)).data == []
    (event,) = read(web, BROXTOWE).data
    assert event["startDate"] == "2025-01"
    assert read(web, "/").data[0]["@type"] == "Dataset"


# Home, sources, about, search


def test_the_numbers_of_the_first_page_are_what_the_queries_behind_them_give(web: httpx.Client) -> None:
    home = web.get("/", headers={"Accept": "text/html"}).text
    numbers = re.findall(r'<dt>([^<]+)</dt><dd><a href="/sparql#query=([^"]+)">([\d,]+)</a>', home)
    assert {words for words, _, _ in numbers} >= {"changes of side", "people", "councils", "claims with evidence"}
    for _, query, number in numbers:
        answer = web.get(f"/sparql?query={query}", headers={"Accept": "text/csv"}).text
        assert int(answer.split()[1]) == int(number.replace(",", ""))


def test_the_first_page_shows_who_lost_to_whom_in_a_period(web: httpx.Client) -> None:
    assert "Labour Party → Broxtowe Alliance: 18" in web.get("/?since=2025&until=2025").text
    earlier = web.get("/?since=2018&until=2018").text
    assert "Labour Party → Broxtowe Alliance" not in earlier
    assert "Nottingham Independents: 1" in earlier
    assert "Nobody is known to have changed side from 1901 to 1902" in read(web, "/?since=1901&until=1902").words
    assert web.get("/?utm_source=a-newsletter").status_code == 200


@pytest.mark.parametrize("value", ["abc", "20255", "-1", "2025-01"])
def test_a_period_that_is_no_year_is_a_fault_of_its_parameter(web: httpx.Client, value: str) -> None:
    answer = web.get("/", params={"since": value})
    assert (answer.status_code, answer.json()["parameter"]) == (400, "since")


def test_the_sources_page_tells_terms_dates_contributions_and_disagreements(web: httpx.Client) -> None:
    page = read(web, "/sources")
    report = page.words[page.words.index("News report: twenty") :]
    assert "All rights reserved by the publisher" in report
    assert "Issued January 2025" in report
    assert "Read here on 22 November 2026" in report
    assert "claims with evidence 145" in report
    disagreements = page.words[page.words.index("What they disagree on") :]
    assert "Councillors of Broxtowe leave Labour effective count" in disagreements
    assert "The source that was issued later outranks the earlier one." in disagreements


def test_the_about_page_has_the_model_and_how_to_correct_an_error_about_a_living_person(web: httpx.Client) -> None:
    page = read(web, "/about")
    assert "A person holds memberships of councils, parliaments and parties" in page.words, "the diagram in words"
    for heading in ("Two layers", "Evidence", "Which claim is held", "What it cannot tell", "Correcting an error"):
        assert ("h2", heading) in page.headings
    assert "If it is about a living person, it need not repeat what is said of them" in page.words
    for slug in ("status-inferred", "modality-alleged", "policy-recency"):
        assert concepts()[slug].definition in page.words


def test_search_works_without_scripts_and_forgives_slips(web: httpx.Client) -> None:
    assert read(web, "/search?q=milan+radulovich").links["Milan Radulovic"] == "/id/person/milan-radulovic"
    assert "Nothing is called anything like “qqqqzzzz”" in read(web, "/search?q=qqqqzzzz").words
    assert json.loads(web.get("/search?q=broxtowe").text)["results"], "programs get JSON"


def test_whoever_asks_for_what_is_not_there_is_shown_what_is_near(web: httpx.Client) -> None:
    page = read(web, "/id/person/milan-radulovich", 404)
    assert page.links["Milan Radulovic"] == "/id/person/milan-radulovic"
    assert web.get("/id/person/milan-radulovich").json()["near"][0]["label"] == "Milan Radulovic"
    assert "near" not in web.get("/id/person/qqqqzzzz").json()


def _section(page: Reading, heading: str, following: str) -> str:
    start = page.words.index(heading)
    return page.words[start : page.words.index(following, start)]


def _one_of_each_kind(build: Build) -> list[str]:
    rows = build.open().query("SELECT ?thing ?class { ?thing a ?class } ORDER BY ?class ?thing").rows()
    of_class = {str(cls): ref for iri, cls in rows if (ref := ref_of(str(iri)))}
    return sorted(set(of_class.values()))


def _a_claim(web: httpx.Client) -> str:
    query = "SELECT ?c { ?c a <https://w3id.org/party-defections/ontology#Claim> } ORDER BY ?c LIMIT 1"
    return web.get("/sparql", params={"query": query, "format": "csv"}).text.split()[1].rpartition("/")[2]


def test_the_build_is_the_one_that_is_served(web: httpx.Client, published: Path) -> None:
    assert current(published).id in read(web, "/").words
