"""Answers as Python holds them: tables with a type for each column, yes or no, graphs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from kg.errors import KgError
from kg.parameters import Parameter

if TYPE_CHECKING:
    import pandas
    import pyarrow
    import rdflib


@dataclass(frozen=True)
class Question:
    """A canned query: what it answers, and what it asks for."""

    name: str
    summary: str
    description: str
    parameters: Mapping[str, Parameter]


@dataclass(frozen=True)
class Answer:
    """An answer as it was written: SPARQL JSON of a table or of yes or no, or a graph as N-Triples."""

    body: bytes
    is_graph: bool = False

    def framed(self) -> "pandas.DataFrame | bool | rdflib.Graph":
        """What Python people expect of it; a KgError where that takes pandas and it is not installed."""
        if self.is_graph:
            return self._graph()
        truth = self._truth()
        return self._frame() if truth is None else truth

    def arrow(self) -> "pyarrow.Table":
        """A table, its columns typed as in .parquet: integers, decimals, dates, booleans, and all else text."""
        if self.is_graph or self._truth() is not None:
            raise KgError(f"the answer to this query is a {'graph' if self.is_graph else 'yes or no'}, not a table")
        from kg.serve.columns import columns
        from kg.serve.spreadsheets import arrow

        return arrow(columns(self.body))

    def _truth(self) -> bool | None:
        import json

        truth: bool | None = json.loads(self.body).get("boolean")
        return truth

    def _graph(self) -> "rdflib.Graph":
        import rdflib

        return rdflib.Graph().parse(data=self.body, format="nt")

    def _frame(self) -> "pandas.DataFrame":
        """Missing values are pandas' NA; a decimal becomes a float, and a date that every row has whole a datetime64.

        Dates of several precisions stay text, so that none is padded.
        """
        try:
            import pandas
        except ImportError as fault:
            raise KgError(
                "a data frame needs pandas: pip install 'party-defections[pandas]'; ask_arrow does without"
            ) from fault
        import pyarrow as pa

        table = self.arrow()
        types: dict[Any, Any] = {
            pa.int64(): pandas.Int64Dtype(),
            pa.int32(): pandas.Int64Dtype(),
            pa.float64(): pandas.Float64Dtype(),
            pa.bool_(): pandas.BooleanDtype(),
        }
        floating = [pa.float64() if pa.types.is_decimal(field.type) else field.type for field in table.schema]
        table = table.cast(pa.schema(zip(table.column_names, floating, strict=True)))
        frame: pandas.DataFrame = table.to_pandas(types_mapper=types.get, date_as_object=False)
        return frame


class Reached(Protocol):
    """What answers: a build or an endpoint."""

    def questions(self) -> Mapping[str, Question]: ...
    def question(self, name: str) -> Question: ...
    def ask(self, name: str, values: Mapping[str, str]) -> Answer: ...
    def sparql(self, name: str, values: Mapping[str, str]) -> str: ...
    def query(self, text: str) -> Answer: ...
    def close(self) -> None: ...
