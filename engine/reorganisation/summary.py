"""Describes in lines of text what a load or a move of units does, also for a dry run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from engine.province.stranded_work import StrandedUnit
from engine.province.units import UnitLoadResult
from engine.reorganisation.plan import FOLLOWS, ReorganisationPlan, StayingUnit, UnitMove
from engine.translation.catalogue import N_, Language, translate
from engine.translation.wording import fact_text
from engine.world.roles import role_term
from engine.world.unit_tree import OrgUnit

WORDS: dict[str, str] = {
    "loaded": N_("{added} đơn vị thêm mới, {changed} thay đổi, {closed} đóng, {unchanged} giữ nguyên."),
    "name": N_("tên"),
    "kind": N_("loại"),
    "parent": N_("trực thuộc"),
    "position": N_("vị trí"),
    "reopened": N_("mở lại"),
    "closed": N_("đóng"),
    "carried": N_("{people} người, {tasks} việc, {cases} hồ sơ"),
    "answers": N_(", {answers} trả lời mẫu"),
    "moved": N_("Chuyển {units} đơn vị: {carried}."),
    "whole": "",
    "via_2024_merge": N_(" (qua sáp nhập năm 2024)"),
    "default": N_(" (chia tách; phần còn lại: {parts})"),
    FOLLOWS: N_(" (không còn đơn vị)"),
    "shift": N_("  {count} việc ({role}) sang {unit}, do không có người: {passed}"),
    "shift_direct": N_("  {count} việc ({role}) sang {unit}"),
    "kept": N_("  {count} người giữ vai trò {role} ở đơn vị cũ: cần phân công lại"),
    "unknown": N_("không chuyển, chưa rõ nơi đến"),
    "unmapped": N_("không chuyển, bảng chuyển đổi không nêu"),
    "no_target": N_("không chuyển, không có đơn vị tiếp nhận"),
    "left": N_("{unit}: {why}; còn {carried}"),
    "stranded": N_("{unit}: đã đóng nhưng còn {people} người, {tasks} việc; cần chuyển sang đơn vị mới."),
    "strands": N_("{unit}: sẽ đóng nhưng còn {people} người, {tasks} việc đang mở."),
    "absent": N_("{count} dòng của bảng chuyển đổi nói về đơn vị không có ở đây."),
}


def words_in(language: Language) -> dict[str, str]:
    """The words by key in `language`, with placeholders for the lines to fill."""
    return {key: translate(sentence, language) for key, sentence in WORDS.items()}


def render_load(loaded: UnitLoadResult, language: Language = "vi") -> tuple[str, ...]:
    """The counts of a load, then one line for each unit that changed or was closed."""
    words = words_in(language)
    lines = [
        words["loaded"].format(**{key: getattr(loaded, key) for key in ("added", "changed", "closed", "unchanged")})
    ]
    lines += [
        f"{change.code} {change.name}: {', '.join(words[what] for what in change.what)}" for change in loaded.changes
    ]
    return tuple(lines)


def render_stranded(stranded: Iterable[StrandedUnit], language: Language = "vi") -> tuple[str, ...]:
    """One line for each closed unit that still has work or officers."""
    sentence = words_in(language)["stranded"]
    return tuple(
        sentence.format(unit=f"{unit.code} {unit.name}", people=unit.people, tasks=unit.tasks) for unit in stranded
    )


def render_closing(closing: Iterable[StrandedUnit], language: Language = "vi") -> tuple[str, ...]:
    """One line for each unit that a list would close although it has work or officers."""
    sentence = words_in(language)["strands"]
    return tuple(
        sentence.format(unit=f"{unit.code} {unit.name}", people=unit.people, tasks=unit.tasks) for unit in closing
    )


def render_move(plan: ReorganisationPlan, language: Language = "vi") -> tuple[str, ...]:
    """Each unit that moves and what moves with it, each that stays and why, then the totals."""
    words = words_in(language)
    lines = [line for move in plan.moves for line in _move_lines(move, words, language)]
    lines += [_stay_line(stay, words) for stay in plan.stays]
    if plan.absent:
        lines.append(words["absent"].format(count=plan.absent))
    carried = words["carried"].format(
        people=sum(move.people for move in plan.moves),
        tasks=sum(_task_count(move) for move in plan.moves),
        cases=sum(move.cases for move in plan.moves),
    )
    lines.append(words["moved"].format(units=len(plan.moves), carried=carried))
    return tuple(lines)


def _move_lines(move: UnitMove, words: dict[str, str], language: Language) -> Iterator[str]:
    carried = words["carried"].format(people=move.people, tasks=_task_count(move), cases=move.cases)
    if move.answers:
        carried += words["answers"].format(answers=move.answers)
    why = words[move.why].format(parts=_unit_labels(move.parts))
    yield f"{_unit_label(move.old)} → {_unit_label(move.new)}{why}: {carried}"
    for shift in move.tasks:
        if shift.unit != move.new:
            pattern = words["shift" if shift.passed_from else "shift_direct"]
            yield pattern.format(
                count=shift.count,
                role=fact_text(role_term(shift.role), language),
                unit=_unit_label(shift.unit),
                passed=_unit_labels(shift.passed_from),
            )
    for role, count in move.kept_roles:
        yield words["kept"].format(count=count, role=fact_text(role_term(role), language))


def _stay_line(stay: StayingUnit, words: dict[str, str]) -> str:
    carried = words["carried"].format(people=stay.people, tasks=stay.tasks, cases=stay.cases)
    return words["left"].format(unit=_unit_label(stay.unit), why=words[stay.why], carried=carried)


def _task_count(move: UnitMove) -> int:
    return sum(shift.count for shift in move.tasks)


def _unit_label(unit: OrgUnit) -> str:
    return f"{unit.code} {unit.name}"


def _unit_labels(units: Sequence[OrgUnit]) -> str:
    return ", ".join(_unit_label(unit) for unit in units)
