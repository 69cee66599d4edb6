"""The content of the appendix, line by line, independent of the output format.

Pure: the figures of `engine.statistics` in, texts and tables out. The layout is that of an annex in Decree
30/2020/NĐ-CP; the columns are those of R10 with the numbering of official tables, so that a reader can check each sum.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

from engine.clock import VIETNAM
from engine.documents import appendix_period, official
from engine.documents.official import PublicBody
from engine.statistics.appendix import MAX_RANKED, MIN_RESOLVED, sum_figures
from engine.statistics.period import Appendix, CallbackFigures, Figures, FiguresRow

ANNEX = "Phụ lục"
TITLE = "KẾT QUẢ TIẾP NHẬN, XỬ LÝ PHẢN ÁNH, KIẾN NGHỊ QUA TỔNG ĐÀI 1022"
TOTAL = "TỔNG CỘNG"
PREPARED_BY = "NGƯỜI LẬP BIỂU"
SIGNATURE_HINT = "(Ký, ghi rõ họ tên)"
FLAT_UNITS_HEADING = "Cơ quan, đơn vị trực thuộc"  # Heading for units without parts if others have some.
RANKING_HEADING = "III. ĐƠN VỊ TỐT NHẤT VÀ ĐƠN VỊ CẦN CHẤN CHỈNH"
RANKING_RULE = (
    f"Cách xếp: so sánh các đơn vị không có đơn vị cấp dưới và đã giải quyết từ {MIN_RESOLVED} hồ sơ trở lên trong "
    "kỳ; tốt nhất là các đơn vị có tỷ lệ đúng hạn cao hơn mức chung, cần chấn chỉnh là các đơn vị thấp hơn mức chung, "
    f"mỗi loại nhiều nhất {MAX_RANKED} đơn vị; đơn vị có ít hồ sơ được xét thận trọng (khoảng tin cậy 95%)."
)

CALLBACK_HEADING = "IV. GỌI LẠI KIỂM TRA"
CALLBACK_RULE = (
    "Cách tính: hồ sơ đã giải quyết trong kỳ được rút thăm theo tỷ lệ của từng đơn vị; cán bộ cấp 2 gọi người dân hỏi "
    "có hài lòng không và kết quả có đúng như đã ghi không."
)

_ROMAN_NUMERALS = ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


@dataclass(frozen=True, slots=True)
class AppendixColumn:
    """One column of figures: its caption, below that of its group, which may be empty, and its values.

    `mark` is the column's number, with the numbers of those it is calculated from. `part` and `whole` form a
    percentage; a column without `whole` is a count.
    """

    key: str
    group: str
    caption: str
    mark: str
    part: Callable[[Figures], int]
    whole: Callable[[Figures], int] | None = None

    def cell_text(self, figures: Figures) -> str:
        """The printed text of a cell."""
        if self.whole is None:
            return official.format_integer(self.part(figures))
        return official.format_percentage(self.part(figures), self.whole(figures))


TO_RESOLVE, RESOLVED, IN_PROGRESS, SATISFACTION = (
    "Phải giải quyết",
    "Đã giải quyết",
    "Đang giải quyết",
    "Mức độ hài lòng",
)
COLUMNS: tuple[AppendixColumn, ...] = (
    AppendixColumn("carried_over", TO_RESOLVE, "Kỳ trước chuyển sang", "1", lambda f: f.carried_over),
    AppendixColumn("received", TO_RESOLVE, "Tiếp nhận trong kỳ", "2", lambda f: f.received),
    AppendixColumn("reopened", TO_RESOLVE, "Mở lại", "3", lambda f: f.reopened),
    AppendixColumn("resolved", RESOLVED, "Tổng số", "4=5+6", lambda f: f.resolved),
    AppendixColumn("on_time", RESOLVED, "Đúng hạn", "5", lambda f: f.on_time),
    AppendixColumn("late", RESOLVED, "Quá hạn", "6", lambda f: f.late),
    AppendixColumn("punctual", RESOLVED, "Tỷ lệ đúng hạn (%)", "7=5:4", lambda f: f.on_time, lambda f: f.resolved),
    AppendixColumn("false", "", "Thông tin ảo", "8", lambda f: f.false),
    AppendixColumn("ended_otherwise", "", "Kết thúc khác", "9", lambda f: f.ended_otherwise),
    AppendixColumn("in_progress", IN_PROGRESS, "Tổng số", "10", lambda f: f.in_progress),
    AppendixColumn("overdue", IN_PROGRESS, "Trong đó quá hạn", "11", lambda f: f.overdue),
    AppendixColumn("transferred", "", "Chuyển đơn vị khác", "12", lambda f: f.transferred),
    AppendixColumn("satisfied", SATISFACTION, "Hài lòng", "13", lambda f: f.satisfied),
    AppendixColumn("dissatisfied", SATISFACTION, "Không hài lòng", "14", lambda f: f.dissatisfied),
    AppendixColumn(
        "satisfaction",
        SATISFACTION,
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
class AppendixRow:
    """A row of a table; `children` are the positions of the rows that it is the sum of."""

    number: str
    name: str
    code: str
    figures: Figures
    children: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class AppendixTable:
    """One table of figures: its rows and their total."""

    title: str
    head: str
    lines: tuple[AppendixRow, ...]
    total: Figures

    @property
    def top_level_places(self) -> tuple[int, ...]:
        """The positions of the rows that the total is the sum of: those that are children of no other row."""
        below = {child for line in self.lines for child in line.children}
        return tuple(place for place in range(len(self.lines)) if place not in below)


@dataclass(frozen=True, slots=True)
class AppendixPaper:
    """An appendix ready to be drawn.

    `subject_lines` give the period and, if not everything the issuer is responsible for, the units; `as_of_line` says
    when the figures were read; `ranking` which units did best and worst and by which rule, `callbacks` what citizens
    said when they were called back, nothing if nobody was to be.
    """

    issuer: PublicBody
    annex_reference: str
    subject_lines: tuple[str, ...]
    as_of_line: str
    tables: tuple[AppendixTable, ...]
    ranking: tuple[str, ...]
    callbacks: tuple[str, ...]
    signer: tuple[str, ...]
    place_and_date: str

    @property
    def sections(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What stands below the tables: headings with their sentences."""
        called = ((CALLBACK_HEADING, self.callbacks),) if self.callbacks else ()
        return ((RANKING_HEADING, self.ranking), *called)


def compose_paper(appendix: Appendix, issuer: PublicBody, part: str = "") -> AppendixPaper:
    """The appendix as a paper of `issuer`, with room for the number and date of the paper that it belongs to.

    `part` names the units that it covers, if they are not all that the issuer is responsible for.
    """
    made_at = appendix.made_at.astimezone(VIETNAM)
    return AppendixPaper(
        issuer=issuer,
        annex_reference=official.annex_reference(
            official.document_symbol(None, issuer.abbreviation, "......"), None, issuer
        ),
        subject_lines=(period_line(appendix), *((f"Đơn vị: {official.printable_text(part)}",) if part else ())),
        as_of_line=f"(Số liệu tổng hợp lúc {made_at:%H} giờ {made_at:%M} phút {official.long_date(made_at.date())})",
        tables=build_tables(appendix),
        ranking=ranking_sentences(appendix),
        callbacks=callback_sentences(appendix),
        signer=official.signature_lines(issuer),
        place_and_date=official.place_and_date(issuer.place, made_at.date()),
    )


def period_line(appendix: Appendix) -> str:
    """Kỳ báo cáo: tháng 10 năm 2026 (từ ngày 01/10/2026 đến ngày 31/10/2026)."""
    description = appendix_period.period_in_words(appendix.period)
    first, last = official.short_date(appendix.period.first), official.short_date(appendix.period.last)
    days = f"từ ngày {first} đến ngày {last}"
    return f"Kỳ báo cáo: {description}" if description == days else f"Kỳ báo cáo: {description} ({days})"


def build_tables(appendix: Appendix) -> tuple[AppendixTable, AppendixTable]:
    """The figures by unit and by field."""
    units = AppendixTable("I. THEO ĐƠN VỊ", "Đơn vị", _unit_rows(appendix.units), appendix.total)
    of_fields = tuple(
        AppendixRow(str(n), official.printable_text(row.name), row.code, row.figures)
        for n, row in enumerate(appendix.fields, 1)
    )
    return units, AppendixTable("II. THEO LĨNH VỰC", "Lĩnh vực", of_fields, appendix.total)


def _unit_rows(rows: Sequence[FiguresRow]) -> tuple[AppendixRow, ...]:
    """Numbered rows: Roman numerals for units followed by their parts, Arabic ones for parts and in a flat list.

    A single top unit with parts is omitted, because the total says the same. If some units have parts, those without
    come last under a heading of their own.
    """
    full = _with_direct_rows(rows)
    if len(full) > 1 and sum(row.depth == full[0].depth for row in full) == 1:
        full = full[1:]
    top = min((row.depth for row in full), default=0)
    if any(row.depth > top for row in full):
        full = _group_flat_units(full, top)
    nested, counts, lines = any(row.depth > top for row in full), dict[int, int](), list[AppendixRow]()
    for place, row in enumerate(full):
        counts = {depth: count for depth, count in counts.items() if depth <= row.depth}
        counts[row.depth] = counts.get(row.depth, 0) + 1
        number = counts[row.depth]
        numeral = roman_numeral(number) if nested and row.depth == top else str(number)
        lines.append(
            AppendixRow(numeral, official.printable_text(row.name), row.code, row.figures, _child_places(full, place))
        )
    return tuple(lines)


def _with_direct_rows(rows: Sequence[FiguresRow]) -> list[FiguresRow]:
    """The rows, with an extra one below each unit that has cases besides those of its parts, so that parts add up."""
    completed: list[FiguresRow] = []
    for place, row in enumerate(rows):
        completed.append(row)
        part_figures = [rows[child].figures for child in _child_places(rows, place)]
        rest = subtract_figures(row.figures, sum_figures(part_figures))
        if part_figures and rest != Figures():
            completed.append(FiguresRow("", f"Trực tiếp tại {row.name}", row.depth + 1, rest))
    return completed


def _group_flat_units(rows: Sequence[FiguresRow], top: int) -> list[FiguresRow]:
    """Move top units without parts to the end, below a heading with their sum."""
    flat_rows = [row for place, row in enumerate(rows) if row.depth == top and not _child_places(rows, place)]
    if not flat_rows:
        return list(rows)
    heading = FiguresRow("", FLAT_UNITS_HEADING, top, sum_figures([row.figures for row in flat_rows]))
    parts = [FiguresRow(row.code, row.name, top + 1, row.figures) for row in flat_rows]
    return [*(row for row in rows if row not in flat_rows), heading, *parts]


def _child_places(rows: Sequence[FiguresRow], place: int) -> tuple[int, ...]:
    """The positions of the direct children of a row."""
    places = []
    for other in range(place + 1, len(rows)):
        if rows[other].depth <= rows[place].depth:
            break
        if rows[other].depth == rows[place].depth + 1:
            places.append(other)
    return tuple(places)


def subtract_figures(figures: Figures, other: Figures) -> Figures:
    """The difference of two sets of figures, column by column."""
    return Figures(
        **{column.name: getattr(figures, column.name) - getattr(other, column.name) for column in fields(Figures)}
    )


def roman_numeral(value: int) -> str:
    """A number below 90 in Roman numerals."""
    numeral = ""
    for size, sign in _ROMAN_NUMERALS:
        while value >= size:
            numeral, value = numeral + sign, value - size
    return numeral


def ranking_sentences(appendix: Appendix) -> tuple[str, ...]:
    """The sentences about the best and the worst units, and the rule; one text if there is nothing to compare."""
    if not appendix.best and not appendix.worst:
        return (f"Trong kỳ chưa đủ số liệu để so sánh các đơn vị. {RANKING_RULE}",)
    return (
        f"Đơn vị thực hiện tốt nhất: {'; '.join(map(_ranked_unit, appendix.best)) or 'không có'}.",
        f"Đơn vị cần chấn chỉnh: {'; '.join(map(_ranked_unit, appendix.worst)) or 'không có'}.",
        RANKING_RULE,
    )


def _ranked_unit(row: FiguresRow) -> str:
    on_time = f"{official.format_integer(row.figures.on_time)}/{official.format_integer(row.figures.resolved)}"
    overdue = official.format_integer(row.figures.overdue)
    share = official.format_percentage(row.figures.on_time, row.figures.resolved)
    return f"{official.printable_text(row.name)} (đúng hạn {on_time}, đạt {share}%; đang quá hạn {overdue})"


def callback_sentences(appendix: Appendix) -> tuple[str, ...]:
    """The sentences about check calls: of all units, of each that stands below, and the rule; none without draws."""
    if not appendix.called_back.drawn:
        return ()
    below = appendix.callbacks[1:] if appendix.callbacks[0].figures == appendix.called_back else appendix.callbacks
    lines = (f"{official.printable_text(row.name)}: {verdicts_in_words(row.figures)}." for row in below)
    return (f"Chung: {verdicts_in_words(appendix.called_back)}.", *lines, CALLBACK_RULE)


def verdicts_in_words(figures: CallbackFigures) -> str:
    """What the citizens of drawn cases said."""
    drawn, called, reached = map(official.format_integer, (figures.drawn, figures.called, figures.reached))
    sentence = f"rút thăm {drawn} hồ sơ, đã gọi {called}, liên lạc được {reached}"
    if not figures.reached:
        return sentence
    opinions = (
        f"{what} {official.format_integer(number)}/{reached} ({official.format_percentage(number, figures.reached)}%)"
        for what, number in (("hài lòng", figures.satisfied), ("kết quả đúng như đã ghi", figures.truthful))
    )
    return f"{sentence}; {', '.join(opinions)}"


def is_all_zero(figures: Figures) -> bool:
    """Whether there were no cases in the period."""
    return figures == Figures()
