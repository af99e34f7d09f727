"""The build that a home publishes, opened read-only: it stays the same while another one is published."""

from collections.abc import Mapping
from pathlib import Path

from kg import builds, queries
from kg.errors import KgError
from kg.formats import BY_NAME
from kg.graph.answer import Answer, Question
from kg.queries import CannedQuery
from kg.store import Quads


class Published:
    """One build; NoBuild where the home has none."""

    def __init__(self, home: Path) -> None:
        self._build = builds.current(home)
        self._quads: Quads | None = self._build.open()

    def questions(self) -> Mapping[str, Question]:
        return {name: _question(query) for name, query in queries.canned().items()}

    def question(self, name: str) -> Question:
        return _question(queries.find(name))

    def ask(self, name: str, values: Mapping[str, str]) -> Answer:
        return self.query(self.sparql(name, values))

    def sparql(self, name: str, values: Mapping[str, str]) -> str:
        return queries.find(name).fill(values)

    def query(self, text: str) -> Answer:
        if self._quads is None:
            raise KgError("the graph is closed")
        answer = self._quads.query(text)
        is_graph = answer.form == "graph"
        return Answer(answer.serialize(BY_NAME["nt" if is_graph else "json"]), is_graph)

    def close(self) -> None:
        self._quads = None

    def __str__(self) -> str:
        return f"build {self._build.id}"


def _question(query: CannedQuery) -> Question:
    return Question(query.name, query.summary, query.description, query.params)
