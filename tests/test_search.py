"""Search: names as people write them find what is meant, in the index that each build has."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from kg.build.inputs import digest_of_files
from kg.builds import SEARCH, Build, current
from kg.errors import UnknownName
from kg.search import Index, NoIndex, candidates, find
from kg.search.names import person_words, words
from kg.search.scoring import Agreement, likeness
from tests.endpoint_support import serving

SOUBRY = "person/anna-soubry"


@pytest.fixture(scope="module")
def index(published: Path) -> Index:
    return Index(current(published).search)


@pytest.fixture(scope="module")
def wide(invented: Build) -> Index:
    """The index of the invented councils, where two councillors are called John Ash."""
    return Index(invented.search)


@pytest.fixture(scope="module")
def client(published: Path) -> Iterator[httpx.Client]:
    with serving(published) as web:
        yield web


def refs(index: Index, text: str, *types: str) -> list[str]:
    return [found.ref for found in find(index, text, types=types)]


@pytest.mark.parametrize(
    "text",
    [
        "Anna Soubry", "anna soubry", "ANNA SOUBRY", "Ánna Soubrÿ", "Soubry, Anna", "soubry anna", "soub", "Anna S",
        "Rt Hon Anna Soubry MP", "Dr Anna Soubry OBE", "Cllr. Soubry", "A. Soubry", "Anna Subry", "Ana Soubry",
        "Anna Suobry", "Suobry", "soubrey", "Anna Mary Soubry", SOUBRY, "https://w3id.org/party-defections/id/person/anna-soubry",
    ],
)  # fmt: skip
def test_a_person_is_found_however_the_name_is_written(index: Index, text: str) -> None:
    assert refs(index, text)[0] == SOUBRY


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("Broxtowe Aliance", "party/broxtowe-alliance"),
        ("brox all", "party/broxtowe-alliance"),
        ("Change UK", "group/the-independent-group"),
        ("Labour", "party/labour"),
        ("PP12700", "party/alba"),
        ("pp12700", "party/alba"),
        ("Broxtowe Council", "council/broxtowe-borough-council"),
        ("stormont", "body/northern-ireland-assembly"),
        ("councillors leave labour", "defection/broxtowe-councillors-from-labour"),
        ("the guardian", "source/guardian-broxtowe-2025"),
        ("clifton north ward", "electorate/clifton-north"),
    ],
)
def test_parties_bodies_wards_changes_and_sources_are_found_by_any_name_or_code(
    index: Index, text: str, ref: str
) -> None:
    assert ref in refs(index, text)[:2]


def test_the_very_name_comes_before_one_that_begins_so_before_any_order_before_a_slip(index: Index) -> None:
    scores = [find(index, text)[0].score for text in ("Anna Soubry", "Anna Soub", "Soubry", "Anna Subry")]
    assert scores[0] == 1
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 4
    assert all(0 < score <= 1 for score in scores)


def test_a_word_of_the_description_tells_namesakes_apart(wide: Index) -> None:
    both = refs(wide, "John Ash", "Person")
    assert len(both) == 2
    told = [found for found in find(wide, "ash conservative", types=("Person",)) if "Ash" in found.label]
    assert [found.ref for found in told] == [ref for ref in both if "Conservative" in _description(wide, ref)]


def _description(index: Index, ref: str) -> str:
    return find(index, ref)[0].description


def test_a_description_tells_office_years_and_sides(wide: Index) -> None:
    found = find(wide, "Ann Reed")[0]
    assert found.type == "Person"
    assert found.description.startswith("councillor, Anyford")
    assert "Labour Party" in found.description


def test_a_description_of_a_party_tells_since_when(index: Index) -> None:
    alliance = find(index, "party/broxtowe-alliance")[0]
    assert alliance.description == "party, founded January 2025, registered 19 February 2025"


def test_a_type_finds_the_types_below_it_and_no_other(index: Index) -> None:
    assert {found.type for found in find(index, "labour", types=("Affiliation",))} <= {"Party", "Group", "Affiliation"}
    assert refs(index, "broxtowe", "ElectedBody") == ["council/broxtowe-borough-council"]
    assert refs(index, "broxtowe", "Council") == ["council/broxtowe-borough-council"]
    assert "CollectiveDefection" in {found.type for found in find(index, "leave labour", types=("Defection",))}


def test_a_type_that_does_not_exist_is_named_with_those_that_do(index: Index) -> None:
    with pytest.raises(UnknownName, match=r"'Wizard'; there are: .*Council.*Person"):
        find(index, "labour", types=("Wizard",))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "'",
        '"',
        '" OR words:*',
        "a* NEAR(b)",
        "%",
        "NOT AND OR",
        "\0",
        "💥",
        "{words context} : x",
        "؟",
        "-",
        "a" * 5000,
    ],
)
def test_no_text_is_taken_for_a_query_of_the_index(index: Index, text: str) -> None:
    assert find(index, text) == find(index, text, limit=10)


def test_right_to_left_names_are_words_like_others() -> None:
    assert words("عبد الله خان") == ["عبد", "الله", "خان"]


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Cllr MJ Smith MBE", "m j smith"),
        ("Smith, Dr Ann", "ann smith"),
        ("Smith, MBE", "smith"),
        ("Jane O’Neill-Jones", "jane oneill jones"),
        ("Lord Beith", "beith"),
        ("Baroness", "baroness"),
        ("John Major", "john major"),
        ("THE RT HON ANN NG", "ann ng"),
        ("J.T. Lark", "j t lark"),
    ],
)
def test_titles_and_honours_are_no_part_of_a_name(name: str, plain: str) -> None:
    assert " ".join(person_words(name)) == plain


@pytest.mark.parametrize(
    ("asked", "known", "agreement"),
    [
        ("john smith", "smith john", Agreement.SAME),
        ("j smith", "john smith", Agreement.COMPATIBLE),
        ("john smith", "john alan smith", Agreement.COMPATIBLE),
        ("tom smith", "thomas smith", Agreement.COMPATIBLE),
        ("jhon smith", "john smith", Agreement.SIMILAR),
        ("john peter smith", "john alan smith", Agreement.NONE),
        ("john smith", "jane smith", Agreement.NONE),
        ("j", "john smith", Agreement.NONE),
        ("j s", "john smith", Agreement.NONE),
    ],
)
def test_names_of_people_agree_in_degrees(index: Index, asked: str, known: str, agreement: Agreement) -> None:
    found = likeness(asked.split(), known.split(), index.nicknames, person=True)
    assert found.agreement == agreement
    assert likeness(known.split(), asked.split(), index.nicknames, person=True) == found


def test_a_word_that_is_a_name_of_its_own_is_no_slip() -> None:
    def agreement(asked: str) -> Agreement:
        return likeness(
            [asked, "smith"], ["sumner", "smith"], no_others, person=True, is_name={"summer"}.__contains__
        ).agreement

    assert agreement("sumnre") == Agreement.SIMILAR
    assert agreement("summer") == Agreement.NEAR


def no_others(_word: str) -> frozenset[str]:
    return frozenset()


def test_of_other_names_the_words_that_many_have_count_little() -> None:
    def alike(one: str, other: str) -> Agreement:
        return likeness(words(one), words(other), no_others, person=False).agreement

    assert alike("Broxtowe BC", "Broxtowe Borough Council") == Agreement.COMPATIBLE
    assert alike("Nottingham City Council", "Nottinghamshire County Council") == Agreement.NONE
    assert alike("Green Party", "Scottish Green Party") == Agreement.NONE


def test_where_somebody_is_looked_for_a_name_may_be_worse(wide: Index) -> None:
    far = [c.known.label for c in candidates(wide, "Q Ash", types=("Person",))]
    near = [c.known.label for c in candidates(wide, "Jon Ash", types=("Person",), around=("Anyford",)) if c.is_near]
    assert "John Ash" not in far
    assert near[:2] == ["John Ash", "John Ash"]


def test_the_index_is_no_part_of_what_names_a_build(published: Path) -> None:
    build = current(published)
    assert build.id == digest_of_files(sorted(path for path in build.dumps.rglob("*") if path.is_file()))
    assert build.search.is_file()


def test_what_is_found_is_answered_as_json_and_kept_for_the_build(client: httpx.Client) -> None:
    answer = client.get("/search", params={"q": "anna subry", "type": ["Person"], "limit": 1})
    assert answer.headers["Content-Type"] == "application/json"
    [found] = answer.json()["results"]
    assert found["ref"] == SOUBRY
    assert found["iri"].endswith(f"/id/{SOUBRY}")
    assert client.get(found["url"]).status_code == 200
    again = client.get(str(answer.url), headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("q=a&limit=0", "limit"),
        ("q=a&limit=51", "limit"),
        ("q=a&limit=x", "limit"),
        ("q=a&limit=%D9%A1", "limit"),
        ("q=a&q=b", "'q' is given more than once"),
        ("q=" + "a" * 201, "'q': it has 201 characters"),
        ("q=a&type=Wizard", "Wizard"),
        ("q=%ED%A0%80", "UTF-8"),
    ],
)
def test_a_search_that_is_asked_badly_is_told_what_is_wrong(client: httpx.Client, given: str, told: str) -> None:
    answer = client.get(f"/search?{given}")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert told in answer.json()["detail"]


def test_a_search_for_nothing_finds_nothing(client: httpx.Client) -> None:
    assert client.get("/search").json() == {"query": "", "results": []}


def test_a_build_of_an_earlier_version_is_served_without_search(web: httpx.Client) -> None:
    answer = web.get("/search", params={"q": "ann"})
    assert answer.status_code == 503
    assert "no search index" in answer.json()["detail"]
    assert web.get("/id/person/ann").status_code == 200


def test_an_index_that_is_not_there_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NoIndex, match="kg build"):
        Index(tmp_path / SEARCH)


def test_an_index_that_is_made_later_is_taken_up(published: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(published, home, symlinks=True)
    build = current(home)
    build.search.rename(tmp_path / SEARCH)
    with serving(home) as web:
        assert web.get("/search?q=soubry").status_code == 503
        (tmp_path / SEARCH).rename(build.search)
        assert web.get("/search?q=soubry").json()["results"]
