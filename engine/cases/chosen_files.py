"""Files chosen on a form that has not been sent yet: kept one by one, so that no error on the form loses them.

They belong to the token of the form, and to the officer who fills it in; on the public form the token alone proves
whose they are. They become attachments when the form is sent, and are deleted a day later when it is not.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from engine.cases.attachments import MAX_FILES, MEGABYTE, CleanFile, UnacceptableFile, require_few_files
from engine.staff.form_receipts import token_digest
from engine.staff.person_turns import wait_turn
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import ChosenFile
from engine.store.turns import wait_turn_at

RETENTION = timedelta(days=1)
MAX_TOTAL_BYTES = 100 * MEGABYTE  # Of one form.
MAX_OWN_BYTES = 500 * MEGABYTE  # Of all forms that one officer has not sent yet (ASVS 12.1.3).
MAX_PUBLIC_BYTES = 4 * 1024 * MEGABYTE  # Of all forms that the public has not sent yet.

_chosen = table_of(ChosenFile)
_LISTED = (_chosen.c.id, _chosen.c.field, _chosen.c.name, _chosen.c.media_type, _chosen.c.size, _chosen.c.thumbnail)


@dataclass(frozen=True, slots=True)
class FormHolder:
    """Whose form it is: its token, and the officer's number (None for the public)."""

    token: str
    person_id: int | None = None

    @property
    def rows(self) -> ColumnElement[bool]:
        """The rows of the form."""
        own = _chosen.c.person_id.is_(None) if self.person_id is None else _chosen.c.person_id == self.person_id
        return (_chosen.c.form == token_digest(self.token)) & own


def keep_chosen_file(tx: Transaction, holder: FormHolder, field: str, file: CleanFile, now: datetime) -> int:
    """Keep a file for a form until it is sent; returns its number. Raises UnacceptableFile when they are too many."""
    wait_turn_of(tx, holder)
    _require_room(tx, holder, file)
    row = {
        "form": token_digest(holder.token),
        "person_id": holder.person_id,
        "field": field,
        "name": file.name,
        "media_type": file.media_type,
        "size": len(file.content),
        "content": file.content,
        "thumbnail": file.thumbnail,
        "added_at": now,
    }
    number: int = tx.write().execute(insert(_chosen).returning(_chosen.c.id), row).scalar_one()
    return number


def wait_turn_of(tx: Transaction, holder: FormHolder) -> None:
    """Begin writing, and let no other form that counts together with this one take files until the commit."""
    if holder.person_id is None:
        wait_turn_at(tx, "files of the public")
    else:
        wait_turn(tx, holder.person_id)


def _require_room(tx: Transaction, holder: FormHolder, file: CleanFile) -> None:
    size = len(file.content)
    count, total = tx.read.execute(select(func.count(), func.sum(_chosen.c.size)).where(holder.rows)).one()
    require_few_files(count + 1)
    if (total or 0) + size > MAX_TOTAL_BYTES:
        raise UnacceptableFile("attachments-too-large", most=MAX_TOTAL_BYTES // MEGABYTE)
    is_own = _chosen.c.person_id == holder.person_id  # With None: IS NULL.
    unsent = tx.read.execute(select(func.sum(_chosen.c.size)).where(is_own)).scalar() or 0
    if holder.person_id is None and unsent + size > MAX_PUBLIC_BYTES:
        raise UnacceptableFile("pictures-too-busy", name=file.name)
    if holder.person_id is not None and unsent + size > MAX_OWN_BYTES:
        raise UnacceptableFile("attachments-own-too-large", most=MAX_OWN_BYTES // MEGABYTE)


def list_chosen_files(tx: Transaction, holder: FormHolder) -> Sequence[Any]:
    """The files of a form in the order in which they were chosen, with thumbnails, without their bytes."""
    return tx.read.execute(select(*_LISTED).where(holder.rows).order_by(_chosen.c.id).limit(MAX_FILES)).all()


def load_chosen_files(tx: Transaction, holder: FormHolder) -> dict[str, list[CleanFile]]:
    """The files of a form by its field, to be attached."""
    by_field: dict[str, list[CleanFile]] = {}
    for row in tx.read.execute(select(_chosen).where(holder.rows).order_by(_chosen.c.id)):
        by_field.setdefault(row.field, []).append(CleanFile(row.name, row.media_type, row.content, row.thumbnail))
    return by_field


def drop_chosen_files(tx: Transaction, holder: FormHolder, numbers: Collection[int] | None = None) -> None:
    """Forget files of a form: those with these numbers, or all, once they are attached."""
    which = holder.rows if numbers is None else holder.rows & _chosen.c.id.in_(numbers)
    tx.write().execute(delete(_chosen).where(which))


def move_chosen_files(tx: Transaction, holder: FormHolder, token: str) -> None:
    """Give the files of a form to the form that its sender gets in its place."""
    tx.write().execute(update(_chosen).where(holder.rows).values(form=token_digest(token)))


def delete_stale_files(tx: Transaction, now: datetime) -> None:
    """Delete the files of forms that were not sent."""
    tx.write().execute(delete(_chosen).where(_chosen.c.added_at < now - RETENTION))
