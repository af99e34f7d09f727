"""Which remote services a query would call, read from its tokens: Oxigraph calls whatever SERVICE names.

Oxigraph reads without regard to where a token ends (`trueSERVICE<…>` and `SERVICEex:a` are calls to it), and `<` can
open an IRI or compare. Where a query with the word in it could be read in two ways, it is refused.
"""

import re
from collections.abc import Collection

from kg.serve.problem import Problem

ALLOWED = frozenset({"https://query.wikidata.org/sparql"})

_LOCAL = r"(?:[\w:]|-|%[0-9A-Fa-f]{2}|\\.)"
_COMMENT = r"\#[^\r\n]*(?![^\r\n])"
_IRI = r"<[^<>\"{}|^`\x00-\x20]*>"
_ESCAPE = r"(?-i:\\[tbnrf\\\"']|\\u(?![dD][89a-fA-F])[0-9A-Fa-f]{4}|\\U00(?:0[1-9A-Fa-f]|10)[0-9A-Fa-f]{4})"
_STRING = rf"""(?: '''(?:'{{0,2}}(?:{_ESCAPE}|[^'\\]))*''' | \"\"\"(?:"{{0,2}}(?:{_ESCAPE}|[^"\\]))*\"\"\"
                 | (?!''')'(?:{_ESCAPE}|[^'\\\r\n])*' | (?!\"\"\")"(?:{_ESCAPE}|[^"\\\r\n])*" )"""
_SKIPPED = r"(?: @[A-Z][A-Z0-9-]* | _:\w(?:[\w.-]*[\w-])? | [?$]\w+ )"
_NAME = rf"(?: (?:[^\W\d_][\w.-]*)? : (?:(?!-){_LOCAL}(?:(?:{_LOCAL}|\.)*{_LOCAL})?)? | [^\W\d][\w.-]* )"

# Oxigraph could read SERVICE in a word, or before the colon of a prefixed name.
_CALLING = rf"(?=[^\W\d][\w.-]*service|service) {_NAME}"
# This could be a comparison with what follows it; but no expression goes on with "//".
_AMBIGUOUS = rf"(?=<[^<>\"{{}}|^`\x00-\x20]*(?:['\#]|service)) (?!<[A-Z][A-Z0-9+.-]*://) {_IRI}"
_FLAGS = re.VERBOSE | re.DOTALL | re.IGNORECASE
_TOKENS = re.compile(
    rf"""
      (?: \s | {_COMMENT} | (?!{_AMBIGUOUS}){_IRI} | {_STRING} | {_SKIPPED} | (?!{_CALLING}){_NAME}
        | \d | (?!{_AMBIGUOUS})[^\s\w:\#'"] )+
    | (?P<calling>   {_CALLING} )
    | (?P<ambiguous> {_AMBIGUOUS} )
    | (?P<unclosed>  ['"] )
    """,
    _FLAGS,
)
_TARGET = re.compile(rf"(?:\s|{_COMMENT})* (?:silent(?:\s|{_COMMENT})*)? (?P<iri>{_IRI})", _FLAGS)


def refuse_unlisted(query: str, allowed: Collection[str] = ALLOWED) -> bool:
    """Whether the query calls a remote service; a Problem where one is not listed, or cannot be told before it runs."""
    return bool(service_calls(query, allowed))


def service_calls(query: str, allowed: Collection[str] = ALLOWED) -> list[tuple[int, int]]:
    """From where to where each service stands that the query calls, as <IRI>, in their order; a Problem as above."""
    calls: list[tuple[int, int]] = []
    if "service" not in query.lower():
        return calls
    for found in _TOKENS.finditer(query):
        match found.lastgroup:
            case "calling":
                calls.append(_target(query, found, allowed))
            case "ambiguous":
                fault = f"{found[0]} can be read in two ways: write the IRI in full, or `< `"
                raise refusal(query, found.start(), fault)
            case "unclosed":
                raise refusal(query, found.start(), "this string does not end, or has an escape that there is not", 400)
    return calls


def _target(query: str, call: re.Match[str], allowed: Collection[str]) -> tuple[int, int]:
    target = _TARGET.match(query, call.end())
    if call[0].upper() != "SERVICE" or not target:
        fault = "write SERVICE as a word of its own before the full <IRI> of the service"
        raise refusal(query, call.start(), fault)
    iri = target["iri"][1:-1]
    if iri not in allowed:
        listed = ", ".join(sorted(allowed))
        raise refusal(query, target.start("iri"), f"this endpoint does not call {iri}, only {listed}")
    return target.span("iri")


def refusal(query: str, start: int, fault: str, status: int = 403) -> Problem:
    """A Problem that names the place in a query from which it is refused."""
    line = query.count("\n", 0, start) + 1
    column = start - query.rfind("\n", 0, start)
    return Problem(status, f"line {line}, column {column}: {fault}", line=line, column=column)
