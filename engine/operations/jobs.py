"""The list of long work: asked for by a page, claimed by a worker with a lease, done with progress, kept with a result.

A worker that dies leaves a lease that ends; another takes the work over, until it has been begun MOST_ATTEMPTS times.
Whatever a worker writes counts only while it has the lease: each claim has a number, and what comes late is not taken.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update

from engine.actor import Actor, person_key
from engine.errors import BadInput, EngineError, NotFound
from engine.mailing import job_mails
from engine.staff.person_turns import wait_turn
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Job
from engine.translation.catalogue import Language
from engine.translation.plain_faults import PlainFault

WAITING, RUNNING, DONE, FAILED, CANCELLING, CANCELLED = (
    *("waiting", "running", "done", "failed"),
    *("cancelling", "cancelled"),
)
UNDER_WAY = (WAITING, RUNNING, CANCELLING)
LEASE = timedelta(minutes=5)  # Longer than any part of a job takes between two reports of its progress.
MOST_ATTEMPTS = 3
MOST_OPEN = 5  # Pieces of work that one person has under way.
KEPT = timedelta(days=90)  # How long a result is kept.
UNCLAIMED = timedelta(seconds=30)  # After which waiting work looks as if no worker ran.

_job = table_of(Job)


@dataclass(frozen=True, slots=True)
class JobOrder:
    """What is asked for: the kind of work, what it is about, and its parameters as JSON-native values."""

    kind: str
    subject: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ClaimedJob:
    """A piece of work that this worker has, and the number of its claim."""

    id: int
    kind: str
    subject: str
    parameters: Mapping[str, Any]
    person_id: int
    origin: str
    language: Language
    attempts: int

    @property
    def who(self) -> Actor:
        """Whoever asked for it, as the record names them."""
        return Actor(person_key(self.person_id), self.origin)


class JobLost(EngineError):
    """The work has been cancelled, or another worker has it by now."""


def order_job(tx: Transaction, order: JobOrder, who: tuple[int, str], language: Language, now: datetime) -> int:
    """Ask for work as a person from an address; returns its number. Raises BadInput for too much under way."""
    person, origin = who
    wait_turn(tx, person)
    under_way = select(func.count()).where(_job.c.person_id == person, _job.c.state.in_(UNDER_WAY))
    if tx.read.execute(under_way).scalar_one() >= MOST_OPEN:
        raise BadInput("too-many-jobs", most=MOST_OPEN)
    row = {"kind": order.kind, "subject": order.subject, "parameters": json.dumps(order.parameters)}
    asked = {"person_id": person, "origin": origin, "language": language, "state": WAITING, "created_at": now}
    return int(tx.write().execute(insert(_job).returning(_job.c.id), row | asked).scalar_one())


def list_jobs(tx: Transaction, person: int, most: int = 50) -> Sequence[Any]:
    """What somebody has asked for, the newest first, without results."""
    columns = [column for column in _job.c if column.name != "result"]
    query = select(*columns).where(_job.c.person_id == person).order_by(_job.c.id.desc()).limit(most)
    return tx.read.execute(query).all()


def load_job(tx: Transaction, number: int) -> Any:
    """One piece of work; raises NotFound."""
    row = tx.read.execute(select(_job).where(_job.c.id == number)).one_or_none()
    if row is None:
        raise NotFound("job-unknown")
    return row


def newest_done(tx: Transaction, kind: str, subject: str) -> Any | None:
    """The newest work of a kind about a subject that has been done; None when there is none."""
    query = select(_job).where(_job.c.kind == kind, _job.c.subject == subject, _job.c.state == DONE)
    return tx.read.execute(query.order_by(_job.c.id.desc()).limit(1)).one_or_none()


def looks_unattended(tx: Transaction, row: Any, now: datetime) -> bool:
    """Whether work has waited as if no worker ran: for a while, with no other under way."""
    running = select(func.count()).where(_job.c.state.in_((RUNNING, CANCELLING)), _job.c.leased_until > now)
    late = row.state == WAITING and row.created_at < now - UNCLAIMED
    return late and not tx.read.execute(running).scalar_one()


def cancel_job(tx: Transaction, person: int, number: int, now: datetime) -> None:
    """Cancel one's own work: at once while it waits, otherwise as soon as its worker reports; raises NotFound."""
    own = (_job.c.id == number) & (_job.c.person_id == person)
    if tx.read.execute(select(_job.c.id).where(own)).scalar() is None:
        raise NotFound("job-unknown")
    tx.write().execute(update(_job).where(own, _job.c.state == WAITING).values(state=CANCELLED, ended_at=now))
    tx.write().execute(update(_job).where(own, _job.c.state == RUNNING).values(state=CANCELLING))


def claim_next(tx: Transaction, now: datetime) -> ClaimedJob | None:
    """Claim the oldest work that waits or whose worker has died; None when there is none."""
    _end_abandoned(tx, now)
    free = or_(_job.c.state == WAITING, (_job.c.state == RUNNING) & (_job.c.leased_until <= now))
    query = select(_job).where(free).order_by(_job.c.id).limit(1).with_for_update(skip_locked=True)
    row = tx.write().execute(query).one_or_none()
    if row is None:
        return None
    values = {"state": RUNNING, "leased_until": now + LEASE, "attempts": row.attempts + 1, "started_at": now}
    tx.write().execute(update(_job).where(_job.c.id == row.id).values(**values, done=0, total=0))
    return ClaimedJob(
        id=row.id,
        kind=row.kind,
        subject=row.subject,
        parameters=json.loads(row.parameters),
        person_id=row.person_id,
        origin=row.origin,
        language="en" if row.language == "en" else "vi",
        attempts=row.attempts + 1,
    )


def has_work(tx: Transaction, now: datetime) -> bool:
    """Whether something waits to be claimed or ended, read without a lock."""
    left = (_job.c.state.in_((RUNNING, CANCELLING))) & (_job.c.leased_until <= now)
    return tx.read.execute(select(_job.c.id).where(or_(_job.c.state == WAITING, left)).limit(1)).scalar() is not None


def _end_abandoned(tx: Transaction, now: datetime) -> None:
    """End what was being cancelled when its worker died, and what has been begun too often."""
    gone = _job.c.leased_until <= now
    cancelling = update(_job).where(_job.c.state == CANCELLING, gone)
    tx.write().execute(cancelling.values(state=CANCELLED, ended_at=now))
    too_often = select(_job).where(_job.c.state == RUNNING, gone, _job.c.attempts >= MOST_ATTEMPTS)
    for row in tx.write().execute(too_often.with_for_update(skip_locked=True)).all():
        fault = _fault_text(PlainFault("job-worker-lost", {"times": row.attempts}))
        values = {"state": FAILED, "ended_at": now, "fault": fault}
        tx.write().execute(update(_job).where(_job.c.id == row.id).values(values))
        job_mails.plan_job_mail(tx, row.person_id, row.id, now)


def report_progress(tx: Transaction, job: ClaimedJob, done: int, total: int, now: datetime) -> None:
    """Note how far the work is and keep it for longer; raises JobLost when it is not ours to do any more."""
    values = {"done": done, "total": total, "leased_until": now + LEASE}
    if tx.write().execute(update(_job).where(_is_ours(job), _job.c.state == RUNNING).values(values)).rowcount != 1:
        raise JobLost


def release_job(tx: Transaction, job: ClaimedJob) -> None:
    """Give work back that was begun and not done, as a worker does that is told to stop; it counts as no attempt."""
    values = {"state": WAITING, "leased_until": None, "attempts": job.attempts - 1}
    tx.write().execute(update(_job).where(_is_ours(job), _job.c.state == RUNNING).values(values))


def finish_job(tx: Transaction, job: ClaimedJob, result: Mapping[str, Any], now: datetime) -> None:
    """Keep the result, with a mail to whoever asked; what comes after a cancellation or too late is not kept."""
    _end_job(tx, job, now, state=DONE, result=json.dumps(result, ensure_ascii=False))


def fail_job(tx: Transaction, job: ClaimedJob, fault: PlainFault, now: datetime) -> None:
    """Keep why the work could not be done."""
    _end_job(tx, job, now, state=FAILED, fault=_fault_text(fault))


def _end_job(tx: Transaction, job: ClaimedJob, now: datetime, **values: Any) -> None:
    ours = update(_job).where(_is_ours(job), _job.c.state == RUNNING)
    if tx.write().execute(ours.values(**values, ended_at=now, leased_until=None)).rowcount:
        job_mails.plan_job_mail(tx, job.person_id, job.id, now)


def drop_cancelled(tx: Transaction, job: ClaimedJob, now: datetime) -> None:
    """Note that this worker has stopped doing what was cancelled."""
    ours = update(_job).where(_is_ours(job), _job.c.state == CANCELLING)
    tx.write().execute(ours.values(state=CANCELLED, ended_at=now, leased_until=None))


def _is_ours(job: ClaimedJob) -> Any:
    return (_job.c.id == job.id) & (_job.c.attempts == job.attempts)


def _fault_text(fault: PlainFault) -> str:
    facts = {name: fact if isinstance(fact, int | str) else str(fact) for name, fact in fault.facts.items()}
    return json.dumps({"rule": fault.rule, "facts": facts}, ensure_ascii=False)


def read_fault(text: str) -> PlainFault:
    """A kept fault, to be said in its reader's language."""
    kept = json.loads(text)
    return PlainFault(kept["rule"], kept["facts"])


def delete_old_jobs(tx: Transaction, now: datetime) -> None:
    """Delete what ended long ago."""
    tx.write().execute(delete(_job).where(_job.c.ended_at < now - KEPT))
