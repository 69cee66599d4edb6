"""An analyst's draft: a deployment's files with what the analyst has changed of them. Called by pages of the studio.

Only what differs from the base is stored, each file with a version, so that two windows cannot overwrite each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from engine.errors import BadInput, NotFound, Stale
from engine.process import definitions
from engine.process.definitions import LONGEST_PATH, MAX_FILES
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Deployment, Person, StudioDraft, StudioFile

MOST_BYTES = 2_000_000  # Of one file; the largest shipped diagram has 60,000.
MOST_DRAFTS = 50
# Where each kind of file belongs, and nothing else belongs to a deployment.
PLACES: Mapping[str, str] = {
    ".bpmn": "workflows",
    ".dmn": "workflows",
    ".txt": "workflows/mail",
    ".yaml": "workflows/tests",
    ".json": "forms",
}

_draft, _file = table_of(StudioDraft), table_of(StudioFile)
_deployment, _person = table_of(Deployment), table_of(Person)
_DRAFTS = select(
    _draft.c.id, _draft.c.person_id, _draft.c.title, _draft.c.saved_at, _deployment.c.number, _deployment.c.digest
).join(_deployment, _deployment.c.id == _draft.c.base_id)


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft and the deployment it is based on."""

    id: int
    person_id: int
    title: str
    saved_at: datetime
    number: int
    digest: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A file of a draft; version 0 is the base's."""

    path: PurePosixPath
    version: int


def begin(tx: Transaction, person: int, title: str, now: datetime, number: int | None = None) -> int:
    """Begin a draft of a deployment, of the last deployed one when `number` is None; returns its id.

    Raises NotFound, and BadInput for a title that is none and for one draft too many.
    """
    if not 0 < len(title) <= 200:
        raise BadInput("A draft needs a title of at most 200 signs.")
    if len(listed(tx, person)) >= MOST_DRAFTS:
        raise BadInput(f"There are {MOST_DRAFTS} drafts already; discard one first.")
    wanted = select(_deployment.c.id).order_by(_deployment.c.turn.desc()).limit(1)
    base = tx.read.execute(wanted if number is None else wanted.where(_deployment.c.number == number)).scalar()
    if base is None:
        raise NotFound("There is no such deployment.")
    row = {"person_id": person, "base_id": base, "title": title, "created_at": now, "saved_at": now}
    return int(tx.write().execute(insert(_draft).returning(_draft.c.id), row).scalar_one())


def listed(tx: Transaction, person: int) -> list[Draft]:
    """An analyst's drafts, the latest first."""
    wanted = _DRAFTS.where(_draft.c.person_id == person).order_by(_draft.c.saved_at.desc(), _draft.c.id.desc())
    return [Draft(*row) for row in tx.read.execute(wanted)]


def find(tx: Transaction, person: int, draft_id: int) -> Draft:
    """An analyst's own draft; raises NotFound for any other."""
    row = tx.read.execute(_DRAFTS.where(_draft.c.id == draft_id, _draft.c.person_id == person)).one_or_none()
    if row is None:
        raise NotFound(f"You have no draft {draft_id}.")
    return Draft(*row)


def others(tx: Transaction, draft: Draft) -> Sequence[Any]:
    """Who else has changed files in a draft of their own: name, path and when, the latest first."""
    wanted = (
        select(_person.c.name, _file.c.path, _file.c.saved_at)
        .join(_draft, _draft.c.id == _file.c.draft_id)
        .join(_person, _person.c.id == _draft.c.person_id)
        .where(_draft.c.person_id != draft.person_id)
        .order_by(_file.c.saved_at.desc())
        .limit(200)
    )
    return tx.read.execute(wanted).all()


def files(tx: Transaction, draft: Draft) -> dict[PurePosixPath, bytes]:
    """All files of a draft: the base's, with what the draft adds, changes and leaves out."""
    found = definitions.files_of(tx, draft.digest)
    for path, content in changes(tx, draft).items():
        if content is None:
            found.pop(path, None)
        else:
            found[path] = content
    return found


def changes(tx: Transaction, draft: Draft) -> dict[PurePosixPath, bytes | None]:
    """What the draft stores: new contents by path, None for a file that it leaves out."""
    rows = tx.read.execute(select(_file.c.path, _file.c.content).where(_file.c.draft_id == draft.id))
    return {PurePosixPath(row.path): row.content for row in rows}


def listing(tx: Transaction, draft: Draft) -> list[Listed]:
    """The files of a draft in the order of their paths."""
    versions = dict.fromkeys(definitions.files_of(tx, draft.digest), 0)
    for row in tx.read.execute(select(_file).where(_file.c.draft_id == draft.id)):
        versions.pop(PurePosixPath(row.path), None)
        if row.content is not None:
            versions[PurePosixPath(row.path)] = row.version
    return [Listed(path, version) for path, version in sorted(versions.items())]


def read(tx: Transaction, draft: Draft, path: PurePosixPath) -> tuple[bytes, int]:
    """A file of a draft and its version; raises NotFound."""
    row = _stored(tx, draft, path)
    content = definitions.files_of(tx, draft.digest).get(path) if row is None else row.content
    if content is None:
        raise NotFound(f"The draft has no file {path}.")
    return content, 0 if row is None else row.version


def write(
    tx: Transaction, draft: Draft, path: PurePosixPath, content: bytes | None, version: int | None, now: datetime
) -> int:
    """Store a file, or leave it out when `content` is None; returns its new version.

    `version` is the one that was read, None for a file that is new. Raises Stale when the file has moved on meanwhile,
    BadInput for a place or a content that no deployment has.
    """
    if content is not None:
        _require_storable(path, content)
    row = _stored(tx, draft, path)
    base = definitions.files_of(tx, draft.digest)
    if row is None and path not in base and len(listing(tx, draft)) >= MAX_FILES:
        raise BadInput(f"A deployment takes at most {MAX_FILES} files.")
    there = row.content is not None if row is not None else path in base
    current = row.version if row is not None else 0
    if there != (version is not None) or (version is not None and version != current):
        raise Stale(f"{path} has been changed in another window.")
    _store(tx, draft, path, content, current, now)
    tx.write().execute(update(_draft).where(_draft.c.id == draft.id).values(saved_at=now))
    return current + 1


def _store(
    tx: Transaction, draft: Draft, path: PurePosixPath, content: bytes | None, current: int, now: datetime
) -> None:
    """Put the next version of a file in the place of the one that was read."""
    values = {"content": content, "version": current + 1, "saved_at": now}
    mine = (_file.c.draft_id == draft.id) & (_file.c.path == str(path))
    if current == 0:
        known = select(func.count()).select_from(_file).where(mine)
        if tx.write().execute(known).scalar_one():
            raise Stale(f"{path} has been changed in another window.")
        tx.write().execute(insert(_file), {"draft_id": draft.id, "path": str(path), **values})
    elif tx.write().execute(update(_file).where(mine, _file.c.version == current).values(values)).rowcount != 1:
        raise Stale(f"{path} has been changed in another window.")


def _stored(tx: Transaction, draft: Draft, path: PurePosixPath) -> Any:
    return tx.read.execute(select(_file).where(_file.c.draft_id == draft.id, _file.c.path == str(path))).one_or_none()


def _require_storable(path: PurePosixPath, content: bytes) -> None:
    if str(path.parent) != PLACES.get(path.suffix) or not path.stem or not str(path).isprintable():
        raise BadInput(f"{path} has no place in a deployment.")
    if len(str(path)) > LONGEST_PATH:
        raise BadInput(f"The name of a file has at most {LONGEST_PATH} signs.")
    if len(content) > MOST_BYTES:
        raise BadInput(f"{path} is larger than {MOST_BYTES // 1_000_000} MB.")


def discard(tx: Transaction, draft: Draft) -> None:
    """Throw a draft away."""
    tx.write().execute(delete(_file).where(_file.c.draft_id == draft.id))
    tx.write().execute(delete(_draft).where(_draft.c.id == draft.id))


def rebase(tx: Transaction, draft: Draft, now: datetime) -> list[PurePosixPath]:
    """Base a draft on the last deployment; returns the files that both have changed, and then changes nothing."""
    newest = tx.read.execute(select(_deployment).order_by(_deployment.c.turn.desc()).limit(1)).one()
    old, new = definitions.files_of(tx, draft.digest), definitions.files_of(tx, newest.digest)
    both = sorted(path for path in changes(tx, draft) if old.get(path) != new.get(path))
    if not both:
        values = {"base_id": newest.id, "saved_at": now}
        tx.write().execute(update(_draft).where(_draft.c.id == draft.id).values(values))
    return both
