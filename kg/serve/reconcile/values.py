"""The values that properties have in the graph: of things that are known, or the things that have a value."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from kg import iris
from kg.formats import BY_NAME
from kg.mapping import class_of_path
from kg.serve import answers
from kg.serve.answers import Term
from kg.serve.live import Opened
from kg.serve.reconcile.offered import Dates, Offered, Way

_NAMED = iris.ID  # the namespace of things of ours
_PLAIN = re.compile(r"[^\x00-\x20<>\"{}|^`\\]+")
_AT_ONCE = 2000  # things that one query asks about


@dataclass(frozen=True, order=True)
class Value:
    """One value: its text, or of a thing its reference and label; of a date what is known of it, as an interval a/b."""

    text: str
    label: str | None = None  # of a thing; None for anything else
    datatype: str | None = None


def values_of(build: Opened, offered: Offered, refs: Iterable[str]) -> dict[str, list[Value]]:
    """What a property has for some things of ours, each in the order of labels and texts; nothing for what has none."""
    found: dict[str, set[Value]] = {}
    named = sorted({ref for ref in refs if _is_plain(ref)})
    for way in offered.ways:
        theirs = [ref for ref in named if _table(ref) == way.table]
        for start in range(0, len(theirs), _AT_ONCE):
            for row in answers.rows(build.ask(_asked(way, theirs[start : start + _AT_ONCE]), BY_NAME["json"])):
                value = _period(row) if way.dates else _value(row["value"], row.get("label"))
                if not offered.paths or value.text.partition("/")[0] in offered.paths:
                    found.setdefault(row["id"].value.removeprefix(_NAMED), set()).add(value)
    return {ref: sorted(values, key=lambda v: (v.label or "", v.text)) for ref, values in found.items()}


def holders_of(build: Opened, offered: Offered, texts: Collection[str]) -> set[str]:
    """The things of ours, a hundred at most, of which a property has one of some values: references, or texts."""
    terms = " ".join(_terms(offered, texts))
    found: set[str] = set()
    for way in dict.fromkeys(replace(way, table="") for way in offered.ways):
        if terms and not way.dates:
            query = _read("holders").replace("{ UNDEF }", f"{{ {terms} }}").replace("<urn:path>", way.path)
            found |= {row["id"].value for row in answers.rows(build.ask(query, BY_NAME["json"]))}
    return {ref for iri in found if (ref := iris.ref_of(iri))}


def _table(ref: str) -> str:
    """The table of the things of a reference; empty for none of ours."""
    cls = class_of_path().get(ref.partition("/")[0])
    return cls.table if cls else ""


def _asked(way: Way, refs: list[str]) -> str:
    ids = " ".join(f"<{iris.thing(ref)}>" for ref in refs)
    query = _read("periods" if way.dates else "values").replace("{ UNDEF }", f"{{ {ids} }}")
    return _dated(query, way.path, way.dates) if way.dates else query.replace("<urn:path>", way.path)


def _dated(query: str, path: str, dates: Dates) -> str:
    reached = f"?id {path} ?node" if path else "BIND(?id AS ?node)"
    query = query.replace("?id <urn:path> ?node", reached)
    for name, iri in (("exact", dates.exact), ("earliest", dates.earliest), ("latest", dates.latest)):
        query = query.replace(f"<urn:{name}>", f"<{iri}>" if iri else f"<urn:no-{name}>")
    return query


def _period(row: dict[str, Term]) -> Value:
    if "exact" in row:
        return Value(row["exact"].value, datatype=row["exact"].datatype)
    bounds = [row[name].value if name in row else ".." for name in ("earliest", "latest")]
    return Value("/".join(bounds))


def _value(term: Term, label: Term | None) -> Value:
    if term.kind == "uri" and term.value.startswith(_NAMED):
        ref = term.value.removeprefix(_NAMED)
        return Value(ref, label.value if label else ref)
    return Value(term.value, datatype=term.datatype)


def _terms(offered: Offered, texts: Collection[str]) -> list[str]:
    """The terms that a value can be in the graph: of a text in plain words or in English."""
    if offered.is_entity:
        return [f"<{iris.thing(text)}>" for text in sorted(texts) if _is_plain(text)]
    quoted = [f'"{_escaped(text)}"' for text in sorted(texts)]
    if offered.kind in {"integer", "decimal"}:
        return [f"{text}^^<{iris.expand(f'xsd:{offered.kind}')}>" for text in quoted]
    if offered.kind == "uri":
        return [f"<{text}>" for text in sorted(texts) if _is_plain(text)]
    return [form for text in quoted for form in (text, f"{text}@en")]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")


def _is_plain(text: str) -> bool:
    """Whether a text can stand inside an IRI."""
    return bool(_PLAIN.fullmatch(text))


@cache
def _read(name: str) -> str:
    return (Path(__file__).parent / f"{name}.rq").read_text(encoding="utf-8")
