"""The page of what an officer has begun, and of its tasks: forms filled in, history, files, diagram, the next form."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.cases import chosen_files, dossier, instance_record, matter_files, own_work, returns, task_in_hand, tasks
from engine.cases.chosen_files import FormHolder
from engine.cases.instance_rows import InstanceTask
from engine.errors import NotFound, Stale
from engine.matters import reading
from engine.matters.reading import MatterRecord
from engine.process.instances import OPEN
from engine.staff import access, form_drafts
from forms.schema import Form
from web.display import case_thread, diagram_titles, filters, form_view, history_text, matter_thread
from web.display.form_view import FilledForm
from web.http import downloads
from web.http.once import TOKEN_FIELD, sent_token
from web.http.parsing import sent_version
from web.http.request import current_desk, current_language, current_officer, current_world, request_time, tx
from web.pages import form_files, form_pages

blueprint = Blueprint("matter", __name__)


@blueprint.get("/matters/<code>")
def show_matter(code: str) -> ResponseReturnValue:
    """Show what was begun: where it is, the forms filled in, files and history."""
    record = _load_matter(code)
    own = [
        task
        for task in record.open_tasks
        if access.may_work_on(current_officer(), task.unit_code, task.role, task.assignee_id)
    ]
    return render_template("matter.html", case=record, mine=own, **_page_context(record))


def _load_matter(code: str) -> MatterRecord:
    return reading.load_matter(tx(), current_desk(), reading.find_matter(tx(), code))


def _page_context(record: MatterRecord) -> dict[str, object]:
    older, newest = case_thread.split_thread(matter_thread.build_matter_thread(record))
    return {
        "older": older,
        "newest": newest,
        "story": history_text.build_timeline(record),
        "deadline": instance_record.explain_deadline(record, current_world(), current_language()),
        "returned": returns.count_returns(record.entries),
    }


@blueprint.get("/matters/<code>/files/<int:number>")
def download_matter_file(code: str, number: int) -> ResponseReturnValue:
    """Download a file, so that no browser executes it."""
    record = _load_matter(code)
    name, media_type, content = matter_files.load_matter_file(tx(), record.case.id, number)
    return downloads.file_response(content, media_type, name)


@blueprint.get("/matters/<code>/diagram")
def show_matter_diagram(code: str) -> ResponseReturnValue:
    """Return the diagrams with the path taken and the current elements, for the viewer."""
    record = _load_matter(code)
    diagrams = dossier.load_diagrams(tx(), record.case.digest, record.process, current_world(), current_language())
    titles = diagram_titles.title_diagrams(record.process.key, diagrams, current_language())
    return {
        "diagrams": [{"name": name, "title": titles[name], "xml": xml} for name, xml in diagrams.items()],
        "walked": sorted(set(instance_record.visited_elements(record))),
        "waiting": sorted({task.node for task in record.open_tasks}),
    }


def _load_task(task_id: int) -> tuple[MatterRecord, InstanceTask]:
    """A task and what it belongs to, if the officer may work on it."""
    matter = reading.matter_of_task(tx(), task_id)
    if matter is None:
        raise NotFound("case-task-unknown")
    record = reading.load_matter(tx(), current_desk(), matter)
    task = next(item for item in record.tasks if item.id == task_id)
    access.require_work_on(
        current_officer(), task.unit_code, task.role, task.assignee_id if task.state == OPEN else None
    )
    return record, task


def _draft_key(task_id: int) -> str:
    return f"task:{task_id}"


@blueprint.get("/matters/tasks/<int:task_id>")
def show_matter_task(task_id: int) -> ResponseReturnValue:
    """Show a task's form, filled from the draft, with what was written before."""
    record, task = _load_task(task_id)
    if task.state != OPEN:
        return _render_too_late(record, task)
    draft = form_drafts.load_values(tx(), g.account.id, _draft_key(task_id))
    values = draft.values if draft else _proposed_values(record, record.content.forms[task.form])
    holder = form_files.holder_of_form(form_files.token_of_draft(values))
    filled = FilledForm(record.content.forms[task.form], values)
    return _render_task(record, task, filled, holder, saved_at=draft.saved_at if draft else None)


@blueprint.get("/matters/tasks/<int:task_id>/preview")
def preview_matter_task(task_id: int) -> ResponseReturnValue:
    """Show a summary of a task next to the list; no more of it than its page would show."""
    record, task = _load_task(task_id)
    instructions = instance_record.instructions_for(record, task, current_world(), current_language())
    return render_template(
        "matter_preview.html", case=record, task=task, instructions=instructions, **_page_context(record)
    )


def _proposed_values(record: MatterRecord, form: Form) -> dict[str, object]:
    """What earlier forms propose for this one (`filled_from`)."""
    answers = matter_thread.answers_so_far(record)
    proposed = {key: answers.get(item.filled_from) for key, item in form.inputs.items() if item.filled_from}
    return {key: value for key, value in proposed.items() if value}


def _render_task(
    record: MatterRecord, task: InstanceTask, filled: FilledForm, holder: FormHolder, status: int = 200, **more: object
) -> ResponseReturnValue:
    in_hand = task_in_hand.load_task(tx(), task.id)
    filled.facts = task_in_hand.form_facts(tx(), filled.form, in_hand, request_time())
    colleagues = [item for item in access.list_colleagues(tx(), current_officer()) if item.unit_code == task.unit_code]
    page = render_template(
        "matter_task.html",
        case=record,
        task=task,
        instructions=instance_record.instructions_for(record, task, current_world(), current_language()),
        colleagues=colleagues,
        is_own_work=own_work.is_own_work(tx(), current_officer(), in_hand),
        **form_pages.form_context(filled, holder),
        **_page_context(record),
        **{"saved_at": None, **more},
    )
    return page, status


@blueprint.post("/matters/tasks/<int:task_id>")
def complete_matter_task(task_id: int) -> ResponseReturnValue:
    """Complete the task; on any error the input stays on the page, and in the draft."""
    record, task = _load_task(task_id)
    form, version = record.content.forms[task.form], sent_version()
    typed, holder = form_view.submitted_answers(form), form_files.holder_of_form()
    if task.state != OPEN or task.version != version:
        return _render_too_late(record, task, typed)
    faults = form_files.receive_files(form, holder)
    try:
        form_pages.complete_with_files(form, task_in_hand.load_task(tx(), task_id), typed, holder, faults)
    except form_pages.REFUSALS as refused:
        shown = form_pages.faults_of(refused, form, faults)
        return _render_again(record, task, FilledForm(form, typed, shown), holder)
    except Stale:
        return _render_too_late(*_load_task(task_id), typed)
    chosen_files.drop_chosen_files(tx(), holder)
    form_drafts.delete_values(tx(), g.account.id, _draft_key(task_id))
    tasks.settle_failed_completions(tx(), current_desk(), record.case.id)
    flash(
        _("Đã hoàn thành “%(task)s” (%(code)s).", task=filters.step_caption(task.name), code=record.matter.code),
        "success",
    )
    return redirect(url_for("inbox.show_inbox"))


def _render_again(
    record: MatterRecord, task: InstanceTask, filled: FilledForm, holder: FormHolder
) -> ResponseReturnValue:
    _save_draft(task.id, filled.values, holder.token)
    return _render_task(record, task, filled, holder, status=422)


def _save_draft(task_id: int, typed: Mapping[str, object], token: str) -> None:
    form_drafts.save_values(tx(), g.account.id, _draft_key(task_id), {**typed, TOKEN_FIELD: token}, request_time())


def _render_too_late(
    record: MatterRecord, task: InstanceTask, typed: Mapping[str, object] | None = None
) -> ResponseReturnValue:
    """Show that somebody else was faster: who, when, and the input, to copy."""
    form, kept = record.content.forms.get(task.form), {}
    if form is not None and typed:
        kept = matter_thread.captioned_answers(form, typed)
    who = (
        history_text.actor_name(record, task.closed_by)
        if task.closed_by
        else record.names.get(task.assignee_id or 0, "")
    )
    page = render_template("too_late.html", case=record, code=record.matter.code, task=task, who=who, kept=kept)
    return page, 409 if typed else 200


@blueprint.put("/matters/tasks/<int:task_id>/draft")
def save_matter_draft(task_id: int) -> ResponseReturnValue:
    """Save the input so far as a draft; sent by the page's script."""
    record, task = _load_task(task_id)
    _save_draft(task_id, form_view.submitted_answers(record.content.forms[task.form]), sent_token())
    return "", 204
