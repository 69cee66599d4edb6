"""Writes a list of cases or tasks as a file: CSV for other programs, a spreadsheet for people.

Pure. Text stays text, whatever character it begins with: no program takes a citizen's words for a formula.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from engine.clock import VIETNAM
from engine.errors import NotFound

MOST_ROWS = 5000
MIME_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FORMULA_PREFIXES = ("=", "+", "-", "@", "\t", "\r")
_MOMENT, _MOMENT_FORMAT = "%d/%m/%Y %H:%M", "dd/mm/yyyy hh:mm"
_WIDEST = 60  # Characters of a column.

ListCell = str | int | datetime | None


@dataclass(frozen=True, slots=True)
class ListTable:
    """A list with a caption per column; `note` stands under it, "" for none."""

    title: str
    captions: Sequence[str]
    rows: Sequence[Sequence[ListCell]]
    note: str = ""


def render_list(kind: str, table: ListTable, made_at: datetime) -> bytes:
    """The list as a file of this kind, a key of `MIME_TYPES`; raises NotFound. Instants are given in Vietnam time."""
    require_list_kind(kind)
    return _WRITERS[kind](table, made_at)


def require_list_kind(kind: str) -> None:
    """Raise NotFound for a kind of file that no list is written as."""
    if kind not in MIME_TYPES:
        raise NotFound("list-kind-unknown", kind=kind[:20], kinds=list(MIME_TYPES))


def _write_csv(table: ListTable, _made_at: datetime) -> bytes:
    """With the mark by which spreadsheets know UTF-8; an apostrophe keeps text that begins like a formula."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerows([[_plain_cell(cell) for cell in row] for row in (table.captions, *table.rows)])
    if table.note:
        writer.writerow([_plain_cell(table.note)])
    return text.getvalue().encode("utf-8-sig")


def _plain_cell(cell: ListCell) -> str:
    if isinstance(cell, datetime):
        return f"{cell.astimezone(VIETNAM):{_MOMENT}}"
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA_PREFIXES) else text


def _write_workbook(table: ListTable, made_at: datetime) -> bytes:
    book = Workbook()
    book.properties.title = table.title
    book.properties.created = book.properties.modified = made_at.replace(tzinfo=None)
    sheet = book.worksheets[0]
    for row, cells in enumerate((table.captions, *table.rows, (table.note,) if table.note else ()), 1):
        for column, content in enumerate(cells, 1):
            _fill_cell(sheet.cell(row, column), content)
    _set_up_columns(sheet, table)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _fill_cell(cell: Any, content: ListCell) -> None:
    if isinstance(content, datetime):
        cell.value, cell.number_format = content.astimezone(VIETNAM).replace(tzinfo=None), _MOMENT_FORMAT
    elif isinstance(content, int):
        cell.value = content
    elif content:
        cell.value, cell.data_type = content, "s"
        cell.quotePrefix = content.startswith(_FORMULA_PREFIXES)


def _set_up_columns(sheet: Worksheet, table: ListTable) -> None:
    """The captions stay on the screen, can be sorted and filtered by, and columns are as wide as what they hold."""
    last = get_column_letter(len(table.captions))
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{last}{len(table.rows) + 1}"
    for column, caption in enumerate(table.captions, 1):
        sheet.cell(1, column).font, sheet.cell(1, column).alignment = Font(bold=True), Alignment(wrap_text=True)
        longest = max([len(caption), *(len(_plain_cell(row[column - 1])) for row in table.rows)])
        sheet.column_dimensions[get_column_letter(column)].width = min(_WIDEST, longest + 2)


_WRITERS: Mapping[str, Callable[[ListTable, datetime], bytes]] = {"csv": _write_csv, "xlsx": _write_workbook}
