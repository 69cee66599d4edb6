"""Administration of the province: units and their reorganisation (R19), holidays, office hours (R8)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.utils import secure_filename

from engine.errors import BadInput, Invalid, InvalidFiles, NotFound
from engine.process import rescheduling
from engine.province import office_calendar, provinces, stranded_work, units
from engine.province.profile import find_profile
from engine.province.stranded_work import StrandedUnit
from engine.province.unit_files import row_sentence
from engine.province.units import UnitLoadResult
from engine.reorganisation import moves, summary
from engine.reorganisation.plan import ReorganisationPlan
from engine.translation.wording import say, say_rule
from engine.world.office_hours import OFFICE_HOURS, OpeningPeriod
from engine.world.public_holidays import DayOverride
from engine.world.unit_tree import UNIT_KINDS
from web.http.parsing import read_day
from web.http.request import (
    current_application,
    current_desk,
    current_language,
    current_stamp,
    current_world,
    request_time,
    requires_permission,
    tx,
)

blueprint = Blueprint("arrangement", __name__)

ACT = "administer"
MOST_FILES, MOST_FAULTS = 5, 50
NEWEST = find_profile("dong_nai_2025")  # What a reorganisation leads to when no files are uploaded.


@blueprint.get("/admin/units")
@requires_permission(ACT)
def show_units() -> ResponseReturnValue:
    """Show the units as a tree, and the reorganisation."""
    return _render_units()


def _render_units(
    plan: ReorganisationPlan | None = None,
    faults: tuple[str, ...] = (),
    status: int = 200,
    closing: Sequence[StrandedUnit] = (),
) -> ResponseReturnValue:
    tree = current_world().units
    top = [unit for unit in tree.units if unit.parent is None]
    lines = summary.render_move(plan, current_language()) if plan is not None else ()
    stranded = summary.render_stranded(stranded_work.list_stranded(tx()), current_language())
    page = render_template(
        "units.html",
        units=tree,
        top=top,
        plan=plan,
        lines=lines,
        faults=faults,
        stranded=stranded,
        closing=summary.render_closing(closing, current_language()),
        closing_mark=_closing_mark(closing),
    )
    return page, status


@blueprint.post("/admin/units/load")
@requires_permission(ACT)
def upload_units() -> ResponseReturnValue:
    """Load lists of units: the uploaded ones, or those of 2025 shipped with the program.

    Lists that close units with work or officers are loaded only when that has been shown and is wanted.
    """
    with ExitStack() as stack:
        uploaded = _uploaded_files(stack, "lists")
        try:
            codes = units.list_closing_codes(tx(), uploaded or NEWEST.unit_files)
            closing = stranded_work.list_at_work(tx(), set(codes))
            if _closing_mark(closing) != request.form.get("closing", ""):
                return _render_units(closing=closing, status=409)
            loads = _load_lists(uploaded)
        except BadInput as error:
            return _render_units(faults=_file_faults(error), status=422)
    added, changed = _sum_field(loads, "added"), _sum_field(loads, "changed")
    flash(_("Đã nạp: %(added)s đơn vị mới, %(changed)s đơn vị đổi.", added=added, changed=changed), "success")
    return redirect(url_for("arrangement.show_units"))


def _load_lists(uploaded: Sequence[Path]) -> list[UnitLoadResult]:
    if not uploaded:
        return provinces.load_lists(tx(), NEWEST, current_stamp())
    return [units.load_units(tx(), path, current_stamp()) for path in uploaded]


def _closing_mark(closing: Sequence[StrandedUnit]) -> str:
    """What the page of the question sends back: the units that were named there; "" where none are."""
    return " ".join(unit.code for unit in closing)


def _file_faults(error: BadInput) -> tuple[str, ...]:
    """Faults in the uploaded files, row by row; files are named without their folder."""
    language = current_language()
    if isinstance(error, InvalidFiles):
        return tuple(row_sentence(problem, language) for problem in error.problems[:MOST_FAULTS])
    facts = {name: fact.name if isinstance(fact, Path) else fact for name, fact in error.facts.items()}
    return (say_rule(error.rule, facts, language),)


def _sum_field(loads: list[UnitLoadResult], field: str) -> int:
    return sum(getattr(loaded, field) for loaded in loads)


@blueprint.post("/admin/units/move")
@requires_permission(ACT)
def reorganise_units() -> ResponseReturnValue:
    """Preview a reorganisation, or apply it if the plan that was shown is still valid."""
    with ExitStack() as stack:
        maps = _uploaded_files(stack, "maps") or NEWEST.maps
        try:
            plan = moves.plan_reorganisation(tx(), *maps)
        except BadInput as error:
            return _render_units(faults=_file_faults(error), status=422)
    if request.form.get("act") != "apply":
        return _render_units(plan)
    if request.form.get("revision") != plan.revision:
        return _render_units(plan, (_("Đơn vị hoặc nhân sự đã đổi từ lần xem trước; kiểm tra lại kế hoạch mới."),), 409)
    moves.apply_reorganisation(tx(), plan, current_desk().who, request_time())
    flash(_("Đã chuyển người, việc và hồ sơ sang đơn vị mới."), "success")
    return redirect(url_for("arrangement.show_units"))


def _uploaded_files(stack: ExitStack, field: str) -> list[Path]:
    """Files uploaded in a field, in a folder that `stack` removes."""
    folder, paths = Path(stack.enter_context(TemporaryDirectory())), list[Path]()
    sent = [item for item in request.files.getlist(field) if item.filename]
    for number, item in enumerate(sent[:MOST_FILES]):
        paths.append(folder / str(number) / (secure_filename(item.filename or "") or f"{number}.csv"))
        paths[-1].parent.mkdir()
        item.save(paths[-1])
    return paths


@blueprint.get("/admin/calendar")
@requires_permission(ACT)
def show_calendar() -> ResponseReturnValue:
    """Show the days that differ from the published calendar, and the office hours."""
    return _render_calendar()


def _render_calendar(fault: str = "", status: int = 200) -> ResponseReturnValue:
    stored = office_calendar.load_office_hours(tx())
    hours = {kind: stored.get(kind) or list(OFFICE_HOURS.get(kind, ())) for kind in ("default", *sorted(UNIT_KINDS))}
    days = office_calendar.list_overrides(tx())
    return render_template("calendar.html", days=days, hours=hours, fault=fault, kinds=("closed", "worked")), status


@blueprint.post("/admin/calendar/days")
@requires_permission(ACT)
def change_day_override() -> ResponseReturnValue:
    """Save a day that differs from the published calendar."""
    form = request.form
    try:
        day = _parse_day(form.get("day", ""))
        name, source = form.get("name", "").strip()[:200], form.get("source", "").strip()[:200]
        office_calendar.set_overrides(tx(), [DayOverride(day, form.get("kind", ""), name, source)], current_stamp())
    except BadInput as error:
        return _render_calendar(say(error, current_language()), 422)
    flash(_("Đã lưu. Bấm “Tính lại thời hạn” để áp dụng cho hồ sơ đang mở."), "success")
    return redirect(url_for("arrangement.show_calendar"))


def _parse_day(text: str) -> date:
    """Parse the selected day; raises Invalid."""
    try:
        return read_day(text)
    except ValueError:
        raise Invalid("day", "override-day-missing") from None


@blueprint.post("/admin/calendar/days/<day>/clear")
@requires_permission(ACT)
def clear_day_override(day: str) -> ResponseReturnValue:
    """Return a day to the published calendar."""
    try:
        office_calendar.clear_override(tx(), read_day(day), current_stamp())
    except ValueError:
        raise NotFound from None
    return redirect(url_for("arrangement.show_calendar"))


@blueprint.post("/admin/calendar/hours/<kind>")
@requires_permission(ACT)
def change_office_hours(kind: str) -> ResponseReturnValue:
    """Save the office hours of one kind of unit: lines such as "1 07:30 11:30"."""
    if kind not in UNIT_KINDS and kind != "default":
        raise NotFound("unit-kind-unknown")
    try:
        office_calendar.replace_hours(tx(), kind, _parse_hours(request.form.get("hours", "")), current_stamp())
    except BadInput as error:
        return _render_calendar(say(error, current_language()), 422)
    flash(_("Đã lưu. Bấm “Tính lại thời hạn” để áp dụng cho hồ sơ đang mở."), "success")
    return redirect(url_for("arrangement.show_calendar"))


def _parse_hours(text: str) -> list[OpeningPeriod]:
    """Parse the non-empty lines into periods; raises Invalid for an unreadable one."""
    return [_parse_period(line) for line in text.splitlines()[:50] if line.strip()]


def _parse_period(line: str) -> OpeningPeriod:
    try:
        weekday, opens, closes = line.split()
        return int(weekday), opens, closes
    except ValueError:
        raise Invalid("hours", "hours-line-unreadable", line=line.strip()[:100]) from None


@blueprint.post("/admin/calendar/reschedule")
@requires_permission(ACT)
def reschedule_open_cases() -> ResponseReturnValue:
    """Recompute the deadlines of all open cases."""
    reason = request.form.get("reason", "").strip()[:300]
    if not reason:
        return _render_calendar(_("Nêu lý do tính lại."), 422)
    who = current_desk().who
    outcome = rescheduling.reschedule_cases(
        current_application().database, who, request_time(), current_world(), reason
    )
    flash(
        _("Đã xem %(cases)s hồ sơ, %(moved)s hồ sơ đổi thời hạn.", cases=outcome.cases, moved=outcome.moved), "success"
    )
    return redirect(url_for("arrangement.show_calendar"))
