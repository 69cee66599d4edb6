"""What a person has typed and not sent: kept on the server, so that a reload or an ended session loses nothing.

Called by pages. A draft may hold personal data, so it stands in a table of its own and goes when it is sent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from engine.errors import BadInput
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Draft

MAX_CHARACTERS = 100_000  # A form's texts are at most a tenth of it.
RETENTION = timedelta(days=30)

_draft = table_of(Draft)


@dataclass(frozen=True, slots=True)
class SavedForm:
    """A draft as it was saved."""

    values: dict[str, object]
    saved_at: datetime


def load_values(tx: Transaction, person_id: int, key: str) -> SavedForm | None:
    """The person's draft of a page."""
    row = tx.read.execute(select(_draft).where(_draft.c.person_id == person_id, _draft.c.key == key)).one_or_none()
    return None if row is None else SavedForm(json.loads(row.content), row.saved_at)


def save_values(tx: Transaction, person_id: int, key: str, values: Mapping[str, object], now: datetime) -> None:
    """Keep what has been typed, in place of what was kept before; raises BadInput when it is far too much."""
    content = json.dumps(values, ensure_ascii=False)
    if len(content) > MAX_CHARACTERS:
        raise BadInput("saved-form-too-long", most=MAX_CHARACTERS)
    delete_values(tx, person_id, key)
    row = {"person_id": person_id, "key": key, "content": content, "saved_at": now}
    tx.write().execute(insert(_draft), row)


def delete_values(tx: Transaction, person_id: int, key: str) -> None:
    """Forget a draft, because it was sent or thrown away."""
    tx.write().execute(delete(_draft).where(_draft.c.person_id == person_id, _draft.c.key == key))


def delete_stale_values(tx: Transaction, now: datetime) -> None:
    """Forget the drafts that nobody came back to."""
    tx.write().execute(delete(_draft).where(_draft.c.saved_at < now - RETENTION))
