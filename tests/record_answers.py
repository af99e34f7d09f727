"""Write the expected answers of the canned queries anew, for a maintainer to review in the difference.

`python -m tests.record_answers` writes every case as the data answer now, and with the name of a query its cases
alone; `python -m tests.record_answers who-defected--from-labour left=party/labour` makes a case with parameters. Cases
are asked of the repository's own build; those below `wide/`, as in `wide/who-joined-a-party`, of a small build of all
sources.
"""

import json
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.build import build
from kg.formats import BY_NAME
from kg.iris import shorten
from kg.queries import CannedQuery, canned, find
from kg.store import Quads
from tests.gazette import build_with_gazette

EXPECTED = Path(__file__).parent / "expected"
WIDE = EXPECTED / "wide"  # the answers of the small build of all sources
_PARAMS = "# params: "  # opens an expected graph that has any


@dataclass(frozen=True)
class Case:
    """One query with parameters, and the file that holds the answer that was reviewed."""

    name: str  # the query's name, and after "--" the case's own; before both, "wide/" where it is asked of all sources

    @property
    def query(self) -> CannedQuery:
        return find(self.name.removeprefix("wide/").partition("--")[0])

    @property
    def wide(self) -> bool:
        return self.name.startswith("wide/")

    @property
    def path(self) -> Path:
        return EXPECTED / f"{self.name}.{'nt' if self.query.form == 'CONSTRUCT' else 'json'}"

    @property
    def expected(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def params(self) -> dict[str, str]:
        """The parameters that its file names; none where there is no file yet."""
        if not self.path.exists():
            return {}
        if self.path.suffix == ".json":
            params: dict[str, str] = json.loads(self.expected)["params"]
            return params
        opening = self.expected.partition("\n")[0]
        return json.loads(opening.removeprefix(_PARAMS)) if opening.startswith(_PARAMS) else {}


def cases() -> list[Case]:
    """Every case that has an answer, and the plain case of every query that can be asked here."""
    narrow = {path.stem for path in EXPECTED.iterdir() if path.is_file()}
    wide = {f"wide/{path.stem}" for path in WIDE.iterdir()}
    plain = {query.name for query in canned().values() if not query.federated and f"wide/{query.name}" not in wide}
    return [Case(name) for name in sorted(narrow | wide | plain)]


def written(case: Case, quads: Quads, params: Mapping[str, str]) -> str:
    """The answer as its file holds it: a row a line, names shortened; a graph as sorted N-Triples."""
    answer = quads.query(case.query.fill(params))
    if answer.form == "graph":
        opening = f"{_PARAMS}{json.dumps(dict(params))}\n" if params else ""
        return opening + answer.serialize(BY_NAME["nt"]).decode()
    if answer.form == "ask":
        return f'{{\n  "params": {json.dumps(dict(params))},\n  "answer": {json.dumps(bool(answer))}\n}}\n'
    rows = ",\n".join(f"    {json.dumps(shown(row), ensure_ascii=False)}" for row in answer.rows())
    return (
        f'{{\n  "params": {json.dumps(dict(params))},\n  "columns": {json.dumps(answer.variables)},\n'
        f'  "rows": [{chr(10) + rows + chr(10) + "  " if rows else ""}]\n}}\n'
    )


def shown(row: list[str | None]) -> list[str | None]:
    """A row of lexical values with the IRIs that have short names shortened."""
    return [None if value is None else shorten(value) for value in row]


def record(name: str | None, given: Mapping[str, str]) -> list[Path]:
    """Write the answers of all cases, of those of one query, or of one case with parameters; give the files written."""
    if given and "--" not in (name or ""):
        raise ValueError("parameters make a case of its own: call it as in who-defected--from-labour")
    alone = name and ("--" in name or "/" in name)
    chosen = [Case(str(name))] if alone else [c for c in cases() if name in {None, c.query.name}]
    with tempfile.TemporaryDirectory() as home:
        for wide in sorted({case.wide for case in chosen}):
            quads = build_with_gazette(Path(home)).open() if wide else build(Path(home)).open()
            for case in chosen:
                if case.wide == wide:
                    case.path.write_text(written(case, quads, given or case.params), encoding="utf-8")
    return [case.path for case in chosen]


if __name__ == "__main__":
    _, *arguments = sys.argv
    pairs = dict(argument.split("=", 1) for argument in arguments[1:])
    for path in record(arguments[0] if arguments else None, pairs):
        print(path.relative_to(EXPECTED.parent.parent))
