"""The sheet on which every official paper is drawn as a PDF: the decree's margins, its typeface, its letterhead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from engine.documents import official
from engine.documents.fonts import Typeface

FONT_FAMILY = "paper"
LEADING = 1.16  # Line height relative to the type size.
LINE_WIDTH = 0.15
CELL_PADDING = 0.8  # Millimetres on either side of a cell.
MM_PER_POINT = 25.4 / 72
# Sizes in points. The decree: 12 to 13 for title and body, 13 to 14 for motto, dates, titles and page numbers.
SMALL, NORMAL, LARGE = 12, 13, 14

Align = Literal["L", "C", "R", "J"]
Style = Literal["", "B", "I"]


class PdfSheet(FPDF):
    """Pages in A4, numbered from the second on, centred in the top margin; nothing breaks over a page by itself."""

    def __init__(self, typeface: Typeface, orientation: Literal["portrait", "landscape"]) -> None:
        super().__init__(orientation, "mm", "A4")
        margins = official.MARGINS
        self.set_margins(margins.left, margins.top, margins.right)
        self.set_auto_page_break(auto=False, margin=margins.bottom)
        self.set_lang("vi-VN")
        self.set_line_width(LINE_WIDTH)
        self.c_margin = CELL_PADDING
        for style, file in (("", typeface.regular), ("I", typeface.italic), ("B", typeface.bold)):
            self.add_font(FONT_FAMILY, style, file)

    def header(self) -> None:
        """Draw the page number."""
        if self.page_no() > 1:
            self.set_font(FONT_FAMILY, "", NORMAL)
            self.set_xy(self.l_margin, 10)
            self.cell(self.epw, 6, str(self.page_no()), align="C")
            self.set_xy(self.l_margin, self.t_margin)

    @property
    def height_left(self) -> float:
        """The remaining height of the page in millimetres."""
        return self.h - official.MARGINS.bottom - self.get_y()

    def select_font(self, size: float, style: Style = "") -> float:
        """Select a font; returns its line height."""
        self.set_font(FONT_FAMILY, style, size)
        return size * MM_PER_POINT * LEADING

    def text_block(self, text: str, size: float, style: Style = "", align: Align = "C") -> None:
        """Draw a paragraph over the full width."""
        height = self.select_font(size, style)
        self.multi_cell(self.epw, height, text, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def break_lines(self, text: str, width: float) -> list[str]:
        """Break the text into lines of a given width."""
        lines: Any = self.multi_cell(width, 1, text, dry_run=True, output="LINES")
        return list(lines)

    def centred_line(self, place: tuple[float, float, float], text: str, style: Style) -> None:
        """Draw one line centred at (x, y, width)."""
        x, y, width = place
        height = self.select_font(NORMAL, style)
        self.set_xy(x, y)
        self.cell(width, height, text, align="C")

    def ruled_lines(
        self, place: tuple[float, float, float], lines: Sequence[tuple[str, int, Style]], rule: float
    ) -> float:
        """Draw centred lines at (x, y, width) over a rule, `rule` times the last line's width; returns the end."""
        x, y, width = place
        for text, size, style in lines:
            height = self.select_font(size, style)
            for part in self.break_lines(text, width):
                self.set_xy(x, y)
                self.cell(width, height, part, align="C")
                y += height
                length = rule * self.get_string_width(part)
        self.line(x + (width - length) / 2, y + 0.6, x + (width + length) / 2, y + 0.6)
        return y

    def letterhead(self, issuer: official.PublicBody, left_width: float) -> float:
        """Draw the issuing body and the national title side by side; returns where the longer of them ends."""
        top = self.get_y()
        superior: list[tuple[str, int, Style]] = [(issuer.superior, SMALL, "")] if issuer.superior else []
        named: list[tuple[str, int, Style]] = [(line, SMALL, "B") for line in issuer.lines]
        below_left = self.ruled_lines((self.l_margin, top, left_width), [*superior, *named], 0.4)
        right = (self.l_margin + left_width, top, self.epw - left_width)
        national: list[tuple[str, int, Style]] = [(official.NATIONAL_TITLE, SMALL, "B"), (official.MOTTO, NORMAL, "B")]
        return max(below_left, self.ruled_lines(right, national, 1.0))
