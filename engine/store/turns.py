"""Turns of writers about what has no row to lock."""

from __future__ import annotations

from sqlalchemy import func, select

from engine.store.db import Transaction


def wait_turn_at(tx: Transaction, name: str) -> None:
    """Begin writing, and make others who wait at `name` wait until the commit; on SQLite all writers do."""
    connection = tx.write()
    if tx.locks_rows:
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
