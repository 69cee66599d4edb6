"""The transfer slip of a case (phiếu chuyển): one page to go with papers, after Decree 30/2020/NĐ-CP.

The decree counts it among the administrative papers (article 7), abbreviated PC (annex III), and leaves its body to the
sender; letterhead, symbol, place and date, signature and recipients follow annex I. Pure apart from the typeface files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from engine.documents import official
from engine.documents.fonts import Typeface
from engine.documents.official import PublicBody
from engine.documents.pdf_sheet import LARGE, LEADING, MM_PER_POINT, NORMAL, SMALL, Align, PdfSheet, Style

TITLE, SUBJECT = "PHIẾU CHUYỂN", "Hồ sơ phản ánh, kiến nghị {code}"
ABBREVIATION = "PC"
FILE_NAME = "Phiếu chuyển {code}.pdf"
TO, MOVES_TITLE = "Kính gửi: {names}", "Quá trình chuyển hồ sơ"
CODE, RECEIVED, REPORTER, FIELD = "Mã hồ sơ", "Nhận lúc", "Người phản ánh", "Lĩnh vực"
PLACE, MATTER, SENDER, HOLDERS = "Địa bàn", "Nội dung", "Nơi chuyển", "Nơi nhận"
DEADLINE, REQUEST, REMARKS = "Hạn", "Yêu cầu", "Ý kiến nơi chuyển"
HOLDER = "{unit}: việc “{task}”"
MOVE_CAPTIONS = ("Lúc", "Nơi chuyển", "Nơi nhận", "Việc")
EARLIER = "Trước đó còn {count} lần chuyển, xem trên hồ sơ."
CUT = "… (xem tiếp trên hồ sơ)"
RECIPIENTS = ("Nơi nhận:", "- Như trên;", "- Lưu: VT, hồ sơ.")
RECEIVER, RECEIVER_HINT, SIGNER_HINT = "NGƯỜI NHẬN", "(Ký, ghi rõ họ tên, lúc nhận)", "(Ký, ghi rõ họ tên)"

SIZES = (
    13.0,
    12.0,
    11.0,
    10.0,
    9.0,
    8.0,
)  # Points, in the tables: the largest that fits one page.
LABEL_WIDTH, LEFT_WIDTH = 38.0, 66.0  # Millimetres.
MOVE_SHARES = (0.22, 0.29, 0.25, 0.24)
PADDING, SIGNATURE_HEIGHT = 0.6, 24.0
# Characters of one fact and of one cell; more is on the page of the case.
LONGEST_FACT, LONGEST_CELL, MOST_MOVES = 1200, 90, 10

Cell = tuple[str, float, Style]
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class TransferSlip:
    """What a slip says, in Vietnamese and as its reader may see it.

    `facts` are labels with texts; `moves` are the hand-overs, oldest first: when, from, to, for what.
    """

    issuer: PublicBody
    receivers: Sequence[str]
    code: str
    facts: Sequence[tuple[str, str]]
    moves: Sequence[tuple[str, str, str, str]]
    day: date


def write_slip(slip: TransferSlip, typeface: Typeface, made_at: datetime) -> bytes:
    """The slip as the bytes of a PDF of one page; `made_at` is its creation date."""
    sheet = PdfSheet(typeface, "portrait")
    sheet.set_creation_date(made_at)
    sheet.set_title(f"{TITLE} - {slip.code}")
    sheet.set_author(slip.issuer.name)
    sheet.add_page()
    _draw_head(sheet, slip)
    closing = _closing_height(slip)
    size, count = _fit_page(sheet, slip, sheet.height_left - closing)
    for row in _facts_rows(slip, sheet.epw):
        _draw_row(sheet, row, size)
    _draw_moves_title(sheet, len(slip.moves) - count, size)
    for row in _moves_rows(slip, count, sheet.epw):
        _draw_row(sheet, row, size)
    _draw_closing(sheet, slip)
    return bytes(sheet.output())


def _draw_head(sheet: PdfSheet, slip: TransferSlip) -> None:
    """Letterhead, symbol with place and date, title, addressee."""
    top = sheet.letterhead(slip.issuer, LEFT_WIDTH) + 2.5
    symbol = f"Số: {official.document_symbol(None, ABBREVIATION, slip.issuer.abbreviation)}"
    sheet.centred_line((sheet.l_margin, top, LEFT_WIDTH), symbol, "")
    dated = official.place_and_date(slip.issuer.place, slip.day)
    sheet.centred_line((sheet.l_margin + LEFT_WIDTH, top, sheet.epw - LEFT_WIDTH), dated, "I")
    sheet.set_xy(sheet.l_margin, top + 9)
    sheet.text_block(TITLE, LARGE, "B")
    lines: list[tuple[str, int, Style]] = [(SUBJECT.format(code=slip.code), LARGE, "B")]
    below = sheet.ruled_lines((sheet.l_margin, sheet.get_y(), sheet.epw), lines, 0.4)
    sheet.set_xy(sheet.l_margin, below + 3)
    sheet.text_block(TO.format(names="; ".join(slip.receivers)), NORMAL, "", "C")
    sheet.ln(2)


def _facts_rows(slip: TransferSlip, width: float) -> Iterator[Row]:
    for label, text in slip.facts:
        yield (label, LABEL_WIDTH, "B"), (_cut_text(text, LONGEST_FACT, CUT), width - LABEL_WIDTH, "")


def _moves_rows(slip: TransferSlip, count: int, width: float) -> Iterator[Row]:
    """The header and the last `count` hand-overs."""
    widths = [share * width for share in MOVE_SHARES]
    yield tuple((caption, share, "B") for caption, share in zip(MOVE_CAPTIONS, widths, strict=True))
    for move in slip.moves[len(slip.moves) - count :]:
        yield tuple((_cut_text(text, LONGEST_CELL, "…"), share, "") for text, share in zip(move, widths, strict=True))


def _cut_text(text: str, most: int, more: str) -> str:
    plain = " ".join(official.printable_text(text).split())
    return plain if len(plain) <= most else f"{plain[:most]}{more}"


def _fit_page(sheet: PdfSheet, slip: TransferSlip, room: float) -> tuple[float, int]:
    """The type size and the number of hand-overs with which the page is enough; the oldest are left out last."""
    count = min(len(slip.moves), MOST_MOVES)
    for size in SIZES:
        facts = sum(_row_height(sheet, row, size) for row in _facts_rows(slip, sheet.epw))
        head, *moves = (_row_height(sheet, row, size) for row in _moves_rows(slip, count, sheet.epw))
        above = 4 + 2 * _line_height(size) + facts + head
        if above + sum(moves) <= room:
            return size, count
    while moves and above + sum(moves) > room:
        moves.pop(0)
    return size, len(moves)


def _line_height(size: float) -> float:
    return size * MM_PER_POINT * LEADING


def _row_height(sheet: PdfSheet, row: Row, size: float) -> float:
    """The height of a row in millimetres: that of its longest cell."""
    return 2 * PADDING + _line_height(size) * max(len(_cell_lines(sheet, cell, size)) for cell in row)


def _cell_lines(sheet: PdfSheet, cell: Cell, size: float) -> list[str]:
    text, width, style = cell
    sheet.select_font(size, style)
    return sheet.break_lines(text, width) or [""]


def _draw_row(sheet: PdfSheet, row: Row, size: float) -> None:
    height, x, y = _row_height(sheet, row, size), sheet.l_margin, sheet.get_y()
    for cell in row:
        _text, width, style = cell
        lines = _cell_lines(sheet, cell, size)
        sheet.rect(x, y, width, height)
        step, align = sheet.select_font(size, style), _alignment(row)
        for place, line in enumerate(lines):
            sheet.set_xy(x, y + PADDING + place * step)
            sheet.cell(width, step, line, align=align)
        x += width
    sheet.set_xy(sheet.l_margin, y + height)


def _alignment(row: Row) -> Align:
    """Captions of columns are centred."""
    return "C" if all(style == "B" for _text, _width, style in row) else "L"


def _draw_moves_title(sheet: PdfSheet, left_out: int, size: float) -> None:
    sheet.ln(3)
    sheet.text_block(MOVES_TITLE, size, "B", "L")
    if left_out:
        sheet.text_block(EARLIER.format(count=left_out), size, "I", "L")
    sheet.ln(1)


def _closing_height(slip: TransferSlip) -> float:
    """The height in millimetres that signatures and recipients need."""
    lines = 1 + len(official.signature_lines(slip.issuer))
    return 4 + lines * _line_height(NORMAL) + SIGNATURE_HEIGHT


def _draw_closing(sheet: PdfSheet, slip: TransferSlip) -> None:
    """Recipients on the left, whoever received it in the middle, whoever sends it on the right."""
    top, third, step = sheet.get_y() + 4, sheet.epw / 3, _line_height(NORMAL)
    for number, line in enumerate(RECIPIENTS):
        height = sheet.select_font(SMALL, "B" if number == 0 else "")
        sheet.set_xy(sheet.l_margin, top + number * height)
        sheet.cell(third, height, line)
    middle, right = sheet.l_margin + third, sheet.l_margin + 2 * third
    sheet.centred_line((middle, top, third), RECEIVER, "B")
    sheet.centred_line((middle, top + step, third), RECEIVER_HINT, "I")
    signer = official.signature_lines(slip.issuer)
    for number, line in enumerate(signer):
        sheet.centred_line((right, top + number * step, third), line, "B")
    sheet.centred_line((right, top + len(signer) * step, third), SIGNER_HINT, "I")
