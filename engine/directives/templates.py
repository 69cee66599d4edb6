"""The versions of the Word template: uploaded ones are kept, the one put into use last is used. For pages.

Until an office uploads one, the template that comes with the program is used; it becomes version 1 then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, func, insert, literal, select, update

from engine.actor import SYSTEM
from engine.cases import attachments
from engine.cases.attachments import Upload
from engine.cases.tasks import Desk
from engine.directives.default_template import default_template
from engine.directives.template_file import require_fit
from engine.errors import NotFound
from engine.staff import access
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import DirectiveTemplate, Person

ACT = "issue_directives"
OWN_NAME = "mau-kem-theo.docx"
LONGEST_NAME = 120

_template, _person = table_of(DirectiveTemplate), table_of(Person)


@dataclass(frozen=True, slots=True)
class Version:
    """A version that can be used; id None is the program's own while nothing was uploaded."""

    id: int | None
    name: str
    content: bytes


def current(tx: Transaction) -> Version:
    """The template in use."""
    wanted = select(_template).where(_template.c.turn > 0).order_by(_template.c.turn.desc()).limit(1)
    row = tx.read.execute(wanted).one_or_none()
    if row is None:
        return Version(None, OWN_NAME, default_template())
    return Version(row.id, row.name, attachments.kept(tx, row.digest))


def of_id(tx: Transaction, template_id: int) -> Version:
    """A version; raises NotFound."""
    row = tx.read.execute(select(_template).where(_template.c.id == template_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such template.")
    return Version(row.id, row.name, attachments.kept(tx, row.digest))


def versions(tx: Transaction) -> Sequence[Any]:
    """All versions, the one in use first, with who added them."""
    by = literal("person:") + cast(_person.c.id, String)
    wanted = select(_template, _person.c.name.label("who")).outerjoin(_person, _template.c.added_by == by)
    return tx.read.execute(wanted.order_by(_template.c.turn.desc(), _template.c.id.desc())).all()


def add(tx: Transaction, desk: Desk, upload: Upload) -> None:
    """Keep a checked template as a new version and use it; raises Forbidden, Unfit naming what is wrong."""
    access.require(desk.officer, ACT)
    require_fit(upload.content)
    connection = tx.write()
    if connection.execute(select(_template.c.id).limit(1)).scalar() is None:
        _insert(tx, Upload(OWN_NAME, default_template()), SYSTEM.actor, desk.now)
    name = "".join(sign for sign in upload.name if sign.isprintable()).strip()[-LONGEST_NAME:] or OWN_NAME
    _put_into_use(tx, _insert(tx, Upload(name, upload.content), desk.who.actor, desk.now), desk.now)


def use(tx: Transaction, desk: Desk, template_id: int) -> None:
    """Take an earlier version back into use; raises Forbidden, NotFound, Unfit when it does not pass any more."""
    access.require(desk.officer, ACT)
    require_fit(of_id(tx, template_id).content)
    _put_into_use(tx, template_id, desk.now)


def _insert(tx: Transaction, upload: Upload, by: str, now: datetime) -> int:
    row = {"name": upload.name, "digest": attachments.keep(tx, upload.content), "added_at": now, "added_by": by}
    number: int = tx.write().execute(insert(_template).returning(_template.c.id), row).scalar_one()
    return number


def _put_into_use(tx: Transaction, template_id: int, now: datetime) -> None:
    connection = tx.write()
    turn = (connection.execute(select(func.max(_template.c.turn))).scalar() or 0) + 1
    connection.execute(update(_template).where(_template.c.id == template_id).values(turn=turn, used_from=now))
