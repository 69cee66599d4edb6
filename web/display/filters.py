"""How things are said on pages: instants, time left, numbers, phone numbers, names of what the program knows by key.

Registered as filters of the templates by the application; pages may call it too. Nothing here asks the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, g
from flask_babel import format_decimal, lazy_gettext, ngettext
from flask_babel import gettext as _

from engine.clock import VIETNAM
from engine.process import definitions
from engine.world import deadline_explanation
from engine.world.work_calendar import WorkCalendar
from web.http import request as here

SOON = timedelta(hours=4)
MINUTE = timedelta(minutes=1)

CHANNELS = {
    "phone": lazy_gettext("Điện thoại"),
    "web": lazy_gettext("Trang web"),
    "app": lazy_gettext("Ứng dụng"),
    "mail": lazy_gettext("Thư"),
}
ROLES = {
    "operator": lazy_gettext("Tổng đài viên"),
    "tier2_focal": lazy_gettext("Đầu mối cấp 2"),
    "commune": lazy_gettext("Đầu mối xã, phường"),
    "police": lazy_gettext("Công an"),
    "department": lazy_gettext("Sở, ngành"),
    "provincial_office": lazy_gettext("Văn phòng UBND tỉnh"),
    "leadership": lazy_gettext("Lãnh đạo UBND tỉnh"),
    "administrator": lazy_gettext("Quản trị"),
    "analyst": lazy_gettext("Phân tích nghiệp vụ"),
    "unit_head": lazy_gettext("Lãnh đạo đơn vị"),
    "citizen": lazy_gettext("Người dân"),
}
UNIT_KINDS = {
    "default": lazy_gettext("Giờ chung"),
    "province": lazy_gettext("Tỉnh"),
    "district": lazy_gettext("Huyện, thành phố"),
    "commune": lazy_gettext("Xã, phường"),
    "office": lazy_gettext("Văn phòng"),
    "hotline": lazy_gettext("Tổng đài"),
    "department": lazy_gettext("Sở, ngành"),
    "police": lazy_gettext("Công an"),
}


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """How a deadline stands: `state` is "none", "fine", "soon" or "late"; `words` say it; `share` is 0 to 100."""

    state: str
    words: str
    due: datetime | None = None
    share: int = 0


def time_left(due: datetime | None, now: datetime, calendar: WorkCalendar, *, always: bool = False) -> TimeLeft:
    """How long until `due`, in working time, or around the clock when `always` (an emergency's clock never stops)."""
    if due is None or due.year == 9999:
        return TimeLeft("none", _("Không tính hạn"))
    late = due <= now
    first, last = (due, now) if late else (now, due)
    amount = last - first if always else calendar.between(first, last)
    day = timedelta(days=1) if always else calendar.day()
    said = _amount(amount, day, always=always)
    share = min(100, round(100 * (1 - amount / (2 * day)))) if amount < 2 * day else 0
    if late:
        return TimeLeft("late", _("Quá hạn %(amount)s", amount=said), due, 100)
    return TimeLeft("soon" if amount <= SOON else "fine", _("Còn %(amount)s", amount=said), due, share)


def _amount(amount: timedelta, day: timedelta, *, always: bool) -> str:
    """An amount in its two largest units."""
    days, rest = divmod(amount, day)
    hours, minutes = divmod(rest // MINUTE, 60)
    parts = []
    if days:
        parts.append(ngettext("%(num)s ngày", "%(num)s ngày", days))
    if hours:
        parts.append(ngettext("%(num)s giờ", "%(num)s giờ", hours))
    if not days and (minutes or not hours):
        parts.append(ngettext("%(num)s phút", "%(num)s phút", minutes))
    said = " ".join(parts)
    return said if always else _("%(amount)s làm việc", amount=said)


def lasting(amount: timedelta) -> str:
    """An amount of time on the clock, in its two largest units: 2 giờ 5 phút."""
    return _amount(amount, timedelta(days=1), always=True)


def left(due: datetime | None, urgency: str = "") -> TimeLeft:
    """`time_left` for this request; an emergency's clock runs day and night."""
    return time_left(due, here.now(), here.world().calendar, always=urgency == "emergency")


def moment(at: datetime | None) -> str:
    """An instant in Vietnam's time: 16:30 27/11/2026."""
    return f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}" if at else ""


def day(at: datetime | None) -> str:
    """A day in Vietnam's time: 27/11/2026."""
    return f"{at.astimezone(VIETNAM):%d/%m/%Y}" if at else ""


def deadline(at: datetime | None) -> str:
    """An instant with its weekday: 16:30 thứ Sáu 27/11/2026."""
    return deadline_explanation.moment(at, here.language()) if at else ""


def phone(number: str) -> str:
    """A subscriber's number in groups: 0912 345 678."""
    return f"{number[:4]} {number[4:7]} {number[7:]}" if number.isdigit() and len(number) == 10 else number


def number(value: float) -> str:
    """A number in the visitor's spelling: 1.234,5."""
    return str(format_decimal(value))


def named(key: str, names: dict[str, Any]) -> str:
    """What a key is called; the key itself when it has no name."""
    return str(names.get(key, key))


def captions(form: str, key: str) -> dict[str, str]:
    """What the choices of a form's field are called, by value, in the visitor's language.

    The newest deployment says it, and none where an analyst took the form or the field away; read once per request.
    """
    if "captions" not in g:
        g.captions = {}
    if (form, key) not in g.captions:
        forms = definitions.newest(here.tx()).forms
        asked = forms[form].inputs.get(key) if form in forms else None
        choices = asked.choices if asked else ()
        g.captions[form, key] = {choice.value: choice.caption(here.language()) for choice in choices}
    found: dict[str, str] = g.captions[form, key]
    return found


def fields() -> dict[str, str]:
    """What the fields of reports are called."""
    return captions("receive", "field")


def field(key: str) -> str:
    """What a field is called."""
    return named(key, fields())


def urgency(key: str) -> str:
    """What an urgency is called."""
    return named(key, captions("receive", "urgency"))


def channel(key: str) -> str:
    """What a channel is called."""
    return named(key, CHANNELS)


def role(key: str) -> str:
    """What a role is called."""
    return named(key, ROLES)


def unit(code: str) -> str:
    """The name of a unit; its code when it is not known."""
    units = here.world().units
    return units.get(code).name if units.knows(code) else code


FILTERS = (lasting, left, moment, day, deadline, phone, number, field, urgency, channel, role, unit)


def offer(app: Flask) -> None:
    """Let templates use the filters."""
    for filter_ in FILTERS:
        app.add_template_filter(filter_)
