"""A reader writes SPARQL: an example, a completion, a fault at its line, an answer; nothing leaves the server."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import barriers
from tests.browser.screens import SCREENS, Screen, picture
from tests.browser.watching import Watch

PREFIX = "PREFIX pd: <https://w3id.org/party-defections/ontology#>\n"


def write(page: Page, text: str) -> None:
    """Type in place of what the editor holds."""
    page.locator(".CodeMirror:visible").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def ask(page: Page) -> None:
    page.get_by_role("button", name="Run query").click()


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_the_editor_can_be_used_by_everybody(page: Page, screen: Screen) -> None:
    page.goto("/sparql")
    expect(page.locator(".CodeMirror:visible")).to_have_count(1)
    ask(page)
    expect(page.locator(".yasr table tbody tr").first).to_be_visible()
    picture(page, "sparql", screen)
    assert barriers(page) == []


@pytest.mark.parametrize(
    ("text", "completed"),
    [
        (PREFIX + "SELECT * WHERE { ?change a pd:CollectiveD", "pd:CollectiveDefection"),
        (PREFIX + "SELECT * WHERE { ?change pd:effectiveC", "pd:effectiveCount"),
        ("PREFIX skos", "http://www.w3.org/2004/02/skos/core#"),
    ],
)
def test_what_this_graph_has_is_proposed_and_nobody_else_is_asked(page: Page, text: str, completed: str) -> None:
    page.goto("/sparql")
    write(page, text)
    page.keyboard.press("Control+Space")
    hints = page.locator(".CodeMirror-hints li")
    if hints.count():
        hints.first.click()
    expect(page.locator(".CodeMirror-code:visible")).to_contain_text(completed)


def test_a_fault_is_shown_at_its_line_until_the_query_is_mended(page: Page, watch: Watch) -> None:
    watch.expect("400: POST .*/sparql")
    watch.expect("console error: .*400")
    page.goto("/sparql")
    write(page, PREFIX + "SELECT ?d WHERE {\n  ?d a pd:CollectiveDefection\n  ?d pd:effectiveCount 18\n}")
    ask(page)
    expect(page.get_by_role("alert").first).to_contain_text("the query is refused")
    expect(page.locator(".CodeMirror .faulty")).to_have_count(1)
    line = page.locator(".CodeMirror-code > div").filter(has=page.locator(".faulty"))
    expect(line).to_contain_text("?d pd:effectiveCount 18")
    write(page, PREFIX + "SELECT ?d WHERE {\n  ?d a pd:CollectiveDefection ;\n  pd:effectiveCount 18\n}")
    expect(page.locator(".CodeMirror .faulty")).to_have_count(0)
    ask(page)
    expect(page.locator(".yasr table tbody")).to_contain_text("broxtowe-councillors-from-labour")
    expect(page.locator("#fault")).to_be_hidden()


def test_an_example_opens_beside_what_is_being_written(page: Page) -> None:
    page.goto("/sparql")
    page.get_by_role("link", name="Changes of side per year").click()
    expect(page.get_by_role("tab")).to_have_count(2)
    expect(page.locator(".CodeMirror-code:visible")).to_contain_text("?year")
    ask(page)
    expect(page.locator(".yasr:visible table tbody")).to_contain_text("2018")


def test_a_link_can_carry_a_query_but_no_other_endpoint(page: Page) -> None:
    page.goto("/sparql#query=ASK%20%7B%7D&endpoint=https%3A%2F%2Fexample.org%2Fsparql")
    expect(page.locator(".CodeMirror-code:visible")).to_contain_text("ASK {}")
    ask(page)
    expect(page.locator(".yasr:visible")).to_contain_text("True")


@pytest.mark.parametrize("scripts", [False])
def test_without_scripts_a_form_asks(page: Page) -> None:
    page.goto("/sparql")
    page.get_by_label("Query").fill(PREFIX + "SELECT ?d WHERE { ?d a pd:CollectiveDefection }")
    page.get_by_role("button", name="Ask").click()
    expect(page.locator("body")).to_contain_text("broxtowe-councillors-from-labour")
