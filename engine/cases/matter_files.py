"""Files of instances without a report, stored by digest like those of a report; who may see the instance reads them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from engine.cases import attachments
from engine.cases.attachments import CleanFile
from engine.errors import NotFound
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import MatterFile

_file = table_of(MatterFile)


def add_matter_files(
    tx: Transaction, instance_id: int | None, files: Sequence[CleanFile], by: str, now: datetime
) -> list[int]:
    """Store files of an instance, None for one about to begin; raises UnacceptableFile when they are too many."""
    existing = len(list_matter_files(tx, instance_id)) if instance_id is not None else 0
    attachments.require_few_files(existing + len(files))
    return [_insert_file(tx, instance_id, file, {"added_by": by, "added_at": now}) for file in files]


def adopt_files(tx: Transaction, instance_id: int, ids: Collection[int]) -> None:
    """Give files that were stored before their instance began to that instance."""
    tx.write().execute(update(_file).where(_file.c.id.in_(ids)).values(instance_id=instance_id))


def list_matter_files(tx: Transaction, instance_id: int) -> Sequence[Any]:
    """The files of an instance, oldest first, without their bytes."""
    query = select(_file).where(_file.c.instance_id == instance_id).order_by(_file.c.id)
    return tx.read.execute(query).all()


def load_matter_file(tx: Transaction, instance_id: int, file_id: int) -> tuple[str, str, bytes]:
    """Name, media type and bytes of an instance's file; raises NotFound, also for one of another instance."""
    query = select(_file).where(_file.c.id == file_id, _file.c.instance_id == instance_id)
    row = tx.read.execute(query).one_or_none()
    if row is None:
        raise NotFound("attachment-unknown")
    return row.name, row.media_type, attachments.load_content(tx, row.digest)


def _insert_file(tx: Transaction, instance_id: int | None, file: CleanFile, added: dict[str, object]) -> int:
    row = {
        "instance_id": instance_id,
        "name": file.name,
        "media_type": file.media_type,
        "size": len(file.content),
        "digest": attachments.store_content(tx, file.content),
        "thumbnail": attachments.store_content(tx, file.thumbnail) if file.thumbnail else "",
        **added,
    }
    file_id: int = tx.write().execute(insert(_file).returning(_file.c.id), row).scalar_one()
    return file_id
