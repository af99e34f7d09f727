"""Additions as a table for OpenRefine, a row for each reference of each, and the Wikibase schema that reads it.

Import the table, let OpenRefine use the columns of items as identifiers ("Reconcile → Use values as identifiers"), and
import the schema. A new statement is merged with one that has the same qualifiers and no other; what an existing
statement lacks is merged with the one of that value. Empty cells are left out by OpenRefine.
"""

import csv
import io
import json
from collections.abc import Iterable
from typing import Any

from kg.wikidata.giving.proposal import Proposal
from kg.wikidata.moments import DAY, MONTH

_LABELS = {
    "P39": ("position held", "wikibase-item"),
    "P102": ("member of political party", "wikibase-item"),
    "P580": ("start time", "time"),
    "P582": ("end time", "time"),
    "P4100": ("parliamentary group", "wikibase-item"),
    "P768": ("electoral district", "wikibase-item"),
    "P248": ("stated in", "wikibase-item"),
    "P854": ("reference URL", "url"),
    "P577": ("publication date", "time"),
    "P813": ("retrieved", "time"),
}
_QUALIFIERS = ("P580", "P582", "P4100", "P768")
_REFERENCE = ("P248", "P854", "P577", "P813")
_VALUES = {(prop, to): f"{prop} of {to}" for prop in ("P39", "P102") for to in ("new statement", "existing statement")}
COLUMNS = ("item", *_VALUES.values(), *_QUALIFIERS, *_REFERENCE, "because")
_SITE = "http://www.wikidata.org/entity/"
_VARIABLES = {"wikibase-item": "wbentityvariable", "time": "wbdatevariable", "url": "wbstringvariable"}


def as_table(proposals: Iterable[Proposal]) -> str:
    """The table, in CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for proposal in proposals:
        for reference in proposal.references:
            told = {prop: _cell(prop, value) for prop, value in (*proposal.qualifiers, *reference)}
            value = {_VALUES[proposal.property, proposal.to]: proposal.value}
            writer.writerow({"item": proposal.item, **value, **told, "because": proposal.because})
    return text.getvalue()


def as_schema() -> str:
    """The schema, in the JSON that OpenRefine exports and imports."""
    groups = [_group(prop, to, column) for (prop, to), column in _VALUES.items()]
    edit = {"type": "wbitemeditexpr", "subject": _entity("item"), "nameDescs": [], "statementGroups": groups}
    schema = {
        "entityEdits": [edit],
        "siteIri": _SITE,
        "entityTypeSiteIRI": {"item": _SITE, "property": _SITE},
        "mediaWikiApiEndpoint": "https://www.wikidata.org/w/api.php",
    }
    return json.dumps(schema, indent=2) + "\n"


def _group(prop: str, to: str, column: str) -> dict[str, Any]:
    # By all qualifiers, or by the value alone: with [] OpenRefine compares every qualifier.
    by = "qualifiers" if to == "new statement" else "snak"
    strategy: dict[str, Any] = {"type": by, "valueMatcher": {"type": "strict"}}
    if by == "qualifiers":
        strategy["pids"] = []
    statement = {
        "value": _entity(column),
        "qualifiers": [_snak(qualifier) for qualifier in _QUALIFIERS],
        "references": [{"snaks": [_snak(part) for part in _REFERENCE]}],
        "mergingStrategy": strategy,
        "mode": "add_or_merge",
    }
    return {"property": _property(prop), "statements": [statement]}


def _snak(prop: str) -> dict[str, Any]:
    return {"prop": _property(prop), "value": {"type": _VARIABLES[_LABELS[prop][1]], "columnName": prop}}


def _property(prop: str) -> dict[str, str]:
    label, datatype = _LABELS[prop]
    return {"type": "wbpropconstant", "pid": prop, "label": label, "datatype": datatype}


def _entity(column: str) -> dict[str, str]:
    return {"type": "wbentityvariable", "columnName": column}


def _cell(prop: str, value: str) -> str:
    """A value as OpenRefine reads it: of a time as much as its precision tells, 2019, 2019-02 or 2019-02-18."""
    if _LABELS[prop][1] != "time":
        return value
    day, _, precision = value.removeprefix("+").partition("T00:00:00Z/")
    return day if int(precision) == DAY else day[:7] if int(precision) == MONTH else day[:4]
