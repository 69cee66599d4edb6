"""Builds the default Word template of the office's report: a BÁO CÁO after Decree 30/2020/NĐ-CP, annex I and III."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.shared import Pt

from engine.directives.template_parts import (
    CENTRE,
    RIGHT_SIDE,
    add_body_text,
    add_fixed_table,
    add_letterhead,
    add_line,
    add_signature_block,
    add_text,
    clear_cell,
    set_cell_widths,
    set_up_page,
)

TEXT_WIDTH = 160  # Millimetres between the margins.
# Heading, width in millimetres and content of each column in the table of figures.
_COLUMNS = (
    ("TT", 10, "{{ figure.index }}"),
    ("Chỉ tiêu", 66, "{{ figure.name }}"),
    ("Kỳ này", 26, "{{ figure.now }}"),
    ("Kỳ trước", 26, "{{ figure.before }}"),
    ("Tăng, giảm", 32, "{{ figure.change }}"),
)
# Heading of each part and the field with its paragraphs.
_PARTS = (
    ("I. TÌNH HÌNH TIẾP NHẬN, GIẢI QUYẾT", "situation"),
    ("II. CÔNG TÁC ĐÔN ĐỐC, HỒ SƠ QUÁ HẠN", "chase"),
    ("III. ĐÁNH GIÁ", "assessment"),
    ("IV. KIẾN NGHỊ, ĐỀ XUẤT", "proposals"),
)


@cache
def build_briefing_template() -> bytes:
    """The template as a Word file."""
    document = Document()
    set_up_page(document)
    add_letterhead(document)
    _add_title(document)
    _add_part(document, *_PARTS[0])
    _add_figures(document)
    for heading, field in _PARTS[1:]:
        _add_part(document, heading, field)
    add_body_text(
        document, "Trên đây là báo cáo của {{ issuer_name }}, kính trình {{ recipient }} xem xét, chỉ đạo./.", keep=True
    )
    add_signature_block(document)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _add_title(document: Any) -> None:
    add_text(document, "BÁO CÁO", align=CENTRE, style="b").paragraph_format.space_before = Pt(18)
    add_text(document, "{{ subject }}", align=CENTRE, style="b")
    add_line(document, 45, TEXT_WIDTH)
    add_text(document, "Kính gửi: {{ recipient }}.", align=CENTRE).paragraph_format.space_before = Pt(12)
    add_body_text(
        document, "Số liệu trong báo cáo này được tổng hợp lúc {{ as_of }}."
    ).paragraph_format.space_before = Pt(12)


def _add_part(document: Any, heading: str, field: str) -> None:
    paragraph = add_body_text(document, heading, keep=True)
    paragraph.runs[0].bold = True
    add_text(document, f"{{%p for paragraph in {field} %}}")
    add_body_text(document, "{{ paragraph }}")
    add_text(document, "{%p endfor %}")


def _add_figures(document: Any) -> None:
    lead = add_body_text(document, "Số liệu so với kỳ trước:", keep=True)
    lead.paragraph_format.space_after = Pt(6)
    widths = [width for _heading, width, _value in _COLUMNS]
    table = add_fixed_table(document, *widths)
    table.style = "Table Grid"
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - repeated on every page.
    for cell, (heading, _width, _value) in zip(table.rows[0].cells, _COLUMNS, strict=True):
        add_text(clear_cell(cell), heading, 12, align=CENTRE, style="b")
    values = tuple(value for _heading, _width, value in _COLUMNS)
    for texts in (("{%tr for figure in figures %}",), values, ("{%tr endfor %}",)):
        _add_row(table, widths, texts)


def _add_row(table: Any, widths: list[int], texts: tuple[str, ...]) -> None:
    row = table.add_row()
    set_cell_widths(row, widths)
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - python-docx has no name for it.
    for number, cell in enumerate(row.cells):
        align = {0: CENTRE, 1: None}.get(number, RIGHT_SIDE)
        add_text(clear_cell(cell), texts[number] if number < len(texts) else "", 12, align=align)
