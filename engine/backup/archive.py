"""The backup file: a zip with a manifest and, for each table, its rows as JSON lines.

A file under its final name is complete: it is written in the same folder under a temporary name, synced to disk and
then renamed. Input is untrusted: entries are read as streams, nothing is extracted, and every size has a limit.
"""

from __future__ import annotations

import errno
import hashlib
import os
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import mkstemp
from typing import Annotated, Literal

import msgspec

from engine.backup.table_rows import ColumnKind
from engine.clock import VIETNAM
from engine.errors import BadInput

FORMAT = 1
MANIFEST = "manifest.json"
LARGEST_MANIFEST = 64 * 1024 * 1024
LONGEST_LINE = 64 * 1024 * 1024  # A report's file has at most 10 MB.

Database = Literal["sqlite", "postgresql"]

# What zipfile raises for a damaged or malicious file; OSError comes from the disk.
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError, OSError)


class TableSummary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a table must contain: its columns, the number of rows, and the SHA-256 of all its lines in hexadecimal."""

    columns: dict[str, ColumnKind]
    rows: int
    sha256: str


class BackupManifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a backup contains. `broken` are the ids of cases whose history was already broken when it was made."""

    format: int = FORMAT
    revision: Annotated[str, msgspec.Meta(pattern=r"^\d{8}_\d{4}$")]
    made_at: Annotated[datetime, msgspec.Meta(tz=True)]
    database: Database
    tables: dict[str, TableSummary]
    broken: list[int]

    @property
    def rows(self) -> int:
        """The number of rows in all tables."""
        return sum(summary.rows for summary in self.tables.values())


class _FormatHeader(msgspec.Struct):
    format: int


class LineDigest:
    """Counts and hashes lines as they pass through."""

    def __init__(self) -> None:
        self.rows = 0
        self._digest = hashlib.sha256()

    def pass_through(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """The same lines, counted and hashed."""
        for line in lines:
            self.rows += 1
            self._digest.update(line)
            yield line

    @property
    def sha256(self) -> str:
        """The digest of the lines so far, in hexadecimal."""
        return self._digest.hexdigest()


class BackupWriter:
    """A backup being written."""

    def __init__(self, archive: zipfile.ZipFile, now: datetime) -> None:
        self._archive = archive
        self._stamp = now.astimezone(VIETNAM).timetuple()[:6]

    def write_entry(self, name: str, lines: Iterable[bytes]) -> None:
        """Add an entry."""
        entry = zipfile.ZipInfo(name, self._stamp)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o600 << 16
        with self._archive.open(entry, "w", force_zip64=True) as stream:
            for line in lines:
                stream.write(line)


@contextmanager
def open_writer(file: Path, now: datetime) -> Iterator[BackupWriter]:
    """Write a backup to `file`, readable by its owner only; if the block raises, no file is left.

    Raises BadInput if the file exists already or cannot be written.
    """
    _require_absent(file)
    try:
        descriptor, name = mkstemp(prefix=f"{file.name}.", suffix=".partial", dir=file.parent)
        partial = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                with zipfile.ZipFile(stream, "w") as archive:
                    yield BackupWriter(archive, now)
                stream.flush()
                os.fsync(stream.fileno())
            _require_absent(file)
            partial.rename(file)
            _sync_folder(file.parent)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise BadInput("backup-not-written", file=file, reason=error.strerror) from error


def _require_absent(file: Path) -> None:
    if os.path.lexists(file):
        raise BadInput("backup-file-exists", file=file)


def _sync_folder(folder: Path) -> None:
    """Sync the folder; only then does the new name survive a power failure."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # Some network folders do not support this and do not need it.
            raise
    finally:
        os.close(descriptor)


class BackupReader:
    """A backup being read; its manifest is already loaded."""

    def __init__(self, file: Path, archive: zipfile.ZipFile) -> None:
        self._file = file
        self._archive = archive
        self.manifest = self._read_manifest()

    def _read_manifest(self) -> BackupManifest:
        text = b"".join(self._entry_lines(MANIFEST, LARGEST_MANIFEST))
        try:
            format_ = msgspec.json.decode(text, type=_FormatHeader).format
            if format_ != FORMAT:
                raise BadInput("backup-format-unknown", file=self._file, format=str(format_), known=str(FORMAT))
            return msgspec.json.decode(text, type=BackupManifest)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise BadInput("backup-manifest-unreadable", file=self._file, reason=str(error)) from error

    def table_lines(self, table: str) -> Iterator[bytes]:
        """The lines of a table; raises BadInput if the file is damaged or has more lines than the manifest states."""
        most = self.manifest.tables[table].rows
        for number, line in enumerate(self._entry_lines(entry_name(table), LONGEST_LINE), 1):
            if number > most:
                raise BadInput("backup-has-more-rows", file=self._file, table=table)
            yield line

    def _entry_lines(self, name: str, longest: int) -> Iterator[bytes]:
        try:
            if self._archive.getinfo(name).compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise BadInput("backup-compression-unknown", file=self._file)
            with self._archive.open(name) as stream:
                while line := stream.readline(longest + 1):
                    if len(line) > longest:
                        raise BadInput("backup-line-too-long", file=self._file, entry=name)
                    yield line
        except KeyError as error:
            raise BadInput("backup-entry-missing", file=self._file, entry=name) from error
        except _BROKEN as error:
            raise BadInput("backup-damaged", file=self._file, entry=name, reason=str(error)) from error


@contextmanager
def open_reader(file: Path) -> Iterator[BackupReader]:
    """Open a backup for reading; raises BadInput if the file cannot be read or is not a backup."""
    try:
        stream = file.open("rb")
    except OSError as error:
        raise BadInput("backup-not-read", file=file, reason=error.strerror) from error
    with stream:  # zipfile itself would keep it open as long as an entry has not been read to its end.
        try:
            archive = zipfile.ZipFile(stream)
        except _BROKEN as error:
            raise BadInput("backup-not-zip", file=file) from error
        with archive:
            yield BackupReader(file, archive)


def entry_name(table: str) -> str:
    """The name of a table's zip entry."""
    return f"{table}.jsonl"
