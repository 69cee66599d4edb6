"""Four eyes: an analyst who has no part in a draft approves it for deployment, or returns it with a reason.

An approval is of exact files on one deployment: whatever changes either, or makes its author one of the draft's, voids
it, and no act has to take it back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from engine.actor import person_key
from engine.cases.tasks import Desk
from engine.errors import BadInput, Forbidden, Invalid, NotFound, Stale
from engine.journal import acts, journal
from engine.mailing import draft_mails
from engine.mailing.draft_mails import APPROVED, ASKED, RETURNED
from engine.process import definitions
from engine.staff.person_turns import wait_turn
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Person, StudioReview
from engine.studio import draft_update, drafts, sharing
from engine.studio.drafts import DeploymentDraft

MAX_NOTE_LENGTH = 2_000
WITHDRAWN = "withdrawn"  # Asked again, about other files.
CHANGED = "changed"  # How a review stands whose draft has been changed since.

_review, _person = table_of(StudioReview), table_of(Person)


@dataclass(frozen=True, slots=True)
class DraftReview:
    """The last question about a draft and its answer; `state` is asked, approved, returned or changed."""

    id: int
    digest: str
    note: str
    asked_by: str
    asked_at: datetime
    state: str
    reason: str
    decided_by: str | None
    decided_at: datetime | None
    approver_id: int | None


@dataclass(frozen=True, slots=True)
class DraftVerdict:
    """What a reviewer decides: approved or not, why, and of which review and files, as the page showed them."""

    approved: bool
    reason: str
    review_id: int
    digest: str


def ask_for_review(tx: Transaction, draft: DeploymentDraft, note: str, desk: Desk) -> int:
    """Ask the other analysts to review the draft as it is, and share it; returns the review's number.

    Raises Forbidden for a reader, Stale for a draft of an older deployment than the newest, BadInput when it changes
    nothing, Invalid for an overlong note.
    """
    drafts.require_editable(draft)
    if len(note) > MAX_NOTE_LENGTH:
        raise Invalid("note", "review-note-length", most=MAX_NOTE_LENGTH)
    wait_turn(tx, draft.person_id)
    draft_update.require_newest(tx, draft)
    files = drafts.load_files(tx, draft)
    if files == drafts.load_base_files(tx, draft):
        raise BadInput("review-of-nothing")
    is_open = (_review.c.draft_id == draft.id) & (_review.c.verdict == "")
    tx.write().execute(update(_review).where(is_open).values(verdict=WITHDRAWN))
    row = {"draft_id": draft.id, "base_id": draft.base_id, "digest": definitions.digest_of(files), "note": note}
    asked = {"asked_by": draft.opened_by, "asked_at": desk.now, "verdict": "", "reason": ""}
    number = int(tx.write().execute(insert(_review).returning(_review.c.id), row | asked).scalar_one())
    sharing.share_draft(tx, draft, desk.now)
    journal.record(tx, desk.stamp, acts.ASK_REVIEW, f"draft:{draft.id}", title=draft.title, digest=row["digest"])
    for reviewer in list_reviewers(tx, draft):
        _plan_mail(tx, reviewer.id, number, ASKED, desk)
    return number


def list_reviewers(tx: Transaction, draft: DeploymentDraft) -> list[Any]:
    """The analysts who may decide about a draft, as (id, name): those who have no part in it."""
    authors = sharing.list_authors(tx, draft)
    return [row for row in sharing.list_analysts(tx) if row.id not in authors]


def load_review(tx: Transaction, draft: DeploymentDraft) -> DraftReview | None:
    """The last question about a draft, and how it stands now; None when nobody has asked."""
    asker, decider = _person.alias("asker"), _person.alias("decider")
    query = (
        select(_review, asker.c.name.label("asker"), decider.c.name.label("decider"))
        .join(asker, asker.c.id == _review.c.asked_by)
        .outerjoin(decider, decider.c.id == _review.c.decided_by)
        .where(_review.c.draft_id == draft.id)
        .order_by(_review.c.id.desc())
        .limit(1)
    )
    row = tx.read.execute(query).one_or_none()
    if row is None:
        return None
    return DraftReview(
        id=row.id,
        digest=row.digest,
        note=row.note,
        asked_by=row.asker,
        asked_at=row.asked_at,
        state=_state_of(tx, draft, row),
        reason=row.reason,
        decided_by=row.decider,
        decided_at=row.decided_at,
        approver_id=row.decided_by,
    )


def _state_of(tx: Transaction, draft: DeploymentDraft, row: Any) -> str:
    is_same = row.base_id == draft.base_id and row.digest == definitions.digest_of(drafts.load_files(tx, draft))
    if row.verdict == RETURNED:
        return RETURNED
    if not is_same or (row.decided_by is not None and row.decided_by in sharing.list_authors(tx, draft)):
        return CHANGED
    return str(row.verdict) or ASKED


def decide_review(tx: Transaction, draft: DeploymentDraft, verdict: DraftVerdict, desk: Desk) -> None:
    """Approve a draft or return it, as whoever has opened it.

    Raises Forbidden for an author of the draft, Invalid for a return without a reason, NotFound when nobody has asked,
    Stale when somebody else has decided or the draft has changed since the page was shown, or is outdated.
    """
    if len(verdict.reason) > MAX_NOTE_LENGTH or not (verdict.approved or verdict.reason.strip()):
        raise Invalid("reason", "review-reason-length", most=MAX_NOTE_LENGTH)
    wait_turn(tx, draft.person_id)
    if draft.opened_by in sharing.list_authors(tx, draft):
        raise Forbidden("author-cannot-review")
    review = load_review(tx, draft)
    if review is None:
        raise NotFound("review-unknown")
    if review.id != verdict.review_id or review.decided_by is not None:
        raise Stale("review-decided", who=review.decided_by or review.asked_by)
    if review.state != ASKED or review.digest != verdict.digest:
        raise Stale("review-draft-changed")
    draft_update.require_newest(tx, draft)
    outcome = APPROVED if verdict.approved else RETURNED
    values = {"verdict": outcome, "reason": verdict.reason.strip(), "decided_by": draft.opened_by}
    tx.write().execute(update(_review).where(_review.c.id == review.id).values(**values, decided_at=desk.now))
    act = acts.APPROVE_DRAFT if verdict.approved else acts.RETURN_DRAFT
    facts = {"title": draft.title, "digest": review.digest, "reason": verdict.reason.strip()}
    journal.record(tx, desk.stamp, act, f"draft:{draft.id}", base=draft.number, **facts)
    asked_by = tx.read.execute(select(_review.c.asked_by).where(_review.c.id == review.id)).scalar_one()
    for reader in sorted({asked_by, draft.person_id}):
        _plan_mail(tx, reader, review.id, outcome, desk)


def _plan_mail(tx: Transaction, reader: int, review_id: int, event: str, desk: Desk) -> None:
    times = (desk.now, desk.world.calendar.next_opening(desk.now))
    draft_mails.plan_draft_mail(tx, reader, draft_mails.REVIEW, f"{review_id}:{event}", times)


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved files for deployment, as an actor, and when."""

    by: str
    at: datetime


def find_approval(tx: Transaction, digest: str, base_id: int) -> Approval | None:
    """The approval of files on a deployment by somebody who has had no part in them; None when there is none.

    It is found by what the files are, so that a command deploys what was approved in the studio.
    """
    query = select(_review).where(
        _review.c.digest == digest, _review.c.base_id == base_id, _review.c.verdict == APPROVED
    )
    for row in tx.read.execute(query.order_by(_review.c.id.desc())).all():
        if row.decided_by not in sharing.authors_of(tx, row.draft_id):
            return Approval(person_key(row.decided_by), row.decided_at)
    return None
