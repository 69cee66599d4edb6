"""Reads reports for the pages: the list, one of them with who made and issued it, and whether its mail has gone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from engine.documents.paper_register import DISCARDED
from engine.errors import NotFound
from engine.mailing.briefing_mails import BRIEFING
from engine.store.columns import person_key_of, table_of
from engine.store.db import Transaction
from engine.store.models import Briefing, Mail, Person

PAGE_SIZE = 30

_briefing, _person, _mail = table_of(Briefing), table_of(Person), table_of(Mail)


def list_briefings(tx: Transaction, before: int | None = None) -> tuple[Sequence[Any], int | None]:
    """One page of reports, newest first, and where the next one begins."""
    query = select(_briefing).where(_briefing.c.state != DISCARDED).order_by(_briefing.c.id.desc())
    if before is not None:
        query = query.where(_briefing.c.id < before)
    rows = tx.read.execute(query.limit(PAGE_SIZE + 1)).all()
    return rows[:PAGE_SIZE], (rows[PAGE_SIZE - 1].id if len(rows) > PAGE_SIZE else None)


def find_briefing(tx: Transaction, briefing_id: int) -> Any:
    """A report that has not been discarded, with the name of who issued it as `issuer`; raises NotFound."""
    actor = person_key_of(_person.c.id)
    query = select(_briefing, _person.c.name.label("issuer")).outerjoin(_person, _briefing.c.issued_by == actor)
    row = tx.read.execute(query.where(_briefing.c.id == briefing_id, _briefing.c.state != DISCARDED)).one_or_none()
    if row is None:
        raise NotFound("briefing-unknown")
    return row


def find_mail(tx: Transaction, briefing_id: int) -> Any | None:
    """The mail with an issued report; None when there is none."""
    query = select(_mail).where(_mail.c.kind == BRIEFING, _mail.c.about == str(briefing_id))
    return tx.read.execute(query).one_or_none()
