"""Open cases go on by another deployment: what would become of each, doing it, and the way back."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.errors import BadInput
from engine.process import definitions, instance_migration
from engine.process.instance_migration import IMMOVABLE, Mover, Plan
from web.http.request import app, desk, language, needs, now, tx, world
from web.studio.files import ACT

blueprint = Blueprint("studio_moving", __name__, url_prefix="/studio/versions/<int:number>/cases")

Answer = Any
MOST_TRIED = 5_000
MOST_LISTED = 100


@blueprint.get("")
@needs(ACT)
def show(number: int) -> Answer:
    """Per process of the deployment: how many cases go on by others, and what would become of each."""
    keys = definitions.keys_of(tx(), number)
    try:
        processes = [_tried(instance_migration.plan(tx(), key, number, _names())) for key in keys]
    except BadInput as error:
        flash(str(error), "danger")
        return redirect(url_for("studio_moving.show", number=number))
    shown = {"number": number, "processes": [one for one in processes if one["waiting"]], "names": _text()}
    return render_template("studio/moving.html", **shown, undoable=instance_migration.undoable(tx(), number))


def _tried(plan: Plan) -> dict[str, Any]:
    waiting = instance_migration.waiting(tx(), plan)
    verdicts = list(instance_migration.tried(tx(), plan, _mover())) if waiting <= MOST_TRIED else []
    drawn = {
        one: instance_migration.names_in(tx(), plan.target.key, one) for one in {verdict.number for verdict in verdicts}
    }
    stuck = [
        (verdict, [instance_migration.sentence(item, drawn[verdict.number], language()) for item in verdict.obstacles])
        for verdict in verdicts
        if verdict.kind == IMMOVABLE
    ]
    kinds = Counter(verdict.kind for verdict in verdicts)
    return {"key": plan.target.key, "waiting": waiting, "kinds": kinds, "stuck": stuck[:MOST_LISTED]}


@blueprint.post("")
@needs(ACT)
def move(number: int) -> Answer:
    """Move every open case of a process that can."""
    plan = instance_migration.plan(tx(), request.form.get("process", ""), number, _names())
    done = instance_migration.migrate(app().database, plan, _mover())
    flash(_("Đã chuyển %(num)s hồ sơ.", num=done.moved), "success")
    if done.immovable or done.busy:
        left = done.immovable + done.busy
        flash(_("%(num)s hồ sơ ở lại bản cũ; lý do ghi bên dưới.", num=left), "warning")
    return redirect(url_for("studio_moving.show", number=number))


@blueprint.post("/back")
@needs(ACT)
def go_back(number: int) -> Answer:
    """Let the cases go back that nobody has touched since."""
    done = instance_migration.undo(app().database, number, _mover())
    flash(_("%(num)s hồ sơ đã trở lại bản trước.", num=done.moved), "success")
    return redirect(url_for("studio_moving.show", number=number))


def _mover() -> Mover:
    return Mover(desk().who, now(), world())


def _text() -> str:
    return request.values.get("names", "")[:4000]


def _names() -> dict[str, str]:
    """The elements that take others' places, a line each: old = new."""
    found = {}
    for line in _text().splitlines():
        old, _equals, new = (part.strip() for part in line.partition("="))
        if old and new:
            found[old] = new
        elif line.strip():
            raise BadInput(_("Dòng “%(line)s” không có dạng mã cũ = mã mới.", line=line.strip()[:80]))
    return found
