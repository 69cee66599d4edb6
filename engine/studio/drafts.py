"""Stores analysts' drafts: a deployment's files with the analyst's changes.

Only differences from the base are stored, each file with a version, so that two windows cannot overwrite each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from engine.errors import BadInput, Invalid, NotFound, Stale
from engine.process import definitions
from engine.process.definitions import MAX_FILES, MAX_PATH_LENGTH
from engine.process.report_fields import FIELDS_PATH
from engine.staff.person_turns import wait_turn
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Deployment, Person, StudioDraft, StudioFile

MAX_FILE_BYTES = 2_000_000  # Per file; the largest shipped diagram has 60,000 bytes.
MAX_DRAFTS = 50
MAX_TITLE_LENGTH = 200
# The folder of each file type; a deployment contains no other types.
FOLDERS: Mapping[str, str] = {
    ".bpmn": "workflows",
    ".dmn": "workflows",
    ".txt": "workflows/mail",
    ".yaml": "workflows/tests",
    ".json": "forms",
}

_draft, _file = table_of(StudioDraft), table_of(StudioFile)
_deployment, _person = table_of(Deployment), table_of(Person)
_SELECT_DRAFTS = select(
    _draft.c.id, _draft.c.person_id, _draft.c.title, _draft.c.saved_at, _deployment.c.number, _deployment.c.digest
).join(_deployment, _deployment.c.id == _draft.c.base_id)


@dataclass(frozen=True, slots=True)
class DeploymentDraft:
    """A draft and the deployment it is based on."""

    id: int
    person_id: int
    title: str
    saved_at: datetime
    number: int
    digest: str


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A file of a draft; version 0 is the base version."""

    path: PurePosixPath
    version: int


def create_from_deployment(tx: Transaction, person: int, title: str, now: datetime, number: int | None = None) -> int:
    """Create a draft of a deployment, of the last deployed one if `number` is None; returns its id.

    Raises NotFound for an unknown deployment, Invalid for an empty or overlong title, BadInput for too many drafts.
    """
    if not 0 < len(title) <= MAX_TITLE_LENGTH:
        raise Invalid("title", "draft-title-length", most=MAX_TITLE_LENGTH)
    wait_turn(tx, person)
    if len(list_by_author(tx, person)) >= MAX_DRAFTS:
        raise BadInput("too-many-drafts", most=MAX_DRAFTS)
    query = select(_deployment.c.id).order_by(_deployment.c.turn.desc()).limit(1)
    base_id = tx.read.execute(query if number is None else query.where(_deployment.c.number == number)).scalar()
    if base_id is None:
        raise NotFound("draft-base-unknown")
    values = {"person_id": person, "base_id": base_id, "title": title, "created_at": now, "saved_at": now}
    return int(tx.write().execute(insert(_draft).returning(_draft.c.id), values).scalar_one())


def list_by_author(tx: Transaction, person: int) -> list[DeploymentDraft]:
    """An analyst's drafts, latest first."""
    query = _SELECT_DRAFTS.where(_draft.c.person_id == person).order_by(_draft.c.saved_at.desc(), _draft.c.id.desc())
    return [DeploymentDraft(*row) for row in tx.read.execute(query)]


def load_own(tx: Transaction, person: int, draft_id: int) -> DeploymentDraft:
    """An analyst's own draft; raises NotFound for any other."""
    row = tx.read.execute(_SELECT_DRAFTS.where(_draft.c.id == draft_id, _draft.c.person_id == person)).one_or_none()
    if row is None:
        raise NotFound("draft-unknown", draft=str(draft_id))
    return DeploymentDraft(*row)


def list_concurrent_edits(tx: Transaction, draft: DeploymentDraft) -> Sequence[Any]:
    """Edits by other analysts in their own drafts: name, path and time, latest first; at most 200."""
    query = (
        select(_person.c.name, _file.c.path, _file.c.saved_at)
        .join(_draft, _draft.c.id == _file.c.draft_id)
        .join(_person, _person.c.id == _draft.c.person_id)
        .where(_draft.c.person_id != draft.person_id)
        .order_by(_file.c.saved_at.desc())
        .limit(200)
    )
    return tx.read.execute(query).all()


def load_files(tx: Transaction, draft: DeploymentDraft) -> dict[PurePosixPath, bytes]:
    """All files of a draft: those of the base, with the draft's additions, changes and removals applied."""
    contents = definitions.load_stored_files(tx, draft.digest)
    for path, content in load_changes(tx, draft).items():
        if content is None:
            contents.pop(path, None)
        else:
            contents[path] = content
    return contents


def load_changes(tx: Transaction, draft: DeploymentDraft) -> dict[PurePosixPath, bytes | None]:
    """The changes that the draft stores: new contents by path, None for a removed file."""
    rows = tx.read.execute(select(_file.c.path, _file.c.content).where(_file.c.draft_id == draft.id))
    return {PurePosixPath(row.path): row.content for row in rows}


def list_file_versions(tx: Transaction, draft: DeploymentDraft) -> list[DraftFile]:
    """The files of a draft with their versions, in path order."""
    versions = dict.fromkeys(definitions.load_stored_files(tx, draft.digest), 0)
    for row in tx.read.execute(select(_file).where(_file.c.draft_id == draft.id)):
        versions.pop(PurePosixPath(row.path), None)
        if row.content is not None:
            versions[PurePosixPath(row.path)] = row.version
    return [DraftFile(path, version) for path, version in sorted(versions.items())]


def list_deleted(tx: Transaction, draft: DeploymentDraft) -> list[PurePosixPath]:
    """The files of the base that the draft has deleted, in path order."""
    base = definitions.load_stored_files(tx, draft.digest)
    return sorted(path for path, content in load_changes(tx, draft).items() if content is None and path in base)


def restore_file(tx: Transaction, draft: DeploymentDraft, path: PurePosixPath, now: datetime) -> None:
    """Bring back a deleted file as the base has it; raises NotFound for any other."""
    wait_turn(tx, draft.person_id)
    if path not in list_deleted(tx, draft):
        raise NotFound("draft-file-unknown", file=path)
    tx.write().execute(delete(_file).where(_file.c.draft_id == draft.id, _file.c.path == str(path)))
    tx.write().execute(update(_draft).where(_draft.c.id == draft.id).values(saved_at=now))


def load_file(tx: Transaction, draft: DeploymentDraft, path: PurePosixPath) -> tuple[bytes, int]:
    """The content and version of a draft's file; raises NotFound."""
    row = _stored_row(tx, draft, path)
    content = definitions.load_stored_files(tx, draft.digest).get(path) if row is None else row.content
    if content is None:
        raise NotFound("draft-file-unknown", file=path)
    return content, 0 if row is None else row.version


def save_file(
    tx: Transaction,
    draft: DeploymentDraft,
    path: PurePosixPath,
    content: bytes | None,
    version: int | None,
    now: datetime,
) -> int:
    """Store a file, or remove it if `content` is None; returns its new version.

    `version` is the version that was read, None for a new file. Raises Stale if the file has changed in the meantime,
    BadInput for a path or size that a deployment does not allow, or for too many files.
    """
    if content is not None:
        _require_storable(path, content)
    wait_turn(tx, draft.person_id)
    row = _stored_row(tx, draft, path)
    base = definitions.load_stored_files(tx, draft.digest)
    if row is None and path not in base and len(list_file_versions(tx, draft)) >= MAX_FILES:
        raise BadInput("draft-has-too-many-files", most=MAX_FILES)
    exists = row.content is not None if row is not None else path in base
    current_version = row.version if row is not None else 0
    if exists and version is None:
        raise Stale("draft-file-exists", file=path.name)
    if exists != (version is not None) or (version is not None and version != current_version):
        raise Stale("draft-file-changed", file=path.name)
    _store_version(tx, draft, path, content, current_version, now)
    tx.write().execute(update(_draft).where(_draft.c.id == draft.id).values(saved_at=now))
    return current_version + 1


def _store_version(
    tx: Transaction,
    draft: DeploymentDraft,
    path: PurePosixPath,
    content: bytes | None,
    current_version: int,
    now: datetime,
) -> None:
    """Store the next version of a file in place of the one that was read; raises Stale."""
    values = {"content": content, "version": current_version + 1, "saved_at": now}
    is_this_file = (_file.c.draft_id == draft.id) & (_file.c.path == str(path))
    if current_version == 0:
        count_rows = select(func.count()).select_from(_file).where(is_this_file)
        if tx.write().execute(count_rows).scalar_one():
            raise Stale("draft-file-changed", file=path.name)
        tx.write().execute(insert(_file), {"draft_id": draft.id, "path": str(path), **values})
    elif (
        tx.write()
        .execute(update(_file).where(is_this_file, _file.c.version == current_version).values(values))
        .rowcount
        != 1
    ):
        raise Stale("draft-file-changed", file=path.name)


def _stored_row(tx: Transaction, draft: DeploymentDraft, path: PurePosixPath) -> Any:
    return tx.read.execute(select(_file).where(_file.c.draft_id == draft.id, _file.c.path == str(path))).one_or_none()


def _require_storable(path: PurePosixPath, content: bytes) -> None:
    is_in_place = path == FIELDS_PATH or str(path.parent) == FOLDERS.get(path.suffix)
    if not is_in_place or not path.stem or not str(path).isprintable():
        raise BadInput("draft-file-misplaced", file=path)
    if len(str(path)) > MAX_PATH_LENGTH:
        raise BadInput("draft-file-name-too-long", most=MAX_PATH_LENGTH)
    if len(content) > MAX_FILE_BYTES:
        raise BadInput("draft-file-too-large", file=path, most=MAX_FILE_BYTES // 1_000_000)


def delete_with_files(tx: Transaction, draft: DeploymentDraft) -> None:
    """Delete a draft and its files."""
    tx.write().execute(delete(_file).where(_file.c.draft_id == draft.id))
    tx.write().execute(delete(_draft).where(_draft.c.id == draft.id))
