"""Whether a deployment needs the approval of a second person: on by default, off in the demonstration."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from engine.actor import ActStamp
from engine.cases.tasks import Desk
from engine.journal import acts, journal
from engine.staff import access
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import ReleaseRule

ACT = "administer"
_ONLY = 1

_rule = table_of(ReleaseRule)


def needs_approval(tx: Transaction) -> bool:
    """Whether a deployment needs an approval, unless it is the first of its installation."""
    stored = tx.read.execute(select(_rule.c.needs_approval)).scalar()
    return stored is None or bool(stored)


def set_release_rule(tx: Transaction, desk: Desk, *, needs: bool) -> None:
    """Have deployments need an approval, or not; raises Forbidden for anybody but an administrator."""
    access.require_permission(desk.officer, ACT)
    _store_rule(tx, desk.stamp, needs=needs)


def begin_without_approval(tx: Transaction, by: ActStamp) -> None:
    """Have an installation in which nothing was said deploy without approval, as a demonstration does."""
    if tx.read.execute(select(_rule.c.id)).scalar() is None:
        _store_rule(tx, by, needs=False)


def _store_rule(tx: Transaction, by: ActStamp, *, needs: bool) -> None:
    before = needs_approval(tx)
    tx.write().execute(delete(_rule))
    row = {"id": _ONLY, "needs_approval": needs, "set_at": by.at, "set_by": by.who.actor}
    tx.write().execute(insert(_rule), row)
    journal.record(tx, by, acts.SET_RELEASE_RULE, "all", changes={"needs_approval": [before, needs]})
