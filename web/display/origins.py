"""Words for who did an act without being a person of the staff, and from where: never what the program calls it."""

from __future__ import annotations

from flask_babel import lazy_gettext

from engine.actor import parse_party

ACTOR_NAMES = {
    "system": lazy_gettext("Hệ thống"),
    "administrator": lazy_gettext("Quản trị viên"),
    "citizen": lazy_gettext("Người dân"),
    "replay": lazy_gettext("Dữ liệu minh họa"),
    "visitor": lazy_gettext("Khách chưa đăng nhập"),
    "demo": lazy_gettext("Dữ liệu minh họa"),
}
PAGES = "web "  # What the history writes before the address of a request.
ORIGIN_CAPTIONS = {
    "web": lazy_gettext("trang web"),
    "worker": lazy_gettext("hệ thống"),
    "cli": lazy_gettext("lệnh quản trị"),
    "demo": lazy_gettext("dữ liệu minh họa"),
    "replay": lazy_gettext("dữ liệu minh họa"),
    "bench": lazy_gettext("dữ liệu minh họa"),
}


def actor_text(actor: str) -> str:
    """Who did an act, when it is nobody of the staff; a person's name stays as it is."""
    return str(ACTOR_NAMES.get(parse_party(actor).kind, actor))


def origin_text(origin: str) -> str:
    """An origin as the history keeps it, in words; one that nobody named stays as it is."""
    return str(ORIGIN_CAPTIONS.get(origin, origin.removeprefix(PAGES)))


def origin_prefix(typed: str) -> str:
    """How origins begin that somebody looks for: by an address, a name, or what the history writes."""
    named = next((key for key, caption in ORIGIN_CAPTIONS.items() if str(caption) == typed.lower()), "")
    return named or (PAGES + typed if typed[:1].isdigit() or ":" in typed else typed)
