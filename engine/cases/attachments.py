"""Attachments of a report: checked, stored by digest in the database, served as downloads.

A file's first bytes determine its type, never its name. Types that a browser or an office program would execute are
rejected.
"""

from __future__ import annotations

import hashlib
import re
import struct
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import insert, select

from engine.errors import BadInput, NotFound
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Attachment, StoredFile

MEGABYTE = 1024 * 1024
MAX_BYTES = 10 * MEGABYTE
MAX_FILES = 20
MAX_NAME_LENGTH = 120
MEDIA_TYPES = {
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".pdf": "application/pdf",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_SIGNATURES = ((b"\xff\xd8\xff", ".jpg"), (b"\x89PNG\r\n\x1a\n", ".png"), (b"%PDF-", ".pdf"), (b"ID3", ".mp3"))
_ENTRY, MAX_ENTRIES = (
    b"PK\x01\x02",
    5_000,
)  # Of an office file: 10 MB can hold 200,000, seconds of reading.
_OFFICE_PARTS = {"word/document.xml": ".docx", "xl/workbook.xml": ".xlsx"}

_attachment, _stored = table_of(Attachment), table_of(StoredFile)


class UnacceptableFile(BadInput):
    """A file is rejected."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as uploaded."""

    name: str
    content: bytes


def add_files(tx: Transaction, report_id: int, uploads: Sequence[Upload], by: str, now: datetime) -> list[int]:
    """Store files of a report and return their ids; raises UnacceptableFile for the first one rejected."""
    existing = tx.read.execute(select(_attachment.c.id).where(_attachment.c.report_id == report_id)).all()
    if uploads:
        require_few_files(len(existing) + len(uploads))
    checked = [(upload, extension_of(upload)) for upload in uploads]
    return [
        _insert_attachment(tx, report_id, upload, extension, {"added_by": by, "added_at": now})
        for upload, extension in checked
    ]


def require_few_files(count: int) -> None:
    """Raise UnacceptableFile when `count` is more files than a report may have."""
    if count > MAX_FILES:
        raise UnacceptableFile("attachments-too-many", most=MAX_FILES)


def extension_of(upload: Upload) -> str:
    """The file's extension, determined from its content; raises UnacceptableFile."""
    if not upload.content:
        raise UnacceptableFile("attachment-empty", name=upload.name)
    if len(upload.content) > MAX_BYTES:
        raise UnacceptableFile("attachment-too-large", name=upload.name, most=MAX_BYTES // MEGABYTE)
    extension = _detect_extension(upload.content)
    if extension is None:
        raise UnacceptableFile("attachment-kind-refused", name=upload.name)
    return extension


def _detect_extension(content: bytes) -> str | None:
    for signature, extension in _SIGNATURES:
        if content.startswith(signature):
            return extension
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return ".webp"
    if content[4:8] == b"ftyp":
        return ".mp4"
    if content[:1] == b"\xff" and content[1:2] in (b"\xfb", b"\xf3", b"\xf2"):
        return ".mp3"
    return _office_extension(content) if content.startswith(b"PK\x03\x04") else None


def _office_extension(content: bytes) -> str | None:
    """The extension of a Word or Excel file without macros."""
    if content.count(_ENTRY) > MAX_ENTRIES:
        return None
    try:
        names = set(zipfile.ZipFile(BytesIO(content)).namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, struct.error):
        return None  # Whatever Python's reader raises for a damaged or malicious file.
    if any(name.endswith("vbaProject.bin") for name in names):
        return None
    return next((extension for part, extension in _OFFICE_PARTS.items() if part in names), None)


def store_content(tx: Transaction, content: bytes) -> str:
    """Store bytes, once for equal content, and return their digest."""
    digest, connection = hashlib.sha256(content).hexdigest(), tx.write()
    if connection.execute(select(_stored.c.digest).where(_stored.c.digest == digest)).scalar() is None:
        connection.execute(insert(_stored), {"digest": digest, "content": content})
    return digest


def load_content(tx: Transaction, digest: str) -> bytes:
    """The bytes with this digest; raises NotFound."""
    content: bytes | None = tx.read.execute(select(_stored.c.content).where(_stored.c.digest == digest)).scalar()
    if content is None:
        raise NotFound("attachment-unknown")
    return content


def _insert_attachment(tx: Transaction, report_id: int, upload: Upload, extension: str, added: dict[str, Any]) -> int:
    digest, connection = store_content(tx, upload.content), tx.write()
    row = {
        "report_id": report_id,
        "name": _safe_name(upload.name, extension),
        "media_type": MEDIA_TYPES[extension],
        "size": len(upload.content),
        "digest": digest,
        **added,
    }
    attachment_id: int = connection.execute(insert(_attachment).returning(_attachment.c.id), row).scalar_one()
    return attachment_id


def _safe_name(name: str, extension: str) -> str:
    """The last part of a name, without characters special to an operating system, with the content's extension."""
    stem = PurePosixPath(name.replace("\\", "/")).stem
    cleaned = re.sub(r"[^\w .()-]", "_", stem).strip(" .")[:MAX_NAME_LENGTH]
    return (cleaned or "tep") + extension


def list_for_report(tx: Transaction, report_id: int) -> Sequence[Any]:
    """The files of a report, oldest first, without their bytes."""
    return tx.read.execute(
        select(_attachment).where(_attachment.c.report_id == report_id).order_by(_attachment.c.id)
    ).all()


def load_attachment(tx: Transaction, report_id: int, attachment_id: int) -> tuple[str, str, bytes]:
    """Name, media type and bytes of a report's file; raises NotFound, including for a file of another report."""
    query = (
        select(_attachment.c.name, _attachment.c.media_type, _stored.c.content)
        .join(_stored, _stored.c.digest == _attachment.c.digest)
        .where(_attachment.c.id == attachment_id, _attachment.c.report_id == report_id)
    )
    row = tx.read.execute(query).one_or_none()
    if row is None:
        raise NotFound("attachment-unknown")
    return row.name, row.media_type, row.content
