"""Draws the appendix as a PDF that can be printed and signed.

Pure apart from the typeface files. A row that heads others, a total or a signature is never alone on a page; the table
header is repeated on every page.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from engine.documents import appendix_layout as layout
from engine.documents.appendix_paper import (
    ANNEX,
    COLUMNS,
    NOTES,
    PREPARED_BY,
    SIGNATURE_HINT,
    TITLE,
    TOTAL,
    AppendixPaper,
    AppendixRow,
    AppendixTable,
)
from engine.documents.fonts import Typeface
from engine.documents.pdf_sheet import LEADING, PdfSheet, Style
from engine.statistics.period import Figures

HEADER_GREY = 236
GAP, ROW_PADDING = 3.0, 0.7


def write_pdf(paper: AppendixPaper, typeface: Typeface, made_at: datetime) -> bytes:
    """The appendix as the bytes of a PDF; `made_at` is its creation date."""
    pages = PdfSheet(typeface, "landscape")
    pages.set_creation_date(made_at)
    pages.set_title(f"{ANNEX} - {TITLE} - {paper.subject_lines[0]}")
    pages.set_author(paper.issuer.name)
    pages.add_page()
    _draw_letterhead(pages, paper)
    size = layout.fitting_type_size(paper)
    for table in paper.tables:
        _FiguresTable(pages, table, size).draw_table()
    _draw_notes(pages)
    _draw_closing(pages, paper)
    return bytes(pages.output())


def _draw_letterhead(pages: PdfSheet, paper: AppendixPaper) -> None:
    """Draw the letterhead, then the annex's own titles."""
    pages.set_xy(pages.l_margin, pages.letterhead(paper.issuer, layout.ISSUER_WIDTH) + 3.5)
    titles: tuple[tuple[str, int, Style], ...] = (
        (ANNEX, layout.LARGE, "B"),
        (TITLE, layout.LARGE, "B"),
        (paper.annex_reference, layout.LARGE, "I"),
    )
    for text, size, style in titles:
        pages.text_block(text, size, style)
    for text in paper.subject_lines:
        pages.text_block(text, layout.NORMAL)
    pages.text_block(paper.as_of_line, layout.NORMAL, "I")


class _FiguresTable:
    """Draws one table down the pages."""

    def __init__(self, pages: PdfSheet, table: AppendixTable, size: float) -> None:
        self.pages, self.table, self.size = pages, table, size
        self.widths = layout.column_widths()
        self.step = size * layout.MM_PER_POINT * LEADING
        self.head_step = layout.HEAD_SIZE * layout.MM_PER_POINT * LEADING
        self.head_rows = self._header_heights()

    def draw_table(self) -> None:
        """Draw title, header, rows and total."""
        lines = self.table.lines
        heights = [self._row_height(line) for line in lines]
        together = (
            sum(heights) + self.step + 2 * ROW_PADDING if len(lines) <= layout.SHORT_TABLE_ROWS else sum(heights[:3])
        )
        title = self.pages.select_font(layout.NORMAL, "B") + 1
        needed = GAP + title + sum(self.head_rows) + self.head_step + together
        if self.pages.height_left < needed:
            self.pages.add_page()
        else:
            self.pages.ln(GAP)
        self.pages.text_block(self.table.title, layout.NORMAL, "B", "L")
        self.pages.ln(1)
        self._draw_header()
        for place, line in enumerate(lines):
            if self.pages.height_left < self._height_to_keep(place, heights):
                self._next_page()
            self._draw_line(line, heights[place])
        self._draw_row("", TOTAL, self.table.total, (self.step + 2 * ROW_PADDING, "B"))

    def _height_to_keep(self, place: int, heights: Sequence[float]) -> float:
        """The height to keep together from a row on: its first parts, and the total with the last three rows."""
        height = heights[place]
        if self.table.lines[place].children:
            height += sum(heights[place + 1 : place + 3])
        if place >= len(heights) - 3:
            height = sum(heights[place:]) + self.step + 2 * ROW_PADDING
        return height

    def _next_page(self) -> None:
        self.pages.add_page()
        self._draw_header()

    def _row_height(self, line: AppendixRow) -> float:
        self.pages.select_font(self.size, _font_weight(line))
        return self.step * len(self.pages.break_lines(line.name, layout.NAME_WIDTH)) + ROW_PADDING

    def _header_heights(self) -> tuple[float, float]:
        """The heights of both header rows, by their contents."""
        self.pages.select_font(layout.HEAD_SIZE, "B")
        cells = list(layout.header_cells(self.table))
        needed = {cell: self._caption_height(cell) for cell in cells}
        first = max(height for cell, height in needed.items() if cell.row == 0 and cell.rows == 1)
        second = max(height for cell, height in needed.items() if cell.row == 1)
        tall = max(height for cell, height in needed.items() if cell.rows == 2)
        return first, max(second, tall - first)

    def _caption_height(self, cell: layout.HeaderCell) -> float:
        width = sum(self.widths[cell.column : cell.column + cell.columns])
        return self.head_step * len(self.pages.break_lines(cell.text, width)) + 1.6

    def _draw_header(self) -> None:
        pages, top = self.pages, self.pages.get_y()
        first, second = self.head_rows
        pages.set_fill_color(HEADER_GREY)
        pages.select_font(layout.HEAD_SIZE, "B")
        for cell in layout.header_cells(self.table):
            x = pages.l_margin + sum(self.widths[: cell.column])
            y = top + (first if cell.row else 0)
            height = first + second if cell.rows == 2 else (second if cell.row else first)
            self._draw_caption(cell.text, (x, y, sum(self.widths[cell.column : cell.column + cell.columns]), height))
        pages.set_xy(pages.l_margin, top + first + second)
        pages.select_font(layout.MARK_SIZE, "I")
        for width, mark in zip(self.widths, layout.column_marks(), strict=True):
            pages.cell(width, self.head_step, mark, border=1, align="C")
        pages.set_xy(pages.l_margin, pages.get_y() + self.head_step)

    def _draw_caption(self, text: str, box: tuple[float, float, float, float]) -> None:
        """Draw a caption centred in its box."""
        x, y, width, height = box
        self.pages.rect(x, y, width, height, style="DF")
        lines = self.pages.break_lines(text, width)
        y += (height - self.head_step * len(lines)) / 2
        for number, line in enumerate(lines):
            self.pages.set_xy(x, y + number * self.head_step)
            self.pages.cell(width, self.head_step, line, align="C")

    def _draw_line(self, line: AppendixRow, height: float) -> None:
        self._draw_row(line.number, line.name, line.figures, (height, _font_weight(line)))

    def _draw_row(self, number: str, name: str, figures: Figures, look: tuple[float, Literal["", "B"]]) -> None:
        pages, (height, style) = self.pages, look
        pages.select_font(self.size, style)
        top = pages.get_y()
        pages.cell(layout.NUMBER_WIDTH, height, number, border=1, align="C")
        x = pages.get_x()
        pages.rect(x, top, layout.NAME_WIDTH, height)
        lines = pages.break_lines(name, layout.NAME_WIDTH)
        y = top + (height - self.step * len(lines)) / 2
        for place, text in enumerate(lines):
            pages.set_xy(x, y + place * self.step)
            pages.cell(layout.NAME_WIDTH, self.step, text, align="L" if number else "C")
        pages.set_xy(x + layout.NAME_WIDTH, top)
        for column, width in zip(COLUMNS, self.widths[2:], strict=True):
            pages.cell(width, height, column.cell_text(figures), border=1, align="R")
        pages.set_xy(pages.l_margin, top + height)


def _font_weight(line: AppendixRow) -> Literal["", "B"]:
    return "B" if line.children else ""


def _draw_notes(pages: PdfSheet) -> None:
    """Draw the notes on the columns, right below the tables."""
    text = f"Ghi chú: {' '.join(NOTES)}"
    height = pages.select_font(layout.NOTE_SIZE, "I")
    if pages.height_left < GAP / 2 + height * len(pages.break_lines(text, layout.INNER_WIDTH)):
        pages.add_page()
    pages.ln(GAP / 2)
    pages.text_block(text, layout.NOTE_SIZE, "I", "L")


def _draw_closing(pages: PdfSheet, paper: AppendixPaper) -> None:
    """Draw what stands below the tables, paragraph by paragraph: no heading and no signature is alone on a page."""
    step = pages.select_font(layout.NORMAL)
    signing = GAP + step * (1 + max(2, len(paper.signer))) + layout.SIGNATURE_HEIGHT
    last = paper.sections[-1][1][-1]
    for heading, sentences in paper.sections:
        for text in sentences:
            pages.select_font(layout.NORMAL)
            height = step * len(pages.break_lines(text, layout.INNER_WIDTH))
            height += (GAP + step if text is sentences[0] else 0) + (signing if text is last else 0)
            if pages.height_left < height:
                pages.add_page()
            if text is sentences[0]:
                pages.ln(GAP)
                pages.text_block(heading, layout.NORMAL, "B", "L")
            pages.text_block(text, layout.NORMAL, "", "J")
    pages.ln(GAP)
    _draw_signatures(pages, paper, step)


def _draw_signatures(pages: PdfSheet, paper: AppendixPaper, step: float) -> None:
    half, top = layout.INNER_WIDTH / 2, pages.get_y()
    right = pages.l_margin + half
    pages.centred_line((right, top, half), paper.place_and_date, "I")
    top += step
    pages.centred_line((pages.l_margin, top, half), PREPARED_BY, "B")
    pages.centred_line((pages.l_margin, top + step, half), SIGNATURE_HINT, "I")
    for number, line in enumerate(paper.signer):
        pages.centred_line((right, top + number * step, half), line, "B")
