"""Collects everything about one person for them: what they reported, what they were told, what was done, who saw it.

Officers appear as unit and role. Officers' internal notes and other callers about the same matter are left out: they
are not the citizen's data alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from engine.actor import person_ids, person_key
from engine.cases import attachments
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.json_text import stored_object
from engine.store.models import (
    Contact,
    Deployment,
    History,
    Instance,
    Look,
    ProcessDefinition,
    RoleAssignment,
    Submission,
)

# Form answers that the citizen gave or received; every other text in forms is the officers' own.
SHARED_ANSWER_KEYS = (
    "answer_text",
    "given_answer",
    "divert_reason",
    "satisfied",
    "rating",
    "dissatisfied_reason",
    "comment",
)

_contact, _history, _instance, _look = table_of(Contact), table_of(History), table_of(Instance), table_of(Look)
_submission, _role_assignment = table_of(Submission), table_of(RoleAssignment)


@dataclass(frozen=True, slots=True)
class SubjectRecord:
    """One report with everything about it that belongs to its citizen."""

    report: Any
    contacts: Sequence[Any]
    answers: Sequence[tuple[Any, str, str]]
    acts: Sequence[Any]
    disclosures: Sequence[Any]
    files: Sequence[Any]


def collect_records(tx: Transaction, reports: Sequence[Any]) -> list[SubjectRecord]:
    """The records of these reports; erased reports are left out."""
    return [_subject_record(tx, report) for report in reports if report.anonymised_at is None]


def _subject_record(tx: Transaction, report: Any) -> SubjectRecord:
    read = tx.read
    contacts = select(_contact.c.at, _contact.c.means, _contact.c.reached).where(_contact.c.report_id == report.id)
    acts = (
        select(_history, ProcessDefinition.key.label("process"), Deployment.digest.label("deployment"))
        .join(_instance, _instance.c.id == _history.c.instance_id)
        .join(ProcessDefinition, ProcessDefinition.id == _instance.c.definition_id)
        .join(Deployment, Deployment.id == ProcessDefinition.deployment_id)
        .where(_instance.c.report_id == report.id)
    )
    looks = select(_look).where(_look.c.report_id == report.id).order_by(_look.c.at)
    files = attachments.list_for_report(tx, report.id)
    return SubjectRecord(
        report=report,
        contacts=read.execute(contacts.order_by(_contact.c.at)).all(),
        answers=_shared_answers(tx, report.id),
        acts=read.execute(acts.order_by(_history.c.instance_id, _history.c.seq)).all(),
        disclosures=read.execute(looks).all(),
        files=[file for file in files if file.added_by == "citizen" or file.added_at == report.received_at],
    )


def _shared_answers(tx: Transaction, report_id: int) -> list[tuple[Any, str, str]]:
    """The answers to a report and the citizen's opinion of them, as (when, key, text)."""
    query = select(_submission.c.at, _submission.c.content).join(_instance, _instance.c.id == _submission.c.instance_id)
    rows = tx.read.execute(query.where(_instance.c.report_id == report_id).order_by(_submission.c.id)).all()
    return [
        (row.at, key, str(value))
        for row in rows
        for key, value in stored_object(row.content).items()
        if key in SHARED_ANSWER_KEYS
        if value
    ]


def first_posts(tx: Transaction, actors: Sequence[str]) -> dict[str, tuple[str, str]]:
    """The first post of each person among the actors, as (unit, role)."""
    query = select(_role_assignment.c.person_id, _role_assignment.c.unit_code, _role_assignment.c.role).where(
        _role_assignment.c.person_id.in_(sorted(person_ids(actors)))
    )
    post_by_actor: dict[str, tuple[str, str]] = {}
    for row in tx.read.execute(
        query.order_by(_role_assignment.c.person_id, _role_assignment.c.unit_code, _role_assignment.c.role)
    ):
        post_by_actor.setdefault(person_key(row.person_id), (row.unit_code, row.role))
    return post_by_actor
