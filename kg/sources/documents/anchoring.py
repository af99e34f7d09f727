"""`kg anchor`: words in a fact sheet become offsets, and each span's hash is kept: no text enters the project."""

from pathlib import Path
from typing import Any

from kg.errors import FaultsFound, FileError
from kg.sources.description import Source
from kg.sources.documents.infobox import extract_infobox, write_infobox
from kg.sources.documents.sheet import Span
from kg.sources.documents.spans import read_document, write_spans
from kg.yamlfile import line_of, read_yaml


def anchor(source: Source, folder: Path) -> int:
    """Rewrite the anchors of a source that are words, read its infobox anew, write spans.tsv; the number of spans."""
    text = read_document(source, folder)
    box = extract_infobox(text)
    if box:
        write_infobox(source, box)
    spans = _rewrite_sheet(source.folder / "facts.yaml", text)
    spans |= {field.span for field in box.fields} | {box.heading} if box else set()
    write_spans(source, spans, text)
    return len(spans)


def _rewrite_sheet(path: Path, text: str) -> set[Span]:
    document = read_yaml(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    spans, faults = set[Span](), list[str]()
    for i, sentence in enumerate(document["sentences"]):
        within = (0, len(text))
        of_facts: list[list[str | int]] = [["sentences", i, "facts", j] for j in range(len(sentence.get("facts", [])))]
        of_sentence: list[str | int] = ["sentences", i]
        for place in [of_sentence, *of_facts]:
            try:
                span = _anchored(path, document, place, lines, text, within)
            except FileError as fault:
                faults.append(str(fault))
                continue
            within = span if len(place) == 2 else within
            spans.add(span)
    if faults:
        raise FaultsFound(f"{path}: not every anchor can be found:", faults)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return spans


def _anchored(path: Path, document: Any, place: list[str | int], lines: list[str], text: str, within: Span) -> Span:
    node = document
    for step in place:
        node = node[step]
    line = line_of(document, [*place, "at"])
    words = str(node["at"])
    first, _, last = words.partition("-")
    if first.isdigit() and last.isdigit():
        return int(first), int(last)
    start = text.find(words, *within)
    if start < 0 or text.find(words, start + 1, within[1]) >= 0:
        found = "do not stand" if start < 0 else "stand more than once"
        raise FileError(path, line, f"the words {words!r} {found} in {within[0]}-{within[1]} of the document")
    before, key, value = lines[line - 1].partition("at: ")
    if words not in {value, value[1:-1].replace('\\"', '"').replace("''", "'")}:
        raise FileError(path, line, "write the anchor on one line of its own, as `at: the words`")
    span = start, start + len(words)
    lines[line - 1] = f"{before}{key}{span[0]}-{span[1]}"
    return span
