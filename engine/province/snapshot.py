"""Loads the current world from the database: units and their staff, holidays, office hours."""

from __future__ import annotations

from dataclasses import dataclass

from engine.province import office_calendar, provinces, revision, units
from engine.store.db import Transaction
from engine.world.world import World


def load_world(tx: Transaction, chase_cap: int) -> World:
    """An immutable snapshot of what diagrams may ask about; `chase_cap` is a setting."""
    calendar, tree = office_calendar.load_calendar(tx), units.load_unit_tree(tx.read)
    return World(calendar, tree, chase_cap, provinces.load_identity(tx))


@dataclass(slots=True)
class WorldCache:
    """The last snapshot, reloaded when the database has a newer revision: loading it costs as much as a page.

    Held by a long-running boundary. Two threads may load it at the same time; both then have equal snapshots.
    """

    chase_cap: int
    _known: tuple[int, World] | None = None

    @property
    def last(self) -> World | None:
        """The snapshot that was loaded last, however old."""
        return self._known[1] if self._known is not None else None

    def get(self, tx: Transaction) -> World:
        """The current world."""
        number, cached = revision.current_number(tx.read), self._known
        if cached is None or cached[0] != number:
            cached = self._known = (number, load_world(tx, self.chase_cap))
        return cached[1]
