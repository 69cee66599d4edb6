"""What the pages need: accounts, sessions, drafts, contacts, files; and the deadline on each task."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261125_0236"
down_revision = "20261124_0000"
branch_labels = None
depends_on = None

# Words of the reports, found by their beginnings. SQLite keeps them in a table beside, written by triggers.
SEARCH = {
    "postgresql": ("CREATE INDEX ix_report_search ON report USING gin (to_tsvector('simple', folded))",),
    "sqlite": (
        "CREATE VIRTUAL TABLE report_search USING fts5(folded, content='report', content_rowid='id')",
        (
            "CREATE TRIGGER report_search_insert AFTER INSERT ON report BEGIN"
            " INSERT INTO report_search(rowid, folded) VALUES (new.id, new.folded); END"
        ),
        (
            "CREATE TRIGGER report_search_delete AFTER DELETE ON report BEGIN"
            " INSERT INTO report_search(report_search, rowid, folded) VALUES ('delete', old.id, old.folded); END"
        ),
        (
            "CREATE TRIGGER report_search_update AFTER UPDATE OF folded ON report BEGIN"
            " INSERT INTO report_search(report_search, rowid, folded) VALUES ('delete', old.id, old.folded);"
            " INSERT INTO report_search(rowid, folded) VALUES (new.id, new.folded); END"
        ),
        "INSERT INTO report_search(report_search) VALUES ('rebuild')",
    ),
}
NO_SEARCH = {
    "postgresql": ("DROP INDEX ix_report_search",),
    "sqlite": (
        "DROP TRIGGER report_search_insert",
        "DROP TRIGGER report_search_delete",
        "DROP TRIGGER report_search_update",
        "DROP TABLE report_search",
    ),
}


def upgrade() -> None:
    accounts()
    reports()
    deadlines()
    for statement in SEARCH[op.get_bind().dialect.name]:
        op.execute(statement)


def accounts() -> None:
    """Sessions, counts of tries, drafts, saved lists, and when a password was chosen."""
    with op.batch_alter_table("person") as batch_op:
        batch_op.add_column(sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "web_session",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_web_session_person_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_web_session")),
    )
    with op.batch_alter_table("web_session") as batch_op:
        batch_op.create_index(batch_op.f("ix_web_session_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_web_session_person_id"), ["person_id"], unique=False)
    op.create_table(
        "throttle",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttle")),
    )
    with op.batch_alter_table("throttle") as batch_op:
        batch_op.create_index(batch_op.f("ix_throttle_ends_at"), ["ends_at"], unique=False)
    op.create_table(
        "draft",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_draft_person_id")),
        sa.PrimaryKeyConstraint("person_id", "key", name=op.f("pk_draft")),
    )
    op.create_table(
        "saved_filter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_saved_filter_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_saved_filter_person_id_name")),
    )
    op.create_table(
        "revision",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_revision")),
    )


def reports() -> None:
    """Contacts with citizens, the bytes of attachments, questions without an answer."""
    op.create_table(
        "contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("means", sa.String(length=80), nullable=False),
        sa.Column("reached", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_contact_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    with op.batch_alter_table("contact") as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_report_id"), ["report_id"], unique=False)
    op.create_table(
        "stored_file",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_stored_file")),
    )
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
    )


def deadlines() -> None:
    """The case's deadline on each of its open tasks, in the indexes that lists are read from."""
    with op.batch_alter_table("task") as batch_op:
        batch_op.add_column(
            sa.Column("due_at", sa.DateTime(timezone=True), server_default="9999-12-31 00:00:00.000000", nullable=False)
        )
        batch_op.drop_index(
            ("ix_task_open_assignee"), sqlite_where=sa.text("state = 'open' AND assignee_id IS NOT NULL")
        )
        batch_op.create_index(
            "ix_task_open_assignee",
            ["assignee_id", "due_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'open' AND assignee_id IS NOT NULL"),
            postgresql_where=sa.text("state = 'open' AND assignee_id IS NOT NULL"),
        )
        batch_op.drop_index(("ix_task_open_unit"), sqlite_where=sa.text("state = 'open'"))
        batch_op.create_index(
            "ix_task_open_unit",
            ["unit_code", "role", "due_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
    op.execute(
        "UPDATE task SET due_at = (SELECT due_at FROM instance WHERE instance.id = task.instance_id)"
        " WHERE state = 'open' AND role <> 'citizen'"
        " AND EXISTS (SELECT 1 FROM instance WHERE instance.id = task.instance_id AND instance.due_at IS NOT NULL)"
    )


def downgrade() -> None:
    for statement in NO_SEARCH[op.get_bind().dialect.name]:
        op.execute(statement)
    with op.batch_alter_table("task") as batch_op:
        batch_op.drop_index(
            "ix_task_open_unit", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )
        batch_op.create_index(
            batch_op.f("ix_task_open_unit"), ["unit_code", "role"], unique=False, sqlite_where=sa.text("state = 'open'")
        )
        batch_op.drop_index(
            "ix_task_open_assignee",
            sqlite_where=sa.text("state = 'open' AND assignee_id IS NOT NULL"),
            postgresql_where=sa.text("state = 'open' AND assignee_id IS NOT NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_task_open_assignee"),
            ["assignee_id"],
            unique=False,
            sqlite_where=sa.text("state = 'open' AND assignee_id IS NOT NULL"),
        )
        batch_op.drop_column("due_at")

    with op.batch_alter_table("person") as batch_op:
        batch_op.drop_column("password_changed_at")

    with op.batch_alter_table("web_session") as batch_op:
        batch_op.drop_index(batch_op.f("ix_web_session_person_id"))
        batch_op.drop_index(batch_op.f("ix_web_session_expires_at"))

    op.drop_table("web_session")
    op.drop_table("saved_filter")
    op.drop_table("draft")
    with op.batch_alter_table("contact") as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_report_id"))

    op.drop_table("contact")
    with op.batch_alter_table("throttle") as batch_op:
        batch_op.drop_index(batch_op.f("ix_throttle_ends_at"))

    op.drop_table("throttle")
    op.drop_table("stored_file")
    op.drop_table("revision")
    op.drop_table("question")
