"""The page of one task: instructions, the form, and the case next to it; claiming, drafts and completing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from engine.answers import usage
from engine.cases import (
    calls,
    case_in_hand,
    chosen_files,
    contacts,
    corrections,
    dossier,
    instance_record,
    own_work,
    returns,
    shared_case,
    task_in_hand,
    tasks,
    upcoming,
)
from engine.cases.case_in_hand import CaseInHand
from engine.cases.chosen_files import FormHolder
from engine.cases.dossier import Dossier
from engine.cases.instance_rows import InstanceTask
from engine.cases.reports import PARTICULARS, particular_of
from engine.cases.task_in_hand import TaskInHand
from engine.directives import reading
from engine.errors import BadInput, NotFound, Stale
from engine.matters import reading as matters
from engine.privacy.disclosures import TASK, report_ids_of
from engine.process.instances import FINISHED, OPEN
from engine.staff import access, form_drafts
from engine.translation.wording import say
from forms.fields import FormField
from web.display import arrival, filters, form_turns, form_view, history_text
from web.display.form_view import FilledForm
from web.http import disclosure_log
from web.http.once import TOKEN_FIELD, sent_token
from web.http.parsing import sent_version
from web.http.request import current_desk, current_language, current_officer, current_world, request_time, tx
from web.pages import call_ends, form_files, form_pages, task_beside

blueprint = Blueprint("task", __name__)

# Forms by which a case can end without a result: whoever fills them in is told what else hangs on it.
FORMS_ENDING_ALONE = frozenset({"receive", "verify", "review_suspicion", "investigate"})


@blueprint.get("/tasks/<int:task_id>")
def show_task(task_id: int) -> ResponseReturnValue:
    """Show the task's form, filled from the draft or from known data; a directive's task has its own page."""
    page = reading.page_of_task(tx(), task_id)
    if page:
        return redirect(page)
    if matters.matter_of_task(tx(), task_id) is not None:
        return redirect(url_for("matter.show_matter_task", task_id=task_id))
    case, task = _load_task(task_id)
    if task.state != OPEN:
        return _render_too_late(case, task, {})
    form = case.content.forms[task.form]
    draft = form_drafts.load_values(tx(), g.account.id, _draft_key(task_id))
    filled = FilledForm(form, draft.values if draft else _known_values(case, task, form.inputs))
    holder = form_files.holder_of_form(form_files.token_of_draft(filled.values))
    return _render_task(case, task, filled, holder, saved_at=draft.saved_at if draft else None)


@blueprint.get("/tasks/<int:task_id>/preview")
def preview_task(task_id: int) -> ResponseReturnValue:
    """Show a summary of a task's case next to the list; no more of it than its page would show."""
    if reading.page_of_task(tx(), task_id):
        raise NotFound("directive-without-preview")
    if matters.matter_of_task(tx(), task_id) is not None:
        return redirect(url_for("matter.preview_matter_task", task_id=task_id))
    case, task = _load_task(task_id)
    why = arrival.arrival_reason(case, task)
    _record_shown(case, ())
    instructions = instance_record.instructions_for(case, task, current_world(), current_language())
    times = returns.count_returns(case.entries).get(task.engine_id)
    return render_template("preview.html", case=case, task=task, times=times, why=why, instructions=instructions)


def _load_task(task_id: int) -> tuple[Dossier, InstanceTask]:
    """Load the task and its case, with all that pages show of it, if the officer may work on it."""
    case = dossier.load_case(tx(), current_desk(), task_in_hand.load_task(tx(), task_id).case_id)
    return case, _workable_task(case.tasks, task_id)


def _open_task_case(task_id: int) -> tuple[CaseInHand, InstanceTask]:
    """The same with no more of the case than an act on it needs."""
    case = case_in_hand.open_case(tx(), current_desk(), task_in_hand.load_task(tx(), task_id).case_id)
    return case, _workable_task(case.tasks, task_id)


def _workable_task(rows: Sequence[InstanceTask], task_id: int) -> InstanceTask:
    task = next(item for item in rows if item.id == task_id)
    access.require_work_on(
        current_officer(), task.unit_code, task.role, task.assignee_id if task.state == OPEN else None
    )
    return task


def _record_shown(case: Dossier, others: Sequence[str]) -> None:
    """Record that the page shows the reporter, and the callers who joined, by their codes (R14).

    The form shows the report's data even where the case next to it is masked.
    """
    disclosure_log.record_disclosure(TASK, [case.report.id, *report_ids_of(tx(), others)])


def _draft_key(task_id: int) -> str:
    return f"task:{task_id}"


def _known_values(case: Dossier, task: InstanceTask, inputs: Mapping[str, FormField]) -> dict[str, object]:
    """Values for the form's fields already in the report, and those that another form has proposed.

    What was proposed and handed back is not proposed again.
    """
    known = {key: particular_of(case.report, key) for key in PARTICULARS if key in inputs}
    if task.engine_id in returns.count_returns(case.entries):
        return known
    answers: dict[str, object] = {}
    for row in case.written:
        answers |= json.loads(row.content)
    proposed = {key: answers.get(item.filled_from) for key, item in inputs.items() if item.filled_from}
    return {**known, **{key: value for key, value in proposed.items() if value}}


def _render_task(
    case: Dossier, task: InstanceTask, filled: FilledForm, holder: FormHolder, *, status: int = 200, **more: object
) -> ResponseReturnValue:
    in_hand = task_in_hand.load_task(tx(), task.id)
    filled.facts = task_in_hand.form_facts(tx(), filled.form, in_hand, request_time())
    colleagues = [item for item in access.list_colleagues(tx(), current_officer()) if item.unit_code == task.unit_code]
    others = calls.list_joined_callers(tx(), case.report.id) if task.form == calls.ANSWER else []
    _record_shown(case, [code for code, _name, _phone in others])
    page = render_template(
        "task.html",
        case=case,
        task=task,
        instructions=instance_record.instructions_for(case, task, current_world(), current_language()),
        deadline=instance_record.explain_deadline(case, current_world(), current_language()),
        why=arrival.arrival_reason(case, task),
        colleagues=colleagues,
        is_own_work=own_work.is_own_work(tx(), current_officer(), in_hand),
        others=others,
        shared=shared_case.load_shared_case(tx(), case.report.id),
        ends_alone=FORMS_ENDING_ALONE,
        **form_pages.form_context(filled, holder),
        **task_beside.context_beside(case, task),
        **{**arrival.case_page_context(case), "saved_at": None, **more},
    )
    return page, status


@blueprint.post("/tasks/<int:task_id>")
def complete_task(task_id: int) -> ResponseReturnValue:
    """Complete the task; on any error the input stays on the page, and in the draft."""
    task = task_in_hand.load_workable(tx(), current_officer(), task_id)
    form = task_in_hand.form_of(tx(), task)
    typed = form_view.submitted_answers(form)
    if not task.is_open or task.version != sent_version():
        return _render_too_late(*_load_task(task_id), typed)
    holder = form_files.holder_of_form()
    faults = form_files.receive_files(form, holder)
    try:
        form_pages.complete_with_files(form, task, typed, holder, faults)
    except form_pages.REFUSALS as refused:
        shown = form_pages.faults_of(refused, form, faults)
        return _render_again(*_load_task(task_id), FilledForm(form, typed, shown), holder)
    except Stale:
        return _render_too_late(*_load_task(task_id), typed)
    _settle_completion(task, typed, holder)
    step = filters.step_caption(task.name)
    done = _("Đã hoàn thành “%(task)s” của hồ sơ %(code)s.", task=step, code=task.code)
    flash(Markup("{} {}").format(done, _offer_next(task.case_id)), "success")
    if task.form == calls.RECEIVE:
        call_ends.tell_whom_to_call(task.case_id)
    return redirect(url_for("inbox.show_inbox"))


def _settle_completion(task: TaskInHand, typed: Mapping[str, object], holder: FormHolder) -> None:
    """Record the standard answer that was used, and drop what has been kept until the form was sent."""
    chosen_files.drop_chosen_files(tx(), holder)
    if task.form == calls.RECEIVE and typed.get("outcome") == "answered":
        reply = str(typed.get("given_answer") or "")
        usage.record_use(tx(), current_desk(), task.case_id, _answer_taken().get("given_from", ""), reply)
    form_drafts.delete_values(tx(), g.account.id, _draft_key(task.id))
    tasks.settle_failed_completions(tx(), current_desk(), task.case_id)


def _render_again(case: Dossier, task: InstanceTask, filled: FilledForm, holder: FormHolder) -> ResponseReturnValue:
    """Show the form again with the input and its faults; also saved as a draft, with its files."""
    filled.values = {**filled.values, **_answer_taken()}
    _save_draft(task.id, filled.values, holder.token)
    return _render_task(case, task, filled, holder, status=422)


def _save_draft(task_id: int, typed: Mapping[str, object], token: str) -> None:
    values = {**typed, **_answer_taken(), TOKEN_FIELD: token}
    form_drafts.save_values(tx(), g.account.id, _draft_key(task_id), values, request_time())


def _offer_next(instance_id: int) -> Markup:
    """A link to what the officer may do next: in the same case, otherwise what is most urgent for them."""
    row = upcoming.next_task(tx(), current_officer(), instance_id, request_time())
    if row is None or _is_own_work(row):
        return Markup("")  # Nothing is offered that would be refused.
    step = filters.step_caption(row.name)
    if row.instance_id == instance_id:
        text = _("Làm tiếp “%(task)s” của hồ sơ này", task=step)
    else:
        text = _("Việc tiếp theo: “%(task)s” của hồ sơ %(code)s", task=step, code=row.code)
    address = row.page or url_for("task.show_task", task_id=row.id)
    return Markup('<a class="next-task" href="{}">{}</a>').format(address, text)


def _is_own_work(row: Any) -> bool:
    return own_work.may_be_own_work(current_officer(), row.role) and own_work.is_own_work(
        tx(), current_officer(), task_in_hand.load_task(tx(), row.id)
    )


def _answer_taken() -> dict[str, str]:
    """Which standard answer was taken over, if one was: no field of the form document."""
    reference = request.form.get("given_from", "")[:40]
    return {"given_from": reference} if reference else {}


def _render_too_late(case: Dossier, task: InstanceTask, typed: Mapping[str, object]) -> ResponseReturnValue:
    """Show that somebody else was faster: who, when, and the input, to copy."""
    form = case.content.forms.get(task.form)
    typed_captions = {}
    if form is not None:
        typed_captions = {
            form.inputs[key].caption(current_language()): form_turns.format_answer(form.inputs[key], value)
            for key, value in typed.items()
            if key in form.inputs and value
        }
    who = history_text.actor_name(case, task.closed_by) if task.closed_by else case.names.get(task.assignee_id or 0, "")
    return render_template("too_late.html", case=case, task=task, who=who, kept=typed_captions), 409 if typed else 200


@blueprint.post("/tasks/<int:task_id>/merge")
def submit_duplicate(task_id: int) -> ResponseReturnValue:
    """Merge the report that is being taken in into the open case of the same matter, whose code is sent."""
    case, task = _open_task_case(task_id)
    if task.state != OPEN or task.version != sent_version() or not task_beside.takes_in(task):
        raise Stale("task-moved-on")
    code = request.form.get("into", "").strip()
    try:
        main = corrections.merge_duplicate(tx(), current_desk(), case, code)
    except (BadInput, NotFound, Stale) as error:
        older = _(
            "Hồ sơ này theo quy trình cũ, chưa gộp được khi tiếp nhận: chuyển giải quyết, rồi gộp ở trang của hồ sơ."
        )
        flash(older if isinstance(error, Stale) else say(error, current_language()), "danger")
        return redirect(url_for("task.show_task", task_id=task_id))
    form_drafts.delete_values(tx(), g.account.id, _draft_key(task_id))
    flash(_("Đã gộp phản ánh %(code)s vào hồ sơ %(main)s.", code=case.report.code, main=main), "success")
    return redirect(url_for("case.show_case", code=case.report.code))


@blueprint.put("/tasks/<int:task_id>/draft")
def save_task_draft(task_id: int) -> ResponseReturnValue:
    """Save the input so far as a draft; sent by the page's script."""
    task = task_in_hand.load_workable(tx(), current_officer(), task_id)
    typed = form_view.submitted_answers(task_in_hand.form_of(tx(), task))
    _save_draft(task_id, typed, sent_token())
    return "", 204


@blueprint.post("/tasks/<int:task_id>/claim")
def claim_task(task_id: int) -> ResponseReturnValue:
    """Claim the task."""
    tasks.claim(tx(), current_desk(), task_id, sent_version())
    return redirect(url_for("task.show_task", task_id=task_id))


@blueprint.post("/tasks/<int:task_id>/release")
def release_task(task_id: int) -> ResponseReturnValue:
    """Release the task to the unit's queue."""
    tasks.release(tx(), current_desk(), task_id, sent_version())
    flash(_("Đã trả việc về hàng chờ."), "success")
    return redirect(url_for("inbox.show_inbox"))


@blueprint.post("/tasks/<int:task_id>/hand-over")
def hand_over_task(task_id: int) -> ResponseReturnValue:
    """Hand the task over to a colleague, or delegate it."""
    if matters.matter_of_task(tx(), task_id) is None:
        task_in_hand.load_workable(tx(), current_officer(), task_id)
    try:
        person = access.person_id_of(tx(), request.form.get("colleague", ""))
    except NotFound:
        flash(_("Chọn một đồng nghiệp trong danh sách."), "danger")
        return redirect(url_for("task.show_task", task_id=task_id))
    if request.form.get("act") == "delegate":
        tasks.delegate(tx(), current_desk(), task_id, sent_version(), person)
        flash(_delegated_sentence(task_id), "success")
    else:
        tasks.hand_over(tx(), current_desk(), task_id, sent_version(), person)
        flash(_("Đã chuyển việc cho đồng nghiệp."), "success")
    return redirect(url_for("inbox.show_inbox"))


def _delegated_sentence(task_id: int) -> str:
    """Whose a delegated task still is: the officer's, or that of whom they stand in for."""
    if task_in_hand.load_task(tx(), task_id).owner_id == current_officer().id:
        return _("Đã nhờ đồng nghiệp; việc vẫn là của bạn và nằm trong mục “Đã nhờ đồng nghiệp”.")
    return _("Đã nhờ đồng nghiệp; việc vẫn là của người mà bạn xử lý thay, chỉ họ lấy lại được.")


@blueprint.post("/tasks/<int:task_id>/take-back")
def take_back_task(task_id: int) -> ResponseReturnValue:
    """Take back a delegated task."""
    tasks.take_back(tx(), current_desk(), task_id, sent_version())
    return redirect(url_for("task.show_task", task_id=task_id))


@blueprint.post("/tasks/<int:task_id>/contacts")
def submit_contact(task_id: int) -> ResponseReturnValue:
    """Add an attempt to contact the citizen to the case's log (R5); for those alone whose task is still open."""
    case, task = _open_task_case(task_id)
    if task.state != OPEN:
        raise Stale("case-finished" if case.case.status == FINISHED else "task-moved-on")
    form = request.form
    if form.get("means") not in filters.choice_captions("verify", "contact_by") or form.get("reached") not in (
        "yes",
        "no",
    ):
        flash(_("Ghi rõ liên hệ bằng cách nào và có liên lạc được không."), "danger")
    else:
        note = form.get("note", "").strip()[:2000]
        contacts.record_contact(tx(), case, current_desk(), (form["means"], form["reached"] == "yes", note))
        flash(_("Đã ghi vào nhật ký liên hệ."), "success")
    return redirect(url_for("task.show_task", task_id=task_id) + "#side-contacts")
