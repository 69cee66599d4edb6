"""Drafts of unsent forms, kept on the server so that a reload or an expired session loses nothing.

A draft may hold personal data, so it has its own table and is deleted when the form is sent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from engine.errors import BadInput
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.insert_once import insert_or_replace
from engine.store.json_text import stored_object
from engine.store.models import Draft

MAX_CHARACTERS = 100_000  # A form's texts are at most a tenth of this.
RETENTION = timedelta(days=30)

_draft = table_of(Draft)


@dataclass(frozen=True, slots=True)
class SavedForm:
    """A draft as saved."""

    values: dict[str, object]
    saved_at: datetime


def load_values(tx: Transaction, person_id: int, key: str) -> SavedForm | None:
    """The person's draft of a page."""
    row = tx.read.execute(select(_draft).where(_draft.c.person_id == person_id, _draft.c.key == key)).one_or_none()
    return None if row is None else SavedForm(stored_object(row.content), row.saved_at)


def save_values(tx: Transaction, person_id: int, key: str, values: Mapping[str, object], now: datetime) -> None:
    """Save what has been typed, replacing the previous draft; raises BadInput when it is far too large."""
    content = json.dumps(values, ensure_ascii=False)
    if len(content) > MAX_CHARACTERS:
        raise BadInput("saved-form-too-long", most=MAX_CHARACTERS)
    row = {"person_id": person_id, "key": key, "content": content, "saved_at": now}
    tx.write().execute(insert_or_replace(tx.write(), _draft), row)


def delete_values(tx: Transaction, person_id: int, key: str) -> None:
    """Delete a draft that was sent or discarded."""
    tx.write().execute(delete(_draft).where(_draft.c.person_id == person_id, _draft.c.key == key))


def delete_stale_values(tx: Transaction, now: datetime) -> None:
    """Delete abandoned drafts."""
    tx.write().execute(delete(_draft).where(_draft.c.saved_at < now - RETENTION))
