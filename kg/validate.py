"""Whether a built graph may be published: its shapes, the domain's checks, the counts that each source promises."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import shacl

from kg.checks import failed_checks
from kg.facts import Connection
from kg.iris import shorten
from kg.paths import ONTOLOGY
from kg.sources.description import Source

TOLD = 50  # findings of one rule that are told


@dataclass(frozen=True)
class Finding:
    """One thing that is not right; a warning stops only a strict build."""

    rule: str
    message: str
    warning: bool = False

    def __str__(self) -> str:
        return f"{self.rule}: {self.message}"


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


def check_shrinking(counts: dict[str, int], before: dict[str, dict[str, int]], sources: list[Source]) -> list[Finding]:
    """Table sources that yield fewer statements than in the build before, by more than their description allows."""
    return [
        Finding(
            "shrinking",
            f"{s.slug} yields {counts[s.slug]} statements, in the build before {before[s.slug]['statements']}; its "
            f"description allows it to shrink by {s.shrink:.1%}",
        )
        for s in sources
        if s.tables and s.slug in before and counts[s.slug] < before[s.slug]["statements"] * (1 - s.shrink)
    ]


def check_view(connection: Connection) -> list[Finding]:
    """Every breach of the checks in kg/checks, in the rows of the view."""
    return _first(Finding(failed.check, failed.message, failed.warning) for failed in failed_checks(connection))


def check_shapes(view: Path) -> list[Finding]:
    """Every breach of the shapes in a file of the view's triples."""
    report = shacl.Shapes.from_file(str(ONTOLOGY / "shapes.ttl")).validate_file(str(view))
    return _first(
        Finding(
            "shape",
            f"{_short(r.focus_node)}: {r.message or r.component} {_short(r.value or '')}".rstrip(),
            r.severity != "Violation",
        )
        for r in report.results
    )


def _first(findings: Iterable[Finding]) -> list[Finding]:
    """The findings, of each rule not more than a reader can take in; the others are counted."""
    by_rule: dict[tuple[str, bool], list[Finding]] = {}
    for finding in sorted(findings, key=str):
        by_rule.setdefault((finding.rule, finding.warning), []).append(finding)
    shown = []
    for (rule, warning), several in by_rule.items():
        more = [Finding(rule, f"and {len(several) - TOLD:,} more", warning)] if len(several) > TOLD else []
        shown += several[:TOLD] + more
    return shown


def _short(term: str) -> str:
    return shorten(term[1:-1]) if term.startswith("<") else term
