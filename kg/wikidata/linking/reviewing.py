"""Doubtful links, looked at one by one: what people decide is written to a file that always wins."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kg.link.crosswalk import (
    EXACT,
    MANUAL,
    NONE,
    NOT,
    Mapping,
    prevailing,
    read_crosswalk,
    shipped_crosswalks,
    write_crosswalk,
)

DECISIONS = "wikidata-decisions"  # the file in data/links that `kg link review` writes
ANSWERS = {"a": "accept", "r": "reject", "n": "no item", "s": "skip", "q": "quit"}

Ask = Callable[[dict[str, str]], str]  # shows a pair, and gives the first letter of the answer; "q" at the end


@dataclass
class Reviewed:
    """How many pairs were accepted, rejected, declared to have no item, skipped."""

    accepted: int = 0
    rejected: int = 0
    without: int = 0
    skipped: int = 0


def decisions_path(data: Path) -> Path:
    return data / "links" / f"{DECISIONS}.sssom.tsv"


def review(pairs: list[dict[str, str]], ask: Ask, author: str, data: Path, today: dt.date) -> Reviewed:
    """Ask of each pair that is still open, and write each answer at once, so that whoever stops loses nothing."""
    done = Reviewed()
    for pair in pairs:
        settled = prevailing([[m for path in shipped_crosswalks(data) for m in read_crosswalk(path)]])
        if _is_settled(pair, settled):
            continue
        match ask(pair):
            case "q":
                break
            case "a":
                _add(data, _decision(pair, author, today))
                done.accepted += 1
            case "r":
                _add(data, _decision(pair, author, today, modifier=NOT))
                done.rejected += 1
            case "n":
                _add(data, _decision(pair, author, today, item=False))
                done.without += 1
            case _:
                done.skipped += 1
    return done


def _is_settled(pair: dict[str, str], settled: list[Mapping]) -> bool:
    """Whether the thing or the item is decided, or this very pair is rejected."""
    ref, qid = pair["ref"], pair["qid"]
    return any(
        (m.rejects and (m.ref, m.qid) == (ref, qid)) or (not m.rejects and (m.ref == ref or m.qid == qid))
        for m in settled
    )


def _add(data: Path, decision: Mapping) -> None:
    path = decisions_path(data)
    before = read_crosswalk(path) if path.is_file() else []
    write_crosswalk(path, DECISIONS, [*before, decision])


def _decision(pair: dict[str, str], author: str, today: dt.date, modifier: str = "", *, item: bool = True) -> Mapping:
    return Mapping(
        subject_id=f"pdid:{pair['ref']}",
        subject_label=pair["label"],
        predicate_id=EXACT,
        predicate_modifier=modifier,
        object_id=f"wd:{pair['qid']}" if item else NONE,
        object_label=pair["itemLabel"] if item else "",
        mapping_justification=MANUAL,
        author_label=author,
        reviewer_label="",
        mapping_tool="",
        mapping_tool_version="",
        confidence="",
        mapping_date=today.isoformat(),
        comment=f"Decided by looking: {pair['evidence']}" if pair["evidence"] else "Decided by looking.",
    )
