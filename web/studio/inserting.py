"""A new step is put into all scenarios that come by it: its form filled in once, what changes shown, one button."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.errors import EngineError, NotFound
from engine.scenarios import scenario_edit, step_insertion, trial
from engine.scenarios.runner import SteppedScenario
from engine.scenarios.step_insertion import StepInsertion
from engine.scenarios.trial import TriedScenario
from engine.studio import drafts, scenario_desk
from engine.studio.drafts import DeploymentDraft
from engine.studio.playing import chosen_acts
from engine.studio.playing.chosen_acts import AskedForm
from engine.studio.playing.playable_draft import PlayableDraft, prepare_draft
from engine.studio.playing.walked_drawing import DrawingNames, drawing_names
from engine.translation.wording import say
from forms.schema import InvalidAnswers
from web.display import filters, form_view
from web.display.form_view import FilledForm, submitted_answers
from web.http.request import current_language, request_time, requires_permission, tx
from web.studio.files import ACT, editable_draft, known_provinces, visible_draft

blueprint = Blueprint("studio_inserting", __name__, url_prefix="/studio/drafts/<int:draft_id>/new-step")

_PAGE_FIELDS = ("task", "act", "scenario")


@dataclass(frozen=True, slots=True)
class _Passing:
    """A step of a draft, the scenarios that come by it and never do it, and a case that stands right before it."""

    draft: PlayableDraft
    task: str
    passing: list[TriedScenario]
    case: SteppedScenario | None
    asked: AskedForm | None


@blueprint.get("")
@requires_permission(ACT)
def show_new_step(draft_id: int) -> ResponseReturnValue:
    """Ask for the step, and for what is answered at it."""
    draft = visible_draft(draft_id)
    stand = _stand_at(draft, request.args.get("task", ""))
    shown = None
    if stand is not None and stand.case is not None and stand.asked is not None:
        values = chosen_acts.invented_answers(stand.case, stand.asked)
        shown = FilledForm(stand.asked.form, values, facts=stand.asked.facts)
    return _render(draft, stand, shown)


@blueprint.post("")
@requires_permission(ACT)
def put_new_step(draft_id: int) -> ResponseReturnValue:
    """Show what the step with these answers would do to each scenario, or put it into those that are chosen."""
    draft = visible_draft(draft_id)
    stand = _stand_at(draft, request.form.get("task", ""))
    if stand is None or stand.case is None:
        return _render(draft, stand, None)
    answers, shown = None, None
    if stand.asked is not None:
        typed = submitted_answers(stand.asked.form)
        shown = FilledForm(stand.asked.form, typed, facts=stand.asked.facts)
        try:
            answers = chosen_acts.checked_answers(stand.case, stand.asked, typed)
        except InvalidAnswers as invalid:
            shown.faults = invalid.errors
            return _render(draft, stand, shown)
    plans = step_insertion.plan_insertions(stand.draft.content, stand.passing, stand.task, answers)
    if request.form.get("act") != "store":
        return _render(draft, stand, shown, plans)
    count = _store_plans(editable_draft(draft_id), stand.draft, plans)
    flash(_("Đã đưa bước vào %(num)s kịch bản.", num=count), "success")
    return redirect(url_for("studio.show_editor", draft_id=draft_id) + "#tests")


def _stand_at(draft: DeploymentDraft, task: str) -> _Passing | None:
    """Where a task stands in the scenarios; None while none is chosen. Raises NotFound for one that is not drawn."""
    if not task:
        return None
    playable = prepare_draft(drafts.load_files(tx(), draft), known_provinces())
    if task not in scenario_desk.drawn_steps(playable.files):
        raise NotFound("draft-step-unknown", step=task)
    tried = trial.run_files(playable.files, provinces=known_provinces())
    left = [one for one in tried if step_insertion.leaves_undone(one, task)]
    passing = sorted(left, key=lambda one: one.failure is None)  # The form is for those that need the step.
    befores = (step_insertion.stand_before(playable.content, one.scenario, task) for one in passing)
    case = next((one for one in befores if one is not None), None)
    asked = None
    if case is not None:
        number = next(number for number, one in sorted(case.case.open.items()) if one.node == task)
        asked = chosen_acts.form_of_task(case, case.case.open[number])
    return _Passing(playable, task, passing, case, asked)


def _store_plans(draft: DeploymentDraft, playable: PlayableDraft, plans: list[StepInsertion]) -> int:
    """Write the scenarios that are chosen and pass with the step; returns how many."""
    chosen = set(request.form.getlist("scenario"))
    versions = {row.path: row.version for row in drafts.list_file_versions(tx(), draft)}
    kept = [plan for plan in plans if plan.is_offered and str(plan.scenario.path) in chosen]
    for plan in kept:
        path = plan.scenario.path
        content = scenario_edit.revise_scenario(playable.files[path].decode(), plan.revised, known_provinces())
        drafts.save_file(tx(), draft, path, content, versions[path], request_time())
    return len(kept)


def _render(
    draft: DeploymentDraft,
    stand: _Passing | None,
    shown: FilledForm | None,
    plans: list[StepInsertion] | None = None,
) -> str:
    files = drafts.load_files(tx(), draft)
    names = drawing_names(files, current_language())
    tasks = scenario_desk.drawn_steps(files, current_language())
    context: dict[str, Any] = {
        "draft": draft,
        "stand": stand,
        "shown": shown,
        "plans": None if plans is None else [_plan_row(plan, names) for plan in plans],
        "tasks": sorted(((node, one.name) for node, one in tasks.items()), key=lambda one: one[1]),
        "step": tasks.get(stand.task) if stand else None,
        "role": str(filters.role_caption(tasks[stand.task].role)) if stand and tasks[stand.task].role else "",
        "communes": form_view.communes_by_parent(),
        "organisations": form_view.open_organisations(),
        "hidden_when": form_view.field_attributes,
        "typed": [(key, value) for key, value in request.form.items(multi=True) if key not in _LEFT_OUT],
    }
    return render_template("studio/new_step.html", **context)


_LEFT_OUT = (*_PAGE_FIELDS, "csrf_token")


def _plan_row(plan: StepInsertion, names: DrawingNames) -> dict[str, Any]:
    """A plan in words: after what the step is done, and how the scenario ends without it and with it."""
    steps = plan.scenario.steps
    places = [(number, names.caption(steps[number - 1].name) if number else "") for number in plan.places]
    faults = [_sentence(one) for one in (plan.failure_before, plan.failure_after)]
    path = PurePosixPath(plan.scenario.path)
    words = {"path": str(path), "name": plan.scenario.name, "before": faults[0], "after": faults[1]}
    return {**words, "places": places, "offered": plan.is_offered, "needed": plan.is_needed}


def _sentence(fault: EngineError | None) -> str:
    return "" if fault is None else say(fault, current_language())
