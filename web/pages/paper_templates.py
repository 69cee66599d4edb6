"""The Word templates of the office's papers, on one page for each paper: the one in use, its versions, its fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from engine.cases import file_kinds
from engine.cases.attachments import Upload
from engine.directives import templates
from engine.directives.fields import BRIEFING, DIRECTIVE, SAMPLE_CASE, SAMPLE_FIGURE, TEXT, fields_of
from engine.directives.language import FILTERS, UnfitTemplate
from engine.directives.template_file import MAX_FILE_SIZE
from engine.errors import NotFound
from engine.translation.wording import say
from web.http import downloads
from web.http.parsing import parse_digits
from web.http.request import current_desk, current_language, requires_permission, tx

blueprint = Blueprint("paper_templates", __name__, url_prefix=f"/paper-templates/<any({DIRECTIVE}, {BRIEFING}):paper>")

ISSUE = "issue_directives"
WORD_TYPE = file_kinds.MEDIA_TYPES[".docx"]
_SHARED_MEANINGS: Mapping[str, LazyString] = {
    "superior": lazy_gettext("Cơ quan chủ quản"),
    "issuer_lines": lazy_gettext("Cơ quan ban hành, từng dòng"),
    "issuer_name": lazy_gettext("Tên cơ quan ban hành trong câu"),
    "number": lazy_gettext("Số, ký hiệu"),
    "place_and_date": lazy_gettext("Địa danh, ngày tháng năm"),
    "subject": lazy_gettext("Trích yếu"),
    "copies": lazy_gettext("Nơi nhận, danh sách"),
    "signer_lines": lazy_gettext("Chức vụ người ký, từng dòng"),
    "signer_name": lazy_gettext("Họ tên người ký"),
}


@dataclass(frozen=True, slots=True)
class TemplatePage:
    """What the page of a paper's template says: its titles, the meaning of fields, and the parts of its one list."""

    title: LazyString
    papers: LazyString
    papers_page: str
    file_name: str
    meanings: Mapping[str, LazyString]
    list_hint: LazyString
    parts: tuple[str, ...]


PAGES: Mapping[str, TemplatePage] = {
    DIRECTIVE: TemplatePage(
        title=lazy_gettext("Mẫu văn bản đôn đốc"),
        papers=lazy_gettext("Các văn bản đôn đốc"),
        papers_page="directives.show_directives",
        file_name="mau-van-ban-don-doc",
        meanings={
            **_SHARED_MEANINGS,
            "recipients": lazy_gettext("Nơi kính gửi, danh sách"),
            "cases": lazy_gettext("Các hồ sơ, danh sách"),
            "total": lazy_gettext("Số hồ sơ"),
            "demands": lazy_gettext("Các yêu cầu, danh sách"),
            "answer_by": lazy_gettext("Hạn báo cáo"),
        },
        list_hint=lazy_gettext("Trong danh sách hồ sơ, sau dòng for case in cases: %(names)s."),
        parts=tuple(f"case.{name}" for name in SAMPLE_CASE),
    ),
    BRIEFING: TemplatePage(
        title=lazy_gettext("Mẫu báo cáo"),
        papers=lazy_gettext("Báo cáo định kỳ"),
        papers_page="briefings.show_briefings",
        file_name="mau-bao-cao",
        meanings={
            **_SHARED_MEANINGS,
            "recipient": lazy_gettext("Nơi kính gửi"),
            "period": lazy_gettext("Kỳ báo cáo"),
            "as_of": lazy_gettext("Thời điểm tổng hợp số liệu"),
            "situation": lazy_gettext("Phần I, từng đoạn"),
            "figures": lazy_gettext("Bảng số liệu, danh sách"),
            "chase": lazy_gettext("Phần II, từng đoạn"),
            "assessment": lazy_gettext("Phần III, từng đoạn"),
            "proposals": lazy_gettext("Phần IV, từng đoạn"),
        },
        list_hint=lazy_gettext("Trong bảng số liệu, sau dòng for figure in figures: %(names)s."),
        parts=tuple(f"figure.{name}" for name in SAMPLE_FIGURE),
    ),
}


@blueprint.get("")
@requires_permission(ISSUE)
def show_templates(paper: str) -> ResponseReturnValue:
    """Show the template in use, earlier versions, and the fields a template may use."""
    return _render_templates(paper)


def _render_templates(paper: str, fault: str = "", status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "paper_template.html",
        paper=paper,
        page=PAGES[paper],
        current=templates.current_template(tx(), paper),
        versions=templates.list_template_versions(tx(), paper),
        lists={name for name, kind in fields_of(paper).items() if kind != TEXT},
        filters=sorted(FILTERS),
        fault=fault,
    )
    return page, status


@blueprint.get("/file")
@requires_permission(ISSUE)
def download_template(paper: str) -> ResponseReturnValue:
    """Download the template in use, to edit in Word, or an earlier version by its id."""
    asked, name = request.args.get("version", ""), PAGES[paper].file_name
    if not asked:
        return downloads.file_response(templates.current_template(tx(), paper).content, WORD_TYPE, f"{name}.docx")
    number = parse_digits(asked)
    if number is None:
        raise NotFound("directive-template-unknown")
    content = templates.find_template(tx(), number, paper).content
    return downloads.file_response(content, WORD_TYPE, f"{name}-{number}.docx")


@blueprint.post("")
@requires_permission(ISSUE)
def upload_template(paper: str) -> ResponseReturnValue:
    """Upload a new version of the template, used from now on."""
    sent = request.files.get("template")
    upload = Upload(sent.filename or "", sent.stream.read(MAX_FILE_SIZE + 1)) if sent else Upload("", b"")
    try:
        templates.add_template(tx(), current_desk(), upload, paper)
    except UnfitTemplate as error:
        return _render_templates(paper, say(error, current_language()), 422)
    flash(_("Mẫu mới được dùng từ bây giờ."), "success")
    return redirect(url_for("paper_templates.show_templates", paper=paper))


@blueprint.post("/<int:number>/use")
@requires_permission(ISSUE)
def use_template(paper: str, number: int) -> ResponseReturnValue:
    """Restore an earlier version of the template."""
    try:
        templates.restore_template(tx(), current_desk(), number, paper)
    except UnfitTemplate as error:
        return _render_templates(paper, say(error, current_language()), 422)
    flash(_("Đã dùng lại phiên bản này."), "success")
    return redirect(url_for("paper_templates.show_templates", paper=paper))
