"""The pages of questions over real HTTP: forms, pictures, tables, the editor, and what they are made of."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from kg import queries
from kg.builds import Build
from kg.depiction import read_depiction, selected_variables
from kg.errors import FileError
from kg.formats import BY_NAME
from kg.parameters import type_of
from kg.queries import canned
from kg.serve import depicting, query_page
from kg.serve.answers import names_of
from kg.serve.choices import Choosable, matching
from kg.serve.highlighting import highlighted
from kg.serve.pictures import Bars, Flow, Lines, Places
from tests.endpoint_support import serving

PAGE = {"Accept": "text/html"}
DEPICTED = sorted(name for name, query in canned().items() if query.picture)
BUNDLE = Path(query_page.__file__).parent / "static" / "yasgui"


@pytest.fixture(scope="module")
def real(published: Path) -> Iterator[httpx.Client]:
    with serving(published) as client:
        yield client


@pytest.fixture(scope="module")
def wide(invented: Build) -> Iterator[httpx.Client]:
    """A server over the invented build of every source."""
    with serving(invented.folder.parent.parent) as client:
        yield client


# Pictures


def test_most_questions_have_a_picture() -> None:
    asking = [q for q in canned().values() if q.form == "SELECT" and not {"lists", "checks"} & set(q.tags)]
    assert len([query for query in asking if query.picture]) > len(asking) / 2


@pytest.mark.parametrize("name", DEPICTED)
def test_the_picture_of_every_question_can_be_drawn(wide: httpx.Client, name: str) -> None:
    drawn = wide.get(f"/queries/{name}.svg")
    page = wide.get(f"/queries/{name}", headers=PAGE).text
    if drawn.status_code == 404:  # nothing that could be drawn is in the invented build
        assert "<figure" not in page
        return
    assert drawn.headers["content-security-policy"] == "default-src 'none'"
    root = ElementTree.fromstring(drawn.content)
    assert root[0].text == canned()[name].summary
    assert "<figure" in page
    assert len(drawn.content) < 300_000


def test_nearly_all_pictures_are_drawn_of_a_build_of_every_source(wide: httpx.Client) -> None:
    missing = {name for name in DEPICTED if wide.get(f"/queries/{name}.svg").status_code != 200}
    assert len(missing) < len(DEPICTED) / 5, missing


def test_a_picture_takes_the_parameters_of_its_question_and_a_width(real: httpx.Client) -> None:
    drawn = real.get("/queries/who-defected.svg?left=party/conservative&_width=400")
    assert "Nottingham Independents" in drawn.text
    assert "Labour" not in drawn.text
    assert ElementTree.fromstring(drawn.content).get("width") == "400"
    for width in ("10", "9999", "wide"):
        fault = real.get(f"/queries/who-defected.svg?_width={width}")
        assert (fault.status_code, fault.json()["parameter"]) == (400, "_width")
    assert real.get("/queries/who-defected.csv?_width=400").status_code == 400
    assert ".json, .xml" in real.get("/queries/parties.svg").json()["detail"]


def rows(columns: list[str], *given: dict[str, str]) -> bytes:
    """An answer in SPARQL JSON; what opens with http is an IRI."""

    def term(value: str) -> dict[str, str]:
        return {"type": "uri" if value.startswith("http") else "literal", "value": value}

    bindings = [{name: term(value) for name, value in row.items()} for row in given]
    return json.dumps({"head": {"vars": columns}, "results": {"bindings": bindings}}).encode()


class Nothing:
    """A build that knows no colours and no coordinates."""

    def ask(self, *_: object) -> bytes:
        return rows([])


def test_what_goes_back_flows_back() -> None:
    query = canned()["net-flow-between-affiliations"]
    columns = ["from", "fromLabel", "to", "toLabel", "moved", "movedBack", "net"]
    row = {"fromLabel": "A", "toLabel": "B", "moved": "5", "movedBack": "2", "net": "3"}
    found = depicting.picture_of(Nothing(), query, rows(columns, row))
    assert found
    assert isinstance(found.picture, Flow)
    assert [(m.left.label, m.joined.label, m.count) for m in found.picture.moves] == [("A", "B", 5), ("B", "A", 2)]


def test_rows_that_lack_what_a_picture_is_made_of_are_counted() -> None:
    query = canned()["defections-per-year"]
    found = depicting.picture_of(
        Nothing(), query, rows(["year", "members"], {"members": "9"}, {"year": "2018", "members": "1"})
    )
    assert found
    assert isinstance(found.picture, Lines)
    assert (found.missing, [p.value for p in found.picture.series[0].points]) == (1, [1.0])
    assert depicting.picture_of(Nothing(), query, rows(["year", "members"], {"members": "9"})) is None


def test_rows_of_one_thing_make_one_bar_and_places_that_nobody_knows_make_bars() -> None:
    query = canned()["changes-by-region-and-council-type"]
    columns = ["region", "regionLabel", "type", "typeLabel", "councils", "members", "inferred"]
    found = depicting.picture_of(
        Nothing(),
        query,
        rows(
            columns,
            {"regionLabel": "North", "members": "1"},
            {"regionLabel": "South", "members": "2"},
            {"regionLabel": "North", "members": "4"},
        ),
    )
    assert found
    assert isinstance(found.picture, Bars)
    assert [(bar.thing.label, bar.values) for bar in found.picture.bars] == [("North", (5.0,)), ("South", (2.0,))]
    nowhere = depicting.picture_of(
        Nothing(), canned()["defections-by-body"], rows(["where", "label", "members"], {"label": "X", "members": "3"})
    )
    assert nowhere
    assert isinstance(nowhere.picture, Bars)


def test_councils_are_shown_where_they_are(wide: httpx.Client, invented: Build) -> None:
    assert wide.get("/queries/councils.svg").status_code == 200
    found = depicting.picture_of(
        _Store(invented), canned()["councils"], _Store(invented).ask(canned()["councils"].text)
    )
    assert found
    assert isinstance(found.picture, Places)
    assert found.picture.places


class _Store:
    """The store of a build, asked as a server asks it."""

    def __init__(self, build: Build) -> None:
        self._quads = build.open()

    def ask(self, text: str, *_: object) -> bytes:

        return self._quads.ask(text, BY_NAME["json"])


@pytest.mark.parametrize(
    ("spec", "fault"),
    [
        ("pie", "a picture is one of flow, network, bars, lines, timeline, composition, map with its columns"),
        ({"pie": {}}, "a picture is one of"),
        ({"bars": "x"}, "the columns of bars are named by their roles"),
        ({"bars": {"value": "n"}}, "bars lacks of"),
        ({"bars": {"of": "party", "size": "n"}}, "bars has no role size; it has: of  value"),
        ({"bars": {"of": "nobody"}}, r"of is to be \?nobody, which the query does not select"),
        ({"flow": {"from": ["party", "n"], "to": "n"}}, "from is one column, not 2"),
        ({"timeline": {"lane": "party", "of": "party", "start": "start"}}, r"start is to be \?startLatest"),
    ],
)
def test_a_picture_that_cannot_be_is_refused(spec: object, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        read_depiction(spec, ["party", "n", "startEarliest"])


def test_a_wrong_picture_names_the_file_of_its_query(tmp_path: Path) -> None:
    header = "#+ summary: S\n#+ description: D\n#+ tags: [people]\n#+ picture: {bars: {of: party}}\n"
    (tmp_path / "wrong.rq").write_text(header + "SELECT ?x WHERE { ?x ?y ?z }")
    with pytest.raises(FileError, match=r"wrong\.rq.*picture: of is to be \?party"):
        canned(tmp_path)


def test_the_columns_of_a_query_are_what_it_selects() -> None:
    text = "# ?no\nSELECT DISTINCT ?a (COUNT(?b) AS ?c)\n  (SUM(IF(?d = 1, ?e, 0)) AS ?f) ?g\nWHERE { ?h ?i ?j }"
    assert selected_variables(text) == ["a", "c", "f", "g"]


def test_a_column_is_named_by_its_label_or_by_the_name_beside_it() -> None:
    named = names_of(
        ["person", "name", "from", "fromLabel", "affiliation", "formerName", "winner", "winnerName", "days"]
    )
    assert named == {"person": "name", "from": "fromLabel", "winner": "winnerName"}


# Pages


def test_a_page_shows_its_answer_at_once_and_names_things_by_their_labels(real: httpx.Client) -> None:
    page = real.get("/queries/who-defected", headers=PAGE).text
    assert re.search(r'<a href="/id/person/milan-radulovic"[^>]*>Milan Radulovic</a>', page)
    assert '<span class="v">?defection</span>' in page
    assert "#+ summary" not in page
    assert 'formaction="/queries/who-defected.edit"' in page


def test_a_question_to_another_service_waits_until_it_is_asked(real: httpx.Client) -> None:
    page = real.get("/queries/what-wikidata-says-of-a-party", headers=PAGE)
    assert page.status_code == 200
    assert 'id="answer"' not in page.text


def test_questions_are_grouped_by_topic(real: httpx.Client) -> None:
    page = real.get("/queries", headers=PAGE).text
    titles = re.findall(r"<h2>([^<]+)</h2>", page)
    assert titles[0] == "Changes of side"
    assert titles[-3:] == ["Checks", "As a graph", "Together with other services"]
    assert sum(len(found) for found in query_page.topics(list(canned().values())).values()) == len(canned())


def test_a_long_list_of_choices_is_searched_and_not_sent_whole(
    real: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_page, "_FEW", 5)
    page = real.get("/queries/who-joined-a-party?joined=party/labour", headers=PAGE).text
    assert 'data-search="/queries/who-joined-a-party/choices/joined.json"' in page
    assert '<small class="chosen">Labour Party</small>' in page
    assert '<option value="party/ukip"' not in page
    found = real.get("/queries/who-joined-a-party/choices/joined.json?search=BROXTOWE%20all").json()["choices"]
    assert found[0] == {"value": "party/broxtowe-alliance", "label": "Broxtowe Alliance"}


def test_a_search_minds_neither_case_nor_accents_and_puts_openings_first() -> None:
    listed = [Choosable("a", "New Sinn Féin"), Choosable("b", "Sinn Féin"), Choosable("c", "Fianna Fáil")]
    assert [choice.value for choice in matching(listed, "SINN fein", 9)] == ["b", "a"]
    assert len(matching(listed, "f", 1)) == 1


def test_highlighting_changes_no_character_of_a_query() -> None:
    for query in canned().values():
        text = re.sub(r"</?span[^>]*>", "", str(highlighted(query.text)))
        unescaped = text.replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"').replace("&#39;", "'")
        assert unescaped.replace("&amp;", "&") == query.text
    assert "<script>" not in str(highlighted('SELECT ("<script>" AS ?x) {} # <script>'))


# The editor


def test_the_editor_begins_with_the_query_that_is_to_be_changed(real: httpx.Client) -> None:
    page = real.get("/queries/who-defected.edit?left=party/labour", headers=PAGE).text
    assert "VALUES ?left { &lt;https://w3id.org/party-defections/id/party/labour&gt; }" in page
    assert real.get("/queries/who-defected.edit?left=x%3E").status_code == 400


def test_the_editor_says_what_a_query_may_use_and_loads_nothing_from_elsewhere(real: httpx.Client) -> None:
    answer = real.get("/sparql", headers=PAGE)
    assert "30 seconds and answer 256 MB" in " ".join(answer.text.split())
    assert "script-src 'self';" in answer.headers["content-security-policy"]
    loaded = re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="([^"]+)"', answer.text)
    assert loaded
    assert all(address.startswith(("/static/", "data:", "/feed")) for address in loaded), loaded


def test_completions_are_of_this_graph(real: httpx.Client) -> None:
    known = real.get("/sparql/completions.json").json()
    assert "https://w3id.org/party-defections/ontology#CollectiveDefection" in known["classes"]
    assert "https://w3id.org/party-defections/ontology#effectiveCount" in known["properties"]
    assert "http://www.w3.org/ns/org#member" in known["properties"]
    assert known["prefixes"]["pd"] == "https://w3id.org/party-defections/ontology#"


def test_the_editor_that_is_shipped_is_the_one_that_was_built() -> None:
    bundle: dict[str, Any] = json.loads((BUNDLE / "bundle.json").read_text())
    for name, known in bundle["sha256"].items():
        assert hashlib.sha256((BUNDLE / name).read_bytes()).hexdigest() == known, name
    locked = json.loads((BUNDLE / "package-lock.json").read_text())["packages"]
    assert bundle["version"] == locked["node_modules/@zazuko/yasgui"]["version"]
    assert bundle["version"] == json.loads((BUNDLE / "package.json").read_text())["dependencies"]["@zazuko/yasgui"]


def test_the_editor_that_is_shipped_names_no_service_on_the_web() -> None:
    script = (BUNDLE / "yasgui.js").read_text(encoding="utf-8")
    for service in ("prefix.cc", "lov.linkeddata.es", "cdn", "unpkg"):
        assert service not in script
    styles = (BUNDLE / "yasgui.css").read_text(encoding="utf-8")
    assert not re.search(r"url\((?!\"?data:)", styles)


def test_static_files_are_only_those_that_are_meant(real: httpx.Client) -> None:
    assert real.get("/static/yasgui/yasgui.js").headers["content-type"].startswith("text/javascript")
    for name in ("yasgui/build.mjs", "../app.py", "nothing.css", "..%2Fapp.py", ""):
        assert real.get(f"/static/{name}").status_code == 404
    tag = real.get("/static/pictures.css").headers["etag"]
    assert real.get("/static/pictures.css", headers={"If-None-Match": tag}).status_code == 304


def test_every_choice_of_a_type_is_one_that_a_form_can_send() -> None:
    for query in queries.canned().values():
        for parameter in query.params.values():
            assert type_of(parameter.type).written
