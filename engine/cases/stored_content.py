"""Which rows refer to stored bytes: equal content is stored once, and stays as long as one of them refers to it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Column, ColumnElement, delete, exists

from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Attachment, Briefing, Directive, DirectiveTemplate, MatterFile, StoredFile

_stored, _attachment = table_of(StoredFile), table_of(Attachment)
REFERENCES: tuple[Column[Any], ...] = (
    _attachment.c.digest,
    _attachment.c.thumbnail,
    table_of(MatterFile).c.digest,
    table_of(MatterFile).c.thumbnail,
    table_of(Directive).c.digest,
    table_of(Briefing).c.digest,
    table_of(DirectiveTemplate).c.digest,
)


def drop_unused_content(tx: Transaction, digests: Collection[str]) -> None:
    """Delete those of the stored bytes to which nothing refers any more."""
    unused: ColumnElement[bool] = _stored.c.digest.in_(digests)
    for column in REFERENCES:
        unused = unused & ~exists().where(column == _stored.c.digest)
    tx.write().execute(delete(_stored).where(unused))
