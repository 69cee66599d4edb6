"""Issues a report: number, document, mail to the committee and the journal, all in the caller's transaction.

So no number is lost, assigned twice or left without its document.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.briefings import document, drafting, plans
from engine.cases import attachments
from engine.cases.tasks import Desk
from engine.clock import VIETNAM
from engine.directives import templates
from engine.directives.fields import BRIEFING
from engine.journal import acts, journal
from engine.mailing.briefing_mails import plan_briefing_mail
from engine.staff import access
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Briefing, BriefingNumber

ACT = "issue_directives"

_briefing, _number = table_of(Briefing), table_of(BriefingNumber)
_INSERT_ONCE = {
    "sqlite": sqlite.insert(_number).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(_number).on_conflict_do_nothing(),
}


def preview_briefing(tx: Transaction, desk: Desk, row: Any) -> bytes:
    """A draft's document as it would be issued now, without number and date; raises UnfitTemplate."""
    return document.render_briefing(row, templates.current_template(tx, BRIEFING).content, desk.world, None)


def issue_briefing(tx: Transaction, desk: Desk, briefing_id: int, version: int) -> None:
    """Issue a draft. Raises Forbidden, NotFound, Stale, UnfitTemplate when the template fails."""
    access.require_permission(desk.officer, ACT)
    row = drafting.lock_draft(tx, briefing_id, version)
    year = desk.now.astimezone(VIETNAM).year
    number = _next_number(tx, year)
    issued = {
        "state": drafting.ISSUED,
        "version": row.version + 1,
        "year": year,
        "number": number,
        "symbol": document.briefing_symbol(number, desk.world),
        "issued_at": desk.now,
        "issued_by": desk.who.actor,
        "sent_to": plans.load_plans(tx)[row.cadence].address,
    }
    _update(tx, briefing_id, issued)
    digest = _store_document(tx, desk, briefing_id)
    if issued["sent_to"]:
        plan_briefing_mail(tx, briefing_id, desk.now)
    facts = {"name": issued["symbol"], "digest": digest, "email": issued["sent_to"]}
    journal.record(tx, desk.stamp, acts.ISSUE_BRIEFING, f"briefing:{briefing_id}", **facts)


def _next_number(tx: Transaction, year: int) -> int:
    """Assign the next number of a year; concurrent issuers wait until this transaction ends."""
    connection = tx.write()
    connection.execute(_INSERT_ONCE[connection.dialect.name], {"year": year, "last": 0})
    increment = update(_number).where(_number.c.year == year).values(last=_number.c.last + 1)
    number: int = connection.execute(increment.returning(_number.c.last)).scalar_one()
    return number


def _store_document(tx: Transaction, desk: Desk, briefing_id: int) -> str:
    """Render the document of an issued report and store it; returns its digest."""
    row = tx.write().execute(select(_briefing).where(_briefing.c.id == briefing_id)).one()
    template = templates.current_template(tx, BRIEFING)
    digest = attachments.store_content(tx, document.render_briefing(row, template.content, desk.world, desk.now))
    _update(tx, briefing_id, {"digest": digest, "template_id": template.id})
    return digest


def _update(tx: Transaction, briefing_id: int, values: dict[str, Any]) -> None:
    tx.write().execute(update(_briefing).where(_briefing.c.id == briefing_id).values(**values))
