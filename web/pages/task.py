"""The page of one task: what to do, the form, and the case beside it; claiming, drafts and completing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.cases import calls, dossier, tasks
from engine.cases.attachments import Unacceptable
from engine.cases.dossier import Dossier
from engine.cases.reports import PARTICULARS
from engine.cases.tasks import InvalidForm
from engine.directives import reading
from engine.errors import NotFound, Stale, StepFailed
from engine.privacy.disclosures import TASK, of_codes
from engine.process.instances import OPEN
from engine.staff import access, form_drafts
from web.display import filters, form_view, history_text
from web.display.form_view import Shown
from web.http import disclosure_log
from web.http.parsing import sent_version
from web.http.request import desk, language, now, officer, tx, world

blueprint = Blueprint("task", __name__)

Answer = Any


@blueprint.get("/tasks/<int:task_id>")
def show(task_id: int) -> Answer:
    """The task with its form, filled with the draft or with what is known; a directive's stands on its own page."""
    page = reading.page_of_task(tx(), task_id)
    if page:
        return redirect(page)
    case, task = _read(task_id)
    if task.state != OPEN:
        return _too_late(case, task, {})
    form = case.content.forms[task.form]
    draft = form_drafts.find(tx(), g.account.id, _draft_key(task_id))
    shown = Shown(form, draft.values if draft else _known(case, form.inputs))
    return _page(case, task, shown, saved_at=draft.saved_at if draft else None)


@blueprint.get("/tasks/<int:task_id>/preview")
def preview(task_id: int) -> Answer:
    """The case of a task in short, beside the list; as much of it as its page would show."""
    if reading.page_of_task(tx(), task_id):
        raise NotFound("A directive has no preview.")
    case, task = _read(task_id)
    why = history_text.why_here(case, task)
    _note(case, ())
    return render_template("preview.html", case=case, task=task, why=why, instructions=dossier.instructions(case, task))


def _read(task_id: int) -> tuple[Dossier, Any]:
    """The task and its case, when the officer may work on it."""
    instance_id = tasks.case_of(tx(), task_id)
    case = dossier.read(tx(), officer(), instance_id, world())
    task = next(item for item in case.tasks if item.id == task_id)
    access.require_work(officer(), task.unit_code, task.role, task.assignee_id if task.state == OPEN else None)
    return case, task


def _note(case: Dossier, others: Sequence[str]) -> None:
    """Note that the page shows who reported, and the callers who joined, by their codes (R14).

    The form shows what the report says also where the case beside it is masked.
    """
    disclosure_log.note(TASK, [case.report.id, *of_codes(tx(), others)])


def _draft_key(task_id: int) -> str:
    return f"task:{task_id}"


def _known(case: Dossier, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """What the report already says of the form's fields."""
    return {key: getattr(case.report, key) for key in PARTICULARS if key in inputs}


def _page(case: Dossier, task: Any, shown: Shown, *, status: int = 200, **more: Any) -> Answer:
    colleagues = [item for item in access.colleagues(tx(), officer()) if item.unit_code == task.unit_code]
    others = calls.others(tx(), case.report.id) if task.form == calls.ANSWER else []
    _note(case, [code for code, _name, _phone in others])
    page = render_template(
        "task.html",
        case=case,
        task=task,
        shown=shown,
        instructions=dossier.instructions(case, task),
        deadline=dossier.deadline(case, world(), language()),
        why=history_text.why_here(case, task),
        colleagues=colleagues,
        others=others,
        communes=form_view.communes(),
        organisations=form_view.organisations(),
        hidden_when=form_view.hidden_when,
        multipart=any(item.kind == "file" for item in shown.form.fields),
        **{**history_text.beside(case), "saved_at": None, **more},
    )
    return page, status


@blueprint.post("/tasks/<int:task_id>")
def complete(task_id: int) -> Answer:
    """Complete the task; what was typed stays on the page, and in the draft, whatever is wrong."""
    case, task = _read(task_id)
    form = case.content.forms[task.form]
    typed = form_view.answers(form)
    version = sent_version()
    if task.state != OPEN or task.version != version:
        return _too_late(case, task, typed)
    try:
        tasks.complete(tx(), desk(), task_id, version, typed, form_view.uploads(form))
    except InvalidForm as invalid:
        return _again(case, task, Shown(form, typed, invalid.errors))
    except Unacceptable as error:
        key = next(key for key, item in form.inputs.items() if item.kind == "file")
        return _again(case, task, Shown(form, typed, {key: [form_view.refusal(error)]}))
    except StepFailed:
        sentence = _("Quy trình không đi tiếp được với nội dung này. Bản nháp đã được giữ; hãy báo quản trị viên.")
        return _again(case, task, Shown(form, typed, {"_schema": [sentence]}))
    except Stale:
        return _too_late(*_read(task_id), typed)
    form_drafts.drop(tx(), g.account.id, _draft_key(task_id))
    flash(_("Đã hoàn thành “%(task)s” của hồ sơ %(code)s.", task=task.name, code=case.report.code), "success")
    return redirect(url_for("inbox.show"))


def _again(case: Dossier, task: Any, shown: Shown) -> Answer:
    """The form once more with what was typed and what is wrong; kept as a draft too, files excepted."""
    form_drafts.save(tx(), g.account.id, _draft_key(task.id), shown.values, now())
    return _page(case, task, shown, status=422)


def _too_late(case: Dossier, task: Any, typed: Mapping[str, object]) -> Answer:
    """Somebody else was faster: who, when, and what was typed, to be copied."""
    form = case.content.forms.get(task.form)
    kept = {}
    if form is not None:
        kept = {
            form.inputs[key].caption(language()): value for key, value in typed.items() if key in form.inputs and value
        }
    who = history_text.actor(case, task.closed_by) if task.closed_by else case.names.get(task.assignee_id, "")
    return render_template("too_late.html", case=case, task=task, who=who, kept=kept), 409 if typed else 200


@blueprint.put("/tasks/<int:task_id>/draft")
def save_draft(task_id: int) -> Answer:
    """Keep what has been typed so far; sent by the page's script."""
    case, task = _read(task_id)
    typed = form_view.answers(case.content.forms[task.form])
    form_drafts.save(tx(), g.account.id, _draft_key(task_id), typed, now())
    return "", 204


@blueprint.post("/tasks/<int:task_id>/claim")
def claim(task_id: int) -> Answer:
    """Take the task."""
    tasks.claim(tx(), desk(), task_id, sent_version())
    return redirect(url_for("task.show", task_id=task_id))


@blueprint.post("/tasks/<int:task_id>/release")
def release(task_id: int) -> Answer:
    """Give it back to the unit."""
    tasks.release(tx(), desk(), task_id, sent_version())
    flash(_("Đã trả việc về hàng chờ."), "success")
    return redirect(url_for("inbox.show"))


@blueprint.post("/tasks/<int:task_id>/hand-over")
def hand_over(task_id: int) -> Answer:
    """Give it to a colleague, for good or as one's own."""
    _read(task_id)
    try:
        person = access.by_login(tx(), request.form.get("colleague", ""))
    except NotFound:
        flash(_("Chọn một đồng nghiệp trong danh sách."), "danger")
        return redirect(url_for("task.show", task_id=task_id))
    if request.form.get("act") == "delegate":
        tasks.delegate(tx(), desk(), task_id, sent_version(), person)
        flash(_("Đã nhờ đồng nghiệp; việc vẫn là của bạn và nằm trong mục “Đã nhờ đồng nghiệp”."), "success")
    else:
        tasks.hand_over(tx(), desk(), task_id, sent_version(), person)
        flash(_("Đã chuyển việc cho đồng nghiệp."), "success")
    return redirect(url_for("inbox.show"))


@blueprint.post("/tasks/<int:task_id>/take-back")
def take_back(task_id: int) -> Answer:
    """Take back what one has delegated."""
    tasks.take_back(tx(), desk(), task_id, sent_version())
    return redirect(url_for("task.show", task_id=task_id))


@blueprint.post("/tasks/<int:task_id>/contacts")
def log_contact(task_id: int) -> Answer:
    """Add one attempt to reach the citizen to the case's log (R5)."""
    case, _task = _read(task_id)
    form = request.form
    if form.get("means") not in filters.captions("verify", "contact_by") or form.get("reached") not in ("yes", "no"):
        flash(_("Ghi rõ liên hệ bằng cách nào và có gặp được không."), "danger")
    else:
        note = form.get("note", "").strip()[:2000]
        dossier.log_contact(tx(), case, desk(), (form["means"], form["reached"] == "yes", note))
        flash(_("Đã ghi vào nhật ký liên hệ."), "success")
    return redirect(url_for("task.show", task_id=task_id) + "#side-contacts")
