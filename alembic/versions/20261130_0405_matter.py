"""What a report is about apart from who reported it, so that a search by the matter never reads the reporter (R14)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sqlalchemy as sa
from alembic import op

from engine.cases.masking import search_columns
from engine.text import strip_diacritics

revision = "20261130_0405"
down_revision = "20261130_0404"
branch_labels = None
depends_on = None

BATCH = 1000
REPORT = sa.table(
    "report",
    *(sa.column(name) for name in ("id", "reporter_name", "address", "phone", "email", "content", "folded", "matter")),
)
NO_SEARCH = {
    "postgresql": ("DROP INDEX IF EXISTS ix_report_search", "DROP INDEX IF EXISTS ix_report_search_matter"),
    "sqlite": (
        "DROP TRIGGER report_search_insert",
        "DROP TRIGGER report_search_delete",
        "DROP TRIGGER report_search_update",
        "DROP TABLE report_search",
    ),
}
# Words found by their beginnings: of the whole report, and of its matter alone.
SEARCH = {
    "postgresql": (
        "CREATE INDEX ix_report_search ON report USING gin (to_tsvector('simple', folded || ' ' || matter))",
        "CREATE INDEX ix_report_search_matter ON report USING gin (to_tsvector('simple', matter))",
    ),
    "sqlite": (
        "CREATE VIRTUAL TABLE report_search USING fts5(folded, matter, content='report', content_rowid='id')",
        (
            "CREATE TRIGGER report_search_insert AFTER INSERT ON report BEGIN"
            " INSERT INTO report_search(rowid, folded, matter) VALUES (new.id, new.folded, new.matter); END"
        ),
        (
            "CREATE TRIGGER report_search_delete AFTER DELETE ON report BEGIN"
            " INSERT INTO report_search(report_search, rowid, folded, matter)"
            " VALUES ('delete', old.id, old.folded, old.matter); END"
        ),
        (
            "CREATE TRIGGER report_search_update AFTER UPDATE OF folded, matter ON report BEGIN"
            " INSERT INTO report_search(report_search, rowid, folded, matter)"
            " VALUES ('delete', old.id, old.folded, old.matter);"
            " INSERT INTO report_search(rowid, folded, matter) VALUES (new.id, new.folded, new.matter); END"
        ),
        "INSERT INTO report_search(report_search) VALUES ('rebuild')",
    ),
}
# As the pages' revision made it.
OLD_SEARCH = {
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


def upgrade() -> None:
    run(NO_SEARCH)
    op.add_column("report", sa.Column("matter", sa.Text(), server_default="", nullable=False))
    rewrite(search_columns)
    run(SEARCH)


def downgrade() -> None:
    run(NO_SEARCH)
    rewrite(lambda row: {"folded": strip_diacritics(f"{row['reporter_name']} {row['address']} {row['content']}")})
    op.drop_column("report", "matter")
    run(OLD_SEARCH)


def run(statements: dict[str, tuple[str, ...]]) -> None:
    """Run the statements for this database."""
    for statement in statements[op.get_bind().dialect.name]:
        op.execute(statement)


def rewrite(texts: Callable[[Mapping[str, str]], Mapping[str, str]]) -> None:
    """Fill the search texts of every report from its particulars, in batches."""
    connection, last = op.get_bind(), 0
    page = sa.select(REPORT).where(REPORT.c.id > sa.bindparam("after")).order_by(REPORT.c.id).limit(BATCH)
    while rows := connection.execute(page, {"after": last}).mappings().all():
        filled = [{"b_id": row["id"], **{f"b_{name}": value for name, value in texts(row).items()}} for row in rows]
        values = {name.removeprefix("b_"): sa.bindparam(name) for name in filled[0] if name != "b_id"}
        connection.execute(sa.update(REPORT).where(REPORT.c.id == sa.bindparam("b_id")).values(values), filled)
        last = rows[-1]["id"]
