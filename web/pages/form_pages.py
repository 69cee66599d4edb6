"""What the pages of a deployment's forms share: what their templates need, sending with files, and what was refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.cases import task_in_hand, tasks
from engine.cases.attachments import UnacceptableFile
from engine.cases.chosen_files import FormHolder
from engine.cases.task_in_hand import TaskInHand
from engine.cases.tasks import CompletionFailed, InvalidForm
from engine.errors import BadInput, EngineError
from forms.schema import Form
from web.display import form_view
from web.display.form_view import Faults, FilledForm, blocked_sentence
from web.http.request import current_desk, current_world, request_time, tx
from web.pages import form_files

REFUSALS = (InvalidForm, UnacceptableFile, CompletionFailed, BadInput)
"""What keeps a form from being sent and is said on its page, beside what was typed."""


def form_context(filled: FilledForm, holder: FormHolder) -> dict[str, object]:
    """What the template of a form needs; the files chosen so far are put into the form."""
    filled.files = form_files.chosen_entries(holder)
    return {
        "shown": filled,
        "communes": form_view.communes_by_parent(),
        "organisations": form_view.open_organisations(),
        "hidden_when": form_view.field_attributes,
        "multipart": any(item.kind == "file" for item in filled.form.fields),
        "token": holder.token,
    }


def complete_with_files(
    form: Form,
    task: TaskInHand,
    typed: Mapping[str, object],
    holder: FormHolder,
    faults: Mapping[str, Sequence[UnacceptableFile]],
) -> None:
    """Complete an open task with the files chosen for it.

    Raises as `tasks.complete_in_hand`, InvalidForm also for `faults`.
    """
    files = form_files.files_to_attach(form, holder)
    if faults:
        tasks.check_form(form, typed, current_world(), task_in_hand.form_facts(tx(), form, task, request_time()))
    form_files.require_no_faults(faults)
    tasks.complete_in_hand(tx(), current_desk(), task, typed, files)


def faults_of(refused: EngineError, form: Form, faults: Faults) -> Faults:
    """By field what a page says of one of REFUSALS; `faults` are those of the files that could not be taken.

    A process that cannot go on becomes an incident, in the transaction that keeps the draft.
    """
    match refused:
        case InvalidForm(errors=errors):
            return {**errors, **faults}
        case UnacceptableFile():
            return {next(key for key, item in form.inputs.items() if item.kind == "file"): [refused]}
        case CompletionFailed():
            return {"_schema": [blocked_sentence(tasks.report_failed_completion(tx(), refused))]}
    return {"_schema": [refused]}
