"""Issues a report: number, document, mail to the committee and the journal, all in the caller's transaction.

So no number is lost, assigned twice or left without its document.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from engine.briefings import document, plans
from engine.briefings.drafting import REGISTER
from engine.cases import attachments
from engine.cases.tasks import Desk
from engine.clock import VIETNAM
from engine.directives import templates
from engine.directives.fields import BRIEFING
from engine.documents.paper_register import ISSUED
from engine.journal import acts, journal
from engine.mailing.briefing_mails import plan_briefing_mail
from engine.staff import access
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Briefing

ACT = "issue_directives"

_briefing = table_of(Briefing)


def preview_briefing(tx: Transaction, desk: Desk, row: Any) -> bytes:
    """A draft's document as it would be issued now, without number and date; raises UnfitTemplate."""
    return document.render_briefing(row, templates.current_template(tx, BRIEFING).content, desk.world, None)


def issue_briefing(tx: Transaction, desk: Desk, briefing_id: int, version: int) -> None:
    """Issue a draft. Raises Forbidden, NotFound, Stale, UnfitTemplate when the template fails."""
    access.require_permission(desk.officer, ACT)
    row = REGISTER.lock_draft(tx, briefing_id, version)
    year = desk.now.astimezone(VIETNAM).year
    number = REGISTER.take_number(tx, year)
    issued = {
        "state": ISSUED,
        "version": row.version + 1,
        "year": year,
        "number": number,
        "symbol": document.briefing_symbol(number, desk.world),
        "issued_at": desk.now,
        "issued_by": desk.who.actor,
        "sent_to": plans.load_plans(tx)[row.cadence].address,
    }
    REGISTER.update_paper(tx, briefing_id, issued)
    digest = _store_document(tx, desk, briefing_id)
    if issued["sent_to"]:
        plan_briefing_mail(tx, briefing_id, desk.now)
    facts = {"name": issued["symbol"], "digest": digest, "email": issued["sent_to"]}
    journal.record(tx, desk.stamp, acts.ISSUE_BRIEFING, f"briefing:{briefing_id}", **facts)


def _store_document(tx: Transaction, desk: Desk, briefing_id: int) -> str:
    """Render the document of an issued report and store it; returns its digest."""
    row = tx.write().execute(select(_briefing).where(_briefing.c.id == briefing_id)).one()
    template = templates.current_template(tx, BRIEFING)
    digest = attachments.store_content(tx, document.render_briefing(row, template.content, desk.world, desk.now))
    REGISTER.update_paper(tx, briefing_id, {"digest": digest, "template_id": template.id})
    return digest
