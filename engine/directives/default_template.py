"""Builds the default Word template, laid out after Decree 30/2020/NĐ-CP, annex I.

Generated rather than stored as a file, so that nobody has to trust one; an office can download, edit and upload it.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.shared import Mm, Pt

from engine.directives.template_parts import (
    CENTRE,
    add_body_text,
    add_fixed_table,
    add_letterhead,
    add_signature_block,
    add_text,
    clear_cell,
    set_cell_widths,
    set_up_page,
)

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
    set_up_page(document)
    add_letterhead(document, "V/v {{ subject }}")
    _add_addressees(document)
    _add_introduction(document)
    _add_case_table(document)
    _add_demands(document)
    add_signature_block(document)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _add_addressees(document: Any) -> None:
    add_text(document, "{%p if recipients | length == 1 %}")
    single = add_text(document, "Kính gửi: {{ recipients | first }}.", align=CENTRE)
    add_text(document, "{%p else %}")
    heading = add_text(document, "Kính gửi:")
    heading.paragraph_format.left_indent = Mm(35)
    add_text(document, "{%p for recipient in recipients %}")
    entry = add_text(document, "- {{ recipient }}{% if loop.last %}.{% else %};{% endif %}")
    entry.paragraph_format.left_indent, entry.paragraph_format.first_line_indent = Mm(42), Mm(-4)
    add_text(document, "{%p endfor %}")
    add_text(document, "{%p endif %}")
    for paragraph in (single, heading):
        paragraph.paragraph_format.space_before = Pt(18)


def _add_introduction(document: Any) -> None:
    paragraph = add_body_text(
        document,
        "Qua theo dõi việc tiếp nhận, giải quyết phản ánh, kiến nghị của người dân, doanh nghiệp qua Tổng đài 1022, "
        "đến nay còn {{ total }} hồ sơ đã quá thời hạn giải quyết, cụ thể như sau (số ngày tính theo ngày làm việc):",
        keep=True,
    )
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(14), Pt(6)


def _add_case_table(document: Any) -> None:
    widths = [width for _heading, width, _value in _COLUMNS]
    table = add_fixed_table(document, *widths)
    table.style = "Table Grid"
    header_row = table.rows[0]
    header_row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - repeated on every page.
    for cell, (heading, _width, _value) in zip(header_row.cells, _COLUMNS, strict=True):
        add_text(clear_cell(cell), heading, 12, align=CENTRE, style="b")
    for texts in (
        ("{%tr for case in cases %}",),
        tuple(value for _heading, _width, value in _COLUMNS),
        ("{%tr endfor %}",),
    ):
        row = table.add_row()
        set_cell_widths(row, widths)
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - the same.
        for number, cell in enumerate(row.cells):
            centred = number in (0, 1, len(_COLUMNS) - 1)
            add_text(
                clear_cell(cell), texts[number] if number < len(texts) else "", 12, align=CENTRE if centred else None
            )


def _add_demands(document: Any) -> None:
    addressees = "{% if recipients | length > 1 %}các {% endif %}đơn vị"
    text = f"Để bảo đảm quyền lợi của người dân, {{{{ issuer_name }}}} đề nghị {addressees}:"
    paragraph = add_body_text(document, text, keep=True)
    paragraph.paragraph_format.space_before = Pt(10)
    add_text(document, "{%p for demand in demands %}")
    add_body_text(document, "{{ loop.index }}. {{ demand }}")
    add_text(document, "{%p endfor %}")
    add_body_text(document, "Báo cáo kết quả trên hệ thống Tổng đài 1022 trước {{ answer_by }}./.")
