"""Every source's version of a thing side by side: what each says, on whose word, where, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from kg import iris
from kg.mapping import mapping
from kg.serve import answers, pages
from kg.serve.answers import Askable, Row, Term
from kg.serve.explorer import facts, words
from kg.serve.explorer.facts import Group
from kg.serve.pages import Link

MOST = 500  # the LIMIT in stated.rq and claims.rq
_LEFT_OUT = {iris.expand(curie) for curie in ("rdf:type", "rdfs:label", "pd:holds", "pd:memberOf")}
_CONTRADICTS, _ROW, _BASIS = (iris.expand(curie) for curie in ("pd:contradicts", "pd:row", "prov:wasDerivedFrom"))
_FEW = 4  # things that a claim was worked out from, which are named


@dataclass(frozen=True)
class Statement:
    """One value that a source gives, with its evidence where a claim carries that."""

    value: Link
    anchor: str = ""
    claim: str | None = None
    who: Link | None = None
    phrase: str = ""  # how the source introduces who speaks
    modality: Link | None = None
    rank: str = ""
    rule: Link | None = None
    span: tuple[int, int] | None = None
    rows: list[str] = field(default_factory=list)
    words: str = ""  # of which a date was made
    note: str = ""
    contradicts: list[Link] = field(default_factory=list)
    basis: list[Link] = field(default_factory=list)

    @property
    def is_only_said(self) -> bool:
        """Whether it is alleged, intended or denied, so that nobody but the speaker holds it."""
        return bool(self.modality and self.modality.text.lower() in {"alleged", "intended", "denied"})

    @property
    def is_outranked(self) -> bool:
        return self.rank in {"normal", "deprecated"} and not self.is_only_said


@dataclass(frozen=True)
class Line:
    """One property: what is held, and what each source says, by the source's IRI."""

    what: Link
    held: list[Link]
    said: dict[str, list[Statement]]

    @property
    def is_disputed(self) -> bool:
        return any(each.contradicts for statements in self.said.values() for each in statements)


@dataclass(frozen=True)
class Versions:
    """The sources, each a column, and the properties, each a line."""

    sources: dict[str, Link]
    lines: list[Line]
    is_cut: bool = False

    @property
    def contradictions(self) -> int:
        """On how many properties the sources, or one of them with itself, contradict each other."""
        return sum(line.is_disputed for line in self.lines)


def versions(quads: Askable, iri: str, held: list[Group], table: str) -> Versions:
    """What each source says of a thing, beside the values that are held."""
    stated = answers.select(quads, "stated", iri)
    claims = answers.select(quads, "claims", iri)
    said = _claimed(claims, answers.select(quads, "claims-relations", iri) if claims else [])
    for source, rows in _by(stated, "source").items():
        for group in facts.groups(rows, table=table):
            cell = said.setdefault(group.iri, {}).setdefault(source, [])
            known = {statement.value.text for statement in cell}
            cell += [Statement(link) for link in group.links if link.text not in known]
    names = {row["source"].value: _source(row) for row in [*claims, *stated] if "source" in row}
    values = {group.iri: group.links for group in held}
    told = sorted({*said, *(values if said else ())} - _LEFT_OUT, key=lambda name: _place(table, name))
    lines = [Line(facts.named(name), values.get(name, []), said.get(name, {})) for name in told]
    used = {source for line in lines for source in line.said}
    sources = {source: link for source, link in sorted(names.items(), key=lambda each: each[1].text) if source in used}
    return Versions(sources, lines, max(len(stated), len(claims)) >= MOST)


def _claimed(claims: list[Row], relations: list[Row]) -> dict[str, dict[str, list[Statement]]]:
    """The statements of claims, by property and source."""
    related = _by(relations, "claim")
    found: dict[str, dict[str, list[Statement]]] = {}
    values = {row["claim"].value: _value(row) for row in claims}
    for row in {row["claim"].value: row for row in claims}.values():
        source = row["source"].value if "source" in row else ""
        cell = found.setdefault(row["property"].value, {}).setdefault(source, [])
        cell.append(_statement(row, related.get(row["claim"].value, []), values))
    return found


def _statement(row: Row, related: list[Row], values: dict[str, Link]) -> Statement:
    claim = row["claim"].value
    others = [each["other"].value for each in related if each["relation"].value == _CONTRADICTS]
    basis = [words.link(e["other"], e.get("label")) for e in related if e["relation"].value == _BASIS]
    return Statement(
        value=_value(row),
        anchor=_anchor(claim),
        claim=pages.href(claim),
        who=pages.link(row["who"], row.get("whoLabel")) if "who" in row else None,
        phrase=_text(row, "phrase"),
        modality=pages.link(row["modality"], row.get("modalityLabel")) if "modality" in row else None,
        rank=row["rank"].value.rpartition("-")[2] if "rank" in row else "",
        rule=Link(_text(row, "ruleText"), pages.href(row["rule"].value)) if "rule" in row else None,
        span=(int(row["start"].value), int(row["end"].value)) if "start" in row and "end" in row else None,
        rows=[each["other"].value for each in related if each["relation"].value == _ROW],
        words=_text(row, "words"),
        note=_text(row, "note"),
        contradicts=[Link(values[o].text, f"#{_anchor(o)}") for o in others if o in values],
        basis=basis[:_FEW] + ([Link(f"{len(basis) - _FEW} more", pages.href(claim))] if len(basis) > _FEW else []),
    )


def _value(row: Row) -> Link:
    return words.link(row["value"], row.get("valueLabel")) if "value" in row else Link("—", title="no value")


def _source(row: Row) -> Link:
    return pages.link(row["source"], row.get("sourceLabel"))


def _anchor(claim: str) -> str:
    return f"claim-{claim.rpartition('/')[2]}"


def _text(row: Row, name: str) -> str:
    term: Term | None = row.get(name)
    return term.value if term else ""


def _by(rows: Iterable[Row], name: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row[name].value, []).append(row)
    return found


def _place(table: str, name: str) -> tuple[int, str]:
    order = [each.iri for each in mapping()[table].properties.values()] if table in mapping() else []
    return (order.index(name), name) if name in order else (len(order), name)
