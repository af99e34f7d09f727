"""Which remote services a query would call, read from its tokens: Oxigraph calls whatever SERVICE names.

Oxigraph reads without regard to where a token ends (`trueSERVICE<…>` and `SERVICEex:a` are calls to it), and `<` can
open an IRI or compare. Where a query with the word in it could be read in two ways, it is refused.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from kg.serve.problem import Problem

ALLOWED = frozenset({"https://query.wikidata.org/sparql"})

_LOCAL = r"(?:[\w:]|-|%[0-9A-Fa-f]{2}|\\.)"
_TOKENS = re.compile(
    rf"""
      (?P<comment> \#[^\r\n]* )
    | (?P<iri>     <[^<>"{{}}|^`\x00-\x20]*> )
    | (?P<string>  '''(?:\\.|'{{0,2}}[^'\\])*''' | \"\"\"(?:\\.|"{{0,2}}[^"\\])*\"\"\"
                 | '(?:\\.|[^'\\\r\n])*'         | "(?:\\.|[^"\\\r\n])*" )
    | (?P<skipped> @[A-Za-z][A-Za-z0-9-]* | _:\w(?:[\w.-]*[\w-])? | [?$]\w+ )
    | (?P<name>    (?:[^\W\d_][\w.-]*)? : (?:(?!-){_LOCAL}(?:(?:{_LOCAL}|\.)*{_LOCAL})?)? | [^\W\d][\w.-]* )
    | (?P<other>   \S )
    """,
    re.VERBOSE | re.DOTALL,
)
_SURELY_IRI = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")  # no expression goes on with "//"
_EITHER = re.compile(r"['#]|service", re.IGNORECASE)  # what would be read otherwise after a `<` that compares


@dataclass(frozen=True)
class Token:
    """A token that can matter, and where it begins."""

    kind: str
    text: str
    start: int

    @property
    def calls(self) -> bool:
        """Whether Oxigraph could read SERVICE in this name: in a word, or before the colon of a prefixed name."""
        return self.kind == "name" and "SERVICE" in self.text.partition(":")[0].upper()

    @property
    def is_ambiguous(self) -> bool:
        """Whether this could be a comparison and what follows it, instead of an IRI."""
        return self.kind == "iri" and not _SURELY_IRI.match(self.text) and bool(_EITHER.search(self.text))


def refuse_unlisted(query: str, allowed: Collection[str] = ALLOWED) -> bool:
    """Whether the query calls a remote service; a Problem where one is not listed, or cannot be told before it runs."""
    if "service" not in query.lower():
        return False
    tokens = list(_tokens(query))
    calls = [at for at, token in enumerate(tokens) if token.calls]
    for at in calls:
        target = next((t for t in tokens[at + 1 : at + 3] if t.text.upper() != "SILENT"), None)
        if tokens[at].text.upper() != "SERVICE" or target is None or target.kind != "iri":
            raise _refusal(query, tokens[at], "write SERVICE as a word of its own before the full <IRI> of the service")
        if target.text[1:-1] not in allowed:
            listed = ", ".join(sorted(allowed))
            raise _refusal(query, target, f"this endpoint does not call {target.text[1:-1]}, only {listed}")
    for token in tokens:
        if token.is_ambiguous:
            raise _refusal(query, token, f"{token.text} can be read in two ways: write the IRI in full, or `< `")
    return bool(calls)


def _tokens(query: str) -> Iterator[Token]:
    for found in _TOKENS.finditer(query):
        kind = str(found.lastgroup)
        if kind in {"iri", "name", "other"}:
            yield Token(kind, found[0], found.start())


def _refusal(query: str, token: Token, fault: str) -> Problem:
    line = query.count("\n", 0, token.start) + 1
    column = token.start - query.rfind("\n", 0, token.start)
    return Problem(403, f"line {line}, column {column}: {fault}", line=line, column=column)
