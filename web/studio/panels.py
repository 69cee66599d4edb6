"""Panels below the diagram: scenarios, simulation, difference, versions. HTML fragments, loaded when opened."""

from __future__ import annotations

import os
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.errors import BadInput, InvalidFiles
from engine.operations import jobs
from engine.operations.jobs import JobOrder
from engine.process import definitions
from engine.province import unit_captions
from engine.scenarios.runner import scenario_paths
from engine.simulation import reading, replay_job, simulation
from engine.simulation.assumptions import parse_entries
from engine.simulation.simulation import SimulationRequest
from engine.studio import draft_update, drafts, release, release_rule, reviews
from engine.studio.catalogue import form_fields
from engine.studio.diff import added_words, deployment_diff, drawing
from engine.studio.diff.deployment_diff import ElementChange, FileDifference
from engine.studio.diff.drawing import ElementOutline
from engine.studio.drafts import DeploymentDraft
from engine.studio.playing.walked_drawing import drawing_names
from engine.studio.regression import DraftTrial
from engine.studio.scenario_desk import idle_steps
from engine.studio.telling.step_facts import StepTeller
from engine.translation.wording import say
from web.display import job_words
from web.http.parsing import parse_digits
from web.http.request import current_application, current_language, current_world, request_time, requires_permission, tx
from web.studio import assumption_table, running
from web.studio.files import ACT, known_provinces, visible_draft

blueprint = Blueprint("studio_panels", __name__, url_prefix="/studio/drafts/<int:draft_id>/panel")

DEFAULT_CASES, MOST_CASES = 1_000, 10_000
MOST_DIRECT = 200  # Cases that a page waits for; more are work for a worker.
MOST_SCENARIOS = 400  # Scenarios likewise: so many take some ten seconds.


@blueprint.get("/tests")
@requires_permission(ACT)
def show_test_panel(draft_id: int) -> ResponseReturnValue:
    """Run every scenario: failures, the path of each, and the elements that none covers; many are a worker's."""
    draft = visible_draft(draft_id)
    kept = jobs.newest_done(tx(), "tests", f"draft:{draft_id}")
    files = drafts.load_files(tx(), draft)
    count = len(scenario_paths(files))
    trial = try_draft(draft) if count <= MOST_SCENARIOS else None
    context: dict[str, Any] = {"trial": trial, "kept": kept, "count": count, "number": draft.number}
    context |= {"names": drawing_names(files, current_language()), "idle": idle_steps(files, current_language())}
    return render_template("studio/tests.html", draft_id=draft_id, **context)


@blueprint.post("/tests")
@requires_permission(ACT)
def run_test_panel(draft_id: int) -> ResponseReturnValue:
    """Have a worker run every scenario; shows its progress."""
    visible_draft(draft_id)
    try:
        number = running.ask_for_work(JobOrder("tests", f"draft:{draft_id}", {}))
    except BadInput as error:
        flash(say(error, current_language()), "danger")
        return redirect(url_for("studio_jobs.list_own_jobs"))
    return redirect(url_for("studio_jobs.show_job", number=number))


def try_draft(draft: DeploymentDraft) -> DraftTrial:
    """The draft's problems, or its scenarios measured against its base."""
    return release.read_trial(tx(), draft).run_scenarios(current_language(), known_provinces())


@blueprint.get("/replay")
@requires_permission(ACT)
def show_replay_panel(draft_id: int) -> ResponseReturnValue:
    """Show what to run through the draft, and the assumptions where it asks for something new."""
    order = _usual_request(visible_draft(draft_id))
    return _render_replay(draft_id, order)


@blueprint.post("/replay")
@requires_permission(ACT)
def run_replay_panel(draft_id: int) -> ResponseReturnValue:
    """Simulate the newest cases on the draft and show what would have been different."""
    draft, form = visible_draft(draft_id), request.form
    try:
        cases, seed = _parse_number(form.get("cases", ""), MOST_CASES), _parse_number(form.get("seed", ""), 999_999_999)
        entries = assumption_table.entries_in_form(form)
        changes = parse_entries(entries)
        if len(reading.newest_case_ids(tx(), min(cases, MOST_DIRECT + 1))) > MOST_DIRECT:
            parameters = {"cases": cases, "seed": seed, "steps": entries}
            number = running.ask_for_work(JobOrder("replay", f"draft:{draft_id}", parameters))
            context = running.job_context(jobs.load_job(tx(), number))
            return render_template("studio/job_state.html", **context)
        files, provinces = drafts.load_files(tx(), draft), known_provinces()
        order = SimulationRequest(files, cases, changes, seed, workers=os.cpu_count() or 1, provinces=provinces)
        result = simulation.simulate_draft(
            current_application().database, order, current_application().settings.chase_cap, language=current_language()
        )
    except BadInput as error:
        usual = _usual_request(draft)
        return _render_replay(draft_id, usual, say(error, current_language()))
    names = {unit.code: unit.name for unit in current_world().units.units}
    document = replay_job.replay_document(result, names)
    words = {"unit_names": names, "language": current_language(), "kind_label": job_words.difference_label}
    context = {**words, **job_words.load_words()}
    return render_template("studio/simulated.html", result=document, draft_id=draft_id, **context)


def _usual_request(draft: DeploymentDraft) -> SimulationRequest:
    return SimulationRequest(drafts.load_files(tx(), draft), DEFAULT_CASES, provinces=known_provinces())


def _render_replay(draft_id: int, order: SimulationRequest, fault: str = "") -> ResponseReturnValue:
    try:
        table = simulation.preview_assumptions(
            current_application().database, order, current_application().settings.chase_cap, current_language()
        )
    except InvalidFiles as error:
        fault, table = _("Bản nháp còn %(num)s vấn đề; sửa hết rồi chạy lại.", num=len(error.problems)), None
    except BadInput as error:
        fault, table = say(error, current_language()), None
    rows = None if table is None else assumption_table.assumption_rows(table, _answer_fields(order))
    kept = jobs.newest_done(tx(), "replay", f"draft:{draft_id}")
    context = {"cases": order.number, "most": MOST_CASES, "seed": order.seed, "direct": MOST_DIRECT, "kept": kept}
    return render_template("studio/replay.html", draft_id=draft_id, fault=fault, rows=rows, **context)


def _answer_fields(order: SimulationRequest) -> dict[str, dict[str, Any]]:
    """What the fields of all forms are called, by their names in the data."""
    return {field["value"]: field for fields in form_fields(order.draft).values() for field in fields}


def _parse_number(text: str, most: int) -> int:
    number = parse_digits(text)
    if not number or number > most:
        raise BadInput("number-outside-range", most=most)
    return number


@blueprint.get("/difference")
@requires_permission(ACT)
def show_difference_panel(draft_id: int) -> ResponseReturnValue:
    """Show what the draft changes from its base, or from another deployment, in sentences and on the diagram."""
    draft = visible_draft(draft_id)
    versions = release.list_deployments(tx())
    number = _parse_number(request.args.get("with") or str(draft.number), definitions.MAX_NUMBER)
    files = difference_from(draft, number)
    return render_template("studio/difference.html", files=files, draft=draft, number=number, versions=versions)


def difference_from(
    draft: DeploymentDraft, number: int
) -> list[tuple[FileDifference, list[tuple[ElementChange, str, ElementOutline | None]]]]:
    """What the draft changes of a deployment, file by file, in sentences."""
    old = definitions.load_stored_files(tx(), definitions.digest_of_number(tx(), number))
    new = drafts.load_files(tx(), draft)
    differences = deployment_diff.compare_files(old, new)
    teller = StepTeller(new, current_language(), unit_captions.current_units(tx().read)) if differences else None
    return [(one, _change_sentences(one, old.get(one.path, b""), teller)) for one in differences]


def _change_sentences(
    one: FileDifference, old: bytes, teller: StepTeller | None
) -> list[tuple[ElementChange, str, ElementOutline | None]]:
    """Changes of a file, each with its sentence and, if the draft no longer contains the element, its old outline."""
    gone = {change.element for change in one.changes if change.kind == deployment_diff.REMOVED}
    places = drawing.outlines_of(old, gone) if gone and one.path.suffix == ".bpmn" else {}
    return [
        (each, added_words.describe_change_whole(each, one.path, teller), places.get(each.element))
        for each in one.changes
        if teller is not None
    ]


@blueprint.get("/versions")
@requires_permission(ACT)
def show_version_panel(draft_id: int) -> ResponseReturnValue:
    """Show deployment with what blocks it, and earlier deployments."""
    draft = visible_draft(draft_id)
    outcome = try_draft(draft)
    rows = release.list_deployments(tx())
    context: dict[str, Any] = {
        "draft": draft,
        "mistakes": outcome.mistakes,
        "measured": outcome.measured,
        "versions": rows,
        "now": request_time(),
        "review": reviews.load_review(tx(), draft),
        "needed": release_rule.needs_approval(tx()),
    }
    return render_template("studio/versions.html", **context, outdated=draft_update.is_outdated(tx(), draft))
