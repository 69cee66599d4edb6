"""How many of a unit's finished cases are called back: a setting of the office, in per cent."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, insert, select

from engine.cases.tasks import Desk
from engine.errors import BadInput
from engine.journal import acts, journal
from engine.staff import access
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import CallbackRate

ACT = "set_callback_rates"
ALL_UNITS = ""

_rate = table_of(CallbackRate)


def load_callback_rates(tx: Transaction) -> dict[str, int]:
    """Per cent by unit; "" is the rate of all units without one of their own."""
    query = select(_rate.c.unit_code, _rate.c.percent).order_by(_rate.c.unit_code)
    return {row.unit_code: row.percent for row in tx.read.execute(query)}


def rate_of_unit(rates: Mapping[str, int], unit: str) -> int:
    """The rate that holds for a unit, in per cent."""
    return rates.get(unit, rates.get(ALL_UNITS, 0))


def set_callback_rate(tx: Transaction, desk: Desk, unit: str, percent: int | None) -> None:
    """Set a unit's rate, or with None take it away so that the general one holds.

    Raises Forbidden, and BadInput for an unknown unit or a rate that is not 0 to 100.
    """
    access.require_permission(desk.officer, ACT)
    if unit != ALL_UNITS and not desk.world.units.knows(unit):
        raise BadInput("unit-unknown", code=unit)
    if percent is not None and not 0 <= percent <= 100:
        raise BadInput("callback-rate-range")
    before = load_callback_rates(tx).get(unit)
    tx.write().execute(delete(_rate).where(_rate.c.unit_code == unit))
    if percent is not None:
        row = {"unit_code": unit, "percent": percent, "set_at": desk.now, "set_by": desk.who.actor}
        tx.write().execute(insert(_rate), row)
    subject = f"unit:{unit}" if unit else "all"
    journal.record(tx, desk.stamp, acts.SET_CALLBACK_RATE, subject, changes={"percent": [before, percent]})
