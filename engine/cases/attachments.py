"""Attachments of a report: checked and cleaned, stored by digest in the database, served as downloads.

A file's content determines its type, never its name. Types that a browser or an office program would execute are
rejected. Pictures are drawn anew, films and recordings freed of remarks before anything is stored: position and device
of whoever took them, which they did not mean to give, stay with them (Law 91/2025: only what is needed).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from engine.cases import file_kinds
from engine.cases.file_kinds import MEDIA_TYPES
from engine.cases.file_names import safe_name
from engine.errors import BadInput, NotFound
from engine.pictures import film_boxes, sound_tags
from engine.pictures.confined import UnfitPicture, clean_picture
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.insert_once import insert_once
from engine.store.models import Attachment, Report, StoredFile

MEGABYTE = 1024 * 1024
MAX_BYTES = 10 * MEGABYTE
MAX_FILES = 20

_attachment, _stored, _report = table_of(Attachment), table_of(StoredFile), table_of(Report)


class UnacceptableFile(BadInput):
    """A file is rejected."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as uploaded."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class CleanFile:
    """A file that may be stored: checked, with nothing in it that its sender did not mean to give.

    `thumbnail` is a small JPEG of a picture, empty for other kinds.
    """

    name: str
    media_type: str
    content: bytes
    thumbnail: bytes = b""


def clean_upload(upload: Upload) -> CleanFile:
    """What is kept of an upload; raises UnacceptableFile. Takes up to seconds: call it before writing."""
    extension = extension_of(upload)
    content, thumbnail = upload.content, b""
    if extension in file_kinds.PICTURES:
        try:
            picture = clean_picture(content)
        except UnfitPicture as unfit:
            raise UnacceptableFile(unfit.rule, name=upload.name) from unfit
        extension, content, thumbnail = picture.extension, picture.content, picture.thumbnail
    elif extension in file_kinds.FILMS:
        bare = film_boxes.without_remarks(content)
        if bare is None:
            raise UnacceptableFile("film-unreadable", name=upload.name)
        content = bare
    elif extension == file_kinds.SOUND:
        content = sound_tags.without_tags(content)
    return CleanFile(safe_name(upload.name, extension), MEDIA_TYPES[extension], content, thumbnail)


# The rule that refuses a kind which is known.
_REFUSED_KINDS = {
    file_kinds.HEIC: "attachment-heic",
    file_kinds.MACROS: "attachment-macros",
    file_kinds.EMBEDDED: "attachment-embedded",
    file_kinds.CUT_PDF: "attachment-pdf-cut",
}


def extension_of(upload: Upload) -> str:
    """The extension that belongs to the upload's content; raises UnacceptableFile."""
    if not upload.content:
        raise UnacceptableFile("attachment-empty", name=upload.name)
    if len(upload.content) > MAX_BYTES:
        raise UnacceptableFile("attachment-too-large", name=upload.name, most=MAX_BYTES // MEGABYTE)
    extension = file_kinds.detect_kind(upload.content)
    if extension in _REFUSED_KINDS:
        raise UnacceptableFile(_REFUSED_KINDS[extension], name=upload.name)
    if extension is None:
        raise UnacceptableFile("attachment-kind-refused", name=upload.name)
    return extension


def add_files(tx: Transaction, report_id: int, files: Sequence[CleanFile], by: str, now: datetime) -> list[int]:
    """Store files of a report and return their ids; raises UnacceptableFile when they are too many."""
    if files:
        query = select(_report.c.id).where(_report.c.id == report_id).with_for_update(key_share=True)
        tx.write().execute(query).all()  # Two at once count as two.
        existing = tx.read.execute(select(func.count()).where(_attachment.c.report_id == report_id)).scalar_one()
        require_few_files(existing + len(files))
    return [_insert_attachment(tx, report_id, file, {"added_by": by, "added_at": now}) for file in files]


def placeholder_ids(files: Mapping[str, Sequence[CleanFile]]) -> dict[str, object]:
    """What stands for the files of each field while their form is checked: they are stored, and get ids, after it."""
    return {key: list(range(1, len(sent) + 1)) if len(sent) > 1 else 1 for key, sent in files.items()}


def require_few_files(count: int) -> None:
    """Raise UnacceptableFile when `count` is more files than a report may have."""
    if count > MAX_FILES:
        raise UnacceptableFile("attachments-too-many", most=MAX_FILES)


def store_content(tx: Transaction, content: bytes) -> str:
    """Store bytes, once for equal content, and return their digest."""
    digest, connection = hashlib.sha256(content).hexdigest(), tx.write()
    if connection.execute(select(_stored.c.digest).where(_stored.c.digest == digest)).scalar() is None:
        connection.execute(insert_once(connection, _stored), {"digest": digest, "content": content})
    return digest


def load_content(tx: Transaction, digest: str) -> bytes:
    """The bytes with this digest; raises NotFound, also for bytes that somebody has put in their place."""
    content: bytes | None = tx.read.execute(select(_stored.c.content).where(_stored.c.digest == digest)).scalar()
    if content is None:
        raise NotFound("attachment-unknown")
    if hashlib.sha256(content).hexdigest() != digest:
        raise NotFound("attachment-altered")
    return content


def _insert_attachment(tx: Transaction, report_id: int, file: CleanFile, added: dict[str, object]) -> int:
    row = {
        "report_id": report_id,
        "name": file.name,
        "media_type": file.media_type,
        "size": len(file.content),
        "digest": store_content(tx, file.content),
        "thumbnail": store_content(tx, file.thumbnail) if file.thumbnail else "",
        **added,
    }
    attachment_id: int = tx.write().execute(insert(_attachment).returning(_attachment.c.id), row).scalar_one()
    return attachment_id


def list_for_report(tx: Transaction, report_id: int) -> Sequence[Any]:
    """The files of a report, oldest first, without their bytes."""
    return tx.read.execute(
        select(_attachment).where(_attachment.c.report_id == report_id).order_by(_attachment.c.id)
    ).all()


def load_attachment(tx: Transaction, report_id: int, attachment_id: int) -> tuple[str, str, bytes]:
    """Name, media type and bytes of a report's file; raises NotFound, including for a file of another report."""
    row = _find_attachment(tx, report_id, attachment_id)
    return row.name, row.media_type, load_content(tx, row.digest)


def load_thumbnail(tx: Transaction, report_id: int, attachment_id: int) -> bytes:
    """The small JPEG of a report's picture; raises NotFound as `load_attachment` does, and for other kinds of files."""
    row = _find_attachment(tx, report_id, attachment_id)
    return load_content(tx, row.thumbnail or "")


def _find_attachment(tx: Transaction, report_id: int, attachment_id: int) -> Any:
    query = select(_attachment).where(_attachment.c.id == attachment_id, _attachment.c.report_id == report_id)
    row = tx.read.execute(query).one_or_none()
    if row is None:
        raise NotFound("attachment-unknown")
    return row
