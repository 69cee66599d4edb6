"""Corrections from the page of a case: reroute, split, merge, unmerge, withdraw, recall (R18, R9)."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from engine.cases import case_in_hand, corrections, shared_case
from engine.cases.case_in_hand import CaseInHand
from engine.errors import BadInput, NotFound, Stale
from engine.translation.wording import say
from web.display import form_view
from web.http.request import current_desk, current_language, tx

blueprint = Blueprint("correction", __name__)

CORRECTION_TITLES = {
    "reroute": lazy_gettext("Sửa địa bàn, lĩnh vực"),
    "split": lazy_gettext("Tách một phần thành hồ sơ riêng"),
    "merge": lazy_gettext("Gộp vào hồ sơ khác"),
    "unmerge": lazy_gettext("Tách ra khỏi hồ sơ đã gộp"),
    "withdraw": lazy_gettext("Người dân rút phản ánh"),
    "recall": lazy_gettext("Thu hồi về Văn phòng"),
}
CONSEQUENCES = {
    "reroute": lazy_gettext("Việc đang làm dừng lại và hồ sơ được phân luồng lại theo địa bàn, lĩnh vực mới."),
    "split": lazy_gettext("Một hồ sơ mới của cùng người phản ánh bắt đầu từ tổng đài; hồ sơ này tiếp tục như cũ."),
    "merge": lazy_gettext(
        "Việc đang làm dừng lại. Khi hồ sơ kia có kết quả, hồ sơ này kết thúc cùng và người dân được báo; nếu hồ sơ "
        "kia kết thúc mà không có kết quả, hồ sơ này tiếp tục được giải quyết."
    ),
    "unmerge": lazy_gettext("Hồ sơ này được phân công lại và tiếp tục riêng."),
    "withdraw": lazy_gettext("Hồ sơ kết thúc ngay, không ai giải quyết tiếp."),
    "recall": lazy_gettext("Việc đang làm dừng lại; Văn phòng quyết định đơn vị giải quyết."),
}


@blueprint.get("/cases/<code>/corrections/<act>")
def show_correction(code: str, act: str) -> ResponseReturnValue:
    """Show the consequence, and the form for the reason."""
    return _render_correction(case_in_hand.open_by_code(tx(), current_desk(), code), act)


def _render_correction(case: CaseInHand, act: str, fault: str = "", status: int = 200) -> ResponseReturnValue:
    if act not in CORRECTION_TITLES:
        raise NotFound("correction-unknown")
    corrections.require_correction(current_desk(), act, case)
    shared = shared_case.load_shared_case(tx(), case.report.id)
    if act not in corrections.list_available(case, current_desk(), merged=corrections.is_merged(tx(), case)):
        raise Stale("correction-not-possible")
    page = render_template(
        "correction.html",
        case=case,
        shared=shared,
        act=act,
        title=CORRECTION_TITLES[act],
        consequence=CONSEQUENCES[act],
        communes=form_view.communes_by_parent(),
        fault=fault,
        typed=request.form,
    )
    return page, status


@blueprint.post("/cases/<code>/corrections/<act>")
def submit_correction(code: str, act: str) -> ResponseReturnValue:
    """Apply the correction."""
    case = case_in_hand.open_by_code(tx(), current_desk(), code)
    reason = " ".join(request.form.get("reason", "").split())
    if act not in CORRECTION_TITLES:
        raise NotFound("correction-unknown")
    corrections.require_correction(current_desk(), act, case)
    try:
        _apply_correction(case, act, reason)
    except (BadInput, NotFound) as error:
        return _render_correction(case, act, say(error, current_language()), 422)
    flash(_("Đã thực hiện: %(act)s.", act=CORRECTION_TITLES[act]), "success")
    return redirect(url_for("case.show_case", code=case.report.code))


def _apply_correction(case: CaseInHand, act: str, reason: str) -> None:
    form = request.form
    part = {name: form.get(name, "") for name in ("place", "field", "content")}
    acts: dict[str, Callable[[], object]] = {
        "reroute": lambda: corrections.reroute(
            tx(), current_desk(), case, {k: part[k] for k in ("place", "field")}, reason
        ),
        "split": lambda: corrections.split_report(tx(), current_desk(), case, part, reason),
        "merge": lambda: corrections.merge_into(tx(), current_desk(), case, form.get("into", ""), reason),
        "unmerge": lambda: corrections.unmerge(tx(), current_desk(), case, reason),
        "withdraw": lambda: corrections.withdraw(tx(), current_desk(), case, reason),
        "recall": lambda: corrections.recall(tx(), current_desk(), case, reason),
    }
    acts[act]()
