"""What may be meant by the first letters of a name or an id, and a few words about it."""

from collections.abc import Iterable
from typing import Any

from kg.search import Index, Known, find
from kg.serve import pages
from kg.serve.problem import Problem
from kg.serve.reconcile.answering import named, types_of
from kg.serve.reconcile.offered import Offered, properties, properties_of, types
from kg.serve.reconcile.reading import ref_of, type_id

Json = dict[str, Any]

PAGE = 20  # suggestions at once


def entities(index: Index, prefix: str, cursor: int, wanted: tuple[str, ...]) -> list[Json]:
    """Things whose names begin so, or that have this id or another's code."""
    found = find(index, ref_of(prefix), types=wanted, limit=cursor + PAGE)[cursor:]
    return [
        {
            "id": one.ref,
            "name": one.label,
            "description": one.description,
            "notable": [{"id": one.type, "name": types()[one.type].name}],
        }
        for one in found
    ]


def type_suggestions(prefix: str, cursor: int) -> list[Json]:
    """Types in whose id or name the text stands."""
    return [named(known) for known in types().values() if _has(prefix, known.id, known.name)][cursor : cursor + PAGE]


def property_suggestions(prefix: str, cursor: int, wanted: tuple[str, ...]) -> list[Json]:
    """Properties in whose id or name the text stands; of some types only where those are given."""
    offered = _of_types(wanted)
    return [_named(p) for p in offered if _has(prefix, p.id, p.name)][cursor : cursor + PAGE]


def proposed(type_text: str, limit: int | None) -> Json:
    """The properties that can be fetched of a type, the common ones first."""
    found = [_named(p) for p in _of_types((type_text,) if type_text else ())]
    asked = {"limit": limit} if limit else {}
    return {**({"type": type_text} if type_text else {}), **asked, "properties": found[: limit or None]}


def flyout(index: Index, kind: str, id: str) -> Json:
    """A few words about one entity, type or property, as HTML."""
    if kind == "entity":
        known = entity(index, id)
        title, text = known.label, known.description
    else:
        found = types().get(type_id(id) or "") if kind == "type" else properties().get(id)
        if not found:
            raise Problem(404, f"there is no {kind} {id!r}")
        title, text = found.name, found.description
    return {"id": id, "html": pages.render("reconcile/flyout.html", title=title, text=text)}


def entity(index: Index, id: str) -> Known:
    """The one thing that an id names; a Problem for any other."""
    found = [known for known in index.identified(ref_of(id), 2) if known.ref == ref_of(id)]
    if not found:
        raise Problem(404, f"nothing in this build can be matched to the id {id!r}")
    return found[0]


def preview(known: Known) -> str:
    """A small page about one thing, to be shown in a frame."""
    return pages.render("reconcile/preview.html", known=known, types=types_of(known))


def _of_types(wanted: Iterable[str]) -> list[Offered]:
    tables = dict.fromkeys(types()[id].table for text in wanted if (id := type_id(text)))
    if not tables:
        return list(properties().values())
    return list(dict.fromkeys(p for table in tables for p in properties_of(table)))


def _named(offered: Offered) -> Json:
    return {"id": offered.id, "name": offered.name, "description": offered.description}


def _has(prefix: str, *texts: str) -> bool:
    return any(prefix.casefold() in text.casefold() for text in texts)
