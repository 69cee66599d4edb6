"""Loans of roles are what the journal says of absences: arranged, ended, taken over by an upgrade."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text, update

from engine.actor import SYSTEM, ActStamp
from engine.journal import acts, journal
from engine.records import loan_differences, proof
from engine.store import db, schema_migrations
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Substitute
from engine.translation.wording import say
from tests.kit.site import COMMUNE, NOW, PLACE, Site
from tests.store.test_lent_roles import BEFORE, FILLED

absences = table_of(Substitute)


def rules(tx: Transaction) -> list[tuple[str, object]]:
    """What is found, with whom it is about."""
    return [(fault.rule, fault.facts["login"]) for fault in loan_differences.find_differing_loans(tx)]


def test_a_loan_is_as_long_as_it_was_arranged_and_ends_when_it_was_ended(site: Site) -> None:
    head, officer = f"lanhdao.{PLACE}", site.browser(COMMUNE)
    for number in (1, 2, 3):
        day = f"2{2 * number + 3}/11/2026" if number == 3 else f"2026-11-2{2 * number + 3}"  # As people write it.
        period = {"first": day, "last": day}
        assert officer.post("/substitutes", {"person": COMMUNE, "substitute": head, **period}).status_code == 302
        if number == 1:
            assert officer.post("/substitutes/1/remove").status_code == 302
        if number == 2:
            assert site.browser(head).post("/substitutes/2/decline").status_code == 302
    assert site.write(rules) == []
    ends = {row.id: row.ends_at for row in site.read(select(absences.c.id, absences.c.ends_at))}
    edits = (
        update(absences).where(absences.c.id == 1).values(ends_at=ends[2]),
        update(absences).where(absences.c.id == 2).values(declined_at=None),
        update(absences).where(absences.c.id == 3).values(ends_at=ends[3] + timedelta(days=1)),
        update(absences).where(absences.c.id == 3).values(person_id=2, substitute_id=1),
        update(absences).where(absences.c.id == 3).values(roles="commune provincial_office"),
        update(absences).where(absences.c.id == 3).values(unit_code="26008"),
        update(absences).where(absences.c.id == 3).values(starts_at=ends[1]),
    )
    for edit in edits:
        with db.transaction(site.engine) as tx:
            kept = tx.write().begin_nested()
            tx.write().execute(edit)
            assert [rule for rule, _login in rules(tx)] == ["loan-without-act"]
            kept.rollback()
    site.write(lambda tx: tx.write().execute(delete(absences).where(absences.c.id == 1)))
    assert site.write(rules) == []  # A loan that is gone lends nothing.


def test_days_that_an_older_version_recorded_as_they_were_typed_are_read(site: Site) -> None:
    facts = {"substitute": "person:2", "absence": "1", "roles": [[PLACE, "commune"]]}
    facts |= {"first": "1/12/2026", "last": "2/12/2026"}
    site.write(journal.record, ActStamp(SYSTEM, NOW), acts.ARRANGE_SUBSTITUTE, "person:1", **facts)
    assert site.write(rules) == []


def test_a_row_that_cannot_be_read_is_named_and_stops_no_other_check(site: Site) -> None:
    facts = {"substitute": "person:2", "absence": "1", "first": "bao giờ?", "last": "2026-12-01"}
    site.write(journal.record, ActStamp(SYSTEM, NOW), acts.ARRANGE_SUBSTITUTE, "person:1", **facts)
    by_hand = text("UPDATE role_assignment SET role = 'administrator' WHERE person_id = 1")
    site.write(lambda tx: tx.write().execute(by_hand))
    sentences = [say(fault, "vi") for fault in site.write(lambda tx: list(proof.check_whole(tx)))]
    assert "không đọc được dòng 1 của nhật ký hệ thống, phần substitute" in sentences
    assert any("mà nhật ký không ghi ai giao" in one for one in sentences)


@pytest.mark.parametrize("empty_database", ["sqlite", "postgresql"], indirect=True)
def test_an_upgrade_takes_over_the_absences_that_there_are(empty_database: str) -> None:
    schema_migrations.upgrade(empty_database, BEFORE)
    engine = db.engine_for(empty_database, durable=False)
    with db.transaction(engine) as tx:
        for statement in FILLED.split(";"):
            tx.write().execute(text(statement))
    engine.dispose()
    schema_migrations.upgrade(empty_database)
    engine = db.engine_for(empty_database, durable=False)
    with db.transaction(engine) as tx:
        assert rules(tx) == []
        assert list(journal.find_breaks(tx)) == []
        lent = tx.read.execute(select(absences).where(absences.c.declined_at.is_(None))).first()
        assert lent is not None
        tx.write().execute(update(absences).values(ends_at=lent.ends_at + timedelta(days=300)))
        assert ("loan-without-act", "binh") in rules(tx)
        tx.write().execute(update(absences).values(ends_at=lent.ends_at, roles="provincial_office"))
        assert ("loan-without-act", "binh") in rules(tx)
    engine.dispose()
