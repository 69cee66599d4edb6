"""Measures the backlog per diagram element: cases waiting now, wait times of completed tasks, and the share overdue.

Read from the task and timer rows, which outlive the versions of a diagram. Elements are identified by id: one whose id
also occurs in a called diagram is counted for both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Integer, Label, Select, and_, case, func, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from engine.errors import BadInput
from engine.process import definitions
from engine.process.instances import DONE, OPEN
from engine.province import units
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Instance, ProcessDefinition, Report, Task, Timer
from engine.world.unit_tree import UnitTree

_task, _timer, _instance, _report = table_of(Task), table_of(Timer), table_of(Instance), table_of(Report)


@dataclass(slots=True)
class NodeHeat:
    """One element: how many cases wait there now, how many of them are overdue, and the tasks completed in the period.

    Waits run from a task's opening to its completion, in whole minutes, by nearest rank: at least half, or nine tenths,
    took no longer. They and the share completed after the deadline are None if no task was completed.
    """

    now: int = 0
    done: int = 0
    median_wait: timedelta | None = None
    p90_wait: timedelta | None = None
    overdue_share: float | None = None
    overdue_now: int = 0


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """A half-open period: `start` is included, `end` is not."""

    start: datetime
    end: datetime


def measure_elements(
    tx: Transaction, key: str, period: TimeWindow, unit: str | None, now: datetime
) -> dict[str, NodeHeat]:
    """The heat of a process's elements across all versions, by id; elements without activity are omitted.

    A process called by others includes their cases. With `unit`, only the work of that unit and the units below it
    counts; a timer counts for a unit that has an open task of the case or is its place. Raises NotFound for an unknown
    unit or if there is no deployment, BadInput for a period that ends before it begins.
    """
    if period.end < period.start:
        raise BadInput("heat-period-reversed")
    unit_codes = None if unit is None else set(_unit_subtree(units.load_unit_tree(tx.read), unit))
    of_process = _instance.c.definition_id.in_(_definition_ids(tx, key))
    nodes: dict[str, NodeHeat] = defaultdict(NodeHeat)
    for row in tx.read.execute(_select_open_tasks(of_process, unit_codes, now)):
        nodes[row.node].now, nodes[row.node].overdue_now = row.number, row.late
    for row in tx.read.execute(_select_waiting_timers(of_process, unit_codes)):
        nodes[row.node].now += row.number
    for node_id, rows in groupby(
        tx.read.execute(_select_completed_tasks(of_process, unit_codes, period)), key=lambda row: row.node
    ):
        _add_completed(nodes[node_id], list(rows))
    return dict(nodes)


def _add_completed(node: NodeHeat, rows: Sequence[Any]) -> None:
    """Add the completed tasks of one element, given by ascending wait."""
    node.done = sum(row.number for row in rows)
    node.overdue_share = sum(row.late for row in rows) / node.done
    node.median_wait, node.p90_wait = _wait_quantile(rows, (1, 2)), _wait_quantile(rows, (9, 10))


def _unit_subtree(tree: UnitTree, code: str) -> Iterator[str]:
    """A unit and all units below it, including closed ones: their past work still counts."""
    yield tree.get(code).code
    for child in tree.children(code):
        yield from _unit_subtree(tree, child.code)


def _definition_ids(tx: Transaction, key: str) -> list[int]:
    """All versions of the process and of the processes that call it in the active deployment."""
    processes = definitions.load_active_deployment(tx).processes.values()
    keys = {key, *(process.key for process in processes if key in process.subprocess_specs)}
    return list(tx.read.execute(select(ProcessDefinition.id).where(ProcessDefinition.key.in_(keys))).scalars())


def _unit_conditions(unit_codes: Collection[str] | None) -> list[ColumnElement[bool]]:
    return [] if unit_codes is None else [_task.c.unit_code.in_(sorted(unit_codes))]


def _late_count(condition: ColumnElement[bool]) -> Label[Any]:
    return func.sum(case((condition, 1), else_=0)).label("late")


def _select_open_tasks(
    of_process: ColumnElement[bool], unit_codes: Collection[str] | None, now: datetime
) -> Select[Any]:
    """Open and overdue tasks per element."""
    counts = select(_task.c.node, func.count().label("number"), _late_count(_task.c.due_at <= now))
    counts = counts.join(_instance, _instance.c.id == _task.c.instance_id)
    return counts.where(_task.c.state == OPEN, of_process, *_unit_conditions(unit_codes)).group_by(_task.c.node)


def _select_waiting_timers(of_process: ColumnElement[bool], unit_codes: Collection[str] | None) -> Select[Any]:
    """Waiting timers per element."""
    counts = select(_timer.c.node, func.count().label("number"))
    counts = counts.join(_instance, _instance.c.id == _timer.c.instance_id).where(of_process)
    if unit_codes is not None:
        busy_instances = select(_task.c.instance_id).where(_task.c.state == OPEN, *_unit_conditions(unit_codes))
        counts = counts.outerjoin(_report, _report.c.id == _instance.c.report_id)
        counts = counts.where(or_(_timer.c.instance_id.in_(busy_instances), _report.c.place.in_(sorted(unit_codes))))
    return counts.group_by(_timer.c.node)


def _select_completed_tasks(
    of_process: ColumnElement[bool], unit_codes: Collection[str] | None, period: TimeWindow
) -> Select[Any]:
    """Tasks completed in the period: count and late count per element and wait, shortest waits first."""
    wait = _MinutesBetween(_task.c.opened_at, _task.c.closed_at).label("wait")
    within = and_(_task.c.state == DONE, _task.c.closed_at >= period.start, _task.c.closed_at < period.end)
    counts = select(_task.c.node, wait, func.count().label("number"), _late_count(_task.c.closed_at > _task.c.due_at))
    counts = counts.join(_instance, _instance.c.id == _task.c.instance_id).where(
        within, of_process, *_unit_conditions(unit_codes)
    )
    return counts.group_by(_task.c.node, wait).order_by(_task.c.node, wait)


def _wait_quantile(rows: Sequence[Any], share: tuple[int, int]) -> timedelta:
    """The shortest wait that at least `share` (numerator, denominator) of the counted waits do not exceed."""
    total, reached = sum(row.number for row in rows), 0
    for row in rows:
        reached += row.number
        if reached * share[1] >= total * share[0]:
            break
    return timedelta(minutes=row.wait)


class _MinutesBetween(FunctionElement[int]):
    """The whole minutes between two instants, each truncated to the second."""

    name = "minutes"
    type = Integer()
    inherit_cache = True


@compiles(_MinutesBetween, "sqlite")
def _minutes_on_sqlite(element: _MinutesBetween, compiler: SQLCompiler, **how: Any) -> str:
    start, end = (f"strftime('%s', {compiler.process(clause, **how)})" for clause in element.clauses)
    return f"(({end} - {start}) / 60)"


@compiles(_MinutesBetween, "postgresql")
def _minutes_on_postgresql(element: _MinutesBetween, compiler: SQLCompiler, **how: Any) -> str:
    start, end = (f"floor(extract(epoch FROM {compiler.process(clause, **how)}))" for clause in element.clauses)
    return f"CAST(({end} - {start}) AS bigint) / 60"
