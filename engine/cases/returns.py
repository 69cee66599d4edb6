"""Which tasks are there again because somebody handed the work back, and how often (R4, R7).

No diagram says which flow is a way back; history does. A task is returned when its step had been done before, and was
opened again by the step to which it had once led, or by one that sends a case back to its locality.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import select

from engine.process import past_acts
from engine.process.act_detail import decode_detail
from engine.process.instances import DONE
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import History, Task

RETURNED = "returned"  # The mark of a case that goes back to its locality.

_task, _history = table_of(Task), table_of(History)


def count_returns(entries: Iterable[Any]) -> Mapping[int, int]:
    """How often the step of each returned task had been handed back when it opened, by the task's number in the case.

    `entries` are the rows of one case's history in order.
    """
    done: set[str] = set()
    first_opener: dict[str, str] = {}
    times: dict[str, int] = {}
    returns: dict[int, int] = {}
    for entry in entries:
        if entry.action != past_acts.COMPLETE:
            continue
        detail = decode_detail(entry.detail)
        done.add(entry.node)
        for task_id, node, *_units in detail.openings:
            opener = first_opener.setdefault(node, entry.node)
            goes_back = first_opener.get(entry.node) == node or RETURNED in detail.marks
            if node in done and node != entry.node and goes_back and opener != entry.node:
                times[node] = times.get(node, 0) + 1
                returns[task_id] = times[node]
    return returns


def load_returns(tx: Transaction, tasks: Collection[tuple[int, int, str]]) -> Mapping[tuple[int, int], int]:
    """`count_returns` for tasks of several cases, given as (case, number in the case, step); by (case, number).

    Only cases in which a step is there for the second time are looked at.
    """
    steps = {(case_id, node) for case_id, _number, node in tasks}
    done = select(_task.c.instance_id, _task.c.node).where(
        _task.c.instance_id.in_(sorted({case_id for case_id, _node in steps})), _task.c.state == DONE
    )
    case_ids = sorted({case_id for case_id, node in tx.read.execute(done) if (case_id, node) in steps}) if steps else []
    if not case_ids:
        return {}
    columns = [_history.c[name] for name in ("instance_id", "action", "node", "detail")]
    completed = select(*columns).where(_history.c.instance_id.in_(case_ids), _history.c.action == past_acts.COMPLETE)
    by_case: dict[int, list[Any]] = {}
    for row in tx.read.execute(completed.order_by(_history.c.instance_id, _history.c.seq)):
        by_case.setdefault(row.instance_id, []).append(row)
    return {
        (case_id, number): times for case_id, rows in by_case.items() for number, times in count_returns(rows).items()
    }
