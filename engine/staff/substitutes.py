"""Who stands in for whom, and when (R12); `engine.staff.access` decides what a substitute may do."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select

from engine.errors import Invalid, NotFound
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Person, RoleAssignment, Substitute

MAX_DURATION = timedelta(days=366)

_substitute, _person, _held = table_of(Substitute), table_of(Person), table_of(RoleAssignment)


def list_absences(tx: Transaction, now: datetime, units: Collection[str] | None = None) -> Sequence[Any]:
    """The absences that have not ended, for people of some units or of all, as (id, person, substitute, …)."""
    away, other = _person.alias("away"), _person.alias("other")
    query = (
        select(_substitute, away.c.name.label("person"), other.c.name.label("substitute"))
        .join(away, away.c.id == _substitute.c.person_id)
        .join(other, other.c.id == _substitute.c.substitute_id)
        .where(_substitute.c.ends_at > now)
        .order_by(_substitute.c.starts_at, _substitute.c.id)
    )
    if units is not None:
        query = query.where(_substitute.c.person_id.in_(_people_of(units)))
    return tx.read.execute(query).all()


def _people_of(units: Collection[str]) -> Any:
    return select(_held.c.person_id).where(_held.c.unit_code.in_(sorted(units)))


def add_absence(tx: Transaction, person_id: int, substitute_id: int, starts_at: datetime, ends_at: datetime) -> None:
    """Appoint a substitute for a person; raises Invalid for a period or people that make no sense."""
    if person_id == substitute_id:
        raise Invalid("substitute", "absence-of-oneself")
    if not timedelta(0) < ends_at - starts_at <= MAX_DURATION:
        raise Invalid("ends_at", "absence-period")
    row = {"person_id": person_id, "substitute_id": substitute_id, "starts_at": starts_at, "ends_at": ends_at}
    tx.write().execute(insert(_substitute), row)


def end_absence(tx: Transaction, absence_id: int, units: Collection[str] | None = None) -> None:
    """End an absence now; raises NotFound, including for people of other units when `units` are given."""
    deletion = delete(_substitute).where(_substitute.c.id == absence_id)
    if units is not None:
        deletion = deletion.where(_substitute.c.person_id.in_(_people_of(units)))
    if tx.write().execute(deletion).rowcount != 1:
        raise NotFound("absence-unknown")
