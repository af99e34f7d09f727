"""Which items of Wikidata the things of a build are: candidates, weights, verdicts, and what people decide."""

import bz2
import csv
import datetime as dt
import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.builds import Build
from kg.errors import FaultsFound, FileError, KgError, UnknownName
from kg.evaluate.wikidata import evaluate_wikidata
from kg.link.crosswalk import NONE, read_crosswalk
from kg.paths import DATA
from kg.wikidata.linking import Found, explain, link_wikidata
from kg.wikidata.linking.candidates import pool_candidates
from kg.wikidata.linking.deciding import Decided, Link, decide
from kg.wikidata.linking.files import doubtful_path, links_path, read_doubtful_links, write_found
from kg.wikidata.linking.reviewing import decisions_path, review
from kg.wikidata.linking.settings import read_link_settings
from tests.invented_items import (
    COMMONS,
    OKORO,
    OTHERS,
    PEOPLE,
    Item,
    Seat,
    entity_of,
    write_dump,
    write_results,
    write_table,
)
from tests.test_cli import kg

TODAY = dt.date(2026, 11, 24)
SETTINGS = read_link_settings()
_NOTHING = Decided()
HEAD = "qid\tkind\tlabel\taliases\tdescription\tbirth_date\tdeath_date\tgender\tparty_qid\tfacts"
ROW = "\tperson\tBram Okoro\t\t\t1950\t\t\t\t"  # of a table, but for the item before it and the facts behind it


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_table(tmp_path_factory.mktemp("pool") / "pool.tsv", [*PEOPLE, *OTHERS])


@pytest.fixture(scope="module")
def found(invented: Build, pool: Path) -> Found:
    return link_wikidata(invented, pool_candidates(pool))


def linked(found: Found) -> dict[str, str]:
    return {link.ref: link.qid for link in found.of("accepted")}


def test_who_sat_on_the_same_seats_from_the_same_days_on_is_linked(found: Found) -> None:
    assert linked(found)["person/bram-okoro-90002"] == "Q99001001"
    assert linked(found)["person/gwen-prosser-90007"] == "Q99001005"


def test_a_peer_is_found_by_the_title(found: Found) -> None:
    assert linked(found)["person/lord-quill-of-wexmoor-90009"] == "Q99001004"


@pytest.mark.parametrize(
    ("ref", "why"),
    [
        ("person/cleo-farr-90003", "the item sat on the same body in another age"),
        ("person/ray-elm-anyford", "a candidate may be another of the name"),
        ("person/dev-lindqvist-90004", "the item died before"),
        ("person/juliet-campbell", "people rejected the athlete"),
        ("council/st-albans-parish-council", "a parish is no district"),
        ("council/old-heath-district-council", "the item is the area"),
        ("council/great-anyshire-county-council", "the item is the legislature"),
        ("party/aspire-pp6713", "the item is a party of France"),
        ("party/friends-of-anyford-green-ppm99004", "the item is a party of Denmark"),
    ],
)
def test_the_answer_is_none_where(found: Found, ref: str, why: str) -> None:
    assert ref not in linked(found), why


def test_councils_and_parties_are_found_by_their_names(found: Found) -> None:
    assert linked(found)["council/glen-any-council"] == "Q99001011"
    assert linked(found)["party/anyford-alliance-pp99002"] == "Q99001015"


def test_a_namesake_without_a_seat_gets_nothing(found: Found) -> None:
    assert "Q99001002" not in linked(found).values()


def test_every_weight_is_told_with_its_finding(invented: Build, pool: Path) -> None:
    evidence, labels = explain(invented, pool_candidates(pool), "person/bram-okoro-90002")
    assert labels == {"Q99001001": "Bram Okoro", "Q99001002": "Bram Okoro"}
    assert list(evidence) == ["Q99001001", "Q99001002"]
    findings = {e.comparison: e.finding for e in evidence["Q99001001"]}
    assert findings["seats"] == "seats from the same days on, and none that the other has not"
    assert findings["electorate"] == "an electorate in common"
    assert findings["party"] == "a party in common"
    assert {e.comparison: e.weight for e in evidence["Q99001002"]}["seats"] < 0
    with pytest.raises(UnknownName, match="no person, affiliation, body or electorate person/nobody"):
        explain(invented, pool_candidates(pool), "person/nobody")


@pytest.mark.parametrize("name", ["dump.json", "dump.json.gz", "dump.bz2", "results.srj.gz"])
def test_a_table_a_dump_and_sparql_results_are_told_apart_and_say_the_same(
    invented: Build, found: Found, tmp_path: Path, name: str
) -> None:
    people = [item for item in PEOPLE if item.seats and not item.died]  # results tell of no deaths
    write = write_results if "srj" in name else write_dump
    other = link_wikidata(invented, pool_candidates(write(tmp_path / name, people)))
    assert linked(other) == {ref: qid for ref, qid in linked(found).items() if ref.startswith("person/")}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("name,party\nA,B\n", r"pool:1: neither a pool \(qid, kind, .*\), a Wikidata dump nor SPARQL results"),
        ("qid\tkind\tlabel\n", r"pool:1: no column aliases, description"),
        ('[\n{"id": "Q1"},\n{"id": \n]\n', r"pool:3: not JSON"),
        ('{"head": {"vars": ["x"]},\n"results": {"bindings": []}}', r"the results need \?item and one of \?itemLabel"),
        ("[\n]\n", r"no candidate in it"),
        ('{"id": "Q1", "claims": {"P31": 5}}\n', r"pool:1: no item of Wikidata in JSON"),
        (f"{HEAD}\nQ1\tperson\n", r"pool:2: 2 cells, where there are 10 columns"),
        (f"{HEAD}\nP1{ROW}\n", r"pool:2: qid: 'P1' is no item"),
        (f"{HEAD}\nQ1{ROW}\nQ2{ROW}\nQ1{ROW}\n", r"pool:4: qid: Q1 stands in line 2 too"),
        (f"{HEAD}\nQ1{ROW.replace('1950', '1950-02-30')}\n", r"pool: Q1: '1950-02-30' is no date"),
        (f"{HEAD}\nQ1{ROW}Member of Parliament 2024-13-05–\n", r"pool: Q1: '2024-13-05' is no date"),
    ],
)
def test_a_faulty_pool_is_told_with_file_and_line(invented: Build, tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "pool"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KgError, match=fault):
        link_wikidata(invented, pool_candidates(path))


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_a_table_is_unpacked_by_what_it_begins_with(
    invented: Build, found: Found, pool: Path, tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    packed = tmp_path / "pool.tsv"
    packed.write_bytes(pack(pool.read_bytes()))
    assert linked(link_wikidata(invented, pool_candidates(packed))) == linked(found)
    packed.write_bytes(pack(pool.read_bytes())[:-20])
    with pytest.raises(KgError, match=r"pool\.tsv: cannot be read"):
        link_wikidata(invented, pool_candidates(packed))


def test_zeros_in_a_date_stand_for_what_is_not_known(invented: Build, pool: Path, tmp_path: Path) -> None:
    path = tmp_path / "pool.tsv"
    told = pool.read_text(encoding="utf-8")
    assert "\t1970-02-01\t" in told
    path.write_text(told.replace("\t1970-02-01\t", "\t1970-02-00\t"), encoding="utf-8")
    evidence, _ = explain(invented, pool_candidates(path), "person/bram-okoro-90002")
    assert "of an age to sit then" in {e.finding for e in evidence["Q99001001"]}


def test_an_empty_map_of_a_dump_may_be_a_list(invented: Build, tmp_path: Path) -> None:
    entities: list[dict[str, object]] = [{**entity_of(OKORO), "aliases": []}, {"id": "Q5", "labels": [], "claims": []}]
    path = tmp_path / "dump.json"
    path.write_text("".join(json.dumps(entity) + "\n" for entity in entities), encoding="utf-8")
    assert link_wikidata(invented, pool_candidates(path)).candidates == 1


def test_faulty_settings_are_told_with_their_line(tmp_path: Path) -> None:
    shutil.copytree(DATA / "links", tmp_path / "links")
    path = tmp_path / "links" / "wikidata.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("lead: 3.0", "lead: far"), encoding="utf-8")
    with pytest.raises(FaultsFound, match=r"wikidata.yaml:\d+: .*lead"):
        read_link_settings(tmp_path)


# Verdicts


def link(ref: str, qid: str, weight: float, *seats: str) -> Link:
    return Link("person", ref, qid, weight, frozenset(seats))


def verdicts(*links: Link, decided: Decided = _NOTHING) -> dict[tuple[str, str], str]:
    ordered = sorted(links, key=lambda found: -found.weight)
    return {(found.ref, found.qid): found.verdict for found in decide(ordered, SETTINGS, decided)}


def test_one_item_goes_to_one_thing() -> None:
    assert verdicts(link("a", "Q1", 20), link("b", "Q1", 12)) == {("a", "Q1"): "accepted", ("b", "Q1"): "rejected"}


def test_two_who_are_as_likely_are_both_doubtful() -> None:
    assert set(verdicts(link("a", "Q1", 12), link("b", "Q1", 11)).values()) == {"doubtful"}
    assert set(verdicts(link("a", "Q1", 12), link("a", "Q2", 11)).values()) == {"doubtful"}


def test_a_rival_that_has_another_item_is_none() -> None:
    found = verdicts(link("a", "Q1", 20), link("b", "Q1", 11), link("b", "Q2", 12))
    assert found == {("a", "Q1"): "accepted", ("b", "Q2"): "accepted", ("b", "Q1"): "rejected"}


def test_of_two_records_of_one_person_the_one_with_more_of_the_seats_has_the_item() -> None:
    found = verdicts(link("member", "Q1", 12, "commons 1997", "commons 2001"), link("peer", "Q1", 12, "lords 2010"))
    assert found == {("member", "Q1"): "accepted", ("peer", "Q1"): "doubtful"}


def test_what_sources_give_and_people_decide_is_settled() -> None:
    decided = Decided([("a", "Q1")], {("b", "Q2")}, {"c"})
    links = [link("a", "Q9", 20), link("d", "Q1", 20), link("b", "Q2", 20), link("c", "Q3", 20), link("b", "Q4", 20)]
    assert verdicts(*links, decided=decided) == {("b", "Q4"): "accepted"}


# What is left behind, and what people decide


def test_the_links_are_written_with_their_evidence_and_keep_their_date(found: Found, tmp_path: Path) -> None:
    write_found(tmp_path, found, TODAY)
    first = links_path(tmp_path).read_bytes()
    write_found(tmp_path, found, TODAY + dt.timedelta(days=3))
    assert links_path(tmp_path).read_bytes() == first
    mapping = next(m for m in read_crosswalk(links_path(tmp_path)) if m.ref == "person/bram-okoro-90002")
    assert (mapping.mapping_justification, mapping.mapping_tool) == ("semapv:CompositeMatching", "kg link wikidata")
    assert 0.99 < float(mapping.confidence) < 1
    assert "an electorate in common +6.0" in mapping.comment


@pytest.fixture
def home(invented: Build, pool: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A home with the invented build and what linking left, and a folder of decisions."""
    home, data = tmp_path / "home", tmp_path / "data"
    home.mkdir()
    (home / "current").symlink_to(invented.folder)
    shutil.copytree(DATA / "links", data / "links")
    done = kg("link", "wikidata", "--pool", pool, "--data", data, home=home)
    assert done.returncode == 0, done.stderr
    assert "person: 3 linked" in done.stdout
    return home, data


def test_decisions_are_made_through_a_pipe_and_win_afterwards(home: tuple[Path, Path], pool: Path) -> None:
    folder, data = home
    doubtful = read_doubtful_links(folder)
    assert [pair["ref"] for pair in doubtful][:1] == ["person/edith-vane-90005"]
    done = kg("link", "review", "--author", "A. Reader", "--data", data, home=folder, stdin="what\na\n")
    assert done.returncode == 0, done.stderr
    assert "'what' is none of accept, reject" in done.stderr
    assert "1 accepted" in done.stdout
    decision = read_crosswalk(decisions_path(data))[0]
    assert (decision.ref, decision.qid, decision.author_label) == ("person/edith-vane-90005", "Q99001008", "A. Reader")
    assert decision.manual
    kg("link", "wikidata", "--pool", pool, "--data", data, home=folder)
    assert "person/edith-vane-90005" not in doubtful_path(folder).read_text(encoding="utf-8")
    assert "person/edith-vane-90005" not in links_path(folder).read_text(encoding="utf-8")  # it is in the data


def test_every_answer_is_written_at_once_and_nothing_is_asked_twice(home: tuple[Path, Path]) -> None:
    _, data = home
    rows = [("person/a", "Q1"), ("person/a", "Q2"), ("person/b", "Q3"), ("person/c", "Q4"), ("person/d", "Q5")]
    pairs = [
        {"ref": ref, "qid": qid, "label": "A", "itemLabel": "B", "evidence": "seen +1.0", "reason": ""}
        for ref, qid in rows
    ]
    answers = iter("rnsq")
    done = review(pairs, lambda _pair: next(answers), "A. Reader", data, TODAY)
    assert (done.accepted, done.rejected, done.without, done.skipped) == (0, 1, 1, 1)
    written = [(m.ref, m.object_id, m.predicate_modifier) for m in read_crosswalk(decisions_path(data))]
    assert written == [("person/a", NONE, ""), ("person/a", "wd:Q1", "Not")]
    asked: list[str] = []
    review(pairs, lambda pair: asked.append(pair["ref"]) or "s", "A. Reader", data, TODAY)  # type: ignore[func-returns-value]
    assert asked == ["person/b", "person/c", "person/d"]


def test_a_decision_that_could_not_be_read_again_is_not_written(home: tuple[Path, Path]) -> None:
    folder, data = home
    for author, fault in (("", "author_label is empty"), ("A.\tReader", "author_label: 'A.\\tReader' holds a tab")):
        done = kg("link", "review", "--author", author, "--data", data, home=folder, stdin="a\n")
        assert (done.returncode, fault in done.stderr) == (1, True), done.stderr
        assert not decisions_path(data).exists()


def test_a_review_file_of_other_columns_is_told_by_name(tmp_path: Path) -> None:
    doubtful_path(tmp_path).parent.mkdir()
    doubtful_path(tmp_path).write_text("ref,qid\nperson/a,Q1\n", encoding="utf-8")
    with pytest.raises(FileError, match=r"wikidata\.csv:1: the columns must be ref, label, qid"):
        read_doubtful_links(tmp_path)


def test_the_command_says_what_it_needs(tmp_path: Path) -> None:
    for arguments, fault in (
        (["wikidata"], "either --pool FILE or --live"),
        (["wikidata", "--pool", "x", "--only", "dogs"], "--only dogs: neither a thing nor one of affiliation"),
        (["review"], "run `kg link wikidata` first"),
    ):
        done = kg("link", *arguments, home=tmp_path)
        assert (done.returncode, fault in done.stderr) == (1, True), done.stderr


# Faults of what sources give


def test_the_faults_of_given_items_are_reported_and_not_inherited(invented: Build, tmp_path: Path) -> None:
    """The fixtures give one item to two people, and Wexmoor the item of its area."""
    wrong = Item("Q90000001", "Somebody Else", seats=(Seat(COMMONS, "1950-02-23", "1951-10-04"),))
    found = link_wikidata(invented, pool_candidates(write_table(tmp_path / "pool.tsv", [OKORO, wrong])))
    told = {(fault.kind, fault.ref): fault.qid for fault in found.faults}
    assert told["one item of several things", "person/kit-rowe-90011 person/zoe-adal-90015"] == "Q90000002"
    assert told["an area and not the council", "council/wexmoor-borough-council"] == "Q99000102"
    assert told["called otherwise", "person/ada-holt-90001"] == "Q90000001"
    assert "Q90000002" not in linked(found).values()


# Against the real pool


def test_what_is_hidden_is_found_again_and_what_is_not_there_is_not(public: Build, shared_data: Path) -> None:
    pool = shared_data / "wikidata_pool" / "pool.tsv"
    if not pool.is_file():
        pytest.skip(f"the pool of items is not at hand in {pool}")
    tallies = evaluate_wikidata(public, pool_candidates(pool))
    for cls, recall in (("person", 0.95), ("body", 0.98), ("affiliation", 0.95)):
        tally = tallies[cls]
        assert tally.right > 90, cls
        assert tally.precision >= 0.995, tally.examples
        assert tally.recall >= recall, cls
        assert tally.false_share <= 0.005, tally.examples


def test_the_real_councils_get_their_own_items_and_not_those_of_their_areas(public: Build, shared_data: Path) -> None:
    path = shared_data / "councils_wikidata" / "council_qids.csv"
    if not path.is_file():
        pytest.skip(f"the items of councils are not at hand in {path}")
    found = link_wikidata(public, pool_candidates(shared_data / "wikidata_pool" / "pool.tsv"))
    with path.open(encoding="utf-8", newline="") as file:
        areas = {row["qid"] for row in csv.DictReader(file) if "council" not in row["wikidata_label_2022"].lower()}
    assert "Q207208" in areas
    assert not {qid for ref, qid in linked(found).items() if ref.startswith("council/")} & areas


def test_a_council_of_a_dump_is_known_by_its_country_and_name(invented: Build, tmp_path: Path) -> None:
    councils = [
        Item(f"Q9900102{n}", "Glen Any Council", "authority", country=of) for n, of in enumerate(["Q145", "Q27"])
    ]
    found = link_wikidata(invented, pool_candidates(write_dump(tmp_path / "dump.json", councils)))
    assert linked(found) == {"council/glen-any-council": "Q99001020"}
