"""Members of parliaments: who they are, what they sat as, and every change of side that the source codes, no other."""

import csv
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest

from kg.errors import KgError
from kg.facts import Connection, connect
from kg.mapping import mapping
from kg.sources.description import Source, source
from kg.sources.entities import read_entities
from kg.sources.tables.reading import read_table_source
from kg.sources.tables.rules import read_rules
from tests.coded_changes import Pair, coded_changes, kind_of, last_party, pairs, read_rows

FIXTURE = Path(__file__).parent / "fixtures" / "politician-data"
STATES = {"2024": "politician_data_2024-07-11_v0.16.0", "2026": "politician_data_2026-06-28"}

CODED_AT_THE_END_ONLY = {"lord/100942", "lord/101353", "lord/101354", "lord/100943"}  # Wedderburn (3), Boyd
CODED_WITH_A_GAP = {
    "lord/101265": 20,  # Renwick of Clifton
    "lord/101334": 57,  # Flather
    "lord/101327": 40,  # Simpson of Dunkeld
    "lord/101300": 3,  # Smith of Finsbury
    "lord/100945": 3,  # Willoughby de Broke
    "lord/100944": 3,  # Pearson of Rannoch
}
INFERRED = {
    "lord/101244": ("1999-11-22", "party/conservative", "status/non-affiliated"),  # Archer
    "lord/100931": ("2004-11-24", "party/liberal-democrats", "status/crossbench"),  # Dahrendorf
    "lord/100906": ("2005-09-24", "party/labour", "status/crossbench"),  # Haskins
    "lord/101245": ("2008-02-19", "status/crossbench", "party/labour"),  # Patel of Bradford
    "lord/101153": ("2010-07-17", "party/conservative", "status/non-affiliated"),  # Taylor of Warwick
    "lord/101241": ("2010-10-26", "party/labour", "status/other"),  # Williams of Baglan, to a post at the UN
    "lord/101242": ("2011-10-10", "status/other", "party/labour"),
    "lord/101243": ("2011-12-01", "party/labour", "status/crossbench"),
    "lord/101149": ("2011-07-01", "party/labour", "status/crossbench"),  # Morgan of Drefelin
    "lord/101351": ("2012-06-29", "party/labour", "status/non-affiliated"),  # Boyd of Duncansby, to the bench
    "member/70061": ("2000-02-09", "party/conservative", "status/non-attached"),  # Rod Richards
    "member/70126": ("2005-04-19", "party/labour", "status/independent"),  # Peter Law
    "member/70188": ("2009-12-09", "party/plaid-cymru", "party/conservative"),  # Mohammad Asghar
    "member/70313": ("2016-08-18", "party/ukip", "status/independent"),  # Nathan Gill
    "member/70314": ("2016-10-15", "party/plaid-cymru", "status/independent"),  # Dafydd Elis-Thomas
    "member/70315": ("2017-04-07", "party/ukip", "party/conservative"),  # Mark Reckless
    "member/70316": ("2017-11-04", "party/labour", "status/independent"),  # Carl Sargeant
    "member/70318": ("2018-01-16", "party/plaid-cymru", "status/independent"),  # Neil McEvoy
    "member/70322": ("2019-03-27", "party/ukip", "status/independent"),  # Michelle Brown
}
PRESIDED_OVER_THE_LORDS = {"lord/101146", "lord/101147", "lord/101148", "lord/101151", "lord/101152"}
CODED_BUT_THE_SAME = {"member/80275", "member/80276"}  # Dorothy-Grace Elder, Margo MacDonald
CODED_BUT_OFFICES = {
    *("member/40031", "member/2014", "member/680"),  # Speakers Bercow and Martin, the latter twice
    *("member/681", "member/2017", "member/2018", "member/2019"),  # their deputies
    *("member/90006", "member/90241", "member/90355", "member/90497", "member/90621"),  # Speakers at Stormont
    *("member/90622", "member/90623", "member/90624"),
}


class Read:
    """What the reader makes of one folder, and that folder."""

    def __init__(self, folder: Path, of: Source | None = None) -> None:
        self.folder = folder
        self.connection: Connection = connect()
        read_table_source(self.connection, of or source("politician-data"), read_entities(), folder)

    def rows(self, query: str, *values: object) -> list[Any]:
        return self.connection.execute(query, list(values)).fetchall()

    def one(self, query: str, *values: object) -> Any:
        (row,) = self.rows(query, *values)
        return row

    def changes(self, status: str) -> dict[str, Any]:
        """The changes with a status, by the key of the membership that starts: date, from, to, kind."""
        query = """
            SELECT s.identifier, c."date", c.fromAffiliation, c.toAffiliation, c.kind FROM change c
            JOIN membership s ON [s.subject] = c.startsMembership WHERE c.status = ?"""
        found = [(_key(identifiers), tuple(change)) for identifiers, *change in self.rows(query, f"concept/{status}")]
        assert len(found) == len(dict(found)), "a change was found twice"
        return dict(found)

    def keys(self, where: str) -> set[str]:
        """The keys of the memberships that start in the pairs for which the condition holds."""
        return {
            starts.removeprefix("uk.org.publicwhip/")
            for (starts,) in self.rows(f"FROM side_pair SELECT starts WHERE {where}")
        }


def _key(identifiers: list[str]) -> str:
    """The number of a membership, such as "member/43176"; a redirected one, which comes later, is not the first."""
    numbers = [i.removeprefix("publicwhip:") for i in identifiers if i.startswith("publicwhip:")]
    return numbers[0]


@pytest.fixture(scope="module", params=STATES)
def state(request: pytest.FixtureRequest, shared_data: Path) -> Read:
    """What is read of each of the two states of the real data."""
    return Read(shared_data / STATES[request.param])


@pytest.fixture(scope="module")
def newest(shared_data: Path) -> Read:
    return Read(shared_data / STATES["2026"])


def small() -> Source:
    """The description, but for how many rows there must be."""
    described = source("politician-data")
    return replace(described, tables=tuple(replace(table, min_rows=0) for table in described.tables))


@pytest.fixture(scope="module")
def invented() -> Read:
    """What is read of an invented handful of members, at least one for each rule."""
    return Read(FIXTURE, small())


@pytest.fixture
def edited(tmp_path: Path) -> Callable[[str, str, str], Read]:
    """Read the invented members after replacing text in one of their files: edited(file, old, new)."""

    def read(name: str, old: str, new: str) -> Read:
        for path in FIXTURE.iterdir():
            text = path.read_text(encoding="utf-8")
            if path.name == name:
                assert old in text
                text = text.replace(old, new)
            (tmp_path / path.name).write_text(text, encoding="utf-8")
        return Read(tmp_path, small())

    return read


# Changes of side, against the source's own codes


@cache
def _refs() -> dict[tuple[str, str], str]:
    """What organizations.csv makes of each organisation, in all chambers or in one."""
    with (source("politician-data").folder / "organizations.csv").open(encoding="utf-8", newline="") as file:
        return {(row["organization"], row["chamber"]): row["ref"] for row in csv.DictReader(file)}


def _affiliation(chamber: str, organization: str) -> str:
    return _refs().get((organization, chamber)) or _refs()[organization, ""]


def _expected(pair: Pair, before: set[str]) -> tuple[str, str, str, str]:
    first, second = (_affiliation(pair.chamber, side) for side in pair.sides)
    return pair.second["start_date"], first, second, kind_of(pair, before)


def test_every_coded_change_is_found_once_with_its_date_sides_and_kind_and_no_other_is_reported(state: Read) -> None:
    before = last_party(state.folder)
    expected = {key: _expected(pair, before[key]) for key, pair in coded_changes(state.folder).items()}
    reported = state.changes("status-reported")
    true = sum(1 for key, change in reported.items() if expected.get(key) == change)
    assert (true / len(reported), true / len(expected)) == (1.0, 1.0)  # precision, recall
    assert reported == expected


def test_all_but_four_reported_changes_are_coded_where_they_start(state: Read) -> None:
    coded = {key for key, pair in coded_changes(state.folder).items() if pair.second["start_reason"]}
    assert state.changes("status-reported").keys() - coded == CODED_AT_THE_END_ONLY


def test_coded_changes_with_days_between_them_are_the_sources_own_all_the_same(state: Read) -> None:
    gaps = {key: pair.gap for key, pair in coded_changes(state.folder).items() if pair.gap is None or pair.gap > 1}
    assert gaps == CODED_WITH_A_GAP
    assert gaps.keys() <= state.changes("status-reported").keys()


def test_what_is_coded_and_no_change_is_an_office_or_the_same_twice(state: Read) -> None:
    coded = {pair.key for pair in pairs(state.folder) if pair.code}
    left = coded - state.changes("status-reported").keys()
    assert left == CODED_BUT_THE_SAME | CODED_BUT_OFFICES
    assert state.keys("rule = 'coded-but-the-same'") == CODED_BUT_THE_SAME
    assert state.keys("rule = 'took-the-chair' AND code IS NOT NULL") == CODED_BUT_OFFICES


def test_uncoded_contiguous_pairs_are_inferred_or_a_documented_exception(state: Read) -> None:
    uncoded = {p.key for p in pairs(state.folder) if p.differs and not p.code and p.gap in {0, 1}}
    assert uncoded == INFERRED.keys() | PRESIDED_OVER_THE_LORDS
    assert state.keys("rule = 'presided-over-the-lords'") == PRESIDED_OVER_THE_LORDS


def test_the_inferred_changes_are_those_that_were_looked_at(newest: Read) -> None:
    inferred = newest.changes("status-inferred")
    assert {key: change[:3] for key, change in inferred.items()} == INFERRED
    assert {key for key, change in inferred.items() if change[3] == "defection"} == {"member/70188", "member/70315"}


def test_inferred_changes_have_a_confidence_and_reasons_and_a_source_of_their_own(newest: Read) -> None:
    said = newest.rows(
        "SELECT DISTINCT source, confidence, confidenceReason FROM change WHERE status LIKE '%-inferred'"
    )
    reasons = ["concept/evidence-contiguous-memberships", "concept/evidence-stable-identifier"]
    assert said == [("source/inferred-changes", "0.95", reasons)]
    assert newest.rows("SELECT DISTINCT source, confidence FROM change WHERE status LIKE '%-reported'") == [
        ("source/politician-data", None)
    ]


def test_no_pair_of_memberships_is_passed_over(state: Read) -> None:
    assert state.keys("true") == {pair.key for pair in pairs(state.folder)}
    assert state.one("SELECT count(*) FROM side_pair WHERE rule IS NULL OR verdict IS NULL") == (0,)


def test_a_correction_moves_the_date_and_keeps_the_change(shared_data: Path, newest: Read) -> None:
    older = Read(shared_data / STATES["2024"])
    then, now = ({**r.changes("status-reported"), **r.changes("status-inferred")} for r in (older, newest))
    assert then.keys() <= now.keys()
    assert len(now.keys() - then.keys()) == 52
    moved = Counter((_day(now[key][0]) - _day(then[key][0])).days for key in then if then[key][0] != now[key][0])
    assert moved == {1: 92, 4: 1}  # five more moved that are no changes: three offices, two Chairmen of Committees
    refs = [{ref for (ref,) in r.rows("SELECT subject FROM change")} for r in (older, newest)]
    assert refs[0] <= refs[1]


def _day(text: str) -> Any:
    (day,) = duckdb.execute("SELECT ?::DATE", [text]).fetchone() or (None,)
    return day


def test_seven_labour_members_were_suspended_in_july_2024(newest: Read) -> None:
    suspended = newest.rows(
        """SELECT p.label, c.kind FROM change c JOIN person p ON p.subject = c.defector
        WHERE c."date" = '2024-07-25' AND c.fromAffiliation = 'party/labour' AND c.body = 'body/house-of-commons'
        ORDER BY p.familyName, p.givenName"""
    )
    # the source says changed_party of them, and does not tell a withdrawn whip
    assert suspended == [
        (name, "affiliation-change")
        for name in (
            *("Apsana Begum", "Richard Burgon", "Ian Byrne", "Imran Hussain"),
            *("Rebecca Long-Bailey", "John Martin McDonnell", "Zarah Sultana"),
        )
    ]


def test_rosie_duffield_sat_for_labour_to_the_28th_and_as_an_independent_from_the_29th(newest: Read) -> None:
    change = newest.one(
        """SELECT c."date", c.fromAffiliation, c.toAffiliation, c.kind, b."end", a.start, c.subject FROM change c
        JOIN membership b ON [b.subject] = c.endsMembership JOIN membership a ON [a.subject] = c.startsMembership
        JOIN person p ON p.subject = c.defector WHERE p.label = 'Rosie Duffield'"""
    )
    assert change == (
        *("2024-09-29", "party/labour", "status/independent", "affiliation-change", "2024-09-28", "2024-09-29"),
        "defection/rosie-duffield-member-43432",
    )


def test_anna_soubry_left_the_conservatives_in_2019(newest: Read) -> None:
    assert newest.one(
        """SELECT c."date", c.fromAffiliation, c.toAffiliation, c.label FROM change c
        JOIN person p ON p.subject = c.defector WHERE p.label = 'Anna Soubry'"""
    ) == (
        *("2019-02-20", "party/conservative", "status/independent"),
        "Anna Soubry: Conservative Party to Independent (2019)",
    )


@pytest.mark.parametrize("speaker", ["John Bercow", "Lindsay Hoyle"])
def test_becoming_speaker_is_no_change_of_side_but_a_role(newest: Read, speaker: str) -> None:
    of = "JOIN person p ON p.subject = {} WHERE p.label = ?"
    assert newest.rows(f"SELECT c.subject FROM change c {of.format('c.defector')}", speaker) == []
    chaired = newest.rows(
        f"""SELECT m.role, m.affiliation FROM membership m {of.format("m.member")}
        AND m.role = 'concept/role-presiding-officer'""",
        speaker,
    )
    assert chaired
    assert set(chaired) == {("concept/role-presiding-officer", None)}


@pytest.mark.parametrize("name", ["Douglas Carswell", "Mark Reckless"])
def test_a_seat_given_up_and_won_back_was_not_kept(newest: Read, name: str) -> None:
    commons = newest.rows(
        """SELECT c.subject FROM change c JOIN person p ON p.subject = c.defector
        WHERE p.label = ? AND c.body = 'body/house-of-commons' AND c."date" < '2017'""",
        name,
    )
    assert commons == []


# People


def test_a_person_has_every_name_with_its_time(newest: Read) -> None:
    person = "person/margaret-jackson-10031"
    assert newest.rows('SELECT label, start, "end" FROM name WHERE nameOf = ? ORDER BY start', person) == [
        ("Margaret Jackson", "1974-10-10", "1979-04-07"),
        ("Margaret Beckett", "1983-06-09", "2024-08-13"),
        ("Baroness Beckett", "2024-08-14", None),
    ]
    assert newest.one("SELECT label, givenName, familyName FROM person WHERE subject = ?", person) == (
        *("Baroness Beckett", "Margaret", "Beckett"),
    )


@pytest.mark.parametrize(
    ("number", "label", "also"),
    [
        (13178, "Lord Adonis", "Andrew Adonis"),
        (10003, "Baroness Adams of Craigielea", "Irene Adams"),
        (10249, "Lord Deben", "John Gummer"),
        (12844, "Graham Richard James, Bishop of Norwich", "Bishop of Norwich"),
        (14161, "Viscount Acheson", None),
        (10465, "Lembit Öpik", "Lembit Opik"),
    ],
)
def test_titles_and_names_are_put_together_rightly(newest: Read, number: int, label: str, also: str | None) -> None:
    found, others = newest.one(
        "SELECT label, coalesce(altLabel, []) FROM person WHERE list_contains(identifier, ?)",
        f"publicwhip:person/{number}",
    )
    assert found == label
    assert also is None or also in others


def test_no_name_keeps_an_html_entity_or_a_space_too_many(state: Read) -> None:
    query = "SELECT label FROM person UNION SELECT unnest(altLabel) FROM person UNION SELECT label FROM name"
    assert [name for (name,) in state.rows(query) if ";" in name or "  " in name or name != name.strip()] == []


def test_a_redirected_person_is_the_one_redirected_to(newest: Read) -> None:
    assert newest.one("SELECT label FROM person WHERE list_contains(identifier, 'publicwhip:person/12975')") == (
        "Baroness Thatcher",
    )
    people = [row for row in read_rows(newest.folder, "persons") if not row["redirect"]]
    assert newest.one("SELECT count(*), count(DISTINCT subject) FROM person") == (len(people), len(people))


def test_an_item_of_wikidata_that_two_records_share_matches_neither_exactly(newest: Read) -> None:
    both = newest.rows("SELECT exactMatch FROM person WHERE list_contains(identifier, 'wikidata:Q2581473')")
    assert both == [(None,), (None,)]
    shared = newest.rows("SELECT q FROM (SELECT unnest(exactMatch) AS q FROM person) GROUP BY q HAVING count(*) > 1")
    assert shared == []


# Seats


def test_every_membership_is_there_but_redirects_and_the_crown(state: Read) -> None:
    kept = {
        row["id"].replace("uk.org.publicwhip/", "publicwhip:")
        for row in read_rows(state.folder, "memberships")
        if not row["redirect"] and row["organization_id"] != "crown"
    }
    assert kept <= {i for (i,) in state.rows("SELECT unnest(identifier) FROM membership")}
    assert state.one("SELECT count(*), count(DISTINCT subject) FROM membership") == (len(kept), len(kept))
    assert Counter(state.rows("SELECT reason LIKE 'Only redirects%' FROM left_out")) == {(True,): 44, (False,): 2}


def test_dates_keep_the_precision_of_the_source(newest: Read) -> None:
    said = {
        row["id"].replace("uk.org.publicwhip/", "publicwhip:"): (row["start_date"] or None, row["end_date"] or None)
        for row in read_rows(newest.folder, "memberships")
    }
    read = newest.rows('SELECT identifier, start, "end" FROM membership')
    assert all((start, end) in [said[i] for i in identifiers if i in said] for identifiers, start, end in read)
    assert Counter(len(start) for _, start, _ in read) == {10: 46959, 4: 610}


def test_one_label_is_three_green_parties(newest: Read) -> None:
    greens = newest.rows(
        """SELECT DISTINCT organization, affiliation FROM membership
        WHERE affiliation LIKE '%green%' ORDER BY organization"""
    )
    assert greens == [
        ("body/house-of-commons", "party/green-party-of-england-and-wales"),
        ("body/house-of-lords", "party/green-party-of-england-and-wales"),
        ("body/london-assembly", "party/green-party-of-england-and-wales"),
        ("body/northern-ireland-assembly", "party/green-party-northern-ireland"),
        ("body/scottish-parliament", "party/scottish-greens"),
        ("body/senedd", "party/green-party-of-england-and-wales"),
    ]


def test_an_electorate_whose_code_is_its_name_says_so(newest: Read) -> None:
    assert newest.one("SELECT label, gss, note FROM electorate WHERE note IS NOT NULL") == (
        *("Bangor Conwy Môn", None, ['The source has "Bangor Conwy Môn" in the place of a GSS code.']),
    )


def test_every_affiliation_and_chamber_has_an_identity() -> None:
    assert {ref for ref in _refs().values() if ref} <= set(read_entities().refs())


# The same rules on invented members


def test_each_rule_decides_for_somebody(invented: Read) -> None:
    rules = {rule.name for rule in read_rules(source("politician-data").folder / "rules.yaml")}
    assert {rule for (rule,) in invented.rows("SELECT DISTINCT rule FROM side_pair")} == rules


def test_a_pair_of_organisations_that_differ_is_told_with_its_verdict_and_what_came_of_it(invented: Read) -> None:
    assert invented.rows("SELECT count(*) FROM judged") == invented.rows(
        "SELECT count(*) FROM side_pair WHERE from_org <> to_org"
    )
    assert invented.rows("SELECT \"change\" FROM judged WHERE verdict = 'change' ORDER BY 1") == invented.rows(
        "SELECT subject FROM change ORDER BY 1"
    )
    columns = "earlier, earlierLabel, later, laterLabel, verdict, laterRow"
    assert invented.rows(f"SELECT {columns} FROM judged WHERE rule = 'won-back-at-a-by-election'") == [
        ("2014-08-29", "conservative", "2014-10-10", "ukip", "not-a-change", "uk.org.publicwhip/member/90042")
    ]


def test_every_rule_has_a_reason_and_a_verdict_that_is_a_kind_of_change_or_none() -> None:
    rules = read_rules(source("politician-data").folder / "rules.yaml")
    assert {rule.verdict for rule in rules} <= {"none", *mapping()["change"].kinds}
    assert all(rule.because for rule in rules)
    assert len({rule.name for rule in rules}) == len(rules)


@pytest.mark.parametrize(
    ("starts", "rule", "kind"),
    [
        ("member/90002", "relabelled", "none"),
        ("member/90003", "left-for-no-party", "affiliation-change"),
        ("member/90004", "joined-another-party", "defection"),
        ("member/90005", "same-affiliation", "none"),
        ("member/90012", "whip-withdrawn", "whip-withdrawal"),
        ("member/90013", "whip-restored", "whip-restoration"),
        ("member/90022", "crossed", "defection"),
        ("member/90032", "took-the-chair", "none"),
        ("member/90033", "left-the-chair", "none"),
        ("member/90042", "won-back-at-a-by-election", "none"),
        ("member/90052", "across-an-election", "none"),
        ("member/90062", "left-for-no-party", "affiliation-change"),
        ("member/90063", "seat-not-kept", "none"),
        ("member/90072", "crossed", "defection"),
        ("member/90073", "undated", "none"),
        ("lord/90082", "joined-from-no-party", "affiliation-change"),
        ("lord/90083", "left-for-no-party", "affiliation-change"),
        ("lord/90084", "between-statuses", "affiliation-change"),
        ("lord/90085", "returned", "affiliation-change"),
        ("lord/90092", "another-kind-of-seat", "none"),
        ("member/90102", "coded-but-the-same", "none"),
        ("member/90103", "across-an-election", "none"),
        ("member/90112", "affiliation-not-told", "none"),
        ("member/90122", "two-seats-at-once", "none"),
        ("lord/101146", "presided-over-the-lords", "none"),
    ],
)
def test_two_neighbouring_memberships_are_decided_by_the_first_rule(
    invented: Read, starts: str, rule: str, kind: str
) -> None:
    query = "SELECT rule, verdict FROM side_pair WHERE starts = 'uk.org.publicwhip/' || ?"
    assert invented.one(query, starts) == (rule, kind)


def test_invented_changes_agree_with_plain_python() -> None:
    read = Read(FIXTURE, small())
    before = last_party(FIXTURE)
    expected = {key: _expected(pair, before[key]) for key, pair in coded_changes(FIXTURE).items()}
    assert read.changes("status-reported") == expected
    assert read.changes("status-inferred").keys() == {"member/90062", "member/90072"}


@pytest.mark.parametrize(
    ("starts", "mechanism"),
    [
        ("ada-holt-member-90003", "changed-affiliation"),
        ("ada-holt-member-90004", "joined"),
        ("bram-okoro-member-90012", "whip-withdrawn"),
        ("bram-okoro-member-90013", "whip-restored"),
        ("cleo-farr-member-90022", "crossing"),
        ("lord-quill-of-wexmoor-lord-90085", "changed-affiliation"),
    ],
)
def test_the_mechanism_says_no_more_than_the_source(invented: Read, starts: str, mechanism: str) -> None:
    query = "SELECT mechanism, startsMembership FROM change WHERE subject = ?"
    assert invented.one(query, f"defection/{starts}") == (f"concept/mechanism-{mechanism}", [f"membership/{starts}"])


def test_a_change_has_one_claim_that_names_its_two_rows(invented: Read) -> None:
    claims = invented.rows(
        """SELECT c.subject, c.kind = k.value, k.property, k.source = c.source AND k.statedIn = c.source, k.derivedFrom
        = c.endsMembership || c.startsMembership, k.modality FROM change c LEFT JOIN claim k ON k.about = c.subject"""
    )
    assert len(claims) == len({subject for subject, *_ in claims}) == 16
    assert {tuple(rest) for _, *rest in claims} == {(True, "rdf:type", True, True, "concept/modality-asserted")}
    assert invented.one("SELECT row FROM claim WHERE about = 'defection/cleo-farr-member-90022'") == (
        ["uk.org.publicwhip/member/90021", "uk.org.publicwhip/member/90022"],
    )


def test_a_redirect_through_another_leads_to_the_person(invented: Read) -> None:
    identifiers, others = invented.one(
        "SELECT identifier, altLabel FROM person WHERE subject = 'person/ada-holt-90001'"
    )
    assert {"publicwhip:person/90098", "publicwhip:person/90099", "yournextmp:5501"} <= set(identifiers)
    assert others == ["Ada Holt", "Ada Hult", "Ada J Holt"]
    assert invented.one("SELECT member FROM membership WHERE subject = 'membership/ada-holt-member-90003'") == (
        "person/ada-holt-90001",
    )


def test_a_redirected_membership_lives_on_as_an_identifier(invented: Read) -> None:
    query = "SELECT identifier FROM membership WHERE subject = 'membership/lord-quill-of-wexmoor-lord-90082'"
    assert invented.one(query) == (["publicwhip:lord/90082", "publicwhip:lord/90089"],)
    assert invented.rows('SELECT "row" FROM left_out ORDER BY 1') == [
        ("uk.org.publicwhip/lord/90089",),
        ("uk.org.publicwhip/royal/-9",),
    ]


def test_what_somebody_is_called_in_the_chair_is_no_name_to_find_them_by(invented: Read) -> None:
    assert invented.one("SELECT altLabel FROM person WHERE label = 'Dev Lindqvist'") == (None,)
    assert invented.one("SELECT label, start FROM name WHERE nameOf LIKE 'person/dev-lindqvist-%'") == (
        *("Madam Deputy Speaker", "2020-01-15"),
    )


def test_entities_of_every_kind_become_characters(invented: Read) -> None:
    assert invented.one("SELECT label, altLabel FROM person WHERE subject = 'person/zoe-adal-90015'") == (
        *("Zoë Ådal", ["Zoë Adal & Co"]),
    )


def test_a_number_that_belongs_to_a_see_identifies_nobody(invented: Read) -> None:
    pims = invented.rows("SELECT i FROM (SELECT unnest(identifier) AS i FROM person) WHERE i LIKE 'pims:%'")
    assert pims == [("pims:4850",)]


def test_the_mayor_of_london_is_no_member_of_the_assembly(invented: Read) -> None:
    assert invented.one("SELECT role, affiliation FROM membership WHERE organization = 'body/london-assembly'") == (
        *("concept/role-mayor", "party/labour"),
    )


def test_both_labels_of_labour_are_one_party(invented: Read) -> None:
    assert invented.one("SELECT altLabel, identifier, exactMatch FROM affiliation WHERE subject = 'party/labour'") == (
        ["Labour", "Labour/Co-operative"],
        ["politician-data:labour", "politician-data:labourco-operative"],
        ["http://www.wikidata.org/entity/Q9630"],
    )


def test_an_entity_that_is_not_known_stops_the_reading(edited: Callable[[str, str, str], Read]) -> None:
    with pytest.raises(KgError, match=r"not known in Zo&bogus;"):
        edited("names.csv", "Zo&#235; &Aring;dal", "Zo&bogus; Ådal")


def test_an_organisation_that_nobody_described_stops_the_reading(edited: Callable[[str, str, str], Read]) -> None:
    with pytest.raises(KgError, match=r"organizations\.csv does not tell what moon-party is"):
        edited("organizations.csv", "party,dup,DUP", "party,dup,DUP\nparty,moon-party,Moon")


def test_a_membership_of_no_chamber_stops_the_reading(edited: Callable[[str, str, str], Read]) -> None:
    with pytest.raises(KgError, match=r"member/90131 is neither a seat in a chamber nor a redirect"):
        edited(
            "memberships.csv",
            ",london-assembly,labour,2024-05-01,,uk.org.publicwhip/cons/90006,",
            ",,labour,2024-05-01,,,",
        )


def test_parquet_files_read_as_the_plain_ones(tmp_path: Path, invented: Read) -> None:
    for path in FIXTURE.glob("*.csv"):
        name = "person_alternative_names" if path.stem == "names" else path.stem
        rows = f"SELECT * FROM read_csv('{path}', all_varchar = true)"
        duckdb.execute(f"COPY ({rows}) TO '{tmp_path / name}.parquet' (FORMAT parquet)")
    parquet = Read(tmp_path, small())
    for table in mapping():
        assert _all(parquet, table) == _all(invented, table)


def _all(read: Read, table: str) -> list[Any]:
    return read.rows(f'SELECT * FROM "{table}" ORDER BY ALL')
