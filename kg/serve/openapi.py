"""/openapi.json: what FastAPI knows of the other addresses, and one path for each canned query, from its header."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from kg import queries
from kg.formats import Format
from kg.parameters import Parameter
from kg.queries import CannedQuery
from kg.serve import choices, paging
from kg.serve.canned import EDIT, RQ, formats_of, pictures_of
from kg.serve.negotiation import HTML, JSON, PROBLEM
from kg.serve.pictures import LEAST, MOST, WIDE

Document = dict[str, Any]

_DESCRIPTION = (
    "Who left which party, where, when, why and on whose word, in UK councils and parliaments. "
    "Each canned query has an address of its own; `/sparql` answers any other. In `.xlsx` and `.parquet` a column has "
    "the type of its values where they share one (a whole number, a decimal, a date, a truth value; a year is a whole "
    "number), and is text as the graph has it where they do not."
)
_PAGED = (
    "Rows have an order, and can be had in pages by `_page` and `_size`; `Link` then leads to the other pages. "
    "Without either the answer is whole."
)
_FORMATS = (
    "The format of the answer; rq is the query itself, filled in, edit a page with an editor for it; svg and png are "
    "its picture, card.png the same for a link."
)
_TEXT = {"schema": {"type": "string"}}
_DEFAULT = {"default": {"$ref": "#/components/responses/Problem"}}


def openapi(app: FastAPI) -> Document:
    """The description of the application, made anew only where the canned queries are not those it was made of."""
    known = queries.canned()
    if getattr(app.state, "described", None) != known:
        app.openapi_schema = _document(app, known)
        app.state.described = known
    assert app.openapi_schema is not None
    return app.openapi_schema


def _document(app: FastAPI, known: dict[str, CannedQuery]) -> Document:
    document = get_openapi(title=app.title, version=app.version, description=_DESCRIPTION, routes=app.routes)
    for operation in (operation for path in document["paths"].values() for operation in path.values()):
        operation["responses"] = _declared(operation["responses"])
    document["paths"] |= {"/queries": _list_path(), "/queries/{name}": _metadata_path(known)}
    for query in known.values():
        document["paths"] |= _query_paths(query)
    document["components"] = _components()
    return document


def _declared(responses: Document) -> Document:
    """FastAPI takes every answer for JSON, and every fault for its own 422; ours are negotiated, and problems."""
    declared = {status: response for status, response in responses.items() if status.startswith("2")}
    for response in declared.values():
        if response.get("content") == {"application/json": {"schema": {}}}:
            response["content"] = {"*/*": {}}
    return declared | _DEFAULT


def _list_path() -> Document:
    content = {JSON.media_type: {"schema": {"type": "object", "required": ["queries"]}}, HTML.media_type: _TEXT}
    return _get("list-of-queries", "Every canned query", ["queries"], [], {"200": _response("The queries", content)})


def _metadata_path(known: dict[str, CannedQuery]) -> Document:
    content = {JSON.media_type: {"schema": {"type": "object", "required": ["name", "parameters", "links"]}}}
    name = _in_path("name", "The name of a canned query.", list(known))
    summary = "What one canned query asks for and can be had as"
    responses = {"200": _response("The query; for people, a form", content | {HTML.media_type: _TEXT})}
    return _get("query", summary, ["queries"], [name], responses)


def _query_paths(query: CannedQuery) -> Document:
    formats = formats_of(query)
    drawn = pictures_of(query)
    names = [*(fmt.name for fmt in formats), RQ.name, HTML.name, EDIT.name, *(kind.name for kind in drawn)]
    given = [_in_path("format", _FORMATS, names)]
    given += [_parameter(query, parameter) for parameter in query.params.values()]
    described = query.description
    if not query.unpaged:
        given += [{"$ref": f"#/components/parameters/{name}"} for name in paging.NAMES]
        described += f"\n\n{_PAGED}"
    if drawn:
        given.append({"$ref": "#/components/parameters/_width"})
    pictures: Document = {kind.media_type: {} for kind in drawn}
    content = (
        {fmt.media_type: _content(query, fmt) for fmt in formats}
        | pictures
        | {
            RQ.media_type: _TEXT,
            HTML.media_type: _TEXT,
        }
    )
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in _HEADERS}
    responses = {
        "200": _response("The answer", content) | ({} if query.unpaged else {"headers": headers}),
        "304": {"description": "The client has the answer of this build already"},
    }
    asking = _get(query.name, query.summary, list(query.tags), given, responses, described)
    listed = [parameter for parameter in query.params.values() if parameter.choices]
    return {f"/queries/{query.name}.{{format}}": asking} | {
        str(choices.address(query, parameter)): _choices_path(query, parameter) for parameter in listed
    }


def _choices_path(query: CannedQuery, parameter: Parameter) -> Document:
    content = {JSON.media_type: {"schema": {"$ref": "#/components/schemas/Choices"}}}
    responses = {"200": _response("The choices", content), "304": {"description": "The client has them already"}}
    summary = f"What {parameter.name} can be in {query.name}"
    return _get(f"{query.name}-choices-{parameter.name}", summary, ["choices"], [], responses)


def _parameter(query: CannedQuery, parameter: Parameter) -> Document:
    schema = dict(parameter.kind.schema)
    if parameter.default is not None:
        schema["default"] = int(parameter.default) if parameter.type == "integer" else parameter.default
    if address := choices.address(query, parameter):
        schema["externalDocs"] = {"description": "The values that can be chosen, with their labels", "url": address}
    example = parameter.default or parameter.kind.example
    return {
        "name": parameter.name,
        "in": "query",
        "description": parameter.description,
        "allowEmptyValue": True,  # as forms send what is left open
        "schema": schema,
        "example": int(example) if parameter.type == "integer" else example,
    }


def _in_path(name: str, description: str, values: list[str]) -> Document:
    schema = {"type": "string", "enum": values}
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}


def _content(query: CannedQuery, fmt: Format) -> Document:
    if fmt.name == "json":
        return {"schema": {"$ref": f"#/components/schemas/{'Answer' if query.form == 'SELECT' else 'YesOrNo'}"}}
    return {} if fmt.name in {"xlsx", "parquet", "jsonld"} else _TEXT


def _response(description: str, content: Document) -> Document:
    return {"description": description, "content": content}


def _get(
    identifier: str, summary: str, tags: list[str], parameters: list[Document], responses: Document, more: str = ""
) -> Document:
    operation = {"operationId": identifier, "summary": summary, "tags": tags, "parameters": parameters}
    return {"get": operation | ({"description": more} if more else {}) | {"responses": responses | _DEFAULT}}


_HEADERS = {
    "Link": {
        "description": "The first, prev, next and last page by relation (RFC 8288); only the last tells that it is.",
        "schema": {"type": "string"},
    },
    "X-SPARQL-MaxRows": {
        "description": "Where there are rows behind those given: how many were given.",
        "schema": {"type": "integer"},
    },
}


def _components() -> Document:
    term = {"type": "object", "required": ["type", "value"]}
    row = {"type": "object", "additionalProperties": term}
    return {
        "headers": _HEADERS,
        "parameters": {
            "_page": _paging("_page", "The number of a page, from 1.", paging.LAST, 1),
            "_width": _paging("_width", "The width of a picture in pixels, of .svg and .png.", MOST, WIDE, LEAST),
            "_size": _paging("_size", "The rows on a page.", paging.LARGEST, paging.SIZE),
        },
        "responses": {"Problem": _response("A fault (RFC 9457)", {PROBLEM.media_type: {"schema": _PROBLEM}})},
        "schemas": {
            "Answer": _object({"head": {"type": "object"}, "results": _object({"bindings": _array(row)})}),
            "YesOrNo": _object({"head": {"type": "object"}, "boolean": {"type": "boolean"}}),
            "Choices": _object({"choices": _array(_object({"value": _STRING, "label": _STRING}))}),
        },
    }


def _paging(name: str, description: str, largest: int, default: int, least: int = 1) -> Document:
    schema = {"type": "integer", "minimum": least, "maximum": largest, "default": default}
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _object(properties: Document) -> Document:
    return {"type": "object", "required": list(properties), "properties": properties}


def _array(items: Document) -> Document:
    return {"type": "array", "items": items}


_STRING = {"type": "string"}
_PROBLEM = _object({"type": _STRING, "title": _STRING, "status": {"type": "integer"}, "detail": _STRING})
