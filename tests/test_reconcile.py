"""The reconciliation service over HTTP: the W3C's schemas pass, a match can be trusted, hostile input is refused."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from kg.builds import Build
from kg.iris import ID, NAMESPACES
from kg.mapping import mapping
from kg.paths import ROOT
from kg.serve.reconcile.offered import properties, types
from kg.serve.settings import Fairness, Settings
from tests.endpoint_support import serving
from tests.perturbed import ask as ask_in_ways
from tests.perturbed import questions

Json = dict[str, Any]

SCHEMAS = ROOT / ".venv" / "share" / "reconciliation-0.2"
SOUBRY, BROXTOWE = "person/anna-soubry", "council/broxtowe-borough-council"


@pytest.fixture(scope="module")
def seed(published: Path) -> Iterator[httpx.Client]:
    """A client of a server over the build of this repository's data."""
    with serving(published) as client:
        yield client


@pytest.fixture(scope="module")
def wide(invented: Build) -> Iterator[httpx.Client]:
    """A client of a server over the invented councils, where two councillors are called John Ash."""
    with serving(invented.folder.parent.parent) as client:
        yield client


@pytest.fixture(scope="module")
def specification() -> Registry[Any]:
    """The JSON schemas of the specification, by the names of their files."""
    if not SCHEMAS.is_dir():
        pytest.skip("the schemas of the Reconciliation API are not there: run tests/tools.sh")
    documents = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in SCHEMAS.glob("*.json")}
    openapi = documents.pop("openapi")
    resources = [(f"urn:{name}", DRAFT7.create_resource(document)) for name, document in documents.items()]
    of_type = DRAFT7.create_resource(documents["type"])
    named: list[tuple[str, Resource[Any]]] = [
        (documents["type"]["$id"], of_type),
        ("http://swagger.io/v2/schema.json", DRAFT7.create_resource(openapi)),
    ]
    return Registry().with_resources([*resources, *named])


def check(specification: Registry[Any], name: str, answer: object) -> None:
    schema = specification.contents(f"urn:{name}")
    Draft7Validator(schema, registry=specification).validate(answer)


def ask(client: httpx.Client, *queries: Json) -> list[list[Json]]:
    """The candidates of some queries, sent as one batch."""
    batch = {f"q{i}": query for i, query in enumerate(queries)}
    answer = client.post("/reconcile", data={"queries": json.dumps(batch)})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert list(found) == list(batch)
    return [found[key]["result"] for key in batch]


def matched(client: httpx.Client, query: str, **given: Any) -> str | None:
    """The one candidate that is surely meant; it is the first."""
    [found] = ask(client, {"query": query, **given})
    sure = [candidate["id"] for candidate in found if candidate["match"]]
    assert sure in ([], [found[0]["id"]] if found else [])
    return sure[0] if sure else None


def known_as(pid: str, value: object) -> Json:
    return {"properties": [{"pid": pid, "v": value}]}


def test_the_manifest_passes_its_schema_and_leads_to_addresses_that_answer(
    seed: httpx.Client, specification: Registry[Any]
) -> None:
    answer = seed.get("/reconcile", headers={"Origin": "https://openrefine.example"})
    manifest = answer.json()
    check(specification, "manifest", manifest)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert (manifest["identifierSpace"], manifest["schemaSpace"]) == (ID, NAMESPACES["pd"])
    assert {found["id"] for found in manifest["defaultTypes"]} >= {"Person", "Party", "Council", "Defection"}
    encoded = quote(SOUBRY, safe="")
    for address in (manifest["view"]["url"], manifest["preview"]["url"]):
        assert seed.get(address.replace("{{id}}", encoded)).status_code == 200


def test_a_batch_passes_the_schemas_both_ways(seed: httpx.Client, specification: Registry[Any]) -> None:
    batch = {
        "q0": {"query": "Anna Soubry", "type": "Person", "limit": 3, "type_strict": "should"},
        "q1": {"query": "Broxtowe", "type": ["Council", "Parliament"]},
        "q2": {"query": "Soubry", **known_as("body", [{"id": "body/house-of-commons"}, "House of Lords", 7, True])},
        "q3": known_as("electoralCommissionId", "PP12700"),
        "q4": {"query": "nobody is called this"},
        "": {"query": "💥 <script>"},
    }
    check(specification, "reconciliation-query-batch", batch)
    posted = seed.post("/reconcile", data={"queries": json.dumps(batch)}).json()
    check(specification, "reconciliation-result-batch", posted)
    assert seed.get("/reconcile", params={"queries": json.dumps(batch)}).json() == posted
    assert posted["q3"]["result"][0]["id"] == "party/alba"
    assert posted["q4"]["result"] == posted[""]["result"] == []
    assert all(0 <= c["score"] <= 100 for answer in posted.values() for c in answer["result"])


@pytest.mark.parametrize(
    "name", ["Anna Soubry", "anna soubry", "SOUBRY, Anna", "Rt Hon Anna Soubry MP", SOUBRY, ID + SOUBRY]
)
def test_the_very_name_or_an_id_is_a_match(seed: httpx.Client, name: str) -> None:
    assert matched(seed, name) == SOUBRY


@pytest.mark.parametrize("name", ["A Soubry", "Anna Subry", "Anna Mary Soubry"])
def test_a_name_that_is_only_near_is_a_match_where_something_else_agrees(seed: httpx.Client, name: str) -> None:
    assert matched(seed, name) is None
    assert matched(seed, name, **known_as("body", "House of Commons")) == SOUBRY
    assert matched(seed, name, **known_as("body", "Broxtowe Borough Council")) is None


def test_a_name_of_its_own_is_no_slip_for_another(wide: httpx.Client) -> None:
    assert matched(wide, "Tom Rixx", **known_as("body", "Wexmoor")) == "person/tom-rix-wexmoor"
    assert matched(wide, "Vi Shawe", **known_as("body", "Wexmoor")) == "person/vi-shaw-wexmoor"
    assert matched(wide, "Una Kerr", **known_as("body", "Wexmoor")) is None
    assert matched(wide, "Cal Wyn", **known_as("body", "Wexmoor")) is None  # as Wyn Lodge is called


def test_a_family_name_alone_is_no_match_for_a_title(wide: httpx.Client) -> None:
    assert matched(wide, "Lord Marsh") == "person/jude-marsh-bishop-of-anyford-90010"
    assert matched(wide, "Marsh") is None
    assert matched(wide, "Baroness Marsh") is None


def test_namesakes_are_no_match_until_something_tells_them_apart(wide: httpx.Client) -> None:
    [both] = ask(wide, {"query": "John Ash", "type": "Person"})
    assert [found["name"] for found in both] == ["John Ash", "John Ash"]
    assert not any(found["match"] for found in both)
    assert matched(wide, "John Ash", **known_as("body", "Anyford")) is None  # both sit there
    wards = {ward: matched(wide, "John Ash", **known_as("electorate", ward)) for ward in ("Hill", "Brook")}
    assert set(wards.values()) == {found["id"] for found in both}
    parties = [matched(wide, "John Ash", **known_as("affiliation", party)) for party in ("Conservative", "Labour")]
    assert parties == [wards["Hill"], wards["Brook"]]


def test_a_year_in_office_tells(wide: httpx.Client) -> None:
    years = (2020, 2020.0, "2020", "2020-06-01", "2020-06-01T00:00:00Z", "01/06/2020", 1950, "long ago")
    found = [matched(wide, "Cleo Far", **known_as("inOffice", year)) for year in years]
    assert found == ["person/cleo-farr-90003"] * 6 + [None] * 2


def test_what_disagrees_is_never_a_match(seed: httpx.Client) -> None:
    assert matched(seed, "Anna Soubry", **known_as("body", "House of Lords")) is None
    assert matched(seed, "Broxtowe Borough Council", **known_as("gss", "E07000172")) == BROXTOWE
    assert matched(seed, "Broxtowe Borough Council", **known_as("gss", "E07000999")) is None


def test_a_value_that_nobody_understands_neither_agrees_nor_disagrees(seed: httpx.Client) -> None:
    assert matched(seed, "Anna Soubry", **known_as("body", "The Moot of Nowhere")) == SOUBRY
    assert matched(seed, "Anna Subry", **known_as("body", "The Moot of Nowhere")) is None


def test_a_type_leaves_others_out(seed: httpx.Client) -> None:
    [everything, councils] = ask(seed, {"query": "Broxtowe"}, {"query": "Broxtowe", "type": "pd:Council"})
    assert len({found["type"][0]["id"] for found in everything}) > 1
    assert [found["id"] for found in councils] == [BROXTOWE]
    strict = {"query": "Broxtowe", "type": ["Council", "ElectedBody"], "type_strict": "all"}
    [both, neither] = ask(seed, strict, {**strict, "type": ["Council", "Party"]})
    assert [found["id"] for found in both] == [BROXTOWE]
    assert neither == []


def test_candidates_are_no_more_than_asked_for(wide: httpx.Client) -> None:
    assert [len(found) for found in ask(wide, {"query": "Ash", "limit": 1}, {"query": "John Ash", "limit": 2})] == [
        1,
        2,
    ]


def test_features_tell_what_a_score_is_made_of(seed: httpx.Client) -> None:
    [[found]] = ask(seed, {"query": "Anna Soubry", "limit": 1, **known_as("body", "House of Lords")})
    features = {feature["id"]: feature["value"] for feature in found["features"]}
    assert features == {"name_likeness": 100, "same_name": True, "agreeing": 0, "disagreeing": 1}
    assert found["score"] == 70


def test_suggestions_pass_their_schemas(seed: httpx.Client, specification: Registry[Any]) -> None:
    for kind, name, prefix in (
        ("entity", "entities", "soub"),
        ("type", "types", "elec"),
        ("property", "properties", "reg"),
    ):
        answer = seed.get(f"/reconcile/suggest/{kind}", params={"prefix": prefix}).json()
        check(specification, f"suggest-{name}-response", answer)
        assert answer["result"], kind
        first = answer["result"][0]["id"]
        flyout = seed.get(f"/reconcile/flyout/{kind}", params={"id": first}).json()
        assert flyout["id"] == first
        assert answer["result"][0]["name"] in flyout["html"]


@pytest.mark.parametrize("prefix", [SOUBRY, ID + SOUBRY, "anna soub"])
def test_an_id_as_prefix_finds_the_entity(seed: httpx.Client, prefix: str) -> None:
    assert seed.get("/reconcile/suggest/entity", params={"prefix": prefix}).json()["result"][0]["id"] == SOUBRY


def test_a_cursor_goes_on_where_suggestions_ended(seed: httpx.Client) -> None:
    every = seed.get("/reconcile/suggest/property", params={"prefix": ""}).json()["result"]
    later = seed.get("/reconcile/suggest/property", params={"prefix": "", "cursor": 3}).json()["result"]
    assert later[: len(every) - 3] == every[3:]
    nobody = seed.get("/reconcile/suggest/entity", params={"prefix": "soub", "cursor": 400}).json()
    assert nobody == {"result": []}


def test_properties_of_a_type_are_those_of_the_mapping(seed: httpx.Client, specification: Registry[Any]) -> None:
    answer = seed.get("/reconcile/properties", params={"type": "Council", "limit": 5}).json()
    check(specification, "data-extension-property-proposal", answer)
    assert answer["type"] == "Council"
    assert answer["limit"] == 5
    assert [found["id"] for found in answer["properties"]] == ["gss", "councilType", "region", "start", "end"]
    every = seed.get("/reconcile/properties", params={"type": "Council"}).json()["properties"]
    own = {name for name in mapping()["body"].properties if name in properties()}
    assert {found["id"] for found in every} == own


def test_every_type_is_a_class_and_every_property_has_a_name() -> None:
    assert all(table in mapping() for found in types().values() for table in [found.table])
    assert all(offered.name and offered.ways and offered.tables for offered in properties().values())


def test_values_are_fetched_as_entities_numbers_and_dates_that_are_not_padded(
    seed: httpx.Client, specification: Registry[Any]
) -> None:
    asked = {
        "ids": [SOUBRY, "party/broxtowe-alliance", "defection/broxtowe-councillors-from-labour", "person/nobody"],
        "properties": [{"id": name} for name in ("body", "registered", "founded", "effectiveCount", "changeOfSide")],
    }
    check(specification, "data-extension-query", asked)
    answer = seed.post("/reconcile", data={"extend": json.dumps(asked)}).json()
    check(specification, "data-extension-response", answer)
    rows = answer["rows"]
    assert rows[SOUBRY]["body"] == [{"id": "body/house-of-commons", "name": "House of Commons"}]
    assert rows["party/broxtowe-alliance"]["registered"] == [{"date": "2025-02-19T00:00:00Z"}]
    assert rows["party/broxtowe-alliance"]["founded"] == [{"str": "2025-01"}]
    assert rows["defection/broxtowe-councillors-from-labour"]["effectiveCount"] == [{"int": 18}]
    assert rows[SOUBRY]["changeOfSide"][0]["id"] == "defection/anna-soubry-from-conservative"
    assert set(map(str, rows["person/nobody"].values())) == {"[]"}
    assert [meta.get("type", {}).get("id") for meta in answer["meta"]] == [
        "ElectedBody",
        None,
        None,
        None,
        "AffiliationChange",
    ]


def test_settings_limit_values_or_count_them(wide: httpx.Client) -> None:
    who = matched(wide, "Ottoline Quarrie")
    spec = [{"id": "body"}, {"id": "body", "settings": {"limit": "1"}}, {"id": "body", "settings": {"count": True}}]
    rows = [
        wide.post("/reconcile", data={"extend": json.dumps({"ids": [who], "properties": [one]})}).json()["rows"][who]
        for one in spec
    ]
    assert len(rows[0]["body"]) == 2
    assert rows[1]["body"] == rows[0]["body"][:1]
    assert rows[2]["body"] == [{"int": 2}]


def test_a_preview_is_small_escaped_and_can_stand_in_a_frame(seed: httpx.Client) -> None:
    answer = seed.get("/reconcile/preview", params={"id": SOUBRY})
    assert answer.headers["Content-Type"].startswith("text/html")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors *" in policy
    assert len(answer.content) < 5000
    assert "House of Commons" in answer.text
    assert "<script" not in answer.text


NESTED = "[" * 50_000
MANY = json.dumps({f"q{i}": {"query": "a"} for i in range(51)})


@pytest.mark.parametrize(
    ("sent", "status", "told"),
    [
        ("{", 400, "not JSON"),
        (NESTED, 400, "nested"),
        ('{"q0": ' + "[" * 900 + "]" * 900 + "}", 400, "q0"),
        ("[]", 400, "not of type 'object'"),
        ("{}", 400, "queries"),
        (MANY, 413, "51 queries"),
        ('{"q0": {"query": "' + "a" * 1001 + '"}}', 400, "q0.query"),
        ('{"q0": {"query": "' + "a" * 1_000_000 + '"}}', 413, "longer than"),
        ('{"q0": {"query": 7}}', 400, "q0.query"),
        ('{"q0": {}}', 400, "q0"),
        ('{"q0": {"query": "a", "limit": -1}}', 400, "limit"),
        ('{"q0": {"query": "a", "limit": 1e400}}', 400, "limit"),
        ('{"q0": {"query": "a", "limit": NaN}}', 400, "NaN"),
        ('{"q0": {"query": "a", "limit": ' + "9" * 5000 + "}}", 400, "queries"),
        ('{"q0": {"query": "a", "type": "Wizard"}}', 400, "'Wizard'"),
        ('{"q0": {"query": "a", "type": {"id": "Person"}}}', 400, "q0.type"),
        ('{"q0": {"query": "a", "properties": [{"pid": "shoeSize", "v": 7}]}}', 400, "'shoeSize'"),
        ('{"q0": {"query": "a", "properties": [{"pid": "body"}]}}', 400, "'v'"),
        ('{"q0": {"query": "a", "properties": [{"pid": "body", "v": null}]}}', 400, "properties"),
        ('{"q0": {"query": "\\ud800"}}', 400, "half a character"),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_hostile_queries_are_refused_with_the_place_that_is_wrong(
    seed: httpx.Client, sent: str, status: int, told: str
) -> None:
    answer = seed.post("/reconcile", data={"queries": sent})
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert told in answer.json()["detail"]
    assert len(answer.content) < 5000


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/reconcile?queries=a&queries=b", 400),
        ("/reconcile?queries={}&extend={}", 400),
        ("/reconcile?extend={}", 400),
        ('/reconcile?extend={"ids":["a"],"properties":[{"id":"shoeSize"}]}', 400),
        ('/reconcile?extend={"ids":["a"],"properties":[{"id":"body","settings":{"limit":-1}}]}', 400),
        ("/reconcile/suggest/wizard?prefix=a", 404),
        ("/reconcile/suggest/entity?prefix=a&cursor=-1", 400),
        ("/reconcile/suggest/entity?prefix=" + "a" * 201, 400),
        ("/reconcile/suggest/entity?prefix=a&type=Wizard", 400),
        ("/reconcile/flyout/entity?id=person/nobody", 404),
        ("/reconcile/flyout/type?id=Wizard", 404),
        ("/reconcile/flyout/entity", 400),
        ("/reconcile/preview?id=person/nobody", 404),
        ("/reconcile/preview", 400),
        ("/reconcile/nothing", 404),
    ],
)
def test_other_addresses_refuse_what_they_do_not_know(seed: httpx.Client, address: str, status: int) -> None:
    assert seed.get(address).status_code == status


def test_only_a_form_can_be_posted(seed: httpx.Client) -> None:
    assert seed.post("/reconcile", json={"q0": {"query": "a"}}).status_code == 415
    assert seed.post("/reconcile", data={"nothing": "here"}).status_code == 400


@pytest.mark.parametrize(
    "value", ['"', "\\", "x> ?a ?b . SERVICE <http://127.0.0.1/", "} UNION { ?id ?p ?o", "\n", "'''", "<>", "%00"]
)
def test_no_value_escapes_into_the_query_that_looks_it_up(seed: httpx.Client, value: str) -> None:
    for pid in ("body", "identifier", "exactMatch", "effectiveCount"):
        for v in (value, {"id": value}):
            [found] = ask(seed, known_as(pid, v))
            assert found == []
    asked = {"ids": [value], "properties": [{"id": "body"}]}
    rows = seed.post("/reconcile", data={"extend": json.dumps(asked)}).json()["rows"]
    assert rows == {value: {"body": []}}


def test_a_spreadsheet_is_reconciled_as_openrefine_does(wide: httpx.Client) -> None:
    """The manifest; some rows to guess a type; the column with another beside it; a preview; columns from matches."""
    manifest = wide.get("/reconcile").json()
    rows = [
        ("Cllr Ann Reed", "Great Anyshire"),
        ("John Ash", "Anyford"),
        ("Nobody Known", "Anyford"),
        ("Tom Rix", "Wexmoor"),
    ]
    guessed = ask(wide, *({"query": name, "limit": 3} for name, _ in rows))
    best = {found[0]["type"][0]["id"] for found in guessed if found}
    assert best == {"Person"}
    suggest = manifest["suggest"]["property"]
    offered = wide.get(suggest["service_url"] + suggest["service_path"], params={"prefix": "body", "type": "Person"})
    assert offered.json()["result"][0]["id"] == "body"
    cells = ask(
        wide,
        *(
            {"query": name, "type": "Person", "type_strict": "should", "properties": [{"pid": "body", "v": council}]}
            for name, council in rows
        ),
    )
    judgements = [next((found["id"] for found in cell if found["match"]), None) for cell in cells]
    assert [bool(found) for found in judgements] == [True, False, False, True]
    encoded = quote(str(judgements[0]), safe="")
    assert "Ann Reed" in wide.get(manifest["preview"]["url"].replace("{{id}}", encoded)).text
    proposal = manifest["extend"]["propose_properties"]
    proposed = wide.get(proposal["service_url"] + proposal["service_path"], params={"type": "Person"}).json()
    wanted = [{"id": found["id"]} for found in proposed["properties"][:2]]
    matched_ids = [found for found in judgements if found]
    extended = wide.post("/reconcile", data={"extend": json.dumps({"ids": matched_ids, "properties": wanted})}).json()
    labels = {cell["name"] for cell in extended["rows"][judgements[0]]["body"]}
    assert any(label.startswith("Great Anyshire") for label in labels)


def test_a_client_that_asks_too_much_is_told_when_it_may_again(published: Path) -> None:
    with serving(published, Settings(fairness=Fairness(seconds=0.0001, seconds_refill=0.0001))) as client:
        statuses = [
            client.post("/reconcile", data={"queries": '{"q": {"query": "Anna Subry"}}'}).status_code for _ in range(5)
        ]
    assert statuses[0] == 200
    assert statuses[-1] == 429


def test_a_build_of_an_earlier_version_is_served_without_the_service(web: httpx.Client) -> None:
    assert web.get("/reconcile").status_code == 200
    assert web.post("/reconcile", data={"queries": '{"q": {"query": "ann"}}'}).status_code == 503


def test_a_match_can_be_trusted_however_a_name_is_written(wide: httpx.Client, invented: Build) -> None:
    """The protocol of tests/perturbed.py, which tests.benchmarks.reconcile puts to a build of the real councils."""
    found = ask_in_ways(wide, list(questions(invented.dumps, random.Random(7), 40)))
    wrong = [mistake for counts in found.values() for mistake in counts.wrong]
    matched, right = sum(c.matched for c in found.values()), sum(c.right for c in found.values())
    assert right / matched >= 0.99, wrong
    told = [counts for (way, beside), counts in found.items() if beside == "council: electorate" and way == "as it is"]
    assert sum(c.right for c in told) / sum(c.asked for c in told) >= 0.9
    assert any(way == "somebody else" for way, _ in found)
