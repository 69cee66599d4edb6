"""Says in lines of text what a load or a move of units does, the same for a dry run. Imported by the boundaries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.province.units import UnitLoadResult
from engine.reorganisation.plan import FOLLOWS, ReorganisationPlan, StayingUnit, UnitMove
from engine.world.unit_tree import OrgUnit

WORDS = {
    "vi": {
        "loaded": "{added} đơn vị thêm mới, {changed} thay đổi, {closed} đóng, {unchanged} giữ nguyên.",
        "name": "tên",
        "kind": "loại",
        "parent": "trực thuộc",
        "position": "vị trí",
        "reopened": "mở lại",
        "closed": "đóng",
        "carried": "{people} người, {tasks} việc, {cases} hồ sơ",
        "answers": ", {answers} trả lời mẫu",
        "moved": "Chuyển {units} đơn vị: {carried}.",
        "whole": "",
        "via_2024_merge": " (qua sáp nhập năm 2024)",
        "default": " (chia tách; phần còn lại: {parts})",
        FOLLOWS: " (không còn đơn vị)",
        "shift": "  {count} việc ({role}) sang {unit}, do không có người: {passed}",
        "shift_direct": "  {count} việc ({role}) sang {unit}",
        "kept": "  {count} người giữ vai trò {role} ở đơn vị cũ: cần phân công lại",
        "unknown": "không chuyển, chưa rõ nơi đến",
        "unmapped": "không chuyển, bảng chuyển đổi không nêu",
        "no_target": "không chuyển, không có đơn vị tiếp nhận",
        "left": "{unit}: {why}; còn {carried}",
        "absent": "{count} dòng của bảng chuyển đổi nói về đơn vị không có ở đây.",
    },
    "en": {
        "loaded": "{added} units added, {changed} changed, {closed} closed, {unchanged} unchanged.",
        "name": "name",
        "kind": "kind",
        "parent": "parent",
        "position": "position",
        "reopened": "opened again",
        "closed": "closed",
        "carried": "people {people}, tasks {tasks}, cases {cases}",
        "answers": ", standard answers {answers}",
        "moved": "Units moved: {units}; {carried}.",
        "whole": "",
        "via_2024_merge": " (by way of the merger of 2024)",
        "default": " (split; also to: {parts})",
        FOLLOWS: " (the unit is no more)",
        "shift": "  tasks {count} ({role}) to {unit}, because nobody is in {passed}",
        "shift_direct": "  tasks {count} ({role}) to {unit}",
        "kept": "  people {count} keep the role {role} in the old unit: assign them anew",
        "unknown": "not moved, nobody knows where it went",
        "unmapped": "not moved, the map does not name it",
        "no_target": "not moved, no unit takes over",
        "left": "{unit}: {why}; what stays: {carried}",
        "absent": "Rows of the map about units that are not here: {count}.",
    },
}


def render_load(loaded: UnitLoadResult, language: str = "vi") -> tuple[str, ...]:
    """The counts of a load, then one line for each unit that changed or was closed."""
    words = WORDS[language]
    lines = [
        words["loaded"].format(**{key: getattr(loaded, key) for key in ("added", "changed", "closed", "unchanged")})
    ]
    lines += [
        f"{change.code} {change.name}: {', '.join(words[what] for what in change.what)}" for change in loaded.changes
    ]
    return tuple(lines)


def render_move(plan: ReorganisationPlan, language: str = "vi") -> tuple[str, ...]:
    """Each unit that moves and what goes with it, each that stays and why, then the sums."""
    words = WORDS[language]
    lines = [line for move in plan.moves for line in _move_lines(move, words)]
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


def _move_lines(move: UnitMove, words: dict[str, str]) -> Iterator[str]:
    carried = words["carried"].format(people=move.people, tasks=_task_count(move), cases=move.cases)
    if move.answers:
        carried += words["answers"].format(answers=move.answers)
    why = words[move.why].format(parts=_unit_labels(move.parts))
    yield f"{_unit_label(move.old)} → {_unit_label(move.new)}{why}: {carried}"
    for shift in move.tasks:
        if shift.unit != move.new:
            pattern = words["shift" if shift.passed_from else "shift_direct"]
            yield pattern.format(
                count=shift.count, role=shift.role, unit=_unit_label(shift.unit), passed=_unit_labels(shift.passed_from)
            )
    for role, count in move.kept_roles:
        yield words["kept"].format(count=count, role=role)


def _stay_line(stay: StayingUnit, words: dict[str, str]) -> str:
    carried = words["carried"].format(people=stay.people, tasks=stay.tasks, cases=stay.cases)
    return words["left"].format(unit=_unit_label(stay.unit), why=words[stay.why], carried=carried)


def _task_count(move: UnitMove) -> int:
    return sum(shift.count for shift in move.tasks)


def _unit_label(unit: OrgUnit) -> str:
    return f"{unit.code} {unit.name}"


def _unit_labels(units: Sequence[OrgUnit]) -> str:
    return ", ".join(_unit_label(unit) for unit in units)
