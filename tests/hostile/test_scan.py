"""The scan for SERVICE against Oxigraph itself: strings, comments and comparisons made at random hide no call."""

import random
import time
from contextlib import suppress

import pytest

from kg.serve.problem import Problem
from kg.serve.scan import refuse_unlisted
from tests.test_endpoint_scan import EVIL, oxigraph_calls

_INNER = [
    "'",
    '"',
    "''",
    '""',
    "\\'",
    '\\"',
    "\\\\",
    "\\n",
    "a",
    "#",
    "<",
    ">",
    "\n",
    " ",
    "SERVICE",
    ".",
    "\\#",
    "\\T",
]
_INNER += ["\\u0041", "\\uD800", "\\U0001F600", "\\U00110000", "\\x"]
_QUOTES = ["'", '"', "'''", '"""']
_GAPS = ["", " ", "\n", "#\n", "#'\n", "#'''\n", '#"\n', "#<\n", "#>\n", "#SERVICE\n", "#x\r"]
_COMPARED = ["1<2", "'a'<'b'", "1<2&&3>2", "1<'x'&&'>'>''", "?x<e:y&&e:z>?x", "?x<?y#'\n&&?x>1"]
_NAMES = ["<http://x#'>", "<'>", "<#>", "e:a.b", "e:", "_:a", "e:x\\'", "e:x\\#", "e:x%27", "e:x."]
_ENDS = ["", "#'", "#'''", '#"', '#"""']


class Writer:
    """Writes queries that Oxigraph reads, with a call somewhere in them."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def query(self) -> str:
        call = f"{self._one(['SERVICE', 'service'])}{self._one(_GAPS)}{EVIL}{{?a ?b ?c}}"
        before, after = self._elements(4), self._elements(3)
        return f"PREFIX e:<http://e/> BASE <http://b/> SELECT * {{{before}{call}{after}{self._one(_ENDS)}\n}}"

    def _elements(self, most: int) -> str:
        return "".join(self._element() + self._one(_GAPS) for _ in range(self._random.randint(0, most)))

    def _element(self) -> str:
        kinds = [
            f"FILTER({self._one(_COMPARED)})",
            f"FILTER({self._string()}<{self._string()})",
            f"VALUES ?v {{{self._string()}{self._one(_GAPS)}{self._string()}}}",
            f"VALUES ?v {{{self._string()}}}",
            f"BIND({self._string()} AS ?b{self._random.randint(0, 9999)})",
            f"OPTIONAL{{?s ?p {self._string()}}}",
            f"OPTIONAL{{?s ?p {self._one(_NAMES)}{self._one(_GAPS)}}}",
            f"OPTIONAL{{?s {self._one(_NAMES)} ?o}}",
        ]
        return self._one(kinds)

    def _string(self) -> str:
        quote = self._one(_QUOTES)
        return quote + "".join(self._random.choices(_INNER, k=self._random.randint(0, 5))) + quote

    def _one(self, of: list[str]) -> str:
        return self._random.choice(of)


def is_called(query: str) -> bool:
    """Whether Oxigraph reads the query, and calls."""
    try:
        return oxigraph_calls(query)
    except (SyntaxError, ValueError):
        return False


@pytest.mark.parametrize("seed", range(4))
def test_no_call_that_oxigraph_makes_goes_past_the_scan(seed: int) -> None:
    writer, calls = Writer(seed), 0
    for _ in range(4000):
        query = writer.query()
        if is_called(query):
            calls += 1
            with pytest.raises(Problem):
                refuse_unlisted(query)
    assert calls > 100


@pytest.mark.parametrize(
    "piece",
    ["\\'", "'''\n\\'", "1", "1-", "_", "a.", "a:b.", ":.", "a\\.", "<", "<a>'", "{}", "?", "#", "'\"", "SERVICE"],
)
def test_twice_the_query_takes_about_twice_the_time(piece: str) -> None:
    """A scan that takes the square would take minutes, in the process that serves everybody."""
    query = "service" + piece * ((1 << 18) // len(piece))
    began = time.monotonic()
    with suppress(Problem):
        refuse_unlisted(query)
    assert time.monotonic() - began < 5
