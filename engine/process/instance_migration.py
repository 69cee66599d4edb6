"""Migrates open cases to another deployment: previewed first, then done, reversible while a case is untouched.

Every case migrates in its own transaction, so an interrupted migration resumes where it stopped: migrated cases are no
longer listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Select, delete, func, insert, select

from engine.actor import Actor
from engine.bpmn import explain
from engine.bpmn.actions import GONE, OTHER_CALL, OTHER_KIND, Migrate, MigrationBlocker, RevertMigration
from engine.errors import BadInput, EngineError, NotMigratable, Stale
from engine.process import definitions, instances
from engine.process.act_detail import ActDetail
from engine.process.acts import Command
from engine.process.definitions import DefinitionRef
from engine.process.instances import ACTIVE, PreparedStep
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import Deployment, Instance, InstanceMove, ProcessDefinition, Report
from engine.translation.catalogue import N_, Language, translate
from engine.translation.wording import say
from engine.world.world import World

PAGE = 200
VERDICT_KINDS = (CLEAN, MAPPED, NOT_MIGRATABLE) = ("clean", "mapped", "immovable")
ProgressCallback = Callable[[int], None]

_instance, _move = table_of(Instance), table_of(InstanceMove)
_definition, _deployment, _report = table_of(ProcessDefinition), table_of(Deployment), table_of(Report)


@dataclass(frozen=True, slots=True)
class MigrationPlan:
    """The target of a migration: the definition, and new element ids by old ones."""

    target: DefinitionRef
    element_map: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Migrator:
    """Who migrates cases, when, and in which province."""

    who: Actor
    now: datetime
    world: World


@dataclass(frozen=True, slots=True)
class MigrationVerdict:
    """What would happen to one case: it migrates, migrates with the given element map, or cannot, and why not.

    `failure` is the process's own error when no blocker explains it.
    """

    case: int
    code: str
    number: int
    kind: str
    blockers: tuple[MigrationBlocker, ...] = ()
    failure: EngineError | None = None


@dataclass(slots=True)
class MigrationTotals:
    """How many cases migrated, how many could not, and how many changed too often in the meantime."""

    moved: int = 0
    immovable: int = 0
    busy: int = 0


def plan_migration(
    tx: Transaction, key: str, number: int | None = None, element_map: Mapping[str, str] | None = None
) -> MigrationPlan:
    """A plan for migrating to the process `key` of deployment `number`, the last activated one when None.

    Raises NotFound, and BadInput when the map names an element that does not exist there.
    """
    target = definitions.find_by_key(tx, key, number)
    process = definitions.load_deployment(tx, target.digest).get_process(key)
    known_elements = {
        name for spec in (process.spec, *process.subprocess_specs.values()) for name in spec.task_specs
    } | process.subprocess_specs.keys()
    for old, new in (element_map or {}).items():
        if new not in known_elements:
            raise BadInput("migration-element-unknown", old=old, new=new, number=str(target.number))
    return MigrationPlan(target, dict(element_map or {}))


def count_unmigrated(tx: Transaction, plan: MigrationPlan) -> int:
    """How many open cases of the process run on another deployment."""
    return int(tx.read.execute(_unmigrated_cases(plan).with_only_columns(func.count())).scalar_one())


def preview_migration(tx: Transaction, plan: MigrationPlan, migrator: Migrator) -> Iterator[MigrationVerdict]:
    """What would happen to each open case of another deployment, ordered by id. Writes nothing."""
    for row in _iterate_cases(tx, plan):
        yield _preview_case(tx, row, plan, migrator)


def _preview_case(tx: Transaction, row: Any, plan: MigrationPlan, migrator: Migrator) -> MigrationVerdict:
    try:
        _prepare_case(tx, row.id, plan, migrator)
    except NotMigratable as error:
        return MigrationVerdict(row.id, row.code or "", row.number, NOT_MIGRATABLE, error.blockers)
    except EngineError as error:
        return MigrationVerdict(row.id, row.code or "", row.number, NOT_MIGRATABLE, failure=error)
    return MigrationVerdict(
        row.id, row.code or "", row.number, MAPPED if _needs_element_map(tx, row.id, plan, migrator) else CLEAN
    )


def _needs_element_map(tx: Transaction, instance_id: int, plan: MigrationPlan, migrator: Migrator) -> bool:
    """Whether a case can migrate only with the analyst's element map."""
    if not plan.element_map:
        return False
    try:
        _prepare_case(tx, instance_id, MigrationPlan(plan.target), migrator)
    except NotMigratable:
        return True
    return False


_BLOCKER_SENTENCES: Mapping[str, str] = {
    GONE: N_("“{name}” đang có việc dở nhưng không còn trong quy trình mới; chọn bước thay cho nó."),
    OTHER_KIND: N_("“{name}” đang có việc dở nhưng là một loại phần tử khác trong quy trình mới."),
    OTHER_CALL: N_("“{name}” đang chạy dở một quy trình con khác với quy trình con của bản mới."),
}


def load_element_names(tx: Transaction, key: str, number: int, language: Language) -> dict[str, str]:
    """The names of a process's elements by id in a deployment, including those of the processes it calls."""
    definition = definitions.find_by_key(tx, key, number)
    return dict(explain.names_by_element(definitions.load_deployment(tx, definition.digest).get_process(key), language))


def describe_blocker(blocker: MigrationBlocker, element_names: Mapping[str, str], language: Language) -> str:
    """A blocker as a sentence; `element_names` are the old diagram's by id."""
    name = element_names.get(blocker.element, blocker.element)
    return translate(_BLOCKER_SENTENCES[blocker.reason], language).format(name=name)


def verdict_sentences(verdict: MigrationVerdict, element_names: Mapping[str, str], language: Language) -> list[str]:
    """Why a case cannot migrate: its blockers as sentences, or else the process's own error; empty if it can."""
    if verdict.failure is not None:
        return [say(verdict.failure, language)]
    return [describe_blocker(blocker, element_names, language) for blocker in verdict.blockers]


def migrate_instances(
    engine: Engine, plan: MigrationPlan, migrator: Migrator, tick: ProgressCallback | None = None
) -> MigrationTotals:
    """Migrate every open case that can; `tick` receives the number of cases processed so far."""
    totals, last = MigrationTotals(), 0
    while ids := _next_case_ids(engine, plan, last):
        for instance_id in ids:
            _migrate_case(engine, instance_id, plan, migrator, totals)
            if tick is not None:
                tick(totals.moved + totals.immovable + totals.busy)
        last = ids[-1]
    return totals


def _migrate_case(
    engine: Engine, instance_id: int, plan: MigrationPlan, migrator: Migrator, totals: MigrationTotals
) -> None:
    for _ in range(instances.MAX_TRIES):
        try:
            with transaction(engine) as tx:
                if _write_migration(tx, _prepare_case(tx, instance_id, plan, migrator)):
                    totals.moved += 1
                    return
        except Stale:
            return  # It has ended in the meantime.
        except EngineError:
            totals.immovable += 1
            return
    totals.busy += 1


def _prepare_case(tx: Transaction, instance_id: int, plan: MigrationPlan, migrator: Migrator) -> PreparedStep:
    instance = instances.load_instance(tx, instance_id)
    old = definitions.load_deployment(tx, instance.digest).get_process(instance.key)
    command = Command(
        Migrate(old, plan.element_map), migrator.who, migrator.now, detail=ActDetail(deployment=plan.target.number)
    )
    return instances.prepare_migration(tx, instance, command, plan.target, migrator.world)


def _write_migration(tx: Transaction, prepared: PreparedStep) -> bool:
    """Write a migration and what reverts it; False when the case has changed in the meantime."""
    instance = prepared.instance
    previous_definition = tx.read.execute(
        select(_instance.c.definition_id).where(_instance.c.id == instance.id)
    ).scalar_one()
    if not instances.write_step(tx, prepared):
        return False
    tx.write().execute(delete(_move).where(_move.c.instance_id == instance.id))
    row = {
        "instance_id": instance.id,
        "definition_id": previous_definition,
        "state": instance.state,
        "version": instance.version + 1,
        "at": prepared.command.now,
        "by": prepared.command.who.actor,
    }
    tx.write().execute(insert(_move), row)
    return True


def revert_instances(
    engine: Engine, number: int, migrator: Migrator, tick: ProgressCallback | None = None
) -> MigrationTotals:
    """Return the cases migrated to a deployment, and untouched since, to exactly the state they left."""
    with transaction(engine) as tx:
        ids = tx.read.execute(_revertible_cases(number).order_by(_move.c.instance_id)).scalars().all()
    totals = MigrationTotals()
    for instance_id in ids:
        with transaction(engine) as tx:
            if _revert_case(tx, instance_id, migrator):
                totals.moved += 1
            else:
                totals.busy += 1
        if tick is not None:
            tick(totals.moved + totals.busy)
    return totals


def count_revertible(tx: Transaction, number: int) -> int:
    """How many cases migrated to a deployment are untouched since."""
    return int(tx.read.execute(_revertible_cases(number).with_only_columns(func.count())).scalar_one())


def _revert_case(tx: Transaction, instance_id: int, migrator: Migrator) -> bool:
    instance = instances.load_instance(tx, instance_id)
    move = tx.read.execute(select(_move).where(_move.c.instance_id == instance_id)).one()
    if move.version != instance.version:
        return False
    target = definitions.load_definition(tx, move.definition_id)
    process = definitions.load_deployment(tx, instance.digest).get_process(instance.key)
    command = Command(
        RevertMigration(process, move.state), migrator.who, migrator.now, detail=ActDetail(deployment=target.number)
    )
    if not instances.write_step(tx, instances.prepare_migration(tx, instance, command, target, migrator.world)):
        return False
    tx.write().execute(delete(_move).where(_move.c.instance_id == instance_id))
    return True


def _revertible_cases(number: int) -> Select[Any]:
    return (
        select(_move.c.instance_id)
        .join(_instance, (_instance.c.id == _move.c.instance_id) & (_instance.c.version == _move.c.version))
        .join(_definition, _definition.c.id == _instance.c.definition_id)
        .join(_deployment, _deployment.c.id == _definition.c.deployment_id)
        .where(_deployment.c.number == number, _instance.c.status == ACTIVE)
    )


def _unmigrated_cases(plan: MigrationPlan) -> Select[Any]:
    """The open cases of the process that run on another deployment."""
    return (
        select(_instance.c.id, _report.c.code, _deployment.c.number)
        .join(_definition, _definition.c.id == _instance.c.definition_id)
        .join(_deployment, _deployment.c.id == _definition.c.deployment_id)
        .outerjoin(_report, _report.c.id == _instance.c.report_id)
        .where(
            _definition.c.key == plan.target.key,
            _instance.c.definition_id != plan.target.id,
            _instance.c.status == ACTIVE,
        )
    )


def _iterate_cases(tx: Transaction, plan: MigrationPlan) -> Iterator[Any]:
    last = 0
    ordered = _unmigrated_cases(plan).order_by(_instance.c.id).limit(PAGE)
    while rows := tx.read.execute(ordered.where(_instance.c.id > last)).all():
        yield from rows
        last = rows[-1].id


def _next_case_ids(engine: Engine, plan: MigrationPlan, after: int) -> Sequence[int]:
    ordered = _unmigrated_cases(plan).where(_instance.c.id > after).order_by(_instance.c.id).limit(PAGE)
    with transaction(engine) as tx:
        return tx.read.execute(ordered).scalars().all()
