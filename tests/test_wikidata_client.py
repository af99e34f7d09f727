"""The live services, asked politely: in batches, patiently, and never twice; against a real server on loopback."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.builds import Build
from kg.sources.fetch.download import Patience
from kg.wikidata.client import WikidataClient, WikidataError, wikidata_client
from kg.wikidata.linking import link_wikidata
from kg.wikidata.linking.candidates import live_candidates
from tests.invented_items import OKORO, OKORO_DIPLOMAT, entity_of, labelled_offices
from tests.test_cli import kg
from tests.wikidata_server import Reply, WikidataServer, lagging, wikidata_server

SOON = Patience(attempts=3, first_wait=0.01, longest_wait=2.0)


@pytest.fixture
def server() -> Iterator[WikidataServer]:
    with wikidata_server() as running:
        running.entities = {f"Q{n}": {"id": f"Q{n}"} for n in range(1, 121)}
        yield running


@pytest.fixture
def client(server: WikidataServer, tmp_path: Path) -> Iterator[WikidataClient]:
    with wikidata_client(tmp_path / "answers", server.services, SOON) as opened:
        yield opened


def test_items_are_asked_for_fifty_at_once_and_once_only(server: WikidataServer, client: WikidataClient) -> None:
    wanted = [f"Q{n}" for n in range(120, 0, -1)]
    assert [qid for qid, _ in client.entities([*wanted, "Q1"])] == [f"Q{n}" for n in range(1, 121)]
    assert server.batches() == [50, 50, 20]
    assert len(list(client.entities(wanted))) == 120
    assert len(server.asked) == 3


def test_every_request_says_who_asks_and_gives_way_to_lagging_databases(
    server: WikidataServer, client: WikidataClient
) -> None:
    list(client.entities(["Q1"]))
    ((_, form, agent),) = server.asked
    assert agent.startswith("party-defections/")
    assert "https://w3id.org/party-defections/" in agent
    assert form["maxlag"] == "5"


def test_a_merged_item_comes_by_the_number_that_it_was_asked_by_and_a_missing_one_not(
    server: WikidataServer, client: WikidataClient
) -> None:
    server.merged = {"Q200": "Q7"}
    assert [(qid, entity["id"]) for qid, entity in client.entities(["Q200", "Q999"])] == [("Q200", "Q7")]


@pytest.mark.parametrize("trouble", [lagging(), Reply(429, {"Retry-After": "0"}), Reply(503), Reply(502, {}, "<html>")])
def test_what_passes_is_waited_for(server: WikidataServer, client: WikidataClient, trouble: Reply) -> None:
    server.instead.append(trouble)
    assert [qid for qid, _ in client.entities(["Q1"])] == ["Q1"]
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("replies", "fault"),
    [
        (
            [Reply(503)] * 3,
            r"w/api.php: given up after 3 attempts: 503 Service Unavailable; what came so far is kept in",
        ),
        ([Reply(429, {"Retry-After": "3600"})], r"429 Too Many Requests, and asks to wait 3,600 seconds: go on then"),
        ([lagging(900)], r"maxlag: Waiting for db1: 7 seconds lagged., and asks to wait 900 seconds"),
        ([Reply(403, {}, "Please set a user agent.\n")], r"403 Forbidden: Please set a user agent"),
        ([Reply(302, {"Location": "http://10.0.0.1/"})], r"302 Found, to http://10.0.0.1/, which is not followed"),
        ([Reply(200, {"Content-Type": "text/html"}, "<p>")], r"the answer is no JSON, but text/html"),
        ([Reply(200, {}, '{"error": {"code": "badid", "info": "No."}}')], r"w/api.php: badid: No\."),
    ],
)
def test_what_does_not_pass_is_an_error_that_names_the_address(
    server: WikidataServer, client: WikidataClient, replies: list[Reply], fault: str
) -> None:
    server.instead.extend(replies)
    with pytest.raises(WikidataError, match=fault):
        list(client.entities(["Q1"]))


def test_a_run_that_broke_off_goes_on_where_it_was(server: WikidataServer, client: WikidataClient) -> None:
    server.instead.extend([Reply(body='{"entities": {"Q1": {"id": "Q1"}}}'), *[Reply(500)] * 3])
    with pytest.raises(WikidataError):
        list(client.entities(f"Q{n}" for n in range(1, 101)))
    asked = len(server.asked)
    list(client.entities(f"Q{n}" for n in range(1, 101)))
    assert len(server.asked) == asked + 1


def test_an_answer_that_has_aged_is_asked_for_again(server: WikidataServer, tmp_path: Path) -> None:
    with wikidata_client(tmp_path, server.services, SOON, good_for=0.0) as client:
        assert len(list(client.entities(["Q1"])) + list(client.entities(["Q1"]))) == 2
    assert len(server.asked) == 2


def test_the_reconciliation_service_must_answer_every_query(server: WikidataServer, client: WikidataClient) -> None:
    server.candidates = {"Ann": [{"id": "Q1"}]}
    assert list(client.reconcile([{"query": "Ann"}, {"query": "Bob"}])) == [[{"id": "Q1"}], []]
    server.instead.append(Reply(body='{"q0": {"result": []}}'))
    with pytest.raises(WikidataError, match="2 queries were asked, and the answer is not one for each"):
        list(client.reconcile([{"query": "Cy"}, {"query": "Di"}]))


def test_the_live_services_give_the_candidates(server: WikidataServer, client: WikidataClient, invented: Build) -> None:
    fill(server)
    found = link_wikidata(invented, live_candidates(client, ["person/bram-okoro-90002"]))
    assert [(link.ref, link.qid) for link in found.of("accepted")] == [("person/bram-okoro-90002", OKORO.qid)]
    assert [form for path, form, _ in server.asked if path == "/en/api" and '"type": "Q5"' in form["queries"]]


def test_the_command_asks_the_services_that_it_is_told(server: WikidataServer, invented: Build, tmp_path: Path) -> None:
    fill(server)
    (tmp_path / "current").symlink_to(invented.folder)
    services = ["--api", server.services.api, "--reconcile", server.services.reconcile]
    done = kg("link", "wikidata", "--live", "--only", "person/bram-okoro-90002", *services, home=tmp_path)
    assert "person: 1 linked" in done.stdout, done.stderr
    assert OKORO.qid in (tmp_path / "links" / "wikidata.sssom.tsv").read_text(encoding="utf-8")


def fill(server: WikidataServer) -> None:
    """The two of one name, and the office and the district that one of them names."""
    known = [entity_of(OKORO), entity_of(OKORO_DIPLOMAT), *labelled_offices([OKORO])]
    server.entities = {entity["id"]: entity for entity in known}
    server.candidates = {"Bram Okoro": [{"id": OKORO.qid, "score": 100}, {"id": OKORO_DIPLOMAT.qid, "score": 100}]}
