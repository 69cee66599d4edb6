"""Promises of the chain of looks: each look once, in order, and every later change shows with its place."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from engine.actor import Actor
from engine.cases import intake
from engine.privacy.disclosures import CASE, FOLLOW, LIST, Disclosure
from engine.process import definitions
from engine.records import look_chain
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Look, LookHead
from tests.kit.hotline import NEW, NOW, WHO, WORLD, deployed

CITIZEN = Actor("citizen", "web 203.0.113.9")
look = table_of(Look)


def filed(tx: Transaction) -> list[int]:
    """Two reports."""
    deployed(tx)
    definition = definitions.find_by_key(tx, "handle")
    return [intake.file_report(tx, NEW, definition, WHO, WORLD).report_id for _ in range(2)]


def show(tx: Transaction, reports: list[int], purpose: str = CASE, who: Actor = WHO, hours: int = 0) -> None:
    look_chain.append_looks(tx, Disclosure(who, purpose, tuple(reports), NOW + timedelta(hours=hours)).rows())


def broken(tx: Transaction, report_id: int, anchored: tuple[int, str] = (0, "")) -> int | None:
    rows = tx.read.execute(look_chain.LOOKS.where(look.c.report_id == report_id)).all()
    head = tx.read.execute(select(LookHead.__table__).where(LookHead.report_id == report_id)).one_or_none()
    return look_chain.first_broken_look(rows, head, anchored)


def test_each_look_is_chained_once(tx: Transaction) -> None:
    first, second = filed(tx)
    assert broken(tx, first) is None
    show(tx, [second, first, first], LIST)
    show(tx, [first], LIST, hours=1)  # The same day: the look is known.
    show(tx, [first])
    show(tx, [first], FOLLOW, CITIZEN)
    kept = select(look.c.seq, look.c.purpose).where(look.c.report_id == first).order_by(look.c.seq)
    assert [tuple(row) for row in tx.read.execute(kept)] == [(1, LIST), (2, CASE), (3, FOLLOW)]
    assert (broken(tx, first), broken(tx, second)) == (None, None)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (update(look).where(look.c.seq == 2).values(viewer="person:9"), 3),
        (update(look).where(look.c.seq == 2).values(seq=None), 2),
        (update(look).where(look.c.seq == 1).values(origin="web 192.0.2.7"), 3),
        (delete(look).where(look.c.seq == 3), 3),
        (delete(look), 3),
        (delete(table_of(LookHead)), 3),
    ],
)
def test_what_is_changed_afterwards_shows(tx: Transaction, change: Any, place: int) -> None:
    report_id = filed(tx)[0]
    for hours in range(3):
        show(tx, [report_id], hours=hours)
    tx.write().execute(change)
    assert broken(tx, report_id) == place


def test_the_address_of_a_citizen_may_be_forgotten_and_that_of_an_officer_may_not(tx: Transaction) -> None:
    report_id = filed(tx)[0]
    show(tx, [report_id], FOLLOW, CITIZEN)
    tx.write().execute(update(look).values(origin=""))
    assert broken(tx, report_id) is None


def test_an_anchor_knows_looks_that_were_chained_anew(tx: Transaction) -> None:
    report_id = filed(tx)[0]
    show(tx, [report_id])
    head = tx.read.execute(select(LookHead.__table__)).one()
    known = (head.looks, head.head.hex())
    show(tx, [report_id], hours=1)
    assert broken(tx, report_id, known) is None
    tx.write().execute(delete(look))
    tx.write().execute(delete(table_of(LookHead)))
    assert broken(tx, report_id) is None
    show(tx, [report_id], hours=5)
    assert broken(tx, report_id, known) == 1
    show(tx, [report_id], hours=6)
    assert broken(tx, report_id, (7, "")) is not None
