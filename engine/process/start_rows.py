"""The timers of start events as rows: a deployment that becomes the newest keeps, drops and adds them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from engine.bpmn import start_times
from engine.bpmn.parser import Process
from engine.store.columns import table_of
from engine.store.models import StartTimer

_timer = table_of(StartTimer)


def renew_start_timers(connection: Connection, processes: list[Process], now: datetime) -> None:
    """Make the timers those of a deployment that has just become the newest; called in the transaction that does it."""
    times = {(one.key, node): time for one in processes for node, time in start_times.list_start_times(one).items()}
    known = {(row.process, row.node): row.rule for row in connection.execute(select(_timer))}
    for key, rule in known.items():
        if key not in times or times[key].rule != rule:
            connection.execute(delete(_timer).where(_timer.c.process == key[0], _timer.c.node == key[1]))
    rows = [
        {"process": process, "node": node, "rule": time.rule, "since": now, "turn": 0}
        for (process, node), time in times.items()
        if known.get((process, node)) != time.rule
    ]
    if rows:
        connection.execute(insert(_timer), rows)
