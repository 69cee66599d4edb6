"""Where a report's personal data is stored, table by table, and how it is erased (R14).

A dry run counts each target by the same condition that erases it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from sqlalchemy import ColumnElement, Connection, Select, Table, delete, exists, func, or_, select, update

from engine.cases.personal_signs import personal_numbers
from engine.cases.reports import PHONE_COLUMNS
from engine.cases.stored_content import REFERENCES
from engine.process import definitions
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.json_text import stored_object
from engine.store.models import (
    AnswerReview,
    Attachment,
    Contact,
    Conversation,
    ConversationMessage,
    Deployment,
    Draft,
    Instance,
    Look,
    MatterFile,
    ProcessDefinition,
    PublishedAnswer,
    Report,
    ReportLink,
    SavedFilter,
    StoredFile,
    Submission,
    Task,
    TrackingKey,
)
from forms.texts import national_number

# Kinds of form fields whose values are choices, numbers or dates: figures need them, and they identify nobody.
RETAINED_KINDS = frozenset(
    {"number", "checkbox", "radio", "select", "checklist", "date", "time", "datetime", "commune", "department", "unit"}
)

PERSONAL_TEXTS = ("reporter_name", *PHONE_COLUMNS, "address", "position", "email", "content")

_report, _submission, _contact = table_of(Report), table_of(Submission), table_of(Contact)
_attachment, _stored, _draft, _link = table_of(Attachment), table_of(StoredFile), table_of(Draft), table_of(ReportLink)
_look, _review, _saved = table_of(Look), table_of(AnswerReview), table_of(SavedFilter)
_instance, _task, _key = table_of(Instance), table_of(Task), table_of(TrackingKey)
_conversation, _message = table_of(Conversation), table_of(ConversationMessage)
_matter_file, _published = table_of(MatterFile), table_of(PublishedAnswer)


@dataclass(frozen=True, slots=True)
class ErasureScope:
    """Reports, or instances without one, to erase, with the keys of the rest of their data."""

    reports: Sequence[int]
    instances: Sequence[int]
    drafts: Sequence[str]
    digests: Sequence[str]
    filters: Sequence[int]


def load_erasure_scope(tx: Transaction, reports: Sequence[int]) -> ErasureScope:
    """Everything that depends on these reports."""
    read = tx.read
    instances = list(read.execute(select(_instance.c.id).where(_instance.c.report_id.in_(reports))).scalars())
    tasks = read.execute(select(_task.c.id).where(_task.c.instance_id.in_(instances))).scalars()
    files = read.execute(
        select(_attachment.c.digest, _attachment.c.thumbnail).where(_attachment.c.report_id.in_(reports))
    ).all()
    return ErasureScope(
        tuple(reports),
        instances,
        [f"task:{task}" for task in tasks],
        sorted({digest for file in files for digest in file if digest}),
        _matching_filters(tx, reports),
    )


def load_matter_scope(tx: Transaction, instances: Sequence[int]) -> ErasureScope:
    """Everything that depends on instances that were begun without a report."""
    tasks = tx.read.execute(select(_task.c.id).where(_task.c.instance_id.in_(instances))).scalars()
    of_files = select(_matter_file.c.digest, _matter_file.c.thumbnail).where(_matter_file.c.instance_id.in_(instances))
    digests = {digest for file in tx.read.execute(of_files) for digest in file if digest}
    return ErasureScope([], list(instances), [f"task:{task}" for task in tasks], sorted(digests), [])


def _matching_filters(tx: Transaction, reports: Sequence[int]) -> list[int]:
    """The saved filters that search for a phone number of these reports."""
    stored_phones = tx.read.execute(select(_report.c.phone, _report.c.second_phone).where(_report.c.id.in_(reports)))
    phones = {phone for row in stored_phones for phone in row if phone}
    saved = tx.read.execute(select(_saved.c.id, _saved.c.query)).all() if phones else []
    return [row.id for row in saved if phones.intersection(_searched_numbers(row.query))]


def _searched_numbers(query: str) -> list[str]:
    """The telephone numbers that a saved filter searches for, as reports store them."""
    spellings = (item for _name, value in parse_qsl(query) for item in (value, *personal_numbers(value)))
    return [number for item in spellings if (number := national_number(item)) is not None]


@dataclass(frozen=True, slots=True)
class ErasureTarget:
    """Rows of one table and the values they are set to; without values they are deleted."""

    table: Table
    where: Callable[[ErasureScope], ColumnElement[bool]]
    values: Mapping[str, object] | None = None

    def count_rows(self, connection: Connection, which: ErasureScope) -> int:
        """The number of matching rows."""
        query = select(func.count()).select_from(self.table).where(self.where(which))
        return int(connection.execute(query).scalar_one())

    def clear_rows(self, connection: Connection, which: ErasureScope) -> int:
        """Erase the matching rows; returns how many."""
        rows = self.where(which)
        if self.values is None:
            return connection.execute(delete(self.table).where(rows)).rowcount
        return connection.execute(update(self.table).where(rows).values(**self.values)).rowcount


def _unshared_content(which: ErasureScope) -> ColumnElement[bool]:
    """Content that nothing references once the attachments of these reports are gone."""
    rows: ColumnElement[bool] = _stored.c.digest.in_(which.digests)
    for column in REFERENCES:
        uses_content: ColumnElement[bool] = column == _stored.c.digest
        if column.table is _attachment:
            uses_content = uses_content & _attachment.c.report_id.not_in(which.reports)
        elif column.table is _matter_file:
            uses_content = uses_content & _matter_file.c.instance_id.not_in(which.instances)
        rows = rows & ~exists().where(uses_content)
    return rows


def _conversations_of(which: ErasureScope) -> Select[Any]:
    return select(_conversation.c.id).where(_conversation.c.report_id.in_(which.reports))


# The order matters: rows by which others are found come last.
TARGETS = (
    ErasureTarget(_stored, _unshared_content),
    ErasureTarget(_attachment, lambda which: _attachment.c.report_id.in_(which.reports)),
    ErasureTarget(_matter_file, lambda which: _matter_file.c.instance_id.in_(which.instances)),
    ErasureTarget(_contact, lambda which: _contact.c.report_id.in_(which.reports), {"note": ""}),
    ErasureTarget(_draft, lambda which: _draft.c.key.in_(which.drafts)),
    ErasureTarget(
        _link,
        lambda which: or_(_link.c.report_id.in_(which.reports), _link.c.other_id.in_(which.reports)),
        {"reason": ""},
    ),
    ErasureTarget(
        _look,
        lambda which: _look.c.report_id.in_(which.reports) & (_look.c.viewer == "citizen"),
        {"origin": ""},
    ),
    ErasureTarget(_review, lambda which: _review.c.instance_id.in_(which.instances), {"note": "", "reply": None}),
    ErasureTarget(_message, lambda which: _message.c.conversation_id.in_(_conversations_of(which))),
    ErasureTarget(_conversation, lambda which: _conversation.c.report_id.in_(which.reports)),
    ErasureTarget(_published, lambda which: _published.c.instance_id.in_(which.instances)),
    ErasureTarget(_key, lambda which: _key.c.report_id.in_(which.reports), {"digest": b""}),
    ErasureTarget(_saved, lambda which: _saved.c.id.in_(which.filters)),
    ErasureTarget(
        _report,
        lambda which: _report.c.id.in_(which.reports),
        {
            **dict.fromkeys((*PERSONAL_TEXTS, "folded", "matter"), ""),
            "salt": None,
        },
    ),
)


def count_erasable(tx: Transaction, which: ErasureScope) -> dict[str, int]:
    """The number of rows that would be erased, by table."""
    counts = {piece.table.name: piece.count_rows(tx.read, which) for piece in TARGETS}
    query = select(func.count()).select_from(_submission).where(_submission.c.instance_id.in_(which.instances))
    return counts | {_submission.name: int(tx.read.execute(query).scalar_one())}


def erase_rows(tx: Transaction, which: ErasureScope) -> dict[str, int]:
    """Erase everything personal; returns the number of rows by table."""
    connection = tx.write()
    counts = {_submission.name: _scrub_submissions(tx, which.instances)}
    return counts | {piece.table.name: piece.clear_rows(connection, which) for piece in TARGETS}


def _scrub_submissions(tx: Transaction, instance_ids: Sequence[int]) -> int:
    """Keep only choices, numbers and dates of submitted forms; without the salt no digest can be guessed."""
    query = (
        select(_submission.c.id, _submission.c.form, _submission.c.content, Deployment.digest)
        .join(_instance, _instance.c.id == _submission.c.instance_id)
        .join(ProcessDefinition, ProcessDefinition.id == _instance.c.definition_id)
        .join(Deployment, Deployment.id == ProcessDefinition.deployment_id)
        .where(_submission.c.instance_id.in_(instance_ids))
    )
    rows = tx.read.execute(query).all()
    for row in rows:
        form = definitions.load_deployment(tx, row.digest).forms.get(row.form)
        kinds = {key: item.kind for key, item in form.inputs.items()} if form else {}
        retained_values = {
            key: value for key, value in stored_object(row.content).items() if kinds.get(key) in RETAINED_KINDS
        }
        values = {"content": json.dumps(retained_values, ensure_ascii=False), "salt": b""}
        tx.write().execute(update(_submission).where(_submission.c.id == row.id).values(**values))
    return len(rows)


def kept_answers(tx: Transaction, instance_id: int) -> list[list[Any]]:
    """What stays of a case's erased forms, as history keeps a digest of it: the task, and the choices made."""
    query = select(_submission.c.task_engine_id, _submission.c.content).where(
        _submission.c.instance_id == instance_id, _submission.c.salt == b""
    )
    return [[row.task_engine_id, row.content] for row in tx.read.execute(query.order_by(_submission.c.id))]
