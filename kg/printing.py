"""What the commands print for people: tables of a build, an answer, a coverage; the reasons behind a value."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from kg.builds import Build
from kg.queries import CannedQuery
from kg.sources.coverage import Verified
from kg.sources.sheet import Fact, Sentence
from kg.store import Answer
from kg.why import Reason

out = Console()
err = Console(stderr=True)


def progress_bar(*, quiet: bool) -> Progress:
    """A bar on standard error, so that what a command prints can be piped."""
    columns = (SpinnerColumn(), TextColumn("{task.description:40}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeElapsedColumn(), console=err, disable=quiet)


def print_report(done: Build) -> None:
    """What was built: the size, a table of the sources, a table of the classes, conflicts and warnings."""
    report = done.report
    _line(f"build {done.id}: {report['quads']:,} quads, {report['consolidated']:,} of them the consolidated view")
    by_source = Table("source", "statements", "quads")
    for slug, counts in report["sources"].items():
        by_source.add_row(slug, f"{counts['statements']:,}", f"{counts['quads']:,}")
    by_class = Table("class", "things")
    for curie, count in report["classes"].items():
        by_class.add_row(curie, f"{count:,}")
    out.print(by_source, by_class)
    _line(f"{report['contradictions']} contradictions between claims, {len(report['warnings'])} warnings")
    for warning in report["warnings"]:
        _line(f"  {warning}")


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


def _line(text: str, style: str | None = None) -> None:
    out.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def _span(span: tuple[int, int]) -> str:
    return f"{span[0]}-{span[1]}"


def _told(fact: Fact) -> str:
    shown = [f"{name}={'|'.join(several)}" for name, several in fact.values.items()]
    return " ".join([*shown, *([f"kind={fact.kind}"] if fact.kind else [])])
