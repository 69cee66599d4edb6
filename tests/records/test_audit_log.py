"""Acts of all cases on both databases: every filter finds exactly its acts, however short the walk for a page is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.actor import Actor
from engine.cases import intake
from engine.errors import BadInput, NotFound
from engine.process import definitions, history
from engine.process.history import AuditEntry
from engine.records import audit_log
from engine.records.audit_log import AuditFilter
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import History, Report
from tests.kit.hotline import NEW, NOW, PLACE, WHO, WORLD, deployed, desk

CASES = 6
NIGHT = Actor("system", "worker")


@pytest.fixture
def filled(tx: Transaction, monkeypatch: pytest.MonkeyPatch) -> Transaction:
    """Cases an hour apart, each begun by an officer and noted by the program and somebody else; pages are short."""
    for name, value in (("PAGE", 2), ("FIRST_LOOK", 1), ("LOOKED_AT", 4)):
        monkeypatch.setattr(audit_log, name, value)
    desk(tx, (PLACE, "commune"))
    desk(tx, person=2)
    deployed(tx)
    definition = definitions.find_by_key(tx, "handle")
    for hour in range(CASES):
        at = NOW + timedelta(hours=hour)
        filed = intake.file_report(tx, replace(NEW, received_at=at), definition, WHO, WORLD)
        history.append_entry(tx, filed.instance_id, AuditEntry(at, NIGHT, "reschedule", ""))
        if hour == 0:
            history.append_entry(tx, filed.instance_id, AuditEntry(at, Actor("person:2", "cli"), "note", ""))
    return tx


def walk(tx: Transaction, wanted: AuditFilter) -> list[Any]:
    """All pages one after another."""
    found: list[Any] = []
    while True:
        page = audit_log.find_acts(tx, wanted)
        assert len(page.rows) <= 2
        found += [(row.at, row.instance_id, row.seq) for row in page.rows]
        if page.following is None:
            return found
        wanted = replace(wanted, after=page.following)


def test_every_filter_finds_exactly_its_acts_newest_first(filled: Transaction) -> None:
    rows = filled.read.execute(select(table_of(History))).all()
    code = filled.read.execute(select(Report.code).order_by(Report.id)).scalars().all()[2]
    middle = NOW + timedelta(hours=3)
    for wanted, test in (
        (AuditFilter(), lambda row: True),
        (AuditFilter(code=str(code).lower()), lambda row: row.instance_id == 3),
        (AuditFilter(login="officer1"), lambda row: row.actor == "person:1"),
        (AuditFilter(login="system"), lambda row: row.actor == "system"),
        (AuditFilter(action="note"), lambda row: row.action == "note"),
        (AuditFilter(origin="cli"), lambda row: row.origin == "cli"),
        (AuditFilter(origin="%"), lambda row: False),
        (AuditFilter(unit=PLACE), lambda row: True),
        (AuditFilter(unit="75"), lambda row: False),
        (AuditFilter(start=middle), lambda row: row.at >= middle),
        (AuditFilter(end=middle, action="reschedule"), lambda row: row.at < middle and row.action == "reschedule"),
    ):
        expected = sorted(((row.at, row.instance_id, row.seq) for row in rows if test(row)), reverse=True)
        assert walk(filled, wanted) == expected, wanted


def test_a_search_that_is_cut_short_says_how_far_it_went(filled: Transaction) -> None:
    page = audit_log.find_acts(filled, AuditFilter(action="note"))
    assert page.rows == []
    assert page.until == NOW + timedelta(hours=4)


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        (AuditFilter(code="x"), BadInput),
        (AuditFilter(code="DN-26-999999-7"), BadInput),
        (AuditFilter(login="nobody"), NotFound),
    ],
)
def test_unknown_cases_and_people_are_refused(filled: Transaction, wanted: AuditFilter, error: type[Exception]) -> None:
    with pytest.raises((error, NotFound)):
        audit_log.find_acts(filled, wanted)
