"""The policy: which of several claims is held, by which rule, and what follows from it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kg.build import build
from kg.builds import Build
from kg.consolidate.policy import criteria
from kg.errors import FaultsFound, KgError
from kg.sources.description import source
from kg.sources.documents.anchoring import anchor
from kg.store import Quads
from kg.why import Reason, why
from tests.conftest import EXAMPLE

BROXTOWE = "defection/broxtowe-councillors-from-labour"
Edit = Callable[[str, str, str], None]


def held(quads: Quads, thing: str, name: str) -> list[Reason]:
    return [reason for reason in why(quads, thing, name) if reason.rank == "Preferred"]


def write_hashes(data: Path) -> None:
    anchor(source("anyford-bulletin", data), EXAMPLE)


def lost_by(quads: Quads, thing: str, name: str) -> set[tuple[str, str]]:
    return {(reason.value, reason.rule) for reason in why(quads, thing, name) if reason.rank != "Preferred"}


def test_eighteen_left_by_the_later_source_and_the_later_statement(quads: Quads) -> None:
    assert {reason.value for reason in held(quads, BROXTOWE, "effectiveCount")} == {"18"}
    assert lost_by(quads, BROXTOWE, "effectiveCount") == {("20", "Recency"), ("20", "Position")}


def test_what_a_paper_says_itself_outranks_whom_it_quotes(quads: Quads) -> None:
    assert {reason.value for reason in held(quads, BROXTOWE, "toAffiliation")} == {"Broxtowe Alliance"}
    assert lost_by(quads, BROXTOWE, "toAffiliation") == {("Independent", "Modality")}


def test_a_month_outranks_the_year_that_holds_it(quads: Quads) -> None:
    contest = "contest/nottinghamshire-county-council-election-2025"
    assert {reason.value for reason in held(quads, contest, "date")} == {"2025-05"}
    assert lost_by(quads, contest, "date") == {("2025", "Precision")}


def test_a_narrower_control_outranks_the_broader_and_does_not_contradict_it(
    example_data: Path, edit: Edit, tmp_path: Path
) -> None:
    control = "  - about: control/anyford-2024\n    body: council/anyford-town-council\n    after: {}\n    at: {}\n"
    told = control.format("minority-administration", "161-190") + control.format("no-overall-control", "161-208")
    edit("sources/anyford-bulletin/facts.yaml", "- at: 249-277", told + "- at: 249-277")
    write_hashes(example_data)
    quads = build(tmp_path / "home", example_data).open()
    assert {reason.value for reason in held(quads, "control/anyford-2024", "after")} == {"Minority administration"}
    assert lost_by(quads, "control/anyford-2024", "after") == {("No overall control", "Precision")}
    contradicted = """PREFIX pd: <https://w3id.org/party-defections/ontology#>
        ASK { ?claim pd:about <https://w3id.org/party-defections/id/control/anyford-2024> ; pd:contradicts ?other }"""
    assert not quads.query(contradicted)


def test_a_more_precise_date_in_another_month_is_no_better(example_data: Path, edit: Edit, tmp_path: Path) -> None:
    """Precision refines what the policy has chosen; it does not choose a day that cannot be right."""
    earlier = "  - about: defection/anyford-councillors-from-labour\n    date: 2024-03-01\n    at: 161-190\n"
    text = "  - about: defection/anyford-councillors-from-labour\n    reason: bus-fares"
    edit("sources/anyford-bulletin/facts.yaml", text, f"{earlier}{text}")
    edit("sources/anyford-bulletin/facts.yaml", "    date: 2024-05\n    at: 161-208", "    at: 161-208")
    later = "  - about: defection/anyford-councillors-from-labour\n    date: 2024-05\n    at: 200-208\n"
    edit("sources/anyford-bulletin/facts.yaml", text, f"{later}{text}")
    write_hashes(example_data)
    quads = build(tmp_path / "home", example_data).open()
    anyford = "defection/anyford-councillors-from-labour"
    assert {reason.value for reason in held(quads, anyford, "date")} == {"2024-05"}
    assert lost_by(quads, anyford, "date") == {("2024-03-01", "Position")}


def test_a_name_that_a_party_had_before_contradicts_nothing(quads: Quads) -> None:
    assert lost_by(quads, "party/broxtowe-alliance", "rdfs:label") == {("Broxtowe Independents", "Recency")}
    assert not quads.query(
        """PREFIX pd: <https://w3id.org/party-defections/ontology#>
        ASK { ?claim pd:value "Broxtowe Independents"@en ; pd:contradicts ?other }"""
    )


def test_a_membership_ends_as_the_change_of_side_came_about(quads: Quads) -> None:
    endings = quads.query(
        """PREFIX pd: <https://w3id.org/party-defections/ontology#>
        SELECT DISTINCT ?reason WHERE {
          <https://w3id.org/party-defections/id/defection/milan-radulovic-from-labour> pd:endsMembership ?membership .
          ?membership pd:endReason ?reason
        }"""
    )
    assert list(endings.rows()) == [["https://w3id.org/party-defections/id/concept/mechanism-resignation"]]


def test_what_is_intended_is_not_held(quads: Quads) -> None:
    reasons = why(quads, "control/broxtowe-borough-council-2025-administration", "after")
    assert {r.rank for r in reasons if r.modality == "Intended"} == {"Normal"}


def test_an_allegation_is_a_claim_and_no_statement(quads: Quads) -> None:
    reasons = why(quads, BROXTOWE, "barredCount")
    assert {(r.modality, r.rank) for r in reasons} == {("Alleged", "Normal")}
    assert not quads.query("ASK { ?s <https://w3id.org/party-defections/ontology#barredCount> ?n }")
    assert not quads.query("ASK { GRAPH ?g { ?s <https://w3id.org/party-defections/ontology#barredCount> ?n } }")


def test_a_correction_withdraws_a_claim_and_says_why(quads: Quads) -> None:
    reasons = why(quads, "defection/rosie-duffield-from-labour", "date")
    (withdrawn,) = [reason for reason in reasons if reason.rank == "Deprecated"]
    assert (withdrawn.value, withdrawn.rule) == ("2025-01", "Correction")
    assert withdrawn.note
    assert "earlier this year" in withdrawn.note
    assert {reason.value for reason in reasons if reason.rank == "Preferred"} == {"../2025-01"}


def test_a_named_part_takes_from_the_whole_what_nobody_says_of_it(quads: Quads) -> None:
    (reason,) = why(quads, "defection/milan-radulovic-from-labour", "toAffiliation")
    assert (reason.value, reason.rule) == ("Broxtowe Alliance", "Inherited")
    assert reason.basis == "Councillors of Broxtowe leave Labour"


def test_the_loser_stays_in_the_graph_of_its_source(quads: Quads) -> None:
    counts = quads.query(
        """PREFIX pd: <https://w3id.org/party-defections/ontology#>
        SELECT DISTINCT ?n WHERE { GRAPH ?source { ?d pd:effectiveCount ?n } } ORDER BY ?n"""
    )
    assert list(counts.rows()) == [["18"], ["20"]]


def test_unnamed_defectors_have_no_placeholder(quads: Quads) -> None:
    parts = quads.query(
        f"""PREFIX pd: <https://w3id.org/party-defections/ontology#>
        SELECT ?who WHERE {{ ?part pd:partOf <https://w3id.org/party-defections/id/{BROXTOWE}> ; pd:defector ?who }}"""
    )
    assert len(list(parts.rows())) == 3


def test_where_a_table_says_otherwise_each_value_is_a_claim_and_the_narrower_is_held(public: Build) -> None:
    """Politician data lists who joined The Independent Group as independents, and says nothing of how they left."""
    quads = public.open()
    soubry = "defection/anna-soubry-from-conservative"
    assert {reason.value for reason in held(quads, soubry, "toAffiliation")} == {"The Independent Group"}
    assert lost_by(quads, soubry, "toAffiliation") == {("Independent", "Precision")}
    assert {reason.value for reason in held(quads, soubry, "mechanism")} == {"Resignation"}
    duffield = "defection/rosie-duffield-from-labour"
    assert {reason.value for reason in held(quads, duffield, "date")} == {"2024-09-29"}
    assert ("2025-01", "Correction") in lost_by(quads, duffield, "date")


def test_a_criterion_of_the_policy_is_a_concept_with_a_definition(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text("- {name: whim, because: Why not., order: '0'}\n")
    with pytest.raises(KgError, match=r"policy.yaml:1: 'whim' is no concept of the scheme 'policy'"):
        criteria(tmp_path)


def test_the_order_of_the_policy_decides(example_data: Path, tmp_path: Path) -> None:
    """With recency and position gone the authority of the newspaper wins: the policy is data, not code."""
    policy = (example_data / "policy.yaml").read_text()
    blocks = policy.split("\n\n- name: ")
    kept = [b for b in blocks if not b.startswith(("recency", "position"))]
    (example_data / "policy.yaml").write_text("\n\n- name: ".join(kept))
    with pytest.raises(FaultsFound, match="20 announced are not the 20 who left and the 2 who stayed"):
        build(tmp_path / "home", example_data)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("party/labour,founded,1900,guardian-broxtowe-2025,No such claim.,None", "corrections.csv:5: source/guardian"),
        ("party/labour,founded,1900,guardian-broxtowe-2025,,None", "corrections.csv:5: every cell"),
        (
            "party/labour,founded,1900,guardian-2025,No such.,None",
            "corrections.csv:5: there is no source named 'guardian-2",
        ),
    ],
)
def test_a_correction_of_nothing_is_refused(row: str, reason: str, example_data: Path, tmp_path: Path) -> None:
    path = example_data / "corrections.csv"
    path.write_text(path.read_text() + row + "\n")
    with pytest.raises(KgError, match=reason):
        build(tmp_path / "home", example_data)


def test_a_moved_thing_points_to_the_one_that_stands_for_it(example_data: Path, edit: Edit, tmp_path: Path) -> None:
    edit("entities/moved.csv", "old,new\n", "old,new\nparty/broxtowe-independents,party/broxtowe-alliance\n")
    quads = build(tmp_path / "home", example_data).open()
    assert quads.query(
        "ASK { <https://w3id.org/party-defections/id/party/broxtowe-independents>"
        " <http://www.w3.org/2002/07/owl#sameAs> <https://w3id.org/party-defections/id/party/broxtowe-alliance> }"
    )


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ("withdrawnCount: 1\n    effectiveCount: 2", "3 announced are not the 1 who left and the 1 who stayed"),
        ("toAffiliation: party/anyford-residents", "defection/anyford-councillors-from-labour"),
    ],
)
def test_a_graph_that_cannot_be_is_not_published(
    facts: str, reason: str, example_data: Path, edit: Edit, tmp_path: Path
) -> None:
    other = facts.replace("effectiveCount: 2", "effectiveCount: 1").replace("party/anyford-residents", "party/labour")
    edit("sources/anyford-bulletin/facts.yaml", facts, other)
    with pytest.raises(FaultsFound, match=reason):
        build(tmp_path / "home", example_data)
    assert not (tmp_path / "home" / "current").exists()


def test_a_source_that_shrinks_below_its_promise_stops_the_build(
    example_data: Path, edit: Edit, tmp_path: Path
) -> None:
    edit("sources/anyford-bulletin/source.yaml", "min: 1", "min: 40")
    with pytest.raises(FaultsFound, match=r"anyford-bulletin yields \d+ statements; its description allows 40 to 50"):
        build(tmp_path / "home", example_data)


def test_a_link_to_nothing_is_refused(example_data: Path, edit: Edit, tmp_path: Path) -> None:
    edit(
        "sources/anyford-bulletin/facts.yaml",
        "    withdrawnCount: 1\n",
        "    withdrawnCount: 1\n    endsMembership: membership/nobody-told-of-this\n",
    )
    with pytest.raises(FaultsFound, match="points to membership/nobody-told-of-this, of which nothing is known"):
        build(tmp_path / "home", example_data)
