"""How long what officers began has taken, by its name and by its steps, in working time: a list for the office."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from engine.process.instances import DONE, FINISHED
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Instance, Matter, Task
from engine.text import vietnamese_order
from engine.world.work_calendar import WorkCalendar

MOST_TASKS = 20_000  # Read for one list: of more, the newest.

_matter, _instance, _task = table_of(Matter), table_of(Instance), table_of(Task)


@dataclass(slots=True)
class TimeSpread:
    """Working times: how many, the middle one, and the one that nine of ten do not exceed."""

    times: list[timedelta] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many times there are."""
        return len(self.times)

    @property
    def median(self) -> timedelta:
        """The middle one; zero without any."""
        seconds = [one.total_seconds() for one in self.times]
        return timedelta(seconds=statistics.median(seconds) if seconds else 0)

    @property
    def ninth(self) -> timedelta:
        """What nine of ten do not exceed; zero without any."""
        return sorted(self.times)[(9 * len(self.times) + 9) // 10 - 1] if self.times else timedelta(0)


@dataclass(slots=True)
class ProcessTimes:
    """What was begun under one name in a period: how many, open, open and overdue, ended, and how long it took.

    `steps` are the times of its steps by name: from the moment at which a step opened until it was done.
    """

    name: str
    begun: int = 0
    open: int = 0
    overdue: int = 0
    ended: TimeSpread = field(default_factory=TimeSpread)
    steps: dict[str, TimeSpread] = field(default_factory=dict)


def list_times(tx: Transaction, since: datetime, calendar: WorkCalendar) -> Sequence[ProcessTimes]:
    """The times of everything begun since an instant, by name."""
    by_name: dict[str, ProcessTimes] = {}
    columns = [_instance.c[name] for name in ("status", "started_at", "finished_at", "overdue_at")]
    begun = _matter.c.unit_code.is_not(None) & (_instance.c.started_at >= since)
    query = select(_matter.c.name, *columns).join(_instance, _instance.c.id == _matter.c.instance_id).where(begun)
    for row in tx.read.execute(query):
        times = by_name.setdefault(row.name, ProcessTimes(row.name))
        times.begun += 1
        if row.status == FINISHED:
            times.ended.times.append(calendar.between(row.started_at, row.finished_at))
        else:
            times.open += 1
            times.overdue += row.overdue_at is not None
    _add_steps(tx, since, calendar, by_name)
    return sorted(by_name.values(), key=lambda times: vietnamese_order(times.name))


def _add_steps(tx: Transaction, since: datetime, calendar: WorkCalendar, by_name: dict[str, ProcessTimes]) -> None:
    columns = [_task.c[name] for name in ("name", "opened_at", "closed_at")]
    query = (
        select(_matter.c.name.label("process"), *columns)
        .join(_instance, _instance.c.id == _matter.c.instance_id)
        .join(_task, _task.c.instance_id == _instance.c.id)
        .where(_matter.c.unit_code.is_not(None), _instance.c.started_at >= since, _task.c.state == DONE)
        .order_by(_task.c.id.desc())
        .limit(MOST_TASKS)
    )
    for row in tx.read.execute(query):
        spread = by_name[row.process].steps.setdefault(row.name, TimeSpread())
        spread.times.append(calendar.between(row.opened_at, row.closed_at))
