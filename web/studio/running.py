"""The long work of an analyst: what is under way, its progress, its result, and the way to cancel it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.cases import lookup
from engine.errors import NotFound
from engine.journal import acts, journal
from engine.operations import jobs, trial_job
from engine.operations.jobs import JobOrder
from engine.process import definitions
from engine.scenarios import recording
from engine.studio import drafts
from engine.studio.playing.walked_drawing import drawing_names
from engine.translation.wording import say
from web.display import job_words
from web.http.request import (
    current_desk,
    current_language,
    current_stamp,
    current_world,
    request_time,
    requires_permission,
    tx,
)
from web.studio.files import ACT, known_provinces

blueprint = Blueprint("studio_jobs", __name__, url_prefix="/studio")


def ask_for_work(order: JobOrder) -> int:
    """Ask a worker for work on behalf of the analyst; returns its number."""
    who = (g.account.id, current_desk().who.origin)
    return jobs.order_job(tx(), order, who, current_language(), request_time())


@blueprint.get("/jobs")
@requires_permission(ACT)
def list_own_jobs() -> ResponseReturnValue:
    """List what the analyst has asked for, the newest first."""
    rows = jobs.list_jobs(tx(), g.account.id)
    return render_template("studio/jobs.html", **_words(), rows=rows, unattended=_unattended(rows))


@blueprint.get("/jobs/<int:number>")
@requires_permission(ACT)
def show_job(number: int) -> ResponseReturnValue:
    """Show the progress of work, and its result when it has ended; all analysts see replays of drafts they may read."""
    row = _load_visible(number)
    return render_template("studio/job.html", **job_context(row))


@blueprint.get("/jobs/<int:number>/progress")
@requires_permission(ACT)
def show_job_progress(number: int) -> ResponseReturnValue:
    """The same as a piece of a page, which asks again while the work is under way."""
    return render_template("studio/job_state.html", **job_context(_load_visible(number)))


@blueprint.post("/jobs/<int:number>/cancel")
@requires_permission(ACT)
def cancel_own_job(number: int) -> ResponseReturnValue:
    """Cancel one's own work."""
    jobs.cancel_job(tx(), g.account.id, number, request_time())
    if request.headers.get("HX-Request"):
        return render_template("studio/job_state.html", **job_context(_load_visible(number)))
    return redirect(url_for("studio_jobs.show_job", number=number))


@blueprint.get("/cases/<code>")
@requires_permission(ACT)
def show_case_copy(code: str) -> ResponseReturnValue:
    """A case without personal data, as a scenario: what analysts see of one that a replay names."""
    case = lookup.case_id_by_code(tx(), code.upper())
    content = recording.record_case(tx(), case, request_time(), known_provinces())
    journal.record(tx(), current_stamp(), acts.EXPORT_SCENARIO, f"case:{code.upper()}")
    return Response(content, mimetype="text/plain")


def _load_visible(number: int) -> Any:
    """Work that the analyst asked for, or about a draft that they may read; raises NotFound."""
    row = jobs.load_job(tx(), number)
    kind, _colon, key = row.subject.partition(":")
    if row.person_id == g.account.id or kind != "draft":
        if row.person_id != g.account.id:
            raise NotFound("job-unknown")
        return row
    drafts.load_visible(tx(), g.account.id, int(key))
    return row


def _unattended(rows: Any) -> bool:
    return any(jobs.looks_unattended(tx(), row, request_time()) for row in rows)


def job_context(row: Any) -> dict[str, Any]:
    """What the pages say of work: its state in words, its result, and whether the draft has changed since."""
    fault = say(jobs.read_fault(row.fault), current_language()) if row.fault else ""
    names = {unit.code: unit.name for unit in current_world().units.units}
    result = job_words.read_result(row.result)
    context = {"job": row, "fault": fault, "result": result, "unit_names": names, "language": current_language()}
    if row.kind == "tests" and result is not None:
        context |= _trial_context(row, result)
    return {**context, **_words(), "changed": _has_changed(row, result), "unattended": _unattended([row])}


def _trial_context(row: Any, result: dict[str, Any]) -> dict[str, Any]:
    """What the page of scenarios run by a worker shows; ids for captions where the draft is gone."""
    try:
        draft = drafts.load_visible(tx(), g.account.id, int(row.subject.partition(":")[2]))
        files = drafts.load_files(tx(), draft)
    except NotFound:
        files = {}
    names = drawing_names(files, current_language())
    return {"trial": trial_job.read_trial_result(result), "names": names, "number": result["base"]}


def _has_changed(row: Any, result: dict[str, Any] | None) -> bool:
    """Whether the draft of a replay or of scenarios is another one by now."""
    kind, _colon, key = row.subject.partition(":")
    if result is None or kind != "draft":
        return False
    try:
        draft = drafts.load_visible(tx(), g.account.id, int(key))
        return bool(result.get("draft") != definitions.digest_of(drafts.load_files(tx(), draft)))
    except NotFound:
        return True


def _words() -> dict[str, Any]:
    words = {"job_name": job_words.job_name, "job_subject": job_words.job_subject, "job_state": job_words.job_state}
    return {**words, "kind_label": job_words.difference_label, **job_words.load_words()}
