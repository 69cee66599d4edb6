"""The page layout of the appendix, shared by Word and PDF: widths, type sizes, the two-row header.

Pure. Landscape A4 with the decree's margins leaves 252 mm for seventeen columns; the table's type is as large as the
largest number allows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.documents import official, pdf_sheet
from engine.documents.appendix_paper import COLUMNS, AppendixColumn, AppendixPaper, AppendixTable

PAGE_WIDTH, PAGE_HEIGHT = official.A4[1], official.A4[0]  # Millimetres, landscape.
INNER_WIDTH = PAGE_WIDTH - official.MARGINS.left - official.MARGINS.right

NUMBER_WIDTH, NAME_WIDTH = 10.0, 52.0
COLUMN_WIDTHS = {
    "punctual": 12.5,
    "false": 11.0,
    "ended_otherwise": 11.0,
    "overdue": 12.5,
    "transferred": 13.5,
    "dissatisfied": 12.5,
    "satisfaction": 12.5,
}
DEFAULT_COLUMN_WIDTH = (INNER_WIDTH - NUMBER_WIDTH - NAME_WIDTH - sum(COLUMN_WIDTHS.values())) / (
    len(COLUMNS) - len(COLUMN_WIDTHS)
)
ISSUER_WIDTH = 0.4 * INNER_WIDTH  # The left part of the letterhead; the national title takes the rest.

SMALL, NORMAL, LARGE = pdf_sheet.SMALL, pdf_sheet.NORMAL, pdf_sheet.LARGE
HEAD_SIZE, MARK_SIZE, NOTE_SIZE = 9.0, 8.0, 11.0
TABLE_SIZES = (11.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0)
MM_PER_POINT, CELL_PADDING = pdf_sheet.MM_PER_POINT, pdf_sheet.CELL_PADDING
SHORT_TABLE_ROWS = 12  # A table with at most this many rows stays on one page.
SIGNATURE_HEIGHT = 25.0  # Millimetres reserved for a signature and a seal.


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """A cell of the table header: its position, and how many rows and columns it spans."""

    text: str
    row: int
    column: int
    rows: int
    columns: int


def column_width(column: AppendixColumn) -> float:
    """The width of a figures column in millimetres."""
    return COLUMN_WIDTHS.get(column.key, DEFAULT_COLUMN_WIDTH)


def column_widths() -> tuple[float, ...]:
    """The widths of all table columns in millimetres; together they fill the page."""
    return (NUMBER_WIDTH, NAME_WIDTH, *(column_width(column) for column in COLUMNS))


def header_cells(table: AppendixTable) -> Iterator[HeaderCell]:
    """The two header rows: groups above their columns; captions without a group span both rows."""
    yield HeaderCell("TT", 0, 0, 2, 1)
    yield HeaderCell(table.head, 0, 1, 2, 1)
    for place, column in enumerate(COLUMNS):
        if not column.group:
            yield HeaderCell(column.caption, 0, place + 2, 2, 1)
            continue
        if place == 0 or COLUMNS[place - 1].group != column.group:
            span = sum(other.group == column.group for other in COLUMNS)
            yield HeaderCell(column.group, 0, place + 2, 1, span)
        yield HeaderCell(column.caption, 1, place + 2, 1, 1)


def column_marks() -> tuple[str, ...]:
    """The row below the captions: letters for text columns, numbers for figures."""
    return ("A", "B", *(column.mark for column in COLUMNS))


def fitting_type_size(paper: AppendixPaper) -> float:
    """The largest table size, in points, at which the totals, the largest numbers, fit their columns."""
    cells = [(column, column.cell_text(table.total)) for table in paper.tables for column in COLUMNS]
    for size in TABLE_SIZES:
        if all(
            _width_in_ems(text) * size * MM_PER_POINT <= column_width(column) - 2 * CELL_PADDING
            for column, text in cells
        ):
            return size
    return TABLE_SIZES[-1]


def _width_in_ems(text: str) -> float:
    """The width of a number in ems: digits are half an em, points and commas a quarter."""
    return sum(0.25 if sign in ".," else 0.5 for sign in text)
