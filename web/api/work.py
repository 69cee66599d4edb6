"""Tasks and processes: listed, claimed, completed and begun exactly as on the pages, by the same use cases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_smorest import Blueprint

from engine.cases import inbox, task_in_hand, tasks
from engine.cases.inbox import InboxFilter
from engine.cases.task_in_hand import TaskInHand
from engine.cases.tasks import CompletionFailed
from engine.directives import reading
from engine.errors import BadInput
from engine.matters import offers, starting
from engine.staff import access
from forms.fields import FormField
from forms.schema import Form
from web.api import problems
from web.api.callers import acts_with_key, caller_desk, demands_token
from web.api.schemas import (
    ActReceipt,
    OfferEntry,
    StartAnswers,
    TaskAnswers,
    TaskEntry,
    TaskForm,
    TaskQuery,
    TaskVersion,
)
from web.http.request import current_language, tx

blueprint = Blueprint("api_work", __name__, url_prefix="/api/v1", description="Tasks and processes")
problems.handle_problems(blueprint)

NEVER = 9999  # The year of a deadline that is none.


@blueprint.get("/tasks")
@acts_with_key
@blueprint.arguments(TaskQuery, location="query")
@blueprint.response(200, TaskEntry(many=True))
def list_tasks(sent: dict[str, Any]) -> list[dict[str, Any]]:
    """List the account's tasks: its own (mine), those of its units' queues (queue), what is soon or over due."""
    desk = caller_desk()
    page = inbox.list_tasks(tx(), desk.officer, InboxFilter(view=sent["view"]), desk.now)
    return [describe_task(row) for row in page.rows]


def describe_task(row: Any) -> dict[str, Any]:
    """A task as lists have it."""
    due_at = getattr(row, "due_at", None)
    entry = {name: getattr(row, name) for name in ("id", "version", "node", "name", "role", "opened_at")}
    code = getattr(row, "code", "") or ""
    return {**entry, "case": code, "unit": row.unit_code, "due_at": due_at if due_at and due_at.year < NEVER else None}


@blueprint.get("/tasks/<int:task_id>")
@acts_with_key
@blueprint.response(200, TaskForm)
def show_task(task_id: int) -> dict[str, Any]:
    """Show a task and the fields of its form."""
    task = _workable_task(task_id)
    form = task_in_hand.form_of(tx(), task)
    return {**describe_task(task), "form": task.form, "inputs": describe_inputs(form.inputs.values())}


def _workable_task(task_id: int) -> TaskInHand:
    """A task that the account may do; raises NotFound, Forbidden, BadInput for one that only its page can do."""
    if reading.page_of_task(tx(), task_id):
        raise BadInput("api-task-has-page")
    task = task_in_hand.load_task(tx(), task_id)
    assignee = task.assignee_id if task.is_open else None
    access.require_work_on(caller_desk().officer, task.unit_code, task.role, assignee)
    return task


def describe_inputs(items: Iterable[FormField]) -> list[dict[str, Any]]:
    """The fields of a form that take an answer."""
    language = current_language()
    return [
        {
            "key": item.key,
            "kind": item.kind,
            "label": item.caption(language),
            "required": item.required,
            "choices": {choice.value: choice.caption(language) for choice in item.choices},
        }
        for item in items
    ]


@blueprint.post("/tasks/<int:task_id>/claim")
@acts_with_key
@blueprint.arguments(TaskVersion)
@blueprint.response(200, ActReceipt)
def claim_task(sent: dict[str, Any], task_id: int) -> dict[str, Any]:
    """Claim a task from the queue of the account's unit."""
    tasks.claim(tx(), caller_desk(), task_id, sent["version"])
    return {"case": task_in_hand.load_task(tx(), task_id).code}


@blueprint.post("/tasks/<int:task_id>/release")
@acts_with_key
@blueprint.arguments(TaskVersion)
@blueprint.response(200, ActReceipt)
def release_task(sent: dict[str, Any], task_id: int) -> dict[str, Any]:
    """Give a task back to the queue."""
    tasks.release(tx(), caller_desk(), task_id, sent["version"])
    return {"case": task_in_hand.load_task(tx(), task_id).code}


@blueprint.post("/tasks/<int:task_id>/complete")
@acts_with_key
@blueprint.arguments(TaskAnswers)
@blueprint.response(200, ActReceipt)
def complete_task(sent: dict[str, Any], task_id: int) -> Any:
    """Complete a task with the answers to its form; files are added on its page alone."""
    task = _workable_task(task_id)
    try:
        tasks.complete(tx(), caller_desk(), task_id, sent["version"], _known_answers(task, sent["values"]))
    except CompletionFailed as failure:
        return problems.blocked_problem(failure)
    tasks.settle_failed_completions(tx(), caller_desk(), task.case_id)
    return {"case": task.code}


def _known_answers(task: TaskInHand, values: dict[str, Any]) -> dict[str, Any]:
    return answers_of_form(task_in_hand.form_of(tx(), task), values)


def answers_of_form(form: Form, values: dict[str, Any]) -> dict[str, Any]:
    """The sent answers to a form; raises BadInput for a key that it does not have, or a file."""
    unknown = sorted(key for key in values if key not in form.inputs or form.inputs[key].kind == "file")
    if unknown:
        raise BadInput("api-answers-unknown", names=", ".join(unknown)[:500])
    return values


@blueprint.get("/processes")
@acts_with_key
@blueprint.response(200, OfferEntry(many=True))
def list_processes() -> list[dict[str, Any]]:
    """List what the account may begin, with the fields of each start form."""
    desk = caller_desk()
    return [
        {
            "process": offer.process,
            "node": offer.event.node,
            "name": offer.event.name,
            "units": sorted(offer.roles_by_unit),
            "inputs": describe_inputs(starting.start_form(tx(), offer).inputs.values()),
        }
        for offer in offers.list_offers(tx(), desk.officer, desk.world.units)
    ]


@blueprint.post("/processes/<process>/<node>/start")
@acts_with_key
@demands_token
@blueprint.arguments(StartAnswers)
@blueprint.response(201, ActReceipt)
def start_process(sent: dict[str, Any], process: str, node: str) -> Any:
    """Begin a process as its start form does."""
    desk = caller_desk()
    offer = offers.find_offer(tx(), desk.officer, desk.world.units, process, node)
    values = answers_of_form(starting.start_form(tx(), offer), sent["values"])
    try:
        begun = starting.send_start_form(tx(), desk, (process, node, sent["unit"]), values, {})
    except CompletionFailed as failure:
        return problems.blocked_problem(failure)
    return {"case": begun.code}
