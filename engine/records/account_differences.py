"""Proves accounts: what proves who somebody is, is what the acts in the journal have sealed (R13).

Whoever writes a password's hash, a second factor or a recovery code into the database by hand signs in as somebody
else, and everything done then looks like that person's. `engine.staff.account_seals` has the digests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select

from engine.actor import person_key
from engine.journal import acts
from engine.records.journal_rows import apply_acts
from engine.staff import account_seals
from engine.staff.account_seals import SealsByAccount
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import JournalEntry, Person, RecoveryCode
from engine.translation.catalogue import N_
from engine.translation.plain_faults import PlainFault
from engine.translation.wording import Term

_entry, _person, _code = table_of(JournalEntry), table_of(Person), table_of(RecoveryCode)
_SEALING = (
    *(acts.ADOPT_ACCOUNTS, acts.CREATE_ACCOUNT, acts.STAFF_UNITS, acts.CHANGE_EMAIL, acts.CHANGE_PASSWORD),
    *(acts.ADD_FACTOR, acts.REMOVE_FACTOR, acts.ISSUE_RECOVERY_CODES),
    *(acts.JOIN_IDENTITY, acts.PART_IDENTITY, acts.FOLLOW_IDENTITY),
)
_CAPTIONS = {
    account_seals.NAMES: N_("tên đăng nhập, tên người hoặc số điện thoại"),
    account_seals.EMAIL: N_("địa chỉ thư điện tử"),
    account_seals.PASSWORD: N_("mật khẩu"),
    account_seals.CODES: N_("mã khôi phục"),
    account_seals.FACTOR: N_("lớp bảo vệ thứ hai"),
    account_seals.IDENTITY: N_("danh tính ở hệ thống đăng nhập chung"),
}


def find_differing_accounts(tx: Transaction) -> Iterator[PlainFault]:
    """Each account made by hand, and each whose proofs are not those that an act set; `tx` should be a snapshot."""
    sealed: SealsByAccount = {}
    yield from _read_seals(tx, sealed)
    present = account_seals.list_seals(tx)
    logins = {person_key(row.id): row.login for row in tx.read.execute(select(_person.c.id, _person.c.login))}
    for one in sorted(present.keys() | sealed.keys()):
        if one not in present:
            yield PlainFault("account-gone-without-act", {"login": one})
        elif one not in sealed:
            yield PlainFault("account-without-act", {"login": logins[one]})
        else:
            keys = present[one].keys() | sealed[one].keys()
            differing = {key for key in keys if present[one].get(key, "") != sealed[one].get(key, "")}
            for kind in sorted({key.partition(":")[0] for key in differing}):
                yield PlainFault("account-differs", {"login": logins[one], "what": Term(_CAPTIONS[kind])})


def _read_seals(tx: Transaction, sealed: SealsByAccount) -> list[PlainFault]:
    """Read the last seal of everything, where a later act on the same thing counts; returns what cannot be read."""

    def add_seals(_row: Any, facts: Mapping[str, Any]) -> None:
        for one, seals in facts.get("seals", {}).items():
            sealed.setdefault(one, {}).update(seals)

    query = select(_entry).where(_entry.c.chain == acts.CREATE_ACCOUNT.partition(".")[0], _entry.c.act.in_(_SEALING))
    return apply_acts(tx, query.order_by(_entry.c.seq), add_seals)


def find_differing_codes(tx: Transaction) -> Iterator[PlainFault]:
    """Each account of which a recovery code was used without an act, or is fresh again; `tx` should be a snapshot."""
    chain = acts.USE_RECOVERY_CODE.partition(".")[0]
    uses = select(_entry).where(_entry.c.chain == chain, _entry.c.act == acts.USE_RECOVERY_CODE)
    adopted = select(_entry).where(_entry.c.act == acts.ADOPT_ACCOUNTS)
    used: set[str | None] = set()
    yield from apply_acts(tx, uses, lambda _row, facts: used.add(facts.get("mark")))
    yield from apply_acts(tx, adopted, lambda _row, facts: used.update(facts.get("used", ())))
    rows = tx.read.execute(select(_code, _person.c.login).join(_person, _person.c.id == _code.c.person_id)).all()
    differing = {row.login for row in rows if (account_seals.mark_of(row.digest) in used) != (row.used_at is not None)}
    for login in sorted(differing):
        yield PlainFault("account-differs", {"login": login, "what": Term(_CAPTIONS[account_seals.CODES])})
