"""Makes acts of a play out of what an analyst chooses: a task and its answers, a start, a message, time that passes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.bpmn.virtual_case import CourseTask
from engine.errors import BadInput, NotFound
from engine.scenarios import pseudonyms
from engine.scenarios.addressing import address_task
from engine.scenarios.files import ScenarioStep
from engine.scenarios.pseudonyms import SubmissionSetting
from engine.scenarios.runner import SteppedScenario
from engine.studio.playing.played_case import PlayedCase
from engine.yaml_documents import read_yaml
from forms.fields import FormField
from forms.schema import Form, FormFacts

# What an amount of time is counted in; working time as the province's offices have it.
MINUTES, HOURS, DAYS, WORKING_HOURS, WORKING_DAYS = "minutes", "hours", "days", "working_hours", "working_days"
AMOUNTS = (WORKING_HOURS, WORKING_DAYS, MINUTES, HOURS, DAYS)
MOST_DAYS = 366
_CHOICES = frozenset({"radio", "select", "checklist", "checkbox"})
_HOUR = timedelta(hours=1)
_ANSWERED_WITHOUT_FILE = "file"


@dataclass(frozen=True, slots=True)
class AskedForm:
    """A form that a play asks to be filled in: of a task, or of a start event by somebody in a unit."""

    form: Form
    facts: FormFacts
    unit: str


def open_task(case: PlayedCase, number: int) -> CourseTask:
    """The open task of this number; raises NotFound."""
    task = case.run.case.open.get(number)
    if task is None:
        raise NotFound("play-task-not-open")
    return task


def form_of_task(run: SteppedScenario, task: CourseTask) -> AskedForm | None:
    """The form of an open task; None for one that has none."""
    form = run.content.forms.get(task.form)
    return None if form is None else AskedForm(form, run.form_facts(task.task_id), task.unit)


def invented_answers(run: SteppedScenario, asked: AskedForm) -> dict[str, Any]:
    """What a form begins with: what the case knows already, invented texts, and nothing chosen."""
    data = run.case.process_data() or run.scenario.data
    setting = SubmissionSetting(run.now, str(data.get("place") or asked.unit), asked.unit)
    known = {key: item for key, item in data.items() if key in asked.form.inputs}
    invented = pseudonyms.fill_form(asked.form, known, {}, setting)
    kinds = {key: item.kind for key, item in asked.form.inputs.items()}
    kept = {key: value for key, value in invented.items() if key in known or kinds[key] not in _CHOICES}
    return {key: value for key, value in kept.items() if kinds[key] != _ANSWERED_WITHOUT_FILE}


def checked_answers(run: SteppedScenario, asked: AskedForm, typed: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as a scenario has them; a file that a form requires counts as sent. Raises InvalidAnswers."""
    sent = {key: _one_file(item) for key, item in asked.form.inputs.items() if item.kind == _ANSWERED_WITHOUT_FILE}
    values = {key: value for key, value in typed.items() if key in asked.form.inputs}
    values |= {key: value for key, value in sent.items() if asked.form.inputs[key].required}
    answers = asked.form.load(values, **run.world.units.known_codes, facts=asked.facts)
    given = {**answers.case, **answers.process}
    return {key: given[key] for key in asked.form.inputs if given.get(key) not in (None, "", [], False)}


def act_on_task(case: PlayedCase, task: CourseTask, values: Mapping[str, Any] | None) -> ScenarioStep:
    """Doing an open task with answers; without any it is only taken in hand."""
    which, take = address_task(case.run.case, task.task_id), values is None
    return ScenarioStep(0, "task", task.node, values=None if values is None else dict(values), take=take, which=which)


def act_of_event(kind: str, name: str, written: str) -> ScenarioStep:
    """A message or a signal from outside; `written` are its values, "name: value, name: value". Raises BadInput."""
    values = read_yaml(f"{{{written}\n}}") if written.strip() else None
    if kind not in ("message", "signal") or not name or not isinstance(values, dict | None):
        raise BadInput("play-event-unreadable")
    return ScenarioStep(0, kind, name, values=values)


def act_of_timer(case: PlayedCase) -> ScenarioStep:
    """Waiting until the next timer is due; raises BadInput where none runs."""
    timer = case.run.case.next_timer()
    if timer is None:
        raise BadInput("play-without-timer")
    return ScenarioStep(0, "until", at=max(timer[0], case.now))


def act_of_amount(case: PlayedCase, amount: int, kind: str) -> ScenarioStep:
    """Waiting for an amount of time, working time as the offices have it; raises BadInput beyond MOST_DAYS."""
    calendar = case.run.world.calendar
    sizes = {MINUTES: timedelta(minutes=1), HOURS: _HOUR, DAYS: timedelta(days=1)}
    sizes |= {WORKING_HOURS: _HOUR, WORKING_DAYS: calendar.day_length()}
    if kind not in sizes or not 0 < amount <= MOST_DAYS * 24 * 60:
        raise BadInput("play-time-too-long", most=MOST_DAYS)
    span = amount * sizes[kind]
    return act_of_instant(case, calendar.add(case.now, span) if kind.startswith("working") else case.now + span)


def act_of_instant(case: PlayedCase, at: datetime) -> ScenarioStep:
    """Waiting until an instant; raises BadInput for one that is past, or later than MOST_DAYS."""
    if at < case.now:
        raise BadInput("play-time-past")
    if at - case.now > timedelta(days=MOST_DAYS):
        raise BadInput("play-time-too-long", most=MOST_DAYS)
    return ScenarioStep(0, "until", at=at)


def _one_file(item: FormField) -> object:
    return [1] if item.multiple else 1
