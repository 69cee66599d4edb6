"""Template filters: instants, time left, numbers, phone numbers, captions for keys."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask, g
from flask_babel import format_decimal, format_percent, lazy_gettext, ngettext
from flask_babel import gettext as _

from engine.cases.reports import particular_of
from engine.clock import VIETNAM
from engine.process import element_captions, known_fields
from engine.store.unreadable import UnreadableInstant, UnreadableNumber
from engine.text import vietnamese_order
from engine.translation.wording import fact_text
from engine.world import captions, deadline_explanation
from engine.world.roles import role_term
from engine.world.work_calendar import WorkCalendar
from forms.texts import iso_date
from web.display.origins import actor_text, origin_text
from web.display.places import place_kinds_text
from web.http import request as here

SOON = timedelta(hours=4)
MINUTE = timedelta(minutes=1)
LONGEST_HEADLINE = 90
_MOBILE_NUMBER = re.compile(r"(?<!\d)(\d{4})(\d{3})(\d{3})(?!\d)")

CHANNEL_CAPTIONS = {
    "phone": lazy_gettext("Điện thoại"),
    "web": lazy_gettext("Trang web"),
    "app": lazy_gettext("Ứng dụng"),
    "mail": lazy_gettext("Thư điện tử, công văn"),
}
MESSAGE_CHANNEL_CAPTIONS = {
    "mail": lazy_gettext("Thư điện tử"),
    "sms": lazy_gettext("Tin nhắn SMS"),
    "zalo": lazy_gettext("Zalo"),
}
CALL_REASON_CAPTIONS = {
    "wrong_number": lazy_gettext("nhầm số"),
    "hung_up": lazy_gettext("người gọi dập máy"),
    "silent": lazy_gettext("không có tiếng"),
    "question_answered": lazy_gettext("đã giải đáp câu hỏi"),
    "other": lazy_gettext("lý do khác"),
    "complaint": lazy_gettext("khiếu nại"),
    "denunciation": lazy_gettext("tố cáo"),
}
UNIT_KIND_CAPTIONS = {kind: lazy_gettext(caption) for kind, caption in captions.UNIT_KIND_CAPTIONS.items()}


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """Status of a deadline: `state` is "none", "fine", "soon" or "late"; `words` is its text; `share` is 0 to 100."""

    state: str
    words: str
    due: datetime | None = None
    share: int = 0


def time_left(due: datetime | None, now: datetime, calendar: WorkCalendar, *, always: bool = False) -> TimeLeft:
    """Time until `due`, in working time, or around the clock when `always` (an emergency's clock never stops)."""
    if isinstance(due, UnreadableInstant):
        return TimeLeft("none", _("không đọc được"))
    if due is None or due.year == 9999:
        return TimeLeft("none", _("Không tính hạn"))
    late = due <= now
    first, last = (due, now) if late else (now, due)
    amount = last - first if always else calendar.between(first, last)
    if amount < MINUTE <= last - first:  # Both in the night, but for seconds: what falls there is on the clock.
        amount, always = last - first, True
    day = timedelta(days=1) if always else calendar.day_length()
    amount_text = _format_amount(amount, day, always=always)
    share = min(100, round(100 * (1 - amount / (2 * day)))) if amount < 2 * day else 0
    if late:
        words = _("Quá hạn %(amount)s", amount=amount_text) if amount >= MINUTE else _("Vừa quá hạn")
        return TimeLeft("late", words, due, 100)
    words = _("Còn %(amount)s", amount=amount_text) if amount >= MINUTE else _("Còn chưa đến 1 phút")
    return TimeLeft("soon" if amount <= SOON else "fine", words, due, share)


def _format_amount(amount: timedelta, day: timedelta, *, always: bool) -> str:
    """A duration in its two largest units."""
    days, rest = divmod(amount, day)
    hours, minutes = divmod(rest // MINUTE, 60)
    parts = []
    if days:
        parts.append(ngettext("%(num)s ngày", "%(num)s ngày", days))
    if hours:
        parts.append(ngettext("%(num)s giờ", "%(num)s giờ", hours))
    if not days and (minutes or not hours):
        parts.append(ngettext("%(num)s phút", "%(num)s phút", minutes))
    text = " ".join(parts)
    return text if always else _("%(amount)s làm việc", amount=text)


def duration_text(amount: timedelta) -> str:
    """A clock duration in its two largest units: 2 giờ 5 phút."""
    return _format_amount(amount, timedelta(days=1), always=True)


def request_time_left(due: datetime | None, urgency: str) -> TimeLeft:
    """`time_left` as of this request; an emergency's clock runs around the clock.

    Every page and export asks here and says how urgent the case is, "" for what is no case.
    """
    return time_left(due, here.request_time(), here.current_world().calendar, always=urgency == "emergency")


def call_length_text(seconds: int | None) -> str:
    """The length of a call in minutes and seconds: 3:05; empty when it was not measured, or is damaged."""
    return f"{seconds // 60}:{seconds % 60:02}" if isinstance(seconds, int) else ""


def call_reason_caption(key: str) -> str:
    """Why a call became no report."""
    return label_of(key, CALL_REASON_CAPTIONS)


def instant_text(at: datetime | None) -> str:
    """An instant in Vietnam time: 16:30 27/11/2026."""
    if isinstance(at, UnreadableInstant):
        return _("không đọc được")
    return f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}" if at else ""


def day_text(at: datetime | None) -> str:
    """A day in Vietnam time: 27/11/2026."""
    if isinstance(at, UnreadableInstant):
        return _("không đọc được")
    return f"{at.astimezone(VIETNAM):%d/%m/%Y}" if at else ""


def typed_day(value: Any) -> str:
    """A day as it is typed: 27/11/2026; what is no day stays as it is."""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    day = iso_date(str(value))
    return "/".join(reversed(day.split("-"))) if day else str(value)


def deadline_text(at: datetime | None) -> str:
    """An instant with its weekday: 16:30 thứ Sáu 27/11/2026."""
    if isinstance(at, UnreadableInstant):
        return _("không đọc được")
    return deadline_explanation.instant_with_weekday(at, here.current_language()) if at else ""


def phone_text(number: str) -> str:
    """A subscriber's number in groups, 0912 345 678; of a telephone field's answer, each of its numbers."""
    return _MOBILE_NUMBER.sub(r"\1 \2 \3", number)


def report_phones(report: Any) -> str:
    """The telephone numbers of a report with their remark: 0912 345 678, 0987 654 321 (Zalo)."""
    return phone_text(str(particular_of(report, "phone")))


def number_text(value: float) -> str:
    """A number in the visitor's locale: 1.234,5."""
    return str(value) if isinstance(value, UnreadableNumber) else str(format_decimal(value))


def percent_text(ratio: float | None) -> str:
    """A ratio in the visitor's locale: 0.274 as 27,4 %; a dash when there is none."""
    return "–" if ratio is None else str(format_percent(ratio, "#,##0.#\u00a0%"))


def label_of(key: str, labels: Mapping[str, object]) -> str:
    """Caption of a key; the key itself when it has none."""
    return str(labels.get(key, key))


def choice_captions(form: str, key: str) -> dict[str, str]:
    """Captions of a form field's choices, by value, in the visitor's language.

    Taken from the newest deployment; empty if an analyst removed the form or the field. Read once per request.
    """
    if "captions" not in g:
        g.captions = {}
    if (form, key) not in g.captions:
        forms = here.active_deployment().forms
        input_field = forms[form].inputs.get(key) if form in forms else None
        choices = input_field.choices if input_field else ()
        g.captions[form, key] = {choice.value: choice.caption(here.current_language()) for choice in choices}
    labels: dict[str, str] = g.captions[form, key]
    return labels


def field_captions() -> Mapping[str, str]:
    """Captions of the fields that reports have, also of those that no new one may have."""
    if "field_captions" not in g:
        g.field_captions = known_fields.known_captions(here.tx(), here.current_language())
    captions: Mapping[str, str] = g.field_captions
    return captions


def new_field_captions() -> dict[str, str]:
    """Captions of the fields that a new report may have."""
    return {one.key: one.caption(here.current_language()) for one in here.active_deployment().report_fields}


def field_caption(key: str) -> str:
    """Caption of a field."""
    return new_field_captions().get(key) or label_of(key, field_captions())


def urgency_caption(key: str) -> str:
    """Caption of an urgency."""
    return label_of(key, choice_captions("receive", "urgency"))


def channel_caption(key: str) -> str:
    """Caption of a channel."""
    return label_of(key, CHANNEL_CAPTIONS)


def message_channel_caption(key: str) -> str:
    """Caption of a channel through which citizens write."""
    return label_of(key, MESSAGE_CHANNEL_CAPTIONS)


def role_caption(key: str) -> str:
    """Caption of a role."""
    return own_words(fact_text(role_term(key), here.current_language()))


def own_words(sentence: object) -> str:
    """A sentence of the program with the People's Committee called as in this province."""
    return here.current_world().province.own_words(str(sentence))


def unit_caption(code: str) -> str:
    """Name of a unit; its code when unknown."""
    units = here.current_world().units
    return units.get(code).name if units.knows(code) else code


def step_caption(name: str) -> str:
    """Caption of a task, given the Vietnamese name stored in its row."""
    if "steps" not in g:
        g.steps = element_captions.load_step_names(here.tx(), here.current_language())
    return str(g.steps.get(name, name))


def headline(text: str) -> str:
    """The first line of a text, as a title: cut between words when it is long."""
    line = next((one.strip() for one in text.splitlines() if one.strip()), "")
    title = textwrap.shorten(line, LONGEST_HEADLINE, placeholder="…")
    return f"{line[: LONGEST_HEADLINE - 1]}…" if title == "…" else title


def sort_by_name(items: Iterable[Any]) -> list[Any]:
    """Things that have a name, in the order of the Vietnamese alphabet."""
    return sorted(items, key=lambda item: vietnamese_order(item.name))


FILTERS: dict[str, Callable[..., Any]] = {
    "lasting": duration_text,
    "call_length": call_length_text,
    "call_reason": call_reason_caption,
    "left": request_time_left,
    "moment": instant_text,
    "day": day_text,
    "typed_day": typed_day,
    "deadline": deadline_text,
    "phone": phone_text,
    "phones": report_phones,
    "number": number_text,
    "percent": percent_text,
    "field": field_caption,
    "urgency": urgency_caption,
    "channel": channel_caption,
    "message_channel": message_channel_caption,
    "role": role_caption,
    "own_words": own_words,
    "unit": unit_caption,
    "step": step_caption,
    "by_name": sort_by_name,
    "headline": headline,
    "origin": origin_text,
    "actor": actor_text,
    "places": place_kinds_text,
}


def register_filters(app: Flask) -> None:
    """Register the filters for templates under their short names."""
    app.jinja_env.filters.update(FILTERS)
