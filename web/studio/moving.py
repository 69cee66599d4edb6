"""Migrates open cases to another deployment: preview, migration, and undo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.errors import BadInput
from engine.operations.jobs import JobOrder
from engine.process import definitions, instance_migration
from engine.process.instance_migration import NOT_MIGRATABLE, MigrationPlan, MigrationVerdict, Migrator
from engine.process.process_names import load_process_names
from engine.translation.wording import say
from web.http.request import (
    current_application,
    current_desk,
    current_language,
    current_world,
    request_time,
    requires_permission,
    tx,
)
from web.studio import running
from web.studio.files import ACT

blueprint = Blueprint("studio_moving", __name__, url_prefix="/studio/versions/<int:number>/cases")

FIELD, MOST_LETTERS = "to.", 200
MOST_DIRECT = 200  # Cases that a page waits for; more are work for a worker.
MOST_LISTED = 100


@blueprint.get("")
@requires_permission(ACT)
def show_migration(number: int) -> ResponseReturnValue:
    """Show per process of the deployment how many cases run on others, and what migration would do to each."""
    keys = definitions.process_keys(tx(), number)
    try:
        processes = [
            _migration_preview(instance_migration.plan_migration(tx(), key, number, _parse_names())) for key in keys
        ]
    except BadInput as error:
        flash(say(error, current_language()), "danger")
        return redirect(url_for("studio_moving.show_migration", number=number))
    names = "\n".join(f"{old} = {new}" for old, new in _parse_names().items())
    context = {"number": number, "processes": [one for one in processes if one["waiting"]], "names": names}
    return render_template("studio/moving.html", **context, undoable=instance_migration.count_revertible(tx(), number))


def _migration_preview(plan: MigrationPlan) -> dict[str, Any]:
    waiting = instance_migration.count_unmigrated(tx(), plan)
    is_few = waiting <= MOST_DIRECT
    verdicts = list(instance_migration.preview_migration(tx(), plan, _current_mover())) if is_few else []
    drawn = {
        one: instance_migration.load_element_names(tx(), plan.target.key, one, current_language())
        for one in {verdict.number for verdict in verdicts}
    }
    stuck = [
        (verdict, instance_migration.verdict_sentences(verdict, drawn[verdict.number], current_language()))
        for verdict in verdicts
        if verdict.kind == NOT_MIGRATABLE
    ]
    kinds = Counter(verdict.kind for verdict in verdicts)
    key = plan.target.key
    name = load_process_names(tx(), plan.target.digest, current_language()).get(key, key)
    row = {"key": key, "name": name, "waiting": waiting, "kinds": kinds, "stuck": stuck[:MOST_LISTED]}
    return row | _replacements(plan, verdicts, drawn)


def _replacements(
    plan: MigrationPlan, verdicts: Sequence[MigrationVerdict], drawn: Mapping[int, Mapping[str, str]]
) -> dict[str, Any]:
    """The elements that the new version lacks, with what was chosen instead, and what can be chosen, by captions."""
    chosen = _parse_names()
    captions = {name: caption for names in drawn.values() for name, caption in names.items()}
    gone = {blocker.element for verdict in verdicts for blocker in verdict.blockers} | chosen.keys()
    target = instance_migration.load_element_names(tx(), plan.target.key, plan.target.number, current_language())
    return {
        "replaced": sorted((old, captions.get(old, old), chosen.get(old, "")) for old in gone),
        "offered": sorted(target.items(), key=lambda item: (item[1] == item[0], item[1])),
    }


@blueprint.post("")
@requires_permission(ACT)
def start_migration(number: int) -> ResponseReturnValue:
    """Migrate every open case of a process that can be migrated, or try it; a worker does so for many."""
    key, names = request.form.get("process", ""), _parse_names()
    plan = instance_migration.plan_migration(tx(), key, number, names)
    kind = "preview" if request.form.get("act") == "try" else "move"
    if kind == "preview" or instance_migration.count_unmigrated(tx(), plan) > MOST_DIRECT:
        return _ask_for_work(kind, number, {"process": key, "names": names})
    outcome = instance_migration.migrate_instances(current_application().database, plan, _current_mover())
    flash(_("Đã chuyển %(num)s hồ sơ.", num=outcome.moved), "success")
    if outcome.immovable or outcome.busy:
        left = outcome.immovable + outcome.busy
        flash(_("%(num)s hồ sơ ở lại bản cũ; lý do ghi bên dưới.", num=left), "warning")
    return redirect(url_for("studio_moving.show_migration", number=number))


@blueprint.post("/back")
@requires_permission(ACT)
def undo_migration(number: int) -> ResponseReturnValue:
    """Revert the migrated cases that nobody has touched since; a worker does so for many."""
    if instance_migration.count_revertible(tx(), number) > MOST_DIRECT:
        return _ask_for_work("return", number, {})
    outcome = instance_migration.revert_instances(current_application().database, number, _current_mover())
    flash(_("%(num)s hồ sơ đã trở lại bản trước.", num=outcome.moved), "success")
    return redirect(url_for("studio_moving.show_migration", number=number))


def _ask_for_work(kind: str, number: int, parameters: dict[str, Any]) -> ResponseReturnValue:
    try:
        job = running.ask_for_work(JobOrder(kind, f"deployment:{number}", {**parameters, "number": number}))
    except BadInput as error:
        flash(say(error, current_language()), "danger")
        return redirect(url_for("studio_moving.show_migration", number=number))
    return redirect(url_for("studio_jobs.show_job", number=job))


def _current_mover() -> Migrator:
    return Migrator(current_desk().who, request_time(), current_world())


def _submitted_names() -> str:
    return request.values.get("names", "")[:4000]


def _parse_names() -> dict[str, str]:
    """Parse the replaced elements: a field for each, or one per line: old = new."""
    fields = [(key.removeprefix(FIELD), value) for key, value in request.values.items() if key.startswith(FIELD)]
    names = {old: new[:MOST_LETTERS] for old, new in fields if new}
    for line in _submitted_names().splitlines():
        old, _equals, new = (part.strip() for part in line.partition("="))
        if old and new:
            names[old] = new
        elif line.strip():
            raise BadInput("renaming-line-malformed", line=line.strip()[:80])
    return names
