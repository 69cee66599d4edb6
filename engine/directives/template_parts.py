"""Parts that the office's Word templates share, measured as Decree 30/2020/NĐ-CP, annex I, has them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from engine.documents.official import A4, FONT, MOTTO, NATIONAL_TITLE

TOP, BOTTOM, LEFT, RIGHT = Mm(20), Mm(20), Mm(30), Mm(20)
CENTRE, JUSTIFY, RIGHT_SIDE = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY, WD_ALIGN_PARAGRAPH.RIGHT
_CREATED_AT = datetime(2026, 11, 26, tzinfo=UTC).replace(tzinfo=None)


def set_up_page(document: Any) -> None:
    """Set paper, margins, page numbers and typeface as the decree has them."""
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.PORTRAIT, Mm(A4[0]), Mm(A4[1])
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = TOP, BOTTOM, LEFT, RIGHT
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True  # The decree numbers pages from the second on.
    _add_page_number(section.header.paragraphs[0])
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(14)
    for kind in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        style.element.rPr.rFonts.set(qn(kind), FONT)
    style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)
    style.paragraph_format.line_spacing = 1.0
    properties = document.core_properties
    properties.author, properties.title, properties.comments, properties.language = "", "", "", "vi-VN"
    properties.created = properties.modified = _CREATED_AT


def _add_page_number(paragraph: Any) -> None:
    paragraph.alignment = CENTRE
    run = paragraph.add_run()
    run.font.size = Pt(13)
    for kind, text in (("begin", ""), ("", " PAGE "), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)  # noqa: SLF001 - python-docx does not support fields.


def add_text(container: Any, text: str, size: float = 14, *, align: Any = None, style: str = "") -> Any:
    """Add a paragraph with one run; `style` may contain b for bold and i for italic."""
    paragraph = container.add_paragraph()
    paragraph.alignment = align
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), "b" in style, "i" in style
    return paragraph


def add_fixed_table(document: Any, *widths: float) -> Any:
    """Add a table of one row with columns of these widths in millimetres."""
    table = document.add_table(rows=1, cols=len(widths))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    set_cell_widths(table.rows[0], widths)
    return table


def set_cell_widths(row: Any, widths: Any) -> None:
    """Set the widths of a row's cells in millimetres."""
    for cell, width in zip(row.cells, widths, strict=True):
        cell.width = Mm(width)


def clear_cell(cell: Any) -> Any:
    """Remove the empty paragraph that a cell is created with."""
    first = cell.paragraphs[0]._p  # noqa: SLF001 - the only way to remove a paragraph.
    first.getparent().remove(first)
    return cell


def add_line(container: Any, length: float, width: float) -> None:
    """Add the line below a name or title: a third to a half of its length, or as long as the motto; in millimetres."""
    paragraph = container.add_paragraph()
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm((width - length) / 2)
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.line_spacing = Pt(3), Pt(4)
    border, line = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        line.set(qn(f"w:{name}"), value)
    border.append(line)
    paragraph._p.get_or_add_pPr().append(border)  # noqa: SLF001 - python-docx does not support paragraph borders.


def add_letterhead(document: Any, subject: str = "") -> None:
    """Add the names of state and issuer, number, place and date; `subject` stands below the number of a letter."""
    left_width, right_width = 68, 102
    row = add_fixed_table(document, left_width, right_width).rows[0]
    left, right = (clear_cell(cell) for cell in row.cells)
    add_text(left, "{%p if superior %}")
    add_text(left, "{{ superior }}", 12, align=CENTRE)
    add_text(left, "{%p endif %}")
    add_text(left, "{%p for line in issuer_lines %}")
    add_text(left, "{{ line }}", 13, align=CENTRE, style="b")
    add_text(left, "{%p endfor %}")
    add_line(left, 24, left_width - 4)
    add_text(left, "Số: {{ number }}", 13, align=CENTRE).paragraph_format.space_before = Pt(4)
    if subject:
        add_text(left, subject, 12, align=CENTRE).paragraph_format.space_before = Pt(2)
    add_text(right, NATIONAL_TITLE, 12, align=CENTRE, style="b")
    add_text(right, MOTTO, 13, align=CENTRE, style="b")
    add_line(right, 56, right_width - 4)
    add_text(right, "{{ place_and_date }}", 13, align=CENTRE, style="i").paragraph_format.space_before = Pt(4)


def add_body_text(document: Any, text: str, *, keep: bool = False) -> Any:
    """Add a paragraph to the body of a paper."""
    paragraph = add_text(document, text, align=JUSTIFY)
    paragraph_format = paragraph.paragraph_format
    paragraph_format.first_line_indent, paragraph_format.space_before, paragraph_format.line_spacing = (
        Mm(12.7),
        Pt(6),
        1.15,
    )
    paragraph_format.keep_with_next = keep
    return paragraph


def add_signature_block(document: Any) -> None:
    """Add who gets copies, and who signs."""
    spacer = document.add_paragraph().paragraph_format
    spacer.line_spacing, spacer.keep_with_next = Pt(12), True  # No signature stands alone on a page.
    row = add_fixed_table(document, 80, 80).rows[0]
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - a signature stays with its name.
    left, right = (clear_cell(cell) for cell in row.cells)
    add_text(left, "Nơi nhận:", 12, style="bi")
    add_text(left, "{%p for copy in copies %}")
    add_text(left, "- {{ copy }}{% if loop.last %}.{% else %};{% endif %}", 11)
    add_text(left, "{%p endfor %}")
    add_text(right, "{%p for line in signer_lines %}")
    add_text(right, "{{ line }}", 14, align=CENTRE, style="b")
    add_text(right, "{%p endfor %}")
    for _line in range(4):
        add_text(right, "", 14, align=CENTRE)
    add_text(right, "{{ signer_name }}", 14, align=CENTRE, style="b")
