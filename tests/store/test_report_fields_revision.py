"""The upgrade that gives stored deployments their fields of reports."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from engine.store import db, schema_migrations

BEFORE = "20261204_0800"
DEPLOYMENT = text(
    "INSERT INTO deployment (id, number, digest, created_at, created_by, message, turn) "
    "VALUES (:id, :id, :digest, '2026-11-25 03:00:00', 'test', '', :id)"
)
FILE = text("INSERT INTO deployment_file (deployment_id, path, content) VALUES (:id, 'forms/receive.json', :content)")
LISTED = {
    "components": [
        {"key": "outcome", "values": [{"value": "a", "label": "A"}]},
        {
            "key": "field",
            "values": [{"value": "bridge", "label": "Cầu", "label_en": "Bridge"}, {"value": "x", "label": "X"}],
        },
    ]
}


@pytest.mark.parametrize("empty_database", ["sqlite"], indirect=True)
def test_a_deployment_of_before_has_the_fields_of_its_form_or_those_of_then(empty_database: str) -> None:
    schema_migrations.upgrade(empty_database, BEFORE)
    engine = db.engine_for(empty_database, durable=False)
    with db.transaction(engine) as tx:
        tx.write().execute(DEPLOYMENT, [{"id": number, "digest": str(number)} for number in (1, 2, 3)])
        contents = [(1, json.dumps(LISTED).encode()), (2, b"{")]
        tx.write().execute(FILE, [{"id": number, "content": content} for number, content in contents])
    schema_migrations.upgrade(empty_database)
    with db.transaction(engine) as tx:
        rows = tx.read.execute(text("SELECT * FROM deployment_field WHERE deployment_id = 1 ORDER BY position")).all()
        counts = tx.read.execute(text("SELECT count(*) FROM deployment_field GROUP BY deployment_id")).scalars().all()
    assert [tuple(row) for row in rows] == [(1, "bridge", 0, "Cầu", "Bridge"), (1, "x", 1, "X", "X")]
    assert counts == [2, 8, 8]
    schema_migrations.downgrade(empty_database, BEFORE)
    engine.dispose()
