"""Standard answers for their owners: versions and their comparison, usage, frequent and unanswered questions (R2)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.answers import author_scope, library, text_diff, unanswered, usage
from engine.answers.author_scope import WRITE as ACT
from engine.answers.author_scope import AuthorScope
from engine.answers.library import AnswerChange, AnswerVersion, NewAnswer
from engine.answers.usage import DayRange
from engine.cases.masking import mask_personal_data
from engine.clock import VIETNAM
from engine.errors import BadInput, Forbidden, Invalid, Stale
from engine.journal import acts, journal
from engine.process import known_fields
from engine.translation.wording import say
from web.http.parsing import parse_digits, read_day
from web.http.request import (
    current_desk,
    current_language,
    current_officer,
    current_stamp,
    current_world,
    request_time,
    requires_permission,
    tx,
)

blueprint = Blueprint("answers", __name__)

READ_QUESTIONS = "read_questions"  # What citizens asked, in masked words of their reports: departments and the office.
DEFAULT_DAYS = 30
MOST_QUESTIONS = 50  # At most this many can be settled by one new answer.
TEXT_FIELDS = ("field", "owner_code", "question", "answer", "note")


def current_author_scope() -> AuthorScope:
    """Departments and fields for which the officer writes answers."""
    return author_scope.load_author_scope(tx(), current_officer(), current_world().units)


@blueprint.get("/answers")
@requires_permission(ACT)
def show_answers() -> ResponseReturnValue:
    """List the standard answers of the officer's department."""
    own_scope, field = current_author_scope(), request.args.get("field", "")
    retired = request.args.get("retired") == "yes"
    rows = library.list_answers(tx(), owners=own_scope.owners, retired=retired, field=field)
    waiting = len(library.list_open_questions(tx(), own_scope.fields))
    return render_template("answers.html", rows=rows, waiting=waiting, retired=retired, chosen=field, mine=own_scope)


@blueprint.get("/answers/use")
@requires_permission(ACT)
def show_usage() -> ResponseReturnValue:
    """Show how often each answer was used in a period, which never, and after which citizens came back."""
    own_scope = current_author_scope()
    fields, chosen = _chosen_fields(own_scope)
    (first, last), fault = requested_days(), ""
    try:
        rows = usage.count_uses(tx(), DayRange(first, last), fields)
    except BadInput as error:
        rows, fault = [], say(error, current_language())
    context = {"first": first, "last": last, "chosen": chosen, "mine": own_scope, "fault": fault}
    return render_template("answers_use.html", rows=rows, **context), 422 if fault else 200


def requested_days(days: int = DEFAULT_DAYS) -> tuple[date, date]:
    """The requested first and last day; by default the last `days` days up to today."""
    today = request_time().astimezone(VIETNAM).date()
    return _parse_day("from", today - timedelta(days=days)), _parse_day("to", today)


def _parse_day(name: str, default: date) -> date:
    try:
        day = read_day(request.args.get(name, ""))
    except ValueError:
        return default
    return day if 2000 <= day.year <= 2100 else default  # Beyond this range, calendars end.


def _chosen_fields(own_scope: AuthorScope) -> tuple[tuple[str, ...], str]:
    """The fields to show, and the selected one; raises Forbidden for another department's field."""
    field = request.args.get("field", "")
    if field:
        own_scope.require_field(field)
    return ((field,) if field else own_scope.fields), field


@blueprint.get("/answers/gaps")
@requires_permission(READ_QUESTIONS)
def show_gaps() -> ResponseReturnValue:
    """Show the most frequent questions in a field and those without a good answer."""
    own_scope = current_author_scope()
    waiting = library.list_open_questions(tx(), own_scope.fields)
    field = request.args.get("field", "") or (waiting[0].field if waiting else next(iter(own_scope.fields), ""))
    if field:
        own_scope.require_field(field)
    rows = unanswered.group_questions(tx(), field) if field else []
    limits = {"looked_at": unanswered.MAX_SCANNED, "among": unanswered.REPORT_WINDOW, "fewest": unanswered.MIN_REPORTS}
    counts = {name: sum(row.field == name for row in waiting) for name in own_scope.fields}
    return render_template("answers_gaps.html", rows=rows, mine=own_scope, chosen=field, counts=counts, **limits)


@blueprint.get("/answers/new")
@requires_permission(ACT)
def show_new_answer() -> ResponseReturnValue:
    """Show an empty form, or one for open questions, which saving settles."""
    field = request.args.get("field", "")
    asked = library.load_open_questions(
        tx(), _question_ids(request.args.getlist("settles")), current_author_scope().fields
    )
    first = mask_personal_data(asked[-1].text) if asked else request.args.get("question", "")
    question = " ".join(first.split())[: library.LONGEST_QUESTION]
    return _render_form(
        {"question": question, "field": asked[-1].field if asked else field}, asked=_masked_questions(asked)
    )


def _masked_questions(asked: Any) -> list[dict[str, object]]:
    """Questions for the form; operators note them verbatim, so numbers and email addresses are masked."""
    return [{"id": row.id, "text": mask_personal_data(row.text), "asked_at": row.asked_at} for row in asked]


def _question_ids(texts: list[str]) -> list[int]:
    return [number for text in texts[:MOST_QUESTIONS] if (number := parse_digits(text)) is not None]


@blueprint.get("/answers/<key>")
@requires_permission(ACT)
def show_answer(key: str) -> ResponseReturnValue:
    """Show the form for a new version, with the previous versions."""
    row = _own_answer(key)
    return _render_form({**row._asdict(), "note": ""}, key)


def _own_answer(key: str) -> AnswerVersion:
    row = library.load_answer(tx(), key)
    if row.owner_code not in current_author_scope().owners:
        raise Forbidden("answer-of-other-department")
    return row


def _render_form(values: Any, key: str = "", **more: object) -> ResponseReturnValue:
    former = library.list_answer_versions(tx(), key) if key else ()
    status = 409 if more.get("newer") else 422 if more.get("fault") else 200
    context = {"values": values, "key": key, "former": former, "mine": current_author_scope(), "asked": (), **more}
    return render_template("answer.html", **context, names=_author_names(former)), status


def _author_names(rows: Iterable[AnswerVersion]) -> dict[str, str]:
    return library.author_names(tx(), {row.created_by for row in rows})


@blueprint.post("/answers/new")
@requires_permission(ACT)
def submit_answer() -> ResponseReturnValue:
    """Store a new answer and settle the questions that it answers."""
    answer, own_scope = _submitted_answer(), current_author_scope()
    numbers = _question_ids(request.form.getlist("settles"))
    try:
        key = library.create_answer(tx(), answer, current_desk().who.actor, request_time())
    except Invalid as error:
        asked = library.load_open_questions(tx(), numbers, own_scope.fields)
        return _render_form(request.form, asked=_masked_questions(asked), fault=_field_fault(error))
    journal.record(tx(), current_stamp(), acts.CREATE_ANSWER, f"answer:{key}", owner=answer.owner, field=answer.field)
    settled = _close_questions(numbers, key) if numbers else 0
    flash(_("Đã lưu câu trả lời mẫu."), "success")
    if settled:
        flash(_("%(num)s câu hỏi được coi là đã có trả lời.", num=settled), "success")
    return redirect(url_for("answers.show_gaps" if settled else "answers.show_answers"))


def _submitted_answer() -> NewAnswer:
    """The submitted answer; raises Forbidden for another department's name or field."""
    answer = NewAnswer(*(request.form.get(name, "") for name in ("field", "owner_code", "question", "answer")))
    own_scope = current_author_scope()
    if answer.owner and answer.owner not in own_scope.owners:
        raise Forbidden("answer-for-other-department")
    if known_fields.is_known(tx(), answer.field) and answer.field not in own_scope.writable:
        raise Forbidden("field-of-other-department")
    return answer


def _submitted_change() -> AnswerChange:
    base = parse_digits(request.form.get("version", "")) or 0
    return AnswerChange(base, " ".join(request.form.get("note", "").split()), current_desk().who.actor, request_time())


@blueprint.post("/answers/<key>")
@requires_permission(ACT)
def submit_revision(key: str) -> ResponseReturnValue:
    """Store a new version; the slower author sees both texts and keeps their own."""
    newest, answer = _own_answer(key), _submitted_answer()
    try:
        library.revise_standard_answer(tx(), key, answer, _submitted_change())
    except Invalid as error:
        return _render_form({**request.form.to_dict()}, key, fault=_field_fault(error))
    except Stale:
        newest = library.load_answer(tx(), key)
        typed = {**request.form.to_dict(), "version": newest.version}
        parts = text_diff.diff_words(newest.answer, answer.answer.replace("\r\n", "\n"))
        return _render_form(typed, key, newer=newest, parts=parts)
    _record_version(acts.REVISE_ANSWER, key)
    flash(_("Đã lưu bản mới."), "success")
    return redirect(url_for("answers.show_answer", key=key))


def _field_fault(error: Invalid) -> tuple[str, str]:
    """The invalid field and its error message."""
    return error.field, say(error, current_language())


@blueprint.get("/answers/<key>/compare")
@requires_permission(ACT)
def show_comparison(key: str) -> ResponseReturnValue:
    """Show a word diff of two versions: what was added, what was removed."""
    _own_answer(key)
    former = library.list_answer_versions(tx(), key)
    newer = library.load_answer_version(tx(), key, _version_argument("new", former[0].version))
    older = library.load_answer_version(tx(), key, _version_argument("old", max(1, newer.version - 1)))
    parts = {name: text_diff.diff_words(getattr(older, name), getattr(newer, name)) for name in TEXT_FIELDS[2:4]}
    context = {"key": key, "former": former, "older": older, "newer": newer, "parts": parts}
    return render_template("answer_compare.html", **context, names=_author_names((older, newer)))


def _version_argument(name: str, default: int) -> int:
    version = parse_digits(request.args.get(name, ""))
    return default if version is None else version


@blueprint.post("/answers/<key>/retire")
@requires_permission(ACT)
def submit_retirement(key: str) -> ResponseReturnValue:
    """Retire an answer, with a reason; it is no longer suggested."""
    _own_answer(key)
    text = _("Câu này không còn được gợi ý.")
    return _apply_change(
        acts.RETIRE_ANSWER, key, text, lambda change: library.retire_standard_answer(tx(), key, change)
    )


@blueprint.post("/answers/<key>/restore/<int:number>")
@requires_permission(ACT)
def submit_restoration(key: str, number: int) -> ResponseReturnValue:
    """Restore an earlier version, or reinstate a retired answer."""
    _own_answer(key)
    text = _("Đã dùng lại nội dung của bản %(num)s.", num=number)
    return _apply_change(
        acts.RESTORE_ANSWER, key, text, lambda change: library.restore_standard_answer(tx(), key, number, change)
    )


def _apply_change(act: str, key: str, success_text: str, change: Any) -> ResponseReturnValue:
    try:
        change(_submitted_change())
    except (Invalid, Stale) as error:
        flash(say(error, current_language()), "danger")
    else:
        _record_version(act, key)
        flash(success_text, "success")
    return redirect(url_for("answers.show_answer", key=key))


def _record_version(act: str, key: str) -> None:
    """Record the newest version of an answer; its text and the reason stand in the list of versions."""
    version = library.load_answer(tx(), key).version
    journal.record(tx(), current_stamp(), act, f"answer:{key}", changes={"version": [version - 1, version]})


def _close_questions(numbers: Collection[int], key: str = "") -> int:
    """Close questions, with the answer `key` if one was written; returns how many."""
    count = library.close_questions(tx(), numbers, current_author_scope().fields, _submitted_change(), key)
    if count:
        journal.record(tx(), current_stamp(), acts.CLOSE_QUESTIONS, f"answer:{key}", questions=sorted(numbers))
    return count


@blueprint.post("/answers/questions/settle")
@requires_permission(READ_QUESTIONS)
def dismiss_questions() -> ResponseReturnValue:
    """Dismiss questions that need no answer."""
    count = _close_questions(_question_ids(request.form.getlist("settles")))
    flash(_("Đã bỏ %(num)s câu hỏi khỏi danh sách.", num=count), "success")
    return redirect(url_for("answers.show_gaps", field=request.form.get("field", "")))
