"""Which things of several sources are one: by decision, by identifier, by name, by the model of people."""

import csv
import shutil
from collections import Counter
from pathlib import Path

import pytest

from kg.errors import FaultsFound, FileError, KgError
from kg.evaluate.people import JudgedPair, compare_people, read_judged_pairs
from kg.facts import Connection, insert
from kg.link import Linked, link
from kg.link.broader import broader_affiliations
from kg.link.changes import join_changes
from kg.link.clusters import Clusters
from kg.link.decisions import read_decisions
from kg.link.evidence import explain, probability
from kg.link.identifiers import create_identifiers, shared_identifiers
from kg.link.names import define_name_macros
from kg.link.references import aliases, create_aliases, unite
from kg.link.review import read_doubtful
from kg.link.settings import read_settings
from kg.paths import DATA
from tests.linked import described, world

HEAD = "left,right,verdict,reason,evidence\n"


@pytest.fixture
def links(tmp_path: Path) -> Path:
    """A data folder with a copy of data/links and without decisions."""
    shutil.copytree(DATA / "links", tmp_path / "data" / "links")
    decide(tmp_path / "data")
    return tmp_path / "data"


def decide(data: Path, *rows: str) -> None:
    text = HEAD + "".join(f"{row}\n" for row in rows)
    (data / "links" / "decisions.csv").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Connection, Linked, Path]:
    """The small world, linked, with the folder of what is left to people."""
    folder = tmp_path_factory.mktemp("review")
    connection = world()
    return connection, link(connection, described(), DATA, folder), folder


def one(found: Linked, *refs: str) -> bool:
    return len({found.aliases.get(ref, ref) for ref in refs}) == 1


# Decisions


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        (["person/a,person/b,perhaps,Looked.,A book."], r":2: verdict: 'perhaps' is neither same nor different"),
        (["person/a,person/b,same,,A book."], r":2: every cell of a decision must be filled"),
        (["person/a,person/a,same,Looked.,A book."], r":2: person/a stands on both sides"),
        (["person/a,whoever,same,Looked.,A book."], r":2: 'whoever' is neither a reference nor an identifier"),
    ],
)
def test_a_faulty_decision_is_told_with_its_line(links: Path, rows: list[str], fault: str) -> None:
    decide(links, *rows)
    with pytest.raises(FileError, match=fault):
        read_decisions(links)


def test_decisions_that_contradict_each_other_through_a_third_are_told_with_their_line(links: Path) -> None:
    decide(
        links,
        "person/a,person/b,same,Looked.,A book.",
        "person/b,person/c,same,Looked.,A book.",
        "person/c,person/a,different,Looked.,A book.",
    )
    with pytest.raises(FaultsFound, match=r"decisions.csv:4: person/c and person/a are different here"):
        read_decisions(links)


def test_a_decision_wins_over_an_identifier_and_over_the_model(links: Path) -> None:
    decide(
        links,
        "council/anyford-district-council,council/ocd-anyford,different,Looked.,A book.",
        "person/perpetua-quillfeather-anyford,person/perpetua-quillfeather-great-anyshire,different,Looked.,A book.",
        "publicwhip:person/99001,person/john-smith-farby,same,Looked.,A book.",
    )
    found = link(world(), described(), links)
    assert not one(found, "council/anyford-district-council", "council/ocd-anyford")
    assert not one(found, "person/perpetua-quillfeather-anyford", "person/perpetua-quillfeather-great-anyshire")
    assert one(found, "person/ambrose-tolliverson-99001", "person/john-smith-farby")


def test_a_decision_about_things_that_no_source_has_is_told_as_idle(links: Path) -> None:
    decide(links, "person/perpetua-quillfeather-anyford,person/somebody-else,same,Looked.,A book.")
    found = link(world(), described(), links)
    assert [decision.line for decision in found.idle] == [2]
    assert "person/somebody-else" not in {*found.aliases, *found.aliases.values()}


def test_the_decisions_of_the_project_are_sound() -> None:
    assert len(read_decisions()) >= 5


# Clusters


def test_two_of_one_source_are_never_united_by_way_of_a_third() -> None:
    clusters = Clusters({"a1": {"A"}, "a2": {"A"}, "b": {"B"}})
    assert clusters.join("a1", "b") is None
    assert clusters.join("b", "a2") == "they are two in A"
    assert clusters.join("a1", "a2", decided=True) is None
    assert list(clusters) == [{"a1", "a2", "b"}]


def test_what_was_told_apart_stays_apart_whatever_joins_it() -> None:
    clusters = Clusters({}, [("a", "b")])
    assert clusters.join("a", "c") is None
    assert clusters.join("c", "b") == "a decision tells them apart"
    assert clusters.join("b", "c", decided=True) == "a decision tells them apart"


# References


def united(connection: Connection, *refs: str) -> dict[str, str]:
    create_aliases(connection, described())
    clusters = Clusters({})
    for ref in refs[1:]:
        clusters.join(refs[0], ref)
    unite(connection, clusters)
    return aliases(connection)


def test_the_source_with_the_highest_authority_gives_the_reference() -> None:
    refs = ("person/ambrose-tolliverson-anyford", "person/ambrose-tolliverson", "person/ambrose-tolliverson-99001")
    assert set(united(world(), *refs).values()) == {"person/ambrose-tolliverson"}


def test_among_equals_who_was_seen_first_keeps_the_reference() -> None:
    refs = ("person/perpetua-quillfeather-great-anyshire", "person/perpetua-quillfeather-anyford")
    assert united(world(), *refs) == {refs[0]: refs[1]}


def test_references_are_rewritten_in_every_column_that_holds_them() -> None:
    connection = world()
    told = {"source": "source/guardian-broxtowe-2025"}
    old, new = "person/ambrose-tolliverson-99001", "person/ambrose-tolliverson"
    insert(connection, "name", [{**told, "subject": "name/a", "nameOf": old}])
    insert(connection, "person", [{**told, "subject": "person/x", "endorsed": ["party/labour", old, new]}])
    insert(
        connection,
        "claim",
        [
            {**told, "subject": "claim/a", "about": old, "value": old, "valueKind": "ref"},
            {**told, "subject": "claim/b", "about": "person/x", "value": old, "valueKind": "text"},
        ],
    )
    united(connection, old, new)
    claims = connection.execute("SELECT subject, about, value FROM claim ORDER BY subject").fetchall()
    assert claims == [("claim/a", new, new), ("claim/b", "person/x", old)]
    assert connection.execute("SELECT nameOf FROM name").fetchall() == [(new,)]
    endorsed = connection.execute("SELECT endorsed FROM person WHERE subject = 'person/x'").fetchall()
    assert endorsed == [(["party/labour", new],)]
    assert connection.execute("SELECT count(*) FROM membership WHERE member = ?", [old]).fetchone() == (0,)


def test_rows_that_only_differed_in_their_references_are_one() -> None:
    connection = world("bodies")
    told = {"source": "source/politician-data", "label": "Two Refs"}
    insert(connection, "person", [{**told, "subject": "person/one"}, {**told, "subject": "person/other"}])
    united(connection, "person/one", "person/other")
    assert connection.execute("SELECT count(*) FROM person WHERE label = 'Two Refs'").fetchone() == (1,)


# Identifiers and names


def test_things_that_share_an_identifier_are_one(linked: tuple[Connection, Linked, Path]) -> None:
    assert one(linked[1], "council/anyford-district-council", "council/ocd-anyford")
    assert linked[1].aliases["council/ocd-anyford"] == "council/anyford-district-council"


def test_an_identifier_that_one_source_gives_to_two_things_joins_nothing_and_is_told() -> None:
    connection = world("bodies")
    source = {"source": "source/councils-register", "subject": "council/anyford-again", "label": "Anyford Again"}
    insert(connection, "body", [{**source, "identifier": ["ocd:9001"]}])
    found = link(connection, described())
    assert [fault.identifier for fault in found.faults] == ["ocd:9001"]
    assert "council/anyford-again and council/anyford-district-council" in found.faults[0].told_by
    assert not one(found, "council/anyford-again", "council/anyford-district-council")


def test_identifiers_do_not_make_two_of_one_source_one_by_way_of_another() -> None:
    connection = world("bodies")
    both = {"source": "source/local-elections-2025", "subject": "council/le25-both", "label": "Both"}
    insert(connection, "body", [{**both, "identifier": ["la:AFD", "la:WXM"]}])
    found = link(connection, described())
    assert not one(found, "council/anyford-district-council", "council/wexmoor-borough-council")
    assert [fault.identifier for fault in found.faults] == ["la:WXM"]


def test_an_identifier_of_a_scheme_that_is_not_listed_joins_nothing() -> None:
    connection = world("bodies")
    create_identifiers(connection)
    insert(
        connection, "body", [{"source": "source/party-defections", "subject": "council/x", "identifier": ["snac:1"]}]
    )
    create_identifiers(connection)
    assert {found.identifier for found in shared_identifiers(connection)} == {"ocd:9001", "ocd:9002", "ocd:9004"}


def test_a_council_without_identifier_is_found_by_its_name(linked: tuple[Connection, Linked, Path]) -> None:
    assert one(linked[1], "council/great-anyshire-county-council", "council/ocd-great-anyshire")
    assert one(linked[1], "council/new-wexmoor-council", "council/ocd-new-wexmoor")


def test_a_parish_is_never_the_district_of_its_name(linked: tuple[Connection, Linked, Path]) -> None:
    assert not one(linked[1], "council/anyford-parish-council", "council/anyford-district-council")


def test_a_name_that_two_councils_bear_is_left_to_people(tmp_path: Path) -> None:
    connection = world("bodies")
    twin = {
        "source": "source/councils-register",
        "subject": "council/great-anyshire-council",
        "label": "Great Anyshire Council",
    }
    insert(connection, "body", [{**twin, "identifier": ["la:GA2"]}])
    found = link(connection, described(), DATA, tmp_path)
    assert not one(found, "council/ocd-great-anyshire", "council/great-anyshire-county-council")
    told = list(csv.DictReader((tmp_path / "names.csv").open(encoding="utf-8")))
    assert {row["choices"] for row in told} == {"2"}
    assert "council/ocd-great-anyshire" in {ref for row in told for ref in (row["one"], row["other"])}


def test_a_ward_is_one_under_one_name_and_two_redistributions_are_two(linked: tuple[Connection, Linked, Path]) -> None:
    assert one(linked[1], "electorate/quarry-of-anyford", "electorate/quarry-and-mill-of-anyford")
    assert one(linked[1], "electorate/quarry-of-great-anyshire", "electorate/quarry-mill-e58999001")
    assert not one(linked[1], "electorate/anyford-cons-1", "electorate/anyford-cons-2")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Cllr Dr. Ambrose Tolliverson MBE, JP", ["ambrose", "tolliverson"]),
        ("Medini, Mike", ["mike", "medini"]),
        ("BELLWEATHER Kirsty", ["kirsty", "bellweather"]),
        ("Rev. Ma O'Shea", ["ma", "oshea"]),
        ("Teresa-Ann Quill", ["teresa-ann", "quill"]),
    ],
)
def test_a_name_is_read_without_titles_and_honours(name: str, words: list[str]) -> None:
    connection = world("bodies")
    define_name_macros(connection)
    assert connection.execute("SELECT person_words(?)", [name]).fetchone() == (words,)


# People


def test_a_councillor_of_county_and_district_is_one_person(linked: tuple[Connection, Linked, Path]) -> None:
    assert one(linked[1], "person/perpetua-quillfeather-anyford", "person/perpetua-quillfeather-great-anyshire")


def test_the_full_name_on_a_ballot_paper_is_the_councillors() -> None:
    refs = ("person/perpetua-quillfeather-great-anyshire", "person/perpetua-anne-quillfeather-le25-great-anyshire")
    connection = world()
    told = {"source": "source/local-elections-2025"}
    seat = {"electorate": "electorate/quarry-mill-e58999001", "body": "council/great-anyshire-county-council"}
    insert(connection, "contest", [{**told, "subject": "contest/a", **seat, "date": "2025-05-01"}])
    result = {"subject": "result/a", "contest": "contest/a", "affiliation": "party/labour", "candidate": refs[1]}
    insert(connection, "result", [{**told, **result}])
    assert one(link(connection, described()), *refs)


def test_a_councillor_who_became_a_member_of_parliament_is_one_person(linked: tuple[Connection, Linked, Path]) -> None:
    refs = ("person/ambrose-tolliverson", "person/ambrose-tolliverson-99001", "person/ambrose-tolliverson-anyford")
    assert one(linked[1], *refs)
    assert linked[1].aliases[refs[1]] == linked[1].aliases[refs[2]] == refs[0]


def test_a_councillor_goes_on_in_what_became_of_the_council(linked: tuple[Connection, Linked, Path]) -> None:
    assert one(linked[1], "person/oriel-wainscotter-wexmoor", "person/oriel-wainscotter-new-wexmoor")


def test_a_rare_name_on_two_councils_far_apart_at_once_is_two_people(linked: tuple[Connection, Linked, Path]) -> None:
    assert not one(linked[1], "person/severin-aldgrave-anyford", "person/severin-aldgrave-farby")


def test_a_common_name_on_two_councils_is_two_people(linked: tuple[Connection, Linked, Path]) -> None:
    assert not one(linked[1], "person/john-smith-anyford", "person/john-smith-farby")


def test_namesakes_of_one_council_stay_two_and_whose_county_seat_it_is_goes_to_review(
    linked: tuple[Connection, Linked, Path],
) -> None:
    _, found, folder = linked
    assert not one(found, "person/kirsty-bellweather-anyford", "person/kirsty-l-bellweather-anyford")
    left = [row for row in read_doubtful(folder) if "person/kirsty-bellweather-great-anyshire" in row.values()]
    assert {row["other"] if "great" in row["one"] else row["one"] for row in left} <= {
        "person/kirsty-bellweather-anyford",
        "person/kirsty-l-bellweather-anyford",
    }
    assert all("is as likely" in row["reason"] and "a county and a district" in row["evidence"] for row in left)
    assert len(left) == 2


def test_the_weights_of_a_pair_add_up_to_its_probability(linked: tuple[Connection, Linked, Path]) -> None:
    pair = ("person/perpetua-quillfeather-great-anyshire", "person/perpetua-quillfeather-anyford")
    found = explain(linked[2], *pair, read_settings())
    assert [evidence.comparison for evidence in found] == ["before", "name", "seat", "ward", "party"]
    assert found[2].finding == "on a county and a district of it"
    assert found[2].weight > 0 > found[0].weight
    assert probability(found) > 0.99


def test_a_pair_that_was_not_compared_is_told(linked: tuple[Connection, Linked, Path]) -> None:
    with pytest.raises(KgError, match="were not compared"):
        explain(linked[2], "person/john-smith-anyford", "person/oriel-wainscotter-wexmoor", read_settings())


def test_linking_the_same_twice_gives_the_same(linked: tuple[Connection, Linked, Path]) -> None:
    again = world()
    assert link(again, described()).aliases == linked[1].aliases
    for table in ("person", "membership", "electorate"):
        rows = [c.execute(f"FROM {table} ORDER BY ALL").fetchall() for c in (again, linked[0])]
        assert rows[0] == rows[1]


def test_what_is_added_later_moves_no_reference_that_stood_for_others(
    linked: tuple[Connection, Linked, Path],
) -> None:
    connection = world()
    told = {"source": "source/ocd-councillors"}
    insert(connection, "body", [{**told, "subject": "council/ocd-abbey", "label": "Abbey", "identifier": ["ocd:9009"]}])
    insert(
        connection, "person", [{**told, "subject": "person/a-quillfeather-wexmoor", "label": "Perpetua Quillfeather"}]
    )
    insert(
        connection,
        "membership",
        [
            {
                **told,
                "subject": "membership/later",
                "member": "person/a-quillfeather-wexmoor",
                "organization": "council/ocd-wexmoor",
                "affiliation": "party/labour",
                "observedIn": ["2026"],
            }
        ],
    )
    found = link(connection, described()).aliases
    assert found.items() >= linked[1].aliases.items()


def test_the_trained_model_is_that_of_the_settings() -> None:
    settings = read_settings()
    trained = settings.trained()
    made = settings.splink()
    for ours, theirs in zip(made["comparisons"], trained["comparisons"], strict=True):
        levels = [level["sql_condition"].split() for level in ours["comparison_levels"]]
        assert [level["sql_condition"].split() for level in theirs["comparison_levels"]] == levels
        learnt = [level for level in theirs["comparison_levels"] if not level.get("is_null_level")]
        assert all(0 < level["m_probability"] < 1 and 0 < level["u_probability"] < 1 for level in learnt)


# Changes


def joined() -> tuple[Connection, dict[str, str]]:
    connection = world("changes")
    create_aliases(connection, described())
    define_name_macros(connection)
    join_changes(connection)
    return connection, aliases(connection)


def test_a_reported_and_an_inferred_change_that_agree_are_one_and_confirmed() -> None:
    connection, found = joined()
    assert found["defection/quillfeather-anyford-2025"] == "defection/quillfeather-told"
    status = "SELECT DISTINCT status FROM change WHERE subject = 'defection/quillfeather-told' AND status IS NOT NULL"
    assert connection.execute(status).fetchall() == [("concept/status-confirmed",)]


def test_a_group_is_what_another_source_calls_independent() -> None:
    _, found = joined()
    assert one(Linked(aliases=found), "defection/tolliverson-member-1", "defection/tolliverson-told")


def test_the_rosters_name_whom_the_document_only_counts_and_the_numbers_agree() -> None:
    connection, _ = joined()
    parts = "SELECT subject FROM change WHERE partOf = 'defection/anyford-from-labour' GROUP BY 1 ORDER BY 1"
    assert connection.execute(parts).fetchall() == [
        ("defection/bellweather-anyford-2025",),
        ("defection/quillfeather-told",),
    ]
    claims = "SELECT about, property, value, derivedFrom FROM claim WHERE property <> 'pd:status' ORDER BY ALL"
    whole = "defection/anyford-from-labour"
    assert connection.execute(claims).fetchall() == [
        (whole, "pd:effectiveCount", "2", ["defection/bellweather-anyford-2025", "defection/quillfeather-told"]),
        ("defection/bellweather-anyford-2025", "pd:partOf", whole, [whole]),
    ]
    ours = "SELECT status FROM change WHERE source = 'source/inferred-changes' AND subject = ?"
    for subject in (whole, "defection/bellweather-anyford-2025"):
        assert connection.execute(ours, [subject]).fetchall() == [("concept/status-confirmed",)]


def test_another_time_and_another_direction_are_no_part_of_it() -> None:
    connection, _ = joined()
    others = "SELECT partOf, status FROM change WHERE subject IN (?, ?) ORDER BY subject"
    found = connection.execute(others, ["defection/smith-anyford-2019", "defection/aldgrave-anyford-2025"]).fetchall()
    assert found == [(None, "concept/status-inferred")] * 2


def test_more_than_were_announced_are_no_parts() -> None:
    connection = world("changes")
    more = [
        {
            "source": "source/inferred-changes",
            "subject": f"defection/more-{i}",
            "kind": "affiliation-change",
            "defector": f"person/{i}",
            "fromAffiliation": "party/labour",
            "toAffiliation": "status/independent-or-other",
            "body": "council/anyford-district-council",
            "date": "2024-05-03/2025-10-30",
            "status": "concept/status-inferred",
        }
        for i in range(3)
    ]
    insert(connection, "change", more)
    create_aliases(connection, described())
    define_name_macros(connection)
    (told,) = join_changes(connection)
    assert (told.named, told.most, told.agrees) == (5, 3, False)
    assert connection.execute("SELECT count(*) FROM change WHERE partOf IS NOT NULL").fetchone() == (1,)


def test_a_collective_change_whose_body_is_not_told_names_nobody() -> None:
    connection = world("changes")
    connection.execute("UPDATE change SET body = NULL WHERE kind = 'collective-defection'")
    create_aliases(connection, described())
    define_name_macros(connection)
    join_changes(connection)
    parts = "SELECT DISTINCT subject FROM change WHERE partOf IS NOT NULL"
    assert connection.execute(parts).fetchall() == [("defection/quillfeather-told",)]


def test_only_the_catch_all_hides_what_the_view_holds() -> None:
    connection = world("bodies")
    told = Counter(wide for _, wide in broader_affiliations(connection))
    assert told["status/independent"] == 2
    narrow = {narrow for narrow, _ in broader_affiliations(connection, catch_alls=True)}
    assert narrow == {"group/the-independent-group", "party/anyford-first", "status/independent"}


# The judged pairs


def pair(
    verdict: str, left: str = "person/a", stratum: str = "namesakes", of: int = 10, second: str = ""
) -> JudgedPair:
    return JudgedPair(left, "person/z", verdict, second, "Looked.", "test", stratum, of, 2)


def test_precision_and_recall_of_people_leave_out_what_nobody_can_tell() -> None:
    stands_for = {"person/a": "person/z", "person/z": "person/z", "person/b": "person/b"}
    pairs = [pair("same"), pair("different"), pair("same", "person/b"), pair("unsure")]
    found = compare_people(pairs, stands_for)
    assert (found.scores["test"].right, found.scores["test"].wrong, found.scores["test"].missed) == (1, 1, 1)
    assert (found.scores["test"].cases, found.unsure) == (3, 1)


def test_a_second_judge_of_pairs_is_compared_with_the_first() -> None:
    pairs = [pair("same", second="same"), pair("different", second="unsure"), pair("same")]
    assert compare_people(pairs, {"person/a": "person/z", "person/z": "person/z"}).second == (1, 2)


def test_each_pair_stands_for_those_it_was_drawn_from() -> None:
    stands_for = {"person/a": "person/z", "person/z": "person/z", "person/b": "person/b"}
    pairs = [pair("same", of=90), pair("same", "person/b", "rare", of=10)]
    assert compare_people(pairs, stands_for).weighted["test"] == (1.0, 0.9)


def test_the_sample_is_large_and_has_both_namesakes_and_matches() -> None:
    pairs = [p for p in read_judged_pairs(DATA / "evaluation" / "people.csv") if p.split == "test"]
    verdicts = Counter(p.verdict for p in pairs)
    assert verdicts["same"] + verdicts["different"] >= 300
    assert min(verdicts["same"], verdicts["different"]) >= 100


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("person/a,person/b,perhaps,,Looked.,test,namesakes,1", r":2: verdict: 'perhaps' is none of same, "),
        ("person/a,person/b,same,,Looked.,exam,namesakes,1", r":2: split: 'exam' is none of tune, test"),
        ("person/a,person/b,same,,,test,namesakes,1", r":2: every row has 8 cells"),
        ("person/a,person/b,same,,Looked.,test,namesakes,many", r":2: of: 'many' is no number"),
    ],
)
def test_a_faulty_pair_is_told_with_its_line(tmp_path: Path, row: str, fault: str) -> None:
    path = tmp_path / "people.csv"
    path.write_text(f"left,right,verdict,second,reason,split,stratum,of\n{row}\n", encoding="utf-8")
    with pytest.raises(FileError, match=fault):
        read_judged_pairs(path)


def test_a_pair_is_judged_once(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    rows = ["person/a,person/b,same,,Looked.,test,x,1", "person/b,person/a,different,,Looked.,test,x,1"]
    path.write_text("left,right,verdict,second,reason,split,stratum,of\n" + "\n".join(rows) + "\n", encoding="utf-8")
    with pytest.raises(FileError, match=r":3: person/b and person/a were judged in line 2 already"):
        read_judged_pairs(path)
