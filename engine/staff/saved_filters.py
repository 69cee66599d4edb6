"""A person's own lists in the inbox: named views with their filters."""

from __future__ import annotations

from sqlalchemy import delete, func, insert, select

from engine.errors import BadInput, Invalid, NotFound
from engine.staff.person_turns import wait_turn
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import SavedFilter
from engine.text import vietnamese_order

MAX_FILTERS = 20
MAX_NAME_LENGTH, MAX_QUERY_LENGTH = 40, 500

_saved = table_of(SavedFilter)


def list_filters(tx: Transaction, person_id: int) -> dict[int, tuple[str, str]]:
    """The person's lists, as id -> (name, query string), ordered by name."""
    statement = select(_saved).where(_saved.c.person_id == person_id)
    rows = sorted(tx.read.execute(statement), key=lambda row: vietnamese_order(row.name))
    return {row.id: (row.name, row.query) for row in rows}


def save_filter(tx: Transaction, person_id: int, name: str, query: str) -> None:
    """Save a list under a name, replacing any of that name; raises BadInput when it is too long or one too many."""
    name = " ".join(name.split())
    if not 0 < len(name) <= MAX_NAME_LENGTH or not name.isprintable():
        raise Invalid("name", "list-name-length", most=MAX_NAME_LENGTH)
    if len(query) > MAX_QUERY_LENGTH:
        raise Invalid("query", "list-filters-too-long")
    wait_turn(tx, person_id)
    connection = tx.write()
    count = select(func.count()).where(_saved.c.person_id == person_id, _saved.c.name != name)
    if connection.execute(count).scalar_one() >= MAX_FILTERS:
        raise BadInput("saved-lists-full", most=MAX_FILTERS)
    connection.execute(delete(_saved).where(_saved.c.person_id == person_id, _saved.c.name == name))
    connection.execute(insert(_saved), {"person_id": person_id, "name": name, "query": query})


def delete_filter(tx: Transaction, person_id: int, filter_id: int) -> None:
    """Delete a list; raises NotFound when the person has none with this id."""
    deletion = delete(_saved).where(_saved.c.person_id == person_id, _saved.c.id == filter_id)
    if tx.write().execute(deletion).rowcount != 1:
        raise NotFound("saved-list-unknown")
