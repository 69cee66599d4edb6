"""Pictures, films and recordings that were stored before they were cleaned: the worker cleans them one by one.

So many a day, so that a large store wears down neither the machine nor its backups; each is recorded with its digests
before and after. One whose content does not add up stays as it was, a file to download, and that is recorded too.
Any file with a box `ftyp` was taken for a film then: it gets the kind that its content says.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, select, update

from engine.actor import SYSTEM, ActStamp
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
from engine.clock import VIETNAM
from engine.journal import acts, journal
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import Attachment

MOST_PER_DAY = 5_000  # By one worker: about two hours, 50 GB at most.
_attachment = table_of(Attachment)


class OldFileCleaner:
    """Takes position and device out of old files and gives pictures thumbnails; knows when nothing is left to do."""

    def __init__(self, database: Engine) -> None:
        self._database = database
        self._finished = False
        self._day: tuple[date | None, int] = (None, 0)

    def clean_next(self, now: datetime) -> bool:
        """Clean one file; returns whether there may be more today. New ones come clean, so the end is for good."""
        if self._finished or not self._take_turn(now.astimezone(VIETNAM).date()):
            return False
        with transaction(self._database) as tx:
            query = select(_attachment).where(_attachment.c.thumbnail.is_(None)).order_by(_attachment.c.id).limit(1)
            row = tx.read.execute(query).one_or_none()
            content = load_content(tx, row.digest) if row is not None else b""
        self._finished = row is None
        if row is None:
            return False
        clean, fault = _try_to_clean(row.name, content)
        with transaction(self._database) as tx:
            digest = _replace_file(tx, row, clean, content)
            if digest and (fault or digest != row.digest):
                _record_cleaning(tx, row, digest, fault, now)
        return True

    def _take_turn(self, day: date) -> bool:
        """Count a file of this day; False when enough were cleaned."""
        count = self._day[1] if self._day[0] == day else 0
        self._day = (day, count + 1)
        return count < MOST_PER_DAY


def _try_to_clean(name: str, content: bytes) -> tuple[CleanFile | None, str]:
    """The clean file, or why there is none: it only claimed to be one and stays a file to download."""
    try:
        return clean_upload(Upload(name, content)), ""
    except UnacceptableFile as refused:
        return None, refused.rule


def _replace_file(tx: Transaction, row: Any, clean: CleanFile | None, content: bytes) -> str:
    """Keep the clean file in the place of the old one; returns its digest, "" when another worker was faster."""
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
    unclean = (_attachment.c.id == row.id) & _attachment.c.thumbnail.is_(None)
    is_first = tx.write().execute(update(_attachment).where(unclean).values(**values)).rowcount == 1
    drop_unused_content(tx, [row.digest, values.get("digest", ""), values["thumbnail"]])
    return str(values.get("digest", row.digest)) if is_first else ""


def _record_cleaning(tx: Transaction, row: Any, digest: str, fault: str, now: datetime) -> None:
    """Record what became of a file: its digests before and after, or why it stays as it is."""
    facts: dict[str, Any] = {"reason": fault} if fault else {"changes": {"digest": [row.digest, digest]}}
    journal.record(tx, ActStamp(SYSTEM, now), acts.CLEAN_FILE, f"file:{row.id}", **facts)
