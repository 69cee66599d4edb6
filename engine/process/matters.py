"""Begins an instance at a start event of its diagram, without a citizen's report: its code, and its line in lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import insert, update

from engine.bpmn.actions import Start
from engine.bpmn.starting import StartEvent
from engine.clock import VIETNAM
from engine.process import instances
from engine.process.acts import Command
from engine.process.code_format import format_code
from engine.process.definitions import DefinitionRef
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.insert_once import insert_once
from engine.store.models import Matter, MatterNumber
from engine.text import strip_diacritics
from engine.world.world import World

USUAL_LETTERS = "CV"  # Of a process whose diagram names none.
LONGEST_LINE = 200

_matter, _number = table_of(Matter), table_of(MatterNumber)


@dataclass(frozen=True, slots=True)
class NewMatter:
    """What begins: at which start event, for which unit, the line of it, and who began it in which role, if anybody.

    `data` are the process's facts from the form, `payload` what a message or signal has brought.
    """

    event: StartEvent
    unit: str
    line: str = ""
    starter_id: int | None = None
    role: str = ""
    data: Mapping[str, object] = field(default_factory=dict)
    payload: Any = None


@dataclass(frozen=True, slots=True)
class BegunMatter:
    """An instance that has begun."""

    instance_id: int
    code: str


def begin_matter(
    tx: Transaction, definition: DefinitionRef, new: NewMatter, command: Command, world: World
) -> BegunMatter:
    """Start an instance at a start event; `command` says who, when and what stays out of the process.

    Raises StepFailed when the process cannot begin; then nothing is written.
    """
    code = _next_code(tx, new.event.code or USUAL_LETTERS, command.now.astimezone(VIETNAM).year)
    facts: dict[str, object] = {"case": code, "code": code, "place": new.unit, **new.data}
    if new.starter_id is not None:
        facts |= {"starter": new.starter_id, "starter_role": new.role, "starter_unit": new.unit}
    begun = replace(command, action=Start(facts, new.event.node, new.payload), node=new.event.node)
    instance_id, _step = instances.start_instance(tx, definition, begun, world)
    row = {
        "instance_id": instance_id,
        "code": code,
        "name": new.event.name,
        "page": "",
        "unit_code": new.unit,
        "starter_id": new.starter_id,
        **line_columns(code, new.event.name, new.line),
    }
    tx.write().execute(insert(_matter), row)
    return BegunMatter(instance_id, code)


def line_columns(code: str, name: str, line: str) -> dict[str, str]:
    """The columns by which lists and search know an instance: its line, or its name without one, and both folded."""
    line = " ".join(line.split())[:LONGEST_LINE]
    line = " ".join(line.split())[:LONGEST_LINE]
    return {"line": line or name, "folded": strip_diacritics(f"{code} {name} {line}")}


def office_of(world: World) -> str:
    """The unit for which nobody in particular begins something: the provincial office, else the topmost unit."""
    open_units = [unit for unit in world.units.units if not unit.closed]
    offices = [unit for unit in open_units if unit.kind == "office"] or [one for one in open_units if not one.parent]
    return offices[0].code if offices else ""


def _next_code(tx: Transaction, letters: str, year: int) -> str:
    """The next code of these letters in a year; whoever begins at the same time waits until this transaction ends."""
    connection = tx.write()
    connection.execute(insert_once(connection, _number), {"letters": letters, "year": year, "last": 0})
    increment = update(_number).where(_number.c.letters == letters, _number.c.year == year)
    number = connection.execute(increment.values(last=_number.c.last + 1).returning(_number.c.last)).scalar_one()
    return format_code(letters, year, number)
