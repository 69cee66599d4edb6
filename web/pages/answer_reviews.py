"""Departments review how localities answered; heads of units read the verdicts on their unit and reply (R2)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from engine.answers import reviews
from engine.answers.author_scope import READ_VERDICTS, REVIEW
from engine.answers.reviews import Draw, Reading, Verdict
from engine.answers.usage import Period
from engine.errors import BadInput, Stale
from engine.process import definitions
from engine.staff import access
from engine.staff.access import HEAD
from web.http.parsing import whole
from web.http.request import desk, language, needs, officer, tx, world
from web.pages.answers import asked_days, scope

blueprint = Blueprint("answer_reviews", __name__)

Answer = Any
VERDICTS = {
    "good": (lazy_gettext("Tốt"), "check-circle"),
    "improve": (lazy_gettext("Cần cải thiện"), "arrow-up-circle"),
    "wrong": (lazy_gettext("Sai"), "x-circle"),
}
OPINIONS = {"satisfied": lazy_gettext("hài lòng"), "dissatisfied": lazy_gettext("không hài lòng")}


@blueprint.get("/answers/reviews")
@needs(REVIEW)
def show() -> Answer:
    """A drawn sample of answered cases, and the totals of the verdicts given in the period."""
    mine, (first, last) = scope(), asked_days()
    fault, drawn, totals = "", None, {}
    field = request.args.get("field", "")
    if field:
        mine.require_field(field)
    fields = (field,) if field else mine.fields
    seed, each = _seed(first), request.args.get("each", "1")[:3]
    try:
        period = Period(first, last)
        draw = Draw(period, fields, seed, whole(each) or 0)
        drawn = reviews.draw(tx(), draw, _communes())
        totals = {
            "units": reviews.by_unit(tx(), period, fields),
            "reviewers": reviews.by_reviewer(tx(), period, fields),
        }
    except BadInput:
        fault = _(
            "Kỳ không quá 92 ngày, ngày cuối sau ngày đầu; mỗi đơn vị 1 đến 5 hồ sơ; số rút thăm tối đa 20 ký tự."
        )
    shown = {"first": first, "last": last, "chosen": field, "seed": seed, "each": each, "mine": mine}
    found = {"drawn": drawn, "totals": totals, "fault": fault, "verdicts": VERDICTS}
    page = render_template("answer_reviews.html", **shown, **found, most=reviews.MOST_CASES)
    return page, 422 if fault else 200


def _seed(first: Any) -> str:
    """The seed that was asked for; by default the period's month, so that a month has one sample for everybody."""
    return request.args.get("seed", "").strip() or f"{first:%Y-%m}"


def _communes() -> dict[str, str]:
    """Communes and wards by code, in the order of their names; closed ones too: they answered while they were open."""
    units = sorted((unit for unit in world().units.units if unit.kind == "commune"), key=lambda unit: unit.name)
    return {unit.code: unit.name for unit in units}


@blueprint.get("/answers/reviews/<int:number>")
@needs(REVIEW)
def read(number: int) -> Answer:
    """A case as a reviewer reads it, with the form for a verdict or the verdict that there is."""
    return _page(reviews.read(tx(), number, scope().fields))


def _page(seen: Reading, status: int = 200, **more: Any) -> Answer:
    forms = definitions.newest(tx()).forms
    written = [(_title(form), at, _answers(forms.get(form), texts)) for form, at, texts in seen.written]
    shown = {"seen": seen, "written": [item for item in written if item[2]], "verdicts": VERDICTS, **more}
    back = request.args.get("back", "")
    return render_template("answer_review.html", **shown, opinions=OPINIONS, back=back[:300]), status


def _title(key: str) -> str:
    titles = {
        "assign": _("Phân công"),
        "verify": _("Xác minh"),
        "resolve": _("Giải quyết"),
        "resolve_tier2": _("Cấp 2 giải quyết"),
        "check": _("Kiểm tra kết quả"),
        "answer": _("Trả lời người dân"),
        "handle": _("Sở, ngành xử lý"),
    }
    return titles.get(key, key)


def _answers(form: Any, texts: Any) -> list[tuple[str, str]]:
    """What was written, by the captions of the form; choices by theirs; moments of contacts stand in the log."""
    found = []
    for key, text in texts.items():
        item = form.inputs.get(key) if form is not None else None
        if item is not None and item.kind in ("datetime", "file"):
            continue
        choices = {choice.value: choice.caption(language()) for choice in item.choices} if item is not None else {}
        found.append((item.caption(language()) if item is not None else key, choices.get(text, text)))
    return found


@blueprint.post("/answers/reviews/<int:number>")
@needs(REVIEW)
def review(number: int) -> Answer:
    """Record a verdict; whoever is second sees the first and keeps what they typed."""
    seen, form = reviews.read(tx(), number, scope().fields), request.form
    note = form.get("note", "").strip().replace("\r\n", "\n")
    try:
        reviews.review(tx(), desk(), seen, Verdict(form.get("verdict", ""), note, _unit()))
    except BadInput as error:
        name = str(error).partition(":")[0]
        fault = _("Chọn một kết luận.") if name == "verdict" else _("Ghi nhận xét cho đơn vị, 5 đến 1000 ký tự.")
        return _page(seen, 422, fault=(name, fault), typed=form)
    except Stale:
        return _page(reviews.read(tx(), number, scope().fields), 409, typed=form)
    flash(_("Đã ghi nhận xét hồ sơ %(code)s.", code=seen.code), "success")
    return redirect(_back() or url_for("answer_reviews.show"))


def _unit() -> str:
    """The unit for which the officer reviews: their department's, otherwise the office's."""
    return min((role != "department", unit) for unit, role in officer().roles if role in access.ACTS[REVIEW])[1]


def _back() -> str:
    """The sample that the reviewer came from; an address of this page alone."""
    back = request.form.get("back", "")
    own = url_for("answer_reviews.show")
    return f"{own}?{back}" if back and back.isprintable() and len(back) <= 300 else ""


@blueprint.get("/answers/verdicts")
@needs(READ_VERDICTS)
def list_verdicts() -> Answer:
    """The verdicts on the answers of the units that the officer heads."""
    return _verdicts()


def _headed() -> set[str]:
    return {unit for unit, role in officer().roles if role == HEAD}


def _verdicts(status: int = 200, **more: Any) -> Answer:
    rows = reviews.of_units(tx(), _headed())
    shown = {"rows": rows, "verdicts": VERDICTS, "most": reviews.MOST_LISTED, **more}
    return render_template("answer_verdicts.html", **shown), status


@blueprint.post("/answers/verdicts/<int:number>/reply")
@needs(READ_VERDICTS)
def reply(number: int) -> Answer:
    """Reply to a verdict, once."""
    text = request.form.get("reply", "").strip().replace("\r\n", "\n")
    try:
        reviews.reply(tx(), desk(), number, _headed(), text)
    except BadInput:
        return _verdicts(422, fault=_("Ghi phản hồi, 5 đến 1000 ký tự."), at=number, typed=text)
    except Stale:
        return _verdicts(409, fault=_("Người khác đã phản hồi trước; nội dung bạn gõ ở dưới."), at=number, typed=text)
    flash(_("Đã gửi phản hồi."), "success")
    return redirect(url_for("answer_reviews.list_verdicts"))
