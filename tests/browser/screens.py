"""What pages are looked at on, and pictures of them for people to look at."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page

_FOLDER = "KG_SCREENSHOTS"  # the variable that names the folder for pictures; without it none is taken


@dataclass(frozen=True)
class Screen:
    """A viewport in CSS pixels and a colour scheme."""

    width: int
    height: int
    scheme: Literal["light", "dark"] = "light"

    def __str__(self) -> str:
        return f"{self.width}x{self.height}-{self.scheme}"


PHONE, DESKTOP = Screen(375, 812), Screen(1280, 900)
DARK_PHONE, DARK_DESKTOP = Screen(375, 812, "dark"), Screen(1280, 900, "dark")
SCREENS = (PHONE, DESKTOP, DARK_PHONE, DARK_DESKTOP)


def picture(page: Page, name: str, screen: Screen) -> None:
    """Take a picture of the whole page for a person to look at, where KG_SCREENSHOTS names a folder."""
    if folder := os.environ.get(_FOLDER):
        page.screenshot(path=Path(folder) / f"{name}-{screen}.png", full_page=True)
