"""Content negotiation: what the Accept header of RFC 9110 chooses."""

import pytest

from kg.formats import of_kind
from kg.serve.negotiation import HTML, Choice, choose

RESULTS = of_kind("results")
GRAPH = of_kind("graph")


def chosen(accept: str, offers: tuple[object, ...] = GRAPH) -> str | None:
    choice: Choice[object] | None = choose(accept, offers)  # type: ignore[type-var]
    return choice.media_type if choice else None


@pytest.mark.parametrize("accept", ["", "*/*", "text/*", "text/turtle", "TEXT/Turtle", "  text/turtle  ", ","])
def test_a_client_that_does_not_mind_gets_the_first_format(accept: str) -> None:
    assert chosen(accept) == "text/turtle"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("application/n-triples;q=0.4, application/ld+json;q=0.5", "application/ld+json"),
        ("application/ld+json ; Q=0.5 , application/n-triples;q=0.501", "application/n-triples"),
        ("application/ld+json;q=.5, application/n-triples;q=.2", "application/ld+json"),
        ("application/rdf+xml, text/turtle", "text/turtle"),
        ("application/rdf+xml, text/turtle;q=1.0, */*;q=0.1", "text/turtle"),
    ],
)
def test_the_greater_quality_wins_and_our_order_breaks_a_tie(accept: str, media_type: str) -> None:
    assert chosen(accept) == media_type


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*;q=0.9, text/turtle;q=0.1", "application/n-triples"),
        ("application/*, application/n-triples;q=0.2, text/turtle;q=0.3", "application/ld+json"),
        ("text/*;q=0.3, text/turtle;q=0.7, */*;q=0.5", "text/turtle"),
        ("text/turtle;q=0, */*", "application/n-triples"),
        ("text/turtle;version=1.2;q=1, text/turtle;q=0.2, application/n-triples;q=0.5", "application/n-triples"),
    ],
)
def test_the_more_specific_range_decides_for_its_type(accept: str, media_type: str) -> None:
    assert chosen(accept) == media_type


@pytest.mark.parametrize(
    "accept", ["image/png", "text/turtle;q=0", "*/*;q=0", "text/turtle;charset=utf-16", "text/turtle;level=1"]
)
def test_what_the_client_rules_out_is_not_sent(accept: str) -> None:
    assert chosen(accept) is None


@pytest.mark.parametrize(
    "accept",
    [
        "text/turtle;charset=utf-8",
        'text/turtle; charset="UTF-8"',
        "text/turtle;charset=utf-8;q=0.8, application/n-triples;q=0.7",
    ],
)
def test_a_charset_that_holds_is_no_obstacle(accept: str) -> None:
    assert chosen(accept) == "text/turtle"


def test_a_profile_that_is_not_known_is_ignored_and_its_commas_split_nothing() -> None:
    accept = 'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted, text/turtle;x"'
    assert chosen(accept) == "application/ld+json"


@pytest.mark.parametrize(
    "accept",
    ["text/turtle;q=x, application/n-triples", "turtle, application/n-triples", "*/turtle, application/n-triples"],
)
def test_a_malformed_member_is_passed_over(accept: str) -> None:
    assert chosen(accept) == "application/n-triples"


def test_an_alias_is_answered_under_the_name_it_was_asked_by() -> None:
    assert chosen("application/json", RESULTS) == "application/json"
    assert (
        chosen("application/json;q=0.9, application/sparql-results+json;q=0.9", RESULTS)
        == "application/sparql-results+json"
    )
    assert chosen("text/xml", RESULTS) == "text/xml"
    assert chosen("text/plain") == "text/plain"


def test_a_browser_gets_a_page_where_there_is_one() -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
    assert chosen(accept, (*GRAPH, HTML)) == "text/html"
    assert chosen("*/*", (*GRAPH, HTML)) == "text/turtle"


def test_what_java_sends_by_default_is_understood() -> None:
    assert chosen("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2") == "text/turtle"
