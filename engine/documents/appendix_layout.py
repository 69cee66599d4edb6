"""How the appendix lies on its pages, in the same measures for Word and PDF: widths, type sizes, the two-row head.

Pure. Landscape A4 with the decree's margins leaves 252 mm for seventeen columns; the type of the table is as large as
the largest number allows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.documents import official
from engine.documents.appendix_paper import COLUMNS, Column, Paper, Table

WIDTH, HEIGHT = official.A4[1], official.A4[0]  # Millimetres of the page on its side.
INNER = WIDTH - official.MARGINS.left - official.MARGINS.right

NUMBER_WIDTH, NAME_WIDTH = 10.0, 52.0
WIDTHS = {
    "punctual": 12.5,
    "false": 11.0,
    "ended_otherwise": 11.0,
    "overdue": 12.5,
    "transferred": 13.5,
    "dissatisfied": 12.5,
    "satisfaction": 12.5,
}
USUAL_WIDTH = (INNER - NUMBER_WIDTH - NAME_WIDTH - sum(WIDTHS.values())) / (len(COLUMNS) - len(WIDTHS))
ISSUER_WIDTH = 0.4 * INNER  # The left part of the head; the national title stands in the rest.

# Sizes in points. The decree: 12 to 13 for title and body, 13 to 14 for motto, dates, titles and page numbers.
SMALL, NORMAL, LARGE = 12, 13, 14
HEAD_SIZE, MARK_SIZE, NOTE_SIZE = 9.0, 8.0, 11.0
TABLE_SIZES = (11.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0)
POINT = 25.4 / 72  # Millimetres.
PADDING = 0.8  # Millimetres at either side of a cell.
SHORT_TABLE = 12  # A table of no more lines stays on one page.
SIGNING_ROOM = 25.0  # Millimetres left free for a signature and a seal.


@dataclass(frozen=True, slots=True)
class HeadCell:
    """A cell of the table's head: at a row and a column, over so many rows and columns."""

    text: str
    row: int
    column: int
    rows: int
    columns: int


def width(column: Column) -> float:
    """The width of a column of figures in millimetres."""
    return WIDTHS.get(column.key, USUAL_WIDTH)


def widths() -> tuple[float, ...]:
    """The widths of all columns of a table in millimetres; they fill the page."""
    return (NUMBER_WIDTH, NAME_WIDTH, *(width(column) for column in COLUMNS))


def head(table: Table) -> Iterator[HeadCell]:
    """The two rows of captions: groups above their columns, what is in no group over both rows."""
    yield HeadCell("TT", 0, 0, 2, 1)
    yield HeadCell(table.head, 0, 1, 2, 1)
    for place, column in enumerate(COLUMNS):
        if not column.group:
            yield HeadCell(column.caption, 0, place + 2, 2, 1)
            continue
        if place == 0 or COLUMNS[place - 1].group != column.group:
            size = sum(other.group == column.group for other in COLUMNS)
            yield HeadCell(column.group, 0, place + 2, 1, size)
        yield HeadCell(column.caption, 1, place + 2, 1, 1)


def marks() -> tuple[str, ...]:
    """The row below the captions: letters for words, numbers for figures."""
    return ("A", "B", *(column.mark for column in COLUMNS))


def table_size(paper: Paper) -> float:
    """The largest size, in points, at which every number of the paper fits its column."""
    cells = [(column, column.text(table.total)) for table in paper.tables for column in COLUMNS]
    for size in TABLE_SIZES:
        if all(_ems(text) * size * POINT <= width(column) - 2 * PADDING for column, text in cells):
            return size
    return TABLE_SIZES[-1]


def _ems(text: str) -> float:
    """How wide a number is in its own type size: digits are half an em, points and commas a quarter."""
    return sum(0.25 if sign in ".," else 0.5 for sign in text)
