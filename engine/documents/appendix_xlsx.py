"""Writes the appendix as a spreadsheet: a sheet by unit, a sheet by field. Imported by pages and commands.

Pure. Counts are numbers; totals, sums of units and shares are formulas, kept with their values, so that programs which
do not calculate (previews, telephones) show them too. Text is always text, whatever sign it begins with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from itertools import pairwise
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from lxml import etree
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from engine.documents import appendix_layout as layout
from engine.documents import official
from engine.documents.appendix_paper import ANNEX, COLUMNS, JUDGED, NOTES, TITLE, TOTAL, Column, Paper, Table
from engine.statistics.period import Figures

SHEETS = ("Theo đơn vị", "Theo lĩnh vực")
HEAD_ROW = 6  # The first of three rows: groups, captions, numbers of columns.
FIRST_ROW = HEAD_ROW + 3
FIRST_COLUMN = 3
COUNT, SHARE = "#,##0", "0.0"
CHARACTER = 1.9  # Millimetres of a spreadsheet's unit of width.
INCH = 25.4
_A4 = 9
# What spreadsheets take for the beginning of a formula when such text is typed or comes out of a CSV file.
_ACTIVE = ("=", "+", "-", "@", "\t", "\r")

_LINE = Side(style="thin", color="000000")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_SHADE = PatternFill("solid", fgColor="ECECEC")
_PLAIN, _BOLD = Font(name=official.FONT, size=11), Font(name=official.FONT, size=11, bold=True)
_SLANTED = Font(name=official.FONT, size=11, italic=True)
_TITLE = Font(name=official.FONT, size=14, bold=True)
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_START = Alignment(horizontal="left", vertical="center", wrap_text=True)
_END = Alignment(horizontal="right", vertical="center")

Values = dict[str, float | str]


def write(paper: Paper, made_at: datetime) -> bytes:
    """The appendix as the bytes of an .xlsx; `made_at` is noted in it."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.calculation.fullCalcOnLoad = True
    known = book.properties
    known.title, known.creator, known.subject = f"{ANNEX} - {TITLE}", paper.issuer.name, paper.about[0]
    known.created = known.modified = made_at.replace(tzinfo=None)
    values, notes = [], tuple(f"Ghi chú: {note}" for note in NOTES)
    for name, table in zip(SHEETS, paper.tables, strict=True):
        sheet = book.create_sheet(name)
        found: Values = {}
        last = _fill(sheet, table, found)
        _titles(sheet, paper)
        _below(sheet, last + 2, (*notes, JUDGED, *paper.praise) if table is paper.tables[0] else notes)
        _set_up(sheet)
        values.append(found)
    written = BytesIO()
    book.save(written)
    return _with_values(written.getvalue(), values)


def _fill(sheet: Worksheet, table: Table, values: Values) -> int:
    """Head, lines and total; gives the row of the total."""
    _head(sheet, table)
    for place, line in enumerate(table.lines):
        row = FIRST_ROW + place
        font = _BOLD if line.children else _PLAIN
        _text(sheet, (row, 1), line.number, font, _MIDDLE)
        _text(sheet, (row, 2), line.name, font, _START)
        _figures(sheet, (row, line.children), line.figures, values)
    last = FIRST_ROW + len(table.lines)
    _text(sheet, (last, 1), "", _BOLD, _MIDDLE)
    _text(sheet, (last, 2), TOTAL, _BOLD, _MIDDLE)
    _figures(sheet, (last, table.topmost), table.total, values)
    return last


def _head(sheet: Worksheet, table: Table) -> None:
    for row in (HEAD_ROW, HEAD_ROW + 1):
        for column in range(1, FIRST_COLUMN + len(COLUMNS)):
            sheet.cell(row, column).border, sheet.cell(row, column).fill = _BOX, _SHADE
    for cell in layout.head(table):
        row, column = HEAD_ROW + cell.row, cell.column + 1
        _text(sheet, (row, column), cell.text, _BOLD, _MIDDLE)
        if cell.rows > 1 or cell.columns > 1:
            end = {"end_row": row + cell.rows - 1, "end_column": column + cell.columns - 1}
            sheet.merge_cells(start_row=row, start_column=column, **end)
    for column, mark in enumerate(layout.marks(), 1):
        _text(sheet, (HEAD_ROW + 2, column), mark, _SLANTED, _MIDDLE)


def _figures(sheet: Worksheet, line: tuple[int, Sequence[int]], figures: Figures, values: Values) -> None:
    """The figures of a row; those of a row with parts are sums of the rows of its parts."""
    row, parts = line
    for place, column in enumerate(COLUMNS, FIRST_COLUMN):
        cell = sheet.cell(row, place)
        cell.font, cell.alignment, cell.border = (_BOLD if parts else _PLAIN), _END, _BOX
        cell.number_format = COUNT if column.whole is None else SHARE
        if column.whole is not None:
            cell.value, values[cell.coordinate] = _share(column, row, figures)
        elif parts:
            cell.value, values[cell.coordinate] = _sum(get_column_letter(place), parts), column.part(figures)
        else:
            cell.value = column.part(figures)


def _sum(letter: str, parts: Sequence[int]) -> str:
    """The sum of rows, those that follow one another as a range."""
    rows = [FIRST_ROW + part for part in parts]
    begins = [rows[0], *(after for before, after in pairwise(rows) if after != before + 1)]
    ends = [*(before for before, after in pairwise(rows) if after != before + 1), rows[-1]]
    ranges = (f"{letter}{a}:{letter}{b}" if a != b else f"{letter}{a}" for a, b in zip(begins, ends, strict=True))
    return f"=SUM({','.join(ranges)})"


def _share(column: Column, row: int, figures: Figures) -> tuple[str, float | str]:
    """The formula of a share in per cent, and its value."""
    assert column.whole is not None
    letters = {other.key: f"{get_column_letter(place)}{row}" for place, other in enumerate(COLUMNS, FIRST_COLUMN)}
    part, whole = {
        "punctual": (letters["on_time"], letters["resolved"]),
        "satisfaction": (letters["satisfied"], f"({letters['satisfied']}+{letters['dissatisfied']})"),
    }[column.key]
    number = column.whole(figures)
    value = 100 * column.part(figures) / number if number else official.NO_SHARE
    return f'=IF({whole}=0,"{official.NO_SHARE}",100*{part}/{whole})', value


def _titles(sheet: Worksheet, paper: Paper) -> None:
    lines = (
        (" ".join(paper.issuer.lines), _BOLD),
        (f"{ANNEX.upper()}: {TITLE}", _TITLE),
        (" - ".join(paper.about), _PLAIN),
        (paper.counted, _SLANTED),
    )
    for row, (text, font) in enumerate(lines, 1):
        _text(sheet, (row, 1), text, font, Alignment(horizontal="center" if row > 1 else "left"), boxed=False)
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=FIRST_COLUMN + len(COLUMNS) - 1)


def _below(sheet: Worksheet, first: int, texts: Sequence[str]) -> None:
    """Notes over the whole width; a row does not grow by itself below merged cells."""
    for row, text in enumerate(texts, first):
        _text(sheet, (row, 1), text, _BOLD if text == JUDGED else _PLAIN, _START, boxed=False)
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=FIRST_COLUMN + len(COLUMNS) - 1)
        sheet.row_dimensions[row].height = 15.5 * (1 + len(text) // 150)


def _text(
    sheet: Worksheet, place: tuple[int, int], text: str, font: Font, alignment: Alignment, *, boxed: bool = True
) -> None:
    """A cell that is text, also where it looks like a formula."""
    cell: Any = sheet.cell(*place)
    cell.value, cell.data_type = text, "s"
    cell.quotePrefix = text.startswith(_ACTIVE)
    cell.font, cell.alignment = font, alignment
    if boxed:
        cell.border = _BOX


def _set_up(sheet: Worksheet) -> None:
    """Widths, the frozen head, and how the sheet is printed: on its side, one page wide, the head on every page."""
    for place, width in enumerate(layout.widths(), 1):
        sheet.column_dimensions[get_column_letter(place)].width = width / CHARACTER * (1 if place == 2 else 1.15)
    sheet.row_dimensions[HEAD_ROW + 1].height = 62
    sheet.freeze_panes = sheet.cell(FIRST_ROW, FIRST_COLUMN)
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{HEAD_ROW}:{FIRST_ROW - 1}"
    sheet.print_options.horizontalCentered = True
    for side, length in (("top", 20), ("bottom", 20), ("left", 30), ("right", 15), ("header", 10), ("footer", 10)):
        setattr(sheet.page_margins, side, length / INCH)
    sheet.HeaderFooter.differentFirst = True
    sheet.oddHeader.center.text = "&P"


def _with_values(content: bytes, sheets: Sequence[Mapping[str, float | str]]) -> bytes:
    """The same workbook with the values of its formulas; openpyxl writes formulas without."""
    files = {f"xl/worksheets/sheet{number}.xml": values for number, values in enumerate(sheets, 1)}
    found = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(found, "w", ZIP_DEFLATED) as target:
        for item in source.infolist():
            data = source.read(item)
            target.writestr(item, _valued(data, files[item.filename]) if item.filename in files else data)
    return found.getvalue()


def _valued(data: bytes, values: Mapping[str, float | str]) -> bytes:
    root = etree.fromstring(data)
    for cell, value in _formulas(root):
        known = values[cell.get("r", "")]
        value.text = str(known)
        if isinstance(known, str):
            cell.set("t", "str")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _formulas(root: Any) -> Iterator[tuple[Any, Any]]:
    """The cells that hold a formula, each with the element for its value."""
    space = {"m": root.nsmap[None]}
    for cell in root.iterfind(".//m:c", space):
        if cell.find("m:f", space) is not None:
            value = cell.find("m:v", space)
            yield cell, value if value is not None else etree.SubElement(cell, f"{{{space['m']}}}v")
