"""A reader asks: from the list of questions to an answer as a picture, a table and a file."""

import csv
import io

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import barriers
from tests.browser.screens import SCREENS, Screen, picture

ON_EVERY_SCREEN = pytest.mark.parametrize("screen", SCREENS, ids=str)
WITHOUT_SCRIPTS = pytest.mark.parametrize("scripts", [False])


@ON_EVERY_SCREEN
def test_the_questions_can_be_read_by_everybody(page: Page, screen: Screen) -> None:
    page.goto("/queries")
    picture(page, "questions", screen)
    assert barriers(page) == []


@ON_EVERY_SCREEN
@pytest.mark.parametrize(
    "name",
    [
        "who-defected",
        "gains-and-losses-of-each-affiliation",
        "defections-per-year",
        "career-of-a-person",
        "ties-between-affiliations",
    ],
)
def test_an_answer_can_be_read_by_everybody(page: Page, screen: Screen, name: str) -> None:
    page.goto(f"/queries/{name}")
    expect(page.locator("figure svg:visible")).to_have_count(1)
    picture(page, name, screen)
    assert barriers(page) == []
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, "the page itself does not scroll sideways"


def test_a_question_is_found_by_its_words(page: Page) -> None:
    page.goto("/queries")
    page.get_by_label("Find a question").fill("net movement pair")
    expect(page.get_by_role("status")).to_have_text("1 found")
    page.get_by_role("link", name="between each pair of affiliations").click()
    expect(page).to_have_url("/queries/net-flow-between-affiliations")


def test_a_reader_narrows_a_question_and_takes_its_answer_along(page: Page) -> None:
    page.goto("/queries/who-defected")
    page.get_by_label("left").select_option(label="Labour Party")
    page.get_by_role("button", name="Show the answer").click()
    expect(page.get_by_role("region", name="The answer as a table")).to_contain_text("Milan Radulovic")
    expect(page.get_by_role("region", name="The answer as a table")).not_to_contain_text("Conservative Party")
    expect(page.locator("figure svg:visible")).to_contain_text("Broxtowe Alliance")
    assert "left=party%2Flabour" in page.url
    with page.expect_download() as started:
        page.get_by_role("button", name="CSV").click()
    rows = list(csv.DictReader(io.StringIO(started.value.path().read_text(encoding="utf-8"))))
    assert {row["fromLabel"] for row in rows} == {"Labour Party"}
    assert len(rows) == page.locator("table.sortable tbody tr").count()


def test_a_table_sorts_by_its_headings(page: Page) -> None:
    page.goto("/queries/who-defected")
    heading = page.get_by_role("columnheader", name="person")
    names = page.locator("table.sortable tbody tr td:nth-child(2)")
    heading.get_by_role("button").click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    rising = names.all_inner_texts()
    assert rising == sorted(rising)
    heading.get_by_role("button").click()
    expect(heading).to_have_attribute("aria-sort", "descending")
    assert names.all_inner_texts() == rising[::-1]


def test_a_picture_leads_to_what_it_shows(page: Page) -> None:
    page.goto("/queries/who-defected")
    page.locator("figure svg:visible").get_by_role("link", name="Broxtowe Alliance").click()
    expect(page).to_have_url("/id/party/broxtowe-alliance")


@WITHOUT_SCRIPTS
def test_without_scripts_a_question_is_asked_and_changed_all_the_same(page: Page) -> None:
    page.goto("/queries/who-defected")
    page.get_by_label("left").select_option(label="Labour Party")
    page.get_by_role("button", name="Show the answer").click()
    expect(page.get_by_role("region", name="The answer as a table")).to_contain_text("Milan Radulovic")
    expect(page.locator("figure svg:visible")).to_have_count(1)
    page.get_by_role("button", name="Edit this query").click()
    expect(page.get_by_label("Query")).to_contain_text("id/party/labour>")


def test_a_frame_in_the_page_of_somebody_else_shows_the_picture(page: Page) -> None:
    page.goto("/embed/queries/who-defected")
    expect(page.locator("figure svg:visible")).to_contain_text("Broxtowe Alliance")
    assert barriers(page) == []
