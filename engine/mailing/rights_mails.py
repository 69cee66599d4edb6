"""The mails to owners of accounts about rights that others gave or took, and accounts that others closed or opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, select

from engine.actor import parse_party
from engine.clock import VIETNAM
from engine.errors import NotFound
from engine.journal import acts, journal, owner_mails
from engine.mailing.facts import PageLinks
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Person
from engine.translation.catalogue import N_, translate
from engine.translation.wording import fact_text
from engine.world.roles import role_term
from engine.world.world import World

_SUBJECT = N_("[1022] Quyền của tài khoản {login} vừa được thay đổi")
_GREETING = N_("Kính gửi {name},")
_CHANGES: Mapping[str, str] = {
    acts.GRANT_ROLE: N_("Tài khoản {login} được giao thêm vai trò “{role}” tại {unit}."),
    acts.REVOKE_ROLE: N_("Tài khoản {login} không còn giữ vai trò “{role}” tại {unit}."),
    acts.CLOSE_ACCOUNT: N_("Tài khoản {login} đã bị khóa; không đăng nhập được nữa."),
    acts.MAKE_API_KEY: N_("Từ nay hệ thống khác “{key}” có khóa để làm việc với các vai trò của tài khoản {login}."),
    acts.OPEN_ACCOUNT: N_("Tài khoản {login} đã được mở lại."),
}
_AUTHOR = N_("Người thực hiện: {author}, lúc {at}.")
_BY_COMMAND = N_("quản trị viên máy chủ")
_ALARM = N_("Nếu bạn không biết về thay đổi này, hãy báo ngay cho quản trị viên.")

_person = table_of(Person)


def compose_rights_mail(tx: Transaction, mail: Row[Any], world: World, pages: PageLinks) -> tuple[str, str]:
    """Subject and text of a mail about an act of somebody else on the recipient's account."""
    act = owner_mails.load_told_act(tx.read, mail.about)
    owner, author = _load_person(tx, mail.recipient), _load_person(tx, act.actor)
    if owner is None:
        raise NotFound("person-unknown")
    detail = journal.facts_of(act)
    unit = str(detail.get("unit", ""))
    facts = {
        "login": owner.login,
        "role": world.province.own_words(fact_text(role_term(str(detail.get("role", ""))), pages.language)),
        "key": str(detail.get("name", "")),
        "unit": world.units.get(unit).name if world.units.knows(unit) else unit,
    }
    name = author.name if author is not None else translate(_BY_COMMAND, pages.language)
    at = f"{act.at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"

    def word(sentence: str, **more: str) -> str:
        return translate(sentence, pages.language).format(**facts, **more)

    parts = (word(_GREETING, name=owner.name), word(_CHANGES[act.act]), word(_AUTHOR, author=name, at=at), word(_ALARM))
    return word(_SUBJECT), "\n\n".join(parts)


def _load_person(tx: Transaction, actor: str) -> Any | None:
    query = select(_person.c.login, _person.c.name).where(_person.c.id == parse_party(actor).person_id)
    return tx.read.execute(query).one_or_none()
