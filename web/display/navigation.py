"""Where one can go: the bar of officers by their roles, the doors of the front page. For the application alone."""

from __future__ import annotations

from typing import Any

from flask import g, request, url_for
from flask_babel import lazy_gettext

from engine.staff import access
from web.http.request import officer

# Endpoint, title, icon, and the roles to which it is shown; none: to all.
BAR: tuple[tuple[str, Any, str, frozenset[str]], ...] = (
    ("intake.show", lazy_gettext("Tiếp nhận"), "telephone-inbound", access.ACTS["take_calls"]),
    ("case.find", lazy_gettext("Tra cứu"), "search", frozenset()),
    ("monitor.show", lazy_gettext("Theo dõi"), "speedometer2", access.ACTS["monitor"]),
    ("appendix.show", lazy_gettext("Phụ lục"), "table", access.ACTS["monitor"]),
    ("chase.show", lazy_gettext("Đôn đốc"), "megaphone", access.ACTS["watch_chase"]),
    ("directives.index", lazy_gettext("Văn bản"), "file-earmark-text", access.ANSWERING),
    ("answers.show", lazy_gettext("Trả lời mẫu"), "chat-left-text", access.ACTS["write_answers"]),
    ("answer_reviews.list_verdicts", lazy_gettext("Nhận xét"), "clipboard-check", access.ACTS["read_verdicts"]),
    ("substitutes.show", lazy_gettext("Làm thay"), "person-up", access.ACTS["stand_in"]),
    ("records.show", lazy_gettext("Nhật ký"), "journal-text", access.ACTS["read_records"]),
    ("studio.show", lazy_gettext("Xưởng"), "diagram-3", access.ACTS["design"]),
    ("admin.show", lazy_gettext("Quản trị"), "gear", access.ACTS["administer"]),
)

# Endpoint, title, hint and icon.
DOORS = (
    (
        "public.report",
        lazy_gettext("Gửi phản ánh"),
        lazy_gettext("Không cần tài khoản; nhận mã để theo dõi"),
        "megaphone",
    ),
    (
        "public.follow",
        lazy_gettext("Theo dõi phản ánh"),
        lazy_gettext("Nhập mã hồ sơ và số điện thoại"),
        "signpost-split",
    ),
)


def bar() -> list[dict[str, Any]]:
    """The pages of the bar that the officer's roles open."""
    if "officer" not in g:
        return []
    roles = {role for _unit, role in officer().roles}
    return [
        {"link": url_for(endpoint), "title": title, "icon": icon, "here": request.endpoint == endpoint}
        for endpoint, title, icon, needed in BAR
        if not needed or roles & needed
    ]


def doors() -> list[dict[str, Any]]:
    """What the front page offers to citizens."""
    return [{"link": url_for(name), "title": title, "hint": hint, "icon": icon} for name, title, hint, icon in DOORS]
