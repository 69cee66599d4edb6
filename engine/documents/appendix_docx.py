"""Writes the appendix as a Word file that an office can edit, print and sign. Imported by pages and commands.

Pure. The tables are written as WordprocessingML at once, because a library call for each of their thousands of cells
takes longer than everything else; text goes in escaped. Word itself repeats the head of a table and keeps together what
is marked so.
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
from engine.documents.appendix_layout import HeadCell
from engine.documents.appendix_paper import (
    ANNEX,
    BY_HAND,
    COLUMNS,
    JUDGED,
    NOTES,
    PREPARED_BY,
    TITLE,
    TOTAL,
    Paper,
    Table,
)
from engine.statistics.period import Figures

TWIPS = 1440 / 25.4  # To a millimetre.
SHADE = "ECECEC"
NAMESPACE = nsdecls("w")
AIR = 1.0  # Points above and below a line of a table.
HEAD_DISTANCE = 10.0  # Millimetres from the edge of the paper to the page number.


@dataclass(frozen=True, slots=True)
class _Type:
    """How a paragraph looks: size in points, weight, slant, alignment; whether it stays with the next one."""

    size: float = layout.NORMAL
    bold: bool = False
    italic: bool = False
    align: str = "center"
    keep: bool = False
    before: float = 0
    after: float = 0


def write(paper: Paper, made_at: datetime) -> bytes:
    """The appendix as the bytes of a .docx; `made_at` is noted in it."""
    document = Document()
    _set_up(document, paper, made_at)
    size = layout.table_size(paper)
    parts = [_head(paper), *_titles(paper)]
    for table in paper.tables:
        parts += [_paragraph(table.title, _Type(bold=True, align="left", keep=True, before=8, after=3))]
        parts += [_grid(table, size)]
    parts += [_paragraph(f"Ghi chú: {' '.join(NOTES)}", _Type(layout.NOTE_SIZE, italic=True, align="left", before=4))]
    parts += [_paragraph(JUDGED, _Type(bold=True, align="left", keep=True, before=8))]
    parts += [_paragraph(text, _Type(align="both", keep=True)) for text in paper.praise]
    parts += [_paragraph("", _Type(6, keep=True)), _signatures(paper), _paragraph("", _Type(2))]
    body = document.element.body
    for part in parts:
        body.insert(len(body) - 1, parse_xml(part))  # The last element holds the section's settings.
    found = BytesIO()
    document.save(found)
    return found.getvalue()


def _set_up(document: Any, paper: Paper, made_at: datetime) -> None:
    section, margins = document.sections[0], official.MARGINS
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(layout.WIDTH), Mm(layout.HEIGHT)
    section.top_margin, section.bottom_margin = Mm(margins.top), Mm(margins.bottom)
    section.left_margin, section.right_margin = Mm(margins.left), Mm(margins.right)
    section.header_distance = section.footer_distance = Mm(HEAD_DISTANCE)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number._p.getparent().replace(number._p, parse_xml(_page_number()))  # noqa: SLF001 - Its way to the element.
    style = document.styles["Normal"]
    style.font.name, style.font.size = official.FONT, Pt(layout.NORMAL)
    fonts = style.element.rPr.rFonts
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), official.FONT)
    style.element.rPr.append(parse_xml(f'<w:lang {NAMESPACE} w:val="vi-VN" w:eastAsia="vi-VN"/>'))
    style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing = 1.0
    known = document.core_properties
    known.title, known.author = f"{ANNEX} - {TITLE}", paper.issuer.name
    known.subject, known.comments, known.language = paper.about[0], "", "vi-VN"
    known.created = known.modified = made_at


def _head(paper: Paper) -> str:
    """Issuing body and national title side by side, each with its rule."""
    issuer = [_paragraph(paper.issuer.superior, _Type(layout.SMALL))] if paper.issuer.superior else []
    issuer += [_paragraph(line, _Type(layout.SMALL, bold=True)) for line in paper.issuer.lines]
    national = [
        _paragraph(official.NATIONAL_TITLE, _Type(layout.SMALL, bold=True)),
        _paragraph(official.MOTTO, _Type(layout.NORMAL, bold=True)),
    ]
    left, right = layout.ISSUER_WIDTH, layout.INNER - layout.ISSUER_WIDTH
    cells = [
        _cell("".join([*issuer, _rule(left, 25)]), left, ""),
        _cell("".join([*national, _rule(right, 58)]), right, ""),
    ]
    return _frame(_row(cells), (left, right), bordered=False)


def _rule(width: float, length: float) -> str:
    """A line of `length` mm in the middle of `width` mm: the lower border of an empty paragraph between indents."""
    indent = round((width - length) / 2 * TWIPS)
    border = '<w:pBdr><w:top w:val="single" w:sz="6" w:space="0" w:color="000000"/></w:pBdr>'
    return (
        f'<w:p {NAMESPACE}><w:pPr>{border}<w:spacing w:before="20" w:after="0" w:line="120" w:lineRule="exact"/>'
        f'<w:ind w:left="{indent}" w:right="{indent}"/></w:pPr></w:p>'
    )


def _titles(paper: Paper) -> Iterable[str]:
    large = layout.LARGE
    yield _paragraph(ANNEX, _Type(large, bold=True, before=8))
    yield _paragraph(TITLE, _Type(large, bold=True))
    yield _paragraph(paper.attached, _Type(large, italic=True))
    for text in paper.about:
        yield _paragraph(text, _Type())
    yield _paragraph(paper.counted, _Type(italic=True))


def _grid(table: Table, size: float) -> str:
    """One table of figures with its head, its lines and its total."""
    rows = [*_head_rows(table)]
    last = 0 if len(table.lines) <= layout.SHORT_TABLE else len(table.lines) - 3
    for place, line in enumerate(table.lines):
        keep = bool(line.children) or place >= last
        look = _Type(size, bold=bool(line.children), keep=keep, before=AIR, after=AIR)
        rows.append(_line(line.number, line.name, line.figures, look))
    rows.append(_line("", TOTAL, table.total, _Type(size, bold=True, before=AIR, after=AIR)))
    return _frame("".join(rows), layout.widths(), bordered=True)


def _head_rows(table: Table) -> Iterable[str]:
    cells, widths = list(layout.head(table)), layout.widths()
    for row in (0, 1):
        found = []
        for place in range(len(widths)):
            here = next((cell for cell in cells if _covers(cell, row, place)), None)
            if here is not None and here.column == place:
                found.append(_head_cell(here, row, sum(widths[place : place + here.columns])))
        yield _row(found, repeated=True)
    marks = [
        _cell(_paragraph(mark, _Type(layout.MARK_SIZE, italic=True, keep=True)), width)
        for mark, width in zip(layout.marks(), widths, strict=True)
    ]
    yield _row(marks, repeated=True)


def _covers(cell: HeadCell, row: int, place: int) -> bool:
    return cell.row <= row < cell.row + cell.rows and cell.column <= place < cell.column + cell.columns


def _head_cell(cell: HeadCell, row: int, width: float) -> str:
    merge = ""
    if cell.rows == 2:
        merge = '<w:vMerge w:val="restart"/>' if row == 0 else "<w:vMerge/>"
    span = f'<w:gridSpan w:val="{cell.columns}"/>' if cell.columns > 1 else ""
    text = cell.text if row == cell.row else ""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{SHADE}"/><w:vAlign w:val="center"/>'
    look = _Type(layout.HEAD_SIZE, bold=True, keep=True, before=AIR, after=AIR)
    return _cell(_paragraph(text, look), width, f"{span}{merge}{shade}")


def _line(number: str, name: str, figures: Figures, look: _Type) -> str:
    widths = layout.widths()
    named, figured = replace(look, align="left" if number else "center"), replace(look, align="right")
    cells = [_cell(_paragraph(number, look), widths[0]), _cell(_paragraph(name, named), widths[1])]
    cells += [
        _cell(_paragraph(column.text(figures), figured), width)
        for column, width in zip(COLUMNS, widths[2:], strict=True)
    ]
    return _row(cells)


def _signatures(paper: Paper) -> str:
    """Who prepared the table and who signs it, side by side on one page."""
    half = layout.INNER / 2
    bold, slanted = _Type(bold=True, keep=True), _Type(italic=True, keep=True)
    left = [_paragraph("", slanted), _paragraph(PREPARED_BY, bold), _paragraph(BY_HAND, slanted)]
    right = [_paragraph(paper.place_and_date, slanted), *(_paragraph(line, bold) for line in paper.signer)]
    right.append(_paragraph("", _Type(after=layout.SIGNING_ROOM / layout.POINT)))
    return _frame(_row([_cell("".join(left), half, ""), _cell("".join(right), half, "")]), (half, half), bordered=False)


def _frame(rows: str, widths: Sequence[float], *, bordered: bool) -> str:
    """A table of fixed widths in millimetres."""
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    lines = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for side in sides)
    borders = f"<w:tblBorders>{lines}</w:tblBorders>" if bordered else ""
    padding = round((layout.PADDING if bordered else 0) * TWIPS)
    grid = "".join(f'<w:gridCol w:w="{round(width * TWIPS)}"/>' for width in widths)
    return (
        f'<w:tbl {NAMESPACE}><w:tblPr><w:tblW w:w="{round(sum(widths) * TWIPS)}" w:type="dxa"/>'
        f'<w:jc w:val="center"/>{borders}<w:tblLayout w:type="fixed"/><w:tblCellMar>'
        f'<w:left w:w="{padding}" w:type="dxa"/><w:right w:w="{padding}" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


def _row(cells: Sequence[str], *, repeated: bool = False) -> str:
    """A row that does not break over pages; `repeated` ones head each page."""
    head = "<w:tblHeader/>" if repeated else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{''.join(cells)}</w:tr>"


def _cell(content: str, width: float, more: str = '<w:vAlign w:val="center"/>') -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{round(width * TWIPS)}" w:type="dxa"/>{more}</w:tcPr>{content}</w:tc>'


def _paragraph(text: str, look: _Type) -> str:
    keep = "<w:keepNext/>" if look.keep else ""
    spacing = f'<w:spacing w:before="{round(look.before * 20)}" w:after="{round(look.after * 20)}"/>'
    size = f'<w:sz w:val="{round(look.size * 2)}"/><w:szCs w:val="{round(look.size * 2)}"/>'
    style = f"{'<w:b/>' if look.bold else ''}{'<w:i/>' if look.italic else ''}{size}"
    run = f'<w:r><w:rPr>{style}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    return (
        f'<w:p {NAMESPACE}><w:pPr>{keep}{spacing}<w:jc w:val="{look.align}"/><w:rPr>{size}</w:rPr></w:pPr>{run}</w:p>'
    )


def _page_number() -> str:
    """The page's number in the middle of the upper margin, from the second page on."""
    size = f'<w:rPr><w:sz w:val="{layout.NORMAL * 2}"/></w:rPr>'
    return (
        f'<w:p {NAMESPACE}><w:pPr><w:jc w:val="center"/></w:pPr><w:r>{size}<w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r>{size}<w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        f'<w:r>{size}<w:fldChar w:fldCharType="separate"/></w:r><w:r>{size}<w:t>2</w:t></w:r>'
        f'<w:r>{size}<w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )
