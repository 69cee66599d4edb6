"""A counter that shows when cached units, people and calendar are out of date.

Every change to a unit, a person's roles or activity, a holiday or office hours increments it in the same transaction.
"""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, insert, select, update

from engine.store.columns import table_of
from engine.store.models import Revision

WORLD = "world"

_revision = table_of(Revision)
_SELECT_NUMBER = select(_revision.c.number).where(_revision.c.name == bindparam("b_name"))
_INCREMENT_NUMBER = (
    update(_revision).where(_revision.c.name == bindparam("b_name")).values(number=_revision.c.number + 1)
)


def bump(connection: Connection) -> None:
    """Record that the world has changed."""
    if connection.execute(_INCREMENT_NUMBER, {"b_name": WORLD}).rowcount == 0:
        connection.execute(insert(_revision), {"name": WORLD, "number": 1})


def current_number(connection: Connection) -> int:
    """The current number; it differs whenever the world has changed."""
    return connection.execute(_SELECT_NUMBER, {"b_name": WORLD}).scalar() or 0
