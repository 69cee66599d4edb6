"""Builds the default Word template, laid out after Decree 30/2020/NĐ-CP, annex I.

Generated rather than stored as a file, so that nobody has to trust one; an office can download, edit and upload it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from engine.documents.official import A4, FONT, MOTTO, NATIONAL_TITLE

TOP, BOTTOM, LEFT, RIGHT = Mm(20), Mm(20), Mm(30), Mm(20)
CENTRE, JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY
_CREATED_AT = datetime(2026, 11, 26, tzinfo=UTC).replace(tzinfo=None)
# Heading, width in millimetres and content of each column in the list of cases.
_COLUMNS = (
    ("TT", 10, "{{ case.index }}"),
    ("Mã hồ sơ", 40, "{{ case.code }}"),
    ("Lĩnh vực", 28, "{{ case.field }}"),
    ("Địa bàn", 29, "{{ case.place }}"),
    ("Đơn vị giải quyết", 34, "{{ case.unit }}"),
    ("Quá hạn (ngày)", 19, "{{ case.days_late }}"),
)


@cache
def build_default_template() -> bytes:
    """The template as a Word file."""
    document = Document()
    _set_up_page(document)
    _add_letterhead(document)
    _add_addressees(document)
    _add_introduction(document)
    _add_case_table(document)
    _add_demands(document)
    _add_signature_block(document)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _set_up_page(document: Any) -> None:
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


def _add_paragraph(container: Any, text: str, size: float = 14, *, align: Any = None, style: str = "") -> Any:
    """Add a paragraph with one run; `style` may contain b for bold and i for italic."""
    paragraph = container.add_paragraph()
    paragraph.alignment = align
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), "b" in style, "i" in style
    return paragraph


def _add_table(document: Any, *widths: float) -> Any:
    table = document.add_table(rows=1, cols=len(widths))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    _set_widths(table.rows[0], widths)
    return table


def _set_widths(row: Any, widths: Any) -> None:
    for cell, width in zip(row.cells, widths, strict=True):
        cell.width = Mm(width)


def _clear_cell(cell: Any) -> Any:
    """Remove the empty paragraph that a cell is created with."""
    first = cell.paragraphs[0]._p  # noqa: SLF001 - the only way to remove a paragraph.
    first.getparent().remove(first)
    return cell


def _add_rule(cell: Any, length: float, width: float) -> None:
    """Add the line below a name: a third to a half of its length, or as long as the motto."""
    paragraph = cell.add_paragraph()
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm((width - length) / 2)
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.line_spacing = Pt(3), Pt(4)
    border, line = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        line.set(qn(f"w:{name}"), value)
    border.append(line)
    paragraph._p.get_or_add_pPr().append(border)  # noqa: SLF001 - python-docx does not support paragraph borders.


def _add_letterhead(document: Any) -> None:
    left_width, right_width = 68, 102
    row = _add_table(document, left_width, right_width).rows[0]
    left, right = (_clear_cell(cell) for cell in row.cells)
    _add_paragraph(left, "{%p if superior %}")
    _add_paragraph(left, "{{ superior }}", 12, align=CENTRE)
    _add_paragraph(left, "{%p endif %}")
    _add_paragraph(left, "{%p for line in issuer_lines %}")
    _add_paragraph(left, "{{ line }}", 13, align=CENTRE, style="b")
    _add_paragraph(left, "{%p endfor %}")
    _add_rule(left, 24, left_width - 4)
    _add_paragraph(left, "Số: {{ number }}", 13, align=CENTRE).paragraph_format.space_before = Pt(4)
    _add_paragraph(left, "V/v {{ subject }}", 12, align=CENTRE).paragraph_format.space_before = Pt(2)
    _add_paragraph(right, NATIONAL_TITLE, 12, align=CENTRE, style="b")
    _add_paragraph(right, MOTTO, 13, align=CENTRE, style="b")
    _add_rule(right, 56, right_width - 4)
    _add_paragraph(right, "{{ place_and_date }}", 13, align=CENTRE, style="i").paragraph_format.space_before = Pt(4)


def _add_addressees(document: Any) -> None:
    _add_paragraph(document, "{%p if recipients | length == 1 %}")
    single = _add_paragraph(document, "Kính gửi: {{ recipients | first }}.", align=CENTRE)
    _add_paragraph(document, "{%p else %}")
    heading = _add_paragraph(document, "Kính gửi:")
    heading.paragraph_format.left_indent = Mm(35)
    _add_paragraph(document, "{%p for recipient in recipients %}")
    entry = _add_paragraph(document, "- {{ recipient }}{% if loop.last %}.{% else %};{% endif %}")
    entry.paragraph_format.left_indent, entry.paragraph_format.first_line_indent = Mm(42), Mm(-4)
    _add_paragraph(document, "{%p endfor %}")
    _add_paragraph(document, "{%p endif %}")
    for paragraph in (single, heading):
        paragraph.paragraph_format.space_before = Pt(18)


def _add_body_paragraph(document: Any, text: str, *, keep: bool = False) -> Any:
    """Add a paragraph to the letter's body."""
    paragraph = _add_paragraph(document, text, align=JUSTIFY)
    paragraph_format = paragraph.paragraph_format
    paragraph_format.first_line_indent, paragraph_format.space_before, paragraph_format.line_spacing = (
        Mm(12.7),
        Pt(6),
        1.15,
    )
    paragraph_format.keep_with_next = keep
    return paragraph


def _add_introduction(document: Any) -> None:
    paragraph = _add_body_paragraph(
        document,
        "Qua theo dõi việc tiếp nhận, giải quyết phản ánh, kiến nghị của người dân, doanh nghiệp qua Tổng đài 1022, "
        "đến nay còn {{ total }} hồ sơ đã quá thời hạn giải quyết, cụ thể như sau (số ngày tính theo ngày làm việc):",
        keep=True,
    )
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(14), Pt(6)


def _add_case_table(document: Any) -> None:
    widths = [width for _heading, width, _value in _COLUMNS]
    table = _add_table(document, *widths)
    table.style = "Table Grid"
    header_row = table.rows[0]
    header_row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - repeated on every page.
    for cell, (heading, _width, _value) in zip(header_row.cells, _COLUMNS, strict=True):
        _add_paragraph(_clear_cell(cell), heading, 12, align=CENTRE, style="b")
    for texts in (
        ("{%tr for case in cases %}",),
        tuple(value for _heading, _width, value in _COLUMNS),
        ("{%tr endfor %}",),
    ):
        row = table.add_row()
        _set_widths(row, widths)
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - the same.
        for number, cell in enumerate(row.cells):
            centred = number in (0, 1, len(_COLUMNS) - 1)
            _add_paragraph(
                _clear_cell(cell), texts[number] if number < len(texts) else "", 12, align=CENTRE if centred else None
            )


def _add_demands(document: Any) -> None:
    addressees = "{% if recipients | length > 1 %}các {% endif %}đơn vị"
    text = f"Để bảo đảm quyền lợi của người dân, {{{{ issuer_name }}}} đề nghị {addressees}:"
    paragraph = _add_body_paragraph(document, text, keep=True)
    paragraph.paragraph_format.space_before = Pt(10)
    _add_paragraph(document, "{%p for demand in demands %}")
    _add_body_paragraph(document, "{{ loop.index }}. {{ demand }}")
    _add_paragraph(document, "{%p endfor %}")
    _add_body_paragraph(document, "Báo cáo kết quả trên hệ thống Tổng đài 1022 trước {{ answer_by }}./.")


def _add_signature_block(document: Any) -> None:
    document.add_paragraph().paragraph_format.line_spacing = Pt(12)
    row = _add_table(document, 80, 80).rows[0]
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - a signature stays with its name.
    left, right = (_clear_cell(cell) for cell in row.cells)
    _add_paragraph(left, "Nơi nhận:", 12, style="bi")
    _add_paragraph(left, "{%p for copy in copies %}")
    _add_paragraph(left, "- {{ copy }}{% if loop.last %}.{% else %};{% endif %}", 11)
    _add_paragraph(left, "{%p endfor %}")
    _add_paragraph(right, "{%p for line in signer_lines %}")
    _add_paragraph(right, "{{ line }}", 14, align=CENTRE, style="b")
    _add_paragraph(right, "{%p endfor %}")
    for _line in range(4):
        _add_paragraph(right, "", 14, align=CENTRE)
    _add_paragraph(right, "{{ signer_name }}", 14, align=CENTRE, style="b")
