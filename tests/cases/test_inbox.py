"""Lists of work: who sees what, in the order of deadlines, page by page, with numbers that agree with the lists."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, event, insert, select, update

from engine.actor import SYSTEM
from engine.cases import inbox
from engine.cases.inbox import DELEGATED, MINE, OVERDUE, PAGE_SIZE, QUEUE, SOON, STANDING_IN, VIEWS, InboxFilter
from engine.errors import BadInput
from engine.process import definitions
from engine.staff import access
from engine.staff.access import HEAD, LentRole, Officer
from engine.store.db import Transaction, transaction
from engine.store.models import NEVER, Instance, Person, Report, Task, Unit
from engine.text import strip_diacritics
from tests.kit.province import add_case
from tests.paths import ROOT

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
ME, AWAY, OTHER = 1, 2, 3
COMMUNE, SIBLING, DISTRICT = "26068", "26071", "731"
LOANS = frozenset({LentRole(AWAY, COMMUNE, "commune")})
OFFICER = Officer(ME, frozenset({(COMMUNE, "commune")}), LOANS)


@pytest.fixture
def stage(tx: Transaction) -> Transaction:
    """Three people and three units."""
    people = [
        {"id": number, "login": f"p{number}", "name": f"P{number}", "active": True} for number in (ME, AWAY, OTHER)
    ]
    tx.write().execute(insert(Person), people)
    units = [
        ("75", "province", None),
        (DISTRICT, "district", "75"),
        (COMMUNE, "commune", DISTRICT),
        (SIBLING, "commune", DISTRICT),
    ]
    for code, kind, parent in units:
        tx.write().execute(insert(Unit), {"code": code, "name": code, "kind": kind, "parent_code": parent})
    return tx


def task(
    tx: Transaction,
    unit: str = COMMUNE,
    role: str = "commune",
    *,
    due: float | None = 24.0,
    assignee: int | None = None,
) -> int:
    """An open task that is due in so many hours; returns its id."""
    case = add_case(tx, unit, (unit, role))
    number: int = tx.read.execute(select(Task.id).where(Task.instance_id == case)).scalar_one()
    at = NEVER if due is None else NOW + timedelta(hours=due)
    tx.write().execute(update(Task).where(Task.id == number).values(due_at=at, assignee_id=assignee))
    return number


def ids(tx: Transaction, view: str, officer: Officer = OFFICER, narrowed: dict[str, str] | None = None) -> list[int]:
    wanted = InboxFilter(view, **(narrowed or {}))  # type: ignore[arg-type]  # None of these is the place of a page.
    return [row.id for row in inbox.list_tasks(tx, officer, wanted, NOW).rows]


def test_each_view_holds_what_its_name_says_the_most_urgent_first(stage: Transaction) -> None:
    mine = [task(stage, due=due, assignee=ME) for due in (30, -2, None)]
    free = [task(stage, due=due) for due in (5, -1, 48)]
    away = task(stage, due=3, assignee=AWAY)
    task(stage, assignee=OTHER)
    task(stage, SIBLING)
    task(stage, COMMUNE, "tier2_focal")
    assert ids(stage, MINE) == [mine[1], mine[0], mine[2]]
    assert ids(stage, QUEUE) == [free[1], free[0], free[2]]
    assert ids(stage, STANDING_IN) == [away]
    assert ids(stage, OVERDUE) == [mine[1], free[1]]
    assert ids(stage, SOON) == [away, free[0]]


def test_what_was_delegated_is_listed_until_it_comes_back(stage: Transaction) -> None:
    mine = task(stage, assignee=OTHER)
    stage.write().execute(update(Task).where(Task.id == mine).values(owner_id=ME))
    assert ids(stage, DELEGATED) == [mine]
    assert ids(stage, MINE) == []


def test_a_head_sees_everything_of_the_unit_also_what_others_hold(stage: Transaction) -> None:
    head = Officer(ME, frozenset({(COMMUNE, HEAD)}))
    held = task(stage, assignee=OTHER)
    free = task(stage, COMMUNE, "tier2_focal")
    own = task(stage, assignee=ME)
    assert ids(stage, QUEUE, head) == [held, free]
    assert ids(stage, MINE, head) == [own]


def test_an_operator_does_what_waits_for_the_citizen(stage: Transaction) -> None:
    operator = Officer(ME, frozenset({(COMMUNE, "operator")}))
    assert ids(stage, QUEUE, operator) == []
    waiting = task(stage, COMMUNE, "citizen")
    assert ids(stage, QUEUE, operator) == [waiting]


def test_who_has_no_role_has_empty_lists(stage: Transaction) -> None:
    task(stage)
    nobody = Officer(OTHER, frozenset())
    assert [ids(stage, view, nobody) for view in VIEWS] == [[]] * len(VIEWS)
    assert set(inbox.count_by_list(stage, nobody, {view: InboxFilter(view) for view in VIEWS}, NOW).values()) == {0}


@pytest.mark.parametrize("number", range(20 if "ATTACK_LONG" in os.environ else 6))
@pytest.mark.parametrize("most_ranges", [60, 0])
def test_lists_show_exactly_what_the_rule_of_access_allows(
    stage: Transaction, monkeypatch: pytest.MonkeyPatch, number: int, most_ranges: int
) -> None:
    monkeypatch.setattr(inbox, "MOST_RANGES", most_ranges)
    held = [
        (unit, role) for unit in (COMMUNE, SIBLING, DISTRICT) for role in ("commune", "tier2_focal", HEAD, "operator")
    ]
    own = frozenset(pair for index, pair in enumerate(held) if number >> (index % 5) & 1)
    lent = frozenset(LentRole(AWAY, *pair) for index, pair in enumerate(held) if number >> (index % 3) & 1)
    officer = Officer(ME, own, lent)
    for unit in (COMMUNE, SIBLING, DISTRICT):
        for role in ("commune", "tier2_focal", "citizen", "leadership"):
            claimable = access.may_work_on(officer, unit, role, None)  # No claim outlives the role.
            for assignee in (None, *([ME] if claimable else []), AWAY, OTHER):
                task(stage, unit, role, assignee=assignee)
    shown = {number for view in (MINE, QUEUE, STANDING_IN) for number in ids(stage, view, officer)}
    rows = stage.read.execute(select(Task.id, Task.unit_code, Task.role, Task.assignee_id)).all()
    allowed = {row.id for row in rows if access.may_work_on(officer, row.unit_code, row.role, row.assignee_id)}
    assert shown == allowed


def test_whoever_holds_very_many_roles_has_lists_too(stage: Transaction) -> None:
    expected = task(stage)
    everywhere = {(f"{number}", role) for number in range(900) for role in (HEAD, "commune")}
    officer = Officer(ME, frozenset({(COMMUNE, HEAD), *everywhere}), LOANS)
    assert ids(stage, QUEUE, officer) == [expected]
    assert inbox.count_by_list(stage, officer, {view: InboxFilter(view) for view in VIEWS}, NOW)[QUEUE] == 1


def rank(tx: Transaction, task_id: int, urgency_rank: int) -> int:
    tx.write().execute(update(Task).where(Task.id == task_id).values(urgency_rank=urgency_rank))
    return task_id


def test_emergencies_come_first_then_what_is_urgent_whatever_the_deadline(stage: Transaction) -> None:
    late, usual = task(stage, due=-30), task(stage, due=2)
    urgent, later_emergency = rank(stage, task(stage, due=90), 1), rank(stage, task(stage, due=23), 0)
    emergency, unlimited = rank(stage, task(stage, due=1), 0), rank(stage, task(stage, due=None), 0)
    assert ids(stage, QUEUE) == [emergency, later_emergency, unlimited, urgent, late, usual]
    assert ids(stage, SOON) == [emergency, later_emergency, usual]


def test_pages_follow_each_other_across_what_is_urgent_and_the_rest(stage: Transaction) -> None:
    pressing = [rank(stage, task(stage, due=float(number % 5)), number % 2) for number in range(PAGE_SIZE + 5)]
    rest = [task(stage, due=float(-number % 5)) for number in range(PAGE_SIZE)]
    first = inbox.list_tasks(stage, OFFICER, InboxFilter(QUEUE), NOW)
    second = inbox.list_tasks(stage, OFFICER, InboxFilter(QUEUE, after=first.following), NOW)
    third = inbox.list_tasks(stage, OFFICER, InboxFilter(QUEUE, after=second.following), NOW)
    seen = [row.id for page in (first, second, third) for row in page.rows]
    assert sorted(seen) == sorted([*pressing, *rest])
    assert set(seen[: len(pressing)]) == set(pressing)
    assert third.following is None


def test_pages_follow_each_other_without_gap_or_repetition(stage: Transaction) -> None:
    everything = [task(stage, due=float(number % 7), assignee=ME) for number in range(PAGE_SIZE + 20)]
    first = inbox.list_tasks(stage, OFFICER, InboxFilter(MINE), NOW)
    assert first.following is not None
    second = inbox.list_tasks(stage, OFFICER, InboxFilter(MINE, after=first.following), NOW)
    assert second.following is None
    seen = [row.id for row in (*first.rows, *second.rows)]
    assert sorted(seen) == sorted(everything)
    assert len(first.rows) == PAGE_SIZE


def test_lists_can_be_narrowed_by_field_stage_unit_and_words(stage: Transaction) -> None:
    one, two = task(stage), task(stage)
    report = (
        select(Instance.report_id).join(Task, Task.instance_id == Instance.id).where(Task.id == one).scalar_subquery()
    )
    values = {"field": "order", "folded": strip_diacritics("Ồn ào ban đêm"), "phone": "0912345678"}
    stage.write().execute(update(Report).where(Report.id == report).values(values))
    stage.write().execute(update(Task).where(Task.id == one).values(node="elsewhere"))
    for narrowed in ({"field": "order"}, {"stage": "elsewhere"}, {"text": "on ao"}, {"text": "0912 345 678"}):
        assert ids(stage, QUEUE, narrowed=narrowed) == [one]
    assert ids(stage, QUEUE, narrowed={"unit": COMMUNE}) == [one, two]
    assert ids(stage, QUEUE, narrowed={"unit": SIBLING}) == []


def test_the_stages_to_choose_from_are_those_of_the_officers_roles(stage: Transaction) -> None:
    definitions.deploy_files(stage, definitions.read_deployment_folder(ROOT), by=SYSTEM, message="", now=NOW)
    content = definitions.load_active_deployment(stage)
    own = {"answer_commune": "Trả lời văn bản đôn đốc", "resolve": "Giải quyết", "verify": "Xác minh"}
    own["acknowledge_letter"] = "Xác nhận tiếp nhận hướng dẫn"
    assert inbox.list_stages(content, OFFICER) == own
    assert len(inbox.list_stages(content, Officer(ME, frozenset({(COMMUNE, HEAD)})))) > 15
    assert "feedback" in inbox.list_stages(content, Officer(ME, frozenset({(COMMUNE, "operator")})))


def test_numbers_agree_with_lists_and_stop_at_a_thousand(stage: Transaction, monkeypatch: pytest.MonkeyPatch) -> None:
    for due in (-1.0, 2.0, 99.0):
        task(stage, due=due)
        task(stage, due=due, assignee=ME)
    wanted = {view: InboxFilter(view) for view in VIEWS}
    counted = inbox.count_by_list(stage, OFFICER, wanted, NOW)
    assert counted == {view: len(ids(stage, view)) for view in VIEWS}
    monkeypatch.setattr(inbox, "MOST_COUNTED", 2)
    assert inbox.count_by_list(stage, OFFICER, wanted, NOW)[QUEUE] == 2


def test_one_statement_reads_a_list_and_one_all_numbers(engine_db: Engine) -> None:
    seen: list[str] = []
    event.listen(engine_db, "before_cursor_execute", lambda *call: seen.append(call[2]))
    with transaction(engine_db) as tx:
        inbox.list_tasks(tx, OFFICER, InboxFilter(SOON), NOW)
        inbox.count_by_list(tx, OFFICER, {view: InboxFilter(view) for view in VIEWS}, NOW)
    assert len(seen) == 2


@pytest.mark.parametrize("most", [1, 1000])
def test_words_find_the_same_whether_few_or_many_reports_hold_them(
    stage: Transaction, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(inbox, "MOST_LOOKED_UP", most)
    tasks = [task(stage), task(stage), task(stage)]
    for number, told in zip(tasks, ("den duong hong", "duong ngap", "benh vien"), strict=True):
        report = select(Instance.report_id).join(Task, Task.instance_id == Instance.id).where(Task.id == number)
        stage.write().execute(update(Report).where(Report.id == report.scalar_subquery()).values(folded=told))
    assert ids(stage, QUEUE, narrowed={"text": "Đường"}) == tasks[:2]
    assert ids(stage, QUEUE, narrowed={"text": "hỏng đèn"}) == tasks[:1]
    assert ids(stage, QUEUE, narrowed={"text": "ường"}) == []


def test_an_unknown_view_is_refused() -> None:
    with pytest.raises(BadInput):
        InboxFilter("everything")
