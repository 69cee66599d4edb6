"""Open cases go on by the diagram of another deployment: tried first, then done, undone while nobody has touched them.

Called by commands and the studio. Every case moves in a transaction of its own, so that an interrupted migration goes
on where it stopped: what has moved is not on the list any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Select, delete, func, insert, select

from engine.actor import Who
from engine.bpmn import explain
from engine.bpmn.actions import GONE, OTHER_CALL, OTHER_KIND, Migrate, Obstacle, Return
from engine.errors import BadInput, EngineError, Immovable, Stale
from engine.process import definitions, instances
from engine.process.acts import Act
from engine.process.definitions import Definition
from engine.process.instances import ACTIVE, Prepared
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import Deployment, Instance, InstanceMove, ProcessDefinition, Report
from engine.world.world import World
from forms.messages import Language

PAGE = 200
KINDS = (CLEAN, MAPPED, IMMOVABLE) = ("clean", "mapped", "immovable")
Tick = Callable[[int], None]

_instance, _move = table_of(Instance), table_of(InstanceMove)
_definition, _deployment, _report = table_of(ProcessDefinition), table_of(Deployment), table_of(Report)


@dataclass(frozen=True, slots=True)
class Plan:
    """Where cases shall go: the definition, and new ids of elements by their old ones."""

    target: Definition
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mover:
    """Who lets cases go on elsewhere, when, in which province."""

    who: Who
    now: datetime
    world: World


@dataclass(frozen=True, slots=True)
class Verdict:
    """What would become of one case: it moves, moves with the names given, or cannot, and why not.

    `failure` is said by the process itself where no obstacle explains it.
    """

    case: int
    code: str
    number: int
    kind: str
    obstacles: tuple[Obstacle, ...] = ()
    failure: str = ""


@dataclass(slots=True)
class Migrated:
    """How many cases moved, how many could not, and how many had been changed too often meanwhile."""

    moved: int = 0
    immovable: int = 0
    busy: int = 0


def plan(tx: Transaction, key: str, number: int | None = None, names: Mapping[str, str] | None = None) -> Plan:
    """The way to the process `key` of a deployment, of the newest when `number` is None.

    Raises NotFound, and BadInput when a name is of no element there.
    """
    target = definitions.find(tx, key, number)
    process = definitions.content(tx, target.digest).process(key)
    known = {name for spec in (process.spec, *process.subs.values()) for name in spec.task_specs} | process.subs.keys()
    for old, new in (names or {}).items():
        if new not in known:
            raise BadInput(f"{old!r} cannot become {new!r}: deployment {target.number} has no such element.")
    return Plan(target, dict(names or {}))


def waiting(tx: Transaction, plan: Plan) -> int:
    """How many open cases of the process go on by another deployment."""
    return int(tx.read.execute(_elsewhere(plan).with_only_columns(func.count())).scalar_one())


def tried(tx: Transaction, plan: Plan, mover: Mover) -> Iterator[Verdict]:
    """What would become of every open case of another deployment, by its id. Nothing is written."""
    for row in _pages(tx, plan):
        yield _verdict(tx, row, plan, mover)


def _verdict(tx: Transaction, row: Any, plan: Plan, mover: Mover) -> Verdict:
    try:
        _prepare(tx, row.id, plan, mover)
    except Immovable as error:
        return Verdict(row.id, row.code or "", row.number, IMMOVABLE, error.obstacles)
    except EngineError as error:
        return Verdict(row.id, row.code or "", row.number, IMMOVABLE, failure=str(error))
    return Verdict(row.id, row.code or "", row.number, MAPPED if _needs_names(tx, row.id, plan, mover) else CLEAN)


def _needs_names(tx: Transaction, case: int, plan: Plan, mover: Mover) -> bool:
    """Whether a case moves only because the analyst names its elements."""
    if not plan.names:
        return False
    try:
        _prepare(tx, case, Plan(plan.target), mover)
    except Immovable:
        return True
    return False


_SENTENCES: Mapping[Language, Mapping[str, str]] = {
    "vi": {
        GONE: "“{name}” đang có việc dở nhưng không còn trong quy trình mới; chọn bước thay cho nó.",
        OTHER_KIND: "“{name}” đang có việc dở nhưng là một loại phần tử khác trong quy trình mới.",
        OTHER_CALL: "“{name}” đang chạy dở một quy trình con khác với quy trình con của bản mới.",
    },
    "en": {
        GONE: "“{name}” is at work but is not in the new process any more; name the step that takes its place.",
        OTHER_KIND: "“{name}” is at work but is another kind of element in the new process.",
        OTHER_CALL: "“{name}” runs another called process than the one of the new version.",
    },
}


def names_in(tx: Transaction, key: str, number: int) -> dict[str, str]:
    """The names of a process's elements by id, as a deployment draws them; those it calls included."""
    found = definitions.find(tx, key, number)
    return dict(explain.names(definitions.content(tx, found.digest).process(key)))


def sentence(obstacle: Obstacle, names: Mapping[str, str], language: Language) -> str:
    """An obstacle in words; `names` are those of the old diagram's elements by id."""
    name = names.get(obstacle.element, obstacle.element)
    return _SENTENCES[language][obstacle.why].format(name=name)


def migrate(engine: Engine, plan: Plan, mover: Mover, tick: Tick | None = None) -> Migrated:
    """Move every open case that can; `tick` gets the number of cases looked at."""
    done, last = Migrated(), 0
    while ids := _next(engine, plan, last):
        for case in ids:
            _one(engine, case, plan, mover, done)
            if tick is not None:
                tick(done.moved + done.immovable + done.busy)
        last = ids[-1]
    return done


def _one(engine: Engine, case: int, plan: Plan, mover: Mover, done: Migrated) -> None:
    for _ in range(instances.TRIES):
        try:
            with transaction(engine) as tx:
                if _write(tx, _prepare(tx, case, plan, mover)):
                    done.moved += 1
                    return
        except Stale:
            return  # It has ended meanwhile.
        except EngineError:
            done.immovable += 1
            return
    done.busy += 1


def _prepare(tx: Transaction, case: int, plan: Plan, mover: Mover) -> Prepared:
    found = instances.read(tx, case)
    old = definitions.content(tx, found.digest).process(found.key)
    act = Act(Migrate(old, plan.names), mover.who, mover.now, detail={"deployment": plan.target.number})
    return instances.prepare_migration(tx, found, act, plan.target, mover.world)


def _write(tx: Transaction, prepared: Prepared) -> bool:
    """Write a migration and the way back; False when somebody else has moved the case."""
    found = prepared.found
    came_from = tx.read.execute(select(_instance.c.definition_id).where(_instance.c.id == found.id)).scalar_one()
    if not instances.write(tx, prepared):
        return False
    tx.write().execute(delete(_move).where(_move.c.instance_id == found.id))
    row = {
        "instance_id": found.id,
        "definition_id": came_from,
        "state": found.state,
        "version": found.version + 1,
        "at": prepared.act.now,
        "by": prepared.act.who.actor,
    }
    tx.write().execute(insert(_move), row)
    return True


def undo(engine: Engine, number: int, mover: Mover) -> Migrated:
    """Let the cases that were migrated to a deployment, and not touched since, go back to the very state they left."""
    with transaction(engine) as tx:
        ids = tx.read.execute(_untouched(number).order_by(_move.c.instance_id)).scalars().all()
    done = Migrated()
    for case in ids:
        with transaction(engine) as tx:
            if _back(tx, case, mover):
                done.moved += 1
            else:
                done.busy += 1
    return done


def undoable(tx: Transaction, number: int) -> int:
    """How many cases that were migrated to a deployment have not been touched since."""
    return int(tx.read.execute(_untouched(number).with_only_columns(func.count())).scalar_one())


def _back(tx: Transaction, case: int, mover: Mover) -> bool:
    found = instances.read(tx, case)
    move = tx.read.execute(select(_move).where(_move.c.instance_id == case)).one()
    if move.version != found.version:
        return False
    target = definitions.by_id(tx, move.definition_id)
    here = definitions.content(tx, found.digest).process(found.key)
    act = Act(Return(here, move.state), mover.who, mover.now, detail={"deployment": target.number})
    if not instances.write(tx, instances.prepare_migration(tx, found, act, target, mover.world)):
        return False
    tx.write().execute(delete(_move).where(_move.c.instance_id == case))
    return True


def _untouched(number: int) -> Select[Any]:
    return (
        select(_move.c.instance_id)
        .join(_instance, (_instance.c.id == _move.c.instance_id) & (_instance.c.version == _move.c.version))
        .join(_definition, _definition.c.id == _instance.c.definition_id)
        .join(_deployment, _deployment.c.id == _definition.c.deployment_id)
        .where(_deployment.c.number == number, _instance.c.status == ACTIVE)
    )


def _elsewhere(plan: Plan) -> Select[Any]:
    """The open cases of the process that go on by another deployment."""
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


def _pages(tx: Transaction, plan: Plan) -> Iterator[Any]:
    last = 0
    ordered = _elsewhere(plan).order_by(_instance.c.id).limit(PAGE)
    while rows := tx.read.execute(ordered.where(_instance.c.id > last)).all():
        yield from rows
        last = rows[-1].id


def _next(engine: Engine, plan: Plan, after: int) -> Sequence[int]:
    ordered = _elsewhere(plan).where(_instance.c.id > after).order_by(_instance.c.id).limit(PAGE)
    with transaction(engine) as tx:
        return tx.read.execute(ordered).scalars().all()
