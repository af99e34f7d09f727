"""Dates keep the precision of their source."""

import datetime as dt

import pytest

from kg.dates import PartialDate
from kg.facts import connect
from kg.quads import define_macros

BOUNDS = [
    ("2019", "2019-01-01", "2019-12-31"),
    ("2020-02", "2020-02-01", "2020-02-29"),
    ("2019-02-18", "2019-02-18", "2019-02-18"),
    ("2024-05-02/2025-01", "2024-05-02", "2025-01-31"),
    ("../2025-01", None, "2025-01-31"),
    ("2018/..", "2018-01-01", None),
]


@pytest.mark.parametrize(("text", "earliest", "latest"), BOUNDS)
def test_a_partial_date_lies_between_its_bounds(text: str, earliest: str | None, latest: str | None) -> None:
    date = PartialDate(text)
    assert date.earliest == (dt.date.fromisoformat(earliest) if earliest else None)
    assert date.latest == (dt.date.fromisoformat(latest) if latest else None)


@pytest.mark.parametrize(("text", "earliest", "latest"), BOUNDS)
def test_sql_reads_a_date_as_python_does(text: str, earliest: str | None, latest: str | None) -> None:
    connection = connect()
    define_macros(connection)
    assert connection.execute("SELECT earliest($1), latest($1)", [text]).fetchone() == (earliest, latest)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("2019", '"2019"^^<http://www.w3.org/2001/XMLSchema#gYear>'),
        ("2019-02", '"2019-02"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>'),
        ("2019-02-18", '"2019-02-18"^^<http://www.w3.org/2001/XMLSchema#date>'),
        ("2018/2019", None),
    ],
)
def test_a_date_is_never_padded(text: str, term: str | None) -> None:
    connection = connect()
    define_macros(connection)
    assert connection.execute("SELECT dated(?)", [text]).fetchone() == (term,)


@pytest.mark.parametrize(
    "text", ["", "19", "2019-13", "2019-02-30", "2019-2", "..", "../..", "2020/2019", "2019/2020/2021", "May"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        PartialDate(text)
