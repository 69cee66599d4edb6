"""When reports are drafted by themselves, and where issued ones are sent: a setting of the office, by cadence."""

from __future__ import annotations

from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address

from sqlalchemy import delete, insert, select

from engine.briefings.cadences import CADENCES
from engine.cases.tasks import Desk
from engine.errors import BadInput, Invalid
from engine.journal import acts, journal
from engine.staff import access
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import BriefingPlan

ACT = "issue_directives"
LONGEST_ADDRESS = 200

_plan = table_of(BriefingPlan)


@dataclass(frozen=True, slots=True)
class CadencePlan:
    """Whether reports of a cadence are drafted by themselves; `address` gets issued ones, "" for nobody."""

    cadence: str
    active: bool = False
    address: str = ""


def load_plans(tx: Transaction) -> dict[str, CadencePlan]:
    """The plan of every cadence."""
    rows = tx.read.execute(select(_plan.c.cadence, _plan.c.active, _plan.c.address))
    return {cadence: CadencePlan(cadence) for cadence in CADENCES} | {row.cadence: CadencePlan(*row) for row in rows}


def set_plan(tx: Transaction, desk: Desk, plan: CadencePlan) -> None:
    """Change the plan of a cadence; raises Forbidden, BadInput, Invalid for an address that is none."""
    access.require_permission(desk.officer, ACT)
    if plan.cadence not in CADENCES:
        raise BadInput("briefing-cadence-unknown")
    if plan.address and not _is_address(plan.address):
        raise Invalid("address", "email-malformed")
    before = load_plans(tx)[plan.cadence]
    row = {
        "cadence": plan.cadence,
        "active": plan.active,
        "address": plan.address,
        "changed_at": desk.now,
        "changed_by": desk.who.actor,
    }
    tx.write().execute(delete(_plan).where(_plan.c.cadence == plan.cadence))
    tx.write().execute(insert(_plan), row)
    changes = {
        name: [getattr(before, name), getattr(plan, name)]
        for name in ("active", "address")
        if getattr(before, name) != getattr(plan, name)
    }
    journal.record(tx, desk.stamp, acts.PLAN_BRIEFINGS, f"cadence:{plan.cadence}", changes=changes)


def _is_address(text: str) -> bool:
    """Whether a mail can be sent to the text."""
    if len(text) > LONGEST_ADDRESS or not text.isprintable():
        return False
    try:
        return bool(Address(addr_spec=text).domain)
    except (ValueError, IndexError, MessageError):
        return False
