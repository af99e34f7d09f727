"""Names of real people as others write them, and the protocol by which a match of the reconciliation service is judged.

Each person is asked for in several ways, with and without the body and the years that a spreadsheet may have beside the
name. A match with anybody else is wrong, and so is any match for somebody who is not there: a given name of one person
with the family name of another, on a body that has nobody of such a name.
"""

import csv
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import httpx

from kg.search.names import person_words

_BATCH = 50
_SLIPPED = 5  # letters that a word has at least to be mistyped


@dataclass(frozen=True)
class Person:
    """Somebody with a body, and the electorate and the affiliation of one membership there."""

    ref: str
    name: str
    body: str
    ref_of_body: str
    electorate: str
    affiliation: str
    year: str

    @property
    def seat(self) -> str:
        return "parliament" if self.ref_of_body.startswith("body/") else "council"


@dataclass(frozen=True)
class Question:
    """A name as it is asked for, and who is meant: nobody, where no such person is there."""

    way: str
    beside: str
    name: str
    given: dict[str, str]
    ref: str | None


@dataclass
class Counts:
    """How the matches of one way of asking came out."""

    asked: int = 0
    matched: int = 0
    right: int = 0
    first: int = 0  # the best candidate is the right one
    wrong: list[tuple[str, str, str]] = field(default_factory=list)  # the name, who was meant, who was matched

    @property
    def precision(self) -> float:
        return self.right / self.matched if self.matched else 1.0


WAYS: dict[str, Callable[[str, random.Random], str | None]] = {
    "as it is": lambda name, _: name,
    "title and honour": lambda name, rng: f"{rng.choice(['Cllr', 'Cllr Dr', 'Councillor', 'Mrs', 'Sir'])} {name} MBE",
    "turned round": lambda name, _: f"{name.split()[-1]}, {' '.join(name.split()[:-1])}",
    "initial": lambda name, _: f"{name[0]} {name.split()[-1]}" if len(name.split()[0]) > 1 else None,
    "without middle names": lambda name, _: f"{name.split()[0]} {name.split()[-1]}" if len(name.split()) > 2 else None,
    "with a middle initial": lambda name, rng: (
        " ".join([name.split()[0], rng.choice("ABCDEFGHJKLMNPRSTW"), name.split()[-1]])
        if len(name.split()) == 2
        else None
    ),
    "mistyped": lambda name, rng: _mistyped(name, rng),
}
BESIDE: dict[str, Callable[[Person], dict[str, str]]] = {
    "nothing": lambda _: {},
    "body": lambda person: {"body": person.body},
    "body and affiliation": lambda person: {"body": person.body, "affiliation": person.affiliation},
    "body and year": lambda person: {"body": person.body, "inOffice": person.year},
    "electorate": lambda person: {"electorate": person.electorate},
}


def people(dumps: Path, rng: random.Random, count: int) -> list[Person]:
    """Some members of councils and parliaments, at random."""
    rows = [row for row in _rows(dumps / "csv" / "membership.csv") if row["memberLabel"] and row["organizationLabel"]]
    seated = [row for row in rows if row["electorateLabel"] and len(row["memberLabel"].split()) > 1]
    chosen = {row["member"]: row for row in rng.sample(seated, min(4 * count, len(seated)))}
    return [
        Person(
            ref,
            row["memberLabel"],
            row["organizationLabel"],
            row["organization"],
            row["electorateLabel"],
            row["affiliationLabel"],
            (row["observedIn"] or row["startLatest"] or row["endEarliest"])[:4],
        )
        for ref, row in islice(chosen.items(), count)
    ]


def questions(dumps: Path, rng: random.Random, count: int) -> Iterator[Question]:
    """Every way to ask for some people, and for as many who are not there; told apart by the kind of their seat."""
    asked = people(dumps, rng, count)
    for person in asked:
        for way, written in WAYS.items():
            if name := written(person.name, rng):
                yield from (
                    Question(way, f"{person.seat}: {of}", name, beside(person), person.ref)
                    for of, beside in BESIDE.items()
                )
    yield from _absent(dumps, asked, rng)


def ask(client: httpx.Client, asked: list[Question]) -> dict[tuple[str, str], Counts]:
    """Put the questions to a service, and count by way and by what stands beside the name."""
    found: defaultdict[tuple[str, str], Counts] = defaultdict(Counts)
    for start in range(0, len(asked), _BATCH):
        some = asked[start : start + _BATCH]
        for question, candidates in zip(some, _candidates(client, some), strict=True):
            _count(found[question.way, question.beside], question, candidates)
    return dict(found)


def _candidates(client: httpx.Client, asked: list[Question]) -> list[list[dict[str, object]]]:
    batch = {
        str(i): {
            "query": question.name,
            "type": "Person",
            "limit": 5,
            **({"properties": [{"pid": pid, "v": v} for pid, v in question.given.items()]} if question.given else {}),
        }
        for i, question in enumerate(asked)
    }
    answer = client.post("/reconcile", data={"queries": json.dumps(batch)})
    answer.raise_for_status()
    return [answer.json()[key]["result"] for key in batch]


def _count(counts: Counts, question: Question, candidates: list[dict[str, object]]) -> None:
    counts.asked += 1
    counts.first += bool(candidates) and candidates[0]["id"] == question.ref
    sure = next((str(candidate["id"]) for candidate in candidates if candidate["match"]), None)
    if sure:
        counts.matched += 1
        counts.right += sure == question.ref
        if sure != question.ref:
            counts.wrong.append((question.name, str(question.ref), sure))


def _absent(dumps: Path, asked: list[Person], rng: random.Random) -> Iterator[Question]:
    """The given name of one and the family name of another, on a body where nobody has either together."""
    names: defaultdict[str, set[str]] = defaultdict(set)
    for row in _rows(dumps / "csv" / "membership.csv"):
        words = person_words(row["memberLabel"]) or [""]
        names[row["organizationLabel"]].add(f"{words[0][:1]} {words[-1]}")
    everybody = {
        f"{words[0][:1]} {words[-1]}"
        for words in (name.split() for place in names.values() for name in place)
        if len(words) > 1
    }
    for one, other in zip(asked, rng.sample(asked, len(asked)), strict=True):
        given, family = one.name.split()[0], other.name.split()[-1]
        key = f"{given[:1].lower()} {family.lower()}"
        if key not in names[one.body]:
            yield Question("somebody else", f"{one.seat}: body", f"{given} {family}", {"body": one.body}, None)
        if key not in everybody:
            yield Question("somebody else", f"{one.seat}: nothing", f"{given} {family}", {}, None)


def _mistyped(name: str, rng: random.Random) -> str | None:
    """One letter of a long word left out, doubled, changed or swapped with the next."""
    words = name.split()
    long = [i for i, word in enumerate(words) if len(word) >= _SLIPPED and word.isalpha()]
    if not long:
        return None
    at = rng.choice(long)
    word, i = words[at], rng.randrange(1, len(words[at]) - 1)
    slips = [
        word[:i] + word[i + 1 :],
        word[:i] + word[i] + word[i:],
        word[:i] + rng.choice("aeiourstln") + word[i + 1 :],
        word[:i] + word[i + 1] + word[i] + word[i + 2 :],
    ]
    words[at] = rng.choice(slips)
    return " ".join(words) if words[at] != word else None


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
