"""The world as the database knows it now: units and who is in them, holidays, office hours. Called by boundaries."""

from __future__ import annotations

from engine import office_calendar, units
from engine.db import Transaction
from engine.world import World


def world(tx: Transaction, chase_cap: int) -> World:
    """An immutable snapshot of what diagrams may ask about; `chase_cap` is a setting."""
    return World(office_calendar.load(tx), units.unit_tree(tx.read), chase_cap)
