"""What README says of the data, generated: `python -m tests.readme` writes it, the tests hold it to be true."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from kg.build import Options, build
from kg.builds import Build, current
from kg.paths import ROOT
from kg.queries import canned
from kg.store import Quads

README = ROOT / "README.md"
SHARED = ROOT.parent / "shared" / "data"  # the public data sets, where they are at hand
_CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


def expected_readme(home: Path) -> str:
    """README as it should be for the build of a home; what it says of the wide data stays."""
    text = README.read_text(encoding="utf-8")
    published = current(home)
    sections: dict[str, Callable[[Build], str]] = {"counts": _counts, "questions": _questions, "sources": _sources}
    for name, section in sections.items():
        text = _with_section(text, name, section(published))
    return _CONSOLE.sub(lambda block: f"```console\n{_COMMAND.sub(lambda c: _run(c[1], home), block[1])}```", text)


def with_wide_data(text: str, published: Build) -> str:
    """README as it should be for the wide build."""
    return _with_section(text, "wide", f"{_counts(published)}\n{_sources(published)}")


def _with_section(text: str, name: str, body: str) -> str:
    block = f"<!-- {name} -->\n{body}<!-- /{name} -->"
    return re.sub(rf"<!-- {name} -->\n.*?<!-- /{name} -->", _constant(block), text, flags=re.DOTALL)


def _constant(text: str) -> Callable[[re.Match[str]], str]:
    return lambda _: text


def _run(command: str, home: Path) -> str:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, "KG_HOME": str(home), "PATH": path, "COLUMNS": "110"}
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, env=environment, check=True)
    return f"$ {command}\n{done.stdout}"


def _counts(published: Build) -> str:
    report = published.report
    lines = [
        f"{report['quads']:,} quads, {report['consolidated']:,} of them the consolidated view; "
        f"{report['contradictions']} pairs of claims that contradict each other.\n",
        "| class | things |",
        "| --- | ---: |",
        *(f"| `{curie}` | {count:,} |" for curie, count in report["classes"].items()),
    ]
    return "\n".join(lines) + "\n"


def _questions(_: Build) -> str:
    rows = [f"| [`{q.name}`](queries/{q.name}.rq) | {q.summary} |" for q in canned().values()]
    return "\n".join(["| query | answers |", "| --- | --- |", *rows]) + "\n"


def _sources(published: Build) -> str:
    quads: Quads = published.open()
    answer = quads.query((Path(__file__).with_name("readme-sources.rq")).read_text(encoding="utf-8"))
    counts = published.report["sources"]
    rows = []
    for source, title, publisher, terms in answer.rows():
        slug = str(source).rsplit("/", 1)[1]
        licence = f"<{terms}>" if str(terms).startswith("http") else terms
        rows.append(f"| {title} | {publisher} | {licence} | {counts[slug]['statements']:,} |")
    head = ["| source | publisher | licence of the original | statements |", "| --- | --- | --- | ---: |"]
    return "\n".join([*head, *rows]) + "\n"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder))
        expected = expected_readme(Path(folder))
        if SHARED.is_dir():
            expected = with_wide_data(expected, build(Path(folder), options=Options(("all",), SHARED)))
    if "--check" not in sys.argv:
        README.write_text(expected, encoding="utf-8")
    elif expected != README.read_text(encoding="utf-8"):
        sys.exit("README.md is not true any more: run `python -m tests.readme`")
