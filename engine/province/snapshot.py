"""The world as the database knows it now: units and who is in them, holidays, office hours. Called by boundaries."""

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
    """The last snapshot, read anew when the database says that it is old: reading it costs as much as a page.

    Held by a long-running boundary. Two threads may read it at the same time; both then keep an equal one.
    """

    chase_cap: int
    _known: tuple[int, World] | None = None

    def get(self, tx: Transaction) -> World:
        """The world as it is now."""
        number, cached = revision.current_number(tx.read), self._known
        if cached is None or cached[0] != number:
            cached = self._known = (number, load_world(tx, self.chase_cap))
        return cached[1]
