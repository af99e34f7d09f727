"""README is true: its commands work, its counts and tables are those of the build, its answers are the graph's."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.builds import Build
from tests.readme import README, expected_readme, with_wide_data
from tests.served import serve

TEXT = README.read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LIVE = [(kind, body) for kind, body in BLOCK.findall(TEXT.split("## Use it")[1]) if kind in {"sh", "python"}]


@pytest.fixture(scope="module")
def address(published: Path) -> Iterator[str]:
    with serve(published) as running:
        yield running


def test_readme_says_what_the_build_says(published: Path) -> None:
    assert expected_readme(published) == TEXT, "run `python -m tests.readme`"


def test_readme_says_what_the_wide_build_says(public: Build) -> None:
    assert with_wide_data(TEXT, public) == TEXT, "run `python -m tests.readme`"


@pytest.mark.parametrize("section", ["Run it", "Test it"])
def test_a_section_opens_with_one_command_line(section: str) -> None:
    opening = re.search(rf"^## {section}\n\n```sh\n(.*?)```", TEXT, re.MULTILINE | re.DOTALL)
    assert opening
    assert opening[1].count("\n") == 1
    assert opening[1].startswith("python3 -m venv .venv && ")


@pytest.mark.parametrize(("kind", "body"), LIVE, ids=[body.splitlines()[0][:30] for _, body in LIVE])
def test_an_example_runs_against_a_server(kind: str, body: str, address: str) -> None:
    shown = body.replace("http://127.0.0.1:8000", address)
    command = [sys.executable, "-c", shown] if kind == "python" else ["bash", "-euc", shown.replace("curl", "curl -f")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_the_rdflib_example_prints_the_count_that_is_held(address: str) -> None:
    (body,) = [body for kind, body in LIVE if kind == "python" and "effectiveCount" in body]
    command = [sys.executable, "-c", body.replace("http://127.0.0.1:8000", address)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "18"


def test_every_link_of_readme_leads_to_a_file() -> None:
    for target in re.findall(r"\]\((?!http|#)([^)#]+)", TEXT):
        assert (README.parent / target).exists(), target
