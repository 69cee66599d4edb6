"""Departments review the localities' answers; unit heads read the verdicts on their unit and reply (R2)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from engine.answers import reviews
from engine.answers.author_scope import READ_VERDICTS, REVIEW
from engine.answers.reviews import MaskedCase, ReviewVerdict, SampleCriteria
from engine.answers.usage import DayRange
from engine.errors import BadInput, Invalid, Stale
from engine.process import definitions
from engine.staff import access
from engine.staff.access import HEAD
from engine.translation.wording import say
from web.display import form_view
from web.http.parsing import parse_digits
from web.http.request import current_desk, current_language, current_officer, current_world, requires_permission, tx
from web.pages.answers import current_author_scope, requested_days

blueprint = Blueprint("answer_reviews", __name__)

VERDICT_CAPTIONS = {
    "good": (lazy_gettext("Tốt"), "check-circle"),
    "improve": (lazy_gettext("Cần cải thiện"), "arrow-up-circle"),
    "wrong": (lazy_gettext("Sai"), "x-circle"),
}
OPINION_CAPTIONS = {"satisfied": lazy_gettext("hài lòng"), "dissatisfied": lazy_gettext("không hài lòng")}


@blueprint.get("/answers/reviews")
@requires_permission(REVIEW)
def show_review_sample() -> ResponseReturnValue:
    """Show a random sample of answered cases, and the totals of the verdicts in the period."""
    own_scope, (first, last) = current_author_scope(), requested_days()
    fault, drawn, totals = "", None, {}
    field = request.args.get("field", "")
    if field:
        own_scope.require_field(field)
    fields = (field,) if field else own_scope.fields
    seed, each = _sample_seed(first), request.args.get("each", "1")[:3]
    try:
        period = DayRange(first, last)
        draw = SampleCriteria(period, fields, seed, parse_digits(each) or 0)
        drawn = reviews.draw_sample(tx(), draw, _commune_names())
        totals = {
            "units": reviews.count_verdicts_by_unit(tx(), period, fields),
            "reviewers": reviews.count_verdicts_by_reviewer(tx(), period, fields),
        }
    except BadInput as error:
        fault = say(error, current_language())
    context = {"first": first, "last": last, "chosen": field, "seed": seed, "each": each, "mine": own_scope}
    results = {"drawn": drawn, "totals": totals, "fault": fault, "verdicts": VERDICT_CAPTIONS}
    page = render_template("answer_reviews.html", **context, **results, most=reviews.MOST_CASES)
    return page, 422 if fault else 200


def _sample_seed(first: Any) -> str:
    """The requested seed; by default the period's month, so that everybody gets the same sample for a month."""
    return request.args.get("seed", "").strip() or f"{first:%Y-%m}"


def _commune_names() -> dict[str, str]:
    """Communes and wards by code, sorted by name; closed ones too: they answered while they were open."""
    units = form_view.sort_units(unit for unit in current_world().units.units if unit.kind == "commune")
    return {unit.code: unit.name for unit in units}


@blueprint.get("/answers/reviews/<int:number>")
@requires_permission(REVIEW)
def show_review(number: int) -> ResponseReturnValue:
    """Show a case as a reviewer reads it, with its verdict or the form for one."""
    return _render_review(reviews.load_masked_case(tx(), number, current_author_scope().fields))


def _render_review(reading: MaskedCase, status: int = 200, **more: object) -> ResponseReturnValue:
    forms = definitions.load_active_deployment(tx()).forms
    written = [
        (_form_title(form), at, _captioned_answers(forms.get(form), texts)) for form, at, texts in reading.written
    ]
    context = {"seen": reading, "written": [item for item in written if item[2]], "verdicts": VERDICT_CAPTIONS, **more}
    back = request.args.get("back", "")
    return render_template("answer_review.html", **context, opinions=OPINION_CAPTIONS, back=back[:300]), status


def _form_title(key: str) -> str:
    titles = {
        "assign": _("Phân công"),
        "verify": _("Xác minh"),
        "resolve": _("Giải quyết"),
        "resolve_tier2": _("Cấp 2 giải quyết"),
        "check": _("Kiểm tra kết quả"),
        "answer": _("Trả lời người dân"),
        "handle": _("Sở, ngành giải quyết"),
    }
    return titles.get(key, key)


def _captioned_answers(form: Any, texts: Any) -> list[tuple[str, str]]:
    """Answers with the captions of their fields and choices; without contact times, which are in the log."""
    captioned = []
    for key, text in texts.items():
        item = form.inputs.get(key) if form is not None else None
        if item is not None and item.kind in ("datetime", "file"):
            continue
        choices = (
            {choice.value: choice.caption(current_language()) for choice in item.choices} if item is not None else {}
        )
        captioned.append((item.caption(current_language()) if item is not None else key, choices.get(text, text)))
    return captioned


@blueprint.post("/answers/reviews/<int:number>")
@requires_permission(REVIEW)
def submit_verdict(number: int) -> ResponseReturnValue:
    """Record a verdict; the second reviewer sees the first verdict and keeps what they typed."""
    reading, form = reviews.load_masked_case(tx(), number, current_author_scope().fields), request.form
    note = form.get("note", "").strip().replace("\r\n", "\n")
    try:
        reviews.record_verdict(
            tx(), current_desk(), reading, ReviewVerdict(form.get("verdict", ""), note, _reviewing_unit())
        )
    except Invalid as error:
        return _render_review(reading, 422, fault=(error.field, say(error, current_language())), typed=form)
    except Stale:
        return _render_review(reviews.load_masked_case(tx(), number, current_author_scope().fields), 409, typed=form)
    flash(_("Đã ghi nhận xét hồ sơ %(code)s.", code=reading.code), "success")
    return redirect(_sample_address() or url_for("answer_reviews.show_review_sample"))


def _reviewing_unit() -> str:
    """The unit for which the officer reviews: their department, otherwise the office."""
    return min(
        (role != "department", unit)
        for unit, role in current_officer().roles
        if role in access.PERMISSIONS[REVIEW].roles
    )[1]


def _sample_address() -> str:
    """URL of the sample that the reviewer came from; always an address of the sample page."""
    back = request.form.get("back", "")
    own = url_for("answer_reviews.show_review_sample")
    return f"{own}?{back}" if back and back.isprintable() and len(back) <= 300 else ""


@blueprint.get("/answers/verdicts")
@requires_permission(READ_VERDICTS)
def show_verdicts() -> ResponseReturnValue:
    """List the verdicts on answers of the units that the officer heads."""
    return _render_verdicts()


def _headed_units() -> set[str]:
    return {unit for unit, role in current_officer().roles if role == HEAD}


def _render_verdicts(status: int = 200, **more: object) -> ResponseReturnValue:
    rows = reviews.list_unit_verdicts(tx(), _headed_units())
    context = {"rows": rows, "verdicts": VERDICT_CAPTIONS, "most": reviews.MOST_LISTED, **more}
    return render_template("answer_verdicts.html", **context), status


@blueprint.post("/answers/verdicts/<int:number>/reply")
@requires_permission(READ_VERDICTS)
def submit_verdict_reply(number: int) -> ResponseReturnValue:
    """Reply to a verdict, once."""
    text = request.form.get("reply", "").strip().replace("\r\n", "\n")
    try:
        reviews.record_reply(tx(), current_desk(), number, _headed_units(), text)
    except Invalid as error:
        return _render_verdicts(422, fault=say(error, current_language()), at=number, typed=text)
    except Stale:
        return _render_verdicts(
            409, fault=_("Người khác đã phản hồi trước; nội dung bạn gõ ở dưới."), at=number, typed=text
        )
    flash(_("Đã gửi phản hồi."), "success")
    return redirect(url_for("answer_reviews.show_verdicts"))
