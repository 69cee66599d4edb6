"""Remarks of analysts on drafts: on a file, an element of its diagram or a line of it, with replies, until resolved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from sqlalchemy import func, insert, select, update

from engine.cases.tasks import Desk
from engine.errors import BadInput, Invalid, NotFound
from engine.mailing import draft_mails
from engine.staff.person_turns import wait_turn
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Person, StudioComment
from engine.studio import drafts
from engine.studio.drafts import DeploymentDraft

MAX_COMMENT_LENGTH = 2_000
MAX_ELEMENT_LENGTH = 200
MAX_LINE = 100_000
GATHERED = timedelta(minutes=10)  # How long a mail waits for further remarks.
MOST_COMMENTS = 1_000  # Of one draft, replies among them.

_comment, _person = table_of(StudioComment), table_of(Person)


@dataclass(frozen=True, slots=True)
class CommentPlace:
    """What a remark is about: the draft (no path), a file, an element of it, or a line from 1."""

    path: str = ""
    element: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that somebody has written."""

    id: int
    author: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class CommentThread:
    """A remark with its replies, oldest first, and by whom and when it was resolved, if it was."""

    place: CommentPlace
    remarks: tuple[Remark, ...]
    resolved_at: datetime | None
    resolved_by: str | None

    @property
    def id(self) -> int:
        """The number of the remark that began it."""
        return self.remarks[0].id


def add_comment(tx: Transaction, draft: DeploymentDraft, place: CommentPlace, text: str, desk: Desk) -> int:
    """Remark on a place of a draft as whoever has opened it; returns the remark's number.

    Its owner gets a mail in working time, some minutes later so that one mail has several remarks. Raises Invalid for
    an empty or overlong text, NotFound for a file that the draft does not have, BadInput for a place that none can be
    and for too many remarks.
    """
    _require_place(tx, draft, place)
    values = {"path": place.path, "element": place.element, "line": place.line, "thread_id": None}
    return _store_comment(tx, draft, values, text, desk)


def reply_to_comment(tx: Transaction, draft: DeploymentDraft, thread_id: int, text: str, desk: Desk) -> int:
    """Reply to a remark, which is open again thereby; raises as `add_comment`, NotFound for an unknown remark."""
    row = _load_beginning(tx, draft, thread_id)
    values = {"path": row.path, "element": row.element, "line": row.line, "thread_id": thread_id}
    number = _store_comment(tx, draft, values, text, desk)
    _settle(tx, thread_id, None, None)
    return number


def resolve_comment(tx: Transaction, draft: DeploymentDraft, thread_id: int, now: datetime) -> None:
    """Mark a remark as resolved by whoever has opened the draft; raises NotFound."""
    if _load_beginning(tx, draft, thread_id).resolved_at is None:
        _settle(tx, thread_id, now, draft.opened_by)


def reopen_comment(tx: Transaction, draft: DeploymentDraft, thread_id: int) -> None:
    """Mark a remark as open again; raises NotFound."""
    _load_beginning(tx, draft, thread_id)
    _settle(tx, thread_id, None, None)


def list_threads(tx: Transaction, draft: DeploymentDraft) -> list[CommentThread]:
    """All remarks on a draft with their replies: open ones first, each kind in the order they were begun."""
    resolver = _person.alias("resolver")
    query = (
        select(_comment, _person.c.name.label("author"), resolver.c.name.label("resolver"))
        .join(_person, _person.c.id == _comment.c.person_id)
        .outerjoin(resolver, resolver.c.id == _comment.c.resolved_by)
        .where(_comment.c.draft_id == draft.id)
        .order_by(_comment.c.id)
    )
    rows = tx.read.execute(query).all()
    remarks: dict[int, list[Remark]] = {}
    for row in rows:
        remarks.setdefault(row.thread_id or row.id, []).append(Remark(row.id, row.author, row.at, row.text))
    threads = [
        CommentThread(
            CommentPlace(row.path, row.element, row.line), tuple(remarks[row.id]), row.resolved_at, row.resolver
        )
        for row in rows
        if row.thread_id is None
    ]
    return sorted(threads, key=lambda thread: thread.resolved_at is not None)


def count_open(tx: Transaction, draft_ids: Sequence[int]) -> dict[int, int]:
    """The number of unresolved remarks on each of several drafts that has any."""
    query = select(_comment.c.draft_id, func.count()).where(
        _comment.c.draft_id.in_(draft_ids), _comment.c.thread_id.is_(None), _comment.c.resolved_at.is_(None)
    )
    return {row[0]: row[1] for row in tx.read.execute(query.group_by(_comment.c.draft_id))}


def _require_place(tx: Transaction, draft: DeploymentDraft, place: CommentPlace) -> None:
    fits = len(place.element) <= MAX_ELEMENT_LENGTH and 0 <= place.line <= MAX_LINE and place.element.isprintable()
    if not fits or (not place.path and (place.element or place.line)):
        raise BadInput("comment-place-unusable")
    if place.path:
        drafts.load_file(tx, draft, PurePosixPath(place.path))


def _store_comment(tx: Transaction, draft: DeploymentDraft, values: dict[str, object], text: str, desk: Desk) -> int:
    if not 0 < len(text.strip()) <= MAX_COMMENT_LENGTH:
        raise Invalid("text", "comment-length", most=MAX_COMMENT_LENGTH)
    wait_turn(tx, draft.person_id)
    count = select(func.count()).select_from(_comment).where(_comment.c.draft_id == draft.id)
    if tx.read.execute(count).scalar_one() >= MOST_COMMENTS:
        raise BadInput("too-many-comments", most=MOST_COMMENTS)
    row = {**values, "draft_id": draft.id, "text": text.strip(), "person_id": draft.opened_by, "at": desk.now}
    number = int(tx.write().execute(insert(_comment).returning(_comment.c.id), row).scalar_one())
    readers = {draft.person_id, *_partners(tx, values["thread_id"])} - {draft.opened_by}
    send_at = desk.world.calendar.next_opening(desk.now + GATHERED)
    draft_mails.plan_comment_mails(tx, (draft.id, number), readers, desk.now, send_at)
    return number


def _partners(tx: Transaction, thread_id: object) -> frozenset[int]:
    """Who has written in a thread."""
    in_thread = (_comment.c.id == thread_id) | (_comment.c.thread_id == thread_id)
    return frozenset(tx.read.execute(select(_comment.c.person_id).where(in_thread)).scalars())


def _load_beginning(tx: Transaction, draft: DeploymentDraft, thread_id: int) -> StudioComment:
    query = select(_comment).where(
        _comment.c.id == thread_id, _comment.c.draft_id == draft.id, _comment.c.thread_id.is_(None)
    )
    row = tx.read.execute(query).one_or_none()
    if row is None:
        raise NotFound("comment-unknown")
    return row  # type: ignore[return-value]  # A row with the columns of the table.


def _settle(tx: Transaction, thread_id: int, at: datetime | None, by: int | None) -> None:
    tx.write().execute(update(_comment).where(_comment.c.id == thread_id).values(resolved_at=at, resolved_by=by))
