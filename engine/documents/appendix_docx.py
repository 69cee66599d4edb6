"""Writes the appendix as a Word file that an office can edit, print and sign.

Pure. Tables are written directly as WordprocessingML, because a library call for each of their thousands of cells
takes longer than everything else; text is escaped. Word itself repeats table headers and keeps marked rows together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

from engine.documents import appendix_layout as layout
from engine.documents import official
from engine.documents.appendix_layout import HeaderCell
from engine.documents.appendix_paper import (
    ANNEX,
    COLUMNS,
    NOTES,
    PREPARED_BY,
    SIGNATURE_HINT,
    TITLE,
    TOTAL,
    AppendixPaper,
    AppendixTable,
)
from engine.statistics.period import Figures

TWIPS_PER_MM = 1440 / 25.4  # Per millimetre.
HEADER_FILL = "ECECEC"
NAMESPACE = nsdecls("w")
ROW_PADDING = 1.0  # Points above and below a table row.
HEADER_DISTANCE = 10.0  # Millimetres from the paper's edge to the page number.


@dataclass(frozen=True, slots=True)
class _TextStyle:
    """The style of a paragraph: size in points, bold, italic, alignment, spacing; `keep` keeps it with the next one."""

    size: float = layout.NORMAL
    bold: bool = False
    italic: bool = False
    align: str = "center"
    keep: bool = False
    before: float = 0
    after: float = 0


def write_document(paper: AppendixPaper, made_at: datetime) -> bytes:
    """The appendix as the bytes of a .docx; `made_at` is stored in its properties."""
    document = Document()
    _set_up_pages(document, paper, made_at)
    size = layout.fitting_type_size(paper)
    parts = [_letterhead(paper), *_title_paragraphs(paper)]
    for table in paper.tables:
        parts += [_paragraph_xml(table.title, _TextStyle(bold=True, align="left", keep=True, before=8, after=3))]
        parts += [_figures_table(table, size)]
    parts += [
        _paragraph_xml(f"Ghi chú: {' '.join(NOTES)}", _TextStyle(layout.NOTE_SIZE, italic=True, align="left", before=4))
    ]
    for heading, sentences in paper.sections:
        parts += [_paragraph_xml(heading, _TextStyle(bold=True, align="left", keep=True, before=8))]
        parts += [_paragraph_xml(text, _TextStyle(align="both", keep=True)) for text in sentences]
    parts += [_paragraph_xml("", _TextStyle(6, keep=True)), _signature_block(paper), _paragraph_xml("", _TextStyle(2))]
    body = document.element.body
    for part in parts:
        body.insert(len(body) - 1, parse_xml(part))  # The last element contains the section settings.
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _set_up_pages(document: Any, paper: AppendixPaper, made_at: datetime) -> None:
    section, margins = document.sections[0], official.MARGINS
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(layout.PAGE_WIDTH), Mm(layout.PAGE_HEIGHT)
    section.top_margin, section.bottom_margin = Mm(margins.top), Mm(margins.bottom)
    section.left_margin, section.right_margin = Mm(margins.left), Mm(margins.right)
    section.header_distance = section.footer_distance = Mm(HEADER_DISTANCE)
    section.different_first_page_header_footer = True
    header_paragraph = section.header.paragraphs[0]
    header_paragraph._p.getparent().replace(header_paragraph._p, parse_xml(_page_number_xml()))  # noqa: SLF001 - the only access to the element.
    style = document.styles["Normal"]
    style.font.name, style.font.size = official.FONT, Pt(layout.NORMAL)
    fonts = style.element.rPr.rFonts
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), official.FONT)
    style.element.rPr.append(parse_xml(f'<w:lang {NAMESPACE} w:val="vi-VN" w:eastAsia="vi-VN"/>'))
    style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing = 1.0
    properties = document.core_properties
    properties.title, properties.author = f"{ANNEX} - {TITLE}", paper.issuer.name
    properties.subject, properties.comments, properties.language = paper.subject_lines[0], "", "vi-VN"
    properties.created = properties.modified = made_at


def _letterhead(paper: AppendixPaper) -> str:
    """Issuing body and national title side by side, each with a rule below."""
    issuer = [_paragraph_xml(paper.issuer.superior, _TextStyle(layout.SMALL))] if paper.issuer.superior else []
    issuer += [_paragraph_xml(line, _TextStyle(layout.SMALL, bold=True)) for line in paper.issuer.lines]
    national = [
        _paragraph_xml(official.NATIONAL_TITLE, _TextStyle(layout.SMALL, bold=True)),
        _paragraph_xml(official.MOTTO, _TextStyle(layout.NORMAL, bold=True)),
    ]
    left, right = layout.ISSUER_WIDTH, layout.INNER_WIDTH - layout.ISSUER_WIDTH
    cells = [
        _cell_xml("".join([*issuer, _rule_xml(left, 25)]), left, ""),
        _cell_xml("".join([*national, _rule_xml(right, 58)]), right, ""),
    ]
    return _table_xml(_row_xml(cells), (left, right), bordered=False)


def _rule_xml(width: float, length: float) -> str:
    """A line of `length` mm centred in `width` mm: the top border of an empty, indented paragraph."""
    indent = round((width - length) / 2 * TWIPS_PER_MM)
    border = '<w:pBdr><w:top w:val="single" w:sz="6" w:space="0" w:color="000000"/></w:pBdr>'
    return (
        f'<w:p {NAMESPACE}><w:pPr>{border}<w:spacing w:before="20" w:after="0" w:line="120" w:lineRule="exact"/>'
        f'<w:ind w:left="{indent}" w:right="{indent}"/></w:pPr></w:p>'
    )


def _title_paragraphs(paper: AppendixPaper) -> Iterable[str]:
    large = layout.LARGE
    yield _paragraph_xml(ANNEX, _TextStyle(large, bold=True, before=8))
    yield _paragraph_xml(TITLE, _TextStyle(large, bold=True))
    yield _paragraph_xml(paper.annex_reference, _TextStyle(large, italic=True))
    for text in paper.subject_lines:
        yield _paragraph_xml(text, _TextStyle())
    yield _paragraph_xml(paper.as_of_line, _TextStyle(italic=True))


def _figures_table(table: AppendixTable, size: float) -> str:
    """One table of figures with header, rows and total."""
    rows = [*_header_rows(table)]
    last = 0 if len(table.lines) <= layout.SHORT_TABLE_ROWS else len(table.lines) - 3
    for place, line in enumerate(table.lines):
        keep = bool(line.children) or place >= last
        look = _TextStyle(size, bold=bool(line.children), keep=keep, before=ROW_PADDING, after=ROW_PADDING)
        rows.append(_figures_row(line.number, line.name, line.figures, look))
    rows.append(
        _figures_row("", TOTAL, table.total, _TextStyle(size, bold=True, before=ROW_PADDING, after=ROW_PADDING))
    )
    return _table_xml("".join(rows), layout.column_widths(), bordered=True)


def _header_rows(table: AppendixTable) -> Iterable[str]:
    cells, widths = list(layout.header_cells(table)), layout.column_widths()
    for row in (0, 1):
        row_cells = []
        for place in range(len(widths)):
            covering = next((cell for cell in cells if _covers_position(cell, row, place)), None)
            if covering is not None and covering.column == place:
                row_cells.append(_header_cell(covering, row, sum(widths[place : place + covering.columns])))
        yield _row_xml(row_cells, repeated=True)
    marks = [
        _cell_xml(_paragraph_xml(mark, _TextStyle(layout.MARK_SIZE, italic=True, keep=True)), width)
        for mark, width in zip(layout.column_marks(), widths, strict=True)
    ]
    yield _row_xml(marks, repeated=True)


def _covers_position(cell: HeaderCell, row: int, place: int) -> bool:
    return cell.row <= row < cell.row + cell.rows and cell.column <= place < cell.column + cell.columns


def _header_cell(cell: HeaderCell, row: int, width: float) -> str:
    merge = ""
    if cell.rows == 2:
        merge = '<w:vMerge w:val="restart"/>' if row == 0 else "<w:vMerge/>"
    span = f'<w:gridSpan w:val="{cell.columns}"/>' if cell.columns > 1 else ""
    text = cell.text if row == cell.row else ""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{HEADER_FILL}"/><w:vAlign w:val="center"/>'
    look = _TextStyle(layout.HEAD_SIZE, bold=True, keep=True, before=ROW_PADDING, after=ROW_PADDING)
    return _cell_xml(_paragraph_xml(text, look), width, f"{span}{merge}{shade}")


def _figures_row(number: str, name: str, figures: Figures, look: _TextStyle) -> str:
    widths = layout.column_widths()
    name_style, figure_style = replace(look, align="left" if number else "center"), replace(look, align="right")
    cells = [_cell_xml(_paragraph_xml(number, look), widths[0]), _cell_xml(_paragraph_xml(name, name_style), widths[1])]
    cells += [
        _cell_xml(_paragraph_xml(column.cell_text(figures), figure_style), width)
        for column, width in zip(COLUMNS, widths[2:], strict=True)
    ]
    return _row_xml(cells)


def _signature_block(paper: AppendixPaper) -> str:
    """The preparer and the signer, side by side on one page."""
    half = layout.INNER_WIDTH / 2
    bold, slanted = _TextStyle(bold=True, keep=True), _TextStyle(italic=True, keep=True)
    left = [_paragraph_xml("", slanted), _paragraph_xml(PREPARED_BY, bold), _paragraph_xml(SIGNATURE_HINT, slanted)]
    right = [_paragraph_xml(paper.place_and_date, slanted), *(_paragraph_xml(line, bold) for line in paper.signer)]
    right.append(_paragraph_xml("", _TextStyle(after=layout.SIGNATURE_HEIGHT / layout.MM_PER_POINT)))
    return _table_xml(
        _row_xml([_cell_xml("".join(left), half, ""), _cell_xml("".join(right), half, "")]),
        (half, half),
        bordered=False,
    )


def _table_xml(rows: str, widths: Sequence[float], *, bordered: bool) -> str:
    """A table with fixed column widths in millimetres."""
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    lines = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for side in sides)
    borders = f"<w:tblBorders>{lines}</w:tblBorders>" if bordered else ""
    padding = round((layout.CELL_PADDING if bordered else 0) * TWIPS_PER_MM)
    grid = "".join(f'<w:gridCol w:w="{round(width * TWIPS_PER_MM)}"/>' for width in widths)
    return (
        f'<w:tbl {NAMESPACE}><w:tblPr><w:tblW w:w="{round(sum(widths) * TWIPS_PER_MM)}" w:type="dxa"/>'
        f'<w:jc w:val="center"/>{borders}<w:tblLayout w:type="fixed"/><w:tblCellMar>'
        f'<w:left w:w="{padding}" w:type="dxa"/><w:right w:w="{padding}" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


def _row_xml(cells: Sequence[str], *, repeated: bool = False) -> str:
    """A row that does not break across pages; `repeated` rows are headers on every page."""
    header_mark = "<w:tblHeader/>" if repeated else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{header_mark}</w:trPr>{''.join(cells)}</w:tr>"


def _cell_xml(content: str, width: float, more: str = '<w:vAlign w:val="center"/>') -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{round(width * TWIPS_PER_MM)}" w:type="dxa"/>{more}</w:tcPr>{content}</w:tc>'


def _paragraph_xml(text: str, look: _TextStyle) -> str:
    keep = "<w:keepNext/>" if look.keep else ""
    spacing = f'<w:spacing w:before="{round(look.before * 20)}" w:after="{round(look.after * 20)}"/>'
    size = f'<w:sz w:val="{round(look.size * 2)}"/><w:szCs w:val="{round(look.size * 2)}"/>'
    style = f"{'<w:b/>' if look.bold else ''}{'<w:i/>' if look.italic else ''}{size}"
    run = f'<w:r><w:rPr>{style}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    return (
        f'<w:p {NAMESPACE}><w:pPr>{keep}{spacing}<w:jc w:val="{look.align}"/><w:rPr>{size}</w:rPr></w:pPr>{run}</w:p>'
    )


def _page_number_xml() -> str:
    """The page number, centred in the top margin from the second page on."""
    size = f'<w:rPr><w:sz w:val="{layout.NORMAL * 2}"/></w:rPr>'
    return (
        f'<w:p {NAMESPACE}><w:pPr><w:jc w:val="center"/></w:pPr><w:r>{size}<w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r>{size}<w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        f'<w:r>{size}<w:fldChar w:fldCharType="separate"/></w:r><w:r>{size}<w:t>2</w:t></w:r>'
        f'<w:r>{size}<w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )
