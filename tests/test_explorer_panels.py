"""Panels are files: each can be asked about a thing, shows what its query gives, and offers its query and its rows."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from kg import queries
from kg.builds import Build, current
from kg.errors import FileError
from kg.iris import ref_of, thing
from kg.serve.explorer import panels
from kg.serve.explorer.panels import Panel, panels_of, table_of
from kg.store import Quads
from tests.endpoint_support import serving

PANELS = [panel for found in panels.panels().values() for panel in found]
BROXTOWE = "defection/broxtowe-councillors-from-labour"


@pytest.fixture(scope="module")
def wide(invented: Build) -> Quads:
    return invented.open()


@pytest.fixture(scope="module")
def web(published: Path) -> Iterator[httpx.Client]:
    with serving(published) as client:
        yield client


@pytest.mark.parametrize("panel", PANELS, ids=lambda p: f"{p.table}/{p.name}")
def test_a_panel_is_answered_for_things_of_its_table_and_its_columns_are_those_of_its_query(
    panel: Panel, wide: Quads
) -> None:
    answer = wide.query(panel.about(next(_things(wide, panel))))
    assert set(panel.columns) <= set(answer.variables)
    for column in panel.columns:
        assert f"{column}Label" not in panel.columns
    list(answer.rows())


@pytest.mark.parametrize("panel", PANELS, ids=lambda p: f"{p.table}/{p.name}")
def test_something_in_the_invented_world_fills_every_panel(panel: Panel, wide: Quads) -> None:
    assert any(list(wide.query(panel.about(ref)).rows()) for ref in _things(wide, panel))


@pytest.mark.parametrize("panel", [p for p in PANELS if p.all], ids=lambda p: f"{p.table}/{p.name}")
def test_all_of_a_panel_is_the_answer_to_a_canned_query_that_takes_the_thing(panel: Panel) -> None:
    name, _, parameter = panel.all.partition("?")
    path = panel.of or {"person": ("person",), "source": ("source",), "change": ("defection",)}.get(panel.table)
    assert set(queries.find(name).params) >= ({parameter} if parameter else set())
    if parameter and path:
        assert path[0] in queries.find(name).params[parameter].type.split("|")


@pytest.mark.parametrize("panel", PANELS, ids=lambda p: f"{p.table}/{p.name}")
def test_every_panel_asks_for_a_bounded_number_of_rows_in_an_order_of_its_own(panel: Panel) -> None:
    assert re.search(r"^LIMIT \d+\n\Z", panel.text, re.MULTILINE)
    assert "ORDER BY" in panel.text or "LIMIT 1\n" in panel.text


def test_a_panel_that_is_written_wrongly_names_the_file_and_what_is_wrong(tmp_path: Path) -> None:
    folder = tmp_path / "person"
    folder.mkdir()
    for text, why in [
        ("SELECT ?x WHERE { <urn:thing> ?p ?x }", "no `#\\+` header"),
        ("#+ title: A\n#+ colour: red\nSELECT ?x WHERE { <urn:thing> ?p ?x }", "unknown keys: colour"),
        ("#+ title: A\nSELECT ?x WHERE { ?s ?p ?x }", "does not ask about <urn:thing>"),
        ("#+ title: A\n#+ as: cake\nSELECT ?x WHERE { <urn:thing> ?p ?x }", "not shown as 'cake', but as balance"),
        ("#+ title: A\n#+ rows: 5\nSELECT ?x WHERE { <urn:thing> ?p ?x } LIMIT 5\n", "needs LIMIT 6"),
    ]:
        path = folder / "10-x.rq"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(FileError, match=why) as fault:
            panels._read(path)
        assert fault.value.path == path


def test_the_rows_behind_a_panel_and_its_query_can_be_had(web: httpx.Client) -> None:
    rows = web.get("/panels/change/people.csv", params={"thing": BROXTOWE})
    assert rows.headers["content-type"].startswith("text/csv")
    named = {row["personLabel"] for row in csv.DictReader(io.StringIO(rows.text))}
    assert named == {"Greg Marshall", "Milan Radulovic", "Ross Bofinger"}
    text = web.get("/panels/change/people.rq", params={"thing": BROXTOWE}).text
    assert thing(BROXTOWE) in text
    answer = web.get("/sparql", params={"query": text}, headers={"Accept": "text/csv"})
    assert answer.text == rows.text
    assert web.get("/panels/change/people.json", params={"thing": BROXTOWE}).json()["head"]["vars"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/panels/change/nothing.csv?thing=defection/x", 404),
        ("/panels/nothing/people.csv?thing=defection/x", 404),
        ("/panels/change/people.csv?thing=person/milan-radulovic", 404),
        ("/panels/change/people.csv?thing=%3E%20%7D%20DROP", 404),
        ("/panels/change/people.pdf?thing=defection/x", 404),
        ("/panels/change/people.csv", 400),
    ],
)
def test_a_panel_that_is_not_there_is_a_problem_that_says_so(web: httpx.Client, path: str, status: int) -> None:
    answer = web.get(path, headers={"Accept": "application/json"})
    assert answer.status_code == status
    assert answer.json()["detail"]


def test_panels_of_a_council_are_not_those_of_a_parliament(published: Path) -> None:
    council, parliament = ({p.name for p in panels_of(ref)} for ref in ("council/broxtowe", "body/house-of-commons"))
    assert council > parliament
    assert "composition" not in parliament
    assert current(published)


def _things(wide: Quads, panel: Panel) -> Iterator[str]:
    """The things that a panel may be about."""
    for iri, *_ in wide.query("SELECT DISTINCT ?thing { ?thing a ?class } ORDER BY ?thing").rows():
        ref = ref_of(str(iri))
        if ref and table_of(ref) == panel.table and (not panel.of or ref.partition("/")[0] in panel.of):
            yield ref
