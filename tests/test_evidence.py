"""Evidence: every anchor holds in its document, and a changed document is told fact by fact."""

import shutil
from pathlib import Path

import pytest

from kg.errors import KgError
from kg.sources.description import Source, source, sources
from kg.sources.documents.anchoring import anchor
from kg.sources.documents.coverage import coverage, verify
from kg.sources.documents.infobox import extract_infobox
from kg.sources.entities import read_entities
from tests.conftest import EXAMPLE

DOCUMENTS = [s for s in sources() if s.document]


@pytest.fixture
def copies(documents: Path, tmp_path: Path) -> Path:
    """A copy of the documents that a test may change."""
    return Path(shutil.copytree(documents, tmp_path / "documents"))


@pytest.mark.parametrize("described", DOCUMENTS, ids=lambda s: s.slug)
def test_every_anchor_holds_in_its_document(described: Source, documents: Path) -> None:
    result = verify(described, read_entities(), documents)
    assert result.anchors > 50
    assert result.holds


@pytest.mark.parametrize("described", DOCUMENTS, ids=lambda s: s.slug)
def test_every_sentence_has_facts_or_a_reason(described: Source) -> None:
    assert all(sentence.facts or sentence.left_out for sentence in coverage(described, read_entities()))


@pytest.mark.parametrize("described", DOCUMENTS, ids=lambda s: s.slug)
def test_one_changed_character_names_exactly_the_facts_that_rest_on_it(described: Source, copies: Path) -> None:
    entities = read_entities()
    facts = [fact for sentence in coverage(described, entities) for fact in sentence.facts]
    path = copies / str(described.document)
    text = path.read_bytes().decode()
    for place in (facts[0].span[0], facts[len(facts) // 2].span[1] - 1, facts[-1].span[0]):
        other = "X" if text[place] != "X" else "Y"
        path.write_bytes((text[:place] + other + text[place + 1 :]).encode())
        result = verify(described, entities, copies)
        named = {(fact.line, fact.path.name) for _, of_span in result.broken for fact in of_span}
        assert named == {(f.line, f.path.name) for f in facts if f.span[0] <= place < f.span[1]}
        assert named


def test_text_that_moved_is_found_where_it_stands_now(copies: Path) -> None:
    described = source("guardian-broxtowe-2025")
    path = copies / str(described.document)
    path.write_text("Corrected. " + path.read_text(encoding="utf-8"), encoding="utf-8")
    result = verify(described, read_entities(), copies)
    moved = {broken.span: broken.moved_to for broken, _ in result.broken}
    assert moved[(0, 168)] == (11, 179)
    assert result.uncovered


def test_a_missing_document_is_told(tmp_path: Path) -> None:
    with pytest.raises(KgError, match=r"there is no 001_.*\.txt in"):
        verify(source("guardian-broxtowe-2025"), read_entities(), tmp_path)


def test_words_become_offsets_and_no_text_stays(example_data: Path) -> None:
    sheet = example_data / "sources" / "anyford-bulletin" / "facts.yaml"
    sheet.write_text(sheet.read_text().replace("at: 232-247", 'at: "forgotten buses"'))
    anchor(source("anyford-bulletin", example_data), EXAMPLE)
    assert "forgotten" not in sheet.read_text()
    assert "at: 232-247" in sheet.read_text()


@pytest.mark.parametrize(("words", "reason"), [("no such words", "do not stand"), ("o", "stand more than once")])
def test_words_that_cannot_be_placed_are_refused(words: str, reason: str, example_data: Path) -> None:
    sheet = example_data / "sources" / "anyford-bulletin" / "facts.yaml"
    sheet.write_text(sheet.read_text().replace("at: 232-247", f"at: {words}"))
    before = sheet.read_text()
    with pytest.raises(KgError, match=reason):
        anchor(source("anyford-bulletin", example_data), EXAMPLE)
    assert sheet.read_text() == before


def test_an_infobox_is_read_from_any_article() -> None:
    box = extract_infobox((EXAMPLE / "document.txt").read_text())
    assert box
    assert box.title == "Anyford Residents"
    assert [(f.key, f.value) for f in box.fields] == [
        ("Leader", "Pat Example"),
        ("Registered", "3 March 2024"),
        ("Country", "the United Kingdom"),
    ]


@pytest.mark.parametrize(
    "text", ["= Title =\n\nProse only.\n", "No title\n- Key: value\n", "= T =\n\nProse.\n\nMore.\n- A: b\n"]
)
def test_an_article_without_an_infobox_has_none(text: str) -> None:
    assert extract_infobox(text) is None


def test_the_text_of_the_documents_is_not_in_the_project(documents: Path) -> None:
    root = Path(__file__).parent.parent
    kept = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("data", "queries", "ontology", "kg")
        for path in (root / folder).rglob("*")
        if path.suffix in {".yaml", ".csv", ".tsv", ".ttl", ".rq", ".py", ".json"}
    )
    for described in DOCUMENTS:
        text = (documents / str(described.document)).read_text(encoding="utf-8")
        for sentence in coverage(described, read_entities()):
            words = text[slice(*sentence.span)]
            assert len(words) < 60 or words not in kept
