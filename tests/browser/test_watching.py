"""The tests of the pages would see what they look for: each kind of fault, and each barrier, is told where it is."""

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.accessibility import barriers
from tests.browser.watching import Watch

_ELSEWHERE = "https://elsewhere.example/"


@pytest.fixture
def watch(context: BrowserContext, address: str) -> Watch:
    """A watch whose faults are what the test is about."""
    return Watch(context, address)


def told(watch: Watch) -> str:
    return "\n".join(watch.faults())


def test_a_page_without_faults_has_none(page: Page, watch: Watch) -> None:
    page.goto("/")
    assert told(watch) == ""


def test_a_request_that_leaves_the_server_is_told(page: Page, watch: Watch) -> None:
    page.goto("/health")
    page.evaluate(f"fetch({_ELSEWHERE!r}).catch(() => null)")
    assert f"left the server: GET {_ELSEWHERE}" in told(watch)


def test_a_breach_of_the_content_policy_is_told(page: Page, watch: Watch) -> None:
    page.goto("/")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {textContent: '1'}))")
    assert "Content Security Policy" in told(watch)


def test_an_error_in_a_script_is_told(page: Page, watch: Watch) -> None:
    page.goto("/")
    page.evaluate("setTimeout(() => { throw new Error('broken') })")
    assert "uncaught: broken" in told(watch)


def test_an_address_that_answers_with_an_error_is_told(page: Page, watch: Watch, address: str) -> None:
    page.goto("/no-such-page")
    assert f"404: GET {address}/no-such-page" in told(watch)


def test_a_fault_that_was_expected_must_come(page: Page, watch: Watch) -> None:
    watch.expect("404: GET .*/no-such-page")
    watch.expect("console error: .* 404")
    page.goto("/")
    assert "did not happen: 404: GET .*/no-such-page" in told(watch)
    page.goto("/no-such-page")
    assert told(watch) == ""


def test_a_barrier_is_told_with_its_rule_and_place(page: Page) -> None:
    page.goto("/")
    page.evaluate("document.querySelector('main').innerHTML = '<h1>One</h1><input id=nameless>'")
    (barrier,) = barriers(page)
    assert barrier.startswith("label (critical) at ['#nameless']: ")
