"""Standard answers for those who own them: new ones, new versions, retiring, and questions without an answer (R2)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine import access, answers
from engine.answers import NewAnswer
from engine.errors import BadInput, Forbidden
from web.request import needs, now, officer, tx, world

blueprint = Blueprint("answers", __name__)

Answer = Any
ACT = "write_answers"


def _own() -> list[str]:
    """The units for which the officer may write: departments for themselves, administrators for all departments."""
    if access.may(officer(), "administer"):
        return [unit.code for unit in world().units.units if unit.kind in ("department", "office") and not unit.closed]
    return sorted({unit for unit, role in officer().roles if role in access.ACTS[ACT]})


@blueprint.get("/answers")
@needs(ACT)
def show() -> Answer:
    """The answers of the officer's department, and what was asked in vain."""
    rows = answers.listed(tx(), owners=_own(), retired=request.args.get("retired") == "yes")
    return render_template("answers.html", rows=rows, questions=answers.unanswered(tx()))


@blueprint.get("/answers/new")
@needs(ACT)
def new() -> Answer:
    """An empty form, with a question that was asked when one is named."""
    question = request.args.get("question", "")[: answers.LONGEST_QUESTION]
    return _form({"question": question, "field": request.args.get("field", "")})


@blueprint.get("/answers/<key>")
@needs(ACT)
def edit(key: str) -> Answer:
    """The form for a new version, with the former ones."""
    row = _mine(key)
    return _form(dict(row._mapping), key)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping.


def _mine(key: str) -> Any:
    row = answers.latest(tx(), key)
    if row.owner_code not in _own():
        raise Forbidden("Another department owns this answer.")
    return row


def _form(values: Any, key: str = "", fault: str = "", status: int = 200) -> Answer:
    former = answers.versions(tx(), key) if key else ()
    page = render_template("answer.html", values=values, key=key, owners=_own(), former=former, fault=fault)
    return page, status


@blueprint.post("/answers/new")
@blueprint.post("/answers/<key>")
@needs(ACT)
def save(key: str = "") -> Answer:
    """Store a new answer or a new version."""
    form = request.form
    wanted = NewAnswer(*(form.get(name, "") for name in ("field", "owner_code", "question", "answer")))
    if wanted.owner and wanted.owner not in _own():
        raise Forbidden("The answer would belong to another department.")
    by = f"person:{g.account.id}"
    try:
        if key:
            _mine(key)
            answers.revise(tx(), key, wanted, by, now())
        else:
            answers.add(tx(), wanted, by, now())
    except BadInput:
        fault = _("Chọn lĩnh vực; câu hỏi tối đa 500 ký tự, câu trả lời tối đa 4000 ký tự, không để trống.")
        return _form(form, key, fault, 422)
    flash(_("Đã lưu câu trả lời mẫu."), "success")
    return redirect(url_for("answers.show"))


@blueprint.post("/answers/<key>/retire")
@needs(ACT)
def retire(key: str) -> Answer:
    """Offer it no more."""
    _mine(key)
    answers.retire(tx(), key, now())
    flash(_("Câu trả lời này không còn được gợi ý."), "success")
    return redirect(url_for("answers.show"))


@blueprint.post("/answers/questions/<int:number>/settle")
@needs(ACT)
def settle(number: int) -> Answer:
    """Take a question off the list."""
    answers.settle(tx(), number, now())
    return redirect(url_for("answers.show"))
