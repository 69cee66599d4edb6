"""Writes headed paragraphs and tables as a Word file for an office to edit and print, in official type and margins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any, Protocol

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from engine.documents import official

LINE_LENGTH, LONGEST_WORD = 90, 18  # Characters of a table's line, and of a word that is not broken.
HEADING_ROOM = 40.0  # Millimetres above a picture for title and heading.
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


@dataclass(frozen=True, slots=True)
class OutlinePicture:
    """A picture with its size in units of its own: a page across is added for it."""

    content: bytes
    width: float
    height: float


def write_outline(
    title: str,
    notes: Sequence[str],
    sections: Sequence[OutlineSection],
    made_at: datetime,
    pictures: Mapping[str, OutlinePicture] | None = None,
) -> bytes:
    """The bytes of a .docx; `notes` stand in italics under the title, `made_at` in the file's properties.

    `pictures` stand behind the headings that name them, each on a page across.
    """
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
        if section.heading in (pictures or {}):
            _add_picture(document, (pictures or {})[section.heading])
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


def _add_picture(document: Any, picture: OutlinePicture) -> None:
    """The picture on the present page, which is turned across, as large as it allows; what follows is upright."""
    across = document.sections[-1]
    short, long = across.page_width, across.page_height
    across.orientation, across.page_width, across.page_height = WD_ORIENT.LANDSCAPE, long, short
    room = long - across.left_margin - across.right_margin
    depth = short - across.top_margin - across.bottom_margin - Mm(HEADING_ROOM)
    width = min(room, round(depth * picture.width / picture.height))
    document.add_picture(BytesIO(picture.content), width=width)
    upright = document.add_section(WD_SECTION.NEW_PAGE)
    upright.orientation, upright.page_width, upright.page_height = WD_ORIENT.PORTRAIT, short, long


def column_shares(section: OutlineSection) -> list[float]:
    """The shares of a table's width: each column has room for its longest word, longer texts share what is left."""
    columns = list(zip(section.header, *section.rows, strict=True))
    words = [max(min(len(word), LONGEST_WORD) for cell in cells for word in [*cell.split(), "–"]) for cells in columns]
    least = [length + 2 for length in words]
    average = [max(sum(map(len, cells)) / len(cells), 1) for cells in columns]
    rest = max(LINE_LENGTH - sum(least), 0)
    shares = [few + rest * length / sum(average) for few, length in zip(least, average, strict=True)]
    return [share / sum(shares) for share in shares]


def _add_table(document: Any, section: OutlineSection) -> None:
    """A bordered table; Word repeats its header on every page."""
    table = document.add_table(rows=0, cols=len(section.header))
    table.style = "Table Grid"
    page = document.sections[-1]
    room = page.page_width - page.left_margin - page.right_margin
    widths = [round(room * share) for share in column_shares(section)]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for index, row in enumerate((section.header, *section.rows)):
        line = table.add_row()
        for cell, text, width in zip(line.cells, row, widths, strict=True):
            cell.width = width
            run = cell.paragraphs[0].add_run(official.printable_text(text))
            run.font.size, run.bold = Pt(TABLE_SIZE), index == 0
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - the only access to it.
    document.add_paragraph().paragraph_format.space_after = Pt(0)
