"""The contact log of cases that were worked on before it existed, from the answers of their forms.

The table came with the pages (20261125_0236); what officers had written into forms before stayed there alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "20261130_0400"
down_revision = "20261126_1704"
branch_labels = None
depends_on = None

# Names of the form fields that said when, how, and whether the citizen was reached.
FIELDS = (("contact_at", "contact_by", "contact_reached"), ("answered_at", "answered_by", "answer_reached"))
VIETNAM = timezone(timedelta(hours=7))
BATCH = 1000

_contact = sa.table(
    "contact",
    sa.column("report_id", sa.Integer()),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("means", sa.String()),
    sa.column("reached", sa.Boolean()),
    sa.column("recorded_at", sa.DateTime(timezone=True)),
    sa.column("recorded_by", sa.String()),
)
_submission = sa.table(
    "submission",
    sa.column("id", sa.Integer()),
    sa.column("instance_id", sa.Integer()),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("actor", sa.String()),
    sa.column("content", sa.Text()),
)
_instance = sa.table("instance", sa.column("id", sa.Integer()), sa.column("report_id", sa.Integer()))


def upgrade() -> None:
    fill_contacts(op.get_bind())


def downgrade() -> None:
    """The rows say nothing that the forms do not; they may stay."""


def fill_contacts(connection: sa.Connection) -> None:
    """Add a row for each contact that a form tells of and the log does not."""
    known = {(row.report_id, row.recorded_at, row.means) for row in connection.execute(sa.select(_contact))}
    submissions = (
        sa.select(_instance.c.report_id, _submission.c.at, _submission.c.actor, _submission.c.content)
        .join(_instance, _instance.c.id == _submission.c.instance_id)
        .order_by(_submission.c.id)
    )
    rows = [
        row
        for submission in connection.execute(submissions)
        for row in contacts_in(submission, connection.dialect.name)
        if (row["report_id"], row["recorded_at"], row["means"]) not in known
    ]
    for start in range(0, len(rows), BATCH):
        connection.execute(sa.insert(_contact), rows[start : start + BATCH])


def contacts_in(submission: Any, dialect: str) -> Iterator[Mapping[str, Any]]:
    """The contacts that one form tells of."""
    values = json.loads(submission.content or "{}")
    for at, means, reached in FIELDS:
        if values.get(at) and values.get(means) and values.get(reached):
            yield {
                "report_id": submission.report_id,
                "at": stored(datetime.fromisoformat(values[at]), dialect),
                "means": values[means],
                "reached": values[reached] == "yes",
                "recorded_at": submission.at,
                "recorded_by": submission.actor,
            }


def stored(at: datetime, dialect: str) -> datetime:
    """An instant as the database keeps it: SQLite's have no zone and are UTC; forms mean Vietnam's time."""
    utc = (at if at.tzinfo else at.replace(tzinfo=VIETNAM)).astimezone(UTC)
    return utc.replace(tzinfo=None) if dialect == "sqlite" else utc
