"""Drafts of reports: written when a period has ended, edited, written anew from the figures, discarded.

A period is drafted once by itself: a worker that was away drafts the newest one when it is back, and only that.
"""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import Engine, insert, select

from engine.actor import SYSTEM
from engine.briefings import cadences, facts, narrative, plans
from engine.briefings.facts import BriefingFacts
from engine.briefings.texts import MAX_LENGTHS, EditedTexts
from engine.cases.tasks import Desk
from engine.directives import document
from engine.documents import official
from engine.documents.paper_register import DISCARDED, DRAFT, PaperRegister
from engine.errors import BadInput
from engine.journal import acts, journal
from engine.staff import access
from engine.statistics.period import ReportingPeriod
from engine.store import daily_jobs
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import Briefing, BriefingNumber
from engine.world.world import World

ACT = "chase"
_briefing = table_of(Briefing)
REGISTER = PaperRegister(_briefing, table_of(BriefingNumber), "briefing-unknown", "briefing-changed-meanwhile")


def draft_due_briefings(database: Engine, now: datetime, world: World) -> int:
    """Draft the reports that are planned and due; returns how many. The figures are read before anything is written."""
    drafted = 0
    for cadence in cadences.CADENCES:
        period = cadences.newest_period(cadence, now)
        with transaction(database) as tx:
            due = plans.load_plans(tx)[cadence].active and not daily_jobs.was_claimed(tx, _job(cadence), period.first)
            collected = facts.collect_facts(tx, cadence, period, world, now) if due else None
        if collected is not None:
            with transaction(database) as tx:
                drafted += _draft_once(tx, collected, now, world)
    return drafted


def _job(cadence: str) -> str:
    return f"briefing_{cadence}"


def _draft_once(tx: Transaction, collected: BriefingFacts, now: datetime, world: World) -> bool:
    if not daily_jobs.claim_job(tx, _job(collected.cadence), collected.period.first, now):
        return False
    if find_of_period(tx, collected.cadence, collected.period) is not None:
        return False
    _insert_draft(tx, collected, now, world, SYSTEM.actor)
    return True


def draft_newest(tx: Transaction, desk: Desk, cadence: str) -> int:
    """Draft the report on the newest period by hand; returns its id.

    Raises Forbidden, BadInput for an unknown cadence, or when that period has a report already.
    """
    access.require_permission(desk.officer, ACT)
    if cadence not in cadences.CADENCES:
        raise BadInput("briefing-cadence-unknown")
    period = cadences.newest_period(cadence, desk.now)
    daily_jobs.claim_job(tx, _job(cadence), period.first, desk.now)
    if find_of_period(tx, cadence, period) is not None:
        raise BadInput("briefing-of-period-exists", name=cadences.period_name(cadence, period))
    collected = facts.collect_facts(tx, cadence, period, desk.world, desk.now)
    return _insert_draft(tx, collected, desk.now, desk.world, desk.who.actor)


def find_of_period(tx: Transaction, cadence: str, period: ReportingPeriod) -> int | None:
    """The id of the report on a period that has not been discarded."""
    of_period = (_briefing.c.cadence == cadence, _briefing.c.first == period.first, _briefing.c.state != DISCARDED)
    return tx.read.execute(select(_briefing.c.id).where(*of_period)).scalar()


def _insert_draft(tx: Transaction, collected: BriefingFacts, now: datetime, world: World, actor: str) -> int:
    row = {
        **_written(collected),
        **_signer(tx, world),
        "cadence": collected.cadence,
        "first": collected.period.first,
        "last": collected.period.last,
        "state": DRAFT,
        "version": 1,
        "made_at": now,
        "made_by": actor,
    }
    briefing_id: int = tx.write().execute(insert(_briefing).returning(_briefing.c.id), row).scalar_one()
    return briefing_id


def _written(collected: BriefingFacts) -> dict[str, str]:
    texts = narrative.compose_texts(collected)
    written = {name: str(getattr(texts, name)) for name in ("subject", "situation", "chase", "assessment", "proposals")}
    return {**written, "figures": json.dumps(narrative.table_rows(collected), ensure_ascii=False)}


def _signer(tx: Transaction, world: World) -> dict[str, str]:
    """Who signed the report before; the head of the office, without a name, for the first."""
    query = select(_briefing.c.signer_title, _briefing.c.signer_name).order_by(_briefing.c.id.desc()).limit(1)
    previous = tx.read.execute(query).first()
    if previous is not None:
        return {"signer_title": previous.signer_title, "signer_name": previous.signer_name}
    return {"signer_title": "\n".join(official.signature_lines(document.issuing_office(world))), "signer_name": ""}


def edit_briefing(tx: Transaction, desk: Desk, draft_id: tuple[int, int], texts: EditedTexts) -> None:
    """Edit a draft, given as (id, version). Raises Forbidden, NotFound, Stale."""
    access.require_permission(desk.officer, ACT)
    REGISTER.update_draft(tx, REGISTER.lock_draft(tx, *draft_id), {name: getattr(texts, name) for name in MAX_LENGTHS})


def rewrite_briefing(tx: Transaction, desk: Desk, briefing_id: int, version: int) -> None:
    """Write a draft anew from the figures of now; what was edited is dropped. Raises Forbidden, NotFound, Stale."""
    access.require_permission(desk.officer, ACT)
    row = REGISTER.lock_draft(tx, briefing_id, version)
    period = ReportingPeriod(row.first, row.last)
    collected = facts.collect_facts(tx, row.cadence, period, desk.world, desk.now)
    REGISTER.update_draft(tx, row, {**_written(collected), "made_at": desk.now, "made_by": desk.who.actor})


def discard_briefing(tx: Transaction, desk: Desk, briefing_id: int, version: int) -> None:
    """Discard a draft; it never had a number. Raises Forbidden, NotFound, Stale."""
    access.require_permission(desk.officer, ACT)
    REGISTER.update_draft(tx, REGISTER.lock_draft(tx, briefing_id, version), {"state": DISCARDED})
    journal.record(tx, desk.stamp, acts.DISCARD_BRIEFING, f"briefing:{briefing_id}")
