"""Which picture shows the answer to a canned query, and which of its columns become what in it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["flow", "network", "bars", "lines", "timeline", "composition", "map"]

# What a picture is made of: the roles that columns have in it, those that it can do without after the bar.
_ROLES: dict[Kind, str] = {
    "flow": "from to | count back",  # back: how many went the other way
    "network": "from to | count back",
    "bars": "of | value",  # without a value, rows are counted
    "lines": "at | of value",
    "timeline": "lane of | start end note",  # start: of ?startEarliest and ?startLatest
    "composition": "of value | when",  # when: of ?whenEarliest and ?whenLatest; without it of ?earliest and ?latest
    "map": "of | value",
}
_BOUNDED = {"start", "end", "when"}


@dataclass(frozen=True)
class Depiction:
    """A picture, and the columns that have each role in it; only `value` can be several."""

    kind: Kind
    columns: Mapping[str, tuple[str, ...]]

    def column(self, role: str) -> str | None:
        """The one column that has a role; None where none has."""
        return self.columns[role][0] if role in self.columns else None


def read_depiction(spec: object, selected: list[str]) -> Depiction:
    """A depiction such as `{flow: {from: from, to: to}}`; a ValueError that says what is wrong with it."""
    kinds = get_args(Kind)
    if not (isinstance(spec, dict) and len(spec) == 1 and next(iter(spec)) in kinds):
        raise ValueError(f"a picture is one of {', '.join(kinds)} with its columns, not {spec!r}")
    kind, given = next(iter(spec.items()))
    if not isinstance(given, dict):
        raise ValueError(f"the columns of {kind} are named by their roles, not as {given!r}")
    needed, _, possible = _ROLES[kind].partition("|")
    if unknown := set(given) - {*needed.split(), *possible.split()}:
        raise ValueError(f"{kind} has no role {', '.join(sorted(map(str, unknown)))}; it has: {needed}{possible}")
    if missing := set(needed.split()) - set(given):
        raise ValueError(f"{kind} lacks {', '.join(sorted(missing))}")
    columns = {role: tuple(value) if isinstance(value, list) else (value,) for role, value in given.items()}
    for role, names in columns.items():
        _check(role, names, selected)
    return Depiction(kind, columns)


def _check(role: str, names: tuple[object, ...], selected: list[str]) -> None:
    if len(names) != 1 and role != "value":
        raise ValueError(f"{role} is one column, not {len(names)}")
    for name in names:
        expected = [f"{name}Earliest", f"{name}Latest"] if role in _BOUNDED else [name]
        if absent := [column for column in expected if column not in selected]:
            raise ValueError(f"{role} is to be ?{absent[0]}, which the query does not select")


def selected_variables(text: str) -> list[str]:
    """The columns of a SELECT whose clause opens a line, in their order."""
    found = re.search(r"^SELECT\b(.*?)\bWHERE\b", re.sub(r"^#.*$", "", text, flags=re.MULTILINE), re.S | re.M)
    columns: list[str] = []
    depth = 0
    for token in re.finditer(r"[()]|AS\s+\?(\w+)|\?(\w+)", found[1] if found else ""):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if (token[1] and depth == 1) or (token[2] and depth == 0):
            columns.append(token[1] or token[2])
    return columns
