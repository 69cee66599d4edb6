"""The file of a backup: a zip with a manifest and, for each table, its rows as lines of JSON. For the backup alone.

A file that is there is whole: it is written beside under another name, forced to the disk and then renamed. A file that
is read is trusted in nothing: entries are read as streams, nothing is unpacked, and every size has a bound.
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

# What the library raises for a file that is damaged or made to harm; OSError is the disk's.
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError, OSError)


class TableSummary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a table has to be: its columns, how many rows, and the SHA-256 of all its lines in hexadecimal."""

    columns: dict[str, ColumnKind]
    rows: int
    sha256: str


class BackupManifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a backup holds. `broken` are the ids of cases whose history was broken already when it was made."""

    format: int = FORMAT
    revision: Annotated[str, msgspec.Meta(pattern=r"^\d{8}_\d{4}$")]
    made_at: Annotated[datetime, msgspec.Meta(tz=True)]
    database: Database
    tables: dict[str, TableSummary]
    broken: list[int]

    @property
    def rows(self) -> int:
        """How many rows there are in all tables."""
        return sum(summary.rows for summary in self.tables.values())


class _FormatHeader(msgspec.Struct):
    format: int


class LineDigest:
    """Counts lines and takes their digest while they pass."""

    def __init__(self) -> None:
        self.rows = 0
        self._digest = hashlib.sha256()

    def pass_through(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """The same lines, counted."""
        for line in lines:
            self.rows += 1
            self._digest.update(line)
            yield line

    @property
    def sha256(self) -> str:
        """The digest of what has passed, in hexadecimal."""
        return self._digest.hexdigest()


class BackupWriter:
    """A backup that is being written."""

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
    """Write a backup to `file`, which only its owner may read; when the block raises, no file is left.

    Raises BadInput when the file is there already, or cannot be written.
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
    """Only then the new name outlives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # Some network folders do not know this, and need it not.
            raise
    finally:
        os.close(descriptor)


class BackupReader:
    """A backup that is being read; its manifest has been read already."""

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
        """The lines of a table; raises BadInput where the file is damaged, or has more than the manifest says."""
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
    """Read a backup; raises BadInput for a file that cannot be read or is none."""
    try:
        stream = file.open("rb")
    except OSError as error:
        raise BadInput("backup-not-read", file=file, reason=error.strerror) from error
    with stream:  # The library itself would leave it open for as long as somebody has not read an entry to its end.
        try:
            archive = zipfile.ZipFile(stream)
        except _BROKEN as error:
            raise BadInput("backup-not-zip", file=file) from error
        with archive:
            yield BackupReader(file, archive)


def entry_name(table: str) -> str:
    """The name of a table's entry."""
    return f"{table}.jsonl"
