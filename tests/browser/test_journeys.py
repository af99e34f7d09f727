"""What people come for, from the first page to the last: the story of a council, an answer to take along, a query."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import barriers
from tests.browser.screens import DARK_PHONE, DESKTOP, PHONE, Screen, picture
from tests.browser.watching import Watch

PAGES = {
    "home": "/",
    "search": "/search?q=broxtow",
    "search-of-nothing": "/search?q=xyzzyx",
    "person": "/id/person/milan-radulovic",
    "party": "/id/party/broxtowe-alliance",
    "status": "/id/status/independent",
    "council": "/id/council/broxtowe-borough-council",
    "parliament": "/id/body/house-of-commons",
    "collective-defection": "/id/defection/broxtowe-councillors-from-labour",
    "defection": "/id/defection/milan-radulovic-from-labour",
    "control": "/id/control/broxtowe-borough-council-2025",
    "electorate": "/id/electorate/broxtowe",
    "place": "/id/place/borough-of-broxtowe",
    "concept": "/id/concept/reason-winter-fuel-payment",
    "source": "/id/source/guardian-broxtowe-2025",
    "sources": "/sources",
    "about": "/about",
    "ontology": "/ontology",
    "dumps": "/dumps",
    "graphs": "/graphs",
}
TWO_SCREENS = pytest.mark.parametrize("screen", [DESKTOP, DARK_PHONE], ids=str)


def definition(page: Page, term: str) -> str:
    """What stands beside a term of a list of definitions."""
    return page.locator("dl div, dl").filter(has=page.get_by_text(term, exact=True)).last.locator("dd").inner_text()


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=str)
def test_a_reporter_goes_from_a_misspelt_name_to_the_words_a_source_stands_by(page: Page, screen: Screen) -> None:
    page.goto("/")
    page.get_by_label("Search people, parties, councils").fill("Broxtow Borogh Council")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("main").get_by_role("link", name="Broxtowe Borough Council").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Broxtowe Borough Council")
    control = page.get_by_role("region", name="Control over time").get_by_role("row").filter(has_text="January 2025")
    expect(control.filter(has_text="No overall control")).to_contain_text("Labour Party")

    changes = page.get_by_role("region", name="Changes of side")
    changes.get_by_role("link", name="Councillors of Broxtowe leave Labour").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Councillors of Broxtowe leave Labour")
    counts = {term: definition(page, term) for term in ("announced", "stayed after all", "left", "known by name")}
    assert counts == {"announced": "20", "stayed after all": "2", "left": "18", "known by name": "3"}
    expect(page.get_by_role("region", name="Who is known by name")).to_contain_text("Milan Radulovic")

    versions = page.get_by_role("region", name="Every source’s version")
    versions.scroll_into_view_if_needed()
    picture(page, "story", screen)
    held = versions.get_by_role("row").filter(has=page.get_by_role("rowheader", name="effective count"))
    expect(held).to_contain_text("contradicts")
    expect(held).to_contain_text("characters 1,172–1,209")
    held.get_by_role("link", name="evidence").first.click()
    contrary = page.get_by_role("region", name="What contradicts it")
    expect(contrary).to_contain_text("News report: twenty councillors of Broxtowe leave Labour")
    expect(contrary).to_contain_text("20")


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_researcher_goes_from_a_question_to_its_answer_as_a_picture_and_a_file(page: Page, tmp_path: Path) -> None:
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Questions").click()
    page.get_by_role("link", name="Net movement of members between each pair of affiliations").click()
    page.get_by_label("since").fill("2025-01-01")
    page.get_by_role("button", name="Show the answer").click()
    answer = page.get_by_role("region", name="The answer as a table")
    expect(answer.get_by_role("row").filter(has_text="Broxtowe Alliance")).to_contain_text("18")
    expect(answer).not_to_contain_text("Conservative Party")
    expect(page.get_by_role("figure").first).to_contain_text("Broxtowe Alliance")
    with page.expect_download() as started:
        page.get_by_role("button", name="CSV").click()
    started.value.save_as(tmp_path / "flows.csv")
    with (tmp_path / "flows.csv").open(encoding="utf-8") as file:
        moved = {row["toLabel"]: row["net"] for row in csv.DictReader(file)}
    assert moved == {"Broxtowe Alliance": "18", "Independent": "1"}


def test_an_editor_goes_from_a_question_to_a_query_of_their_own_and_mends_it(page: Page, watch: Watch) -> None:
    watch.expect("400: POST .*/sparql")
    watch.expect("console error: .*400")
    page.goto("/queries/named-and-unnamed-defectors")
    page.get_by_role("button", name="Edit this query").click()
    text = page.locator(".CodeMirror-code:visible")
    expect(text).to_contain_text("pd:CollectiveDefection")

    page.locator(".CodeMirror:visible").click()
    page.keyboard.press("Control+a")
    opening = "PREFIX pd: <https://w3id.org/party-defections/ontology#>\nSELECT ?d WHERE { ?d a pd:CollectiveDef"
    page.keyboard.insert_text(opening)
    page.keyboard.press("Control+Space")
    page.locator(".CodeMirror-hints li").get_by_text("pd:CollectiveDefection").click()
    expect(text).to_contain_text("pd:CollectiveDefection")
    page.get_by_role("button", name="Run query").click()
    expect(page.get_by_role("alert").first).to_contain_text("the query is refused")

    page.locator(".CodeMirror:visible").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(" }")
    page.get_by_role("button", name="Run query").click()
    expect(page.locator(".yasr:visible table tbody")).to_contain_text("broxtowe-councillors-from-labour")


@TWO_SCREENS
@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_each_kind_can_be_read_by_everybody(page: Page, name: str, screen: Screen) -> None:
    page.goto(PAGES[name])
    picture(page, name, screen)
    assert barriers(page) == []
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, "the page itself does not scroll sideways"


@TWO_SCREENS
def test_what_is_not_there_is_told_to_everybody(page: Page, watch: Watch, screen: Screen) -> None:
    watch.expect("404: GET .*/id/person/nobody")
    watch.expect("console error: .*404")
    page.goto("/id/person/nobody")
    expect(page.get_by_role("main")).to_contain_text("person/nobody")
    picture(page, "not-found", screen)
    assert barriers(page) == []


def test_every_page_is_reached_and_left_by_keyboard_alone(page: Page) -> None:
    page.goto("/id/council/broxtowe-borough-council")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("main").get_by_role("link").first).to_be_focused()
