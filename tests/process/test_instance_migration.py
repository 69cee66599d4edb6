"""Open cases move to another deployment: tried, done, gone on with, undone; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import PurePosixPath

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, insert, select, update

from engine.actor import SYSTEM
from engine.bpmn.actions import GONE, Fire, MigrationBlocker, Start
from engine.cases import tasks
from engine.errors import BadInput, Stale
from engine.process import definitions, instance_migration, instances
from engine.process.acts import Command
from engine.process.instance_migration import (
    CLEAN,
    MAPPED,
    NOT_MIGRATABLE,
    MigrationPlan,
    MigrationTotals,
    MigrationVerdict,
    Migrator,
)
from engine.store.db import Transaction, transaction
from engine.store.models import History, Instance, InstanceMove, Person, ProcessDefinition, Task, Timer
from engine.store.models import Unit as UnitRow
from tests.kit import hotline
from tests.kit.hotline import DATA, FILES, HANDLE, NOW, PLACE, UNITS, WHO, WORLD
from tests.kit.record import differences
from web.cli import main

COMMUNE = (PLACE, "commune")
MOVER = Migrator(WHO, NOW + timedelta(minutes=5), WORLD)
DIAGRAM = PurePosixPath("workflows/handle.bpmn")
RENAMED = HANDLE.replace(b'"verify"', b'"examine"')
LONGER = HANDLE.replace(b'hours" type="any" value="16', b'hours" type="any" value="24')


def deploy(tx: Transaction, diagram: bytes) -> int:
    return definitions.deploy_files(tx, {**FILES, DIAGRAM: diagram}, by=SYSTEM, message="", now=NOW).number


def begin(tx: Transaction, number: int) -> list[int]:
    definition = definitions.find_by_key(tx, "handle", 1)
    return [instances.start_instance(tx, definition, Command(Start(DATA), WHO, NOW), WORLD)[0] for _ in range(number)]


@pytest.fixture
def cases(engine_db: Engine) -> list[int]:
    """Three cases on the first deployment; the second one has another name for the task they wait at."""
    with transaction(engine_db) as tx:
        hotline.deployed(tx)
        found = begin(tx, 3)
        deploy(tx, RENAMED)
    return found


def plan(engine: Engine, names: dict[str, str] | None = None, number: int | None = None) -> MigrationPlan:
    with transaction(engine) as tx:
        return instance_migration.plan_migration(tx, "handle", number, names)


def verdicts(engine: Engine, plan: MigrationPlan) -> list[tuple[int, str, tuple[MigrationBlocker, ...]]]:
    with transaction(engine) as tx:
        return [
            (found.case, found.kind, found.blockers) for found in instance_migration.preview_migration(tx, plan, MOVER)
        ]


def stand(engine: Engine) -> tuple[list[object], ...]:
    """Where cases, tasks and timers stand."""
    with transaction(engine) as tx:
        number = select(Instance.id, Instance.definition_id, Instance.state).order_by(Instance.id)
        task = select(Task.id, Task.node, Task.form, Task.state, Task.unit_code).order_by(Task.id)
        timer = select(Timer.instance_id, Timer.engine_id, Timer.node, Timer.due).order_by(
            Timer.instance_id, Timer.engine_id
        )
        return tuple([tuple(row) for row in tx.read.execute(wanted)] for wanted in (number, task, timer))


def test_a_trial_says_what_would_become_of_each_case_and_changes_nothing(engine_db: Engine, cases: list[int]) -> None:
    before = stand(engine_db)
    assert verdicts(engine_db, plan(engine_db)) == [
        (case, NOT_MIGRATABLE, (MigrationBlocker(GONE, "verify"),)) for case in cases
    ]
    named = plan(engine_db, {"verify": "examine"})
    assert verdicts(engine_db, named) == [(case, MAPPED, ()) for case in cases]
    with transaction(engine_db) as tx:
        deploy(tx, LONGER)
        assert instance_migration.count_unmigrated(tx, named) == 3
    assert verdicts(engine_db, plan(engine_db)) == [(case, CLEAN, ()) for case in cases]
    assert stand(engine_db) == before


def test_cases_move_with_their_tasks_and_timers_and_the_history_says_so(engine_db: Engine, cases: list[int]) -> None:
    _instances, _tasks, timers = stand(engine_db)
    ticks: list[int] = []
    done = instance_migration.migrate_instances(engine_db, plan(engine_db, {"verify": "examine"}), MOVER, ticks.append)
    assert done == MigrationTotals(moved=3)
    assert ticks == [1, 2, 3]
    found, tasks_now, timers_now = stand(engine_db)
    assert {row[1] for row in found} == {2}  # type: ignore[index]
    assert {row[1] for row in tasks_now} == {"examine"}  # type: ignore[index]
    assert timers_now == timers
    with transaction(engine_db) as tx:
        last = tx.read.execute(select(History).where(History.action == "migrate")).all()
        assert len(last) == 3
        assert differences(tx) == []


def test_a_case_that_moved_is_completed_by_the_new_diagram(engine_db: Engine, cases: list[int]) -> None:
    instance_migration.migrate_instances(engine_db, plan(engine_db, {"verify": "examine"}), MOVER)
    with transaction(engine_db) as tx:
        desk = hotline.desk(tx, COMMUNE)
    for node in ("examine", "resolve"):
        with transaction(engine_db) as tx:
            row = tx.read.execute(select(Task).where(Task.state == "open", Task.instance_id == cases[0])).one()
            assert row.node == node
            tasks.complete(tx, desk, row.id, row.version, {"note": "x"})
    with transaction(engine_db) as tx:
        assert tx.read.execute(select(Instance.status).where(Instance.id == cases[0])).scalar_one() == "finished"
    assert [found[0] for found in verdicts(engine_db, plan(engine_db, number=1))] == cases[1:]


def test_what_cannot_move_stays_and_the_rest_moves(engine_db: Engine, cases: list[int]) -> None:
    with transaction(engine_db) as tx:
        desk = hotline.desk(tx, COMMUNE)
        row = tx.read.execute(select(Task).where(Task.instance_id == cases[1])).one()
        tasks.complete(tx, desk, row.id, row.version, {"note": "x", "outcome": "correct"})
    assert instance_migration.migrate_instances(engine_db, plan(engine_db), MOVER) == MigrationTotals(
        moved=1, immovable=2
    )
    with transaction(engine_db) as tx:
        assert instance_migration.count_unmigrated(tx, plan(engine_db)) == 2
    assert instance_migration.migrate_instances(
        engine_db, plan(engine_db, {"verify": "examine"}), MOVER
    ) == MigrationTotals(moved=2)


def test_cases_go_back_to_the_very_state_they_left_unless_somebody_touched_them(
    engine_db: Engine, cases: list[int]
) -> None:
    before = stand(engine_db)
    instance_migration.migrate_instances(engine_db, plan(engine_db, {"verify": "examine"}), MOVER)
    with transaction(engine_db) as tx:
        timer = tx.read.execute(select(Timer).where(Timer.instance_id == cases[2], Timer.node == "half_time")).one()
        instances.take_step(tx, cases[2], Command(Fire((timer.engine_id,)), WHO, timer.due), WORLD)
    with transaction(engine_db) as tx:
        assert instance_migration.count_revertible(tx, 2) == 2
    assert instance_migration.revert_instances(engine_db, 2, MOVER) == MigrationTotals(moved=2)
    after = stand(engine_db)
    assert after[0][:2] == before[0][:2]
    assert after[1][:2] == before[1][:2]
    with transaction(engine_db) as tx:
        assert differences(tx) == []
        assert tx.read.execute(select(InstanceMove.instance_id)).scalars().all() == [cases[2]]
        assert instance_migration.count_revertible(tx, 2) == 0


def test_a_task_that_goes_to_another_role_is_held_by_nobody(engine_db: Engine, cases: list[int]) -> None:
    del cases
    with transaction(engine_db) as tx:
        deploy(tx, HANDLE.replace(b'value="commune"', b'value="provincial_office"'))
        tx.write().execute(insert(Person), {"id": 1, "login": "an", "name": "An", "active": True})
        tx.write().execute(update(Task).values(assignee_id=1))
    instance_migration.migrate_instances(engine_db, plan(engine_db), MOVER)
    with transaction(engine_db) as tx:
        found = tx.read.execute(select(Task.role, Task.unit_code, Task.assignee_id)).all()
    assert {tuple(row) for row in found} == {("provincial_office", "75.VP", None)}


def test_an_officer_who_is_faster_does_not_spoil_a_migration(engine_db: Engine, cases: list[int]) -> None:
    mover = replace(MOVER)
    found = instances.load_instance
    fired: list[int] = []

    def slow(tx: Transaction, case: int) -> instances.InstanceSnapshot:
        seen = found(tx, case)
        if not fired:
            fired.append(case)
            with transaction(engine_db) as other:
                timer = other.read.execute(
                    select(Timer).where(Timer.instance_id == case, Timer.node == "half_time")
                ).one()
                instances.take_step(other, case, Command(Fire((timer.engine_id,)), WHO, timer.due), WORLD, seen)
        return seen

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(instances, "load_instance", slow)
        assert instance_migration.migrate_instances(
            engine_db, plan(engine_db, {"verify": "examine"}), mover
        ) == MigrationTotals(moved=3)
    with transaction(engine_db) as tx:
        left = tx.read.execute(select(Timer.node).where(Timer.instance_id == fired[0])).scalars().all()
    assert left == ["too_late"]


def test_why_a_case_cannot_move_is_said_by_its_obstacles_or_by_the_process() -> None:
    gone = MigrationVerdict(1, "", 1, NOT_MIGRATABLE, (MigrationBlocker(GONE, "verify"),))
    failed = MigrationVerdict(1, "", 1, NOT_MIGRATABLE, failure=Stale("case-finished"))
    names = {"verify": "Xác minh"}
    assert instance_migration.verdict_sentences(gone, names, "vi") == [
        "“Xác minh” đang có việc dở nhưng không còn trong quy trình mới; chọn bước thay cho nó."
    ]
    assert instance_migration.verdict_sentences(failed, names, "vi") == ["Hồ sơ đã kết thúc."]
    assert instance_migration.verdict_sentences(failed, names, "en") == ["The case is finished."]


def test_a_name_of_no_element_is_refused(engine_db: Engine, cases: list[int]) -> None:
    del cases
    with pytest.raises(BadInput, match="no such element"):
        plan(engine_db, {"verify": "nowhere"})


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_commands_try_move_and_return(engine_db: Engine, database: str, cases: list[int]) -> None:
    with transaction(engine_db) as tx:
        rows = [{"code": u.code, "name": u.name, "kind": u.kind, "parent_code": u.parent} for u in UNITS]
        tx.write().execute(insert(UnitRow), rows)
    environment = {"TONGDAI_DATABASE": database, "TONGDAI_LANGUAGE": "en", "COLUMNS": "200"}

    def run(*words: str) -> str:
        result = CliRunner().invoke(main, ["cases", *words], env=environment)
        assert result.exit_code == 0, result.output
        return result.output

    assert "“verify” is in progress but is no longer in the new process" in run(
        "move", "--process", "handle", "--dry-run"
    )
    moved = run("move", "--process", "handle", "--name", "verify=examine")
    assert f"Moved to deployment 2: {len(cases)}; cannot: 0" in moved
    assert "Went back: 3" in run("return", "--from", "2")
    with transaction(engine_db) as tx:
        wanted = select(ProcessDefinition.deployment_id).join(Instance, Instance.definition_id == ProcessDefinition.id)
        assert set(tx.read.execute(wanted).scalars()) == {1}
    wrong = CliRunner().invoke(main, ["cases", "move", "--process", "handle", "--name", "verify"], env=environment)
    assert wrong.exit_code == 1
    assert "OLD=NEW" in wrong.output
