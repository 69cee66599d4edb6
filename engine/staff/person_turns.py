"""Turns of writers about the same person: what one counts before it writes, nobody else adds to meanwhile."""

from __future__ import annotations

from sqlalchemy import select

from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Person

_person = table_of(Person)


def wait_turn(tx: Transaction, *people: int) -> None:
    """Begin writing, and make others who wait for these people wait until the commit; on SQLite all writers do.

    Rows that only name a person are written meanwhile. Read what is counted after this.
    """
    query = select(_person.c.id).where(_person.c.id.in_(sorted(people))).order_by(_person.c.id)
    tx.write().execute(query.with_for_update(key_share=True)).all()
