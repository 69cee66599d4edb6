"""Standard answers for those who own them: versions and their comparison, use, what is asked most and in vain (R2)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.answers import author_scope, library, text_diff, unanswered, usage
from engine.answers.author_scope import WRITE as ACT
from engine.answers.author_scope import Scope
from engine.answers.library import Change, NewAnswer
from engine.answers.masking import masked
from engine.answers.usage import Period
from engine.cases.intake import FIELDS
from engine.clock import VIETNAM
from engine.errors import BadInput, Forbidden, Stale
from web.http.parsing import whole
from web.http.request import desk, needs, now, officer, tx, world

blueprint = Blueprint("answers", __name__)

Answer = Any
USUAL_DAYS = 30
MOST_QUESTIONS = 50  # So many are offered to be settled by one new answer.
TEXTS = ("field", "owner_code", "question", "answer", "note")


def scope() -> Scope:
    """For which departments and fields the officer works."""
    return author_scope.scope(tx(), officer(), world().units)


@blueprint.get("/answers")
@needs(ACT)
def show() -> Answer:
    """The answers of the officer's department."""
    mine, field = scope(), request.args.get("field", "")
    retired = request.args.get("retired") == "yes"
    rows = library.listed(tx(), owners=mine.owners, retired=retired, field=field)
    waiting = len(library.unanswered(tx(), mine.fields))
    return render_template("answers.html", rows=rows, waiting=waiting, retired=retired, chosen=field, mine=mine)


@blueprint.get("/answers/use")
@needs(ACT)
def use() -> Answer:
    """How often each answer was given in a period, which never, and after which citizens came back."""
    mine = scope()
    fields, chosen = _chosen_fields(mine)
    (first, last), fault = asked_days(), ""
    try:
        rows = usage.counted(tx(), Period(first, last), fields)
    except BadInput:
        rows, fault = [], _("Ngày cuối phải sau ngày đầu, và kỳ không quá một năm.")
    shown = {"first": first, "last": last, "chosen": chosen, "mine": mine, "fault": fault}
    return render_template("answers_use.html", rows=rows, **shown), 422 if fault else 200


def asked_days(days: int = USUAL_DAYS) -> tuple[date, date]:
    """The first and the last day that were asked for; by default the last days up to today."""
    today = now().astimezone(VIETNAM).date()
    return _day("from", today - timedelta(days=days)), _day("to", today)


def _day(name: str, otherwise: date) -> date:
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return otherwise
    return day if 2000 <= day.year <= 2100 else otherwise  # Beyond, calendars end.


def _chosen_fields(mine: Scope) -> tuple[tuple[str, ...], str]:
    """The fields to look at, and the one that was chosen among them; raises Forbidden for another department's."""
    field = request.args.get("field", "")
    if field:
        mine.require_field(field)
    return ((field,) if field else mine.fields), field


@blueprint.get("/answers/gaps")
@needs(ACT)
def gaps() -> Answer:
    """What is asked most in a field, and what has no good answer."""
    mine = scope()
    waiting = library.unanswered(tx(), mine.fields)
    field = request.args.get("field", "") or (waiting[0].field if waiting else next(iter(mine.fields), ""))
    if field:
        mine.require_field(field)
    rows = unanswered.groups(tx(), field) if field else []
    limits = {"looked_at": unanswered.LOOKED_AT, "among": unanswered.AMONG, "fewest": unanswered.FEWEST}
    counts = {name: sum(row.field == name for row in waiting) for name in mine.fields}
    return render_template("answers_gaps.html", rows=rows, mine=mine, chosen=field, counts=counts, **limits)


@blueprint.get("/answers/new")
@needs(ACT)
def new() -> Answer:
    """An empty form, or one for questions that were asked: saving it settles them."""
    field = request.args.get("field", "")
    asked = library.questions(tx(), _numbers(request.args.getlist("settles")), scope().fields)
    first = masked(asked[-1].text) if asked else request.args.get("question", "")
    question = " ".join(first.split())[: library.LONGEST_QUESTION]
    return _form({"question": question, "field": asked[-1].field if asked else field}, asked=_told(asked))


def _told(asked: Any) -> list[dict[str, Any]]:
    """Questions for the form; operators note them as they were asked, so numbers are masked."""
    return [{"id": row.id, "text": masked(row.text), "asked_at": row.asked_at} for row in asked]


def _numbers(texts: list[str]) -> list[int]:
    return [number for text in texts[:MOST_QUESTIONS] if (number := whole(text)) is not None]


@blueprint.get("/answers/<key>")
@needs(ACT)
def edit(key: str) -> Answer:
    """The form for a new version, with all there have been."""
    row = _mine(key)
    return _form({**row._mapping, "note": ""}, key)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping.


def _mine(key: str) -> Any:
    row = library.latest(tx(), key)
    if row.owner_code not in scope().owners:
        raise Forbidden("Another department owns this answer.")
    return row


def _form(values: Any, key: str = "", **more: Any) -> Answer:
    former = library.versions(tx(), key) if key else ()
    status = 409 if more.get("newer") else 422 if more.get("fault") else 200
    shown = {"values": values, "key": key, "former": former, "mine": scope(), "asked": (), **more}
    return render_template("answer.html", **shown, names=_authors(former)), status


def _authors(rows: Any) -> dict[str, str]:
    return library.authors(tx(), {row.created_by for row in rows})


@blueprint.post("/answers/new")
@needs(ACT)
def add() -> Answer:
    """Store a new answer, and settle the questions that it answers."""
    wanted, mine = _wanted(), scope()
    numbers = _numbers(request.form.getlist("settles"))
    try:
        key = library.add(tx(), wanted, desk().who.actor, now())
    except BadInput as error:
        asked = library.questions(tx(), numbers, mine.fields)
        return _form(request.form, asked=_told(asked), fault=_fault(error))
    settled = library.settle(tx(), numbers, mine.fields, _change(), key) if numbers else 0
    flash(_("Đã lưu câu trả lời mẫu."), "success")
    if settled:
        flash(_("%(num)s câu hỏi được coi là đã có trả lời.", num=settled), "success")
    return redirect(url_for("answers.gaps" if settled else "answers.show"))


def _wanted() -> NewAnswer:
    """What was typed; raises Forbidden when it would stand in another department's name or field."""
    wanted = NewAnswer(*(request.form.get(name, "") for name in ("field", "owner_code", "question", "answer")))
    mine = scope()
    if wanted.owner and wanted.owner not in mine.owners:
        raise Forbidden("The answer would belong to another department.")
    if wanted.field in FIELDS and wanted.field not in mine.writable:
        raise Forbidden("Another department answers for this field.")
    return wanted


def _change() -> Change:
    base = whole(request.form.get("version", "")) or 0
    return Change(base, " ".join(request.form.get("note", "").split()), desk().who.actor, now())


@blueprint.post("/answers/<key>")
@needs(ACT)
def revise(key: str) -> Answer:
    """Store a new version; whoever was slower sees both texts and keeps their own."""
    newest, wanted = _mine(key), _wanted()
    try:
        library.revise(tx(), key, wanted, _change())
    except BadInput as error:
        return _form({**request.form.to_dict()}, key, fault=_fault(error))
    except Stale:
        newest = library.latest(tx(), key)
        typed = {**request.form.to_dict(), "version": newest.version}
        parts = text_diff.compare(newest.answer, wanted.answer.replace("\r\n", "\n"))
        return _form(typed, key, newer=newest, parts=parts)
    flash(_("Đã lưu bản mới."), "success")
    return redirect(url_for("answers.edit", key=key))


def _fault(error: BadInput) -> tuple[str, str]:
    """Which field is wrong, and what is wanted of it."""
    name = str(error).partition(":")[0]
    name = "owner_code" if name == "owner" else name
    sentences = {
        "owner_code": _("Chọn cơ quan chịu trách nhiệm."),
        "field": _("Chọn lĩnh vực."),
        "question": _("Câu hỏi cần 1 đến 500 ký tự, viết trên một dòng."),
        "answer": _("Câu trả lời cần 1 đến 4000 ký tự, và khác bản đang dùng."),
        "note": _("Nêu lý do, 5 đến 500 ký tự."),
        "version": _("Nội dung này đang được dùng rồi."),
    }
    return name, sentences.get(name, _("Nội dung chưa dùng được."))


@blueprint.get("/answers/<key>/compare")
@needs(ACT)
def compare(key: str) -> Answer:
    """Two versions side by side in words: what was added, what was removed."""
    _mine(key)
    former = library.versions(tx(), key)
    newer = library.version(tx(), key, _number("new", former[0].version))
    older = library.version(tx(), key, _number("old", max(1, newer.version - 1)))
    parts = {name: text_diff.compare(getattr(older, name), getattr(newer, name)) for name in TEXTS[2:4]}
    shown = {"key": key, "former": former, "older": older, "newer": newer, "parts": parts}
    return render_template("answer_compare.html", **shown, names=_authors((older, newer)))


def _number(name: str, otherwise: int) -> int:
    found = whole(request.args.get(name, ""))
    return otherwise if found is None else found


@blueprint.post("/answers/<key>/retire")
@needs(ACT)
def retire(key: str) -> Answer:
    """Offer it no more, with a reason."""
    _mine(key)
    return _changed(key, _("Câu này không còn được gợi ý."), lambda change: library.retire(tx(), key, change))


@blueprint.post("/answers/<key>/restore/<int:number>")
@needs(ACT)
def restore(key: str, number: int) -> Answer:
    """Take an earlier version back, or offer a retired answer again."""
    _mine(key)
    text = _("Đã dùng lại nội dung của bản %(num)s.", num=number)
    return _changed(key, text, lambda change: library.restore(tx(), key, number, change))


def _changed(key: str, done: str, act: Any) -> Answer:
    try:
        act(_change())
    except BadInput as error:
        flash(_fault(error)[1], "danger")
    except Stale:
        flash(_("Người khác vừa thay đổi câu này trước; hãy xem bản mới nhất rồi làm lại."), "danger")
    else:
        flash(done, "success")
    return redirect(url_for("answers.edit", key=key))


@blueprint.post("/answers/questions/settle")
@needs(ACT)
def settle() -> Answer:
    """Put questions aside that need no answer."""
    count = library.settle(tx(), _numbers(request.form.getlist("settles")), scope().fields, _change())
    flash(_("Đã bỏ %(num)s câu hỏi khỏi danh sách.", num=count), "success")
    return redirect(url_for("answers.gaps", field=request.form.get("field", "")))
