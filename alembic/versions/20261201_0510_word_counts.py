"""How often reports use each word; the texts that search reads, with the spellings that are one since."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.cases.masking import search_columns
from engine.text import strip_diacritics

revision = "20261201_0510"
down_revision = "20261201_0505"
branch_labels = None
depends_on = None

BATCH = 1000
REPORT = sa.table(
    "report",
    *(sa.column(name) for name in ("id", "reporter_name", "address", "phone", "email", "content", "folded", "matter")),
)
ANSWER = sa.table("standard_answer", *(sa.column(name) for name in ("id", "question", "answer", "folded")))


def upgrade() -> None:
    op.create_table(
        "word_count",
        sa.Column("word", sa.String(length=80), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_word_count")),
    )
    rewrite_reports()
    rewrite_answers()


def downgrade() -> None:
    op.drop_table("word_count")


def rewrite_reports() -> None:
    """Derive the search texts of every report again; only those that differ are written."""
    connection, last = op.get_bind(), 0
    page = sa.select(REPORT).where(REPORT.c.id > sa.bindparam("after")).order_by(REPORT.c.id).limit(BATCH)
    update = (
        sa.update(REPORT)
        .where(REPORT.c.id == sa.bindparam("b_id"))
        .values(folded=sa.bindparam("b_folded"), matter=sa.bindparam("b_matter"))
    )
    while rows := connection.execute(page, {"after": last}).mappings().all():
        texts = [(row, search_columns(row)) for row in rows]
        changed = [
            {"b_id": row["id"], "b_folded": new["folded"], "b_matter": new["matter"]}
            for row, new in texts
            if (row["folded"], row["matter"]) != (new["folded"], new["matter"])
        ]
        if changed:
            connection.execute(update, changed)
        last = rows[-1]["id"]


def rewrite_answers() -> None:
    """The same for the standard answers."""
    connection = op.get_bind()
    for row in connection.execute(sa.select(ANSWER)).all():
        folded = strip_diacritics(f"{row.question} {row.answer}")
        if folded != row.folded:
            connection.execute(sa.update(ANSWER).where(ANSWER.c.id == row.id).values(folded=folded))
