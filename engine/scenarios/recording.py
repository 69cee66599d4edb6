"""A real case written down as a scenario, with nothing personal in it. Called by the studio.

History says who did what when and what followed; both become steps. Timers are no steps: the scenario turns the clock
to where they had fired and says what held then. What was written in forms and the codes of cases are replaced; what the
process saw is kept, because the case went on by it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from importlib.resources import as_file, files
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import select

from engine.bpmn import explain
from engine.clock import VIETNAM
from engine.errors import BadInput, NotFound
from engine.process import definitions, past_acts
from engine.process.definitions import Content
from engine.process.past_acts import START, PastAct
from engine.province import units
from engine.province.unit_files import read_units
from engine.scenarios import recording_steps
from engine.scenarios.files import PROVINCES, Scenario
from engine.scenarios.pseudonyms import Codes
from engine.scenarios.recording_steps import ACTIONS, Past, PastTask
from engine.scenarios.runner import UNIT_SETS, run_one
from engine.scenarios.scenario_text import text
from engine.scenarios.trial import MAX_STEPS, Limited
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Deployment, History, Instance, ProcessDefinition, Submission, Task

PATH = PurePosixPath("workflows/tests/recorded.yaml")  # Whoever stores the scenario names its file.
_OWN = frozenset({"case", "code"})  # Every scenario has its own.

_instance, _history = table_of(Instance), table_of(History)
_task, _submission = table_of(Task), table_of(Submission)
_CASE = (
    select(_instance.c.due_at, ProcessDefinition.key, Deployment.digest)
    .join(ProcessDefinition, ProcessDefinition.id == _instance.c.definition_id)
    .join(Deployment, Deployment.id == ProcessDefinition.deployment_id)
)


def record(tx: Transaction, case_id: int, now: datetime) -> bytes:
    """The scenario of a case, finished or open, as YAML; it is for the deployment that the case runs on.

    Raises NotFound, and BadInput with the reason when no scenario can say what was done: the case was moved to another
    version or rescheduled, a claimed task was given back, or the case went through units that scenarios do not have.
    """
    case = tx.read.execute(_CASE.where(_instance.c.id == case_id)).one_or_none()
    if case is None:
        raise NotFound(f"There is no case {case_id}.")
    acts = _acts(tx, case_id)
    if not acts or acts[0].action != START:
        raise BadInput(f"The history of the case {case_id} does not say how it began.")
    content = definitions.content(tx, case.digest)
    past = Past(acts, _tasks(tx, case_id), content.forms, case.due_at)
    told = _told(content, _head(tx, case.key, past), past)
    ending = _ending(acts, explain.names(content.process(case.key)))
    return text(replace(told, name=f"Hồ sơ thật ghi ngày {now.astimezone(VIETNAM):%d/%m/%Y}: {ending}"))


def _head(tx: Transaction, process: str, past: Past) -> Scenario:
    """The scenario without its name and steps."""
    start = past.acts[0]
    data = {key: value for key, value in start.detail.get("data", {}).items() if key not in _OWN and value is not None}
    hidden = Codes(start.at.year).hide(data)
    return Scenario(PATH, process, _province(tx, past.acts), "", start.at, hidden, _staff(past), ())


def _told(content: Content, head: Scenario, past: Past) -> Scenario:
    """The scenario with its steps: of the two ways to tell what timers did, the one that holds and strays least."""
    passed = {node for act in past.acts for node in act.detail.get("path", ())}
    plain, other = (
        replace(head, steps=tuple(recording_steps.steps(past, Codes(head.starts_at.year), acts_first=acts_first)))
        for acts_first in (False, True)
    )

    def strays(told: Scenario) -> tuple[bool, int]:
        walked = Limited(MAX_STEPS)
        failure = run_one(content, told, walked).failure
        return bool(failure), len({node for _, node in walked.nodes} - passed)

    return plain if plain == other else min(plain, other, key=strays)


def _acts(tx: Transaction, case_id: int) -> list[PastAct]:
    wanted = select(_history.c.at, _history.c.action, _history.c.node, _history.c.detail).where(
        _history.c.instance_id == case_id, _history.c.action.in_(ACTIONS)
    )
    rows = tx.read.execute(wanted.order_by(_history.c.seq))
    return [past_acts.act(row.at, row.action, row.node, row.detail) for row in rows]


def _tasks(tx: Transaction, case_id: int) -> dict[int, PastTask]:
    sent = select(_submission.c.task_engine_id, _submission.c.content).where(_submission.c.instance_id == case_id)
    written = {row.task_engine_id: json.loads(row.content) for row in tx.read.execute(sent)}
    rows = tx.read.execute(select(_task).where(_task.c.instance_id == case_id))
    return {row.engine_id: PastTask(row.form, row.role, row.due_at, written.get(row.engine_id, {})) for row in rows}


def _opened(acts: Sequence[PastAct]) -> list[list[Any]]:
    return [item for act in acts for item in act.detail.get("opened", ())]


def _province(tx: Transaction, acts: Sequence[PastAct]) -> str:
    """The kind of province that has all units of the case; that of today, unless units were reorganised since."""
    used = {code for _, _, *codes in _opened(acts) for code in codes}
    place = acts[0].detail.get("data", {}).get("place")
    used |= {place} if isinstance(place, str) else set()
    today = PROVINCES[0] if units.unit_tree(tx.read).has_districts else PROVINCES[1]
    for province in sorted(PROVINCES, key=lambda name: name != today):
        if used <= _codes(province):
            return province
    unknown = sorted(used - _codes(today))
    raise BadInput(f"The case went through the unit {unknown[0]!r}, which the units of scenarios do not have.")


@cache
def _codes(province: str) -> frozenset[str]:
    """The codes of the units that scenarios of a kind of province have."""
    found: set[str] = set()
    for name in UNIT_SETS[province]:
        with as_file(files("engine.data") / name) as path:
            found |= {row.code for row in read_units(path).rows}
    return frozenset(found)


def _staff(past: Past) -> dict[str, list[str]]:
    """The roles that were there in units whose tasks others had to take because nobody was."""
    absent: dict[str, set[str]] = defaultdict(set)
    present: dict[str, set[str]] = defaultdict(set)
    for number, _, unit, *passed_from in _opened(past.acts):
        role = past.tasks[number].role
        present[unit].add(role)
        for other in passed_from:
            absent[other].add(role)
    return {unit: sorted(present[unit] - roles) for unit, roles in sorted(absent.items())}


def _ending(acts: Sequence[PastAct], names: Mapping[str, str]) -> str:
    """Where a finished case ended, or what an open one waits for, in the words of the diagram."""
    if acts[-1].detail.get("finished"):
        return names.get(acts[-1].detail["path"][-1], "kết thúc")
    open_ = {number: node for number, node, *_ in _opened(acts)}
    for act in acts:
        for number in act.detail.get("closed", ()):
            open_.pop(number, None)
    return ", ".join(names.get(node, node) for node in open_.values()) or "đang chờ"
