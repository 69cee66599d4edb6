"""Stores analysts' drafts: a deployment's files with the analyst's changes.

Only differences from the base are stored, each file with a version, so that two windows cannot overwrite each other.
Whoever opens a draft does so to read or to edit: `engine.studio.sharing` says who else than its owner may.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import and_, delete, func, insert, or_, select, update

from engine.errors import BadInput, Forbidden, Invalid, NotFound, Stale
from engine.process import definitions
from engine.process.definitions import MAX_FILES, MAX_PATH_LENGTH
from engine.process.report_fields import FIELDS_PATH
from engine.staff.person_turns import wait_turn
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Deployment, Person, StudioComment, StudioDraft, StudioFile, StudioMember, StudioReview

MAX_FILE_BYTES = 2_000_000  # Per file; the largest shipped diagram has 60,000 bytes.
MAX_DRAFTS = 50
MAX_TITLE_LENGTH = 200
# The folder of each file type; a deployment contains no other types.
FOLDERS: Mapping[str, str] = {
    ".bpmn": "workflows",
    ".dmn": "workflows",
    ".txt": "workflows/mail",
    ".yaml": "workflows/tests",
    ".csv": "workflows/tests",
    ".json": "forms",
}

_draft, _file, _comment = table_of(StudioDraft), table_of(StudioFile), table_of(StudioComment)
_deployment, _person, _member = table_of(Deployment), table_of(Person), table_of(StudioMember)
_review = table_of(StudioReview)
# Of a draft that somebody opens: what is stored of it, and whether they may edit it.
_COLUMNS = (
    *(_draft.c.id, _draft.c.person_id, _draft.c.title, _draft.c.saved_at, _draft.c.base_id),
    *(_deployment.c.number, _deployment.c.digest, _person.c.name.label("owner"), _draft.c.shared_at),
)


@dataclass(frozen=True, slots=True)
class DeploymentDraft:
    """A draft and the deployment it is based on, as one person has opened it; `person_id` and `owner` own it."""

    id: int
    person_id: int
    title: str
    saved_at: datetime
    base_id: int
    number: int
    digest: str
    owner: str
    shared_at: datetime | None
    opened_by: int
    may_edit: bool

    @property
    def is_own(self) -> bool:
        """Whether it is its owner who has opened it."""
        return self.opened_by == self.person_id


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
    """An analyst's own drafts, latest first."""
    return [draft for draft in list_visible(tx, person) if draft.is_own]


def list_visible(tx: Transaction, person: int) -> list[DeploymentDraft]:
    """The drafts that an analyst may read, latest first: their own, those they edit, and those that are shared."""
    rows = tx.read.execute(_select_visible(person).order_by(_draft.c.saved_at.desc(), _draft.c.id.desc()))
    return [_opened_draft(row, person) for row in rows]


def load_own(tx: Transaction, person: int, draft_id: int) -> DeploymentDraft:
    """An analyst's own draft; raises Forbidden for another that they see, NotFound for any other."""
    draft = load_visible(tx, person, draft_id)
    if not draft.is_own:
        raise Forbidden("draft-of-owner", owner=draft.owner)
    return draft


def load_editable(tx: Transaction, person: int, draft_id: int) -> DeploymentDraft:
    """A draft that an analyst may edit; raises Forbidden for one that they may only read, NotFound for any other."""
    draft = load_visible(tx, person, draft_id)
    require_editable(draft)
    return draft


def load_visible(tx: Transaction, person: int, draft_id: int) -> DeploymentDraft:
    """A draft that an analyst may read; raises NotFound for any other."""
    row = tx.read.execute(_select_visible(person).where(_draft.c.id == draft_id)).one_or_none()
    if row is None:
        raise NotFound("draft-unknown", draft=str(draft_id))
    return _opened_draft(row, person)


def _select_visible(person: int) -> Any:
    edits = and_(_member.c.draft_id == _draft.c.id, _member.c.person_id == person, _member.c.may_edit)
    may_edit = or_(_draft.c.person_id == person, _member.c.person_id.is_not(None))
    return (
        select(*_COLUMNS, may_edit.label("may_edit"))
        .join(_deployment, _deployment.c.id == _draft.c.base_id)
        .join(_person, _person.c.id == _draft.c.person_id)
        .outerjoin(_member, edits)
        .where(or_(may_edit, _draft.c.shared_at.is_not(None)))
    )


def _opened_draft(row: Any, person: int) -> DeploymentDraft:
    values: dict[str, Any] = {**row._mapping, "may_edit": bool(row.may_edit)}  # noqa: SLF001 - SQLAlchemy's public name
    return DeploymentDraft(**values, opened_by=person)


def require_editable(draft: DeploymentDraft) -> None:
    """Raise Forbidden unless whoever has opened the draft may edit it."""
    if not draft.may_edit:
        raise Forbidden("draft-read-only", owner=draft.owner)


def mark_edited(tx: Transaction, draft: DeploymentDraft, now: datetime) -> None:
    """Note that whoever has opened the draft has changed it: they are among its authors. Raises Forbidden."""
    require_editable(draft)
    tx.write().execute(update(_draft).where(_draft.c.id == draft.id).values(saved_at=now))
    if not draft.is_own:
        own = and_(_member.c.draft_id == draft.id, _member.c.person_id == draft.opened_by)
        tx.write().execute(update(_member).where(own).values(edited_at=now))


def load_base_files(tx: Transaction, draft: DeploymentDraft) -> dict[PurePosixPath, bytes]:
    """The files of the deployment that a draft is based on; raises NotFound when they are gone."""
    try:
        return definitions.load_stored_files(tx, draft.digest)
    except NotFound as gone:
        raise NotFound("draft-base-gone", number=str(draft.number)) from gone


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
    contents = load_base_files(tx, draft)
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
    versions = dict.fromkeys(load_base_files(tx, draft), 0)
    for row in tx.read.execute(select(_file).where(_file.c.draft_id == draft.id)):
        versions.pop(PurePosixPath(row.path), None)
        if row.content is not None:
            versions[PurePosixPath(row.path)] = row.version
    return [DraftFile(path, version) for path, version in sorted(versions.items())]


def list_deleted(tx: Transaction, draft: DeploymentDraft) -> list[PurePosixPath]:
    """The files of the base that the draft has deleted, in path order."""
    base = load_base_files(tx, draft)
    return sorted(path for path, content in load_changes(tx, draft).items() if content is None and path in base)


def restore_file(tx: Transaction, draft: DeploymentDraft, path: PurePosixPath, now: datetime) -> None:
    """Bring back a deleted file as the base has it; raises NotFound for any other."""
    require_editable(draft)
    wait_turn(tx, draft.person_id)
    if path not in list_deleted(tx, draft):
        raise NotFound("draft-file-unknown", file=path)
    tx.write().execute(delete(_file).where(_file.c.draft_id == draft.id, _file.c.path == str(path)))
    mark_edited(tx, draft, now)


def load_file(tx: Transaction, draft: DeploymentDraft, path: PurePosixPath) -> tuple[bytes, int]:
    """The content and version of a draft's file; raises NotFound."""
    row = _stored_row(tx, draft, path)
    content = load_base_files(tx, draft).get(path) if row is None else row.content
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
    require_editable(draft)
    wait_turn(tx, draft.person_id)
    row = _stored_row(tx, draft, path)
    base = load_base_files(tx, draft)
    if row is None and path not in base and len(list_file_versions(tx, draft)) >= MAX_FILES:
        raise BadInput("draft-has-too-many-files", most=MAX_FILES)
    exists = row.content is not None if row is not None else path in base
    current_version = row.version if row is not None else 0
    if exists and version is None:
        raise Stale("draft-file-exists", file=path.name)
    if exists != (version is not None) or (version is not None and version != current_version):
        raise Stale("draft-file-changed", file=path.name)
    _store_version(tx, draft, path, content, current_version, now)
    mark_edited(tx, draft, now)
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
    """Delete a draft with its files and all that was said of it; raises Forbidden for whoever does not own it."""
    if not draft.is_own:
        raise Forbidden("draft-of-owner", owner=draft.owner)
    wait_turn(tx, draft.person_id)
    tx.write().execute(delete(_comment).where(_comment.c.draft_id == draft.id, _comment.c.thread_id.is_not(None)))
    for table in (_comment, _review, _member, _file):
        tx.write().execute(delete(table).where(table.c.draft_id == draft.id))
    tx.write().execute(delete(_draft).where(_draft.c.id == draft.id))
