"""Corrections from the page of a case: routed anew, split, merged and unmerged, withdrawn, recalled (R18, R9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from engine.cases import corrections, dossier
from engine.cases.dossier import Dossier
from engine.errors import BadInput, NotFound, Stale
from web.display import form_view
from web.http.request import desk, officer, tx, world

blueprint = Blueprint("correction", __name__)

Answer = Any
TITLES = {
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
    "merge": lazy_gettext("Việc đang làm dừng lại; hồ sơ này kết thúc cùng hồ sơ kia và người dân được báo kết quả."),
    "unmerge": lazy_gettext("Hồ sơ này được phân công lại và tiếp tục riêng."),
    "withdraw": lazy_gettext("Hồ sơ kết thúc ngay, không ai xử lý tiếp."),
    "recall": lazy_gettext("Việc đang làm dừng lại; Văn phòng quyết định đơn vị xử lý."),
}


@blueprint.get("/cases/<code>/corrections/<act>")
def ask(code: str, act: str) -> Answer:
    """What will happen, and the form with the reason."""
    return _page(dossier.by_code(tx(), officer(), code, world()), act)


def _page(case: Dossier, act: str, fault: str = "", status: int = 200) -> Answer:
    if act not in TITLES:
        raise NotFound("There is no such correction.")
    corrections.require(desk(), act)
    if act not in corrections.possible(case, desk()):
        raise Stale("This correction is not possible.")
    page = render_template(
        "correction.html",
        case=case,
        act=act,
        title=TITLES[act],
        consequence=CONSEQUENCES[act],
        communes=form_view.communes(),
        fault=fault,
        typed=request.form,
    )
    return page, status


@blueprint.post("/cases/<code>/corrections/<act>")
def correct(code: str, act: str) -> Answer:
    """Do it."""
    case = dossier.by_code(tx(), officer(), code, world())
    reason = " ".join(request.form.get("reason", "").split())
    if act not in TITLES:
        raise NotFound("There is no such correction.")
    corrections.require(desk(), act)
    try:
        _do(case, act, reason)
    except (BadInput, NotFound) as error:
        return _page(case, act, _fault(str(error)), 422)
    flash(_("Đã thực hiện: %(act)s.", act=TITLES[act]), "success")
    return redirect(url_for("case.show", code=case.report.code))


def _do(case: Dossier, act: str, reason: str) -> None:
    form = request.form
    part = {name: form.get(name, "") for name in ("place", "field", "content")}
    acts: dict[str, Callable[[], object]] = {
        "reroute": lambda: corrections.reroute(tx(), desk(), case, {k: part[k] for k in ("place", "field")}, reason),
        "split": lambda: corrections.split(tx(), desk(), case, part, reason),
        "merge": lambda: corrections.merge(tx(), desk(), case, form.get("into", ""), reason),
        "unmerge": lambda: corrections.unmerge(tx(), desk(), case, reason),
        "withdraw": lambda: corrections.withdraw(tx(), desk(), case, reason),
        "recall": lambda: corrections.recall(tx(), desk(), case, reason),
    }
    acts[act]()


def _fault(message: str) -> str:
    """What is wrong, in the visitor's language; the engine names the field first."""
    sentences: dict[str, str] = {
        "reason": _("Nêu lý do, ít nhất %(num)s ký tự.", num=corrections.SHORTEST_REASON),
        "place": _("Chọn xã, phường trong danh sách."),
        "field": _("Chọn lĩnh vực trong danh sách."),
        "content": _("Ghi nội dung của phần được tách."),
    }
    general = _("Chưa thực hiện được: kiểm tra mã hồ sơ (phải là hồ sơ khác đang mở) và chọn nội dung cần đổi.")
    return sentences.get(message.partition(":")[0], general)
