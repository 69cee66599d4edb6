"""Absences that are stored when the program is upgraded: what they go on lending, and what happens to claims."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from engine.store import db, schema_migrations

BEFORE = "20261126_1704"
# Two absences: one among colleagues of the office, one by which somebody from elsewhere stood in for an administrator.
FILLED = """
INSERT INTO unit (code, name, kind) VALUES ('VP', 'Văn phòng', 'office'), ('C', 'Xã', 'commune');
INSERT INTO person (id, login, name) VALUES (1, 'chi', 'Chi'), (2, 'binh', 'Bình'), (3, 'lan', 'Lan');
INSERT INTO role_assignment (person_id, unit_code, role) VALUES
    (1, 'VP', 'administrator'), (1, 'VP', 'provincial_office'), (1, 'VP', 'tier2_focal'), (1, 'C', 'commune'),
    (2, 'VP', 'tier2_focal'), (3, 'C', 'unit_head');
INSERT INTO substitute (person_id, substitute_id, starts_at, ends_at) VALUES
    (1, 2, '2026-11-25 00:00:00', '2026-12-25 00:00:00'), (1, 3, '2026-11-26 00:00:00', '2026-12-26 00:00:00');
INSERT INTO deployment (id, number, digest, created_at, created_by, message)
    VALUES (1, 1, 'x', '2026-11-25 00:00:00', 'x', '');
INSERT INTO process_definition (id, deployment_id, key, name) VALUES (1, 1, 'p', 'P');
INSERT INTO instance (id, definition_id, status, version, state, started_at, history_head, history_count)
    VALUES (1, 1, 'active', 1, '', '2026-11-25 00:00:00', '', 0)
"""
TASK = """
INSERT INTO task
    (id, instance_id, engine_id, node, name, role, unit_code, form, state, version, assignee_id, opened_at, due_at)
VALUES (:id, 1, :id, 'n', 'N', :role, 'VP', 'f', 'open', 1, :person, '2026-11-25 00:00:00', '2026-12-25 00:00:00')
"""


@pytest.mark.parametrize("empty_database", ["sqlite", "postgresql"], indirect=True)
def test_stored_absences_lend_what_may_be_lent_among_colleagues_and_claims_without_a_role_end(
    empty_database: str,
) -> None:
    schema_migrations.upgrade(empty_database, BEFORE)
    engine = db.engine_for(empty_database, durable=False)
    with db.transaction(engine) as tx:
        for statement in FILLED.split(";"):
            tx.write().execute(text(statement))
        for number, person in ((1, 1), (2, 3)):  # Lan claimed hers while she stood in.
            tx.write().execute(text(TASK), {"id": number, "role": "provincial_office", "person": person})
    engine.dispose()
    schema_migrations.upgrade(empty_database)
    engine = db.engine_for(empty_database, durable=False)
    with db.transaction(engine) as tx:
        absences = tx.read.execute(text("SELECT substitute_id, unit_code, roles, ends_at FROM substitute ORDER BY id"))
        lent = [(row.substitute_id, row.unit_code, row.roles, str(row.ends_at)[:10]) for row in absences]
        holders = tx.read.execute(text("SELECT assignee_id, version FROM task ORDER BY id")).all()
    engine.dispose()
    assert lent == [(2, "VP", "provincial_office tier2_focal", "2026-12-25"), (3, "C", "commune", "2026-12-26")]
    assert [tuple(row) for row in holders] == [(1, 1), (None, 2)]
