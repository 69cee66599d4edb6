"""The text of a report, written from its facts by rules. Pure; in Vietnamese, as every official paper.

No sentence says more than the figures: what rose or fell, which units stand best and worst by the appendix's rule,
where overdue cases wait. Reasons beyond that are for the office to add.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.briefings import cadences
from engine.briefings.comparisons import (
    cases_in_words,
    compare_counts,
    compare_shares,
    counted_list,
    signed_count,
    signed_share,
)
from engine.briefings.facts import BriefingFacts
from engine.documents.appendix_paper import COLUMNS, verdicts_in_words
from engine.documents.official import format_integer, format_percentage, printable_text
from engine.statistics.period import Figures, FiguresRow

MOST_NAMED = 3
# The figures of the table beside the text: columns of the appendix by key, and what the table calls them.
TABLE_ROWS = (
    ("carried_over", "Kỳ trước chuyển sang"),
    ("received", "Tiếp nhận trong kỳ"),
    ("reopened", "Mở lại"),
    ("resolved", "Đã giải quyết"),
    ("on_time", "Trong đó đúng hạn"),
    ("late", "Trong đó giải quyết quá hạn"),
    ("punctual", "Tỷ lệ giải quyết đúng hạn (%)"),
    ("false", "Thông tin ảo"),
    ("ended_otherwise", "Kết thúc khác"),
    ("in_progress", "Đang giải quyết cuối kỳ"),
    ("overdue", "Trong đó quá hạn"),
    ("transferred", "Chuyển đơn vị khác"),
    ("satisfaction", "Tỷ lệ hài lòng (%)"),
)


@dataclass(frozen=True, slots=True)
class BriefingTexts:
    """The texts of a report; each of the four parts has a paragraph on each line."""

    subject: str
    situation: str
    chase: str
    assessment: str
    proposals: str


def compose_texts(facts: BriefingFacts) -> BriefingTexts:
    """Write the report."""
    name = cadences.period_name(facts.cadence, facts.period)
    return BriefingTexts(
        subject=f"Kết quả tiếp nhận, giải quyết phản ánh, kiến nghị qua Tổng đài 1022 {name}",
        situation=_lines(
            _received(facts, name),
            _resolved(facts),
            _left(facts),
            _fields(facts),
            *_opinions(facts),
            *_called_back(facts),
        ),
        chase=_lines(_chased(facts), *_overdue(facts), *_holders(facts)),
        assessment=_lines(_trend(facts), *_ranking(facts)),
        proposals=_lines(*_proposals(facts)),
    )


def table_rows(facts: BriefingFacts) -> list[dict[str, str]]:
    """The figures beside the text, of this period and the one before, as the appendix prints them."""
    columns = {column.key: column for column in COLUMNS}
    now, before = facts.current.total, facts.before.total
    rows = []
    for index, (key, name) in enumerate(TABLE_ROWS, 1):
        column = columns[key]
        if column.whole is None:
            change = signed_count(column.part(now), column.part(before))
        else:
            change = signed_share((column.part(now), column.whole(now)), (column.part(before), column.whole(before)))
        texts = {"now": column.cell_text(now), "before": column.cell_text(before), "change": change}
        rows.append({"index": str(index), "name": name, **texts})
    return rows


def _lines(*sentences: str) -> str:
    return "\n".join(sentence for sentence in sentences if sentence)


def _received(facts: BriefingFacts, name: str) -> str:
    now, before = facts.current.total, facts.before.total
    due = now.carried_over + now.received + now.reopened
    calls = f" Tổng đài nhận {format_integer(facts.calls.total)} cuộc gọi." if facts.calls.total else ""
    return (
        f"Trong {name}, Tổng đài 1022 tiếp nhận {format_integer(now.received)} phản ánh, kiến nghị, "
        f"{compare_counts(now.received, before.received, 'phản ánh')}.{calls} Kỳ trước chuyển sang "
        f"{cases_in_words(now.carried_over)}, mở lại {cases_in_words(now.reopened)}; tổng số phải giải quyết trong "
        f"kỳ là {cases_in_words(due)}."
    )


def _resolved(facts: BriefingFacts) -> str:
    now, before = facts.current.total, facts.before.total
    head = f"Đã giải quyết {cases_in_words(now.resolved)}, {compare_counts(now.resolved, before.resolved)}"
    if not now.resolved:
        return f"{head}.{_otherwise(now)}"
    change = compare_shares(_on_time(now), _on_time(before))
    return (
        f"{head}; trong đó đúng hạn {cases_in_words(now.on_time)}, đạt {format_percentage(*_on_time(now))}%"
        f"{f' ({change})' if change else ''}, giải quyết quá hạn {cases_in_words(now.late)}.{_otherwise(now)}"
    )


def _otherwise(now: Figures) -> str:
    parts = [
        f"{cases_in_words(number)} {what}"
        for number, what in (
            (now.false, "được kết luận là thông tin ảo"),
            (now.ended_otherwise, "kết thúc khác"),
            (now.transferred, "được chuyển đơn vị khác giải quyết"),
        )
        if number
    ]
    return f" Ngoài ra, {', '.join(parts)}." if parts else ""


def _on_time(figures: Figures) -> tuple[int, int]:
    return figures.on_time, figures.resolved


def _left(facts: BriefingFacts) -> str:
    now, before = facts.current.total, facts.before.total
    if not now.in_progress:
        return "Đến hết kỳ không còn hồ sơ đang giải quyết."
    overdue = (
        f"trong đó {cases_in_words(now.overdue)} quá hạn, {compare_counts(now.overdue, before.overdue)}"
        if now.overdue or before.overdue
        else "không có hồ sơ quá hạn"
    )
    return f"Đến hết kỳ còn {cases_in_words(now.in_progress)} đang giải quyết, {overdue}."


def _fields(facts: BriefingFacts) -> str:
    """The fields with most reports, and the one that rose most."""
    before = {row.code: row.figures.received for row in facts.before.fields}
    received = sorted(facts.current.fields, key=lambda row: (-row.figures.received, row.code))
    counts = tuple((_name(row), row.figures.received) for row in received if row.figures.received)
    if not counts:
        return ""
    sentence = f"Lĩnh vực có nhiều phản ánh, kiến nghị nhất: {counted_list(counts[:MOST_NAMED], MOST_NAMED)}."
    rises = [(row.figures.received - before.get(row.code, 0), row) for row in received]
    rise, most = max(rises, key=lambda item: (item[0], item[1].code))
    if rise <= 0:
        return sentence
    return f"{sentence} Tăng nhiều nhất là lĩnh vực {_name(most)} (thêm {format_integer(rise)} phản ánh)."


def _opinions(facts: BriefingFacts) -> tuple[str, ...]:
    now, before = facts.current.total, facts.before.total
    asked = now.satisfied + now.dissatisfied
    if not asked:
        return ()
    change = compare_shares((now.satisfied, asked), (before.satisfied, before.satisfied + before.dissatisfied))
    sentence = (
        f"Người dân đã đánh giá {format_integer(asked)} kết quả giải quyết: hài lòng {format_integer(now.satisfied)}, "
        f"chưa hài lòng {format_integer(now.dissatisfied)}; tỷ lệ hài lòng {format_percentage(now.satisfied, asked)}%"
        f"{f' ({change})' if change else ''}."
    )
    return (sentence,)


def _called_back(facts: BriefingFacts) -> tuple[str, ...]:
    """What the citizens of drawn cases said, and whose results most of them find untrue."""
    counts = facts.current.called_back
    if not counts.drawn:
        return ()
    untrue = [(row.figures.reached - row.figures.truthful, row) for row in facts.current.callbacks]
    named = sorted((item for item in untrue if item[0] and item[1].code in facts.leaves), key=lambda item: -item[0])
    listed = tuple((printable_text(row.name), number) for number, row in named)
    doubt = f" Kết quả chưa đúng như đã ghi: {counted_list(listed[:MOST_NAMED], MOST_NAMED)}." if listed else ""
    return (f"Gọi lại kiểm tra hồ sơ đã giải quyết: {verdicts_in_words(counts)}.{doubt}",)


def _chased(facts: BriefingFacts) -> str:
    now, before = facts.chase, facts.chase_before
    if not now.reminders and not now.directives:
        return "Trong kỳ, Văn phòng không phải nhắc việc và không ban hành văn bản đôn đốc."
    change = compare_counts(now.directives, before.directives, "văn bản")
    directives = (
        f"ban hành {format_integer(now.directives)} văn bản đôn đốc ({change}), "
        f"nêu {cases_in_words(now.cases)} của {format_integer(now.units)} đơn vị"
        if now.directives
        else "không ban hành văn bản đôn đốc"
    )
    return (
        f"Văn phòng đã nhắc {format_integer(now.reminders)} lần đối với hồ sơ quá hạn hoặc sắp đến hạn "
        f"({compare_counts(now.reminders, before.reminders, 'lần')}), {directives}."
    )


def _overdue(facts: BriefingFacts) -> tuple[str, ...]:
    overdue = facts.overdue
    if not overdue.total:
        return ("Tại thời điểm lập báo cáo không có hồ sơ quá hạn.",)
    unclaimed = (
        f"{cases_in_words(overdue.unclaimed)} chưa có người nhận việc"
        if overdue.unclaimed
        else "mọi hồ sơ đã có người nhận việc"
    )
    return (
        f"Tại thời điểm lập báo cáo có {cases_in_words(overdue.total)} quá hạn, {unclaimed}.",
        f"Hồ sơ quá hạn đang chờ ở các bước: {counted_list(overdue.stages, MOST_NAMED)}." if overdue.stages else "",
        f"Theo lĩnh vực: {counted_list(overdue.fields, MOST_NAMED)}.",
    )


def _holders(facts: BriefingFacts) -> tuple[str, ...]:
    """The units with most overdue cases at the end of the period."""
    worst = _most_overdue(facts)
    if not worst:
        return ()
    counts = tuple((_name(row), row.figures.overdue) for row in worst)
    return (f"Đơn vị có nhiều hồ sơ quá hạn nhất đến hết kỳ: {counted_list(counts, MOST_NAMED)}.",)


def _most_overdue(facts: BriefingFacts) -> list[FiguresRow]:
    rows = [row for row in facts.current.units if row.code in facts.leaves and row.figures.overdue]
    return sorted(rows, key=lambda row: (-row.figures.overdue, row.code))[:MOST_NAMED]


def _trend(facts: BriefingFacts) -> str:
    now, before = facts.current.total, facts.before.total
    share = compare_shares(_on_time(now), _on_time(before))
    parts = [f"tỷ lệ giải quyết đúng hạn {share}"] if share else []
    parts.append(f"số hồ sơ quá hạn {compare_counts(now.overdue, before.overdue)}")
    return f"So sánh chung: {', '.join(parts)}."


def _ranking(facts: BriefingFacts) -> tuple[str, ...]:
    best, worst = facts.current.best[:MOST_NAMED], facts.current.worst[:MOST_NAMED]
    if not best and not worst:
        return ("Trong kỳ chưa đủ số liệu để so sánh các đơn vị.",)
    return (
        f"Đơn vị thực hiện tốt nhất: {_ranked(best)}." if best else "",
        f"Đơn vị cần chấn chỉnh: {_ranked(worst)}." if worst else "",
    )


def _ranked(rows: Sequence[FiguresRow]) -> str:
    return "; ".join(
        f"{_name(row)} (đúng hạn {format_integer(row.figures.on_time)}/{format_integer(row.figures.resolved)}, "
        f"đạt {format_percentage(*_on_time(row.figures))}%)"
        for row in rows
    )


def _proposals(facts: BriefingFacts) -> tuple[str, ...]:
    worst = _most_overdue(facts)
    if not facts.overdue.total and not worst:
        return ("Các đơn vị tiếp tục duy trì việc giải quyết phản ánh, kiến nghị đúng hạn.",)
    named = ", ".join(_name(row) for row in worst)
    lines = [f"Đề nghị Ủy ban nhân dân tỉnh chỉ đạo {named or 'các đơn vị'} giải quyết dứt điểm hồ sơ quá hạn."]
    if facts.overdue.unclaimed:
        lines.append(
            "Thủ trưởng các đơn vị phân công người nhận việc ngay khi hồ sơ đến, không để hồ sơ không có người nhận."
        )
    if facts.current.worst:
        lines.append("Các đơn vị cần chấn chỉnh làm rõ nguyên nhân, trách nhiệm và báo cáo biện pháp khắc phục.")
    return tuple(lines)


def _name(row: FiguresRow) -> str:
    return printable_text(row.name)
