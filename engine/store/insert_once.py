"""INSERT of rows that may be there already: written alike for both databases."""

from __future__ import annotations

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_once(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that leaves a row with the same key as it is; whoever is just inserting one is awaited."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement: sqlite.Insert | postgresql.Insert = dialect.insert(table).on_conflict_do_nothing()
    return statement


def insert_or_replace(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that replaces all other columns of a row with the same primary key."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement: sqlite.Insert | postgresql.Insert = dialect.insert(table)
    keys = [column.name for column in table.primary_key]
    values = {column.name: statement.excluded[column.name] for column in table.c if column.name not in keys}
    replacing: sqlite.Insert | postgresql.Insert = statement.on_conflict_do_update(index_elements=keys, set_=values)
    return replacing
