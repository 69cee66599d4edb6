"""Tasks without a kind and manual tasks: an officer's task, or a step that is passed at once, as the analyst says.

Other tools pass both; here somebody does them unless the analyst decides otherwise.
"""

from __future__ import annotations

from engine.bpmn.lint.diagram import bpmn_tag, element_kind
from engine.bpmn.lint.tolerances import PASSED, is_passed
from engine.studio.importing.choices import OFFICER
from engine.studio.importing.report import ImportContext
from engine.studio.importing.tree import set_property

PLAIN_TASKS = ("task", "manualTask")


def decide_plain_tasks(context: ImportContext) -> None:
    """Turn every plain and manual task into what was chosen for it."""
    for task in list(context.root.iter(*map(bpmn_tag, PLAIN_TASKS))):
        if is_passed(task):
            continue
        choice = context.choices.each_task.get(task.get("id") or "", context.choices.plain_tasks)
        kind = element_kind(task)
        if choice == OFFICER:
            task.tag = bpmn_tag("userTask")
            context.record_conversion(task, "task-officer", kind, "userTask")
        else:
            set_property(task, PASSED, "yes")
            context.record_conversion(task, "task-passed", kind, f"{PASSED} = yes")
