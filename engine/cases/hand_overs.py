"""How a case went from unit to unit, as its history tells: who sent it, when, where to and for which step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.cases.instance_record import InstanceRecord
from engine.cases.instance_rows import InstanceEntry
from engine.process import past_acts
from engine.process.act_detail import decode_detail
from engine.world.roles import CITIZEN


@dataclass(frozen=True, slots=True)
class HandOver:
    """One act by which a case came to units; `sender` is the unit whose step it was, "" for citizens and time limits.

    `opened` are the steps that began with it: (number of the task in the case, node, unit).
    """

    entry: InstanceEntry
    sender: str
    opened: tuple[tuple[int, str, str], ...]

    @property
    def receivers(self) -> tuple[str, ...]:
        """The units that got the case, each once."""
        return tuple(dict.fromkeys(unit for _task, _node, unit in self.opened))


def list_hand_overs(record: InstanceRecord) -> list[HandOver]:
    """The hand-overs of a case to another unit than the sender, oldest first; steps of the citizen are none."""
    tasks = {task.engine_id: task for task in record.tasks}
    moves = []
    for entry in record.entries:
        detail = decode_detail(entry.detail)
        done = tasks.get(detail.task or 0) if entry.action == past_acts.COMPLETE else None
        sender = done.unit_code if done is not None and done.role != CITIZEN else ""
        opened = tuple(
            (number, node, unit)
            for number, node, unit, *_passed in detail.openings
            if unit != sender and number in tasks and tasks[number].role != CITIZEN
        )
        if opened:
            moves.append(HandOver(entry, sender, opened))
    return moves


def hand_over_to(moves: Sequence[HandOver], unit: str) -> HandOver | None:
    """The last hand-over to a unit; without one the last of all, None before any."""
    return next((move for move in reversed(moves) if unit in move.receivers), moves[-1] if moves else None)
