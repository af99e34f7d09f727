"""What the pages for people do in a browser: they fit a small phone, suggest, sort, print and follow the keyboard."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import barriers
from tests.browser.screens import DARK_PHONE, DESKTOP, PHONE, Screen, picture

BROXTOWE = "/id/defection/broxtowe-councillors-from-labour"
SMALLEST = Screen(320, 640)
KINDS = {
    "home": "/",
    "person": "/id/person/milan-radulovic",
    "party": "/id/party/labour",
    "council": "/id/council/broxtowe-borough-council",
    "change": BROXTOWE,
    "source": "/id/source/guardian-broxtowe-2025",
    "sources": "/sources",
    "about": "/about",
}


@pytest.mark.parametrize("screen", [SMALLEST], ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_fits_the_smallest_phone(page: Page, kind: str, screen: Screen) -> None:
    page.goto(KINDS[kind])
    picture(page, kind, screen)
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_suggestions_come_as_somebody_types_and_the_keyboard_chooses_one(page: Page) -> None:
    page.goto("/about")
    box = page.get_by_role("combobox", name="Search people, parties, councils and changes of side")
    box.press_sequentially("milan radulovc")
    expect(page.get_by_role("option").first).to_contain_text("Milan Radulovic")
    expect(box).to_have_attribute("aria-expanded", "true")
    assert barriers(page) == []
    box.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_contain_text("Milan Radulovic")
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press("c")
    expect(page.get_by_role("listbox")).to_be_hidden()
    box.press("Backspace")
    expect(page.get_by_role("option").first).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    expect(page).to_have_url(re.compile("/id/person/milan-radulovic$"))


def test_a_table_sorts_by_a_heading_numbers_as_numbers(page: Page) -> None:
    page.goto("/id/party/labour")
    table = page.locator("#balance table")
    lost = table.get_by_role("columnheader", name="Lost to it")
    lost.get_by_role("button").click()
    expect(lost).to_have_attribute("aria-sort", "ascending")
    rising = [int(text) for text in table.locator("tbody tr td:nth-child(2)").all_inner_texts()]
    lost.get_by_role("button").click()
    falling = [int(text) for text in table.locator("tbody tr td:nth-child(2)").all_inner_texts()]
    assert rising == sorted(rising)
    assert falling == rising[::-1]
    assert len(set(rising)) > 1


def test_a_contradiction_leads_to_the_other_claim(page: Page) -> None:
    page.goto(BROXTOWE)
    page.locator(".conflict a").first.click()
    target = page.locator(":target")
    expect(target).to_be_in_viewport()
    expect(target.locator(".conflict")).to_be_visible()


def test_the_keyboard_can_skip_the_frame(page: Page) -> None:
    page.goto(BROXTOWE)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


@pytest.mark.parametrize("screen", [PHONE, DESKTOP, DARK_PHONE], ids=str)
def test_one_picture_shows_of_the_two_that_are_drawn(page: Page, screen: Screen) -> None:
    page.goto("/?since=2025&until=2025")
    shown = page.locator("figure.picture svg:visible")
    expect(shown).to_have_count(1)
    box = shown.bounding_box()
    assert box
    assert box["width"] <= screen.width


def test_the_period_of_the_first_page_is_chosen_by_a_form(page: Page) -> None:
    page.goto("/")
    page.get_by_label("First year").fill("2018")
    page.get_by_label("Last year").fill("2018")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("figure.picture svg:visible")).to_contain_text("Nottingham Independents")
    assert "since=2018&until=2018" in page.url


def test_a_page_prints_without_its_frame(page: Page) -> None:
    page.goto(BROXTOWE)
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Search")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
