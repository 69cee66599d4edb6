"""Administration of what the province is made of: units and their reorganisation (R19), holidays, office hours (R8)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.errors import BadInput, NotFound, Problems
from engine.process import rescheduling
from engine.province import office_calendar, units
from engine.province.units import Loaded
from engine.reorganisation import moves, summary
from engine.reorganisation.plan import MovePlan
from engine.scenarios.runner import UNIT_SETS
from engine.world.office_hours import OFFICE_HOURS
from engine.world.public_holidays import Override
from engine.world.unit_tree import KINDS
from web.http.request import app, desk, language, needs, now, tx, world

blueprint = Blueprint("arrangement", __name__)

Answer = Any
ACT = "administer"
MOST_FILES = 5
SHIPPED = ("dongnai_units_2021_to_2025_map.csv", "dongnai_organisation_2021_to_2025_map.csv")


@blueprint.get("/admin/units")
@needs(ACT)
def list_units() -> Answer:
    """The units as a tree, and the reorganisation."""
    return _units()


def _units(plan: MovePlan | None = None, faults: tuple[str, ...] = (), status: int = 200) -> Answer:
    tree = world().units
    top = [unit for unit in tree.units if unit.parent is None]
    lines = summary.move_lines(plan, language()) if plan is not None else ()
    page = render_template("units.html", units=tree, top=top, plan=plan, lines=lines, faults=faults)
    return page, status


@blueprint.post("/admin/units/load")
@needs(ACT)
def load() -> Answer:
    """Load lists of units: those that were sent, or those of 2025 that come with the program."""
    with ExitStack() as stack:
        try:
            done = [units.load_units(tx(), path, now()) for path in _sent(stack, "lists", UNIT_SETS["two_level"])]
        except Problems as problems:
            return _units(faults=tuple(str(problem) for problem in problems.problems[:50]), status=422)
    added, changed = _total(done, "added"), _total(done, "changed")
    flash(_("Đã nạp: %(added)s đơn vị mới, %(changed)s đơn vị đổi.", added=added, changed=changed), "success")
    return redirect(url_for("arrangement.list_units"))


def _total(done: list[Loaded], what: str) -> int:
    return sum(getattr(one, what) for one in done)


@blueprint.post("/admin/units/move")
@needs(ACT)
def move() -> Answer:
    """Show what a reorganisation would move, or do it when the plan that was shown still holds."""
    with ExitStack() as stack:
        maps = _sent(stack, "maps", SHIPPED)
        try:
            plan = moves.plan_move(tx(), *maps)
        except Problems as problems:
            return _units(faults=tuple(str(problem) for problem in problems.problems[:50]), status=422)
    if request.form.get("act") != "apply":
        return _units(plan)
    if request.form.get("revision") != plan.revision:
        return _units(plan, (_("Đơn vị hoặc nhân sự đã đổi từ lần xem trước; kiểm tra lại kế hoạch mới."),), 409)
    moves.apply_move(tx(), plan, desk().who, now())
    flash(_("Đã chuyển người, việc và hồ sơ sang đơn vị mới."), "success")
    return redirect(url_for("arrangement.list_units"))


def _sent(stack: ExitStack, field: str, shipped: Sequence[str]) -> list[Path]:
    """The files that were sent in a field, or those that come with the program."""
    folder = Path(stack.enter_context(TemporaryDirectory()))
    sent = [item for item in request.files.getlist(field) if item.filename]
    for number, item in enumerate(sent[:MOST_FILES]):
        item.save(folder / f"{number}.csv")
    if sent:
        return sorted(folder.iterdir())
    return [stack.enter_context(as_file(files("engine.data") / name)) for name in shipped]


@blueprint.get("/admin/calendar")
@needs(ACT)
def show_calendar() -> Answer:
    """The days that differ from the published calendar, and the office hours."""
    return _calendar()


def _calendar(fault: str = "", status: int = 200) -> Answer:
    kept = office_calendar.hours(tx())
    hours = {kind: kept.get(kind) or list(OFFICE_HOURS.get(kind, ())) for kind in ("default", *sorted(KINDS))}
    days = office_calendar.days(tx())
    return render_template("calendar.html", days=days, hours=hours, fault=fault, kinds=("closed", "worked")), status


@blueprint.post("/admin/calendar/days")
@needs(ACT)
def set_day() -> Answer:
    """Keep a day that differs."""
    form = request.form
    try:
        day = date.fromisoformat(form.get("day", ""))
        name, source = form.get("name", "").strip()[:200], form.get("source", "").strip()[:200]
        office_calendar.set_days(tx(), [Override(day, form.get("kind", ""), name, source)])
    except (ValueError, BadInput):
        return _calendar(_("Chọn ngày, loại ngày và ghi tên."), 422)
    flash(_("Đã lưu. Bấm “Tính lại thời hạn” để áp dụng cho hồ sơ đang mở."), "success")
    return redirect(url_for("arrangement.show_calendar"))


@blueprint.post("/admin/calendar/days/<day>/clear")
@needs(ACT)
def clear_day(day: str) -> Answer:
    """Let the published calendar decide again."""
    try:
        office_calendar.clear_day(tx(), date.fromisoformat(day))
    except ValueError:
        raise NotFound("There is no such day.") from None
    return redirect(url_for("arrangement.show_calendar"))


@blueprint.post("/admin/calendar/hours/<kind>")
@needs(ACT)
def set_hours(kind: str) -> Answer:
    """Keep the office hours of one kind of unit: lines such as "1 07:30 11:30"."""
    if kind not in KINDS and kind != "default":
        raise NotFound("There is no such kind of unit.")
    try:
        office_calendar.set_hours(tx(), kind, _periods(request.form.get("hours", "")))
    except (ValueError, BadInput):
        return _calendar(_("Mỗi dòng gồm thứ (1 đến 7), giờ mở và giờ đóng, ví dụ: 1 07:30 11:30."), 422)
    flash(_("Đã lưu. Bấm “Tính lại thời hạn” để áp dụng cho hồ sơ đang mở."), "success")
    return redirect(url_for("arrangement.show_calendar"))


def _periods(text: str) -> list[tuple[int, str, str]]:
    found = []
    for line in text.splitlines()[:50]:
        if line.strip():
            weekday, opens, closes = line.split()
            found.append((int(weekday), opens, closes))
    return found


@blueprint.post("/admin/calendar/reschedule")
@needs(ACT)
def reschedule() -> Answer:
    """Compute the deadlines of all open cases anew."""
    reason = request.form.get("reason", "").strip()[:300]
    if not reason:
        return _calendar(_("Nêu lý do tính lại."), 422)
    who = desk().who
    done = rescheduling.reschedule(app().database, who, now(), world(), reason)
    flash(_("Đã xem %(cases)s hồ sơ, %(moved)s hồ sơ đổi thời hạn.", cases=done.cases, moved=done.moved), "success")
    return redirect(url_for("arrangement.show_calendar"))
