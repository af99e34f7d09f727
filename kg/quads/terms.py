"""What a row of a fact table says in RDF: by the mapping, predicates and the SQL of the values that are their terms."""

from collections.abc import Iterator
from dataclasses import dataclass

from kg.iris import ID, NAMESPACES, expand
from kg.mapping import Class, Property, mapping

_XSD = NAMESPACES["xsd"]
_TYPED = {"integer": "integer", "decimal": "decimal", "year": "gYear"}


@dataclass(frozen=True)
class Said:
    """One predicate of a row. Its term is `before`, a value and `after`; `value` is SQL over the row, null for none."""

    predicate: str
    before: str
    value: str  # a list where the predicate can have many values
    after: str
    many: bool
    column: str  # the column that it is read from

    @property
    def terms(self) -> str:
        """SQL of the whole term, or of the list of all terms."""
        if self.many:
            return f"list_transform({self.value}, lambda value: '{self.before}' || value || '{self.after}')"
        return f"'{self.before}' || {self.value} || '{self.after}'"


def said(cls: Class, prefix: str = "", path: str | None = None) -> list[Said]:
    """Everything that a row of a class can say, in the order of the predicates; its columns open with the prefix.

    Where a path is given, the rows are of that path and none tells its kind.
    """
    found = [*_types(cls, prefix, path), *(s for prop in cls.properties.values() for s in _property(prop, prefix))]
    return sorted(found, key=lambda what: (what.predicate, what.before))


def types_of(cls: Class, prefix: str = "") -> str:
    """SQL of the classes of a thing as a list: those of the kind that its row tells, and those of its path."""
    cases = " ".join(
        f"WHEN '{path}/{kind}' THEN [{', '.join(_quoted(cls, of_path, kind))}]"
        for path, of_path in cls.paths.items()
        for kind in ("", *cls.kinds)
    )
    return f"CASE split_part({prefix}subject, '/', 1) || '/' || coalesce({prefix}kind, '') {cases} END"


def expanded_property(curie: str) -> str:
    """SQL of the IRI, in angle brackets, that a CURIE stands for."""
    cases = " ".join(f"WHEN '{prefix}' THEN '<{namespace}'" for prefix, namespace in NAMESPACES.items())
    return f"CASE split_part({curie}, ':', 1) {cases} END || split_part({curie}, ':', 2) || '>'"


def _types(cls: Class, prefix: str, path: str | None) -> Iterator[Said]:
    predicate = f"<{NAMESPACES['rdf']}type>"
    if path is None:
        yield Said(predicate, "", types_of(cls, prefix), "", many=True, column="subject")
    else:
        there = f"CASE WHEN {prefix}subject IS NOT NULL THEN '' END"
        for curie in cls.kinds[cls.paths[path]]:
            yield Said(predicate, f"<{expand(curie)}", there, ">", many=False, column="subject")


def _quoted(cls: Class, *kinds: str) -> list[str]:
    curies = dict.fromkeys(curie for kind in kinds if kind for curie in cls.kinds[kind])
    return [f"'<{expand(curie)}>'" for curie in curies]


def _property(prop: Property, prefix: str) -> Iterator[Said]:
    predicate, column = f"<{prop.iri}>", f'"{prefix}{prop.name}"'
    if prop.kind == "date":
        for end in ("Earliest", "Latest"):
            bound = f"<{expand(f'pd:{prop.name}{end}')}>"
            yield Said(bound, '"', f"{end.lower()}({column})", f'"^^<{_XSD}date>', many=False, column=prop.name)
        yield Said(predicate, "", f"dated({column})", "", many=False, column=prop.name)
    elif prop.kind == "term":
        yield Said(predicate, "", _claimed(column, f'"{prefix}{prop.name}Kind"'), "", many=False, column=prop.name)
    elif prop.kind == "property":
        yield Said(predicate, "", expanded_property(column), "", many=False, column=prop.name)
    else:
        before, value, after = _written(prop, "value" if prop.many else column)
        if prop.many:
            value = column if value == "value" else f"list_transform({column}, lambda value: {value})"
        yield Said(predicate, before, value, after, many=prop.many, column=prop.name)


def _written(prop: Property, value: str) -> tuple[str, str, str]:
    """How a value is written: what stands before it, SQL of itself, what stands after it."""
    if prop.kind in {"ref", "concept"}:
        return f"<{ID}", value, ">"
    if prop.kind == "uri":
        return "<", value, ">"
    if prop.kind in _TYPED:
        return '"', f"{value}::VARCHAR" if prop.kind == "integer" else value, f'"^^<{_XSD}{_TYPED[prop.kind]}>'
    return '"', f"escaped({value})", '"@en' if prop.kind == "text" else '"'


def _claimed(value: str, kind: str) -> str:
    kinds = " ".join(f"WHEN '{k}' THEN '<{expand(c[0])}>'" for cls in mapping().values() for k, c in cls.kinds.items())
    return f"CASE {kind} WHEN 'kind' THEN CASE {value} {kinds} END ELSE term({value}, {kind}) END"
