"""Numbers of directives, two offices at once, and what is kept: on both databases."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import Engine, select

from engine.actor import SYSTEM
from engine.cases import intake
from engine.cases.tasks import Desk
from engine.chase import actions
from engine.chase.actions import ChaseOrder
from engine.directives import drafting, issuing
from engine.errors import Stale
from engine.process import definitions
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import Directive, DirectiveUnit, History, Instance, StoredFile, Task
from tests.kit import hotline
from tests.kit.hotline import FILES, NEW, NOW, PLACE, WHO, WORLD
from tests.kit.record import differences
from tests.paths import ROOT

OWN = {path: content for path, content in definitions.read_deployment_folder(ROOT).items() if "directive" in path.name}
LATER = NOW + timedelta(days=5)


class Office:
    """Two officers of the provincial office, and cases of a commune that are overdue."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        with transaction(engine) as tx:
            desks = [hotline.desk(tx, ("75.VP", "provincial_office"), person=person) for person in (1, 2)]
            definitions.deploy_files(tx, {**FILES, **OWN}, by=SYSTEM, message="", now=NOW)
        self.desks = [replace(desk, now=LATER) for desk in desks]

    def do(self, act: Callable[..., Any], *arguments: Any) -> Any:
        with transaction(self.engine) as tx:
            return act(tx, *arguments)

    def cases(self, count: int = 1) -> list[int]:
        return [self.do(self._file) for _number in range(count)]

    def _file(self, tx: Transaction) -> int:
        return intake.file_report(tx, NEW, definitions.find_by_key(tx, "handle"), WHO, WORLD).instance_id

    def read(self, statement: Any) -> list[Any]:
        with transaction(self.engine) as tx:
            return list(tx.read.execute(statement).all())

    def at_once(self, *acts: Callable[[], Any]) -> list[Any]:
        """What each act came to when all begin together; an error is its own outcome."""
        barrier, said = Barrier(len(acts)), [None] * len(acts)

        def run(number: int, act: Callable[[], Any]) -> None:
            barrier.wait()
            try:
                said[number] = act()
            except Stale as error:
                said[number] = error  # type: ignore[call-overload]

        threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return said


@pytest.fixture
def office(engine_db: Engine) -> Office:
    return Office(engine_db)


def test_numbers_follow_each_other_without_gap_or_double(office: Office) -> None:
    cases = office.cases(6)
    drafts = [office.do(drafting.draft_directive, office.desks[0], [case]) for case in cases]

    def series(desk: Desk, numbers: list[int]) -> Callable[[], Any]:
        return lambda: [office.do(issuing.issue_directive, desk, number, 1) for number in numbers]

    def broken(tx: Transaction) -> None:
        issuing.issue_directive(tx, office.desks[0], drafts[0], 1)
        raise Stale

    with pytest.raises(Stale):
        office.do(broken)
    office.at_once(series(office.desks[0], drafts[:3]), series(office.desks[1], drafts[3:]))
    rows = office.read(select(Directive.number, Directive.year, Directive.symbol).order_by(Directive.number))
    assert [(row.number, row.year, row.symbol) for row in rows] == [(n, 2026, f"0{n}/VP-TD") for n in range(1, 7)]


def test_two_officers_issue_one_draft_once(office: Office) -> None:
    draft = office.do(drafting.draft_directive, office.desks[0], office.cases())
    said = office.at_once(
        *(lambda desk=desk: office.do(issuing.issue_directive, desk, draft, 1) for desk in office.desks)
    )
    assert sorted(isinstance(item, Stale) for item in said) == [False, True]
    assert [row.number for row in office.read(select(Directive.number))] == [1]


def test_two_officers_extend_a_case_once(office: Office) -> None:
    (case,) = office.cases()
    order = ChaseOrder("extend", "Đơn vị xin thêm thời gian", days=2)
    acts = [lambda desk=desk: office.do(actions.carry_out_order, desk, [(case, 1)], order) for desk in office.desks]
    said = office.at_once(*acts)
    refusals = sorted(outcome.why.rule if outcome.why else "" for (outcome,) in said)
    assert refusals == ["", "chase-case-changed"]
    acts_done = office.read(select(table_of(History)).where(History.action == "reschedule"))
    assert [json.loads(row.detail)["extend"] for row in acts_done] == [2]
    due = WORLD.calendar.add(LATER, 2 * WORLD.calendar.day_length())
    assert {row.due_at for row in office.read(select(Instance.due_at))} == {due}
    assert {row.due_at for row in office.read(select(Task.due_at))} == {due}


def test_the_document_is_kept_with_its_digest_and_every_history_stays_whole(office: Office) -> None:
    cases = office.cases(2)
    draft = office.do(drafting.draft_directive, office.desks[0], cases)
    assert office.do(issuing.issue_directive, office.desks[0], draft, 1) is True
    (row,) = office.read(select(table_of(Directive)))
    (content,) = [
        item.content for item in office.read(select(StoredFile.content).where(StoredFile.digest == row.digest))
    ]
    assert hashlib.sha256(content).hexdigest() == row.digest
    entries = office.read(select(table_of(History)).where(History.action == "directive"))
    assert {(entry.instance_id, json.loads(entry.detail)["digest"]) for entry in entries} == {
        (c, row.digest) for c in cases
    }
    (unit,) = office.read(select(table_of(DirectiveUnit)))
    (task,) = office.read(select(table_of(Task)).where(Task.instance_id == unit.instance_id))
    assert (task.node, task.unit_code, task.due_at) == ("answer_commune", PLACE, row.due_at)
    assert row.due_at == WORLD.calendar.add(LATER, 3 * WORLD.calendar.day_length())
    with transaction(office.engine) as tx:
        assert differences(tx) == []
