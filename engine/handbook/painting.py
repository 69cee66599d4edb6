"""Paints a drawn sheet: as a picture for Word files, as lines and letters on a page of a PDF."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from math import atan2, cos, pi, sin
from typing import Protocol

from PIL import Image, ImageDraw, ImageFont

from engine.documents.fonts import Typeface
from engine.documents.pdf_sheet import MM_PER_POINT, PdfSheet
from engine.handbook.drawing import Box, DrawnLine, DrawnOutline, DrawnSheet, DrawnText, Point

DOTS_PER_UNIT, MOST_DOTS = 2.0, 6000  # A picture is never wider or higher, however large the drawing is.
INK, PAPER, DASH, ARROW, RADIUS, INSET, LINE = 40, 255, 5.0, 10.0, 10.0, 4.0, 1.2
LINE_HEIGHT = 1.15


class Painter(Protocol):
    """What a sheet is painted on, in the units of the drawing."""

    def path(self, points: list[Point], stroke: float, *, closed: bool, filled: bool) -> None:
        """Draw a line through points; `filled` ones are inked within, other closed ones are blank."""

    def text_width(self, text: str, size: float) -> float:
        """The width of a line of text."""

    def text(self, text: str, place: Point, size: float, *, upright: bool) -> None:
        """Write a line of text around a point."""


def paint_picture(sheet: DrawnSheet, typeface: Typeface) -> bytes:
    """The sheet as a PNG."""
    scale = min(DOTS_PER_UNIT, MOST_DOTS / max(sheet.width, sheet.height))
    painter = _PicturePainter(sheet, typeface, scale)
    paint_sheet(sheet, painter)
    buffer = BytesIO()
    painter.picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def paint_sheet(sheet: DrawnSheet, painter: Painter) -> None:
    """Paint all marks of a sheet."""
    for mark in sheet.marks:
        match mark:
            case DrawnOutline():
                _paint_outline(mark, painter)
            case DrawnLine(points, arrow):
                painter.path(list(points), LINE, closed=False, filled=False)
                if arrow:
                    painter.path(_arrow_head(points[-2], points[-1]), LINE, closed=True, filled=True)
            case DrawnText():
                _paint_text(mark, painter)


def _paint_outline(mark: DrawnOutline, painter: Painter) -> None:
    points = list(_outline_points(mark.outline, mark.box))
    painter.path(points, 0 if mark.dashed else mark.stroke, closed=True, filled=False)
    if mark.dashed:
        for piece in _dashes([*points, points[0]]):
            painter.path(piece, mark.stroke, closed=False, filled=False)
    if mark.inner:
        left, top, width, height = mark.box
        within = (left + INSET, top + INSET, width - 2 * INSET, height - 2 * INSET)
        painter.path(list(_outline_points(mark.outline, within)), LINE, closed=True, filled=False)


def _outline_points(outline: str, box: Box) -> Iterator[Point]:
    left, top, width, height = box
    right, bottom, middle, centre = left + width, top + height, top + height / 2, left + width / 2
    match outline:
        case "diamond":
            yield from ((centre, top), (right, middle), (centre, bottom), (left, middle))
        case "circle":
            yield from _arc((centre, middle), width / 2, 0, 2 * pi, 48)
        case "round":
            radius = min(RADIUS, width / 2, height / 2)
            yield from _arc((right - radius, top + radius), radius, -pi / 2, 0, 6)
            yield from _arc((right - radius, bottom - radius), radius, 0, pi / 2, 6)
            yield from _arc((left + radius, bottom - radius), radius, pi / 2, pi, 6)
            yield from _arc((left + radius, top + radius), radius, pi, 1.5 * pi, 6)
        case _:
            yield from ((left, top), (right, top), (right, bottom), (left, bottom))


def _arc(centre: Point, radius: float, start: float, end: float, steps: int) -> Iterator[Point]:
    for step in range(steps + 1):
        angle = start + (end - start) * step / steps
        yield centre[0] + radius * cos(angle), centre[1] + radius * sin(angle)


def _arrow_head(before: Point, tip: Point) -> list[Point]:
    angle = atan2(tip[1] - before[1], tip[0] - before[0])
    sides = (angle + pi - 0.35, angle + pi + 0.35)
    return [tip, *((tip[0] + ARROW * cos(side), tip[1] + ARROW * sin(side)) for side in sides)]


def _dashes(points: list[Point]) -> Iterator[list[Point]]:
    """Every other piece of a line."""
    drawn, left = True, DASH
    for (x, y), (end_x, end_y) in pairwise(points):
        length = ((end_x - x) ** 2 + (end_y - y) ** 2) ** 0.5
        done = 0.0
        while done < length:
            step = min(left, length - done)
            ends = [done / length, (done + step) / length]
            if drawn:
                yield [(x + (end_x - x) * share, y + (end_y - y) * share) for share in ends]
            done, left = done + step, left - step
            if left <= 0:
                drawn, left = not drawn, DASH


def _paint_text(mark: DrawnText, painter: Painter) -> None:
    """The lines of a text, centred in its box; a smaller size where they would be higher than it."""
    left, top, width, height = mark.box
    room, depth = (height, width) if mark.upright else (width, height)
    size = mark.size
    lines = _broken(mark.text, room, size, painter)
    while len(lines) * size * LINE_HEIGHT > max(depth, mark.size * LINE_HEIGHT) + size and size > mark.size * 0.6:
        size *= 0.92
        lines = _broken(mark.text, room, size, painter)
    across, along = left + width / 2, top + height / 2
    for number, line in enumerate(lines):
        shift = (number - (len(lines) - 1) / 2) * size * LINE_HEIGHT
        place = (across + shift, along) if mark.upright else (across, along + shift)
        painter.text(line, place, size, upright=mark.upright)


def _broken(text: str, room: float, size: float, painter: Painter) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and painter.text_width(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


class _PicturePainter:
    """Paints on a grey picture."""

    def __init__(self, sheet: DrawnSheet, typeface: Typeface, scale: float) -> None:
        self.scale, self._face = scale, typeface
        size = (max(1, round(sheet.width * scale)), max(1, round(sheet.height * scale)))
        self.picture = Image.new("L", size, PAPER)
        self._draw, self._fonts = ImageDraw.Draw(self.picture), dict[int, ImageFont.FreeTypeFont]()

    def path(self, points: list[Point], stroke: float, *, closed: bool, filled: bool) -> None:
        dots = [(x * self.scale, y * self.scale) for x, y in points]
        if closed:
            self._draw.polygon(dots, fill=INK if filled else PAPER)
            dots = [*dots, dots[0]]
        if stroke:
            self._draw.line(dots, fill=INK, width=max(1, round(stroke * self.scale)), joint="curve")

    def text_width(self, text: str, size: float) -> float:
        return self._font(size).getlength(text) / self.scale

    def text(self, text: str, place: Point, size: float, *, upright: bool) -> None:
        x, y = place[0] * self.scale, place[1] * self.scale
        if not upright:
            self._draw.text((x, y), text, fill=INK, font=self._font(size), anchor="mm")
            return
        font = self._font(size)
        strip = Image.new("L", (round(font.getlength(text)) + 4, round(size * self.scale * 1.4)), PAPER)
        ImageDraw.Draw(strip).text((strip.width / 2, strip.height / 2), text, fill=INK, font=font, anchor="mm")
        turned = strip.rotate(90, expand=True)
        self.picture.paste(turned, (round(x - turned.width / 2), round(y - turned.height / 2)))

    def _font(self, size: float) -> ImageFont.FreeTypeFont:
        dots = max(1, round(size * self.scale))
        if dots not in self._fonts:
            self._fonts[dots] = ImageFont.truetype(str(self._face.regular), dots)
        return self._fonts[dots]


class PagePainter:
    """Paints on a page of a PDF, `scale` millimetres for a unit, from `corner` on."""

    def __init__(self, page: PdfSheet, corner: Point, scale: float) -> None:
        self.page, self.corner, self.scale = page, corner, scale

    def path(self, points: list[Point], stroke: float, *, closed: bool, filled: bool) -> None:
        """Draw a line, as `Painter`."""
        self.page.set_line_width(max(0.05, stroke * self.scale))
        self.page.set_draw_color(INK)
        self.page.set_fill_color(INK if filled else PAPER)
        places = [self._place(point) for point in points]
        if closed:
            self.page.polygon(places, style="DF" if stroke else "F")
        else:
            self.page.polyline(places)

    def text_width(self, text: str, size: float) -> float:
        """The width of a line, as `Painter`."""
        self._select(size)
        return self.page.get_string_width(text) / self.scale

    def text(self, text: str, place: Point, size: float, *, upright: bool) -> None:
        """Write a line, as `Painter`."""
        self._select(size)
        width, height = self.page.get_string_width(text), size * self.scale
        x, y = self._place(place)
        with self.page.rotation(90 if upright else 0, x, y):
            self.page.text(x - width / 2, y + height * 0.33, text)

    def _place(self, point: Point) -> Point:
        return self.corner[0] + point[0] * self.scale, self.corner[1] + point[1] * self.scale

    def _select(self, size: float) -> None:
        self.page.select_font(size * self.scale / MM_PER_POINT)
