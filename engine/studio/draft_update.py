"""Brings a draft up to date with the newest deployment, so that deploying it undoes nobody's work.

What only one of the two changed is taken over; what both changed is chosen part by part by the draft's author.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import delete, insert, update

from engine.errors import NotFound, Stale
from engine.process import definitions
from engine.staff.person_turns import wait_turn
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import StudioDraft, StudioFile
from engine.studio import drafts
from engine.studio.drafts import DeploymentDraft
from engine.studio.merging.conflict import MINE, Choice, MergeConflict
from engine.studio.merging.file_merge import FileVersions, MergedFile, merge_file

_draft, _file = table_of(StudioDraft), table_of(StudioFile)
Files = Mapping[PurePosixPath, bytes]


@dataclass(frozen=True, slots=True)
class FileConflict:
    """One part of one file that the draft and the newest deployment have both changed."""

    path: PurePosixPath
    part: MergeConflict

    @property
    def key(self) -> str:
        """What tells it from all others of the draft."""
        return f"{self.path}#{self.part.key}"


@dataclass(frozen=True, slots=True)
class DraftUpdate:
    """What an update would make of a draft: its changed files on the newest deployment, and what is still to choose."""

    base_id: int
    number: int
    files: Mapping[PurePosixPath, MergedFile]

    @property
    def conflicts(self) -> list[FileConflict]:
        """The parts for which nobody has chosen, in the order of files."""
        return [FileConflict(path, part) for path, file in self.files.items() for part in file.conflicts]


def is_outdated(tx: Transaction, draft: DeploymentDraft) -> bool:
    """Whether another deployment has become the newest since the draft was begun or last brought up to date."""
    return bool(_newest(tx).number != draft.number)


def require_newest(tx: Transaction, draft: DeploymentDraft) -> None:
    """Raise Stale for a draft that would undo what was deployed in the meantime."""
    newest = _newest(tx)
    if newest.number != draft.number:
        raise Stale("draft-outdated", base=draft.number, newest=newest.number)


def plan_update(tx: Transaction, draft: DeploymentDraft, choices: Mapping[str, Choice]) -> DraftUpdate:
    """What bringing the draft up to date comes to; `choices` are for conflicts by their key."""
    newest = _newest(tx)
    base, theirs = drafts.load_base_files(tx, draft), definitions.load_stored_files(tx, newest.digest)
    merged = {
        path: merge_file(path, FileVersions(base.get(path), theirs.get(path), mine), _choices_of(path, choices))
        for path, mine in sorted(drafts.load_changes(tx, draft).items())
    }
    return DraftUpdate(newest.id, newest.number, merged)


def _choices_of(path: PurePosixPath, choices: Mapping[str, Choice]) -> dict[str, Choice]:
    start = f"{path}#"
    return {key.removeprefix(start): choice for key, choice in choices.items() if key.startswith(start)}


def load_side(tx: Transaction, draft: DeploymentDraft, side: Choice, path: PurePosixPath) -> bytes:
    """A file as the draft has it, or the newest deployment; raises NotFound where that side has none."""
    mine = side == MINE
    content = (drafts.load_files(tx, draft) if mine else definitions.load_stored_files(tx, _newest(tx).digest)).get(
        path
    )
    if content is None:
        raise NotFound("draft-file-unknown", file=path)
    return content


def update_draft(tx: Transaction, draft: DeploymentDraft, choices: Mapping[str, Choice], now: datetime) -> DraftUpdate:
    """Bring the draft up to date unless something is still to choose, which the result says; nothing changes then."""
    drafts.require_editable(draft)
    wait_turn(tx, draft.person_id)
    planned = plan_update(tx, draft, choices)
    if planned.conflicts:
        return planned
    theirs = definitions.load_stored_files(tx, _newest(tx).digest)
    versions = {file.path: file.version for file in drafts.list_file_versions(tx, draft)}
    tx.write().execute(delete(_file).where(_file.c.draft_id == draft.id))
    rows = [
        {
            "draft_id": draft.id,
            "path": str(path),
            "content": file.content,
            "version": versions.get(path, 0) + 1,
            "saved_at": now,
        }
        for path, file in planned.files.items()
        if file.content != theirs.get(path)
    ]
    if rows:
        tx.write().execute(insert(_file), rows)
    tx.write().execute(update(_draft).where(_draft.c.id == draft.id).values(base_id=planned.base_id))
    drafts.mark_edited(tx, draft, now)
    return planned


def _newest(tx: Transaction) -> Any:
    return definitions.newest_deployment(tx)
