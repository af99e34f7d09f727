"""What the tests of the pages share: Debian's Chromium, a server, and a page on a screen that is watched for faults.

A test takes `page`, and says on what it looks: `@pytest.mark.parametrize("screen", SCREENS, ids=str)`, and with
`@pytest.mark.parametrize("scripts", [False])` that no script runs. Addresses are relative: `page.goto("/sparql")`.
What it provokes it announces: `watch.expect("400: POST .*/sparql")`.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.screens import DESKTOP, Screen
from tests.browser.watching import Watch
from tests.served import serve

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # whatever is tried leads nowhere
]
_PATIENCE = 15_000  # milliseconds


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The system's Chromium without a window; none is ever downloaded."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if not found:
        pytest.skip("Chromium is not installed: run tests/tools.sh (Debian: sudo apt-get install chromium)")
    with sync_playwright() as playwright:  # ends with the package: asyncio can't be used beside it
        sandbox = os.geteuid() != 0  # it refuses root
        browser = playwright.chromium.launch(executable_path=found, chromium_sandbox=sandbox, args=_QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def address(published: Path) -> Iterator[str]:
    """Where `kg serve` answers, over the build of this repository's data."""
    with serve(published) as started:
        yield started


@pytest.fixture
def screen() -> Screen:
    """What the page is looked at on, unless a test says otherwise."""
    return DESKTOP


@pytest.fixture
def scripts() -> bool:
    """Whether scripts run, unless a test says otherwise."""
    return True


@pytest.fixture
def context(browser: Browser, address: str, screen: Screen, scripts: bool) -> Iterator[BrowserContext]:
    """A browser that remembers nothing, on a screen."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": screen.width, "height": screen.height},
        color_scheme=screen.scheme,
        reduced_motion="reduce",
        locale="en-GB",
        java_script_enabled=scripts,
    )
    context.set_default_timeout(_PATIENCE)
    yield context
    context.close()


@pytest.fixture
def watch(context: BrowserContext, address: str) -> Iterator[Watch]:
    """The faults of whatever pages the test opens; it fails where there is one that it did not expect."""
    watch = Watch(context, address)
    yield watch
    assert watch.faults() == []


@pytest.fixture
def page(context: BrowserContext, watch: Watch) -> Page:  # noqa: ARG001  (it watches)
    """A new page, watched for faults."""
    return context.new_page()
