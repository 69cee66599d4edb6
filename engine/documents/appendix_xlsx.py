"""Writes the appendix as a spreadsheet: a sheet by unit, a sheet by field.

Pure. Counts are numbers; totals, sums of units and percentages are formulas stored with their values, so that programs
that do not calculate (previews, phones) show them too. Text is always text, whatever character it begins with.
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
from engine.documents.appendix_paper import (
    ANNEX,
    COLUMNS,
    NOTES,
    TITLE,
    TOTAL,
    AppendixColumn,
    AppendixPaper,
    AppendixTable,
)
from engine.safe_xml import parse_xml
from engine.statistics.period import Figures

SHEETS = ("Theo đơn vị", "Theo lĩnh vực")
HEADER_ROW = 6  # The first of three rows: groups, captions, column numbers.
FIRST_ROW = HEADER_ROW + 3
FIRST_COLUMN = 3
COUNT_FORMAT, SHARE_FORMAT = "#,##0", "0.0"
MM_PER_CHARACTER = 1.9  # Millimetres per spreadsheet unit of width.
MM_PER_INCH = 25.4
_A4_CODE = 9
# Prefixes that spreadsheets interpret as the start of a formula in typed text or a CSV file.
_FORMULA_PREFIXES = ("=", "+", "-", "@", "\t", "\r")

_THIN_LINE = Side(style="thin", color="000000")
_BOX = Border(left=_THIN_LINE, right=_THIN_LINE, top=_THIN_LINE, bottom=_THIN_LINE)
_HEADER_FILL = PatternFill("solid", fgColor="ECECEC")
_PLAIN, _BOLD = Font(name=official.FONT, size=11), Font(name=official.FONT, size=11, bold=True)
_SLANTED = Font(name=official.FONT, size=11, italic=True)
_TITLE = Font(name=official.FONT, size=14, bold=True)
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
_RIGHT = Alignment(horizontal="right", vertical="center")

FormulaValues = dict[str, float | str]


def write_workbook(paper: AppendixPaper, made_at: datetime) -> bytes:
    """The appendix as the bytes of an .xlsx; `made_at` is stored in its properties."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.calculation.fullCalcOnLoad = True
    properties = book.properties
    properties.title, properties.creator, properties.subject = (
        f"{ANNEX} - {TITLE}",
        paper.issuer.name,
        paper.subject_lines[0],
    )
    properties.created = properties.modified = made_at.replace(tzinfo=None)
    values, notes = [], tuple(f"Ghi chú: {note}" for note in NOTES)
    for name, table in zip(SHEETS, paper.tables, strict=True):
        sheet = book.create_sheet(name)
        sheet_values: FormulaValues = {}
        total_row = _fill_sheet(sheet, table, sheet_values)
        _write_titles(sheet, paper)
        below = [line for heading, sentences in paper.sections for line in (heading, *sentences)]
        _write_notes(sheet, total_row + 2, (*notes, *below) if table is paper.tables[0] else notes, paper)
        _set_up_sheet(sheet)
        values.append(sheet_values)
    buffer = BytesIO()
    book.save(buffer)
    return _add_formula_values(buffer.getvalue(), values)


def _fill_sheet(sheet: Worksheet, table: AppendixTable, values: FormulaValues) -> int:
    """Write header, rows and total; returns the row of the total."""
    _write_header(sheet, table)
    for place, line in enumerate(table.lines):
        row = FIRST_ROW + place
        font = _BOLD if line.children else _PLAIN
        _write_text(sheet, (row, 1), line.number, font, _MIDDLE)
        _write_text(sheet, (row, 2), line.name, font, _LEFT)
        _write_figures(sheet, (row, line.children), line.figures, values)
    total_row = FIRST_ROW + len(table.lines)
    _write_text(sheet, (total_row, 1), "", _BOLD, _MIDDLE)
    _write_text(sheet, (total_row, 2), TOTAL, _BOLD, _MIDDLE)
    _write_figures(sheet, (total_row, table.top_level_places), table.total, values)
    return total_row


def _write_header(sheet: Worksheet, table: AppendixTable) -> None:
    for row in (HEADER_ROW, HEADER_ROW + 1):
        for column in range(1, FIRST_COLUMN + len(COLUMNS)):
            sheet.cell(row, column).border, sheet.cell(row, column).fill = _BOX, _HEADER_FILL
    for cell in layout.header_cells(table):
        row, column = HEADER_ROW + cell.row, cell.column + 1
        _write_text(sheet, (row, column), cell.text, _BOLD, _MIDDLE)
        if cell.rows > 1 or cell.columns > 1:
            end = {"end_row": row + cell.rows - 1, "end_column": column + cell.columns - 1}
            sheet.merge_cells(start_row=row, start_column=column, **end)
    for column, mark in enumerate(layout.column_marks(), 1):
        _write_text(sheet, (HEADER_ROW + 2, column), mark, _SLANTED, _MIDDLE)


def _write_figures(
    sheet: Worksheet, row_and_parts: tuple[int, Sequence[int]], figures: Figures, values: FormulaValues
) -> None:
    """Write the figures of a row; those of a row with parts are sums over its parts."""
    row, parts = row_and_parts
    for place, column in enumerate(COLUMNS, FIRST_COLUMN):
        cell = sheet.cell(row, place)
        cell.font, cell.alignment, cell.border = (_BOLD if parts else _PLAIN), _RIGHT, _BOX
        cell.number_format = COUNT_FORMAT if column.whole is None else SHARE_FORMAT
        if column.whole is not None:
            cell.value, values[cell.coordinate] = _share_formula(column, row, figures)
        elif parts:
            cell.value, values[cell.coordinate] = _sum_formula(get_column_letter(place), parts), column.part(figures)
        else:
            cell.value = column.part(figures)


def _sum_formula(letter: str, parts: Sequence[int]) -> str:
    """A formula that sums rows, with consecutive rows as a range."""
    rows = [FIRST_ROW + part for part in parts]
    begins = [rows[0], *(after for before, after in pairwise(rows) if after != before + 1)]
    ends = [*(before for before, after in pairwise(rows) if after != before + 1), rows[-1]]
    ranges = (f"{letter}{a}:{letter}{b}" if a != b else f"{letter}{a}" for a, b in zip(begins, ends, strict=True))
    return f"=SUM({','.join(ranges)})"


def _share_formula(column: AppendixColumn, row: int, figures: Figures) -> tuple[str, float | str]:
    """The formula of a percentage, and its value."""
    assert column.whole is not None
    letters = {other.key: f"{get_column_letter(place)}{row}" for place, other in enumerate(COLUMNS, FIRST_COLUMN)}
    part, whole = {
        "punctual": (letters["on_time"], letters["resolved"]),
        "satisfaction": (letters["satisfied"], f"({letters['satisfied']}+{letters['dissatisfied']})"),
    }[column.key]
    denominator = column.whole(figures)
    value = 100 * column.part(figures) / denominator if denominator else official.NO_SHARE
    return f'=IF({whole}=0,"{official.NO_SHARE}",100*{part}/{whole})', value


def _write_titles(sheet: Worksheet, paper: AppendixPaper) -> None:
    lines = (
        (" ".join(paper.issuer.lines), _BOLD),
        (f"{ANNEX.upper()}: {TITLE}", _TITLE),
        (" - ".join(paper.subject_lines), _PLAIN),
        (paper.as_of_line, _SLANTED),
    )
    for row, (text, font) in enumerate(lines, 1):
        _write_text(sheet, (row, 1), text, font, Alignment(horizontal="center" if row > 1 else "left"), boxed=False)
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=FIRST_COLUMN + len(COLUMNS) - 1)


def _write_notes(sheet: Worksheet, first: int, texts: Sequence[str], paper: AppendixPaper) -> None:
    """Write notes over the full width; rows with merged cells do not grow automatically."""
    headings = {heading for heading, _sentences in paper.sections}
    for row, text in enumerate(texts, first):
        _write_text(sheet, (row, 1), text, _BOLD if text in headings else _PLAIN, _LEFT, boxed=False)
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=FIRST_COLUMN + len(COLUMNS) - 1)
        sheet.row_dimensions[row].height = 15.5 * (1 + len(text) // 150)


def _write_text(
    sheet: Worksheet, place: tuple[int, int], text: str, font: Font, alignment: Alignment, *, boxed: bool = True
) -> None:
    """Write a text cell, even if the text looks like a formula."""
    cell: Any = sheet.cell(*place)
    cell.value, cell.data_type = text, "s"
    cell.quotePrefix = text.startswith(_FORMULA_PREFIXES)
    cell.font, cell.alignment = font, alignment
    if boxed:
        cell.border = _BOX


def _set_up_sheet(sheet: Worksheet) -> None:
    """Set the widths, frozen header and print layout: landscape, one page wide, header on every page."""
    for place, width in enumerate(layout.column_widths(), 1):
        sheet.column_dimensions[get_column_letter(place)].width = width / MM_PER_CHARACTER * (1 if place == 2 else 1.15)
    sheet.row_dimensions[HEADER_ROW + 1].height = 62
    sheet.freeze_panes = sheet.cell(FIRST_ROW, FIRST_COLUMN)
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4_CODE
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{HEADER_ROW}:{FIRST_ROW - 1}"
    sheet.print_options.horizontalCentered = True
    for side, length in (("top", 20), ("bottom", 20), ("left", 30), ("right", 15), ("header", 10), ("footer", 10)):
        setattr(sheet.page_margins, side, length / MM_PER_INCH)
    sheet.HeaderFooter.differentFirst = True
    sheet.oddHeader.center.text = "&P"


def _add_formula_values(content: bytes, sheets: Sequence[Mapping[str, float | str]]) -> bytes:
    """Add the values of its formulas to a workbook; openpyxl writes formulas without them."""
    files = {f"xl/worksheets/sheet{number}.xml": values for number, values in enumerate(sheets, 1)}
    buffer = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(buffer, "w", ZIP_DEFLATED) as target:
        for item in source.infolist():
            data = source.read(item)
            target.writestr(item, _insert_values(data, files[item.filename]) if item.filename in files else data)
    return buffer.getvalue()


def _insert_values(data: bytes, values: Mapping[str, float | str]) -> bytes:
    root = parse_xml(data)
    for cell, value in _formula_cells(root):
        formula_value = values[cell.get("r", "")]
        value.text = str(formula_value)
        if isinstance(formula_value, str):
            cell.set("t", "str")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _formula_cells(root: Any) -> Iterator[tuple[Any, Any]]:
    """The cells that contain a formula, each with the element for its value."""
    space = {"m": root.nsmap[None]}
    for cell in root.iterfind(".//m:c", space):
        if cell.find("m:f", space) is not None:
            value = cell.find("m:v", space)
            yield cell, value if value is not None else etree.SubElement(cell, f"{{{space['m']}}}v")
