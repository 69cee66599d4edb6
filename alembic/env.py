"""Run by the alembic library for every command.

`engine.store.schema_migrations` hands it the connection and the transaction.
"""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import TypeDecorator

from engine.store.models import Instance
from engine.store.schema_migrations import is_in_models


def plain_type(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """A revision outlives the program's types, so it names the database's: what stands behind a TypeDecorator."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Instance.metadata,  # All tables share it.
    render_as_batch=True,
    render_item=plain_type,
    include_object=is_in_models,
)
with context.begin_transaction():
    context.run_migrations()
