"""Rules of a reader: what becomes of a row, decided by the first condition that holds, from a YAML file beside it."""

from dataclasses import dataclass
from pathlib import Path

from kg.errors import FileError
from kg.yamlfile import line_of, plain, read_yaml


@dataclass(frozen=True)
class Rule:
    """One rule: its name, why it is there, the SQL condition under which it holds, and what it makes of the row."""

    name: str
    because: str
    when: str
    verdict: str


def read_rules(path: Path) -> tuple[Rule, ...]:
    """The rules of a file, in the order in which they are tried; none where there is no such file."""
    if not path.exists():
        return ()
    document = read_yaml(path)
    return tuple(_rule(path, document, i) for i in range(len(document)))


def first_that_holds(rules: tuple[Rule, ...]) -> str:
    """The SQL expression that gives the name of the first rule whose condition holds, or null."""
    return "CASE " + " ".join(f"WHEN {rule.when} THEN '{rule.name}'" for rule in rules) + " END"


def _rule(path: Path, document: object, i: int) -> Rule:
    try:
        return Rule(**plain(document[i]))  # type: ignore[index]
    except TypeError as fault:
        raise FileError(path, line_of(document, [i]), f"a rule has name, because, when and verdict: {fault}") from fault
