"""The mails about absences: to whoever is to stand in, and to the others when they decline or have left (R12)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from engine.clock import VIETNAM
from engine.mailing.facts import PageLinks, unit_display_name
from engine.staff import substitutes
from engine.store.db import Transaction
from engine.translation.catalogue import N_, translate
from engine.world.world import World

_GREETING = N_("Kính gửi {name},")
_LINK = N_("Xem hoặc thay đổi: {link}")
# Subject and text by what has happened.
_WORDS: Mapping[str, tuple[str, str]] = {
    substitutes.ARRANGED: (
        N_("[1022] Nhờ xử lý thay {person} tại {unit} từ {start}"),
        N_(
            "{person} vắng mặt tại {unit} từ {start} đến trước {end}; bạn được nhờ xử lý thay trong thời gian đó. "
            "Việc nằm trong mục “Đang xử lý thay” của “Việc cần xử lý”. "
            "Nếu không nhận, xin từ chối để người khác được nhờ."
        ),
    ),
    substitutes.DECLINED: (
        N_("[1022] {substitute} từ chối xử lý thay {person}"),
        N_("{substitute} từ chối xử lý thay {person} tại {unit} từ {start} đến trước {end}. Xin nhờ người khác."),
    ),
    substitutes.LOST: (
        N_("[1022] {substitute} không còn xử lý thay {person}"),
        N_(
            "Tài khoản của {substitute} đã khóa, nên từ {start} đến trước {end} không ai xử lý thay {person} tại "
            "{unit}. Xin nhờ người khác."
        ),
    ),
}


def compose_absence_mail(tx: Transaction, mail: Row[Any], name: str, world: World, pages: PageLinks) -> tuple[str, str]:
    """Subject and text of a mail about an absence to the officer `name`; raises NotFound when the absence is gone."""
    number, _colon, event = mail.about.partition(":")
    row = substitutes.find_absence(tx, int(number))
    facts = {
        "person": row.person,
        "substitute": row.substitute,
        "unit": unit_display_name(world, row.unit_code),
        "start": f"{row.starts_at.astimezone(VIETNAM):%H:%M %d/%m/%Y}",
        "end": f"{row.ends_at.astimezone(VIETNAM):%H:%M %d/%m/%Y}",
    }
    subject, text = (translate(words, pages.language).format(**facts) for words in _WORDS[event])
    greeting, link = (translate(words, pages.language) for words in (_GREETING, _LINK))
    return subject, "\n\n".join((greeting.format(name=name), text, link.format(link=f"{pages.site}/substitutes")))
