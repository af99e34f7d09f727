"""The canned queries as an API over real HTTP: parameters, pages, typed files, choices and the OpenAPI description."""

import datetime as dt
import io
import json
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fastapi import FastAPI
from jsonschema import Draft202012Validator, FormatChecker

from kg import queries
from kg.builds import Build
from kg.errors import FileError
from kg.formats import BY_NAME
from kg.iris import NAMESPACES, thing
from kg.parameters import Parameter, ParameterFault
from kg.queries import canned
from kg.serve import openapi, paging, spreadsheets
from kg.serve.paging import Page
from tests.endpoint_support import PD, RDFS, XSD, publish_small, serving, write_queries

SHIPPED = canned()

RTL = "מפלגת \u202eהעבודה\u202c العمل"
LONG = "x" * 5000
LABELS = [
    "=CMD()",
    "+1",
    "@SUM(A1)",
    'a "quoted", word',
    "two\r\nlines\twith a tab",
    "<result>",
    RTL,
    LONG,
    "_x0041_",
    " https://example.org/ ",
]
PEOPLE = 25

HEADER = "#+ summary: {name}\n#+ description: Rows.\n#+ tags: [people]\n"
PREFIXES = f"PREFIX pd: <{PD}>\nPREFIX rdfs: <{RDFS}>\n"
QUERIES = {
    "labels": "SELECT ?label WHERE { ?s pd:hostile ?label }\nORDER BY ?label",
    "numbered": "SELECT ?person ?number WHERE { ?person pd:number ?number }\nORDER BY ?number",
    "typed": "SELECT ?row ?text ?founded ?date ?year ?count ?share ?mixed ?partial ?sure ?none WHERE {\n"
    "  ?row pd:text ?text ; pd:founded ?founded ; pd:date ?date ; pd:year ?year ; pd:count ?count ; pd:share ?share ;\n"
    "    pd:mixed ?mixed ; pd:partial ?partial ; pd:sure ?sure .\n  OPTIONAL { ?row pd:none ?none }\n}\nORDER BY ?row",
    "unordered": "SELECT ?person WHERE { ?person pd:number ?number }",
    "limited": "SELECT ?person WHERE { ?person pd:number ?number }\nORDER BY ?person\nLIMIT 3",
    "any-number": "ASK { ?person pd:number ?number }",
    "graph": "CONSTRUCT { ?person pd:number ?number } WHERE { ?person pd:number ?number }",
}
TYPED = [
    ('"one"@en', '"1834-12-18"', '"2024-02-29"', '"2024"', "7", "0.25", "1", '"2024"^^xsd:gYear', "true"),
    ('"two"@cy', '"1900-03-01"', '"2025-01-01"', '"1999"', "-2", "3.5", "1.5", '"2024-02"^^xsd:gYearMonth', "false"),
]
PROPERTIES = ("text", "founded", "date", "year", "count", "share", "mixed", "partial", "sure")
DATATYPES = {"founded": "xsd:date", "date": "xsd:date", "year": "xsd:gYear", "sure": "xsd:boolean"}


def invented_lines() -> list[str]:
    """Hostile labels, numbered people, and two rows of every datatype, as N-Quads."""
    lines = [f"<urn:{i}> <{PD}hostile> {json.dumps(label)} ." for i, label in enumerate(LABELS)]
    lines += [f'<{thing(f"person/p{i}")}> <{PD}number> "{i}"^^<{XSD}integer> .' for i in range(PEOPLE)]
    for row, values in enumerate(TYPED):
        for name, value in zip(PROPERTIES, values, strict=True):
            lines.append(f"<urn:row-{row}> <{PD}{name}> {_term(name, value)} .")
    return lines


def _term(name: str, value: str) -> str:
    if value[0] != '"' and name != "sure":
        value = f'"{value}"^^xsd:{"decimal" if "." in value or name == "share" else "integer"}'
    elif name in DATATYPES:
        value = f"{value if value[0] == chr(34) else json.dumps(value)}^^{DATATYPES[name]}"
    return re.sub(r"\^\^xsd:(\w+)", rf"^^<{XSD}\1>", value)


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a real server over the queries above and those that all tests of the endpoint share."""
    home = tmp_path_factory.mktemp("home")
    publish_small(home, extra=invented_lines())
    folder = write_queries(home / "queries")
    for name, text in QUERIES.items():
        (folder / f"{name}.rq").write_text(HEADER.format(name=name) + PREFIXES + text + "\n", encoding="utf-8")
    known = canned(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queries, "canned", lambda: known)
        with serving(home) as client:
            yield client


def problem(answer: httpx.Response, status: int = 400) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["detail"])


def table(answer: httpx.Response) -> pa.Table:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/vnd.apache.parquet"
    return pq.read_table(io.BytesIO(answer.content))


SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheet(answer: httpx.Response) -> list[list[tuple[str, str]]]:
    """The cells of a workbook as they are stored: their type ("n" for a number), with "date" for the date style."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].endswith("spreadsheetml.sheet")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        assert not [name for name in book.namelist() if "vba" in name.lower() or "externalLink" in name]
        root = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert not list(root.iter(f"{SHEET}f")), "a formula"
    assert not list(root.iter(f"{SHEET}hyperlink"))
    return [[_cell(cell) for cell in row] for row in root.iter(f"{SHEET}row")]


def _cell(cell: ElementTree.Element) -> tuple[str, str]:
    kind = cell.get("t") or ("date" if cell.get("s") == "2" else "n")
    text = "".join(node.text or "" for node in cell.iter() if node.tag in {f"{SHEET}t", f"{SHEET}v"})
    return kind, re.sub("_x([0-9A-F]{4})_", lambda escape: chr(int(escape[1], 16)), text)


def rows(web: httpx.Client, path: str) -> list[Any]:
    return list(web.get(path).raise_for_status().json()["results"]["bindings"])


# Typed files


def test_a_parquet_file_has_columns_of_the_types_that_the_graph_has(web: httpx.Client) -> None:
    answer = table(web.get("/queries/typed.parquet"))
    assert {field.name: str(field.type) for field in answer.schema} == {
        "row": "string",
        "text": "string",
        "founded": "date32[day]",
        "date": "date32[day]",
        "year": "int32",
        "count": "int64",
        "share": "decimal128(38, 18)",
        "mixed": "decimal128(38, 18)",
        "partial": "string",
        "sure": "bool",
        "none": "string",
    }
    assert answer.to_pylist()[0] == {
        "row": "urn:row-0",
        "text": "one",
        "founded": dt.date(1834, 12, 18),
        "date": dt.date(2024, 2, 29),
        "year": 2024,
        "count": 7,
        "share": Decimal("0.25"),
        "mixed": Decimal(1),
        "partial": "2024",
        "sure": True,
        "none": None,
    }


def test_a_workbook_has_dates_and_numbers_as_such_and_dates_before_its_calendar_as_text(web: httpx.Client) -> None:
    header, first, second = sheet(web.get("/queries/typed.xlsx"))
    names = ["row", "text", "founded", "date", "year", "count", "share", "mixed", "partial", "sure", "none"]
    assert [value for _, value in header] == names
    day = (dt.date(2024, 2, 29) - dt.date(1899, 12, 30)).days
    assert first[2:10] == [
        ("inlineStr", "1834-12-18"),
        ("date", str(day)),
        ("n", "2024"),
        ("n", "7"),
        ("n", "0.25"),
        ("n", "1"),
        ("inlineStr", "2024"),
        ("b", "1"),
    ]
    assert second[2] == ("date", "61"), "the first day that every spreadsheet counts alike"
    assert len(first) == len(names) - 1, "what is unbound has no cell"


def test_a_label_is_text_whatever_it_opens_with_and_however_it_runs(web: httpx.Client) -> None:
    assert sorted(table(web.get("/queries/labels.parquet"))["label"].to_pylist()) == sorted(LABELS)
    cells = [row[0] for row in sheet(web.get("/queries/labels.xlsx"))[1:]]
    assert sorted(cells) == sorted(("inlineStr", label) for label in LABELS)


@pytest.mark.parametrize("extension", ["xlsx", "parquet"])
def test_the_same_answer_is_the_same_bytes(extension: str, web: httpx.Client) -> None:
    results = web.get("/queries/typed.json").content
    written = spreadsheets.written(results, {fmt.name: fmt for fmt in spreadsheets.FORMATS}[extension])
    assert web.get(f"/queries/typed.{extension}").content == written


def test_an_empty_answer_has_its_columns(web: httpx.Client) -> None:
    assert table(web.get("/queries/changes.parquet?since=2030")).column_names == ["change", "who", "party"]
    assert [[value for _, value in row] for row in sheet(web.get("/queries/changes.xlsx?since=2030"))] == [
        ["change", "who", "party"]
    ]


def test_more_than_a_sheet_can_hold_is_refused_and_not_cut(web: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "ROWS", PEOPLE - 1)
    assert f"{PEOPLE} rows, and a sheet holds {PEOPLE - 1}" in problem(web.get("/queries/numbered.xlsx"))
    assert len(sheet(web.get("/queries/numbered.xlsx?_size=10"))) == 11
    monkeypatch.setattr(spreadsheets, "_CHARACTERS", 4999)
    assert "5000 characters in row 9, column label" in problem(web.get("/queries/labels.xlsx?_size=100"))


def test_only_a_table_is_a_sheet(web: httpx.Client) -> None:
    for name in ("any-number", "graph"):
        assert "nothing here is written as .xlsx" in problem(web.get(f"/queries/{name}.xlsx"), 404)


def test_values_that_no_column_can_hold_make_it_text() -> None:
    def kinds(*terms: tuple[str, str]) -> tuple[str, list[Any]]:
        bindings = [{"v": {"type": "literal", "value": v, "datatype": NAMESPACES["xsd"] + t}} for v, t in terms]
        results = {"head": {"vars": ["v"]}, "results": {"bindings": bindings}}
        answer = pq.read_table(io.BytesIO(spreadsheets.written(json.dumps(results).encode(), spreadsheets.PARQUET)))
        return str(answer.schema[0].type), answer["v"].to_pylist()

    assert kinds(("1", "integer"), ("two", "integer")) == ("string", ["1", "two"])
    assert kinds((str(2**63), "integer")) == ("string", [str(2**63)])
    assert kinds(("1", "integer"), ("0.5", "decimal"), ("2.5E0", "double")) == ("double", [1.0, 0.5, 2.5])
    assert kinds(("INF", "double")) == ("string", ["INF"])
    assert kinds(("2024", "gYear"), ("7", "integer")) == ("string", ["2024", "7"])
    assert kinds(("2024-01-01Z", "date")) == ("string", ["2024-01-01Z"])
    assert kinds(("0", "boolean"), ("true", "boolean")) == ("bool", [False, True])


# Pages


@pytest.mark.parametrize("extension", ["json", "xml", "csv", "tsv", "parquet", "xlsx"])
def test_the_links_of_a_page_lead_through_the_whole_answer(web: httpx.Client, extension: str) -> None:
    address: str | None = f"/queries/numbered.{extension}?_size=10"
    seen: list[str] = []
    relations = []
    while address:
        answer = web.get(address)
        seen += numbers(answer, extension)
        relations.append(set(answer.links))
        assert ("x-sparql-maxrows" in answer.headers) == ("next" in answer.links)
        address = answer.links.get("next", {}).get("url")
    assert seen == [str(number) for number in range(PEOPLE)]
    assert relations == [{"first", "next"}, {"first", "prev", "next"}, {"first", "prev", "last"}]


def numbers(answer: httpx.Response, extension: str) -> list[str]:
    """The numbers of the people in an answer, in its order."""
    if extension == "parquet":
        return [str(number) for number in table(answer)["number"].to_pylist()]
    if extension == "xlsx":
        return [row[1][1] for row in sheet(answer)[1:]]
    assert answer.status_code == 200
    patterns = {"csv": r",(\d+)\r\n", "tsv": r"\t(\d+)\n", "xml": r">(\d+)</literal>", "json": r'"value":"(\d+)"'}
    return re.findall(patterns[extension], answer.text)


def test_a_page_ends_at_a_row_and_not_within_one(web: httpx.Client) -> None:
    whole = {name: web.get(f"/queries/labels.{name}").text for name in ("csv", "tsv", "json", "xml")}
    for size in range(1, len(LABELS) + 1):
        joined = ""
        for number in range(1, -(-len(LABELS) // size) + 1):
            given = {"_size": size, "_page": number}
            joined += web.get("/queries/labels.csv", params=given).text.removeprefix("label\r\n")
            assert ElementTree.fromstring(web.get("/queries/labels.xml", params=given).content) is not None
        assert f"label\r\n{joined}" == whole["csv"]
    assert web.get(f"/queries/labels.tsv?_size={len(LABELS)}").text == whole["tsv"]
    assert rows(web, "/queries/labels.json?_size=5") == json.loads(whole["json"])["results"]["bindings"][:5]
    assert web.get(f"/queries/labels.xml?_size={len(LABELS)}").text == whole["xml"]


def test_an_answer_is_whole_where_no_page_is_asked_for(web: httpx.Client) -> None:
    answer = web.get("/queries/numbered.csv")
    assert answer.text.count("\r\n") == PEOPLE + 1
    assert "link" not in answer.headers


def test_a_link_keeps_the_parameters(web: httpx.Client) -> None:
    answer = web.get("/queries/changes.csv?since=2024&party=&_size=1")
    assert answer.links["first"]["url"] == "/queries/changes.csv?since=2024&_page=1&_size=1"
    assert set(answer.links) == {"first", "last"}


def test_a_page_that_a_client_has_of_this_build_is_not_sent_again(web: httpx.Client) -> None:
    tag = web.get("/queries/numbered.csv?_page=2&_size=10").headers["etag"]
    assert web.get("/queries/numbered.csv?_page=2&_size=10", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("given", ["_page=0", "_page=-1", "_page=two", "_page=1e3", "_page=%C2%B2", "_size=0"])
def test_what_is_no_page_is_refused_by_name_and_value(web: httpx.Client, given: str) -> None:
    name, value = given.replace("%C2%B2", "²").split("=")
    detail = problem(web.get(f"/queries/numbered.json?{given}"))
    assert repr(name) in detail
    assert repr(value) in detail


def test_a_page_behind_the_last_or_too_large_is_refused(web: httpx.Client) -> None:
    assert "'_page': '4' lies behind the last" in problem(web.get("/queries/numbered.csv?_page=4&_size=10"), 404)
    assert f"1 to {paging.LARGEST}" in problem(web.get("/queries/numbered.csv?_size=1000000"))
    assert f"1 to {paging.LAST}" in problem(web.get(f"/queries/numbered.csv?_page={10**30}"))
    assert rows(web, "/queries/changes.json?since=2030&_page=1") == [], "the first page of nothing is empty"
    assert "more than once" in problem(web.get("/queries/numbered.csv?_page=1&_page=2"))


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("any-number.json", "the answer to ASK is no table"),
        ("graph.ttl", "the answer to CONSTRUCT is no table"),
        ("limited.csv", "the query has a limit of its own"),
        ("unordered.csv", "its rows have no order"),
        ("unordered.rq", "its rows have no order"),
    ],
)
def test_what_has_no_pages_says_why(web: httpx.Client, name: str, why: str) -> None:
    assert why in problem(web.get(f"/queries/{name}?_page=1"))
    assert web.get(f"/queries/{name}").status_code == 200


def test_the_query_of_a_page_can_be_taken_along(web: httpx.Client) -> None:
    text = web.get("/queries/numbered.rq?_page=3&_size=10").text
    assert text.endswith("ORDER BY ?number\nLIMIT 10\nOFFSET 20\n")
    asked = web.post("/sparql", content=text, headers={"Content-Type": "application/sparql-query"})
    assert len(asked.json()["results"]["bindings"]) == 5


def test_the_page_for_people_says_that_it_is_cut_and_leads_on(web: httpx.Client) -> None:
    first = web.get("/queries/numbered.html?_size=10")
    assert "Rows 1 to 10; there are more" in first.text
    assert first.headers["x-sparql-maxrows"] == "10"
    following = first.links["next"]["url"]
    assert f'<a rel="next" href="{following.replace("&", "&amp;")}">Next page</a>' in first.text
    last = web.get("/queries/numbered.html?_page=3&_size=10")
    assert "Rows 21 to 25, which is the last" in last.text
    assert "Previous page" in last.text
    assert "Next page" not in last.text
    whole = web.get("/queries/numbered.html").text
    assert f"{PEOPLE} rows." in whole
    assert "Next page" not in whole


def test_a_page_for_people_is_cut_aloud_even_where_the_answer_has_no_pages(
    web: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.serve.query_page.SIZE", 20)
    answer = web.get("/queries/unordered.html")
    assert "Rows 1 to 20; there are more" in answer.text
    assert "x-sparql-maxrows" in answer.headers
    assert "link" not in answer.headers


@pytest.mark.parametrize("name", [name for name, q in SHIPPED.items() if not (q.unpaged or q.federated)])
def test_the_pages_of_a_query_joined_are_its_whole_answer(name: str, invented: Build) -> None:
    quads = invented.open()
    query = SHIPPED[name]
    whole = list(quads.query(query.text).rows())
    size = max(1, -(-len(whole) // 3))
    pages = [list(quads.query(Page(number, size).limited(query.text)).rows()) for number in (1, 2, 3)]
    assert [row for page in pages for row in page] == whole


def test_every_shipped_table_has_pages_and_no_parameter_that_is_named_like_them() -> None:
    assert {q.name for q in SHIPPED.values() if bool(q.unpaged) == (q.form == "SELECT")} == set()
    names = {parameter for query in SHIPPED.values() for parameter in query.params}
    assert not names & set(paging.NAMES)


# Parameters and choices


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ("until=2024", "changes has no parameter until; it has: since, party"),
        ("_shape=array", "changes has no parameter _shape; it has: since, party"),
        ("since=yesterday", "parameter 'since': 'yesterday' is not a date"),
        ("since=2024&since=2025", "parameter 'since' is given more than once: '2024', '2025'"),
        ("party=party/labour%20OR%201", "parameter 'party': 'party/labour OR 1' is not a party"),
    ],
)
def test_a_fault_in_a_parameter_is_told_of_it_and_its_value(web: httpx.Client, given: str, fault: str) -> None:
    for extension in ("csv", "xlsx", "rq"):
        assert fault in problem(web.get(f"/queries/changes.{extension}?{given}"))
        assert fault in problem(web.get(f"/queries/changes.{extension}?_size=1&{given}"))


def test_a_fault_in_a_parameter_knows_it() -> None:
    for given in ({"nothing": "x"}, {"since": "x"}):
        with pytest.raises(ParameterFault) as fault:
            SHIPPED["who-defected"].fill(given)
        assert {fault.value.parameter: fault.value.value} == given


def test_the_choices_of_a_parameter_have_an_address(web: httpx.Client) -> None:
    answer = web.get("/queries/changes/choices/party.json")
    assert answer.headers["content-type"] == "application/json"
    assert {"value": "party/labour", "label": "Labour"} in answer.json()["choices"]
    again = web.get("/queries/changes/choices/party.json", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    listed = web.get("/queries/changes", headers={"Accept": "application/json"}).json()["parameters"]
    assert [p["choicesAddress"] for p in listed] == [None, "/queries/changes/choices/party.json"]
    for choice in answer.json()["choices"]:
        assert web.get("/queries/changes.json", params={"party": choice["value"]}).status_code == 200
    assert "has no choices of 'since'; it has those of: party" in problem(
        web.get("/queries/changes/choices/since.json"), 404
    )
    assert "did you mean changes" in problem(web.get("/queries/chnges/choices/party.json"), 404)


def test_a_form_has_a_control_for_each_type(web: httpx.Client) -> None:
    page = web.get("/queries/changes?since=2024&party=labour", headers={"Accept": "text/html"}).text
    assert 'name="since" value="2024-01-01" type="date"' in page
    assert '<option value="">any</option>' in page
    assert '<option value="party/labour" selected>Labour</option>' in page
    stranger = web.get("/queries/changes?party=nobody", headers={"Accept": "text/html"}).text
    assert '<option value="party/nobody" selected>party/nobody</option>' in stranger


def test_an_answer_is_negotiated_where_no_extension_names_its_format(web: httpx.Client) -> None:
    answer = web.get("/queries/numbered?_page=2&_size=10", headers={"Accept": "text/csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-location"] == "/queries/numbered.csv?_page=2&_size=10"
    assert answer.content == web.get(answer.headers["content-location"]).content
    sparql = web.get("/queries/numbered", headers={"Accept": "application/sparql-results+json"})
    assert len(sparql.json()["results"]["bindings"]) == PEOPLE
    assert web.get("/queries/numbered", headers={"Accept": "application/json"}).json()["paged"] is True
    assert "available as" in problem(web.get("/queries/numbered", headers={"Accept": "image/png"}), 406)


VALUES = {
    "date": ["2024", "2024-02", "2024-02-29", "2023-02-29", "2024-13", "0000", "24", "2024/2025", "", "now"],
    "year": ["2024", "0000", "24", "20245", "２０２４"],
    "decimal": ["1", "-0.5", "1.", ".5", "1e3", "9" * 19, "9" * 18, "٣"],
    "string": ["", 'a "b" \\', "\n"],
    "item": ["Q42", "http://www.wikidata.org/entity/Q42", "Q042", "42", "q42", "wd:Q42", "Q42> } #", "Q" + "9" * 20],
    "party": ["labour", "party/labour", thing("party/labour"), thing("labour"), "group/x", "party/", "Labour", "a/b/c"],
    "party|group": ["labour", "group/x", thing("party/labour"), thing("person/ann"), "x party/labour"],
}


@pytest.mark.parametrize("kind", VALUES)
def test_what_the_description_allows_is_what_a_query_takes(kind: str) -> None:
    parameter = Parameter("p", kind, None, "", None)
    validator = Draft202012Validator(parameter.kind.schema, format_checker=FormatChecker())
    for value in VALUES[kind]:
        assert validator.is_valid(value) == _taken(parameter, value), value
    assert _taken(parameter, parameter.kind.example)
    assert validator.is_valid(parameter.kind.example)


def test_a_whole_number_is_one_that_the_engine_can_hold() -> None:
    parameter = Parameter("p", "integer", None, "", None)
    validator = Draft202012Validator(parameter.kind.schema)
    for value in (0, -7, 10**18 - 1, 1 - 10**18, 10**18, -(10**18)):
        assert validator.is_valid(value) == _taken(parameter, str(value))
    assert not any(_taken(parameter, text) for text in ("1_000", "٣", "1.0", "+-1", "0x1"))


def _taken(parameter: Parameter, value: str) -> bool:
    try:
        parameter.term(value)
    except ParameterFault:
        return False
    return True


# Headers of queries


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("#+ endpoint: http://example.org/sparql", "no place for 'endpoint': a query is asked of the endpoint"),
        ("#+ defaults: [{p: x}]", "no place for 'defaults': a default stands with its parameter"),
        ("#+ enumerate: [p]", "no place for 'enumerate': choices stand with their parameter"),
        ("#+ method: POST", "no place for 'method': a query is asked by GET"),
        ("#+ summery: x", "unknown keys: summery"),
        ("#+ pagination: many", "pagination is a number of rows, not 'many'"),
        ("#+ pagination: true", "pagination is a number of rows, not True"),
        ("#+ params: {_page: {type: integer}}", "names that open with _ are the endpoint's"),
        ("#+ params: {p: {type: datum}}", "there is no type datum; a type is one of date, year, integer"),
    ],
)
def test_a_header_that_is_not_understood_is_refused(tmp_path: Path, line: str, fault: str) -> None:
    path = tmp_path / "one.rq"
    path.write_text(f"{HEADER.format(name='One')}{line}\nSELECT ?s WHERE {{ ?s ?p ?o }}\n", encoding="utf-8")
    with pytest.raises(FileError, match=re.escape(fault)):
        canned(tmp_path)


def test_a_query_with_pagination_answers_in_pages_from_the_start(tmp_path: Path) -> None:
    publish_small(tmp_path, extra=invented_lines())
    folder = tmp_path / "queries"
    folder.mkdir()
    text = f"{HEADER.format(name='Paged')}#+ pagination: 10\n{PREFIXES}{QUERIES['numbered']}\n"
    (folder / "paged.rq").write_text(text, encoding="utf-8")
    known = canned(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queries, "canned", lambda: known)
        with serving(tmp_path) as web:
            answer = web.get("/queries/paged.json")
            assert len(answer.json()["results"]["bindings"]) == 10
            assert answer.links["next"]["url"] == "/queries/paged.json?_page=2&_size=10"
            assert len(rows(web, "/queries/paged.json?_size=20")) == 20


# OpenAPI


def described(web: httpx.Client) -> dict[str, Any]:
    document: dict[str, Any] = web.get("/openapi.json").raise_for_status().json()
    return document


def test_the_description_names_every_query_and_every_parameter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "canned", canned)
    document = openapi.openapi(FastAPI())
    assert document["openapi"].startswith("3.1")
    for name, query in SHIPPED.items():
        operation = document["paths"][f"/queries/{name}.{{format}}"]["get"]
        assert operation["summary"] == query.summary
        assert operation["description"].startswith(query.description)
        assert operation["tags"] == list(query.tags)
        given = [p for p in operation["parameters"] if p.get("in") == "query"]
        assert [p["name"] for p in given] == list(query.params)
        for parameter in given:
            Draft202012Validator.check_schema(parameter["schema"])
            valid = Draft202012Validator(parameter["schema"], format_checker=FormatChecker()).is_valid
            assert valid(parameter["example"])
            assert valid(parameter["schema"].get("default", parameter["example"]))
            assert bool(query.params[parameter["name"]].choices) == ("externalDocs" in parameter["schema"])
        assert ({"$ref": "#/components/parameters/_page"} in operation["parameters"]) == (query.form == "SELECT")
    identifiers = [o["operationId"] for path in document["paths"].values() for o in path.values() if "operationId" in o]
    assert len(identifiers) == len(set(identifiers))
    assert _unresolved(document) == []


def _unresolved(document: dict[str, Any]) -> list[str]:
    """The references of a document that lead nowhere."""
    missing = []
    for reference in set(re.findall(r'"\$ref": "([^"]*)"', json.dumps(document))):
        node: Any = document
        for step in reference.removeprefix("#/").split("/"):
            node = node.get(step, {})
        if not node:
            missing.append(reference)
    return missing


def test_what_the_description_says_of_a_query_can_be_had(web: httpx.Client) -> None:
    document = described(web)
    for path, operations in document["paths"].items():
        if not re.fullmatch(r"/queries/[^{]*\.\{format\}", path) or "abroad" in path:
            continue
        operation = operations["get"]
        declared = set(operation["responses"]["200"]["content"])
        seen = set()
        (names,) = [p["schema"]["enum"] for p in operation["parameters"] if p.get("in") == "path"]
        for name in names:
            answer = web.get(path.replace("{format}", name))
            assert answer.status_code == 200
            seen.add(answer.headers["content-type"].split(";")[0])
        assert seen == declared


def test_the_link_to_the_choices_leads_to_them(web: httpx.Client) -> None:
    parameters = described(web)["paths"]["/queries/changes.{format}"]["get"]["parameters"]
    (party,) = [p for p in parameters if p.get("name") == "party"]
    choices = web.get(party["schema"]["externalDocs"]["url"]).json()["choices"]
    assert all(Draft202012Validator(party["schema"]).is_valid(choice["value"]) for choice in choices)


def test_a_new_query_is_described_by_itself_and_the_description_made_once(tmp_path: Path) -> None:
    app = FastAPI()
    folder = write_queries(tmp_path / "queries")
    read = canned.__wrapped__  # past its cache
    before = read(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queries, "canned", lambda: before)
        first = openapi.openapi(app)
        assert openapi.openapi(app) is first
        (folder / "fresh.rq").write_text(f"{HEADER.format(name='Fresh')}ASK {{ ?s ?p ?o }}\n", encoding="utf-8")
        after = read(folder)
        patch.setattr(queries, "canned", lambda: after)
        assert "/queries/fresh.{format}" in openapi.openapi(app)["paths"]
        assert "/queries/fresh.{format}" not in first["paths"]


def test_the_formats_of_tables_are_not_offered_where_they_cannot_be_written() -> None:
    assert not {fmt.name for fmt in spreadsheets.FORMATS} & set(BY_NAME)
