"""What the commands print for people: tables of a build, an answer, a coverage; the reasons behind a value."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TransferSpeedColumn,
)
from rich.table import Table

from kg.build.cache import SET_ASIDE
from kg.builds import Build
from kg.cli.streams import err, out
from kg.diff import Diff
from kg.evaluate.changes import Evaluation, at_least
from kg.evaluate.people import PeopleEvaluation
from kg.link.evidence import Evidence, probability
from kg.queries import CannedQuery
from kg.sources.documents.coverage import Verified
from kg.sources.documents.sheet import Fact, Sentence
from kg.store import Answer
from kg.why import Reason

if TYPE_CHECKING:
    from kg.sources.fetch.fetching import Fetch  # which opens the network: commands that fetch nothing start sooner

_SHOWN = 10  # differences of one kind in a table


def progress_bar(*, quiet: bool) -> Progress:
    """A bar on standard error, so that what a command prints can be piped."""
    columns = (SpinnerColumn(), TextColumn("{task.description:40}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeElapsedColumn(), console=err, disable=quiet)


@contextmanager
def fetch_bar(*, quiet: bool) -> Iterator[Callable[[str, int, int | None], None]]:
    """A bar for each file that comes, on standard error: what to tell the name, the bytes there and the total."""
    columns = (TextColumn("{task.description:40}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=err, disable=quiet) as bar:

        def show(name: str, there: int, total: int | None) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(name, total=total)
            bar.update(tasks[name], completed=there, total=total)

        yield show


def print_fetched(done: "Fetch", left_out: list[str]) -> None:
    """How many files of each source came, and how many were there already; which have no address to come from."""
    counts = Counter((file.source.slug, file.how) for file in done.files)
    for slug in dict.fromkeys(file.source.slug for file in done.files):
        told = [f"{counts[slug, how]} {how}" for how in ("fetched", "copied", "unchanged") if counts[slug, how]]
        _line(f"{slug}: {', '.join(told)}")
    for slug in left_out:
        _line(f"{slug}: left out, for it has files without an address: name a local mirror with --from")


def print_report(done: Build) -> None:
    """What was built: the size, a table of the sources, a table of the classes, conflicts and warnings."""
    report = done.report
    if done.unchanged:
        _line("nothing was built: no fact, no description and no code has changed since")
    _line(f"build {done.id}: {report['quads']:,} quads, {report['consolidated']:,} of them the consolidated view")
    by_source = Table("source", "statements", "quads")
    for slug, counts in report["sources"].items():
        by_source.add_row(slug, f"{counts['statements']:,}", f"{counts['quads']:,}")
    by_class = Table("class", "things")
    for curie, count in report["classes"].items():
        by_class.add_row(curie, f"{count:,}")
    out.print(by_source, by_class)
    if report["absent"]:
        _line(f"left out, for they were not fetched: {', '.join(report['absent'])}")
    for slug, rows in report["setAside"].items():
        _line(f"{slug}: {rows:,} rows set aside, each with its reason in {done.folder / SET_ASIDE}")
    _line(f"{report['contradictions']} contradictions between claims, {len(report['warnings'])} warnings")
    for warning in report["warnings"]:
        _line(f"  {warning}")


def print_diff(found: Diff) -> None:
    """What differs between two builds: quads by graph, then each kind of difference, the first few of many."""
    _line(f"from build {found.old.id} to {found.new.id}")
    by_graph = Table("graph", "quads removed", "quads added")
    for graph in sorted({*found.counts.removed, *found.counts.added}):
        by_graph.add_row(graph, f"{found.counts.removed[graph]:,}", f"{found.counts.added[graph]:,}")
    out.print(by_graph)
    for what, of_kind in groupby(found.entries, key=lambda entry: entry.what):
        listed = list(of_kind)
        _line(f"{len(listed):,} × {what}", style="bold")
        for entry in listed[:_SHOWN]:
            values = f"{entry.before} → {entry.after}" if entry.before or entry.after else ""
            _line(f"  {entry.label or entry.thing}  {entry.property} {values}".rstrip())
        if len(listed) > _SHOWN:
            _line(f"  … and {len(listed) - _SHOWN:,} more; --format csv lists them all")


def print_answer(answer: Answer) -> None:
    """The answer to a SELECT as a table."""
    table = Table(*answer.variables)
    for row in answer.rows():
        table.add_row(*(cell or "" for cell in row))
    out.print(table)


def print_queries(queries: list[CannedQuery]) -> None:
    table = Table("query", "answers", "parameters")
    for query in queries:
        table.add_row(query.name, query.summary, ", ".join(query.params))
    out.print(table)


def print_reason(reason: Reason) -> None:
    """One claim: its value, what became of it and why, where it stands and on whose word."""
    where = f", characters {reason.span[0]}-{reason.span[1]}" if reason.span else ""
    speaker = f", on the word of {reason.speaker}" if reason.speaker else ""
    basis = f", taken from: {reason.basis}" if reason.basis else ""
    _line(f"{reason.property} = {reason.value}", style="bold" if reason.rank == "Preferred" else "dim")
    _line(f"    {reason.rank}: {reason.rule_text}")
    _line(f"    {reason.modality} in “{reason.source}”{where}{speaker}{basis}")
    if reason.note:
        _line(f"    {reason.note}")


def print_judged(pair: dict[str, str]) -> None:
    """Two neighbouring labels of one person: what the rules made of them, by which rule, and where they stand."""
    made = {"change": "a change of side", "not-a-change": "no change of side", "other-person": "another person"}
    sides = f"{pair['earlierLabel']} ({pair['earlier']}) to {pair['laterLabel']} ({pair['later']})"
    _line(f"{pair['personLabel']}, {pair['bodyLabel']}: {sides}", style="bold" if pair["change"] else "dim")
    _line(f"    {made[pair['verdict']]}, by the rule {pair['rule']}: {pair['reason']}")
    _line(f"    {pair['earlierRow']}; {pair['laterRow']}")


def print_verified(result: Verified) -> None:
    """How many anchors of a document hold, and each that does not with the facts that rest on it."""
    changed = " (the document has changed)" if result.document_changed else ""
    _line(f"{result.source.slug}: {result.anchors - len(result.broken)} of {result.anchors} anchors hold{changed}")
    for broken, facts in result.broken:
        moved = f"; the same text now stands at {_span(broken.moved_to)}" if broken.moved_to else ""
        _line(f"  {_span(broken.span)} no longer says what was read{moved}")
        for fact in facts:
            _line(f"    {fact.path}:{fact.line}: {fact.about} {_told(fact)}")
    for gap in result.uncovered:
        _line(f"  {_span(gap)} is in no sentence of the sheet")


def print_coverage(slug: str, found: list[Sentence], text: str | None) -> None:
    """A table of the sentences of a document; with its text, how each opens."""
    facts = sum(len(sentence.facts) for sentence in found)
    _line(f"{slug}: {len(found)} sentences, {facts} facts")
    table = Table("characters", *(["opens"] if text else []), "facts", "left out")
    for sentence in found:
        start, end = sentence.span
        opening = [text[start : min(end, start + 40)]] if text else []
        table.add_row(_span(sentence.span), *opening, str(len(sentence.facts) or ""), sentence.left_out or "")
    out.print(table)


def print_evaluation(found: Evaluation) -> None:
    """Precision and recall for each part of the sample, with the numbers they rest on; then the disagreements."""
    table = Table("sample", "cases", "precision", "recall")
    for split, score in found.scores.items():
        shares = [(score.right, score.right + score.wrong), (score.right, score.right + score.missed)]
        told = [f"{n / of:.3f} ({n} of {of}; at least {at_least(n, of):.3f})" if of else "–" for n, of in shares]
        table.add_row(split, str(score.cases), *told)
    out.print(table)
    _line(f"{len(found.disagreements)} disagreements" + (":" if found.disagreements else ""))
    for disagreement in found.disagreements:
        _line(f"  {disagreement}")
    agreed, of = found.second
    if of:
        _line(f"a second judge, who saw neither our rules nor the verdicts, agrees on {agreed} of {of} cases")
    if isinstance(found, PeopleEvaluation):
        for split, (precision, recall) in found.weighted.items():
            shown = f"precision {precision:.3f}, recall {recall:.3f}"
            _line(f"{split}, each pair standing for those that it was drawn from: {shown}")
        _line(f"{found.unsure} pairs are left out, because nobody could tell")


def print_doubtful(pairs: list[dict[str, str]], limit: int, folder: Path) -> None:
    """The first of the pairs that are left to decide, each with its evidence."""
    _line(
        f"{len(pairs)} pairs to decide, in {folder / 'people.csv'}; write what you decide to data/links/decisions.csv"
    )
    for pair in pairs[:limit]:
        _line(
            f"{pair['probability']}  {pair['one']}  {pair['other']}"
            + (f"  ({pair['reason']})" if pair["reason"] else "")
        )
        _line(f"        {pair['evidence']}", style="dim")


def print_evidence(found: list[Evidence]) -> None:
    """The findings of one pair as a waterfall: the weight of each in powers of two, and the sum so far."""
    table, total = Table("compared", "found", "weight", "sum"), 0.0
    for evidence in found:
        total += evidence.weight
        table.add_row(evidence.comparison, evidence.finding, f"{evidence.weight:+.1f}", f"{total:+.1f}")
    out.print(table)
    _line(f"one and the same with a probability of {probability(found):.4f}")


def _line(text: str, style: str | None = None) -> None:
    out.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def _span(span: tuple[int, int]) -> str:
    return f"{span[0]}-{span[1]}"


def _told(fact: Fact) -> str:
    shown = [f"{name}={'|'.join(several)}" for name, several in fact.values.items()]
    return " ".join([*shown, *([f"kind={fact.kind}"] if fact.kind else [])])
