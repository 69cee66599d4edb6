"""Navigation: the officers' menu by role, and the links of the front page."""

from __future__ import annotations

from typing import Any

from flask import g, request, url_for
from flask_babel import lazy_gettext

from engine.staff import access
from web.http.request import current_application, current_officer

# Endpoint, title, icon, and the act of `engine.staff.access.PERMISSIONS` that opens it; "" for all.
MENU: tuple[tuple[str, Any, str, str], ...] = (
    ("intake.show_intake", lazy_gettext("Tiếp nhận"), "telephone-inbound", "take_calls"),
    ("case.search_cases", lazy_gettext("Tra cứu"), "search", "search_cases"),
    ("conversations.show_conversations", lazy_gettext("Hoàn thiện"), "chat-left-dots", "take_calls"),
    ("monitor.show_board", lazy_gettext("Theo dõi"), "speedometer2", "monitor"),
    ("chase.show_worklist", lazy_gettext("Đôn đốc"), "megaphone", "watch_chase"),
    ("appendix.show_appendix", lazy_gettext("Phụ lục"), "table", "monitor"),
    ("directives.show_directives", lazy_gettext("Văn bản"), "file-earmark-text", "answer_directives"),
    ("briefings.show_briefings", lazy_gettext("Báo cáo"), "file-earmark-bar-graph", "watch_chase"),
    ("begin.show_offers", lazy_gettext("Bắt đầu công việc"), "plus-square", ""),
    ("answers.show_answers", lazy_gettext("Trả lời mẫu"), "chat-left-text", "write_answers"),
    ("answer_reviews.show_verdicts", lazy_gettext("Nhận xét"), "clipboard-check", "read_verdicts"),
    ("callbacks.show_callbacks", lazy_gettext("Gọi lại kiểm tra"), "telephone-outbound", "call_back"),
    ("duty.show_roster", lazy_gettext("Lịch trực"), "calendar-week", "see_roster"),
    ("substitutes.show_substitutes", lazy_gettext("Người xử lý thay"), "person-up", ""),
    ("records.show_records", lazy_gettext("Nhật ký"), "journal-text", "read_records"),
    ("studio.show_studio", lazy_gettext("Thiết kế quy trình"), "diagram-3", "design"),
    ("admin.show_admin", lazy_gettext("Quản trị"), "gear", "administer"),
)

# Endpoint, title, hint and icon.
PUBLIC_LINKS = (
    (
        "public.show_report_form",
        lazy_gettext("Gửi phản ánh"),
        lazy_gettext("Không cần tài khoản; nhận mã và khóa để theo dõi"),
        "megaphone",
    ),
    (
        "following.show_doors",
        lazy_gettext("Theo dõi phản ánh"),
        lazy_gettext("Nhập mã hồ sơ và khóa tra cứu"),
        "signpost-split",
    ),
)
FIGURES_LINK = (
    "public_figures.show_public_figures",
    lazy_gettext("Công khai kết quả"),
    lazy_gettext("Số liệu từng tháng theo lĩnh vực và đơn vị"),
    "bar-chart",
)


def officer_menu() -> list[dict[str, object]]:
    """Menu entries that the officer's roles may open."""
    if "officer" not in g:
        return []
    return [
        {"link": url_for(endpoint), "title": title, "icon": icon, "here": request.endpoint == endpoint}
        for endpoint, title, icon, act in MENU
        if not act or access.has_permission(current_officer(), act)
    ]


def is_allowed(permission: str) -> bool:
    """Whether the signed-in officer has a permission, for links that not everybody on a page may follow."""
    return "officer" in g and access.has_permission(current_officer(), permission)


def public_links() -> list[dict[str, object]]:
    """Links for citizens on the front page; to the figures where the province publishes them."""
    links = (*PUBLIC_LINKS, *([FIGURES_LINK] if current_application().settings.public_figures else []))
    return [
        {"link": url_for(endpoint), "title": title, "hint": hint, "icon": icon} for endpoint, title, hint, icon in links
    ]
