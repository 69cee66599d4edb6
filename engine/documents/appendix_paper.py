"""What the appendix says, line by line, whatever it is drawn on. For the spreadsheet, the Word file, the PDF, the page.

Pure: the figures of `engine.statistics` in, texts and tables out. The layout is that of an annex in Decree
30/2020/NĐ-CP; the columns are those of R10 with the numbering that official tables carry, so that a reader can check
each sum.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

from engine.clock import VIETNAM
from engine.documents import appendix_period, official
from engine.documents.official import Body
from engine.statistics.appendix import LEAST_RESOLVED, MOST_NAMED, add
from engine.statistics.period import Appendix, Figures, Row

ANNEX = "Phụ lục"
TITLE = "KẾT QUẢ TIẾP NHẬN, XỬ LÝ PHẢN ÁNH, KIẾN NGHỊ QUA TỔNG ĐÀI 1022"
TOTAL = "TỔNG CỘNG"
PREPARED_BY = "NGƯỜI LẬP BIỂU"
BY_HAND = "(Ký, ghi rõ họ tên)"
ALONE = "Cơ quan, đơn vị trực thuộc"  # Heads the units without parts where others have some.
JUDGED = "III. ĐƠN VỊ TỐT NHẤT VÀ ĐƠN VỊ CẦN CHẤN CHỈNH"
RULE = (
    f"Cách xếp: so sánh các đơn vị không có đơn vị cấp dưới và đã giải quyết từ {LEAST_RESOLVED} hồ sơ trở lên trong "
    "kỳ; tốt nhất là các đơn vị có tỷ lệ đúng hạn cao hơn mức chung, cần chấn chỉnh là các đơn vị thấp hơn mức chung, "
    f"mỗi loại nhiều nhất {MOST_NAMED} đơn vị; đơn vị có ít hồ sơ được xét thận trọng (khoảng tin cậy 95%)."
)

_ROMAN = ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


@dataclass(frozen=True, slots=True)
class Column:
    """One column of figures: its caption below the caption of its group, which may be empty, and what it is made of.

    `mark` is the number of the column, with the numbers of those that it follows from. `part` and `whole` make a share
    in per cent; a column without a whole is a count.
    """

    key: str
    group: str
    caption: str
    mark: str
    part: Callable[[Figures], int]
    whole: Callable[[Figures], int] | None = None

    def text(self, figures: Figures) -> str:
        """The cell as it is printed."""
        if self.whole is None:
            return official.number(self.part(figures))
        return official.share(self.part(figures), self.whole(figures))


DUE, DONE, AT_WORK, ANSWERS = "Phải giải quyết", "Đã giải quyết", "Đang giải quyết", "Mức độ hài lòng"
COLUMNS: tuple[Column, ...] = (
    Column("carried_over", DUE, "Kỳ trước chuyển sang", "1", lambda f: f.carried_over),
    Column("received", DUE, "Tiếp nhận trong kỳ", "2", lambda f: f.received),
    Column("reopened", DUE, "Mở lại", "3", lambda f: f.reopened),
    Column("resolved", DONE, "Tổng số", "4=5+6", lambda f: f.resolved),
    Column("on_time", DONE, "Đúng hạn", "5", lambda f: f.on_time),
    Column("late", DONE, "Trễ hạn", "6", lambda f: f.late),
    Column("punctual", DONE, "Tỷ lệ đúng hạn (%)", "7=5:4", lambda f: f.on_time, lambda f: f.resolved),
    Column("false", "", "Thông tin ảo", "8", lambda f: f.false),
    Column("ended_otherwise", "", "Kết thúc khác", "9", lambda f: f.ended_otherwise),
    Column("in_progress", AT_WORK, "Tổng số", "10", lambda f: f.in_progress),
    Column("overdue", AT_WORK, "Trong đó quá hạn", "11", lambda f: f.overdue),
    Column("transferred", "", "Chuyển đơn vị khác", "12", lambda f: f.transferred),
    Column("satisfied", ANSWERS, "Hài lòng", "13", lambda f: f.satisfied),
    Column("dissatisfied", ANSWERS, "Không hài lòng", "14", lambda f: f.dissatisfied),
    Column(
        "satisfaction",
        ANSWERS,
        "Tỷ lệ hài lòng (%)",
        "15",
        lambda f: f.satisfied,
        lambda f: f.satisfied + f.dissatisfied,
    ),
)
NOTES = (
    "Cột 10 = 1 + 2 + 3 - 4 - 8 - 9; cột 15 = 13 : (13 + 14).",
    "Cột 12 là số hồ sơ đã chuyển đơn vị khác giải quyết, được tính cả trong các cột còn lại.",
)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table; `children` are the places, in the table, of the lines that it is the sum of."""

    number: str
    name: str
    code: str
    figures: Figures
    children: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """One table of figures: all its lines, and their total."""

    title: str
    head: str
    lines: tuple[Line, ...]
    total: Figures

    @property
    def topmost(self) -> tuple[int, ...]:
        """The places of the lines that the total is the sum of: those that are nobody's child."""
        below = {child for line in self.lines for child in line.children}
        return tuple(place for place in range(len(self.lines)) if place not in below)


@dataclass(frozen=True, slots=True)
class Paper:
    """An appendix ready to be drawn.

    `about` are the period and, where that is not all the issuer answers for, the units; `counted` says when the figures
    were read; `praise` which units did best and worst and by which rule.
    """

    issuer: Body
    attached: str
    about: tuple[str, ...]
    counted: str
    tables: tuple[Table, ...]
    praise: tuple[str, ...]
    signer: tuple[str, ...]
    place_and_date: str


def paper(appendix: Appendix, issuer: Body, part: str = "") -> Paper:
    """The appendix as a paper of `issuer`, with room for the number and the day of the paper that it belongs to.

    `part` names the units that it is about, where they are not all that the issuer answers for.
    """
    made = appendix.made_at.astimezone(VIETNAM)
    return Paper(
        issuer=issuer,
        attached=official.attached(official.symbol(None, issuer.abbreviation, "......"), None, issuer),
        about=(period_line(appendix), *((f"Đơn vị: {official.plain(part)}",) if part else ())),
        counted=f"(Số liệu tổng hợp lúc {made:%H} giờ {made:%M} phút {official.long_date(made.date())})",
        tables=tables(appendix),
        praise=praise(appendix),
        signer=official.signature(issuer),
        place_and_date=official.place_and_date(issuer.place, made.date()),
    )


def period_line(appendix: Appendix) -> str:
    """Kỳ báo cáo: tháng 10 năm 2026 (từ ngày 01/10/2026 đến ngày 31/10/2026)."""
    said = appendix_period.words(appendix.period)
    first, last = official.short_date(appendix.period.first), official.short_date(appendix.period.last)
    days = f"từ ngày {first} đến ngày {last}"
    return f"Kỳ báo cáo: {said}" if said == days else f"Kỳ báo cáo: {said} ({days})"


def tables(appendix: Appendix) -> tuple[Table, Table]:
    """The figures by unit and by field."""
    units = Table("I. THEO ĐƠN VỊ", "Đơn vị", _unit_lines(appendix.units), appendix.total)
    of_fields = tuple(
        Line(str(n), official.plain(row.name), row.code, row.figures) for n, row in enumerate(appendix.fields, 1)
    )
    return units, Table("II. THEO LĨNH VỰC", "Lĩnh vực", of_fields, appendix.total)


def _unit_lines(rows: Sequence[Row]) -> tuple[Line, ...]:
    """Numbered lines: Roman numerals for units whose parts follow, Arabic ones for parts and in a flat list.

    A single top unit with parts is left out, because the total says the same. Beside units with parts, those without
    come last under a heading of their own.
    """
    full = _complete(rows)
    if len(full) > 1 and sum(row.depth == full[0].depth for row in full) == 1:
        full = full[1:]
    top = min((row.depth for row in full), default=0)
    if any(row.depth > top for row in full):
        full = _gathered(full, top)
    nested, counts, found = any(row.depth > top for row in full), dict[int, int](), list[Line]()
    for place, row in enumerate(full):
        counts = {depth: count for depth, count in counts.items() if depth <= row.depth}
        counts[row.depth] = counts.get(row.depth, 0) + 1
        number = counts[row.depth]
        written = roman(number) if nested and row.depth == top else str(number)
        found.append(Line(written, official.plain(row.name), row.code, row.figures, _children(full, place)))
    return tuple(found)


def _complete(rows: Sequence[Row]) -> list[Row]:
    """The rows with one more below each unit that has cases beside those of its parts, so that parts add up."""
    found: list[Row] = []
    for place, row in enumerate(rows):
        found.append(row)
        parts = [rows[child].figures for child in _children(rows, place)]
        rest = subtract(row.figures, add(parts))
        if parts and rest != Figures():
            found.append(Row("", f"Trực tiếp tại {row.name}", row.depth + 1, rest))
    return found


def _gathered(rows: Sequence[Row], top: int) -> list[Row]:
    """Top units without parts moved to the end, below a heading with their sum."""
    alone = [row for place, row in enumerate(rows) if row.depth == top and not _children(rows, place)]
    if not alone:
        return list(rows)
    heading = Row("", ALONE, top, add([row.figures for row in alone]))
    parts = [Row(row.code, row.name, top + 1, row.figures) for row in alone]
    return [*(row for row in rows if row not in alone), heading, *parts]


def _children(rows: Sequence[Row], place: int) -> tuple[int, ...]:
    """The places of the rows right below this one."""
    found = []
    for other in range(place + 1, len(rows)):
        if rows[other].depth <= rows[place].depth:
            break
        if rows[other].depth == rows[place].depth + 1:
            found.append(other)
    return tuple(found)


def subtract(figures: Figures, other: Figures) -> Figures:
    """What figures have more than others, column by column."""
    return Figures(
        **{column.name: getattr(figures, column.name) - getattr(other, column.name) for column in fields(Figures)}
    )


def roman(value: int) -> str:
    """A number below 90 in Roman numerals."""
    written = ""
    for size, sign in _ROMAN:
        while value >= size:
            written, value = written + sign, value - size
    return written


def praise(appendix: Appendix) -> tuple[str, ...]:
    """The sentences about the best and the worst units, and the rule; one sentence where there is nobody to compare."""
    if not appendix.best and not appendix.worst:
        return (f"Trong kỳ chưa đủ số liệu để so sánh các đơn vị. {RULE}",)
    return (
        f"Đơn vị thực hiện tốt nhất: {'; '.join(map(_judged, appendix.best)) or 'không có'}.",
        f"Đơn vị cần chấn chỉnh: {'; '.join(map(_judged, appendix.worst)) or 'không có'}.",
        RULE,
    )


def _judged(row: Row) -> str:
    done = f"{official.number(row.figures.on_time)}/{official.number(row.figures.resolved)}"
    late = official.number(row.figures.overdue)
    reached = official.share(row.figures.on_time, row.figures.resolved)
    return f"{official.plain(row.name)} (đúng hạn {done}, đạt {reached}%; đang quá hạn {late})"


def is_empty(figures: Figures) -> bool:
    """Whether nothing was at work in the period."""
    return figures == Figures()
