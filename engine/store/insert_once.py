"""INSERT of rows that may be there already: written alike for both databases."""

from __future__ import annotations

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_once(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that leaves a row with the same key as it is; whoever is just inserting one is awaited."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement: sqlite.Insert | postgresql.Insert = dialect.insert(table).on_conflict_do_nothing()
    return statement
