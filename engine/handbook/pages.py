"""Writes a handbook as a PDF: the drawing on a page across, chapters and tables on pages upright."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace

from engine.documents import official
from engine.documents.fonts import Typeface
from engine.documents.outline_docx import OutlineSection, column_shares
from engine.documents.pdf_sheet import FONT_FAMILY, LARGE, LINE_WIDTH, NORMAL, PdfSheet, Style
from engine.handbook.drawing import DrawnSheet
from engine.handbook.painting import PagePainter, paint_sheet
from engine.translation.catalogue import Language

TABLE_SIZE, NOTE_SIZE = 10, 11
LARGEST_ON_A4 = 1500.0  # Units of a drawing; a wider one gets a page of A3.
HEADER_GREY = 236
Setting = tuple[Typeface, datetime, Language]


def write_pages(
    title: str, notes: Sequence[str], sections: Sequence[OutlineSection], drawing: DrawnSheet, setting: Setting
) -> bytes:
    """The bytes of a PDF; the drawing stands on a page of its own behind the heading of the first section."""
    typeface, made_at, language = setting
    sheet = PdfSheet(typeface, "portrait")
    sheet.set_auto_page_break(auto=True, margin=official.MARGINS.bottom)
    sheet.set_lang("en-GB" if language == "en" else "vi-VN")
    sheet.set_creation_date(made_at)
    sheet.set_title(title)
    sheet.add_page(orientation="landscape", format="A3" if drawing.width > LARGEST_ON_A4 else "A4")
    sheet.text_block(official.printable_text(title.upper()), LARGE, "B")
    for note in notes:
        sheet.text_block(official.printable_text(note), NOTE_SIZE, "I")
    for number, section in enumerate(sections, 1):
        _write_section(sheet, number, section)
        if number == 1:
            _draw_whole(sheet, drawing)
            sheet.add_page(orientation="portrait", format="A4")
    return bytes(sheet.output())


def _draw_whole(sheet: PdfSheet, drawing: DrawnSheet) -> None:
    """The drawing as large as the rest of the page allows."""
    if not drawing.marks:
        return
    top = sheet.get_y() + 2
    scale = min(sheet.epw / drawing.width, (sheet.h - official.MARGINS.bottom - top) / drawing.height)
    paint_sheet(drawing, PagePainter(sheet, (sheet.l_margin, top), scale))
    sheet.set_line_width(LINE_WIDTH)
    sheet.set_draw_color(0)


def _write_section(sheet: PdfSheet, number: int, section: OutlineSection) -> None:
    if sheet.height_left < 30:
        sheet.add_page()
    _paragraph(sheet, f"{number}. {section.heading}", "B")
    for text in section.paragraphs:
        _paragraph(sheet, text, "")
    if section.header:
        _write_table(sheet, section)


def _paragraph(sheet: PdfSheet, text: str, style: Style) -> None:
    height = sheet.select_font(NORMAL, style)
    sheet.multi_cell(sheet.epw, height, official.printable_text(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    sheet.ln(1.5)


def _write_table(sheet: PdfSheet, section: OutlineSection) -> None:
    """A bordered table whose header stands on every page."""
    height = sheet.select_font(TABLE_SIZE)
    shares = column_shares(section)
    style = FontFace(family=FONT_FAMILY, emphasis="BOLD", fill_color=HEADER_GREY)
    with sheet.table(
        col_widths=tuple(shares), line_height=height, align="LEFT", text_align="LEFT", headings_style=style, padding=0.8
    ) as table:
        for cells in (section.header, *section.rows):
            row = table.row()
            for cell in cells:
                row.cell(official.printable_text(cell))
    sheet.ln(3)
