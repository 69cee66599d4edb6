"""The mails to owners of accounts about what proves who they are: changed, used up or used in a new place, by anybody.

They are told of their own acts too: it may have been somebody in their place (ASVS 4.0.3, 2.2.3 and 2.5.5).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, select

from engine.actor import parse_party
from engine.clock import VIETNAM
from engine.errors import NotFound
from engine.journal import acts, journal, owner_mails
from engine.journal.owner_mails import FORMER_ADDRESS, PROOFS
from engine.mailing.facts import PageLinks
from engine.staff import account_links
from engine.staff.account_links import LINK_MAIL
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import AccountLink, Person
from engine.translation.catalogue import N_, translate

KINDS = frozenset({PROOFS, FORMER_ADDRESS, LINK_MAIL})

_SUBJECT = N_("[1022] Đăng nhập của tài khoản {login} vừa thay đổi")
_GREETING = N_("Kính gửi {name},")
_CHANGES: Mapping[str, str] = {
    acts.CHANGE_PASSWORD: N_("Mật khẩu của tài khoản {login} vừa được đổi."),
    acts.CHANGE_EMAIL: N_("Địa chỉ thư điện tử của tài khoản {login} vừa được đổi từ “{before}” thành “{after}”."),
    acts.ADD_FACTOR: N_("Tài khoản {login} vừa được thêm một thiết bị xác thực."),
    acts.REMOVE_FACTOR: N_("Thiết bị xác thực của tài khoản {login} vừa bị gỡ."),
    acts.ISSUE_RECOVERY_CODES: N_("Tài khoản {login} vừa có các mã khôi phục mới; mã cũ không còn dùng được."),
    acts.USE_RECOVERY_CODE: N_("Một mã khôi phục của tài khoản {login} vừa được dùng; còn {left} mã."),
    acts.SIGN_IN: N_("Tài khoản {login} vừa đăng nhập từ một thiết bị chưa từng dùng."),
}
_PLACE = N_("Lúc {at}, từ {origin}.")
_ALARM = N_(
    "Nếu không phải bạn, hãy báo ngay cho quản trị viên, đổi mật khẩu và kết thúc các phiên lạ tại {site}/account."
)
_LINK_SUBJECT = N_("[1022] Chọn mật khẩu cho tài khoản {login}")
_INVITATION = N_("Tài khoản {login} ở Tổng đài 1022 đã được lập cho bạn. Mở liên kết sau để chọn mật khẩu:")
_RESET = N_("Quản trị viên gửi bạn liên kết để chọn mật khẩu mới cho tài khoản {login}:")
_TERM = N_("Liên kết dùng được một lần, đến {until}. Không chuyển tiếp thư này cho ai.")
_HIDDEN = "…"  # Where officers look at mails, nobody sees what opens somebody's account.

_person, _link = table_of(Person), table_of(AccountLink)


def compose_sign_in_mail(tx: Transaction, mail: Row[Any], pages: PageLinks, secret: bytes | None) -> tuple[str, str]:
    """Subject and text of a mail of KINDS; without `secret` a link in it is not shown. Raises NotFound."""
    return _compose_link(tx, mail, pages, secret) if mail.kind == LINK_MAIL else _compose_notice(tx, mail, pages)


def _compose_notice(tx: Transaction, mail: Row[Any], pages: PageLinks) -> tuple[str, str]:
    act = owner_mails.load_told_act(tx.read, mail.about)
    owner = _load_owner(tx, mail.recipient)
    detail = journal.facts_of(act)
    before, after = detail.get("changes", {}).get("email", ("", ""))
    facts = {"login": owner.login, "name": owner.name, "before": before, "after": after, "site": pages.site}
    facts |= {"left": str(detail.get("left", "")), "origin": act.origin.removeprefix("web ")}
    facts["at"] = f"{act.at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
    parts = (_GREETING, _CHANGES[act.act], _PLACE, _ALARM)
    return _word(_SUBJECT, pages, facts), "\n\n".join(_word(part, pages, facts) for part in parts)


def former_address(tx: Transaction, about: str) -> str:
    """The address that a person had before the act that a mail is about."""
    detail = journal.facts_of(owner_mails.load_told_act(tx.read, about))
    return str(detail["changes"]["email"][0])


def _compose_link(tx: Transaction, mail: Row[Any], pages: PageLinks, secret: bytes | None) -> tuple[str, str]:
    owner = _load_owner(tx, mail.recipient)
    link = tx.read.execute(select(_link).where(_link.c.handle == mail.about)).one_or_none()
    if link is None or link.used_at is not None:
        raise NotFound("account-link-used")
    token = account_links.token_of(secret, link.handle) if secret is not None else _HIDDEN
    facts = {"login": owner.login, "name": owner.name}
    facts["until"] = f"{link.expires_at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
    opening = _INVITATION if link.kind == account_links.INVITATION else _RESET
    parts = [_word(_GREETING, pages, facts), _word(opening, pages, facts)]
    parts += [pages.account_link_url(token), _word(_TERM, pages, facts)]
    return _word(_LINK_SUBJECT, pages, facts), "\n\n".join(parts)


def _word(sentence: str, pages: PageLinks, facts: Mapping[str, str]) -> str:
    return translate(sentence, pages.language).format(**facts)


def _load_owner(tx: Transaction, recipient: str) -> Any:
    query = select(_person.c.login, _person.c.name).where(_person.c.id == parse_party(recipient).person_id)
    owner = tx.read.execute(query).one_or_none()
    if owner is None:
        raise NotFound("person-unknown")
    return owner
