"""Whether a built graph may be published: its shapes, the domain's checks, the counts that each source promises."""

from dataclasses import dataclass
from pathlib import Path

import shacl

from kg.iris import shorten
from kg.paths import ONTOLOGY
from kg.sources.description import Source
from kg.store import Quads

CHECKS = Path(__file__).with_name("checks")


@dataclass(frozen=True)
class Finding:
    """One thing that is not right; a warning stops only a strict build."""

    rule: str
    message: str
    warning: bool = False

    def __str__(self) -> str:
        return f"{self.rule}: {self.message}"


def validate(quads: Quads) -> list[Finding]:
    """Every breach of the shapes and of the checks in the default graph."""
    return [*_against_shapes(quads), *_against_checks(quads)]


def check_counts(counts: dict[str, int], sources: list[Source]) -> list[Finding]:
    """Sources that yield fewer or more statements than their description allows."""
    return [
        Finding(
            "counts",
            f"{s.slug} yields {counts[s.slug]} statements; its description allows {s.min_facts} to {s.max_facts}",
        )
        for s in sources
        if not s.min_facts <= counts[s.slug] <= s.max_facts
    ]


def _against_shapes(quads: Quads) -> list[Finding]:
    shapes = shacl.Shapes.from_file(str(ONTOLOGY / "shapes.ttl"))
    report = shapes.validate_text(quads.dump("").decode(), format="ntriples")
    return [
        Finding(
            "shape",
            f"{_short(r.focus_node)}: {r.message or r.component} {_short(r.value or '')}".rstrip(),
            r.severity != "Violation",
        )
        for r in report.results
    ]


def _against_checks(quads: Quads) -> list[Finding]:
    return [finding for path in sorted(CHECKS.glob("*.rq")) for finding in _against_check(quads, path)]


def _against_check(quads: Quads, path: Path) -> list[Finding]:
    text = path.read_text(encoding="utf-8")
    message = text.splitlines()[0].removeprefix("# message: ")
    answer = quads.query(text)
    names = answer.variables
    return [
        Finding(path.stem, message.format(**{n: shorten(v or "") for n, v in zip(names, row, strict=True)}))
        for row in answer.rows()
    ]


def _short(term: str) -> str:
    return shorten(term[1:-1]) if term.startswith("<") else term
