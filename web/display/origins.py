"""Words from where an act was done: the address alone for pages, otherwise a name; never what the program calls it."""

from __future__ import annotations

from flask_babel import lazy_gettext

PAGES = "web "  # What the history writes before the address of a request.
ORIGIN_CAPTIONS = {
    "web": lazy_gettext("trang web"),
    "worker": lazy_gettext("hệ thống"),
    "cli": lazy_gettext("lệnh quản trị"),
    "demo": lazy_gettext("dữ liệu minh họa"),
    "replay": lazy_gettext("dữ liệu minh họa"),
    "bench": lazy_gettext("dữ liệu minh họa"),
}


def origin_text(origin: str) -> str:
    """An origin as the history keeps it, in words; one that nobody named stays as it is."""
    return str(ORIGIN_CAPTIONS.get(origin, origin.removeprefix(PAGES)))


def origin_prefix(typed: str) -> str:
    """How origins begin that somebody looks for: by an address, a name, or what the history writes."""
    named = next((key for key, caption in ORIGIN_CAPTIONS.items() if str(caption) == typed.lower()), "")
    return named or (PAGES + typed if typed[:1].isdigit() or ":" in typed else typed)
