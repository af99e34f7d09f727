"""The query operation of the SPARQL 1.1 Protocol: what a request asks, by GET or by either kind of POST."""

from email.message import Message

from kg.serve.evaluation.frames import Question
from kg.serve.percent import decoded
from kg.serve.problem import Problem

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"

Fields = list[tuple[str, str]]


def read_question(method: str, query_string: bytes, content_type: str, body: bytes, accept: str) -> Question:
    """What a request asks; a Problem where it asks nothing, or not as the protocol has it."""
    fields = read_fields(query_string)
    if method == "POST":
        fields += _posted(content_type, body)
    return _question(fields, accept)


def read_fields(encoded: bytes) -> Fields:
    """The fields of a query string or a form, decoded once; what is not UTF-8 is a 400."""
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
    )


def _media_type(content_type: str) -> tuple[str, str]:
    message = Message()
    message["content-type"] = content_type
    media_type = message.get_content_type() if content_type else ""
    return media_type, message.get_content_charset("utf-8")


def _utf8(octets: bytes) -> str:
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise Problem(400, f"the request is not UTF-8: {fault}") from fault


def _read_only() -> Problem:
    return Problem(400, "this endpoint answers queries only: the graph is changed by a new build, never by an update")
