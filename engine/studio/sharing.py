"""Who else than its owner may open a draft: all analysts read one that is shared, whom the owner adds edits it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from engine.errors import BadInput, NotFound
from engine.staff.access import PERMISSIONS
from engine.staff.person_turns import wait_turn
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Person, RoleAssignment, StudioDraft, StudioMember
from engine.studio import drafts
from engine.studio.drafts import DeploymentDraft
from engine.text import vietnamese_order

MOST_EDITORS = 20

_draft, _member = table_of(StudioDraft), table_of(StudioMember)
_person, _assignment = table_of(Person), table_of(RoleAssignment)


def list_analysts(tx: Transaction) -> Sequence[Any]:
    """The active people who may open the studio, as (id, name), ordered by name."""
    query = (
        select(_person.c.id, _person.c.name)
        .join(_assignment, _assignment.c.person_id == _person.c.id)
        .where(_person.c.active, _assignment.c.role.in_(PERMISSIONS["design"].roles))
        .distinct()
    )
    return sorted(tx.read.execute(query), key=lambda row: vietnamese_order(row.name))


def share_draft(tx: Transaction, draft: DeploymentDraft, now: datetime) -> None:
    """Let every analyst read a draft; to be called for somebody who may edit it."""
    drafts.require_editable(draft)
    if draft.shared_at is None:
        tx.write().execute(update(_draft).where(_draft.c.id == draft.id).values(shared_at=now))


def unshare_draft(tx: Transaction, draft: DeploymentDraft) -> None:
    """Have a draft read again by its owner and editors alone."""
    drafts.require_editable(draft)
    tx.write().execute(update(_draft).where(_draft.c.id == draft.id).values(shared_at=None))


def add_editor(tx: Transaction, draft: DeploymentDraft, person: int) -> None:
    """Let an analyst edit the draft; raises NotFound for who is none, BadInput for too many."""
    if person not in {row.id for row in list_analysts(tx)}:
        raise NotFound("person-unknown")
    wait_turn(tx, draft.person_id)
    editors = {row.id for row in list_editors(tx, draft)}
    if person == draft.person_id or person in editors:
        return
    if len(editors) >= MOST_EDITORS:
        raise BadInput("too-many-editors", most=MOST_EDITORS)
    is_theirs = (_member.c.draft_id == draft.id) & (_member.c.person_id == person)
    if not tx.write().execute(update(_member).where(is_theirs).values(may_edit=True)).rowcount:
        tx.write().execute(insert(_member), {"draft_id": draft.id, "person_id": person, "may_edit": True})


def remove_editor(tx: Transaction, draft: DeploymentDraft, person: int) -> None:
    """Have somebody edit the draft no longer; what they have changed stays, and they stay among its authors."""
    wait_turn(tx, draft.person_id)
    is_theirs = (_member.c.draft_id == draft.id) & (_member.c.person_id == person)
    tx.write().execute(delete(_member).where(is_theirs, _member.c.edited_at.is_(None)))
    tx.write().execute(update(_member).where(is_theirs).values(may_edit=False))


def list_editors(tx: Transaction, draft: DeploymentDraft) -> Sequence[Any]:
    """Whom the owner has added, as (id, name), ordered by name."""
    query = select(_person.c.id, _person.c.name).join(_member, _member.c.person_id == _person.c.id)
    rows = tx.read.execute(query.where(_member.c.draft_id == draft.id, _member.c.may_edit))
    return sorted(rows, key=lambda row: vietnamese_order(row.name))


def list_authors(tx: Transaction, draft: DeploymentDraft) -> frozenset[int]:
    """Who has a part in what the draft changes: its owner, and everybody who has edited it since it was deployed."""
    return authors_of(tx, draft.id)


def authors_of(tx: Transaction, draft_id: int) -> frozenset[int]:
    """The same by the draft's number."""
    owner = select(_draft.c.person_id).where(_draft.c.id == draft_id)
    others = select(_member.c.person_id).where(_member.c.draft_id == draft_id, _member.c.edited_at.is_not(None))
    return frozenset(tx.read.execute(owner.union(others)).scalars())


def forget_edits(tx: Transaction, draft: DeploymentDraft) -> None:
    """Have a draft begin anew after it was deployed, with its owner as its only author."""
    tx.write().execute(delete(_member).where(_member.c.draft_id == draft.id, ~_member.c.may_edit))
    tx.write().execute(update(_member).where(_member.c.draft_id == draft.id).values(edited_at=None))
