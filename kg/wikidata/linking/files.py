"""What linking leaves behind: the accepted links as SSSOM in the home, the doubtful ones and the faults for people."""

import csv
import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path

from kg import __version__
from kg.errors import FileError, KgError
from kg.link.crosswalk import EXACT, Mapping, read_crosswalk, write_crosswalk
from kg.wikidata.linking import Found
from kg.wikidata.linking.deciding import Link

TOOL = "kg link wikidata"
DOUBTFUL = ["ref", "label", "qid", "itemLabel", "weight", "probability", "reason", "evidence"]
_FAULTS = ["kind", "ref", "qid", "told"]


def links_path(home: Path) -> Path:
    """Where what is accepted for the builds of a home lies; the next build takes it in."""
    return home / "links" / "wikidata.sssom.tsv"


def doubtful_path(home: Path) -> Path:
    return home / "review" / "wikidata.csv"


def faults_path(home: Path) -> Path:
    return home / "review" / "wikidata-faults.csv"


def write_found(home: Path, found: Found, today: dt.date) -> None:
    """Write the accepted links, the doubtful ones and the faults. A link that stood before keeps its date."""
    path = links_path(home)
    before = {(m.ref, m.qid): m.mapping_date for m in read_crosswalk(path)} if path.is_file() else {}
    accepted = found.of("accepted")
    mappings = [_mapping(link, found, before.get((link.ref, link.qid), today.isoformat())) for link in accepted]
    write_crosswalk(path, "found/wikidata", mappings)
    _write(doubtful_path(home), DOUBTFUL, (_doubtful(link, found) for link in found.of("doubtful")))
    _write(faults_path(home), _FAULTS, ((f.kind, f.ref, f.qid, f.told) for f in found.faults))


def read_doubtful_links(home: Path) -> list[dict[str, str]]:
    """The doubtful pairs that the last linking left, the likeliest first."""
    path = doubtful_path(home)
    if not path.is_file():
        raise KgError(f"there is no {path}: run `kg link wikidata` first")
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        if reader.fieldnames != DOUBTFUL:
            raise FileError(path, 1, f"the columns must be {', '.join(DOUBTFUL)}")
        return list(reader)


def _mapping(link: Link, found: Found, date: str) -> Mapping:
    return Mapping(
        subject_id=f"pdid:{link.ref}",
        subject_label=_plain(found.labels.get(link.ref, "")),
        predicate_id=EXACT,
        predicate_modifier="",
        object_id=f"wd:{link.qid}",
        object_label=_plain(found.labels.get(link.qid, "")),
        mapping_justification="semapv:CompositeMatching",
        author_label="party-defections",
        reviewer_label="",
        mapping_tool=TOOL,
        mapping_tool_version=__version__,
        confidence=f"{min(link.probability, 0.9999):.4f}",
        mapping_date=date,
        comment=_told(link, found),
    )


def _doubtful(link: Link, found: Found) -> Sequence[str]:
    labels = found.labels.get(link.ref, ""), found.labels.get(link.qid, "")
    weight, probability = f"{link.weight:.1f}", f"{link.probability:.4f}"
    return link.ref, labels[0], link.qid, labels[1], weight, probability, link.reason, _told(link, found)


def _told(link: Link, found: Found) -> str:
    return "; ".join(f"{e.finding} {e.weight:+.1f}" for e in found.evidence[link.ref, link.qid][1:])


def _plain(text: str) -> str:
    """A label on one line, for a cell of a table."""
    return " ".join(text.split())


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
