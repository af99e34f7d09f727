"""The graph in Python: a published build or an endpoint, whose questions are answered as data frames.

>>> import kg
>>> graph = kg.open()  # the build that is published here; or kg.open("https://…/")
>>> graph.ask("net-flow-between-affiliations", since="2025-01-01")[["fromLabel", "toLabel", "net"]]
      fromLabel            toLabel  net
0  Labour Party  Broxtowe Alliance   18
1  Labour Party        Independent    1
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, TypeAlias

from kg import paths
from kg.graph.answer import Question, Reached
from kg.parameters import Parameter

if TYPE_CHECKING:
    import pandas
    import pyarrow
    import rdflib

__all__ = ["Graph", "Parameter", "Question", "Value", "open"]

Value: TypeAlias = str | int | float | Decimal | dt.date | None


def open(source: str | Path | None = None) -> "Graph":
    """The graph of an endpoint, by its address, or of the build that a home publishes, by its folder.

    Without either it is that of `KG_HOME`, or of `.kg` here; a KgError where there is none.
    """
    if isinstance(source, str) and source.startswith(("http://", "https://")):
        from kg.graph.endpoint import Endpoint

        return Graph(Endpoint(source))
    from kg.graph.published import Published

    return Graph(Published(Path(source) if source else paths.home()))


class Graph:
    """A graph to ask. It is closed by `close`, or at the end of a `with`.

    >>> import kg
    >>> with kg.open() as graph:
    ...     graph.ask("ask-do-counts-add-up")
    True
    """

    def __init__(self, reached: Reached) -> None:
        self._reached = reached

    @property
    def queries(self) -> dict[str, str]:
        """What can be asked: the name of each canned query, and what it answers.

        >>> kg.open().queries["who-defected"]
        'Who defected, from what, to what, where and when'
        """
        return {name: question.summary for name, question in self._reached.questions().items()}

    def question(self, name: str) -> Question:
        """One canned query with its description and parameters; a KgError that tells near names where there is none.

        >>> kg.open().question("who-defected").parameters["since"].type
        'date'
        """
        return self._reached.question(name)

    def ask(self, name: str, /, **values: Value) -> "pandas.DataFrame | bool | rdflib.Graph":
        """The answer of a canned query: a data frame; of one that asks yes or no, a bool; of one that makes a graph,
        an rdflib.Graph.

        A parameter that is a word of Python takes an underscore (`from_`); a KgError tells of one that the query does
        not have, or of a value that is not of its type, as the endpoint does.

        >>> kg.open().ask("who-defected", since="yesterday")
        Traceback (most recent call last):
            ...
        kg.parameters.ParameterFault: parameter 'since': 'yesterday' is not a date: ...
        """
        return self._reached.ask(name, _written(values)).framed()

    def sparql(self, name: str, /, **values: Value) -> str:
        """The SPARQL of a canned query with its parameters filled in, to change it and `query` that."""
        return self._reached.sparql(name, _written(values))

    def query(self, text: str) -> "pandas.DataFrame | bool | rdflib.Graph":
        """The answer to a SPARQL query, in the same way. Relative IRIs and prefixes are as the query has them.

        >>> kg.open().query('''PREFIX pd: <https://w3id.org/party-defections/ontology#>
        ...     SELECT (COUNT(*) AS ?councils) (true AS ?counted) WHERE { ?council a pd:Council }''').dtypes
        councils      Int64
        counted     boolean
        dtype: object
        """
        return self._reached.query(text).framed()

    def ask_arrow(self, name: str, /, **values: Value) -> "pyarrow.Table":
        """The same table for Arrow, which needs no pandas; its `to_pylist` gives the rows as dicts.

        >>> kg.open().ask_arrow("parties-that-split").select(["label", "fromLabel"]).to_pylist()[0]
        {'label': 'Broxtowe Alliance', 'fromLabel': 'Labour Party'}
        """
        return self._reached.ask(name, _written(values)).arrow()

    def query_arrow(self, text: str) -> "pyarrow.Table":
        """The table that answers a SPARQL query for Arrow."""
        return self._reached.query(text).arrow()

    def close(self) -> None:
        """Let go of the build, or of the connections to the endpoint."""
        self._reached.close()

    def __enter__(self) -> "Graph":
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Graph of {self._reached}>"


def _written(values: Mapping[str, Value]) -> dict[str, str]:
    """The values as an address has them; one that is None keeps its default."""
    return {name.removesuffix("_"): _text(value) for name, value in values.items() if value is not None}


def _text(value: Value) -> str:
    if isinstance(value, dt.datetime):  # pandas' Timestamp is one
        value = value.date()
    return value.isoformat() if isinstance(value, dt.date) else str(value)
