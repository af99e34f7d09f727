"""The query operation of the SPARQL 1.1 Protocol: what a request asks, by GET or by either kind of POST."""

import re
from email.message import Message

from kg.serve.evaluation.frames import Question
from kg.serve.percent import decoded
from kg.serve.problem import Problem

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"

Fields = list[tuple[str, str]]

_FIELDS = 1000  # of one request
_LONGEST = 256  # characters of a media type that are read
_MILLISECONDS = "maxQueryTimeMillis"  # Blazegraph's, and so Wikidata's
_TIME = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(m?s)?")


def read_question(method: str, query_string: bytes, content_type: str, body: bytes, accept: str) -> Question:
    """What a request asks; a Problem where it asks nothing, or not as the protocol has it."""
    fields = read_fields(query_string)
    if method == "POST":
        fields += _posted(content_type, body)
    return _question(fields, accept)


def read_fields(encoded: bytes) -> Fields:
    """The fields of a query string or a form, decoded once; what is not UTF-8, or are too many, is a 400."""
    if encoded.count(b"&") >= _FIELDS:
        raise Problem(400, f"there are more than {_FIELDS:,} parameters")
    pairs = (field.partition(b"=") for field in encoded.split(b"&") if field)
    return [(_utf8(decoded(name)), _utf8(decoded(value))) for name, _, value in pairs]


def _posted(content_type: str, body: bytes) -> Fields:
    media_type, charset = _media_type(content_type)
    if not content_type and not body:
        return []  # Blazegraph posts a SERVICE call with everything in the address
    if media_type == UPDATE:
        raise _read_only()
    if media_type not in {FORM, QUERY}:
        detail = f"post a query as {QUERY} or as {FORM}, not as {media_type or 'nothing in particular'}"
        raise Problem(415, detail, {"Accept-Post": f"{QUERY}, {FORM}"})
    if charset not in {"utf-8", "utf8"}:
        raise Problem(415, f"post it in UTF-8, not in {charset}", {"Accept-Post": f"{QUERY}, {FORM}"})
    return read_fields(body) if media_type == FORM else [("query", _utf8(body))]


def _question(fields: Fields, accept: str) -> Question:
    values: dict[str, list[str]] = {}
    for name, value in fields:
        values.setdefault(name, []).append(value)
    if "update" in values:
        raise _read_only()
    if "query" not in values:
        raise Problem(400, "there is no query: give one in the parameter 'query', or post it")
    if len(values["query"]) > 1:
        raise Problem(400, f"the query is given {len(values['query'])} times; give it once")
    return Question(
        query=values["query"][0],
        default_graphs=tuple(values.get("default-graph-uri", ())),
        named_graphs=tuple(values.get("named-graph-uri", ())),
        union="union-default-graph" in values,
        format=next(iter(values.get("format", ())), None),  # SPARQLWrapper repeats it in other words
        accept=accept,
        deadline=_deadline(values),
    )


def _deadline(values: dict[str, list[str]]) -> float | None:
    """The seconds that a client gives its query: `timeout`, in seconds as Jena, RDF4J and Blazegraph have it.

    Virtuoso's are milliseconds; taken for seconds they are no bound, which is the lesser fault. 0 stands for none.
    """
    asked = [(name, value) for name in ("timeout", _MILLISECONDS) for value in values.get(name, ()) if value]
    seconds = [_seconds(name, value) for name, value in asked]
    return min(filter(None, seconds), default=None)


def _seconds(name: str, value: str) -> float:
    found = _TIME.fullmatch(value)
    if not found:
        raise Problem(400, f"parameter {name!r}: {value!r} is no time; write 10, 0.5, 10s or 500ms")
    return float(found[1]) / (1000 if (found[2] or "") == "ms" or (name == _MILLISECONDS and not found[2]) else 1)


def _media_type(content_type: str) -> tuple[str, str]:
    message = Message()
    message["content-type"] = content_type[:_LONGEST]
    media_type = message.get_content_type() if content_type else ""
    return media_type, message.get_content_charset("utf-8")


def _utf8(octets: bytes) -> str:
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise Problem(400, f"the request is not UTF-8: {fault}") from fault


def _read_only() -> Problem:
    return Problem(400, "this endpoint answers queries only: the graph is changed by a new build, never by an update")
