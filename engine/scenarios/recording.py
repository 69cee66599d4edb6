"""Records a real case as a scenario without personal data.

History holds who did what and when, and the effects; both become steps. Timers are not steps: the scenario advances the
clock to the instant when they fired and states what held then. Form inputs and case codes are replaced; process data is
kept, because the case was routed by it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import select

from engine.bpmn import explain, start_times
from engine.bpmn.parser import Process
from engine.bpmn.starting import list_start_events
from engine.clock import VIETNAM
from engine.errors import BadInput, NotFound
from engine.process import definitions, past_acts
from engine.process.act_detail import TaskOpening
from engine.process.definitions import CompiledDeployment
from engine.process.past_acts import START, HistoryEvent
from engine.province import units
from engine.province.profile import THREE_LEVELS
from engine.province.unit_files import codes_in_files
from engine.scenarios import pseudonyms, recording_steps
from engine.scenarios.beginning import moment_before
from engine.scenarios.files import SHIPPED_PROVINCES, Provinces, Scenario, ScenarioStep
from engine.scenarios.pseudonyms import CodePseudonyms, SubmissionSetting
from engine.scenarios.recording_steps import RECORDED_ACTIONS, RecordedCase, RecordedTask
from engine.scenarios.runner import run_scenario
from engine.scenarios.scenario_text import render_scenario
from engine.scenarios.trial import MAX_STEPS, LimitedTrace
from engine.scenarios.world_of import build_world
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Deployment, History, Instance, ProcessDefinition, Submission, Task
from forms.schema import Form

RECORDING_PATH = PurePosixPath(
    "workflows/tests/recorded.yaml"
)  # A placeholder: the file is named when the scenario is stored.
_CASE_KEYS = frozenset({"case", "code"})  # Every scenario sets its own values.

_instance, _history = table_of(Instance), table_of(History)
_task, _submission = table_of(Task), table_of(Submission)
_SELECT_CASE = (
    select(_instance.c.due_at, ProcessDefinition.key, Deployment.digest)
    .join(ProcessDefinition, ProcessDefinition.id == _instance.c.definition_id)
    .join(Deployment, Deployment.id == ProcessDefinition.deployment_id)
)


def record_case(tx: Transaction, case_id: int, now: datetime, provinces: Provinces = SHIPPED_PROVINCES) -> bytes:
    """Record a finished or open case as a YAML scenario for its deployment, in one of `provinces`.

    Raises NotFound, and BadInput with the reason when no scenario can express the history: the case was migrated to
    another version or rescheduled, a claimed task was released, or the case passed through units unknown to scenarios.
    """
    case = tx.read.execute(_SELECT_CASE.where(_instance.c.id == case_id)).one_or_none()
    if case is None:
        raise NotFound("recorded-case-unknown", case=str(case_id))
    acts = _load_acts(tx, case_id)
    if not acts or acts[0].action != START:
        raise BadInput("recorded-case-without-start", case=str(case_id))
    content = definitions.load_deployment(tx, case.digest)
    process = content.get_process(case.key)
    begin = _begin_step(process, content.forms, acts[0], _load_start_form(tx, case_id))
    past = RecordedCase(acts, _load_tasks(tx, case_id), content.forms, case.due_at, begin)
    head = _scenario_head(tx, case.key, past, provinces)
    if begin is not None:
        head = _head_of_begun(process, head, begin)
    scenario = _best_variant(content, head, past)
    ending = _describe_ending(acts, explain.names_by_element(process))
    return render_scenario(replace(scenario, name=f"Hồ sơ thật ghi ngày {now.astimezone(VIETNAM):%d/%m/%Y}: {ending}"))


def _scenario_head(tx: Transaction, process: str, past: RecordedCase, provinces: Provinces) -> Scenario:
    """The scenario without name and steps."""
    start = past.acts[0]
    data = {key: value for key, value in start.detail.form_data.items() if key not in _CASE_KEYS and value is not None}
    pseudonymous = CodePseudonyms(start.at.year).replace_codes(data)
    name, staff = _matching_province(tx, past.acts, provinces), _staffed_roles(past)
    return Scenario(RECORDING_PATH, process, name, "", start.at, pseudonymous, staff, (), provinces[name])


def _begin_step(
    process: Process, forms: Mapping[str, Form], act: HistoryEvent, written: Mapping[str, Any]
) -> ScenarioStep | None:
    """The step that begins an instance at a start event, its form filled in by a role in a unit; None without one."""
    event = next((one for one in list_start_events(process) if one.node == act.detail.start), None)
    if event is None:
        return None
    codes, data = CodePseudonyms(act.at.year), act.detail.form_data
    if "starter_role" not in data or event.form not in forms:
        payload = codes.replace_codes(act.detail.payload)
        return ScenarioStep(1, "begin", event.node, values=payload if isinstance(payload, dict) else None)
    unit = str(data["starter_unit"])
    values = pseudonyms.fill_form(forms[event.form], data, written, SubmissionSetting(act.at, unit, unit))
    return ScenarioStep(1, "begin", event.node, values=codes.replace_codes(values), by=f"{data['starter_role']} {unit}")


def _head_of_begun(process: Process, head: Scenario, begin: ScenarioStep) -> Scenario:
    """The head of a scenario that a step begins: without data where a form has them, early enough for a timer.

    Raises BadInput when no beginning is found from which the timer is due as it was.
    """
    if begin.by:
        return replace(head, data={})
    if begin.name not in start_times.list_start_times(process):
        return replace(head, data={key: value for key, value in head.data.items() if key == "place"})
    moment = moment_before(process, begin.name, head.starts_at, build_world(head))
    if moment is None:
        reason = BadInput("recorded-start-time", start=begin.name)
        raise BadInput("case-unrecordable", reason=reason, act=START, at=head.starts_at.astimezone(VIETNAM))
    return replace(head, data={}, starts_at=moment)


def _load_start_form(tx: Transaction, case_id: int) -> Mapping[str, Any]:
    """What the start form of an instance kept out of the process."""
    query = select(_submission.c.content).where(_submission.c.instance_id == case_id, _submission.c.task_engine_id == 0)
    content = tx.read.execute(query.order_by(_submission.c.id)).scalars().first()
    return json.loads(content) if content is not None else {}


def _best_variant(content: CompiledDeployment, head: Scenario, past: RecordedCase) -> Scenario:
    """The scenario with steps: of the two ways to interpret timers, the one that holds and deviates least."""
    passed_nodes = {node for act in past.acts for node in act.detail.path}
    default, alternative = (
        replace(
            head,
            steps=tuple(recording_steps.derive_steps(past, CodePseudonyms(head.starts_at.year), acts_first=acts_first)),
        )
        for acts_first in (False, True)
    )

    def strays(variant: Scenario) -> tuple[bool, int]:
        trace = LimitedTrace(MAX_STEPS)
        failure = run_scenario(content, variant, trace).failure
        return failure is not None, len({node for _, node in trace.nodes} - passed_nodes)

    return default if default == alternative else min(default, alternative, key=strays)


def _load_acts(tx: Transaction, case_id: int) -> list[HistoryEvent]:
    query = select(_history.c.at, _history.c.action, _history.c.node, _history.c.detail).where(
        _history.c.instance_id == case_id, _history.c.action.in_(RECORDED_ACTIONS)
    )
    rows = tx.read.execute(query.order_by(_history.c.seq))
    return [past_acts.decode_event(row.at, row.action, row.node, row.detail) for row in rows]


def _load_tasks(tx: Transaction, case_id: int) -> dict[int, RecordedTask]:
    query = select(_submission.c.task_engine_id, _submission.c.content).where(_submission.c.instance_id == case_id)
    submissions = {row.task_engine_id: json.loads(row.content) for row in tx.read.execute(query)}
    rows = tx.read.execute(select(_task).where(_task.c.instance_id == case_id))
    return {
        row.engine_id: RecordedTask(row.form, row.role, row.due_at, submissions.get(row.engine_id, {})) for row in rows
    }


def _opened_tasks(acts: Sequence[HistoryEvent]) -> list[TaskOpening]:
    return [opened_task for act in acts for opened_task in act.detail.openings]


def _matching_province(tx: Transaction, acts: Sequence[HistoryEvent], provinces: Provinces) -> str:
    """The province that has all units of the case; the current one, unless units were reorganised since."""
    used_codes = {code for task in _opened_tasks(acts) for code in (task.unit, *task.passed_from)}
    place = acts[0].detail.form_data.get("place")
    used_codes |= {place} if isinstance(place, str) else set()
    has_districts = units.load_unit_tree(tx.read).has_districts
    current = next(name for name, one in provinces.items() if (one.levels == THREE_LEVELS) == has_districts)
    for name in sorted(provinces, key=lambda name: name != current):
        if used_codes <= codes_in_files(provinces[name].unit_files):
            return name
    unknown = sorted(used_codes - codes_in_files(provinces[current].unit_files))
    raise BadInput("recorded-unit-outside-scenarios", unit=unknown[0])


def _staffed_roles(past: RecordedCase) -> dict[str, list[str]]:
    """The roles staffed in each unit that passed tasks on because a role was vacant."""
    absent: dict[str, set[str]] = defaultdict(set)
    present: dict[str, set[str]] = defaultdict(set)
    for task_id, _, unit, passed_from in _opened_tasks(past.acts):
        role = past.tasks[task_id].role
        present[unit].add(role)
        for passed_unit in passed_from:
            absent[passed_unit].add(role)
    return {unit: sorted(present[unit] - roles) for unit, roles in sorted(absent.items())}


def _describe_ending(acts: Sequence[HistoryEvent], names: Mapping[str, str]) -> str:
    """Where a finished case ended, or what an open one is waiting for, by the names in the diagram."""
    if acts[-1].detail.finished:
        return names.get(acts[-1].detail.path[-1], "kết thúc")
    open_nodes = {task_id: node for task_id, node, *_ in _opened_tasks(acts)}
    for act in acts:
        for task_id in act.detail.closed:
            open_nodes.pop(task_id, None)
    return ", ".join(names.get(node, node) for node in open_nodes.values()) or "đang chờ"
