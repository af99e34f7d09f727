"""Additions in the two languages of QuickStatements, V1 and CSV; nothing is sent.

V1 is a line for each addition, its parts between tabs. A value is an item, a time, or a text in double quotes, in which
no tab and no line can end. QuickStatements adds to the statement that has the value, whatever its qualifiers: a
statement that is to stand beside one of the same value is `!P39`. The first `S…` opens a reference, `!S…` another one.

CSV has one header for all rows, and an empty cell is an error: so there is a file for each set of columns. `S…` opens a
reference and `s…` goes on with it. It cannot put a statement beside another one of the same value.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from kg.wikidata.giving.proposal import Proposal, Snak

BESIDE = "the CSV of QuickStatements cannot set a statement beside one of the same value: use v1"
_ADDRESS = "!#$%&'()*+,/:;=?@[]~-._"  # what may stand in an address as it is: no quote, bar, tab or end of line


def as_v1(proposals: Iterable[Proposal]) -> str:
    """A line for each addition, with a comment that says why, which becomes the summary of the edit."""
    return "".join(f"{_line(proposal)}\n" for proposal in proposals)


def as_csv(proposals: Iterable[Proposal]) -> tuple[list[str], Counter[str]]:
    """A CSV for each set of columns that the additions need, and what could not be written, with why."""
    tables: dict[tuple[str, ...], list[list[str]]] = {}
    withheld: Counter[str] = Counter()
    for proposal in proposals:
        if proposal.beside:
            withheld[BESIDE] += 1
            continue
        cells = _cells(proposal)
        tables.setdefault(tuple(name for name, _ in cells), []).append([value for _, value in cells])
    return [_table(header, rows) for header, rows in sorted(tables.items())], withheld


def _line(proposal: Proposal) -> str:
    parts = [proposal.item, ("!" if proposal.beside else "") + proposal.property, proposal.value]
    for prop, value in proposal.qualifiers:
        parts += [prop, _value(prop, value)]
    for number, reference in enumerate(proposal.references):
        for place, (prop, value) in enumerate(reference):
            opens = "!S" if number and not place else "S"
            parts += [opens + prop.removeprefix("P"), _value(prop, value)]
    return "\t".join(parts) + f"\t/* {_comment(proposal.because)} */"


def _cells(proposal: Proposal) -> list[tuple[str, str]]:
    cells = [("qid", proposal.item), (proposal.property, proposal.value)]
    cells += [(f"qal{prop.removeprefix('P')}", _value(prop, value)) for prop, value in proposal.qualifiers]
    for reference in proposal.references:
        cells += _reference(reference)
    return [*cells, ("#", _comment(proposal.because))]


def _reference(reference: Sequence[Snak]) -> list[tuple[str, str]]:
    return [
        (("s" if place else "S") + prop.removeprefix("P"), _value(prop, value))
        for place, (prop, value) in enumerate(reference)
    ]


def _value(prop: str, value: str) -> str:
    """A value as it is written: an address is a text in quotes."""
    return f'"{quote(value, safe=_ADDRESS)}"' if prop == "P854" else value


def _comment(text: str) -> str:
    """Words without what would end the comment, the part or the line."""
    return " ".join(text.replace("/*", "").replace("*/", "").replace("|", "/").split())


def _table(header: Sequence[str], rows: list[list[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
