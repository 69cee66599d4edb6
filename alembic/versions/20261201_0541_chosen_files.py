"""Thumbnails of pictures, files of forms that were not sent yet, and names of files composed (NFC)."""

from __future__ import annotations

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "20261201_0541"
down_revision = "20261201_0540"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Where it is NULL the worker cleans the file: pictures, and films, some of which are something else.
    op.add_column("attachment", sa.Column("thumbnail", sa.String(length=64), nullable=True))
    op.execute("UPDATE attachment SET thumbnail = '' WHERE media_type NOT LIKE 'image/%' AND media_type <> 'video/mp4'")
    _compose_names()
    op.create_table(
        "chosen_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("field", sa.String(length=80), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("thumbnail", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_chosen_file_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chosen_file")),
    )
    op.create_index("ix_chosen_file_form", "chosen_file", ["form"])
    op.create_index("ix_chosen_file_added_at", "chosen_file", ["added_at"])


def _compose_names() -> None:
    connection = op.get_bind()
    attachment = sa.table("attachment", sa.column("id", sa.Integer), sa.column("name", sa.Text))
    for row in connection.execute(sa.select(attachment)).all():
        composed = unicodedata.normalize("NFC", row.name)
        if composed != row.name:
            connection.execute(sa.update(attachment).where(attachment.c.id == row.id).values(name=composed))


def downgrade() -> None:
    op.drop_index("ix_chosen_file_added_at", "chosen_file")
    op.drop_index("ix_chosen_file_form", "chosen_file")
    op.drop_table("chosen_file")
    with op.batch_alter_table("attachment") as batch_op:
        batch_op.drop_column("thumbnail")
