"""Answers for spreadsheets and data frames: Excel and Parquet, typed, and the same bytes for the same answer."""

import datetime as dt
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format as Style
from xlsxwriter.worksheet import Worksheet

from kg.formats import Format
from kg.serve.columns import Column, Kind, columns
from kg.serve.problem import Problem

XLSX = Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "results", "Excel")
PARQUET = Format("parquet", "application/vnd.apache.parquet", "results", "Parquet")
FORMATS = (XLSX, PARQUET)

ROWS = 1_048_575  # that a sheet holds below its header
_CHARACTERS = 32_767  # that a cell holds
_EXACT = 10**15  # whole numbers below it keep every digit in a sheet
_EPOCH = dt.date(1900, 3, 1)  # the first day that every spreadsheet counts alike; those before it stand as text
_CREATED = dt.datetime(2000, 1, 1)


def written(results: bytes, fmt: Format) -> bytes:
    """An answer in SPARQL JSON as one of FORMATS; a Problem where it is more than a sheet can hold."""
    return {XLSX: _xlsx, PARQUET: _parquet}[fmt](columns(results))


def _xlsx(table: list[Column]) -> bytes:
    rows = len(table[0].cells) if table else 0
    if rows > ROWS:
        raise _too_much(f"{rows} rows, and a sheet holds {ROWS}")
    output = BytesIO()
    with xlsxwriter.Workbook(output, {"constant_memory": True}) as book:
        book.set_properties({"created": _CREATED})
        sheet = book.add_worksheet("answer")
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(len(table) - 1, 0), 24)
        bold, date = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        for place, column in enumerate(table):
            sheet.write_string(0, place, column.name, bold)
        for number in range(rows):
            for place, column in enumerate(table):
                _write_cell(sheet, number + 1, place, column, date)
    return output.getvalue()


def _write_cell(sheet: Worksheet, row: int, place: int, column: Column, date: Style) -> None:
    match column.cells[row - 1]:
        case None:
            pass
        case bool(truth):
            sheet.write_boolean(row, place, truth)
        case dt.date() as day if day >= _EPOCH:
            sheet.write_datetime(row, place, dt.datetime.combine(day, dt.time()), date)
        case int() | float() | Decimal() as figure if not isinstance(figure, int) or abs(figure) < _EXACT:
            sheet.write_number(row, place, figure)
        case other:
            _write_text(sheet, row, place, column.name, str(other))


def _write_text(sheet: Worksheet, row: int, place: int, name: str, text: str) -> None:
    """A text is never a formula or a link, whatever it opens with."""
    if len(text) > _CHARACTERS:
        raise _too_much(f"a text of {len(text)} characters in row {row}, column {name}, and a cell holds {_CHARACTERS}")
    sheet.write_string(row, place, text)


def _too_much(what: str) -> Problem:
    return Problem(400, f"this answer has {what}; it can be had whole as .csv or .parquet, and in pages by _page")


def _parquet(table: list[Column]) -> bytes:
    import pyarrow.parquet as pq  # here, because it takes 0.3 s that no other answer needs

    output = BytesIO()
    pq.write_table(arrow(table), output)
    return output.getvalue()


def arrow(table: list[Column]) -> Any:
    """The columns as a table of Arrow."""
    import pyarrow as pa

    types: dict[Kind, Any] = {
        "text": pa.string(),
        "integer": pa.int64(),
        "decimal": pa.decimal128(38, 18),
        "double": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "year": pa.int32(),
    }
    arrays = [pa.array(column.cells, types[column.kind]) for column in table]
    return pa.Table.from_arrays(arrays, names=[column.name for column in table])
