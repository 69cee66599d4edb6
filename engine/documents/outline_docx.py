"""Writes headed paragraphs and tables as a Word file for an office to edit and print, in official type and margins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, Protocol

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from engine.documents import official

TEXT_SIZE, TABLE_SIZE = 13, 10  # Points; annex I of Decree 30/2020 has 13 to 14 for text.


class OutlineSection(Protocol):
    """A part under a heading: paragraphs, then a table where `header` is not empty."""

    @property
    def heading(self) -> str:
        """Its heading."""

    @property
    def paragraphs(self) -> Sequence[str]:
        """Its texts."""

    @property
    def header(self) -> Sequence[str]:
        """The titles of the table's columns."""

    @property
    def rows(self) -> Sequence[Sequence[str]]:
        """The table's rows."""


def write_outline(title: str, notes: Sequence[str], sections: Sequence[OutlineSection], made_at: datetime) -> bytes:
    """The bytes of a .docx; `notes` stand in italics under the title, `made_at` in the file's properties."""
    document = Document()
    _set_up_page(document)
    document.core_properties.title, document.core_properties.author = title, ""
    document.core_properties.created = document.core_properties.modified = made_at
    _add_paragraph(document, title.upper(), bold=True, centred=True)
    for note in notes:
        _add_paragraph(document, note, italic=True, centred=True)
    for number, section in enumerate(sections, 1):
        _add_paragraph(document, f"{number}. {section.heading}", bold=True)
        for text in section.paragraphs:
            _add_paragraph(document, text)
        if section.header:
            _add_table(document, section)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _set_up_page(document: Any) -> None:
    section, margins = document.sections[0], official.MARGINS
    section.page_width, section.page_height = (Mm(side) for side in official.A4)
    section.top_margin, section.bottom_margin = Mm(margins.top), Mm(margins.bottom)
    section.left_margin, section.right_margin = Mm(margins.left), Mm(margins.right)
    style = document.styles["Normal"]
    style.font.name, style.font.size = official.FONT, Pt(TEXT_SIZE)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), official.FONT)


def _add_paragraph(
    document: Any, text: str, *, bold: bool = False, italic: bool = False, centred: bool = False
) -> None:
    paragraph = document.add_paragraph()
    run = paragraph.add_run(official.printable_text(text))
    run.bold, run.italic = bold, italic
    paragraph.paragraph_format.space_after = Pt(6)
    paragraph.paragraph_format.keep_with_next = bold
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _add_table(document: Any, section: OutlineSection) -> None:
    """A bordered table; Word repeats its header on every page."""
    table = document.add_table(rows=0, cols=len(section.header))
    table.style = "Table Grid"
    for index, row in enumerate((section.header, *section.rows)):
        line = table.add_row()
        for cell, text in zip(line.cells, row, strict=True):
            run = cell.paragraphs[0].add_run(official.printable_text(text))
            run.font.size, run.bold = Pt(TABLE_SIZE), index == 0
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - the only access to it.
    document.add_paragraph().paragraph_format.space_after = Pt(0)
