"""The revision that keeps the matter apart: reports that were there before it are found as those that come after."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from engine.cases import text_search
from engine.store import db, schema_migrations

BEFORE = "20261126_1704"
REPORT = text(
    "INSERT INTO report (id, code, received_at, channel, field, urgency, place, reporter_name, address, phone, email,"
    " content, folded) VALUES (:id, :code, '2026-11-25 03:00:00', 'phone', 'health', 'normal', '26068', :name,"
    " '12 đường Hoa Sen', '0912345678', '', :content, 'as the old program wrote it')"
)


@pytest.mark.slow
@pytest.mark.parametrize("empty_database", ["sqlite", "postgresql"], indirect=True)
def test_a_filled_older_database_is_upgraded_and_comes_back(empty_database: str) -> None:
    schema_migrations.upgrade(empty_database, BEFORE)
    engine = db.engine_for(empty_database, durable=False)
    rows = [
        {"id": 1, "code": "a", "name": "Trần Thị Mận", "content": "Chị Mận báo cống nghẹt, gọi 0912 345 678."},
        *({"id": n, "code": str(n), "name": "Lê Văn Ổi", "content": "Rác không ai gom."} for n in range(2, 1203)),
    ]
    with db.transaction(engine) as tx:
        tx.write().execute(REPORT, rows)
    schema_migrations.upgrade(empty_database)
    with db.transaction(engine) as tx:
        assert text_search.find_by_matter(tx, "bao cong nghet", 9) == [1]
        assert text_search.find_by_matter(tx, "man", 9) == []
        assert text_search.find_by_matter(tx, "hoa sen", 9) == []
        assert text_search.find_report_ids(tx, "man cong nghet 0912", 9, newest=True) == [1]
        assert len(text_search.find_by_matter(tx, "rác", 2000)) == 1201
        tx.write().execute(text("UPDATE report SET folded = '', matter = '' WHERE id = 1"))
        assert text_search.find_report_ids(tx, "man", 9, newest=True) == []
    schema_migrations.downgrade(empty_database, BEFORE)
    with db.transaction(engine) as tx:
        assert "le van oi" in tx.read.execute(text("SELECT folded FROM report WHERE id = 2")).scalar_one()
    schema_migrations.upgrade(empty_database)
    engine.dispose()
