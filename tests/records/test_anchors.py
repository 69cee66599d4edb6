"""Promises of anchors: they know cases that are gone and histories written anew, and nobody else can make one."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from engine.bpmn.actions import Complete, Start
from engine.errors import BadInput, TamperedHistory
from engine.process import history, instances
from engine.process.act_detail import ActDetail
from engine.process.acts import Command
from engine.process.history import AuditEntry, ChainBreak
from engine.records import anchors
from engine.store.db import Transaction
from engine.store.models import History, Instance, Mark, Task, Timer
from tests.kit.hotline import DATA, NOW, WHO, WORLD, deployed

KEY, OTHER = b"k" * 32, b"z" * 32


def case(tx: Transaction) -> int:
    """A case with three rows of history."""
    instance, step = instances.start_instance(tx, deployed(tx), Command(Start(DATA), WHO, NOW), WORLD)
    instances.take_step(tx, instance, Command(Complete(step.opened_tasks[0].task_id, {}), WHO, NOW), WORLD)
    history.append_entry(tx, instance, AuditEntry(NOW, WHO, "note", "", ActDetail(reason="gọi lại")))
    return instance


def compare(tx: Transaction, text: str) -> list[ChainBreak]:
    return list(anchors.compare_heads(tx, anchors.parse_anchor(text, (OTHER, KEY)).heads.heads_between(0, 2**40)))


def test_the_anchor_knows_cases_that_are_gone_and_histories_rewritten_with_their_heads(tx: Transaction) -> None:
    kept, gone = case(tx), case(tx)
    text = anchors.create_anchor(tx, NOW, KEY)
    assert compare(tx, text) == []
    connection = tx.write()
    for table in (History, Task, Timer, Mark):
        connection.execute(delete(table).where(table.instance_id == gone))
    connection.execute(delete(Instance).where(Instance.id == gone))
    connection.execute(update(History).where(History.instance_id == kept, History.seq == 3).values(digest=b"y" * 32))
    assert [(item.instance_id, item.seq) for item in compare(tx, text)] == [(kept, 3), (gone, 3)]


def test_a_changed_anchor_is_refused(tx: Transaction) -> None:
    case(tx)
    text = anchors.create_anchor(tx, NOW, KEY)
    with pytest.raises(TamperedHistory):
        anchors.parse_anchor(text.replace("2026", "2025"), (KEY,))
    with pytest.raises(TamperedHistory):
        anchors.parse_anchor(text, (OTHER,))
    with pytest.raises(BadInput):
        anchors.parse_anchor("{}", (KEY,))


def test_the_newest_days_stay_and_one_of_each_month_before(tmp_path: Path) -> None:
    for number in range(100):
        day = date(2026, 8, 10) + timedelta(days=number)
        (tmp_path / anchors.anchor_name(day)).touch()
    anchors.delete_old_anchors(tmp_path)
    names = anchors.list_anchors(tmp_path)
    assert names[:3] == ["anchor_20260810.json", "anchor_20260901.json", "anchor_20261001.json"]
    assert names[3:] == [anchors.anchor_name(date(2026, 11, 17) - timedelta(days=n)) for n in range(29, -1, -1)]
