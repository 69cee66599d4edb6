"""Pictures and films that were stored before they were cleaned: the worker cleans them, one after the other.

Any file with a box `ftyp` was taken for a film then: it gets the kind that its content says.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, select, update

from engine.cases import file_kinds
from engine.cases.attachments import (
    CleanFile,
    UnacceptableFile,
    Upload,
    clean_upload,
    load_content,
    store_content,
)
from engine.cases.file_names import safe_name
from engine.cases.stored_content import drop_unused_content
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import Attachment

_attachment = table_of(Attachment)


class OldFileCleaner:
    """Takes position and device out of old files and gives pictures thumbnails; knows when nothing is left to do."""

    def __init__(self, database: Engine) -> None:
        self._database = database
        self._finished = False

    def clean_next(self) -> bool:
        """Clean one file; returns whether there may be more. New ones come clean, so that the end is for good."""
        if self._finished:
            return False
        with transaction(self._database) as tx:
            query = select(_attachment).where(_attachment.c.thumbnail.is_(None)).order_by(_attachment.c.id).limit(1)
            row = tx.read.execute(query).one_or_none()
            content = load_content(tx, row.digest) if row is not None else b""
        self._finished = row is None
        if row is None:
            return False
        clean = _try_to_clean(row.name, content)
        with transaction(self._database) as tx:
            _replace_file(tx, row, clean, content)
        return True


def _try_to_clean(name: str, content: bytes) -> CleanFile | None:
    try:
        return clean_upload(Upload(name, content))
    except UnacceptableFile:
        return None  # It only claimed to be one; it stays a file to download.


def _replace_file(tx: Transaction, row: Any, clean: CleanFile | None, content: bytes) -> None:
    values: dict[str, Any] = {"thumbnail": ""}
    if clean is None and file_kinds.detect_kind(content) == file_kinds.HEIC:
        values |= {"name": safe_name(row.name, file_kinds.HEIC), "media_type": "image/heic"}
    if clean is not None:
        values = {
            "name": clean.name,
            "media_type": clean.media_type,
            "size": len(clean.content),
            "digest": store_content(tx, clean.content),
            "thumbnail": store_content(tx, clean.thumbnail) if clean.thumbnail else "",
        }
    tx.write().execute(update(_attachment).where(_attachment.c.id == row.id).values(**values))
    drop_unused_content(tx, [row.digest])
