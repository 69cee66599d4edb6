"""Loads the current world from the database: units and their staff, holidays, office hours."""

from __future__ import annotations

from dataclasses import dataclass

from engine.province import office_calendar, revision, units
from engine.store.db import Transaction
from engine.world.world import World


def load_world(tx: Transaction, chase_cap: int) -> World:
    """An immutable snapshot of what diagrams may ask about; `chase_cap` is a setting."""
    return World(office_calendar.load_calendar(tx), units.load_unit_tree(tx.read), chase_cap)


@dataclass(slots=True)
class WorldCache:
    """The last snapshot, reloaded when the database has a newer revision: loading it costs as much as a page.

    Held by a long-running boundary. Two threads may load it at the same time; both then have equal snapshots.
    """

    chase_cap: int
    _known: tuple[int, World] | None = None

    def get(self, tx: Transaction) -> World:
        """The current world."""
        number, cached = revision.current_number(tx.read), self._known
        if cached is None or cached[0] != number:
            cached = self._known = (number, load_world(tx, self.chase_cap))
        return cached[1]
